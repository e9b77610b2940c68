import type { TwinEvent } from "../../../core/connect/event/index.ts";
import type { LedgerEntry } from "../../../core/connect/ledger/index.ts";
import type { Reject } from "../../../core/connect/sample/index.ts";
import type { AssignedChange, LedgerReader } from "../../../core/operate/downtime/index.ts";
import type { LinesState, StationSaidReaders } from "../../../core/operate/line/index.ts";
import { type Correction, type MachinesState, OeeMachines, type OeeSettings } from "../../../core/operate/oee/index.ts";
import type { ProductionTold } from "../../../core/operate/production/index.ts";
import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { Send, TwinMessage } from "../../kit/node.ts";
import { catchUp, type CaughtUp, watermarks } from "../bound/catch-up.ts";
import { CorrectionLoop, type Recomputing } from "../bound/correction-loop.ts";
import { AHEAD, HORIZON, OLDEST, OVERLAP, SNAPSHOT_EVERY } from "../bound/horizons.ts";
import { readerOf, type RecordedSamples } from "../bound/recorded.ts";
import { sendEvents } from "../bound/send-events.ts";
import { boundMachines, timeModelOf } from "./bound-machines.ts";
import { BoundLines, boundLines } from "./line.ts";
import { ProductionStatements } from "./production.ts";
import { ShownFigures } from "./shown-figures.ts";
import { Stops, type StopsState } from "./stops.ts";
import declaration from "./twin-oee.node.ts";

const MINUTE = 60_000;

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
  const corrections = new CorrectionLoop(node, { recorded, read, calculatorOf, idle: () => lateStops.run() }, saved?.corrections);
  // Minutes first: the reasons of stops are laid over them.
  const lateStops: CorrectionLoop = new CorrectionLoop(
    node,
    { recorded, read, calculatorOf: stopsOf, comparesWithLedger: true },
    saved?.lateStops,
  );
  const shown = new ShownFigures(node);
  const lateness = { latenessMs: config.latenessSeconds * 1000, horizonMs: HORIZON };
  const stopsPorts = {
    ledger: recorded && ((): LedgerReader => recorded.ledger),
    assign,
    emit: (events: readonly TwinEvent[]) => sendEvents(node.send, events),
    late: { add: lateStops.accepts },
  };
  const productionPorts = { ledger: stopsPorts.ledger, tell, reject: (rejects: readonly Reject[]) => node.reject(rejects) };
  let { machines, stops } = bind(saved?.version === 1 ? saved : undefined, saved?.stops);
  let lines = bindLines(saved?.lines);
  let production = new ProductionStatements(machines.calculators.keys(), node.now() - OLDEST, productionPorts);
  if (machines.calculators.size === 0) throw new Error(node.text("nothing", { bind: config.bind, target: config.target }));

  function bind(state?: MachinesState, stopsState?: StopsState): { machines: OeeMachines; stops: Stops } {
    const bound = boundMachines(plant.model, config, settings, node.log.warn);
    const options = { ...lateness, rollingMs: config.rollingMinutes * MINUTE };
    return {
      machines: new OeeMachines(bound, options, state),
      stops: new Stops(bound, plant.model, lateness, stopsPorts, stopsState),
    };
  }

  function bindLines(state?: LinesState): BoundLines {
    const how = { ...settings, detection: config.detection, bufferDelayMs: Math.round(config.bufferDelaySeconds * 1000) };
    const tags = [...machines.calculators.keys()].flatMap((asset) => machines.tagsOf(asset));
    return new BoundLines(boundLines(plant.model, config, how, node.log.warn), tags, lateness, state);
  }

  /** Without a message: samples that are read back. What waits was judged with most of them, so they did not come meanwhile. */
  function take(payload: unknown, send: Send, message?: TwinMessage): void {
    const now = node.now();
    const meanwhile = message && corrections.meanwhile;
    const bounds = { oldest: now - OLDEST, latest: now + AHEAD, accepts: corrections.accepts, ...(meanwhile && { meanwhile }) };
    const stood = stops.push(payload, now + AHEAD);
    sendEvents(send, stood.events, message);
    const pushed = machines.push(payload, bounds);
    const lined = lines.push(payload, bounds);
    const refused = new Set(pushed.rejects.map(({ input }) => input));
    node.reject([...stood.rejects.filter(({ input }) => !refused.has(input)), ...pushed.rejects, ...lined.rejects], message);
    sendEvents(send, [...pushed.events, ...lined.events], message);
    const samples = [...machines.current(), ...lines.current()];
    if (samples.length > 0) send({ samples: { ...message, topic: "", payload: samples } });
    if (pushed.events.length > 0) shown.show(machines, lines);
    corrections.run();
  }

  /** What people said about stops, told to the calculator of the machine and to those of the lines that it is a station of. */
  function assign(asset: string, { from, to, stretches }: AssignedChange): void {
    if (machines.calculators.has(asset)) corrections.told(asset, machines.assign(asset, from, to, stretches, corrections.accepts));
    for (const answer of lines.assign(asset, from, to, stretches, corrections.accepts)) corrections.told(asset, answer);
  }

  /** What people and an MES stated of orders and counts; likewise. */
  function tell(asset: string, { from, to, production: stated }: ProductionTold): void {
    if (machines.calculators.has(asset)) corrections.told(asset, machines.stateProduction(asset, from, to, stated, corrections.accepts));
    for (const answer of lines.stateProduction(asset, from, to, stated, corrections.accepts)) corrections.told(asset, answer);
  }

  async function heard(entries: readonly LedgerEntry[]): Promise<void> {
    production.heard(entries, node.now() - OLDEST);
    await stops.heard(entries);
  }

  /** The plant model has changed; what its cycle times and calendars now make different is stated again. */
  async function rebind(): Promise<void> {
    const before = machines;
    ({ machines, stops } = bind(before.state(), stops.state()));
    lines = bindLines(lines.state());
    reconsider(before);
    production = new ProductionStatements(machines.calculators.keys(), node.now() - OLDEST, productionPorts);
    await stops.read(node.now(), HORIZON);
    sendEvents(node.send, await stops.recall(node.now()));
    await production.read();
  }

  function reconsider(before: OeeMachines | MachinesState): void {
    const { events, rejects } = machines.reconsider(before, node.now() - OLDEST, corrections.accepts);
    node.reject(rejects);
    sendEvents(node.send, events);
    corrections.run();
  }

  /** What recomputes a machine or a line. */
  function calculatorOf(asset: string): Recomputing | undefined {
    const [machine, line] = [machines.calculators.get(asset), lines.calculators.get(asset)];
    const of: StationSaidReaders | undefined =
      recorded &&
      ((one) => ({
        assigned: (from, to) => stops.assignedIn(one, from, to),
        production: (from, to) => production.productionIn(one, from, to),
      }));
    if (machine === undefined) return line && { inMemoryFrom: line.inMemoryFrom, recompute: (...how) => line.recompute(...how, of) };
    return { inMemoryFrom: machine.inMemoryFrom, recompute: (...how) => machine.recompute(...how, of?.(asset)) };
  }

  function stopsOf(asset: string): Recomputing | undefined {
    const machine = machines.calculators.get(asset);
    if (machine === undefined) return undefined;
    return {
      inMemoryFrom: machine.inMemoryFrom,
      // What is found is compared with the ledger: it is found from everything.
      recompute: (beyond, from, rawFrom) => stops.correct({ asset, beyond }, { read: read ?? from, rawFrom }),
    };
  }

  /** What people have said is known before the samples of that time come. */
  async function sources(): Promise<CaughtUp[]> {
    await stops.read(node.now(), HORIZON);
    await production.read();
    return [
      ...[...machines.calculators.keys()].map((asset) => ({ watermark: known.get(asset) ?? null, tags: stops.tagsOf(asset) })),
      ...[...lines.calculators].map(([asset, { tags }]) => ({ watermark: known.get(asset) ?? null, tags })),
    ];
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
  const show = (): void => shown.show(machines, lines);
  if (saved?.version === 1) reconsider(saved);
  const known = watermarks([...machines.calculators, ...lines.calculators]);
  await catchUp(node, { recorded, read, sources, take: (samples) => take(samples, node.send), done: show });
  sendEvents(node.send, stops.settle(OVERLAP));
  sendEvents(node.send, await stops.recall(node.now()));
  corrections.run();
  // The last events before a kill may not have reached the ledger; equal statements change nothing there.
  for (const calculator of [...machines.calculators.values(), ...lines.calculators.values()])
    sendEvents(node.send, calculator.restate(OVERLAP));
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
