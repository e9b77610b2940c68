import {
  announceAlarms,
  deployAlarms,
  type DeployedAlarms,
  isCarried,
  isDeserted,
  isRedeploying,
  isSettled,
  ownerOf,
  reserveAlarms,
  withdrawAlarms,
  withdrawLate,
} from "../../../adapters/alarms/deployed.ts";
import {
  abandoned,
  type AlarmCounts,
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
import type { HistorianService } from "../../connect/twin-historian/historian-service.ts";
import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { Behaviour, Send, TwinMessage, TwinNode } from "../../kit/node.ts";
import { isAway, readerOf, recordedPieces, type RecordedSamples } from "../bound/recorded.ts";
import { alarmPlant, recentResponses, rowsOf } from "./bound-alarms.ts";
import { endedSince, isLeft, isOwn, ledgerOf, orphans, withoutTaken } from "./statements.ts";
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
    takeOver: node.guard(rebind),
  };
  const asking = { storage, id: node.id, has: (path: string) => alarms.has(path) };
  // Before anything that takes time: of two nodes of one deploy it is the second that is refused.
  let bound = claim(true);
  let alarms = watch();
  deployAlarms(storage, own, node.now());
  const saved = await node.snapshot.read<SavedAlarms>();
  alarms = watch(saved?.version === 1 ? withoutCarried(saved) : undefined, node.now());
  ready = true;
  /** Until when the machines were followed before; what is live moves it on while the historian is away. */
  const { edge } = alarms;
  /** What people did since the start, until the earlier responses are taken: only in order of recording is none lost. */
  let early: AlarmResponse[] | undefined = [];
  let missed = recorded === undefined ? undefined : saved?.missed;
  /** While the historian is away the status says so, whatever the figures are. */
  let away = false;
  /** What people said is known. */
  let informed = false;
  /** Number of the last entry of the ledger that was told. */
  let heard = 0;
  /** While it looks in the ledger for what others have left. */
  let carrying: Promise<void> | undefined;

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
    const watching = {
      ...alarmPlant(plant.model, bound),
      ownerOf: (path: string) => ownerOf(storage, node.id, path),
      handsOver: recorded !== undefined,
    };
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

  function rebind(): Promise<void> | undefined {
    bound = claim(false);
    alarms = watch(ready ? alarms.state() : undefined);
    if (!ready) return undefined;
    emit(node.send, alarms.reconcile(node.now()));
    if (recorded !== undefined) return carryOn(recorded);
    emit(node.send, alarms.judge());
    return undefined;
  }

  /** Once for all nodes that come or change at one moment. */
  function reconsider(): void {
    if (due) return;
    due = true;
    node.after(0, () => {
      due = false;
      return rebind();
    });
  }

  /** Goes on with what others have left open here: who acknowledged or shelved it stays said. Inputs wait meanwhile. */
  function carryOn(from: AlarmStorage): Promise<void> {
    const turn = Promise.resolve(carrying).then(() => lookForLeft(from));
    const over = (): void => {
      if (carrying === waited) carrying = undefined;
    };
    const waited = turn.then(over, over);
    carrying = waited;
    return turn;
  }

  async function lookForLeft(from: AlarmStorage): Promise<void> {
    const starting = early !== undefined;
    const until = heard;
    early ??= [];
    try {
      const left = (await openAlarms(ledgerOf(from), node.now())).filter((entry) => isLeft(entry, asking));
      emit(node.send, alarms.adopt(left, node.now()));
      // What people did until then is in the statements; what they did to other alarms meanwhile is not.
      if (!starting) {
        alarms.settleResponses(until);
        early = early.filter(({ path, sequence }) => !left.some(({ asset, id }) => asset === path && id > sequence));
      }
    } catch (error) {
      if (!isAway(error)) throw error;
      node.after(RETRY_AFTER, () => carryOn(from));
    } finally {
      emit(node.send, alarms.judge());
      // While this node starts, the catching up sees to what people do meanwhile.
      if (!starting) takeEarly([]);
    }
  }

  /** In order of recording, what people did before and while this node was looking elsewhere. */
  function takeEarly(before: readonly AlarmResponse[]): void {
    const ordered = [...before, ...(early ?? [])].toSorted((a, b) => a.sequence - b.sequence);
    early = undefined;
    for (const response of ordered) emit(node.send, alarms.respond(response));
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
    if (!away) show(counts);
  }

  function show({ active, unacknowledged, recent, flood }: AlarmCounts): void {
    if (flood) node.status("degraded", node.text("flood", { recent, unacknowledged }));
    else if (active + unacknowledged > 0) node.status("degraded", node.text("active", { active, unacknowledged }));
    else node.status("ok", node.text("normal", { count: alarms.size }));
  }

  /** What was said in the ledger while the node was not running. */
  async function catchUpWithPeople(store: RecordedSamples): Promise<void> {
    node.status("busy", node.text("reading"));
    const now = node.now();
    const ledger = ledgerOf(store);
    const open = await openAlarms(ledger, now);
    const made = open.filter((entry) => isOwn(entry, asking) || isLeft(entry, asking));
    const ended = edge === undefined ? [] : await endedSince(ledger, Math.max(edge, now - MISSED), now, asking);
    emit(node.send, [...alarms.adopt([...made, ...ended], now), ...alarms.judge()]);
    const recent = await recentResponses(ledger, now, saved === undefined ? now : saved.listened);
    const responses = await withoutTaken(ledger, node.id, recent);
    // Without a snapshot the open statements say what people did; older responses are about what is over.
    const last = recent.at(-1)?.sequence ?? 0;
    if (saved === undefined) alarms.settleResponses(Math.min(last, (early?.[0]?.sequence ?? Number.POSITIVE_INFINITY) - 1));
    takeEarly(responses);
    alarms.settleResponses(last);
    informed = true;
  }

  /**
   * What was recorded while the node was not running, from `since` on; what arrives twice changes nothing. At the first try also
   * what of it the historian has already: order decides, and after it come live samples.
   */
  async function catchUp(store: RecordedSamples, since: number | undefined, first: boolean): Promise<void> {
    if (!informed) await catchUpWithPeople(store);
    if (since === undefined) return;
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

  async function tryCatchUp(store: RecordedSamples, since: number | undefined, first: boolean): Promise<void> {
    try {
      await catchUp(store, since, first);
      away = false;
      show(alarms.counts(node.now()));
    } catch (error) {
      if (!isAway(error)) throw error;
      away = true;
      node.status("degraded", node.text("away"));
      emit(node.send, alarms.judge());
      node.after(RETRY_AFTER, () => tryCatchUp(store, since, false));
    }
  }

  function kept(): SavedAlarms {
    const listened = early === undefined ? node.now() : saved?.listened;
    return { ...alarms.state(), ...(listened === undefined ? {} : { listened }), ...(missed === undefined ? {} : { missed }) };
  }

  /** Ends what nodes that are gone have left open and nobody goes on with. */
  async function ofNobody(from: AlarmStorage): Promise<readonly AlarmStateEvent[]> {
    const left = await orphans(ledgerOf(from), node.now(), storage, (id) => id === node.id || node.isDeployed(id));
    return abandoned(left, { node: node.id }, node.now());
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
        const rebound = rebind();
        announceAlarms(storage, node.id);
        return rebound;
      }),
    ),
    recorded?.subscribe(
      node.guard((entries) => {
        for (const entry of entries) {
          heard = Math.max(heard, entry.id);
          const response = responseOf(entry);
          if (response === undefined) continue;
          if (early === undefined) emit(node.send, alarms.respond(response));
          else early.push(response);
        }
      }),
    ),
  ];
  const unsubscribe = (): void => {
    for (const end of unsubscribers) end?.();
  };
  try {
    emit(node.send, alarms.reconcile(node.now()));
    if (recorded === undefined) emit(node.send, alarms.judge());
    else {
      missed ??= alarms.watched.length > 0 ? edge : undefined;
      const since = missed === undefined ? undefined : Math.max(missed, node.now() - MISSED);
      await tryCatchUp(recorded, since, true);
    }
    // The last events before a kill may not have reached the ledger; equal statements change nothing there.
    emit(node.send, alarms.restate());
  } catch (error) {
    unsubscribe();
    throw error;
  }
  node.every(TICK_EVERY, async () => {
    withdrawLate(storage, node.now());
    await carrying;
    emit(node.send, alarms.tick(node.now()));
    if (recorded !== undefined && isSettled(storage, node.now())) emit(node.send, await ofNobody(recorded));
    await save();
  });

  return {
    onInput: (message, send) =>
      carrying === undefined ? take(message.payload, send, message) : carrying.then(() => take(message.payload, send, message)),
    async onClose(removed) {
      unsubscribe();
      if (!removed) return node.snapshot.write(kept());
      withdrawAlarms(storage, node.id);
      if (recorded === undefined) return node.snapshot.write(kept());
      // Who comes back from the same deploy may have the alarm then; what nobody has is ended a minute later.
      const returning = isRedeploying(storage);
      const goesOn = (path: string): boolean => returning || ownerOf(storage, node.id, path)?.defines === true;
      const { events, state } = retired(alarms.state(), { node: node.id }, node.now(), goesOn);
      const left = isDeserted(storage) ? await ofNobody(recorded) : [];
      await recorded.state([...events, ...left], { author: "node:twin-alarm", reason: "The node was removed." });
      // Disabling is a removal too: what has ended is not open when the node comes back.
      await node.snapshot.write({ ...kept(), ...state });
    },
  };
}
