/**
 * Control charts in core beside the plain array functions of `spc-function.ts`: updates per second of single values under eight
 * rules, and the standard deviation of a window, at two sizes. Prints one JSON row per comparison.
 */
import { ControlChart, isLimits, limitsOf, ruleSet, SlidingWindow } from "../core/model/spc/index.ts";
import { processorSeconds } from "./processor-time.ts";
import { benchRow } from "./row.ts";
import { plainNelson, plainSd } from "./spc-function.ts";

const VALUES = Number(process.env["BENCH_VALUES"] ?? 2_000_000);
/** The plain functions get fewer, or they would take minutes. */
const PLAIN = Math.ceil(VALUES / 20);
const ROUNDS = 15;
const ASKED_PER_SECOND = 10_000_000;
const LOOK_BACK = 15;

/** Seeded noise, about normal. */
function noise(count: number): Float64Array {
  let state = 1;
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  return Float64Array.from({ length: count }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i += 1) sum += uniform();
    return sum;
  });
}

/** Values per second of processor time, of the best round: others on the machine only ever slow one down; the first round warms the compiler up. */
function perSecond(count: number, work: () => void): number {
  const rounds: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const started = processorSeconds();
    work();
    if (round > 0) rounds.push(count / (processorSeconds() - started));
  }
  return Math.round(Math.max(...rounds));
}

const limits = limitsOf("i", { centre: 0, sigma: 1 });
if (!isLimits(limits)) throw new Error(limits.message);
const rules = ruleSet("nelson");
const values = noise(VALUES);
const out = new Uint32Array(VALUES);

const chart = new ControlChart(limits, rules);
const manyPerSecond = (): number => perSecond(VALUES, () => chart.updateMany(values, out));
const manyAtFirst = manyPerSecond();

const each = new ControlChart(limits, rules);
const eachPerSecond = perSecond(VALUES, () => {
  for (let i = 0; i < VALUES; i += 1) each.update(values[i] ?? 0);
});
const plain = perSecond(PLAIN, () => {
  const window: number[] = [];
  for (let i = 0; i < PLAIN; i += 1) {
    window.push(values[i] ?? 0);
    if (window.length > LOOK_BACK) window.shift();
    plainNelson(window);
  }
});
benchRow({
  bench: "I chart with 8 rules",
  value: eachPerSecond,
  unit: "updates/s of processor time",
  peer: "slice and every in a function body",
  peerValue: plain,
});

// Both find the same, or the ratio would mean nothing.
const check = new ControlChart(limits, rules);
const window: number[] = [];
for (let i = 0; i < PLAIN; i += 1) {
  window.push(values[i] ?? 0);
  if (window.length > LOOK_BACK) window.shift();
  if (check.update(values[i] ?? 0) !== plainNelson(window)) throw new Error(`The rules differ at value ${i}.`);
}

const sizes = [100, 1_000].map((size) => {
  const sliding = new SlidingWindow(size);
  let sum = 0;
  const ours = perSecond(VALUES, () => {
    for (let i = 0; i < VALUES; i += 1) {
      sliding.push(values[i] ?? 0);
      if (i > 0) sum += sliding.sd;
    }
  });
  const few = Math.ceil(PLAIN / size) * 20;
  const kept: number[] = [...values.subarray(0, size)];
  const theirs = perSecond(few, () => {
    for (let i = 0; i < few; i += 1) {
      kept.push(values[i] ?? 0);
      kept.shift();
      sum += plainSd(kept);
    }
  });
  if (!(sum > 0)) throw new Error("A deviation is no number.");
  benchRow({
    bench: `Standard deviation of the last ${size}`,
    value: ours,
    unit: "updates/s of processor time",
    peer: "reduce in a function body",
    peerValue: theirs,
  });
  return ours;
});
const [small = Number.NaN, large = Number.NaN] = sizes;
benchRow({
  bench: "Window of 1000 values",
  value: large,
  unit: "updates/s of processor time",
  peer: "window of 100",
  peerValue: small,
  bound: 0.7,
});

// Twice, a while apart: two processors of one core share it, and what runs on the other one may take half of it for seconds.
benchRow({
  bench: "I chart with 8 rules, many values at once",
  value: Math.max(manyAtFirst, manyPerSecond()),
  unit: "updates/s of processor time",
  bound: ASKED_PER_SECOND,
});
