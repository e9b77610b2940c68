/** The reference of multivariate charts, and how answers are compared. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { normalQuantile } from "../../../core/model/distribution/index.ts";
import {
  type HotellingChart,
  isMultivariateRefusal,
  type Matrix,
  type MewmaChart,
  type MultivariateBaseline,
  type MultivariatePoint,
  type MultivariateRefusal,
} from "../../../core/model/spc/multivariate/index.ts";
import { isWithin } from "../../support/comparisons.ts";

export const SHARED = new URL("../../../../shared/reference/spc/", import.meta.url);
export const REFERENCE = new URL("multivariate.json", SHARED);

export interface Limits {
  readonly phaseI_beta: number;
  readonly phaseII_F: number;
  readonly chi2: number;
}
export interface Reference {
  readonly boiler: {
    readonly data: Matrix;
    readonly mean: readonly number[];
    readonly cov: Matrix;
    readonly T2: readonly number[];
    readonly holmesMergenCov: Matrix;
    readonly T2_holmesMergen: readonly number[];
    readonly "limits_alpha.0027": Limits;
    readonly "limits_alpha.05": Limits;
    readonly "limits_alpha.001": Limits;
  };
  readonly ryan_subgrouped: { readonly limits: { readonly phaseI: number; readonly phaseII: number }; readonly alpha: number };
  readonly mewma: {
    readonly X: Matrix;
    readonly Sigma: Matrix;
    readonly mu0: readonly number[];
    readonly lambda: number;
    readonly h4: number;
    readonly T2_exactCov: readonly number[];
    readonly T2_asymptoticCov: readonly number[];
    readonly firstSignal_exact: number;
    readonly firstSignal_asymptotic: number;
  };
}

export function taken<Answer extends object>(answer: Answer | MultivariateRefusal): Answer {
  assert.ok(!isMultivariateRefusal(answer), JSON.stringify(answer));
  return answer;
}

export function refused(answer: object, code: MultivariateRefusal["refused"]): MultivariateRefusal {
  assert.ok("refused" in answer && answer.refused === code, JSON.stringify(answer));
  return answer as MultivariateRefusal;
}

export function near(actual: number | undefined, expected: number | undefined, relative: number, message = ""): void {
  assert.ok(actual !== undefined && expected !== undefined, message);
  assert.ok(isWithin(actual, expected, relative * Math.max(1, Math.abs(expected))), `${message} ${actual} instead of ${expected}`);
}

export function nearMatrix(actual: Matrix, expected: Matrix, relative: number): void {
  for (const [i, row] of expected.entries()) for (const [j, value] of row.entries()) near(actual[i]?.[j], value, relative, `${i}, ${j}:`);
}

/** Of known means and covariances. */
export const given = (mean: readonly number[], covariance: Matrix, n = 1): MultivariateBaseline => ({
  by: "given",
  mean,
  covariance,
  m: 1000,
  n,
});

export const statisticsOf = (chart: HotellingChart | MewmaChart, rows: Matrix): MultivariatePoint[] =>
  rows.map((row) => taken(chart.update(row)));

/** Normal values without surprise. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return normalQuantile((state + 0.5) / 2 ** 32);
  };
}

export const reference = (): Reference => JSON.parse(readFileSync(REFERENCE, "utf8")) as Reference;
