/** Charts of measured values after Shewhart: I, MR, Xbar, R, S. */
import { chiSquare, normalQuantile, normalRangeCdf, studentizedRange } from "../../distribution/index.ts";
import { movingRangeArl } from "../arl-moving-range.ts";
import { c4, c5, d2, d3 } from "../constants.ts";
import type { Limits } from "../limits.ts";
import { mean, range, sd } from "../../moments/index.ts";
import { sigmaOfIndividuals, sigmaOfSubgroups } from "../sigma.ts";
import type { CheckedSubgroup } from "../subgroup.ts";
import {
  atQuantiles,
  atSigmas,
  BY_INDIVIDUALS,
  type ChartDeclaration,
  type Estimate,
  type EstimateOptions,
  grandMean,
  isIndividualSigma,
  isSubgroupSigma,
  memoryless,
  perSize,
  type Point,
  remembering,
  sigmasOf,
  type Stream,
  usable,
  withoutLimitAtZero,
} from "./declaration.ts";
import { type InControl, NORMAL, spreads } from "./in-control.ts";

/** Centre and σ of single values in their order. */
function estimateIndividuals(baseline: readonly (CheckedSubgroup | null)[], { sigma }: EstimateOptions): Estimate {
  return individuals(
    baseline.map((one) => one?.x ?? Number.NaN),
    sigma,
  );
}

export function individuals(values: readonly number[], sigma: EstimateOptions["sigma"]): Estimate {
  const estimator = sigma !== undefined && isIndividualSigma(sigma) ? sigma : "MR/d2";
  return { centre: mean(values.filter((x) => !Number.isNaN(x))), sigma: sigmaOfIndividuals(estimator, values), estimator };
}

/** Centre and σ of subgroups; of single values in their order where every subgroup is one. */
function estimateMeasured(baseline: readonly (CheckedSubgroup | null)[], options: EstimateOptions): Estimate {
  const subgroups = usable(baseline);
  if (subgroups.every(({ n }) => n === 1)) return estimateIndividuals(baseline, options);
  const values = subgroups.map((one) => one.values);
  const estimator = options.sigma !== undefined && isSubgroupSigma(options.sigma) ? options.sigma : defaultSigma(subgroups);
  return { centre: grandMean(subgroups), sigma: sigmaOfSubgroups(estimator, values), estimator };
}

/** |x_i − x_(i−1)| of `of` each subgroup, against the range of two values. */
export function movingRange(limits: Limits, of: (subgroup: CheckedSubgroup) => number, sigma: number): Stream {
  const sigmas = sigmasOf(limits.width);
  return remembering([0, 0], (subgroup, point, memory) => {
    const value = of(subgroup);
    const statistic = Math.abs(value - (memory[1] as number));
    const begun = memory[0] === 1;
    memory[0] = 1;
    memory[1] = value;
    if (!begun) return false;
    point.statistic = statistic;
    point.centre = d2(2) * sigma;
    point.sigma = d3(2) * sigma;
    if ("sigmas" in limits.width) atSigmas(point, sigmas);
    // The range of two normal values is √2 times half a normal value.
    else atQuantiles(point, 0, sigma * Math.SQRT2 * normalQuantile(1 - limits.width.probability / 2));
    withoutLimitAtZero(point);
    return true;
  });
}

/** Of any normal values; limits of ranges are multiples of σ. */
export function rangesInControl(limits: Limits, sigma: number): InControl {
  const stream = movingRange(limits, () => 0, sigma);
  const point: Point = { statistic: 0, centre: 0, sigma: 1, lower: 0, upper: 0, z: 0 };
  for (let i = 0; i < 2; i += 1) stream.next({ x: 0, n: 1, values: [], part: "" }, point);
  return { points: "dependent", runLength: movingRangeArl(point.lower / sigma, point.upper / sigma) };
}

export const VARIABLES = {
  i: {
    label: "Individuals",
    subgroup: "individual",
    plotted: "The value.",
    rules: "all",
    probability: true,
    least: 2,
    sigmas: BY_INDIVIDUALS,
    estimate: estimateIndividuals,
    stream: (limits) => xbar(limits),
    inControl: () => NORMAL,
  },
  mr: {
    label: "Moving range",
    subgroup: "individual",
    plotted: "Distance to the value before.",
    rules: "limits",
    probability: true,
    least: 2,
    sigmas: BY_INDIVIDUALS,
    estimate: estimateIndividuals,
    stream: (limits) => movingRange(limits, ({ x }) => x, limits.sigma),
    inControl: (limits) => rangesInControl(limits, limits.sigma),
  },
  xbar: {
    label: "Xbar",
    subgroup: "measured",
    plotted: "Mean of the subgroup.",
    rules: "all",
    probability: true,
    least: 2,
    sigmas: ["R/d2", "S/c4", "MVLUE-R", "MVLUE-SD", "pooled"],
    estimate: estimateMeasured,
    stream: (limits) => xbar(limits),
    inControl: () => NORMAL,
  },
  r: {
    label: "R",
    subgroup: "spread",
    plotted: "Range of the subgroup.",
    rules: "runs",
    probability: true,
    least: 2,
    sigmas: ["R/d2", "S/c4", "MVLUE-R", "MVLUE-SD", "pooled"],
    estimate: estimateMeasured,
    stream: (limits) => spread(limits, range, d2, d3, (p, n) => studentizedRange(n, Number.POSITIVE_INFINITY).quantile(p)),
    inControl: ({ sigma, parameters: { size } }) =>
      spreads(sigma, size, { above: (n, w) => Math.max(0, 1 - normalRangeCdf(n, w)), below: normalRangeCdf }),
  },
  s: {
    label: "S",
    subgroup: "spread",
    plotted: "Standard deviation of the subgroup.",
    rules: "runs",
    probability: true,
    least: 2,
    sigmas: ["S/c4", "R/d2", "MVLUE-R", "MVLUE-SD", "pooled"],
    estimate: (baseline, options) => estimateMeasured(baseline, { ...options, sigma: options.sigma ?? "S/c4" }),
    stream: (limits) => spread(limits, sd, c4, c5, (p, n) => Math.sqrt(chiSquare(n - 1).quantile(p) / (n - 1))),
    inControl: ({ sigma, parameters: { size } }) =>
      spreads(sigma, size, {
        above: (n, s) => (s < 0 ? 1 : chiSquare(n - 1).survival((n - 1) * s * s)),
        below: (n, s) => (s < 0 ? 0 : chiSquare(n - 1).cdf((n - 1) * s * s)),
      }),
  },
} as const satisfies Readonly<Record<string, ChartDeclaration>>;

/** Ranges of more than 25 values waste most of what was measured. */
function defaultSigma(subgroups: readonly CheckedSubgroup[]): "R/d2" | "pooled" {
  return subgroups.some(({ n }) => n > 25) ? "pooled" : "R/d2";
}

function xbar({ centre, sigma, width }: Limits): Stream {
  const sigmas = sigmasOf(width);
  return memoryless((subgroup, point) => {
    point.statistic = subgroup.x;
    point.centre = centre;
    point.sigma = sigma / Math.sqrt(subgroup.n);
    if ("sigmas" in width) atSigmas(point, sigmas);
    else atQuantiles(point, centre - sigmas * point.sigma, centre + sigmas * point.sigma);
  });
}

function spread(
  { sigma, width }: Limits,
  statistic: (values: readonly number[]) => number,
  centre: (n: number) => number,
  deviation: (n: number) => number,
  quantile: (p: number, n: number) => number,
): Stream {
  const at = perSize((n) => ({
    centre: sigma * centre(n),
    sigma: sigma * deviation(n),
    quantiles: "sigmas" in width ? undefined : [sigma * quantile(width.probability / 2, n), sigma * quantile(1 - width.probability / 2, n)],
  }));
  const sigmas = sigmasOf(width);
  return memoryless((subgroup, point) => {
    const found = at(subgroup.n);
    point.statistic = statistic(subgroup.values);
    point.centre = found.centre;
    point.sigma = found.sigma;
    if (found.quantiles === undefined) atSigmas(point, sigmas);
    else atQuantiles(point, found.quantiles[0] as number, found.quantiles[1] as number);
    withoutLimitAtZero(point);
  });
}
