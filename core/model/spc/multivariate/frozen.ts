/** What limits of several variables keep besides: the variables by name and unit, and the baseline with its one limit. */
import { type Static, Type } from "typebox";
import type { Said } from "../../../connect/sample/index.ts";
import { saySpc } from "../texts.ts";
import type { MultivariateBaseline } from "./baseline.ts";
import { factorOf } from "./baseline.ts";
import { choleskyOf, type Matrix } from "./cholesky.ts";
import { isMultivariateRefusal } from "./refusal.ts";

/** More tags on one chart say less and less about each. */
export const MOST_CHARTED = 10;
/** So many vectors have nothing in common any more but their mean. */
export const MOST_TOGETHER = 25;

const strict = { additionalProperties: false } as const;
const row = Type.Array(Type.Number(), { minItems: 2, maxItems: MOST_CHARTED });

/** In the order of the values of a vector. */
export const VARIABLES = Type.Array(
  Type.Object(
    {
      tag: Type.String({ minLength: 1, maxLength: 512 }),
      /** UCUM code of its values; null: it has none. */
      unit: Type.Union([Type.String({ maxLength: 100 }), Type.Null()]),
    },
    strict,
  ),
  { minItems: 2, maxItems: MOST_CHARTED },
);
export type Variables = readonly Readonly<Static<typeof VARIABLES>[number]>[];

export const VECTORS = Type.Object(
  {
    mean: row,
    /** Of single vectors: that of the sample, or within subgroups. */
    covariance: Type.Array(row, { minItems: 2, maxItems: MOST_CHARTED }),
    /** Vectors of the baseline, or its subgroups. */
    m: Type.Integer({ minimum: 2 }),
    /** Vectors of every subgroup, whose means are judged; absent: each vector alone. */
    n: Type.Optional(Type.Integer({ minimum: 2, maximum: MOST_TOGETHER })),
    /** Of the statistic of later vectors; there is no lower one. */
    limit: Type.Number({ exclusiveMinimum: 0 }),
  },
  strict,
);
export type Vectors = Readonly<Static<typeof VECTORS>>;

export function baselineOfVectors({ mean, covariance, m, n = 1 }: Vectors): MultivariateBaseline {
  return { by: n === 1 ? "sample" : "pooled within subgroups", mean, covariance, m, n };
}

/** Why these do not fit one another, as a sentence; undefined where they do. */
export function vectorsFault(variables: Variables, vectors: Vectors): string | Said | undefined {
  const p = variables.length;
  if (new Set(variables.map(({ tag }) => tag)).size < p) return "A variable is named twice.";
  const { mean, covariance, m, n = 1 } = vectors;
  if (mean.length !== p || covariance.length !== p || covariance.some(({ length }) => length !== p))
    return `Means and covariances are those of ${mean.length} variables, not of ${p}.`;
  if (n === 1 ? m < p + 2 : m * (n - 1) < p)
    return `${n === 1 ? `${m} vectors` : `${m} subgroups of ${n} vectors`} do not say how ${p} variables vary.`;
  if (covariance.some((one, i) => one.some((value, j) => value !== covariance[j]?.[i]))) return "A covariance is the same both ways.";
  return isMultivariateRefusal(factorOf(baselineOfVectors(vectors))) ? singularityOf(variables, covariance) : undefined;
}

/** Two variables that differ by less than this share of their variance say the same. */
const SAME = 1e-6;

/** Which variable makes a covariance singular, and what to do about it. */
export function singularityOf(variables: Variables, covariance: Matrix): Said {
  const name = (i: number): string => nameOf(variables, i);
  const still = covariance.findIndex((one, i) => !((one[i] ?? 0) > 0));
  if (still >= 0) return saySpc("stillVariable", { name: name(still) });
  let nearest = { i: 0, j: 1, r: 0 };
  for (const [i, one] of covariance.entries())
    for (let j = i + 1; j < one.length; j += 1) {
      const r = (one[j] ?? 0) / Math.sqrt((one[i] ?? 0) * (covariance[j]?.[j] ?? 0));
      if (Math.abs(r) > Math.abs(nearest.r)) nearest = { i, j, r };
    }
  const { i, j, r } = nearest;
  if (1 - r * r < SAME) return saySpc("sameVariables", { one: name(i), other: name(j), r: Number(r.toFixed(6)) });
  const leading = (size: number): Matrix => covariance.slice(0, size).map((one) => one.slice(0, size));
  const first = covariance.findIndex((_, last) => isMultivariateRefusal(choleskyOf(leading(last + 1))));
  const others = variables.slice(0, Math.max(1, first)).map((_, k) => name(k));
  return saySpc("dependentVariable", { name: name(Math.max(0, first)), others: others.join(", ") });
}

/** `torque` of `acme.galway.bottling.line01.capper01._capper_v1.torque`. */
export function nameOf(variables: Variables, i: number): string {
  return variables[i]?.tag.split(".").at(-1) ?? `variable ${i + 1}`;
}
