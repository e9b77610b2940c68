/** Charts for rare events (g, t) and for ratios whose denominators differ widely (I′). */
import { logGamma } from "../../distribution/index.ts";
import type { Limits } from "../limits.ts";
import { mean, median, sumOf } from "../../moments/index.ts";
import type { CheckedSubgroup } from "../subgroup.ts";
import {
  atSigmas,
  BY_INDIVIDUALS,
  type ChartDeclaration,
  type Estimate,
  memoryless,
  sigmasOf,
  type Stream,
  usable,
} from "./declaration.ts";
import { exponentialIntervals, geometricUnits, NORMAL } from "./in-control.ts";
import { individuals } from "./variables.ts";

/** y^(1/3.6) of exponential intervals is nearly normal (Nelson 1994). */
const POWER = 3.6;

export const RARE = {
  g: {
    label: "g",
    subgroup: "units",
    plotted: "Good units between two events.",
    rules: "runs",
    probability: false,
    least: 2,
    sigmas: [],
    estimate: (baseline) => {
      const units = usable(baseline).map(({ x }) => x);
      return { centre: mean(units), sigma: 1, parameters: { median: median(units) } };
    },
    stream: geometric,
    inControl: ({ centre }) => geometricUnits(centre),
  },
  t: {
    label: "t",
    subgroup: "interval",
    plotted: "Time between two events; limits are those of its 3.6th root.",
    rules: "all",
    probability: false,
    least: 2,
    sigmas: BY_INDIVIDUALS,
    estimate: (baseline, { sigma }) =>
      individuals(
        baseline.map((one) => (one === null ? Number.NaN : one.x ** (1 / POWER))),
        sigma,
      ),
    stream: intervals,
    inControl: ({ centre, sigma }) =>
      exponentialIntervals((centre / rootOfIntervals(1).centre) ** POWER, (z) => Math.max(0, centre + z * sigma) ** POWER),
  },
  "i-prime": {
    label: "I′",
    subgroup: "ratio",
    plotted: "Numerator over denominator.",
    rules: "all",
    probability: false,
    least: 2,
    sigmas: [],
    estimate: estimateRatios,
    stream: ratios,
    inControl: () => NORMAL,
  },
} as const satisfies Readonly<Record<string, ChartDeclaration>>;

/** Mean and standard deviation of the 3.6th root of exponential intervals with this mean, as limits of a t chart have them. */
export function rootOfIntervals(average: number): { readonly centre: number; readonly sigma: number } {
  const moment = (k: number): number => average ** (k / POWER) * Math.exp(logGamma(1 + k / POWER));
  const centre = moment(1);
  return { centre, sigma: Math.sqrt(moment(2) - centre ** 2) };
}

/** Of geometric counts with this mean: the number that half of them reach. */
export function geometricMedian(average: number): number {
  return Math.max(0, Math.ceil(-Math.LN2 / Math.log(average / (1 + average))) - 1);
}

/** Limits about the mean, runs about the median: geometric counts are skew (Benneyan 2001). */
function geometric({ centre, width, parameters }: Limits): Stream {
  const sigma = Math.sqrt(centre * (centre + 1));
  const sigmas = sigmasOf(width);
  const middle = parameters.median ?? centre;
  return memoryless((subgroup, point) => {
    point.statistic = subgroup.x;
    point.centre = middle;
    point.sigma = sigma;
    point.lower = Math.max(0, centre - sigmas * sigma);
    point.upper = centre + sigmas * sigma;
    point.z = (subgroup.x - middle) / sigma;
  });
}

function intervals({ centre, sigma, width }: Limits): Stream {
  const sigmas = sigmasOf(width);
  return memoryless((subgroup, point) => {
    point.statistic = subgroup.x ** (1 / POWER);
    point.centre = centre;
    point.sigma = sigma;
    atSigmas(point, sigmas, 0);
    point.statistic = subgroup.x;
    point.centre = centre ** POWER;
    point.lower **= POWER;
    point.upper **= POWER;
  });
}

/** Taylor's normalised individuals: each neighbouring pair estimates σ of one unit of the denominator. */
function estimateRatios(baseline: readonly (CheckedSubgroup | null)[]): Estimate {
  const subgroups = usable(baseline);
  const centre = sumOf(subgroups.map(({ x }) => x)) / sumOf(subgroups.map(({ n }) => n));
  const pairs: number[] = [];
  for (let i = 1; i < baseline.length; i += 1) {
    const [before, now] = [baseline[i - 1], baseline[i]];
    if (!before || !now) continue;
    const distance = Math.abs(now.x / now.n - before.x / before.n);
    pairs.push((Math.sqrt(Math.PI / 2) * distance) / Math.sqrt(1 / now.n + 1 / before.n));
  }
  return { centre, sigma: mean(pairs) };
}

function ratios({ centre, sigma, width }: Limits): Stream {
  const sigmas = sigmasOf(width);
  return memoryless((subgroup, point) => {
    point.statistic = subgroup.x / subgroup.n;
    point.centre = centre;
    point.sigma = sigma / Math.sqrt(subgroup.n);
    atSigmas(point, sigmas);
  });
}
