/**
 * Energy baselines after ISO 50006: least squares of energy on its relevant variables, how good the fit is, and what a
 * period used against it.
 */

export interface Fit {
  /** Constant first, then one per variable. */
  readonly coefficients: readonly number[];
  readonly observed: readonly number[];
  readonly expected: readonly number[];
}

/** Below this share of its column a diagonal of R is rounding error, not information. */
const RANK_TOLERANCE = 1e-12;

/**
 * Ordinary least squares with a constant, by Householder QR of the centred and scaled variables, which keeps nearly
 * collinear ones apart. `rows`: one row of variables per observation. Throws `RangeError` where the data does not determine
 * the coefficients.
 */
export function leastSquares(rows: readonly (readonly number[])[], observed: readonly number[]): Fit {
  const n = rows.length;
  const p = rows[0]?.length ?? 0;
  if (n !== observed.length || rows.some((row) => row.length !== p)) throw new RangeError("One row of the same variables per observation.");
  if (n <= p + 1) throw new RangeError(`${p} variables need more observations than ${n}.`);
  const means = Array.from({ length: p }, (_, j) => mean(rows.map((row) => row[j] as number)));
  const scales = means.map((m, j) => Math.hypot(...rows.map((row) => (row[j] as number) - m)));
  if (scales.some((scale, j) => !(scale > RANK_TOLERANCE * Math.abs(means[j] as number)))) throw undetermined();
  const columns = means.map((m, j) => rows.map((row) => ((row[j] as number) - m) / (scales[j] as number)));
  const center = mean(observed);
  const slopes = solve(
    columns,
    observed.map((value) => value - center),
  ).map((slope, j) => slope / (scales[j] as number));
  const constant = center - slopes.reduce((sum, slope, j) => sum + slope * (means[j] as number), 0);
  const coefficients = [constant, ...slopes];
  return { coefficients, observed, expected: rows.map((row) => predicted(coefficients, row)) };
}

export interface GoodnessOfFit {
  readonly r2: number | null;
  readonly adjustedR2: number | null;
  /** Residual standard deviation, √(SSE / (n − p)). */
  readonly sigma: number;
  /** Coefficient of variation of the root mean square error: sigma over the mean; ASHRAE 14 accepts 0.15 for monthly data. */
  readonly cvRmse: number | null;
  /** Normalised mean bias error: Σ(observed − expected) / ((n − p) · mean). */
  readonly nmbe: number | null;
}

/** Null where a denominator is zero. p counts the constant too. */
export function goodnessOfFit({ coefficients, observed, expected }: Fit): GoodnessOfFit {
  const n = observed.length;
  const free = n - coefficients.length;
  const average = mean(observed);
  const residuals = observed.map((value, i) => value - (expected[i] as number));
  const sse = residuals.reduce((sum, one) => sum + one * one, 0);
  const sst = observed.reduce((sum, value) => sum + (value - average) ** 2, 0);
  const sigma = Math.sqrt(sse / free);
  return {
    r2: sst === 0 ? null : 1 - sse / sst,
    adjustedR2: sst === 0 ? null : 1 - sse / free / (sst / (n - 1)),
    sigma,
    cvRmse: average === 0 ? null : sigma / average,
    nmbe: average === 0 ? null : residuals.reduce((sum, one) => sum + one, 0) / (free * average),
  };
}

export interface Savings {
  readonly expected: readonly number[];
  /** Energy performance indicator: Σ observed / Σ expected; below 1 less was used than the baseline expects. */
  readonly enpi: number | null;
  /** Running sum of expected − observed: what has been saved so far. */
  readonly cusum: readonly number[];
}

/** What a period used against the baseline. */
export function savings({ coefficients }: Fit, rows: readonly (readonly number[])[], observed: readonly number[]): Savings {
  const expected = rows.map((row) => predicted(coefficients, row));
  let saved = 0;
  const cusum = expected.map((value, i) => (saved += value - (observed[i] as number)));
  const all = expected.reduce((sum, value) => sum + value, 0);
  return { expected, enpi: all === 0 ? null : observed.reduce((sum, value) => sum + value, 0) / all, cusum };
}

function predicted([constant = 0, ...slopes]: readonly number[], row: readonly number[]): number {
  return slopes.reduce((sum, slope, j) => sum + slope * (row[j] as number), constant);
}

/** Householder QR of the columns (unit length each), then R · slopes = Qᵀ · target. */
function solve(columns: number[][], target: number[]): number[] {
  const p = columns.length;
  const diagonal: number[] = [];
  for (const [k, column] of columns.entries()) {
    const length = Math.hypot(...column.slice(k));
    if (!(length > RANK_TOLERANCE)) throw undetermined();
    const head = column[k] as number;
    const alpha = head > 0 ? -length : length;
    const reflector = column.map((value, i) => (i < k ? 0 : i === k ? head - alpha : value));
    const square = dot(reflector, reflector);
    for (const other of [...columns.slice(k + 1), target]) {
      const factor = (2 * dot(reflector, other)) / square;
      for (let i = k; i < other.length; i += 1) other[i] = (other[i] as number) - factor * (reflector[i] as number);
    }
    diagonal.push(alpha);
  }
  const slopes = Array.from({ length: p }, () => 0);
  for (let k = p - 1; k >= 0; k -= 1) {
    let rest = target[k] as number;
    for (let j = k + 1; j < p; j += 1) rest -= ((columns[j] as number[])[k] as number) * (slopes[j] as number);
    slopes[k] = rest / (diagonal[k] as number);
  }
  return slopes;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function undetermined(): RangeError {
  return new RangeError("The observations do not determine the coefficients: a variable is constant, or follows from the others.");
}
