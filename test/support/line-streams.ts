/** Streams of samples of lines in any order and lateness, and what a line calculator makes of them. */
import * as fc from "fast-check";
import type { Sample } from "../../core/connect/sample/index.ts";
import { type Detection, DETECTIONS, LineCalculator, type OeeLine, type OeeLineEvent } from "../../core/operate/line/index.ts";
import type { SampleReader } from "../../core/operate/oee/index.ts";
import { at, inARow, lineOf, PACKING } from "./packing-line.ts";

export const MINUTE = 60_000;
export const T0 = Date.UTC(2026, 2, 10, 6);
const MACHINES = ["feeder", "packer1", "packer2", "palletizer"] as const;
const SAYS =
  "constraint: packer1, parallel: [{ stations: [packer1, packer2], minimumRunning: 2 }], buffers: [{ from: feeder, to: packer1, delaySeconds: 30 }]";

export function sample(
  station: string,
  name: string,
  timestamp: number,
  value: Sample["value"],
  quality: Sample["quality"] = "Good",
): Sample {
  return { tag: `${at(station)}._machine_v1.${name}`, value, quality, timestamp };
}

/** About half an hour of four machines that stop, wait with and without a side, fall silent, and make things. */
export const stream = fc
  .array(
    fc.record({
      wait: fc.oneof(fc.integer({ min: 1, max: 9_000 }), fc.integer({ min: 10_000, max: 90_000 })),
      station: fc.constantFrom(...MACHINES),
      what: fc.oneof(
        fc.record({ name: fc.constant("state"), value: fc.constantFrom(6, 6, 6, 5, 11, 9, 2) }),
        fc.record({ name: fc.constant("state"), value: fc.constantFrom(6, 6, 6, 5, 11, 9, 2) }),
        fc.record({ name: fc.constant("waits"), value: fc.constantFrom("blocked", "starved") }),
        fc.record({ name: fc.constant("waits"), value: fc.constantFrom("blocked", "starved") }),
        fc.record({ name: fc.constant("state"), value: fc.constantFrom(6, 5, 99) }),
        fc.record({ name: fc.constantFrom("blocked", "starved"), value: fc.boolean() }),
        fc.record({ name: fc.constant("processed"), value: fc.nat(65_535) }),
        fc.record({ name: fc.constant("defective"), value: fc.nat(50) }),
        fc.record({ name: fc.constant("product"), value: fc.constantFrom("small", "large", "unrated") }),
        fc.record({ name: fc.constant("mode"), value: fc.constantFrom(1, 1, 4) }),
        fc.record({ name: fc.constant("beat"), value: fc.nat(65_535) }),
        fc.constant({ name: "lost", value: null }),
      ),
    }),
    { minLength: 1, maxLength: 60 },
  )
  .map((steps) => {
    const samples: Sample[] = MACHINES.flatMap((one) => [sample(one, "beat", T0, 0), sample(one, "state", T0, 6)]);
    let time = T0;
    for (const { wait, station, what } of steps) {
      time += wait;
      if (what.name === "lost")
        for (const name of ["state", "blocked", "processed", "product"]) samples.push(sample(station, name, time, null, "Bad"));
      else if (what.name === "waits")
        for (const flag of ["blocked", "starved"])
          samples.push(
            sample(station, flag, time + 300, flag === what.value),
            ...(flag === "blocked" ? [sample(station, "state", time, 5)] : []),
          );
      else samples.push(sample(station, what.name, time, what.value));
    }
    for (const one of MACHINES) samples.push(sample(one, "beat", time + MINUTE, 1));
    return samples;
  });

export const packing = (detection: Detection = "constraint"): OeeLine =>
  lineOf(SAYS, PACKING, { detection, microStopMs: 45_000, silenceMs: detection === "any" ? MINUTE : 10 * MINUTE });
const LINES = new Map(DETECTIONS.map((detection) => [detection, packing(detection)]));
export const detections = fc.constantFrom(...DETECTIONS).map((detection) => LINES.get(detection) as OeeLine);

function end(samples: readonly Sample[]): number {
  return Math.max(...samples.map(({ timestamp }) => timestamp));
}

/** What a store holds: the last statement per row, without withdrawn ones. */
export function latest(events: readonly OeeLineEvent[]): Map<string, unknown> {
  const rows = new Map(events.map((event) => [`${event.start}/${event.data.product}/${event.data.shift}`, event] as const));
  return new Map(
    [...rows]
      .filter(([, event]) => event.end !== event.start)
      .map(([key, event]) => [key, { end: event.end, ...event.data }] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** One pass over everything. */
export function statedOf(line: OeeLine, samples: readonly Sample[], calculator = new LineCalculator(line)): OeeLineEvent[] {
  calculator.push(samples);
  return calculator.tick(end(samples) + 10 * MINUTE);
}

export function truth(line: OeeLine, samples: readonly Sample[], watermark: number, calculator?: LineCalculator): Map<string, unknown> {
  return latest(statedOf(line, samples, calculator).filter((event) => event.start < watermark));
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

/** Three stations in a row with long buffers, so that much of what is blamed lies far back. */
const ROW = ["a", "b", "c"] as const;
const SLOW = new Map(
  DETECTIONS.map((detection) => [
    detection,
    lineOf("constraint: b", inARow(...ROW), { detection, bufferDelayMs: 10 * MINUTE, silenceMs: 30 * MINUTE }),
  ]),
);
const rowStream = fc
  .array(
    fc.record({
      wait: fc.integer({ min: 20_000, max: 70_000 }),
      station: fc.constantFrom(...ROW),
      says: fc.constantFrom("run", "run", "hold", "blocked", "blocked", "starved", "waiting"),
    }),
    { minLength: 10, maxLength: 40 },
  )
  .map((steps) => {
    const samples: Sample[] = ROW.flatMap((one) => [sample(one, "beat", T0, 0), sample(one, "state", T0, 6)]);
    let time = T0;
    for (const { wait, station, says } of steps) {
      time += wait;
      samples.push(sample(station, "state", time, says === "run" ? 6 : says === "hold" ? 11 : 5));
      if (says === "blocked" || says === "starved") samples.push(sample(station, says, time, true));
      samples.push(sample(station, says === "blocked" ? "starved" : "blocked", time + 1, false));
    }
    for (const one of ROW) samples.push(sample(one, "beat", time + MINUTE, 1));
    return samples;
  });

const delays = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1_500_000 })), { minLength: 300, maxLength: 300 });
const size = fc.integer({ min: 1, max: 20 });
export const arrivals = fc.oneof(
  fc.record({ samples: stream, line: detections, delays, size }),
  fc.record({ samples: rowStream, line: fc.constantFrom(...SLOW.values()), delays, size }),
);

export function shuffled({ samples, delays, size }: { samples: Sample[]; delays: number[]; size: number }): Sample[][] {
  const order = samples.map((one, i) => ({ one, at: one.timestamp + (delays[i] ?? 0) })).toSorted((a, b) => a.at - b.at);
  return Array.from({ length: Math.ceil(order.length / size) }, (_, i) => order.slice(i * size, (i + 1) * size).map(({ one }) => one));
}

export async function feed(
  calculator: LineCalculator,
  batches: readonly (readonly Sample[])[],
  recorded: Sample[] = [],
): Promise<OeeLineEvent[]> {
  const events: OeeLineEvent[] = [];
  for (const batch of batches) {
    recorded.push(...batch);
    const pushed = calculator.push(batch);
    events.push(...pushed.events);
    if (pushed.beyond !== null) events.push(...(await calculator.recompute(pushed.beyond, reader(recorded), null)).events);
    events.push(...calculator.tick());
  }
  return events;
}
