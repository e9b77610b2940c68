/** Downtime: a month of stops and thousands of statements through the functions that the nodes use. */
import { effectiveStops, namedTime, type Stop, type StopStatement, StopTracker } from "../../../core/operate/downtime/index.ts";
import { atoms, Readings } from "../../../core/operate/oee/index.ts";
import { type AssignedStretch, AssignedTime } from "../../../core/operate/oee/assigned.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { ASSET, latest, machine, NUMBER, T0 } from "../../core/operate/downtime/machine.ts";
import { row, seeded } from "../../support/proof-row.ts";
import type { Proof } from "../proof.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const OPTIONS = { latenessMs: 10_000, horizonMs: 400 * DAY };

export const downtime: Proof = {
  title: "downtime events and corrections",
  async run(progress) {
    const random = seeded(7);
    const samples = month(random);
    progress(`${samples.length} samples of a month`);
    const inOrder = stopsOf(samples);
    const shuffled = stopsOf(
      samples
        .map((sample) => ({ sample, key: random() }))
        .toSorted((a, b) => a.key - b.key)
        .map(({ sample }) => sample),
    );
    const different = differing(inOrder, shuffled);

    const [late, statedAgain] = oneLateSample(samples);
    const stops = inOrder.map((stop) => ({ ...stop, start: stop.start + T0, end: stop.end === null ? null : stop.end + T0 }));
    const statements = said(stops, 5_000, random);
    const begun = performance.now();
    const effective = effectiveStops(stops, statements);
    const tookMs = performance.now() - begun;
    const gaps = effective.stops.filter(({ stop, parts }) => !fills(stop, parts)).length;
    const outside = misplaced(stops, namedTime(effective, T0 + 31 * DAY));
    const reordered = effectiveStops(stops, statements.toReversed());
    const reverted = effectiveStops(stops, [...statements, ...statements.map(revertOf)]);
    const untouched = effectiveStops(stops, []);
    const spread = bucketsAdd(samples, namedTime(effective, T0 + 31 * DAY));
    return [
      row(
        "stops are the same in whatever order samples arrive",
        `${inOrder.length} stops of a month, ${different} different`,
        "0 different",
        different === 0 && inOrder.length > 1_000,
      ),
      row(
        "a late sample states exactly the stops again that it changes",
        `${late} late samples, ${statedAgain} stops stated again`,
        "at most 2 each, at least 1",
        statedAgain >= late && statedAgain <= 2 * late,
      ),
      row(
        "the parts of a stop fill it to the millisecond",
        `${statements.length} statements, ${gaps} stops with a gap, an overlap or a part of no length`,
        "0",
        gaps === 0,
      ),
      row("no time outside a stop is assigned, and none twice", `${outside} stretches`, "0", outside === 0),
      row(
        "the order of arrival does not matter",
        same(reordered, effective) ? "deep equal" : "different",
        "deep equal",
        same(reordered, effective),
      ),
      row(
        "taken back, everything is as if never said",
        same(reverted, untouched) ? "deep equal" : "different",
        "deep equal",
        same(reverted, untouched),
      ),
      row("minutes with assigned time still add up to their length", `${spread} of 43,200 do not`, "0", spread === 0),
      row("a month of stops with all that was said of it is computed at once", `${Math.round(tookMs)} ms`, "2,000 ms", tookMs < 2_000),
    ];
  },
};

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Thirty days: runs of some minutes, stops of seconds to half an hour in one to three states, a reason in some. */
function month(random: () => number): Sample[] {
  const names = ["Stopped", "Held", "Aborted", "Suspended", "Idle"] as const;
  const samples: Sample[] = [];
  const add = (name: string, timestamp: number, value: number): void => {
    samples.push({ tag: `${ASSET}._m.${name}`, value, quality: "Good", timestamp });
  };
  let at = T0;
  while (at < T0 + 30 * DAY) {
    add("state", at, NUMBER.Execute);
    at += Math.round((2 + random() * 40) * MINUTE);
    for (let states = 1 + Math.floor(random() * 3); states > 0; states -= 1) {
      add("state", at, NUMBER[names[Math.floor(random() * names.length)] ?? "Stopped"]);
      if (random() < 0.3) add("reason", at + 1, [0, 1, 4][Math.floor(random() * 3)] ?? 0);
      at += Math.round((0.1 + random() * 12) * MINUTE);
    }
  }
  add("state", at, NUMBER.Execute);
  add("count", at + DAY, 1);
  return samples;
}

function stopsOf(samples: readonly Sample[]): Stop[] {
  const tracker = new StopTracker(machine({ microStopMs: 60_000 }), OPTIONS);
  const pieces = Array.from({ length: Math.ceil(samples.length / 50) }, (_, i) => samples.slice(i * 50, i * 50 + 50));
  return latest(pieces.flatMap((piece) => [...tracker.push(piece).events]));
}

function differing(a: readonly Stop[], b: readonly Stop[]): number {
  const known = new Set(a.map((stop) => JSON.stringify(stop)));
  return b.filter((stop) => !known.has(JSON.stringify(stop))).length + Math.abs(a.length - b.length);
}

/** Ends of stops that come a second earlier than was known, one at a time. */
function oneLateSample(samples: readonly Sample[]): [number, number] {
  const tracker = new StopTracker(machine(), OPTIONS);
  tracker.push(samples);
  const ends = samples.filter((one, i) => one.value === NUMBER.Execute && i > 0 && one.tag.endsWith("state")).slice(0, 200);
  const events = ends.map((end) => tracker.push([{ ...end, timestamp: end.timestamp - 1_000 }]).events.length);
  return [ends.length, events.reduce((sum, count) => sum + count, 0)];
}

function said(stops: readonly Stop[], count: number, random: () => number): StopStatement[] {
  const reasons = [
    ["jam", "failure"],
    ["cleaning", "plannedDown"],
    ["changeover", "setup"],
  ] as const;
  return Array.from({ length: count }, (_, i): StopStatement => {
    const stop = stops.at(Math.floor(random() * stops.length)) as Stop;
    const end = stop.end ?? stop.start + MINUTE;
    const inside = (): number => Math.round(stop.start + random() * (end - stop.start));
    const [from, to] = [inside(), inside()].toSorted((a, b) => a - b) as [number, number];
    const [reason, bucket] = reasons[i % 3] ?? reasons[0];
    const common = { id: `proof-${String(i).padStart(6, "0")}`, made: end, seen_end: stop.end };
    const data: StopStatement["data"] =
      i % 7 === 0
        ? { ...common, action: "split", at: from }
        : i % 11 === 0
          ? { ...common, action: "merge", from: stop.start, to: end + Math.round(random() * 30 * MINUTE) }
          : {
              ...common,
              action: i % 13 === 0 ? "override" : "assign",
              from: i % 2 === 0 ? stop.start : from,
              to: i % 3 === 0 ? null : Math.max(to, from + 1),
              reason,
              bucket,
            };
    return { asset: ASSET, stop: stop.start, author: "proof", recorded: T0 + 31 * DAY + Math.floor(i / 3), sequence: i, data };
  });
}

function revertOf({ asset, stop, recorded, sequence, data }: StopStatement): StopStatement {
  const target = data.id;
  const revert = { id: `r${target}`, made: data.made, seen_end: data.seen_end, action: "revert" as const, target };
  return { asset, stop, author: "proof", recorded: recorded + DAY, sequence: sequence + 1_000_000, data: revert };
}

function fills(stop: Stop, parts: readonly { start: number; end: number | null }[]): boolean {
  const ends = parts.map(({ end }) => end ?? Number.POSITIVE_INFINITY);
  return (
    parts[0]?.start === stop.start &&
    ends.at(-1) === (stop.end ?? Number.POSITIVE_INFINITY) &&
    parts.every(({ start }, i) => (ends[i] ?? 0) > start && (i === 0 || start === ends[i - 1]))
  );
}

function misplaced(stops: readonly Stop[], stretches: readonly { start: number; end: number }[]): number {
  let before = 0;
  let s = 0;
  let wrong = 0;
  for (const { start, end } of stretches) {
    if (start < before) wrong += 1;
    before = end;
    for (let at = start; at < end; ) {
      while (s < stops.length && (stops[s]?.end ?? Number.POSITIVE_INFINITY) <= at) s += 1;
      const stop = stops[s];
      if (stop === undefined || stop.start > at) {
        wrong += 1;
        break;
      }
      at = stop.end ?? end;
    }
  }
  return wrong;
}

/** Minutes whose buckets, with the assigned time laid over, do not add up to a minute. */
function bucketsAdd(samples: readonly Sample[], assigned: readonly AssignedStretch[]): number {
  const { rules } = machine({
    plannedWindows: (start, end) => [{ start, end, planned: true, shift: null, productionDay: "2026-03-10" }],
  }).oee;
  const readings = new Readings(null);
  const names = new Map(Object.entries(NUMBER).map(([name, number]) => [number as number, name]));
  for (const { tag, timestamp: time, value } of samples)
    if (tag.endsWith("state")) readings.insert({ role: "state", time, value: names.get(Number(value)) ?? null, seen: true });
  const all = atoms(readings, T0, T0 + 30 * DAY, rules, new AssignedTime(assigned));
  return all.filter(({ start, end, measures }) => Object.values(measures.ms).reduce((sum, ms) => sum + ms, 0) !== end - start).length;
}
