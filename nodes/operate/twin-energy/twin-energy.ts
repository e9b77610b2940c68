import { reject } from "../../../core/connect/sample/index.ts";
import { type EnergyAtomEvent, EnergyMeters, type EnergySettings, type MetersState } from "../../../core/operate/energy/index.ts";
import { type Correction, Corrections } from "../../../core/operate/oee/index.ts";
import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { Send, TwinMessage } from "../../kit/node.ts";
import { isAway, readerOf, recordedPieces, type RecordedSamples } from "../twin-oee/bound-machines.ts";
import { boundMeters } from "./bound-meters.ts";
import declaration from "./twin-energy.node.ts";

const HOUR = 3_600_000;
/** Samples this far before the watermark are in the snapshot and read again after a restart; atoms as old are stated again. */
const OVERLAP = 2 * HOUR;
const HORIZON = 26 * HOUR;
const SNAPSHOT_EVERY = 10_000;
const RETRY_AFTER = 5_000;
const EVENTS_PER_MESSAGE = 1_000;
/** A source's clock may be a little ahead; further ahead it would drive the data clock. */
const AHEAD = 5 * 60_000;
const OLDEST = 31 * 24 * HOUR;
/** Corrections that wait for an absent historian; every snapshot holds them. */
const WAITING = { corrections: 1_000, samples: 20_000 };

interface Saved extends MetersState {
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
  const corrections = new Corrections(WAITING, saved?.corrections);
  let meters = bind(saved?.version === 1 ? saved : undefined);
  if (meters.calculators.size === 0) throw new Error(node.text("nothing", { bind: config.bind, target: config.target }));

  function bind(state?: MetersState): EnergyMeters {
    const bound = boundMeters(plant.model, config, settings);
    for (const fault of bound.faults) node.log.warn(fault);
    return new EnergyMeters(bound.meters, options, state);
  }

  function take(payload: unknown, send: Send, message: TwinMessage = {}): void {
    const now = node.now();
    const accepts = corrections.add.bind(corrections);
    const pushed = meters.push(payload, { oldest: now - OLDEST, latest: now + AHEAD, accepts });
    node.reject(pushed.rejects, message);
    emit(send, pushed.events, message);
    const samples = meters.current();
    if (samples.length > 0) send({ samples: { ...message, topic: "", payload: samples } });
    if (pushed.events.length > 0) show();
    node.guard(correct)();
  }

  let correcting = false;
  /** One after the other. A correction that meets no historian waits for it, over a restart too. */
  async function correct(): Promise<void> {
    if (correcting) return;
    correcting = true;
    for (let next = corrections.next(); next !== undefined && !node.closing.aborted; next = corrections.next()) {
      if (await settled(next)) corrections.settled();
      else {
        corrections.postponed();
        await new Promise<void>((resolve) => node.after(RETRY_AFTER, resolve));
      }
    }
    correcting = false;
  }

  async function settled({ asset, beyond }: Correction): Promise<boolean> {
    const calculator = meters.calculators.get(asset);
    if (calculator === undefined) return true;
    try {
      await recorded?.flush(RETRY_AFTER);
      const rawFrom = recorded === undefined ? calculator.inMemoryFrom : (await recorded.stats()).deletedBefore;
      const { events, rejects } = await calculator.recompute(beyond, read ?? (async () => []), rawFrom);
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
    const all = [...meters.calculators.values()];
    const figures = all.map(({ current }) => current);
    const power = figures.map((figure) => figure?.kW ?? null).filter((kW) => kW !== null);
    const kw = power.reduce((sum, kW) => sum + kW, 0).toFixed(1);
    if (all.every(({ watermark }) => watermark === null)) node.status("idle", node.text("waiting", { count: all.length }));
    else if (power.length === 0) node.status("ok", node.text("none"));
    else if (all.length === 1) node.status("ok", node.text("one", { kw, peak: figures[0]?.monthPeak?.kW.toFixed(1) ?? "–" }));
    else node.status("ok", node.text("many", { count: all.length, kw }));
  }

  /** What was recorded since shortly before the watermark; the order in which it meets live samples does not matter. */
  async function catchUp(): Promise<void> {
    if (recorded === undefined || read === undefined) return;
    node.status("busy", node.text("reading"));
    await recorded.flush(RETRY_AFTER);
    const end = node.now() + AHEAD;
    for (const [asset, { watermark }] of meters.calculators) {
      const from = watermark === null ? end - HORIZON : watermark - OVERLAP;
      for await (const samples of recordedPieces(read, meters.tagsOf(asset), from, end)) {
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

  const save = async (): Promise<void> => node.snapshot.write<Saved>({ ...meters.state(OVERLAP), corrections: corrections.state() });
  const unsubscribe = plant.subscribe(node.guard(() => void (meters = bind(meters.state()))));
  await tryCatchUp();
  node.guard(correct)();
  // The last events before a kill may not have reached the ledger; equal statements change nothing there.
  for (const calculator of meters.calculators.values()) emit(node.send, calculator.restate(OVERLAP));
  node.every(SNAPSHOT_EVERY, save);
  show();

  return {
    onInput: (message, send) => take(message.payload, send, message),
    async onClose(removed) {
      unsubscribe();
      if (!removed) await save();
    },
  };
});

function emit(send: Send, events: readonly EnergyAtomEvent[], message: TwinMessage = {}): void {
  for (let at = 0; at < events.length; at += EVENTS_PER_MESSAGE)
    send({ events: { ...message, topic: "", payload: events.slice(at, at + EVENTS_PER_MESSAGE) } });
}
