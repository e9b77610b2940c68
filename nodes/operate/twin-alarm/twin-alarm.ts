import {
  announceAlarms,
  deployAlarms,
  type DeployedAlarms,
  hasAlarms,
  isCarried,
  ownerOf,
  reserveAlarms,
  withdrawAlarms,
  withdrawLate,
} from "../../../adapters/alarms/deployed.ts";
import {
  type AlarmDefinition,
  alarmPath,
  alarmSamples,
  type AlarmResponse,
  Alarms,
  type AlarmsState,
  type AlarmStateEvent,
  type BoundAlarms,
  boundAlarms,
  openAlarms,
  responseOf,
  retired,
} from "../../../core/operate/alarm/index.ts";
import { HistorianUnavailable } from "../../../core/connect/history/index.ts";
import type { LedgerEntry } from "../../../core/connect/ledger/index.ts";
import type { HistorianService } from "../../connect/twin-historian/historian-service.ts";
import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { Behaviour, Send, TwinMessage, TwinNode } from "../../kit/node.ts";
import { isAway, readerOf, recordedPieces, type RecordedSamples } from "../bound/recorded.ts";
import { alarmPlant, recentResponses, rowsOf } from "./bound-alarms.ts";
import declaration from "./twin-alarm.node.ts";

const TICK_EVERY = 1_000;
const PUBLISH_EVERY = 60_000;
const RETRY_AFTER = 5_000;
/** A source's clock may be a little ahead; further ahead it would drive the data clock. */
const AHEAD = 5 * 60_000;
/** Samples missed for longer than this have no alarm that anybody could still act on. */
const MISSED = 24 * 3_600_000;
const BEHIND = "What was accepted before has not reached the historian yet.";

type AlarmStorage = RecordedSamples & Pick<HistorianService, "state">;

/** `listened`: until when nothing that people did was missed. `missed`: since when recorded samples are not read back yet. */
type SavedAlarms = AlarmsState & { readonly listened?: number; readonly missed?: number };

export default defineNode(declaration, async (node) => {
  const plant = node.api<PlantService>(node.config.plant, "twin-plant");
  const { historian } = node.config;
  const recorded = historian === undefined ? undefined : node.api<AlarmStorage>(historian, "twin-historian");
  /** Nodes without a historian are told apart by their plant: an alarm of one name is one alarm for people. */
  const storage: object = recorded ?? plant;
  // Whether it is for good is known only when it has closed.
  node.closing.addEventListener("abort", () => reserveAlarms(storage, node.id, node.now()));
  try {
    return await watchAlarms(node, plant, recorded, storage);
  } catch (error) {
    // Who has failed watches nothing.
    if (!node.closing.aborted) withdrawAlarms(storage, node.id);
    throw error;
  }
});

async function watchAlarms(
  node: TwinNode<typeof declaration>,
  plant: PlantService,
  recorded: AlarmStorage | undefined,
  storage: object,
): Promise<Behaviour> {
  const { config } = node;
  let home = "";
  let definitions: readonly AlarmDefinition[] = [];
  let ofModel: ReadonlySet<string> = new Set();
  /** Sentences of this deploy about rows and the model, each said once. */
  const said = new Set<string>();
  let published = { figures: "", at: 0 };
  let changed = false;
  /** Until the snapshot is read there is nothing to state and nothing to save. */
  let ready = false;
  let due = false;
  const own: DeployedAlarms = {
    id: node.id,
    name: node.name === "" ? node.id : node.name,
    definitions: () => definitions,
    ofModel: (path) => ofModel.has(path),
    has: (path) => alarms.has(path),
    carries: (path, start) => alarms.carries(path, start),
    reconsider,
    takeOver: node.guard(takeOver),
  };
  // Before anything that takes time: of two nodes of one deploy it is the second that is refused.
  let bound = claim(true);
  let alarms = watch();
  deployAlarms(storage, own);
  const saved = await node.snapshot.read<SavedAlarms>();
  alarms = watch(saved?.version === 1 ? withoutCarried(saved) : undefined, node.now());
  ready = true;
  /** What people did since the start, until the earlier responses are taken: only in order of recording is none lost. */
  let early: AlarmResponse[] | undefined = [];
  let missed = saved?.missed;

  /** What is bound by now, less what another node has already. */
  function claim(deploying: boolean): BoundAlarms {
    const found = boundAlarms(plant.model, config, rowsOf(config.alarms), config.modelAlarms ?? true);
    if (found.assets.length === 0) throw new Error(node.text("nothing", { bind: config.bind, target: config.target }));
    for (const fault of found.faults) sayOnce("warn", fault);
    const { replaced } = found;
    if (replaced.length > 0) sayOnce("info", node.text("replaced", { count: replaced.length, alarms: replaced.slice(0, 10).join(", ") }));
    ({ home, ofModel } = found);
    definitions = found.definitions.filter((definition) => {
      const alarm = alarmPath(definition);
      const owner = ownerOf(storage, node.id, alarm);
      if (owner?.defines !== true) return true;
      // Whose alarm of the model it is does not matter; a row stands in for it, wherever it is. Of two rows only a person knows which is meant.
      if (ofModel.has(alarm)) return false;
      // And who is being redeployed may have given the row away.
      if (owner.ofModel || owner.away) return true;
      const sentence = node.text("taken", { alarm, node: owner.name });
      if (deploying) throw new Error(sentence);
      sayOnce("warn", sentence);
      return false;
    });
    return found;
  }

  function watch(state?: AlarmsState, now?: number): Alarms {
    const watching = { ...alarmPlant(plant.model, bound), ownerOf: (path: string) => ownerOf(storage, node.id, path) };
    return new Alarms(definitions, watching, { node: node.id }, state, now);
  }

  function sayOnce(level: "info" | "warn", sentence: string): void {
    if (said.has(sentence)) return;
    said.add(sentence);
    node.log[level](sentence);
  }

  /** What another node has taken over while this one was away is that node's to end. */
  function withoutCarried(state: SavedAlarms): SavedAlarms {
    const points = Object.entries(state.points).filter(([path, { open }]) => !isCarried(storage, node.id, path, open?.start ?? Number.NaN));
    return { ...state, points: Object.fromEntries(points) };
  }

  function rebind(): void {
    bound = claim(false);
    alarms = watch(ready ? alarms.state() : undefined);
    if (ready) emit(node.send, alarms.reconcile(node.now()));
  }

  /** Once for all nodes that come or change at one moment. */
  function reconsider(): void {
    if (due) return;
    due = true;
    node.after(0, () => {
      due = false;
      rebind();
    });
  }

  function takeOver(): Promise<void> | undefined {
    const had = new Set(definitions.map(alarmPath));
    rebind();
    const gained = definitions.some((definition) => !had.has(alarmPath(definition)));
    // While this node starts, the catching up sees to it.
    return gained && ready && recorded !== undefined ? carryOn(recorded) : undefined;
  }

  /** Goes on with what a node that is gone has left open here: who acknowledged or shelved it stays said. */
  async function carryOn({ ledger }: AlarmStorage): Promise<void> {
    const left = (await openAlarms(ledger, node.now())).filter(isLeft);
    emit(node.send, alarms.adopt(left, node.now()));
    // What people did until then is in the statements.
    if (early === undefined) alarms.settleResponses(Math.max(0, ...left.map(({ id }) => id)));
  }

  function isLeft({ asset: path, evidence }: LedgerEntry): boolean {
    const by = evidence?.["node"];
    return alarms.has(path) && typeof by === "string" && !hasAlarms(storage, by);
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

  /** What was said in the ledger while the node was not running. */
  async function catchUpWithPeople(store: RecordedSamples): Promise<void> {
    node.status("busy", node.text("reading"));
    const now = node.now();
    const open = await openAlarms(store.ledger, now);
    const made = open.filter((entry) => entry.evidence?.["node"] === node.id || isLeft(entry));
    emit(node.send, alarms.adopt(made, now));
    const responses = await recentResponses(store.ledger, now, saved === undefined ? now : saved.listened);
    const live = early ?? [];
    early = undefined;
    // Without a snapshot the open statements say what people did; older responses are about what is over.
    if (saved === undefined)
      alarms.settleResponses(Math.min(responses.at(-1)?.sequence ?? 0, (live[0]?.sequence ?? Number.POSITIVE_INFINITY) - 1));
    const ordered = [...responses, ...live].toSorted((a, b) => a.sequence - b.sequence);
    for (const response of ordered) emit(node.send, alarms.respond(response));
  }

  /**
   * What was recorded while the node was not running, from `since` on; what arrives twice changes nothing. At the first try also
   * what of it the historian has already: order decides, and after it come live samples.
   */
  async function catchUp(store: RecordedSamples, since: number, first: boolean): Promise<void> {
    const whole = await store.flush(RETRY_AFTER, own);
    if (!whole && !first) throw new HistorianUnavailable(BEHIND);
    const read = readerOf(store, () => plant.model);
    for await (const samples of recordedPieces(read, alarms.watched, since, node.now() + AHEAD)) {
      if (node.closing.aborted) return;
      take(samples, node.send);
    }
    if (!whole) throw new HistorianUnavailable(BEHIND);
    missed = undefined;
    changed = true;
  }

  async function tryCatchUp(store: RecordedSamples, since: number, first: boolean): Promise<void> {
    try {
      await catchUp(store, since, first);
    } catch (error) {
      if (!isAway(error)) throw error;
      node.status("degraded", node.text("away"));
      node.after(RETRY_AFTER, () => tryCatchUp(store, since, false));
    }
  }

  function kept(): SavedAlarms {
    const listened = early === undefined ? node.now() : saved?.listened;
    return { ...alarms.state(), ...(listened === undefined ? {} : { listened }), ...(missed === undefined ? {} : { missed }) };
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
    plant.subscribe(
      node.guard(() => {
        rebind();
        announceAlarms(storage, node.id);
      }),
    ),
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
  if (recorded !== undefined) {
    await catchUpWithPeople(recorded);
    missed ??= alarms.watched.length > 0 ? alarms.edge : undefined;
    if (missed !== undefined) await tryCatchUp(recorded, Math.max(missed, node.now() - MISSED), true);
  }
  // The last events before a kill may not have reached the ledger; equal statements change nothing there.
  emit(node.send, alarms.restate());
  node.every(TICK_EVERY, async () => {
    withdrawLate(storage, node.now());
    emit(node.send, alarms.tick(node.now()));
    await save();
  });

  return {
    onInput: (message, send) => take(message.payload, send, message),
    async onClose(removed) {
      for (const unsubscribe of unsubscribers) unsubscribe?.();
      if (!removed) return node.snapshot.write(kept());
      withdrawAlarms(storage, node.id);
      if (recorded === undefined) return node.snapshot.write(kept());
      const goesOn = (path: string): boolean => ownerOf(storage, node.id, path)?.defines === true;
      const { events, state } = retired(alarms.state(), { node: node.id }, node.now(), goesOn);
      await recorded.state(events, { author: "node:twin-alarm", reason: "The node was removed." });
      // Disabling is a removal too: what has ended is not open when the node comes back.
      await node.snapshot.write({ ...kept(), ...state });
    },
  };
}
