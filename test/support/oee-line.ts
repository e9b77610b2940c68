/** A machine with everything that makes OEE difficult, what it may have said in about 40 minutes, and what a store makes of it. */
import * as fc from "fast-check";
import type { Sample } from "../../core/connect/sample/index.ts";
import {
  type Atom,
  atoms,
  DEFAULT_TIME_OPTIONS,
  type OeeAtomEvent,
  OeeCalculator,
  type OeeMachine,
  PACKML_TIME_MODEL,
  type PlannedWindow,
  Readings,
  type SampleReader,
  sumMeasures,
} from "../../core/operate/oee/index.ts";

export const MINUTE = 60_000;
export const T0 = Date.UTC(2026, 2, 10, 6);
export const ASSET = "acme.galway.bottling.line01.filler01";

/** Shifts of 50 minutes with a 7-minute break that begins and ends off the minute. */
export function plannedWindows(from: number, to: number): PlannedWindow[] {
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

export function machine(change: Partial<OeeMachine["rules"]> = {}): OeeMachine {
  const tag = (name: string) => `${ASSET}._filler_v1.${name}`;
  return {
    asset: ASSET,
    tags: {
      state: tag("state"),
      mode: tag("unit_mode"),
      processed: tag("processed_count"),
      defective: tag("defective_count"),
      rework: tag("rework_count"),
      product: tag("product"),
      order: tag("order"),
      heartbeat: tag("heartbeat"),
    },
    numbering: { profile: "packml-opcua" },
    modeNames: { 1: "Production", 2: "Maintenance", 4: "Changeover" },
    rules: {
      timeModel: { ...PACKML_TIME_MODEL, uncounted: ["Maintenance"] },
      microStopMs: 90_000,
      startUpMs: 150_000,
      tracksOrders: true,
      silenceMs: 60_000,
      maxima: { processed: 65_535 },
      idealCycleUs: (product) => ({ still: 500_000, lemon: 480_001 })[product] ?? null,
      plannedWindows,
      ...change,
    },
    options: DEFAULT_TIME_OPTIONS,
    modelRevision: "m1",
  };
}

export const line = machine();

export function sample(name: string, timestamp: number, value: Sample["value"], quality: Sample["quality"] = "Good"): Sample {
  return { tag: `${ASSET}._filler_v1.${name}`, value, quality, timestamp };
}

/** A recorded stream of about 40 minutes: states, modes, counts with resets and roll-overs, products, silences, lost connections. */
export const stream = fc
  .array(
    fc.record({
      wait: fc.oneof(fc.integer({ min: 1, max: 9_000 }), fc.integer({ min: 10_000, max: 200_000 }), fc.constant(MINUTE)),
      what: fc.oneof(
        fc.record({ name: fc.constant("state"), value: fc.constantFrom(6, 6, 6, 11, 9, 5, 2, 99) }),
        fc.record({ name: fc.constant("unit_mode"), value: fc.constantFrom(1, 1, 2, 4) }),
        fc.record({ name: fc.constant("processed_count"), value: fc.integer({ min: 0, max: 65_535 }) }),
        fc.record({ name: fc.constant("defective_count"), value: fc.integer({ min: 0, max: 50 }) }),
        fc.record({ name: fc.constant("rework_count"), value: fc.integer({ min: 0, max: 20 }) }),
        fc.record({ name: fc.constant("product"), value: fc.constantFrom("still", "lemon", "unrated") }),
        fc.record({ name: fc.constant("order"), value: fc.constantFrom("4711", "4712", "") }),
        fc.record({ name: fc.constant("heartbeat"), value: fc.nat(65_535) }),
        fc.constant({ name: "lost", value: null }),
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
      else
        for (const name of ["state", "unit_mode", "processed_count", "product", "order", "heartbeat"])
          samples.push(sample(name, time, null, "Bad"));
    }
    samples.push(sample("heartbeat", time + MINUTE, 1));
    return samples;
  });

export function readingsOf(samples: readonly Sample[], of = line): Readings {
  const calculator = new OeeCalculator(of);
  calculator.push(samples);
  return new Readings(of.rules.silenceMs, calculator.state().readings);
}

export function atomsOf(samples: readonly Sample[], from: number, to: number, of = line): Atom[] {
  return atoms(readingsOf(samples, of), from, to, of.rules);
}

export function end(samples: readonly Sample[]): number {
  return Math.max(...samples.map((one) => one.timestamp));
}

/**
 * What a store holds after these events: the last statement per (start, product, order, shift), without withdrawn rows. The
 * ledger numbers statements in the order in which it receives them.
 */
export function latest(events: readonly OeeAtomEvent[]): Map<string, unknown> {
  const rows = new Map<string, OeeAtomEvent>();
  for (const event of events) {
    rows.set(`${event.start}/${event.data.product}/${event.data.order}/${event.data.shift}`, event);
  }
  return new Map(
    [...rows]
      .filter(([, event]) => event.end !== event.start)
      .map(([key, event]) => [key, { end: event.end, ...event.data }] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

export const sum = (all: readonly Atom[]) => sumMeasures(all.map((atom) => atom.measures));

export function reader(recorded: readonly Sample[]): SampleReader {
  return ({ tags, from, to }) => {
    const result = tags.flatMap(({ id }) => {
      const of = recorded.filter((one) => one.tag === id).toSorted((a, b) => a.timestamp - b.timestamp);
      const carried = of.filter((one) => one.timestamp < from).slice(-1);
      return [...carried, ...of.filter((one) => one.timestamp >= from && one.timestamp < to)];
    });
    return Promise.resolve(result);
  };
}

/** What the stored atoms must be: one pass over everything. */
export function truth(samples: readonly Sample[], watermark: number): Map<string, unknown> {
  const calculator = new OeeCalculator(line);
  calculator.push(samples);
  const events = calculator.tick(end(samples) + 10 * MINUTE);
  return latest(events.filter((event) => event.start < watermark));
}

export function shuffled({ samples, delays, size }: { samples: Sample[]; delays: number[]; size: number }): Sample[][] {
  const order = samples.map((one, i) => ({ one, at: one.timestamp + (delays[i] ?? 0) })).toSorted((a, b) => a.at - b.at);
  return Array.from({ length: Math.ceil(order.length / size) }, (_, i) => order.slice(i * size, (i + 1) * size).map(({ one }) => one));
}

/** Feeds samples in the given batches, ticking after each; late samples beyond the memory are recomputed from what was recorded. */
export async function feed(
  calculator: OeeCalculator,
  batches: readonly (readonly Sample[])[],
  recorded: Sample[] = [],
): Promise<OeeAtomEvent[]> {
  const events: OeeAtomEvent[] = [];
  for (const batch of batches) {
    recorded.push(...batch);
    const pushed = calculator.push(batch);
    events.push(...pushed.events);
    if (pushed.beyond !== null) events.push(...(await calculator.recompute(pushed.beyond, reader(recorded), null)).events);
    events.push(...calculator.tick(calculator.dataTime ?? 0));
  }
  return events;
}

/** A stream that arrives late, out of order and in batches of any size. */
export const arrivals = fc.record({
  samples: stream,
  delays: fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_000_000 })), { minLength: 310, maxLength: 310 }),
  size: fc.integer({ min: 1, max: 20 }),
});
