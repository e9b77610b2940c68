import type { TwinEvent } from "../../../core/connect/event/index.ts";
import type { LedgerEntry } from "../../../core/connect/ledger/index.ts";
import { type Reject, reject } from "../../../core/connect/sample/index.ts";
import type { LinesState } from "../../../core/operate/line/index.ts";
import {
  type Correction,
  Corrections,
  type MachinesState,
  OeeMachines,
  type OeeSettings,
  ratios,
  type TooFast,
} from "../../../core/operate/oee/index.ts";
import type { AssignedChange, LedgerReader } from "../../../core/operate/downtime/index.ts";
import type { ProductionTold } from "../../../core/operate/production/index.ts";
import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { Send, TwinMessage } from "../../kit/node.ts";
import { boundMachines, isAway, readerOf, recordedPieces, type RecordedSamples, timeModelOf } from "./bound-machines.ts";
import { BoundLines, boundLines } from "./line.ts";
import { ProductionStatements } from "./production.ts";
import { Stops, type StopsState } from "./stops.ts";
import declaration from "./twin-oee.node.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Samples this far before the watermark are in the snapshot and read again after a restart; atoms as old are stated again. */
const OVERLAP = 2 * HOUR;
const HORIZON = 26 * HOUR;
const SNAPSHOT_EVERY = 10_000;
const RETRY_AFTER = 5_000;
const EVENTS_PER_MESSAGE = 1_000;
/** A source's clock may be a little ahead; further ahead it would drive the data clock. */
const AHEAD = 5 * MINUTE;
const OLDEST = 31 * 24 * HOUR;
/** Corrections that wait for an absent historian; every snapshot holds them. */
const WAITING = { corrections: 1_000, samples: 20_000 };

interface Saved extends MachinesState {
  readonly lines?: LinesState;
  /** Corrections that wait for the historian. */
  readonly corrections: readonly Correction[];
  /** Those of stops. */
  readonly lateStops?: readonly Correction[];
  readonly stops?: StopsState;
}

export default defineNode(declaration, async (node) => {
  const { config } = node;
  const plant = node.api<PlantService>(config.plant, "twin-plant");
  const recorded = config.historian === undefined ? undefined : node.api<RecordedSamples>(config.historian, "twin-historian");
  const read = recorded && readerOf(recorded, () => plant.model);
  const settings: OeeSettings = {
    microStopMs: Math.round(config.microStopSeconds * 1000),
    silenceMs: Math.round(config.silenceSeconds * 1000),
    startUpMs: Math.round(config.startUpMinutes * MINUTE),
    options: config,
    timeModel: timeModelOf(config.modes),
  };
  const saved = await node.snapshot.read<Saved>();
  const corrections = new Corrections(WAITING, saved?.corrections);
  const lateStops = new Corrections(WAITING, saved?.lateStops);
  const lateness = { latenessMs: config.latenessSeconds * 1000, horizonMs: HORIZON };
  const stopsPorts = {
    ledger: recorded && ((): LedgerReader => recorded.ledger),
    assign,
    emit: (events: readonly TwinEvent[]) => emit(node.send, events),
    late: lateStops,
  };
  const productionPorts = { ledger: stopsPorts.ledger, tell, reject: (rejects: readonly Reject[]) => node.reject(rejects) };
  let { machines, stops } = bind(saved?.version === 1 ? saved : undefined, saved?.stops);
  let lines = bindLines(saved?.lines);
  let production = new ProductionStatements(machines.calculators.keys(), node.now() - OLDEST, productionPorts);
  if (machines.calculators.size === 0) throw new Error(node.text("nothing", { bind: config.bind, target: config.target }));

  function bind(state?: MachinesState, stopsState?: StopsState): { machines: OeeMachines; stops: Stops } {
    const bound = boundMachines(plant.model, config, settings);
    for (const fault of bound.faults) node.log.warn(fault);
    const options = { ...lateness, rollingMs: config.rollingMinutes * MINUTE };
    return {
      machines: new OeeMachines(bound.machines, options, state),
      stops: new Stops(bound.machines, plant.model, lateness, stopsPorts, stopsState),
    };
  }

  function bindLines(state?: LinesState): BoundLines {
    const how = { ...settings, detection: config.detection, bufferDelayMs: Math.round(config.bufferDelaySeconds * 1000) };
    const bound = boundLines(plant.model, config, how);
    for (const fault of bound.faults) node.log.warn(fault);
    const tags = [...machines.calculators.keys()].flatMap((asset) => machines.tagsOf(asset));
    return new BoundLines(bound.lines, tags, lateness, state);
  }

  function take(payload: unknown, send: Send, message: TwinMessage = {}): void {
    const now = node.now();
    const accepts = corrections.add.bind(corrections);
    const bounds = { oldest: now - OLDEST, latest: now + AHEAD, accepts };
    const stood = stops.push(payload, now + AHEAD);
    emit(send, stood.events, message);
    const pushed = machines.push(payload, bounds);
    const lined = lines.push(payload, bounds);
    const refused = new Set(pushed.rejects.map(({ input }) => input));
    node.reject([...stood.rejects.filter(({ input }) => !refused.has(input)), ...pushed.rejects, ...lined.rejects], message);
    emit(send, [...pushed.events, ...lined.events], message);
    const samples = [...machines.current(), ...lines.current()];
    if (samples.length > 0) send({ samples: { ...message, topic: "", payload: samples } });
    if (pushed.events.length > 0) show();
    node.guard(correct)();
  }

  /** What people said about stops, told to the calculator of the machine. */
  function assign(asset: string, { from, to, stretches }: AssignedChange): void {
    if (!machines.calculators.has(asset)) return;
    settle(asset, machines.assign(asset, from, to, stretches, corrections.add.bind(corrections)));
  }

  /** What people and an MES stated of orders and counts. */
  function tell(asset: string, { from, to, production: stated }: ProductionTold): void {
    settle(asset, machines.stateProduction(asset, from, to, stated, corrections.add.bind(corrections)));
  }

  function settle(asset: string, told: ReturnType<OeeMachines["assign"]>): void {
    if ("fault" in told) return node.log.warn(`${asset}: ${told.fault}`);
    emit(node.send, told.events);
    if (told.beyond !== null) node.guard(correct)();
  }

  /** The plant model has changed; what its cycle times and calendars now make different is stated again. */
  async function rebind(): Promise<void> {
    const before = machines;
    ({ machines, stops } = bind(before.state(), stops.state()));
    lines = bindLines(lines.state());
    reconsider(before);
    production = new ProductionStatements(machines.calculators.keys(), node.now() - OLDEST, productionPorts);
    await stops.read(node.now(), HORIZON);
    emit(node.send, await stops.recall(node.now()));
    await production.read();
  }

  function reconsider(before: OeeMachines | MachinesState): void {
    const { events, rejects } = machines.reconsider(before, node.now() - OLDEST, corrections.add.bind(corrections));
    node.reject(rejects);
    emit(node.send, events);
    node.guard(correct)();
  }

  let correcting = false;
  /** One after the other. A correction that meets no historian waits for it, over a restart too. */
  async function correct(): Promise<void> {
    if (correcting) return;
    correcting = true;
    for (let queue = waiting(); queue !== undefined && !node.closing.aborted; queue = waiting()) {
      const next = queue.next();
      if (next === undefined || (await settled(next, queue === lateStops))) queue.settled();
      else {
        queue.postponed();
        await new Promise<void>((resolve) => node.after(RETRY_AFTER, resolve));
      }
    }
    correcting = false;
  }

  /** Minutes first: the reasons of stops are laid over them. */
  function waiting(): Corrections | undefined {
    return [corrections, lateStops].find((queue) => queue.next() !== undefined);
  }

  async function settled(correction: Correction, ofStops: boolean): Promise<boolean> {
    const { asset, beyond } = correction;
    const calculator = machines.calculators.get(asset) ?? lines.calculators.get(asset);
    if (calculator === undefined) return true;
    try {
      await recorded?.flush(RETRY_AFTER);
      const rawFrom = recorded === undefined ? calculator.inMemoryFrom : (await recorded.stats()).deletedBefore;
      const from = read ?? (async () => []);
      const said = recorded && {
        assigned: (start: number, end: number) => stops.assignedIn(asset, start, end),
        production: (start: number, end: number) => production.productionIn(asset, start, end),
      };
      const { events, rejects } = ofStops
        ? await stops.correct(correction, { read: from, rawFrom })
        : await calculator.recompute(beyond, from, rawFrom, said);
      node.reject(rejects);
      emit(node.send, events);
      return true;
    } catch (error) {
      if (isAway(error)) return false;
      const message = `The correction failed: ${(error as Error).message}`;
      node.reject(beyond.samples.map((sample) => reject("INTERNAL", sample, { message, tag: sample.tag })));
      return true;
    }
  }

  function show(): void {
    const line = lines.calculators.size === 1 ? [...lines.calculators.values()][0]?.running : undefined;
    const ofLine = line && ratios(line.shift.measures, config).oee;
    const figures = machines.shiftRatios().map((one) => one?.oee ?? null);
    const oee = figures.filter((figure) => figure !== null).map((figure) => figure * 100);
    const tooFast = machines.tooFast();
    warn(tooFast);
    const [worst] = tooFast.toSorted((a, b) => b.performance - a.performance);
    const [low, high] = [Math.min(...oee).toFixed(1), Math.max(...oee).toFixed(1)];
    if ([...machines.calculators.values()].every(({ watermark }) => watermark === null))
      node.status("idle", node.text("waiting", { count: figures.length }));
    else if (worst !== undefined) node.status("degraded", node.text("tooFast", wordsOf(worst)));
    else if (typeof ofLine === "number") node.status("ok", node.text("line", { oee: (ofLine * 100).toFixed(1) }));
    else if (oee.length === 0) node.status("ok", node.text("none"));
    else if (figures.length === 1) node.status("ok", node.text("one", { oee: low }));
    else node.status("ok", node.text("many", { count: figures.length, low, high }));
  }

  const warned = new Map<string, string>();
  /** Once per machine and shift. */
  function warn(tooFast: readonly TooFast[]): void {
    const fresh = tooFast.filter(({ asset, shift }) => warned.get(asset) !== shift);
    for (const { asset, shift } of fresh) warned.set(asset, shift);
    node.reject(fresh.map((one) => reject("OUT_OF_RANGE", one, { message: node.text("tooFastHelp", wordsOf(one)), field: "performance" })));
  }

  async function heard(entries: readonly LedgerEntry[]): Promise<void> {
    production.heard(entries, node.now() - OLDEST);
    await stops.heard(entries);
  }

  /** What was recorded since shortly before the watermark; the order in which it meets live samples does not matter. */
  async function catchUp(): Promise<void> {
    if (recorded === undefined || read === undefined) return;
    node.status("busy", node.text("reading"));
    await recorded.flush(RETRY_AFTER);
    await stops.read(node.now(), HORIZON);
    await production.read();
    const end = node.now() + AHEAD;
    const sources = [
      ...[...machines.calculators].map(([asset, { watermark }]) => ({ watermark, tags: stops.tagsOf(asset) })),
      ...lines.calculators.values(),
    ];
    for (const { watermark, tags } of sources) {
      const from = watermark === null ? end - HORIZON : watermark - OVERLAP;
      for await (const samples of recordedPieces(read, tags, from, end)) {
        if (node.closing.aborted) return;
        take(samples, node.send);
      }
    }
  }

  async function tryCatchUp(): Promise<void> {
    try {
      await catchUp();
      show();
    } catch (error) {
      if (!isAway(error)) throw error;
      node.status("degraded", node.text("away"));
      node.after(RETRY_AFTER, tryCatchUp);
    }
  }

  const save = async (): Promise<void> =>
    node.snapshot.write<Saved>({
      ...machines.state(OVERLAP),
      lines: lines.state(OVERLAP),
      corrections: corrections.state(),
      lateStops: lateStops.state(),
      stops: stops.state(OVERLAP),
    });
  const unsubscribe = [plant.subscribe(node.guard(rebind)), recorded?.subscribe(node.guard(heard))];
  if (saved?.version === 1) reconsider(saved);
  await tryCatchUp();
  emit(node.send, stops.settle(OVERLAP));
  emit(node.send, await stops.recall(node.now()));
  node.guard(correct)();
  // The last events before a kill may not have reached the ledger; equal statements change nothing there.
  for (const calculator of [...machines.calculators.values(), ...lines.calculators.values()]) emit(node.send, calculator.restate(OVERLAP));
  node.every(SNAPSHOT_EVERY, save);
  show();

  return {
    onInput: (message, send) => take(message.payload, send, message),
    async onClose(removed) {
      for (const end of unsubscribe) end?.();
      if (!removed) await save();
    },
  };
});

function wordsOf({ asset, product, performance, shift }: TooFast): Record<string, string> {
  return { asset: asset.slice(asset.lastIndexOf(".") + 1), product, performance: (performance * 100).toFixed(1), shift };
}

function emit(send: Send, events: readonly TwinEvent[], message: TwinMessage = {}): void {
  for (let at = 0; at < events.length; at += EVENTS_PER_MESSAGE)
    send({ events: { ...message, topic: "", payload: events.slice(at, at + EVENTS_PER_MESSAGE) } });
}
