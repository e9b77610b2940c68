/** The Cholesky factor of a covariance, which makes distances of sums of squares and shows a variable that adds nothing. */
import { type MultivariateRefusal, refuse } from "./refusal.ts";

export type Matrix = readonly (readonly number[])[];

/** Share of a variable's variance that the variables before it leave unexplained; below this it is rounding, not information. */
const SINGULAR = 1e-11;

/** S = L·Lᵀ of a symmetric matrix. Distances reuse one work space, so a factor serves one thread. */
export class CholeskyFactor {
  readonly size: number;
  readonly #rows: readonly Float64Array[];
  readonly #work: Float64Array;

  constructor(rows: readonly Float64Array[]) {
    this.#rows = rows;
    this.size = rows.length;
    this.#work = new Float64Array(rows.length);
  }

  /** dᵀS⁻¹d. */
  squaredDistance(d: ArrayLike<number>): number {
    let sum = 0;
    for (let i = 0; i < this.size; i++) {
      const row = this.#rows[i] as Float64Array;
      let rest = d[i] as number;
      for (let k = 0; k < i; k++) rest -= (row[k] as number) * (this.#work[k] as number);
      const value = rest / (row[i] as number);
      this.#work[i] = value;
      sum += value * value;
    }
    return sum;
  }

  /** S⁻¹d. */
  solve(d: ArrayLike<number>): number[] {
    this.squaredDistance(d);
    const solution = Array.from(this.#work);
    for (let i = this.size - 1; i >= 0; i--) {
      let rest = solution[i] as number;
      for (let k = i + 1; k < this.size; k++) rest -= (this.#rows[k]?.[i] as number) * (solution[k] as number);
      solution[i] = rest / (this.#rows[i]?.[i] as number);
    }
    return solution;
  }
}

/** Refused where a variable is a linear combination of those before it, naming it. */
export function choleskyOf(matrix: Matrix): CholeskyFactor | MultivariateRefusal {
  const rows: Float64Array[] = [];
  for (const [i, given] of matrix.entries()) {
    const row = new Float64Array(i + 1);
    for (let j = 0; j <= i; j++) {
      const other = j === i ? row : (rows[j] as Float64Array);
      let rest = given[j] as number;
      for (let k = 0; k < j; k++) rest -= (row[k] as number) * (other[k] as number);
      if (j < i) row[j] = rest / (other[j] as number);
      else if (rest > SINGULAR * (given[i] as number)) row[i] = Math.sqrt(rest);
      else return refuse("SINGULAR", `variable ${i + 1}`);
    }
    rows.push(row);
  }
  return new CholeskyFactor(rows);
}
