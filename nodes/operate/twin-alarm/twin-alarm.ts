import { deployAlarms, type DeployedAlarms, ownerOf } from "../../../adapters/alarms/deployed.ts";
import {
  type AlarmDefinition,
  alarmPath,
  alarmSamples,
  type AlarmResponse,
  Alarms,
  type AlarmsState,
  type AlarmStateEvent,
  boundAlarms,
  openAlarms,
  responseOf,
} from "../../../core/operate/alarm/index.ts";
import type { HistorianService } from "../../connect/twin-historian/historian-service.ts";
import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { Send, TwinMessage } from "../../kit/node.ts";
import { isAway, readerOf, recordedPieces, type RecordedSamples } from "../bound/recorded.ts";
import { alarmPlant, endedBy, recentResponses, rowsOf } from "./bound-alarms.ts";
import declaration from "./twin-alarm.node.ts";

const TICK_EVERY = 1_000;
const PUBLISH_EVERY = 60_000;
const RETRY_AFTER = 5_000;
/** A source's clock may be a little ahead; further ahead it would drive the data clock. */
const AHEAD = 5 * 60_000;
/** Samples missed for longer than this have no alarm that anybody could still act on. */
const MISSED = 24 * 3_600_000;

type AlarmStorage = RecordedSamples & Pick<HistorianService, "state">;

/** `listened`: until when nothing that people did was missed. */
type SavedAlarms = AlarmsState & { readonly listened?: number };

export default defineNode(declaration, async (node) => {
  const { config } = node;
  const plant = node.api<PlantService>(config.plant, "twin-plant");
  const recorded = config.historian === undefined ? undefined : node.api<AlarmStorage>(config.historian, "twin-historian");
  const saved = await node.snapshot.read<SavedAlarms>();
  /** Nodes without a historian are told apart by their plant: an alarm of one name is one alarm for people. */
  const storage: object = recorded ?? plant;
  let home = "";
  let definitions: readonly AlarmDefinition[] = [];
  let ofModel: ReadonlySet<string> = new Set();
  /** Alarms that are left to another node, until it is gone. */
  let left: string[] = [];
  const own: DeployedAlarms = {
    name: node.name === "" ? node.id : node.name,
    definitions: () => definitions,
    ofModel: (path) => ofModel.has(path),
    has: (path) => alarms.has(path),
  };
  let alarms = bind(true, saved?.version === 1 ? saved : undefined, node.now());
  const withdraw = deployAlarms(storage, own);
  // Also where the start fails after this.
  node.closing.addEventListener("abort", withdraw);
  let published = { figures: "", at: 0 };
  let changed = false;
  /** What people did since the start, until the earlier responses are taken: only in order of recording is none lost. */
  let early: AlarmResponse[] | undefined = [];

  function bind(deploying: boolean, state?: AlarmsState, now?: number): Alarms {
    const bound = boundAlarms(plant.model, config, rowsOf(config.alarms), config.modelAlarms ?? true);
    if (bound.assets.length === 0) throw new Error(node.text("nothing", { bind: config.bind, target: config.target }));
    for (const fault of bound.faults) node.log.warn(fault);
    const { replaced } = bound;
    if (replaced.length > 0) node.log.info(node.text("replaced", { count: replaced.length, alarms: replaced.slice(0, 10).join(", ") }));
    ({ home, ofModel } = bound);
    left = [];
    definitions = bound.definitions.filter((definition) => {
      const alarm = alarmPath(definition);
      const owner = ownerOf(storage, own, alarm);
      if (owner?.defines !== true) return true;
      // Both would speak for it. Of a model's alarm that is one definition; of two definitions only a person knows which is meant.
      const sentence = node.text("taken", { alarm, node: owner.name });
      if (deploying && !ofModel.has(alarm)) throw new Error(sentence);
      if (!ofModel.has(alarm)) node.log.warn(sentence);
      left.push(alarm);
      return false;
    });
    const watching = { ...alarmPlant(plant.model, bound), ownerOf: (path: string) => ownerOf(storage, own, path) };
    return new Alarms(definitions, watching, { node: node.id }, state, now);
  }

  function rebind(): void {
    alarms = bind(false, alarms.state());
    emit(node.send, alarms.reconcile(node.now()));
  }

  function take(payload: unknown, send: Send, message: TwinMessage = {}): void {
    const { events, rejects } = alarms.push(payload, node.now(), node.now() + AHEAD);
    node.reject(rejects, message);
    emit(send, events, message);
  }

  function emit(send: Send, events: readonly AlarmStateEvent[], message: TwinMessage = {}): void {
    changed = true;
    if (events.length > 0) send({ events: { ...message, topic: "", payload: events } });
    // At once: a kill before the ledger has them must find them here.
    if (events.length > 0) node.guard(save)();
    publish(send);
  }

  /** The figures, when one of them has changed or a minute is over; never two at one instant. */
  function publish(send: Send): void {
    const now = node.now();
    const counts = alarms.counts(now);
    const figures = JSON.stringify(counts);
    const at = Math.max(published.at + 1, Math.floor(alarms.timeAt(now)));
    if (figures === published.figures && at - published.at < PUBLISH_EVERY) return;
    published = { figures, at };
    send({ samples: { topic: "", payload: alarmSamples(home, counts, at) } });
    const { active, unacknowledged, recent, flood } = counts;
    if (flood) node.status("degraded", node.text("flood", { recent, unacknowledged }));
    else if (active + unacknowledged > 0) node.status("degraded", node.text("active", { active, unacknowledged }));
    else node.status("ok", node.text("normal", { count: alarms.size }));
  }

  /** What was recorded while the node was not running; what arrives twice changes nothing. */
  async function catchUp(store: RecordedSamples, read: ReturnType<typeof readerOf>): Promise<void> {
    node.status("busy", node.text("reading"));
    const now = node.now();
    const open = await openAlarms(store.ledger, now);
    const made = open.filter(({ evidence }) => evidence?.["node"] === node.id);
    emit(node.send, alarms.adopt(made, now));
    const responses = await recentResponses(store.ledger, now, saved === undefined ? now : saved.listened);
    const live = early ?? [];
    early = undefined;
    // Without a snapshot the open statements say what people did; older responses are about what is over.
    if (saved === undefined)
      alarms.settleResponses(Math.min(responses.at(-1)?.sequence ?? 0, (live[0]?.sequence ?? Number.POSITIVE_INFINITY) - 1));
    const ordered = [...responses, ...live].toSorted((a, b) => a.sequence - b.sequence);
    for (const response of ordered) emit(node.send, alarms.respond(response));
    const { edge: from, watched } = alarms;
    if (from === undefined || watched.length === 0) return;
    await store.flush(RETRY_AFTER);
    for await (const samples of recordedPieces(read, watched, Math.max(from, now - MISSED), now + AHEAD)) {
      if (node.closing.aborted) return;
      take(samples, node.send);
    }
  }

  async function tryCatchUp(from: RecordedSamples): Promise<void> {
    try {
      await catchUp(
        from,
        readerOf(from, () => plant.model),
      );
    } catch (error) {
      if (!isAway(error)) throw error;
      node.status("degraded", node.text("away"));
      node.after(RETRY_AFTER, () => tryCatchUp(from));
    }
  }

  function kept(): SavedAlarms {
    const listened = early === undefined ? node.now() : saved?.listened;
    return { ...alarms.state(), ...(listened === undefined ? {} : { listened }) };
  }

  let saving = false;
  /** In a storm one write holds what came during the one before. */
  async function save(): Promise<void> {
    if (!changed || saving) return;
    saving = true;
    try {
      changed = false;
      await node.snapshot.write(kept());
    } finally {
      saving = false;
    }
  }

  // Before the catching up: what people do meanwhile is in the ledger once, and taken once.
  const unsubscribers = [
    plant.subscribe(node.guard(rebind)),
    recorded?.subscribe(
      node.guard((entries) => {
        for (const entry of entries) {
          const response = responseOf(entry);
          if (response === undefined) continue;
          if (early === undefined) emit(node.send, alarms.respond(response));
          else early.push(response);
        }
      }),
    ),
  ];
  emit(node.send, alarms.reconcile(node.now()));
  if (recorded !== undefined) await tryCatchUp(recorded);
  // The last events before a kill may not have reached the ledger; equal statements change nothing there.
  emit(node.send, alarms.restate());
  node.every(TICK_EVERY, async () => {
    if (left.some((alarm) => ownerOf(storage, own, alarm)?.defines !== true)) rebind();
    emit(node.send, alarms.tick(node.now()));
    await save();
  });

  return {
    onInput: (message, send) => take(message.payload, send, message),
    async onClose(removed) {
      for (const unsubscribe of unsubscribers) unsubscribe?.();
      if (!removed) await node.snapshot.write(kept());
      else await recorded?.state(endedBy(alarms, node.id, node.now()), { author: "node:twin-alarm", reason: "The node was removed." });
    },
  };
});
