/** What a multivariate chart compares with: means and covariances of a Phase I, as plain data that can be kept as a version. */
import { type CholeskyFactor, choleskyOf, type Matrix } from "./cholesky.ts";
import { type MultivariateRefusal, refuse } from "./refusal.ts";

export interface MultivariateBaseline {
  /** How the covariance was estimated; "given" of what is known beforehand. */
  readonly by: "sample" | "successive differences" | "pooled within subgroups" | "given";
  /** Of each variable, in its unit. */
  readonly mean: readonly number[];
  /** Of single observations. */
  readonly covariance: Matrix;
  /** Observations, or subgroups, of Phase I. */
  readonly m: number;
  /** Observations in each subgroup; 1 of individuals. */
  readonly n: number;
}

const MOST_VARIABLES = 50;
const MOST_NUMBERS = 1_000_000;

/**
 * Of single observations in the order of time. Successive differences (Holmes and Mergen 1993) keep a drift of the means out of the
 * covariance. More observations than variables + 1.
 */
export function baselineOfIndividuals(
  rows: Matrix,
  by: "sample" | "successive differences" = "sample",
): MultivariateBaseline | MultivariateRefusal {
  const fault = faultOf(rows, rows[0]?.length ?? 0);
  if (fault !== undefined) return fault;
  const [m, p] = [rows.length, (rows[0] as readonly number[]).length];
  if (m < p + 2) return refuse("TOO_FEW", `${m} observations of ${p} variables`);
  const mean = meanVector(rows);
  if (by === "sample") return { by, mean, covariance: scaled(crossProducts(rows, mean), m - 1), m, n: 1 };
  const steps = rows.slice(1).map((row, i) => row.map((value, j) => value - (rows[i]?.[j] as number)));
  return {
    by,
    mean,
    covariance: scaled(
      crossProducts(
        steps,
        mean.map(() => 0),
      ),
      2 * (m - 1),
    ),
    m,
    n: 1,
  };
}

/** Of subgroups of equal size n ≥ 2: the mean of their covariances. */
export function baselineOfSubgroups(subgroups: readonly Matrix[]): MultivariateBaseline | MultivariateRefusal {
  const [m, n, p] = [subgroups.length, subgroups[0]?.length ?? 0, subgroups[0]?.[0]?.length ?? 0];
  if (subgroups.some((rows) => rows.length !== n)) return refuse("WRONG_SIZE", "subgroups of different sizes");
  const fault = faultOf(subgroups.flat(), p);
  if (fault !== undefined) return fault;
  if (n < 2 || m < 2 || m * (n - 1) < p) return refuse("TOO_FEW", `${m} subgroups of ${n} observations of ${p} variables`);
  const means = subgroups.map(meanVector);
  const sums = subgroups.map((rows, i) => crossProducts(rows, means[i] as readonly number[]));
  const total = sums.reduce((sum, one) => sum.map((row, i) => row.map((value, j) => value + (one[i]?.[j] as number))));
  return { by: "pooled within subgroups", mean: meanVector(means), covariance: scaled(total, m * (n - 1)), m, n };
}

/** Of a baseline that may come from anywhere; refused where its parts do not fit one another or the covariance is singular. */
export function factorOf({ mean, covariance, n }: MultivariateBaseline): CholeskyFactor | MultivariateRefusal {
  const fault = faultOf([mean], mean.length) ?? faultOf(covariance, mean.length);
  if (fault !== undefined) return fault;
  if (covariance.length !== mean.length || !(Number.isSafeInteger(n) && n >= 1))
    return refuse("WRONG_SIZE", "means, covariance and subgroup size");
  return choleskyOf(covariance);
}

/** The mean of each variable. */
export function meanVector(rows: Matrix): number[] {
  return (rows[0] ?? []).map((_, j) => {
    const first = rows.reduce((sum, row) => sum + (row[j] as number), 0) / rows.length;
    // A second pass takes out what the first rounded away.
    return first + rows.reduce((sum, row) => sum + ((row[j] as number) - first), 0) / rows.length;
  });
}

/** Undefined where all rows are `size` finite numbers. */
export function faultOf(rows: Matrix, size: number): MultivariateRefusal | undefined {
  if (rows.length === 0 || size === 0) return refuse("TOO_FEW", "no values");
  if (size > MOST_VARIABLES || rows.length * size > MOST_NUMBERS) return refuse("TOO_LARGE", `${rows.length} of ${size}`);
  for (const [i, row] of rows.entries()) {
    if (!Array.isArray(row) || row.length !== size) return refuse("WRONG_SIZE", `observation ${i + 1}`);
    const odd = row.findIndex((value) => !Number.isFinite(value));
    if (odd >= 0) return refuse("NOT_NUMBERS", `observation ${i + 1}, variable ${odd + 1}`);
  }
  return undefined;
}

function crossProducts(rows: Matrix, about: readonly number[]): number[][] {
  const sums = about.map(() => about.map(() => 0));
  for (const row of rows) {
    for (const [i, sum] of sums.entries()) {
      const deviation = (row[i] as number) - (about[i] as number);
      for (let j = 0; j <= i; j++) sum[j] = (sum[j] as number) + deviation * ((row[j] as number) - (about[j] as number));
    }
  }
  for (const [i, sum] of sums.entries()) for (let j = 0; j < i; j++) (sums[j] as number[])[i] = sum[j] as number;
  return sums;
}

function scaled(matrix: Matrix, divisor: number): number[][] {
  return matrix.map((row) => row.map((value) => value / divisor));
}
