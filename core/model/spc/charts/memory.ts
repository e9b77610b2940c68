/** Charts that add up evidence, for small lasting shifts: EWMA, tabular CUSUM, moving average. */
import { cusumArl, ewmaArl } from "../arl-integral.ts";
import { normals } from "../arl.ts";
import type { Limits } from "../limits.ts";
import { SlidingWindow } from "../moving.ts";
import { atSigmas, type ChartDeclaration, type CusumSides, remembering, sigmasOf, type Stream } from "./declaration.ts";
import type { InControl } from "./in-control.ts";
import { VARIABLES } from "./variables.ts";

const measured = { ...VARIABLES.xbar, rules: "limits", probability: false } as const;

export const MEMORY = {
  ewma: {
    ...measured,
    label: "EWMA",
    plotted: "Exponentially weighted mean, from the target on.",
    stream: ewma,
    inControl: ({ width, parameters: { lambda = 1, asymptotic = false } }) => ({
      points: "dependent",
      runLength: ewmaArl(lambda, sigmasOf(width), { asymptotic }),
    }),
  },
  cusum: {
    ...measured,
    label: "CUSUM",
    plotted: "The larger of both one-sided sums, the lower one negative.",
    stream: cusum,
    inControl(limits) {
      const { k = 0, h = 1, headStart = 0 } = limits.parameters;
      // From so high a start one side may signal while the other still falls.
      if (headStart > 0 && 2 * (headStart - k) > h) return drawnMeans(limits);
      return { points: "dependent", runLength: cusumArl(k, h, 0, headStart) };
    },
  },
  ma: { ...measured, label: "Moving average", plotted: "Mean of the last subgroups.", stream: movingAverage, inControl: drawnMeans },
} as const satisfies Readonly<Record<string, ChartDeclaration>>;

/**
 * z_i = λ x_i + (1 − λ) z_(i−1) from the target on (Roberts 1959; Lucas and Saccucci 1990). The variance is carried along, which
 * is λ/(2−λ) (1 − (1−λ)^2i) for equal sizes and right for unequal ones.
 */
function ewma({ centre, sigma, width, parameters: { lambda = 1, asymptotic = false } }: Limits): Stream {
  const sigmas = sigmasOf(width);
  return remembering([centre, 0], (subgroup, point, memory) => {
    const statistic = lambda * subgroup.x + (1 - lambda) * (memory[0] as number);
    const variance = (lambda * lambda) / subgroup.n + (1 - lambda) ** 2 * (memory[1] as number);
    memory[0] = statistic;
    memory[1] = variance;
    point.statistic = statistic;
    point.centre = centre;
    point.sigma = sigma * Math.sqrt(asymptotic ? lambda / ((2 - lambda) * subgroup.n) : variance);
    atSigmas(point, sigmas);
    return true;
  });
}

/** Nothing but their means matters. */
function drawnMeans({ centre, sigma, parameters: { size } }: Limits): InControl {
  const n = size === "varies" ? 1 : size;
  const draw = (random: () => number) => {
    const next = normals(random);
    const values = Array.from({ length: n }, () => 0);
    return () => ({ values: values.fill(centre + (sigma / Math.sqrt(n)) * next()) });
  };
  return { points: "drawn", draw };
}

const HIGH = 0;
const LOW = 1;
const HIGH_RUN = 2;
const LOW_RUN = 3;
const SIGNALLED = 4;
const ERROR = 4;

/**
 * C⁺ = max(0, C⁺ + z − k) and C⁻ = max(0, C⁻ − z − k) of the standardised mean z; a signal where one exceeds h. A head start is
 * the fast initial response of Lucas and Crosier (1982).
 */
function cusum({ centre, sigma, parameters: { k = 0, h = 1, headStart = 0, afterSignal } }: Limits): Stream {
  const first = [headStart, headStart, 0, 0, 0];
  /** Of the last point: its sums and runs, and the standard error of what was plotted. */
  const drawn = new Float64Array(5);
  // Asked only where a point is told: an object for each value would cost more than judging it.
  const sides = (): CusumSides => {
    const [high = 0, low = 0, highRun = 0, lowRun = 0, error = 0] = drawn;
    return { high, low, highRun, lowRun, estimate: estimate(centre, error, k, high >= low ? high : -low, highRun, lowRun) };
  };
  return remembering(first, (subgroup, point, memory) => {
    if (memory[SIGNALLED] === 1) memory.set(first);
    const error = sigma / Math.sqrt(subgroup.n);
    const z = (subgroup.x - centre) / error;
    const high = Math.max(0, (memory[HIGH] as number) + z - k);
    const low = Math.max(0, (memory[LOW] as number) - z - k);
    const highRun = high > 0 ? (memory[HIGH_RUN] as number) + 1 : 0;
    const lowRun = low > 0 ? (memory[LOW_RUN] as number) + 1 : 0;
    memory[HIGH] = high;
    memory[LOW] = low;
    memory[HIGH_RUN] = highRun;
    memory[LOW_RUN] = lowRun;
    if (afterSignal === "reset" && (high > h || low > h)) memory[SIGNALLED] = 1;
    point.statistic = high >= low ? high : -low;
    point.centre = 0;
    point.sigma = 1;
    point.lower = -h;
    point.upper = h;
    point.z = point.statistic;
    drawn[HIGH] = high;
    drawn[LOW] = low;
    drawn[HIGH_RUN] = highRun;
    drawn[LOW_RUN] = lowRun;
    drawn[ERROR] = error;
    point.cusum = sides;
    return true;
  });
}

function estimate(centre: number, error: number, k: number, statistic: number, highRun: number, lowRun: number): number | null {
  if (statistic === 0) return null;
  return statistic > 0 ? centre + (k + statistic / highRun) * error : centre - (k - statistic / lowRun) * error;
}

/** Mean of the last w subgroup means; the first points average what there is. Sizes may vary: their reciprocals are averaged too. */
function movingAverage({ centre, sigma, width, parameters: { window = 1 } }: Limits): Stream {
  const sigmas = sigmasOf(width);
  const means = new SlidingWindow(window);
  const reciprocals = new SlidingWindow(window);
  return {
    next(subgroup, point) {
      means.push(subgroup.x);
      reciprocals.push(1 / subgroup.n);
      point.statistic = means.mean;
      point.centre = centre;
      point.sigma = sigma * Math.sqrt(reciprocals.mean / means.count);
      atSigmas(point, sigmas);
      return true;
    },
    restart() {
      means.clear();
      reciprocals.clear();
    },
    snapshot() {
      const state = means.snapshot();
      return [state.length, ...state, ...reciprocals.snapshot()];
    },
    restore(state) {
      const [length = 0] = state;
      const before = means.snapshot();
      if (!means.restore(state.slice(1, 1 + length))) return false;
      if (reciprocals.restore(state.slice(1 + length))) return true;
      means.restore(before);
      return false;
    },
  };
}
