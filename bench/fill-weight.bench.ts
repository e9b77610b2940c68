/**
 * Fill weights in core beside the plain body of a function node that does the same counting: packages per second at the rate of a line,
 * each in a message of its own. Prints one JSON row per comparison.
 */
import type { Sample } from "../core/connect/sample/index.ts";
import { type FillDefinition, FillStream, Intervals } from "../core/model/fill-weight/index.ts";
import { processorSeconds } from "./processor-time.ts";
import { benchRow } from "./row.ts";

const PACKAGES = Number(process.env["BENCH_PACKAGES"] ?? 1_000_000);
/** The plain function sorts nothing and keeps no late sample waiting; it must still count the same. */
const ROUNDS = 7;
const ASKED_PER_SECOND = 500_000;
const [HOUR, EVERY] = [3_600_000, 100];
const T0 = Date.UTC(2026, 2, 10, 9);
const LIMITS = { nominal: 500, tolerableNegativeError: 15, t1: 485, t2: 470 };

const definition: FillDefinition = {
  asset: "acme.galway.bottling.line01.filler01",
  name: "fill_weight",
  tag: "acme.galway.bottling.line01.filler01._filler_v1.fill_weight",
  tagUnit: "g",
  unit: "g",
  factor: 1,
  productTag: null,
  heartbeat: null,
  products: new Map(),
  otherwise: { limits: LIMITS, errorFrom: "given", tare: 0, price: null },
  intervals: new Intervals("hour", "Europe/Dublin"),
  rules: { belowT1Share: 0.025, belowT2Share: 0, confidence: 0.999, least: 50 },
  latenessMs: 10_000,
  modelRevision: "bench",
};
const samples: Sample[] = Array.from({ length: PACKAGES }, (_, i) => ({
  tag: definition.tag,
  value: 496 + ((i * 7_919) % 120) / 10 - (i % 200 === 0 ? 12 : 0),
  quality: "Good",
  timestamp: T0 + i * EVERY,
}));

interface Hour {
  start: number;
  n: number;
  mean: number;
  squares: number;
  belowT1: number;
  belowT2: number;
}

/** What somebody writes into a function node: Welford, two counts, and a message when the hour is over. */
function plain(): Hour[] {
  const hours: Hour[] = [];
  let hour: Hour | null = null;
  for (const { value, timestamp, quality } of samples) {
    if (quality !== "Good" || typeof value !== "number") continue;
    const start = Math.floor(timestamp / HOUR) * HOUR;
    if (hour === null || hour.start !== start) {
      if (hour !== null) hours.push(hour);
      hour = { start, n: 0, mean: 0, squares: 0, belowT1: 0, belowT2: 0 };
    }
    hour.n += 1;
    const before = value - hour.mean;
    hour.mean += before / hour.n;
    hour.squares += before * (value - hour.mean);
    if (value < LIMITS.t1) hour.belowT1 += 1;
    if (value < LIMITS.t2) hour.belowT2 += 1;
  }
  return hours;
}

/** Packages per second of processor time, of the best round: others on the machine only ever slow one down. */
function perSecond(work: () => void): number {
  const rounds: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const started = processorSeconds();
    work();
    if (round > 0) rounds.push(PACKAGES / (processorSeconds() - started));
  }
  return Math.round(Math.max(...rounds));
}

function counted(): number[] {
  const stream = new FillStream(definition);
  return samples.flatMap((sample) => stream.push([sample]).events.map(({ data }) => data.below_t1));
}

// Both count the same, or a comparison would mean nothing.
const [ours, theirs] = [counted(), plain().map(({ belowT1 }) => belowT1)];
if (JSON.stringify(ours) !== JSON.stringify(theirs.slice(0, ours.length))) throw new Error("The counts differ.");

const each = perSecond(() => {
  const stream = new FillStream(definition);
  for (const sample of samples) stream.push([sample]);
});
benchRow({
  bench: "Fill weights, one package per message",
  value: each,
  unit: "packages/s of processor time",
  bound: ASKED_PER_SECOND,
  beside: { "Welford in a function body, no late samples, no alarms": perSecond(() => void plain()) },
});
