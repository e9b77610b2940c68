import type { NodeAPI } from "node-red";
import type { LedgerEntry } from "../../../core/connect/ledger/index.ts";
import type { AssignedChange, LedgerReader } from "../../../core/operate/downtime/index.ts";
import { EnergyMeters, type EnergySettings, type MetersState } from "../../../core/operate/energy/index.ts";
import type { Correction, SaidReaders } from "../../../core/operate/oee/index.ts";
import type { ProductionTold } from "../../../core/operate/production/index.ts";
import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { Behaviour, Send, TwinMessage, TwinNode } from "../../kit/node.ts";
import { catchUp, type CaughtUp, watermarks } from "../bound/catch-up.ts";
import { CorrectionLoop, type Recomputing } from "../bound/correction-loop.ts";
import { AHEAD, HORIZON, OLDEST, OVERLAP, SNAPSHOT_EVERY } from "../bound/horizons.ts";
import { readerOf, type RecordedSamples } from "../bound/recorded.ts";
import { sendEvents } from "../bound/send-events.ts";
import { ProductionStatements } from "../twin-oee/production.ts";
import { Stops, type StopsState } from "../twin-oee/stops.ts";
import { boundMeters } from "./bound-meters.ts";
import { oeeThresholds } from "./oee-thresholds.ts";
import declaration from "./twin-energy.node.ts";

const HOUR = 3_600_000;

interface Saved extends MetersState {
  readonly stops?: StopsState;
  /** Corrections that wait for the historian. */
  readonly corrections: readonly Correction[];
}

async function started(node: TwinNode<typeof declaration>, RED: NodeAPI): Promise<Behaviour> {
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
  let thresholds = oeeThresholds(RED, config.plant, plant.model);
  let meters = bind(saved?.version === 1 ? saved : undefined);
  let stops = bindStops(saved?.stops);
  let production = bindProduction();
  if (meters.calculators.size === 0) throw new Error(node.text("nothing", { bind: config.bind, target: config.target }));

  function bind(state?: MetersState): EnergyMeters {
    return new EnergyMeters(boundMeters(plant.model, config, settingsOf, node.log.warn), options, state);
  }

  /** A machine's time is divided as its twin-oee divides it, where there is one. */
  function settingsOf(asset: string): EnergySettings {
    return { ...settings, oee: thresholds.get(asset) ?? settings.oee };
  }

  function bindStops(state?: StopsState): Stops {
    return new Stops(meters.machines, plant.model, options, stopsPorts, state);
  }

  /** What people said about stops, told to the calculator of the machine's meter. */
  function assign(asset: string, { from, to, stretches }: AssignedChange): void {
    corrections.told(asset, meters.assign(asset, from, to, stretches, corrections.accepts));
  }

  /** What cannot be taken of it is refused by the machine's twin-oee. */
  function bindProduction(): ProductionStatements {
    return new ProductionStatements(meters.calculators.keys(), node.now() - OLDEST, {
      ledger: stopsPorts.ledger,
      tell,
      reject: () => undefined,
    });
  }

  /** What people and an MES stated of orders and counts. */
  function tell(asset: string, { from, to, production: stated }: ProductionTold): void {
    corrections.told(asset, meters.stateProduction(asset, from, to, stated, corrections.accepts));
  }

  async function heard(entries: readonly LedgerEntry[]): Promise<void> {
    production.heard(entries, node.now() - OLDEST);
    await stops.heard(entries);
  }

  /** The plant model has changed; what its calendars now make different is stated again. */
  async function rebind(): Promise<void> {
    const before = meters;
    thresholds = oeeThresholds(RED, config.plant, plant.model);
    meters = bind(before.state());
    stops = bindStops(stops.state());
    production = bindProduction();
    const { events, rejects } = meters.reconsider(before, node.now() - OLDEST, corrections.accepts);
    node.reject(rejects);
    sendEvents(node.send, events);
    corrections.run();
    await stops.read(node.now(), HORIZON);
    await production.read();
  }

  /** A deploy that leaves this node as it is may change its machines' twin-oee. */
  async function deployed(): Promise<void> {
    const now = oeeThresholds(RED, config.plant, plant.model);
    if (JSON.stringify([...now]) !== JSON.stringify([...thresholds])) await rebind();
  }

  /** Without a message: see `twin-oee`. */
  function take(payload: unknown, send: Send, message?: TwinMessage): void {
    const now = node.now();
    // Here stops only say what assignments are about.
    stops.push(payload, now + AHEAD);
    const meanwhile = message && corrections.meanwhile;
    const bounds = { oldest: now - OLDEST, latest: now + AHEAD, accepts: corrections.accepts, ...(meanwhile && { meanwhile }) };
    const pushed = meters.push(payload, bounds);
    node.reject(pushed.rejects, message);
    sendEvents(send, pushed.events, message);
    const samples = meters.current();
    if (samples.length > 0) send({ samples: { ...message, topic: "", payload: samples } });
    if (pushed.events.length > 0) show();
    corrections.run();
  }

  function calculatorOf(asset: string): Recomputing | undefined {
    const calculator = meters.calculators.get(asset);
    const said: SaidReaders | undefined = recorded && {
      assigned: (from, to) => stops.assignedIn(asset, from, to),
      production: (from, to) => production.productionIn(asset, from, to),
    };
    return calculator && { inMemoryFrom: calculator.inMemoryFrom, recompute: (...how) => calculator.recompute(...how, said) };
  }

  /** What people have said is known before the samples of that time come. */
  async function sources(): Promise<CaughtUp[]> {
    await stops.read(node.now(), HORIZON);
    await production.read();
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
  const listen = node.guard(deployed);
  RED.events.on("flows:started", listen);
  const unsubscribers = [
    () => RED.events.off("flows:started", listen),
    plant.subscribe(node.guard(rebind)),
    recorded?.subscribe(node.guard(heard)),
  ];
  const unsubscribe = (): void => {
    for (const end of unsubscribers) end?.();
  };
  const known = watermarks(meters.calculators);
  try {
    await catchUp(node, { recorded, read, sources, take: (samples) => take(samples, node.send), done: show });
    stops.settle(OVERLAP);
    corrections.run();
    // The last events before a kill may not have reached the ledger; equal statements change nothing there.
    for (const calculator of meters.calculators.values()) sendEvents(node.send, calculator.restate(OVERLAP));
  } catch (error) {
    unsubscribe();
    throw error;
  }
  node.every(SNAPSHOT_EVERY, save);
  show();

  return {
    onInput: (message, send) => take(message.payload, send, message),
    async onClose(removed) {
      unsubscribe();
      if (!removed) await save();
    },
  };
}

export default (RED: NodeAPI): void => defineNode(declaration, (node) => started(node, RED))(RED);
