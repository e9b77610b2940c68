/** Several variables at once: Hotelling's T² of each vector, and the multivariate EWMA for small lasting shifts. One limit, above. */
import { reject, type Said } from "../../../connect/sample/index.ts";
import { chiSquare, normalCdf } from "../../distribution/index.ts";
import { type AssumptionWarning, lag1Autocorrelation } from "../assumptions.ts";
import type { Limits, LimitWidth } from "../limits.ts";
import {
  baselineOfIndividuals,
  baselineOfSubgroups,
  baselineOfVectors,
  type Contribution,
  hotellingChart,
  isMultivariateRefusal,
  meanVector,
  mewmaChart,
  mewmaLimit,
  mewmaRunLength,
  type MultivariateBaseline,
  type MultivariatePoint,
  type MultivariateRefusal,
  nameOf,
  phaseOneLimit,
  phaseTwoLimit,
  phaseTwoRate,
  type Variables,
  vectorsFault,
} from "../multivariate/index.ts";
import { saidOf, saySpc } from "../texts.ts";
import { type Blame, type ChartDeclaration, type EstimateOptions, memoryless, type Point, type Stream, usable } from "./declaration.ts";

const vectors = { subgroup: "vector", rules: "limits", probability: true, least: 4, sigmas: [] } as const;

export const VECTOR_CHARTS = {
  t2: {
    ...vectors,
    label: "Hotelling T²",
    plotted: "How far a vector, or the mean of a subgroup of them, is from the means, in the variables' own correlations.",
    estimate: (baseline, options) => estimate(baseline, options, (made, alpha) => phaseTwoLimit(made, alpha).value),
    phase1,
    stream: hotelling,
    inControl: ({ parameters: { vectors: known } }) => ({
      points: "dependent",
      runLength: known === undefined ? Number.NaN : 1 / phaseTwoRate(baselineOfVectors(known), known.limit),
    }),
  },
  mewma: {
    ...vectors,
    label: "MEWMA",
    plotted: "How far exponentially weighted means are from the means, in the variables' own correlations.",
    estimate: (baseline, options) =>
      estimate(baseline, options, ({ mean }, alpha) => mewmaLimit(mean.length, options.parameters.lambda ?? Number.NaN, 1 / alpha)),
    stream: mewma,
    inControl: ({ parameters: { vectors: known, lambda = 1 } }) => ({
      points: "dependent",
      runLength: known === undefined ? Number.NaN : mewmaRunLength(known.mean.length, lambda, known.limit),
    }),
  },
} as const satisfies Readonly<Record<string, ChartDeclaration>>;

function estimate(
  baseline: Parameters<ChartDeclaration["estimate"]>[0],
  { parameters: { variables = [] }, width }: EstimateOptions,
  limitOf: (made: MultivariateBaseline, alpha: number) => number,
): ReturnType<ChartDeclaration["estimate"]> {
  const subgroups = usable(baseline).map(({ values }) => vectorsOf(values, variables.length));
  const alone = subgroups.every(({ length }) => length === 1);
  const made = alone ? baselineOfIndividuals(subgroups.flat()) : baselineOfSubgroups(subgroups);
  if (isMultivariateRefusal(made)) return refused(made.refused === "TOO_FEW" ? "TOO_FEW" : "BAD_LIMITS", saidOf(made));
  const { mean, covariance, m, n } = made;
  const kept = { mean: [...mean], covariance: covariance.map((row) => [...row]), m, ...(alone ? {} : { n }) };
  const fault = vectorsFault(variables, { ...kept, limit: 1 });
  if (fault !== undefined) return refused("NO_VARIATION", typeof fault === "string" ? saidOf({ message: fault }) : fault);
  const limit = limitOf(made, alphaOf(width));
  if (!(limit > 0 && limit < Infinity)) return refused("BAD_LIMITS", saySpc("noLimitOfRate"));
  return {
    ...moments(mean.length),
    parameters: { vectors: { ...kept, limit } },
    warnings: warningsOf(variables, subgroups.map(meanVector), made),
  };
}

/** The vectors of a subgroup, which has them one after the other. */
function vectorsOf(values: readonly number[], size: number): number[][] {
  return Array.from({ length: values.length / size }, (_, i) => values.slice(i * size, (i + 1) * size));
}

/** Of T² in control where means and covariances are known. */
function moments(p: number): { readonly centre: number; readonly sigma: number } {
  return { centre: p, sigma: Math.sqrt(2 * p) };
}

/** Vectors of the baseline are nearer to its means than later ones, so their limit is lower. */
function phase1(limits: Limits): Limits {
  const { parameters, width } = limits;
  if (parameters.vectors === undefined) return limits;
  const { value } = phaseOneLimit(baselineOfVectors(parameters.vectors), alphaOf(width));
  return { ...limits, parameters: { ...parameters, vectors: { ...parameters.vectors, limit: value } } };
}

function alphaOf(width: LimitWidth): number {
  return "probability" in width ? width.probability : 2 * normalCdf(-width.sigmas);
}

/** So much wider than with means and covariances that are known, a limit says that the baseline is short. */
const WIDER = 1.1;
/** In standard errors: a few variables have a few chances. */
const ALIKE = 3;

function warningsOf(variables: Variables, rows: readonly (readonly number[])[], made: MultivariateBaseline): AssumptionWarning[] {
  const [p, m] = [made.mean.length, made.m];
  const wider = phaseTwoLimit(made, 0.0027).value / chiSquare(p).upperQuantile(0.0027);
  const values = { m, n: made.n, p, wider: Math.round((wider - 1) * 100) };
  const few: AssumptionWarning = { code: "FEW_VALUES", ...saySpc(made.n === 1 ? "fewVectors" : "fewVectorSubgroups", values) };
  const alike = made.mean.flatMap((_, i) => {
    const { r } = lag1Autocorrelation(rows.map((row) => row[i] as number));
    return Math.abs(r) > ALIKE / Math.sqrt(m) ? [{ name: nameOf(variables, i), r }] : [];
  });
  const most = alike.reduce((largest, { r }) => (Math.abs(r) > Math.abs(largest) ? r : largest), 0);
  const said = { r: Number(most.toFixed(2)), names: alike.map(({ name }) => name).join(", ") };
  const dependent: AssumptionWarning = { code: "AUTOCORRELATED", ...saySpc("dependentVectors", said) };
  return [...(wider > WIDER ? [few] : []), ...(alike.length > 0 ? [dependent] : [])];
}

function refused(code: "TOO_FEW" | "BAD_LIMITS" | "NO_VARIATION", said: Said): ReturnType<ChartDeclaration["estimate"]> {
  return { reject: reject(code, null, { ...said, field: "baseline" }) };
}

function hotelling({ parameters: { variables, vectors: known } }: Limits): Stream {
  if (variables === undefined || known === undefined) return unusable(NO_MEANS);
  const fault = vectorsFault(variables, known);
  if (fault !== undefined) return unusable(fault);
  const limit = { value: known.limit, law: "F", exact: true, phase: 2, alpha: Number.NaN } as const;
  const chart = hotellingChart(baselineOfVectors(known), limit);
  if (isMultivariateRefusal(chart)) return unusable(chart.message);
  return memoryless(({ values }, point) => {
    const means = meansOf(values, variables.length);
    plot(chart.update(means), known.limit, variables, point, () => chart.decompose(means));
  });
}

function mewma({ parameters: { variables, vectors: known, lambda } }: Limits): Stream {
  if (variables === undefined || known === undefined || lambda === undefined) return unusable(NO_MEANS);
  const fault = vectorsFault(variables, known);
  if (fault !== undefined) return unusable(fault);
  // The run length, by which the limit was chosen, is known of the asymptotic covariance.
  const chart = mewmaChart(baselineOfVectors(known), { lambda, limit: known.limit, covariance: "asymptotic" });
  if (isMultivariateRefusal(chart)) return unusable(chart.message);
  const first = known.mean.map(() => 0);
  return {
    next({ values }, point) {
      plot(chart.update(meansOf(values, variables.length)), known.limit, variables, point, () => chart.decompose());
      return true;
    },
    restart: () => void chart.restore({ count: 0, z: first }),
    snapshot() {
      const { count, z } = chart.snapshot();
      return [count, ...z];
    },
    restore: ([count = Number.NaN, ...z]) => chart.restore({ count, z }) === undefined,
  };
}

/** Of a subgroup; a vector that stands alone is its own. */
function meansOf(values: readonly number[], size: number): readonly number[] {
  return values.length === size ? values : meanVector(vectorsOf(values, size));
}

const NO_MEANS = "Limits of several variables have these by name, with means, covariances and one limit, and of a MEWMA chart λ.";

/** Whoever reads limits refuses such ones; a chart that was made of them all the same says so at every subgroup, and is not silent. */
function unusable(why: string | Said): Stream {
  return {
    unusable: typeof why === "string" ? why : why.message,
    next: () => false,
    restart: () => undefined,
    snapshot: () => [],
    restore: (state) => state.length === 0,
  };
}

function plot(
  judged: MultivariatePoint | MultivariateRefusal,
  limit: number,
  variables: Variables,
  point: Point,
  decompose: () => Contribution[] | MultivariateRefusal,
): void {
  const { centre, sigma } = moments(variables.length);
  // A finite vector so far out that its distance is none.
  const beyondNumbers = isMultivariateRefusal(judged);
  point.statistic = beyondNumbers ? Number.MAX_VALUE : judged.statistic;
  point.centre = centre;
  point.sigma = sigma;
  point.lower = Number.NEGATIVE_INFINITY;
  point.upper = limit;
  point.z = (point.statistic - centre) / sigma;
  point.blamed = !beyondNumbers && judged.signal ? blamedOf(decompose(), point.statistic, variables) : undefined;
}

function blamedOf(found: Contribution[] | MultivariateRefusal, statistic: number, variables: Variables): readonly Blame[] | undefined {
  if (isMultivariateRefusal(found)) return undefined;
  return found.map(({ variable, z, alone, beyondOthers }) => ({
    tag: variables[variable]?.tag ?? "",
    share: Math.min(1, Math.max(alone, beyondOthers) / statistic),
    z,
  }));
}
