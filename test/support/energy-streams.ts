/** A metered machine, recorded streams of it in any order and lateness, and what an energy calculator makes of them. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Sample } from "../../core/connect/sample/index.ts";
import {
  type EnergyAtom,
  type EnergyAtomEvent,
  energyAtoms,
  EnergyCalculator,
  type EnergyMeter,
  EnergyReadings,
  registerStep,
  sumEnergy,
} from "../../core/operate/energy/index.ts";
import { DEFAULT_TIME_OPTIONS, PACKML_TIME_MODEL, type PlannedWindow, type SampleReader } from "../../core/operate/oee/index.ts";

export const MINUTE = 60_000;
export const T0 = Date.UTC(2026, 2, 10, 6);
const ASSET = "acme.galway.bottling.line01.filler01";
export const FACTOR = "acme.galway._raw.grid_factor";
const MODULUS = 1_000;
/** Shifts of 50 minutes with a 7-minute break that begins and ends off the minute. */
function plannedWindows(from: number, to: number): PlannedWindow[] {
  const shift = 50 * MINUTE;
  const windows: PlannedWindow[] = [];
  for (let start = Math.floor(from / shift) * shift; start < to; start += shift) {
    const name = `s${(start / shift) % 3}`;
    const pause = [start + 20 * MINUTE + 12_345, start + 27 * MINUTE + 12_345] as const;
    const of = { shift: name, productionDay: new Date(start).toISOString().slice(0, 10) };
    windows.push({ start, end: pause[0], planned: true, ...of }, { start: pause[0], end: pause[1], planned: false, ...of });
    windows.push({ start: pause[1], end: start + shift, planned: true, ...of });
  }
  return windows;
}

export function meter(change: Partial<EnergyMeter["rules"]> = {}, windows = plannedWindows): EnergyMeter {
  const tag = (name: string) => `${ASSET}._filler_v1.${name}`;
  const rules = {
    timeModel: PACKML_TIME_MODEL,
    microStopMs: 90_000,
    silenceMs: 60_000,
    processedMax: 65_535,
    idealCycleUs: () => 500_000,
    plannedWindows: windows,
  };
  return {
    asset: ASSET,
    tags: { active: tag("active_energy"), reactive: tag("reactive_energy"), factor: FACTOR },
    units: { active: "kW.h", reactive: "kV.A{reactive}.h", factor: "g/(kW.h)" },
    machine: {
      asset: ASSET,
      tags: {
        state: tag("state"),
        mode: tag("unit_mode"),
        processed: tag("processed_count"),
        defective: tag("defective_count"),
        product: tag("product"),
        order: tag("order"),
        heartbeat: tag("heartbeat"),
      },
      numbering: { profile: "packml-opcua" },
      modeNames: { 1: "Production", 2: "Maintenance", 4: "Changeover" },
      rules,
      options: DEFAULT_TIME_OPTIONS,
      modelRevision: "m1",
    },
    rules: {
      machine: rules,
      gapMs: 5 * MINUTE,
      activeModulus: MODULUS * 1_000_000,
      factors: null,
      factorHoldMs: 20 * MINUTE,
      ...change,
    },
    demandMs: 15 * MINUTE,
    zone: "Europe/Dublin",
    modelRevision: "m1",
  };
}

export const filler = meter();
/** Everything planned, one shift, no factor needed. */
export const plain = meter({ machine: { ...filler.rules.machine, plannedWindows: allDay } }, allDay);
export function allDay(from: number, to: number): PlannedWindow[] {
  return [{ start: from, end: to, planned: true, shift: "early", productionDay: "2026-03-10" }];
}

export function idle(from: number, to: number): PlannedWindow[] {
  return allDay(from, to).map((one) => ({ ...one, planned: false }));
}

export function sample(name: string, timestamp: number, value: Sample["value"], quality: Sample["quality"] = "Good"): Sample {
  return { tag: name === "factor" ? FACTOR : `${ASSET}._filler_v1.${name}`, value, quality, timestamp };
}

/** A recorded stream of about 40 minutes with registers that rise, reset and roll over, factors, orders, silences, lost connections. */
export const stream = fc
  .array(
    fc.record({
      wait: fc.oneof(
        fc.integer({ min: 1, max: 9_000 }),
        fc.integer({ min: 10_000, max: 200_000 }),
        fc.constant(MINUTE),
        fc.constant(400_000),
      ),
      what: fc.oneof(
        { weight: 2, arbitrary: fc.record({ name: fc.constant("state"), value: fc.constantFrom(6, 6, 6, 11, 9, 5, 2, 99) }) },
        {
          weight: 4,
          arbitrary: fc.record({
            name: fc.constant("active_energy"),
            value: fc.integer({ min: 0, max: 9_999_999 }).map((n) => n / 10_000),
          }),
        },
        {
          weight: 1,
          arbitrary: fc.record({ name: fc.constant("reactive_energy"), value: fc.integer({ min: 0, max: 9_999 }).map((n) => n / 10) }),
        },
        { weight: 1, arbitrary: fc.record({ name: fc.constant("factor"), value: fc.integer({ min: 0, max: 900 }) }) },
        { weight: 1, arbitrary: fc.record({ name: fc.constant("order"), value: fc.constantFrom("A1", "A2", "A3") }) },
        { weight: 1, arbitrary: fc.record({ name: fc.constant("processed_count"), value: fc.integer({ min: 0, max: 65_535 }) }) },
        { weight: 1, arbitrary: fc.record({ name: fc.constant("product"), value: fc.constantFrom("still", "lemon") }) },
        { weight: 1, arbitrary: fc.record({ name: fc.constant("unit_mode"), value: fc.constantFrom(1, 1, 2, 4) }) },
        { weight: 2, arbitrary: fc.record({ name: fc.constant("heartbeat"), value: fc.nat(65_535) }) },
        { weight: 1, arbitrary: fc.constant({ name: "lost", value: null }) },
      ),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    let time = T0;
    const samples: Sample[] = [sample("heartbeat", T0, 0)];
    for (const { wait, what } of steps) {
      time += wait;
      if (what.name !== "lost") samples.push(sample(what.name, time, what.value));
      else for (const name of ["state", "active_energy", "factor", "order", "heartbeat"]) samples.push(sample(name, time, null, "Bad"));
    }
    samples.push(sample("heartbeat", time + MINUTE, 1));
    return samples;
  });

export function active(value: Sample["value"], unit?: string): Sample {
  return { ...sample("active_energy", T0, value), ...(unit === undefined ? {} : { unit }) };
}

export function at<T>(list: readonly T[], index: number): T {
  return list[index] ?? assert.fail(`nothing at ${index}`);
}

export const end = (samples: readonly Sample[]): number => Math.max(...samples.map((one) => one.timestamp));

export function readingsOf(samples: readonly Sample[], of = filler): EnergyReadings {
  const calculator = new EnergyCalculator(of);
  calculator.push(samples);
  return new EnergyReadings(of.rules.machine.silenceMs, calculator.state().readings);
}

export function atomsOf(samples: readonly Sample[], from: number, to: number, of = filler): EnergyAtom[] {
  return energyAtoms(readingsOf(samples, of), from, to, of.rules);
}

export const sum = (all: readonly EnergyAtom[]) => sumEnergy(all.map(({ measures }) => measures));

/** Whole steps between the good readings of the active register, by hand. */
export function stepsOf(samples: readonly Sample[]): { readonly begin: number; readonly end: number; readonly step: number }[] {
  const readings = samples.filter(({ tag, quality }) => tag.endsWith(".active_energy") && quality === "Good");
  return readings.slice(1).map((one, i) => {
    const before = at(readings, i);
    const step = registerStep(Math.round(Number(before.value) * 1e6), Math.round(Number(one.value) * 1e6), MODULUS * 1e6);
    return { begin: before.timestamp, end: one.timestamp, step };
  });
}

/** What a store holds: the last statement per series and start, without withdrawn rows. */
export function latest(events: readonly EnergyAtomEvent[]): Map<string, unknown> {
  const rows = new Map<string, EnergyAtomEvent>();
  for (const event of events) rows.set(`${event.start}/${event.data.product}/${event.data.order}/${event.data.shift}`, event);
  return new Map(
    [...rows]
      .filter(([, event]) => event.end !== event.start)
      .map(([key, event]) => [key, { end: event.end, ...event.data }] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

export function truth(samples: readonly Sample[], watermark: number, calculator = new EnergyCalculator(filler)): Map<string, unknown> {
  calculator.push(samples);
  return latest(calculator.tick(end(samples) + 10 * MINUTE).filter((event) => event.start < watermark));
}

export function reader(recorded: readonly Sample[]): SampleReader {
  return ({ tags, from, to }) => {
    const result = tags.flatMap(({ id }) => {
      const of = recorded.filter((one) => one.tag === id).toSorted((a, b) => a.timestamp - b.timestamp);
      return [...of.filter((one) => one.timestamp < from).slice(-1), ...of.filter((one) => one.timestamp >= from && one.timestamp < to)];
    });
    return Promise.resolve(result);
  };
}

interface Arrival {
  readonly samples: Sample[];
  readonly delays: number[];
  readonly size: number;
}
export const arrivals = fc.record({
  samples: stream,
  delays: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_000_000 })), { minLength: 310, maxLength: 310 }),
  size: fc.integer({ min: 1, max: 20 }),
});

export function shuffled({ samples, delays, size }: Arrival): Sample[][] {
  const order = samples.map((one, i) => ({ one, at: one.timestamp + (delays[i] ?? 0) })).toSorted((a, b) => a.at - b.at);
  return Array.from({ length: Math.ceil(order.length / size) }, (_, i) => order.slice(i * size, (i + 1) * size).map(({ one }) => one));
}

export async function feed(
  calculator: EnergyCalculator,
  batches: readonly (readonly Sample[])[],
  recorded: Sample[] = [],
): Promise<EnergyAtomEvent[]> {
  const events: EnergyAtomEvent[] = [];
  for (const batch of batches) {
    recorded.push(...batch);
    const pushed = calculator.push(batch);
    events.push(...pushed.events);
    if (pushed.beyond !== null) events.push(...(await calculator.recompute(pushed.beyond, reader(recorded), null)).events);
    events.push(...calculator.tick(calculator.dataTime ?? 0));
  }
  return events;
}
