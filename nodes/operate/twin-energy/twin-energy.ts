import type { AssignedChange, LedgerReader } from "../../../core/operate/downtime/index.ts";
import { EnergyMeters, type EnergySettings, type MetersState } from "../../../core/operate/energy/index.ts";
import type { AssignedReader, Correction } from "../../../core/operate/oee/index.ts";
import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { Send, TwinMessage } from "../../kit/node.ts";
import { catchUp, type CaughtUp, watermarks } from "../bound/catch-up.ts";
import { CorrectionLoop, type Recomputing } from "../bound/correction-loop.ts";
import { AHEAD, HORIZON, OLDEST, OVERLAP, SNAPSHOT_EVERY } from "../bound/horizons.ts";
import { readerOf, type RecordedSamples } from "../bound/recorded.ts";
import { sendEvents } from "../bound/send-events.ts";
import { Stops, type StopsState } from "../twin-oee/stops.ts";
import { boundMeters } from "./bound-meters.ts";
import declaration from "./twin-energy.node.ts";

const HOUR = 3_600_000;

interface Saved extends MetersState {
  readonly stops?: StopsState;
  /** Corrections that wait for the historian. */
  readonly corrections: readonly Correction[];
}

export default defineNode(declaration, async (node) => {
  const { config } = node;
  const plant = node.api<PlantService>(config.plant, "twin-plant");
  const recorded = config.historian === undefined ? undefined : node.api<RecordedSamples>(config.historian, "twin-historian");
  const read = recorded && readerOf(recorded, () => plant.model);
  const settings: EnergySettings = {
    oee: {
      microStopMs: Math.round(config.microStopSeconds * 1000),
      silenceMs: Math.round(config.silenceSeconds * 1000),
    },
    gapMs: Math.round(config.gapSeconds * 1000),
    demandMs: Number(config.demandMinutes) * 60_000,
    ...(config.demandLimitKw === undefined ? {} : { demandLimit: config.demandLimitKw }),
    ...(config.highestPowerKw === undefined ? {} : { highestPower: config.highestPowerKw }),
    factors:
      config.factorTag === undefined || config.factorTag === ""
        ? { rows: config.factors.map(({ from, gramsPerKwh }) => ({ from, gramsPerKWh: gramsPerKwh })) }
        : { tag: config.factorTag, holdMs: Math.round(config.factorHours * HOUR) },
  };
  const options = { latenessMs: config.latenessSeconds * 1000, horizonMs: HORIZON };
  const saved = await node.snapshot.read<Saved>();
  const corrections = new CorrectionLoop(node, { recorded, read, calculatorOf }, saved?.corrections);
  const stopsPorts = {
    ledger: recorded && ((): LedgerReader => recorded.ledger),
    assign,
    // Stops and their parts are stated, and corrected, by the machine's twin-oee.
    emit: () => undefined,
    late: { add: () => true },
  };
  let meters = bind(saved?.version === 1 ? saved : undefined);
  let stops = bindStops(saved?.stops);
  if (meters.calculators.size === 0) throw new Error(node.text("nothing", { bind: config.bind, target: config.target }));

  function bind(state?: MetersState): EnergyMeters {
    return new EnergyMeters(boundMeters(plant.model, config, settings, node.log.warn), options, state);
  }

  function bindStops(state?: StopsState): Stops {
    return new Stops(meters.machines, plant.model, options, stopsPorts, state);
  }

  /** What people said about stops, told to the calculator of the machine's meter. */
  function assign(asset: string, { from, to, stretches }: AssignedChange): void {
    corrections.told(asset, meters.assign(asset, from, to, stretches, corrections.accepts));
  }

  /** The plant model has changed; what its calendars now make different is stated again. */
  async function rebind(): Promise<void> {
    const before = meters;
    meters = bind(before.state());
    stops = bindStops(stops.state());
    const { events, rejects } = meters.reconsider(before, node.now() - OLDEST, corrections.accepts);
    node.reject(rejects);
    sendEvents(node.send, events);
    corrections.run();
    await stops.read(node.now(), HORIZON);
  }

  function take(payload: unknown, send: Send, message: TwinMessage = {}): void {
    const now = node.now();
    // Here stops only say what assignments are about.
    stops.push(payload, now + AHEAD);
    const pushed = meters.push(payload, { oldest: now - OLDEST, latest: now + AHEAD, accepts: corrections.accepts });
    node.reject(pushed.rejects, message);
    sendEvents(send, pushed.events, message);
    const samples = meters.current();
    if (samples.length > 0) send({ samples: { ...message, topic: "", payload: samples } });
    if (pushed.events.length > 0) show();
    corrections.run();
  }

  function calculatorOf(asset: string): Recomputing | undefined {
    const calculator = meters.calculators.get(asset);
    const assigned: AssignedReader | undefined = recorded && ((from, to) => stops.assignedIn(asset, from, to));
    return calculator && { inMemoryFrom: calculator.inMemoryFrom, recompute: (...how) => calculator.recompute(...how, assigned) };
  }

  /** What people have said is known before the samples of that time come. */
  async function sources(): Promise<CaughtUp[]> {
    await stops.read(node.now(), HORIZON);
    return [...meters.calculators.keys()].map((asset) => ({ watermark: known.get(asset) ?? null, tags: meters.tagsOf(asset) }));
  }

  function show(): void {
    const all = [...meters.calculators.values()];
    const figures = all.map(({ current }) => current);
    const power = figures.map((figure) => figure?.kW ?? null).filter((kW) => kW !== null);
    const kw = power.reduce((sum, kW) => sum + kW, 0).toFixed(1);
    if (all.every(({ watermark }) => watermark === null)) node.status("idle", node.text("waiting", { count: all.length }));
    else if (power.length === 0) node.status("ok", node.text("none"));
    else if (all.length === 1) node.status("ok", node.text("one", { kw, peak: figures[0]?.monthPeak?.kW.toFixed(1) ?? "–" }));
    else node.status("ok", node.text("many", { count: all.length, kw }));
  }

  const save = async (): Promise<void> =>
    node.snapshot.write<Saved>({ ...meters.state(OVERLAP), corrections: corrections.state(), stops: stops.state() });
  const unsubscribe = [plant.subscribe(node.guard(rebind)), recorded?.subscribe(node.guard((entries) => stops.heard(entries)))];
  const known = watermarks(meters.calculators);
  await catchUp(node, { recorded, read, sources, take: (samples) => take(samples, node.send), done: show });
  stops.settle(OVERLAP);
  corrections.run();
  // The last events before a kill may not have reached the ledger; equal statements change nothing there.
  for (const calculator of meters.calculators.values()) sendEvents(node.send, calculator.restate(OVERLAP));
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
