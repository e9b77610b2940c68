/** Charts of counts: p, np, c, u, and p′ and u′ after Laney for large and unequal samples. */
import { binomial, poisson } from "../../distribution/index.ts";
import type { AssumptionWarning } from "../assumptions.ts";
import { d2 } from "../constants.ts";
import type { Limits } from "../limits.ts";
import { mean, sumOf } from "../../moments/index.ts";
import { movingRanges } from "../sigma.ts";
import type { CheckedSubgroup } from "../subgroup.ts";
import { saySpc } from "../texts.ts";
import {
  atQuantiles,
  atSigmas,
  type ChartDeclaration,
  type Estimate,
  memoryless,
  perSize,
  sigmasOf,
  type Stream,
  usable,
} from "./declaration.ts";
import { defectives, defects, type InControl } from "./in-control.ts";

interface Counting {
  /** Of one subgroup: what is plotted, and its σ where only chance is at work. */
  readonly statistic: (x: number, n: number) => number;
  readonly centre: (mean: number, n: number) => number;
  readonly sigma: (mean: number, n: number) => number;
  readonly most: (n: number) => number;
  /** The count below which a share p of all subgroups lies. */
  readonly quantile: (p: number, mean: number, n: number) => number;
  readonly inControl: (mean: number, n: number | "varies") => InControl;
}

const P: Counting = {
  statistic: (x, n) => x / n,
  centre: (mean) => mean,
  sigma: (mean, n) => Math.sqrt((mean * (1 - mean)) / n),
  most: () => 1,
  quantile: (p, mean, n) => binomial(n, mean).quantile(p),
  inControl: (mean, n) => defectives(mean, n, (count, of) => count / of),
};
const NP: Counting = {
  statistic: (x) => x,
  centre: (mean, n) => n * mean,
  sigma: (mean, n) => Math.sqrt(n * mean * (1 - mean)),
  most: (n) => n,
  quantile: (p, mean, n) => binomial(n, mean).quantile(p),
  inControl: (mean, n) => defectives(mean, n, (count) => count),
};
const U: Counting = {
  statistic: (x, n) => x / n,
  centre: (mean) => mean,
  sigma: (mean, n) => Math.sqrt(mean / n),
  most: () => Number.POSITIVE_INFINITY,
  quantile: (p, mean, n) => poisson(mean * n).quantile(p),
  inControl: defects,
};
/** Its subgroups all have the size 1. */
const C: Counting = U;

export const ATTRIBUTES = {
  p: attribute("p", "defectives", "Share of defective units.", P),
  np: attribute("np", "defectives", "Number of defective units.", NP),
  c: attribute("c", "count", "Number of defects.", C),
  u: attribute("u", "defects", "Defects per unit of the inspected area.", U),
  "p-prime": laney("p′ (Laney)", "defectives", "Share of defective units; limits allow for what varies between subgroups.", P),
  "u-prime": laney("u′ (Laney)", "defects", "Defects per unit of area; limits allow for what varies between subgroups.", U),
} as const satisfies Readonly<Record<string, ChartDeclaration>>;

function attribute(label: string, subgroup: "defectives" | "defects" | "count", plotted: string, counting: Counting): ChartDeclaration {
  return {
    label,
    subgroup,
    plotted,
    rules: "attribute",
    probability: true,
    least: 2,
    sigmas: [],
    estimate: (baseline, { width }) => ({
      centre: meanCount(usable(baseline)),
      sigma: 1,
      warnings: "sigmas" in width ? smallCounts(usable(baseline)) : [],
    }),
    stream: (limits) => stream(limits, counting),
    inControl: ({ centre, parameters: { size } }) => counting.inControl(centre, size),
  };
}

function laney(label: string, subgroup: "defectives" | "defects", plotted: string, counting: Counting): ChartDeclaration {
  return {
    ...attribute(label, subgroup, plotted, counting),
    probability: false,
    least: 3,
    estimate: (baseline) => overdispersion(baseline, counting),
    inControl: ({ centre, sigma, parameters: { size } }) =>
      sigma === 1 ? counting.inControl(centre, size) : { points: "unknown", why: "overdispersed" },
  };
}

/** Below this the distribution of counts is far from symmetric. */
const ENOUGH_COUNTED = 5;

function smallCounts(baseline: readonly CheckedSubgroup[]): readonly AssumptionWarning[] {
  const counted = sumOf(baseline.map(({ x }) => x)) / baseline.length;
  if (counted >= ENOUGH_COUNTED) return [];
  return [{ code: "SMALL_COUNTS", ...saySpc("smallCounts", { counted: Number(counted.toPrecision(2)) }) }];
}

/** σ_z: the mean moving range of the standardised points, over d2(2). */
function overdispersion(baseline: readonly (CheckedSubgroup | null)[], { statistic, sigma }: Counting): Estimate {
  const centre = meanCount(usable(baseline));
  const z = baseline.map((one) => (one === null ? Number.NaN : (statistic(one.x, one.n) - centre) / sigma(centre, one.n)));
  return { centre, sigma: mean(movingRanges(z).filter((one) => !Number.isNaN(one))) / d2(2) };
}

function meanCount(subgroups: readonly CheckedSubgroup[]): number {
  return sumOf(subgroups.map(({ x }) => x)) / sumOf(subgroups.map(({ n }) => n));
}

function stream({ centre: mean, sigma: sigmaZ, width }: Limits, counting: Counting): Stream {
  const sigmas = sigmasOf(width);
  const at = perSize((n) => ({
    centre: counting.centre(mean, n),
    sigma: counting.sigma(mean, n) * sigmaZ,
    most: counting.most(n),
    quantiles:
      "sigmas" in width
        ? undefined
        : [width.probability / 2, 1 - width.probability / 2].map((p) => counting.statistic(counting.quantile(p, mean, n), n)),
  }));
  return memoryless((subgroup, point) => {
    const found = at(subgroup.n);
    point.statistic = counting.statistic(subgroup.x, subgroup.n);
    point.centre = found.centre;
    point.sigma = found.sigma;
    if (found.quantiles === undefined) atSigmas(point, sigmas, 0, found.most);
    else atQuantiles(point, found.quantiles[0] as number, found.quantiles[1] as number);
  });
}
