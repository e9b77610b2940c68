/**
 * The average run length of an in-control MEWMA and the limit for a wanted one. The length of the weighted mean is a Markov chain of
 * one dimension (Rigdon 1995): λ⁻²·|Z|² is noncentral χ² given the point before. Its integral equation is solved at Gauss's nodes.
 */
import { bracketedRoot, chiSquare, gaussLegendre, noncentralChiSquareDensity } from "../../distribution/index.ts";

const MOST_VARIABLES = 50;
/** Weights below are slower than any process. */
const LEAST_LAMBDA = 0.01;

/**
 * Points until a false alarm on average, from Z = 0, with the asymptotic covariance, right to 1e-8 of itself. λ from 0.01 to 1; NaN where
 * parameters are out of range.
 */
export function mewmaRunLength(variables: number, lambda: number, limit: number): number {
  if (!(Number.isInteger(variables) && variables >= 1 && variables <= MOST_VARIABLES && lambda >= LEAST_LAMBDA && lambda <= 1 && limit > 0))
    return Number.NaN;
  const longest = Math.sqrt((limit * lambda) / (2 - lambda));
  // One step spreads the length by λ, and two nodes for each of these resolve it.
  const { nodes, weights } = gaussLegendre(32 + Math.ceil((2 * longest) / lambda), 0, longest);
  // In the length s, not in s², or the root of the density at 0 would spoil Gauss's order.
  const kernel = (from: number, to: number): number => {
    const noncentrality = (((1 - lambda) * from) / lambda) ** 2;
    return (noncentralChiSquareDensity(variables, noncentrality, (to / lambda) ** 2) * 2 * to) / (lambda * lambda);
  };
  const system = nodes.map((from, i) => nodes.map((to, j) => Number(i === j) - (weights[j] as number) * kernel(from, to)));
  const lengths = solved(system);
  return 1 + lengths.reduce((sum, length, j) => sum + (weights[j] as number) * kernel(0, nodes[j] as number) * length, 0);
}

/** The limit (h4) of a wanted in-control run length, from 2 points to a million. */
export function mewmaLimit(variables: number, lambda: number, runLength: number): number {
  if (!(runLength >= 2 && runLength <= 1e6)) return Number.NaN;
  // Without memory, λ = 1, a point is χ² and the limit the highest of all.
  const highest = chiSquare(variables).upperQuantile(1 / runLength);
  return bracketedRoot((limit) => Math.log(mewmaRunLength(variables, lambda, limit) / runLength), highest / 1e3, highest, 1e-12);
}

/** Gaussian elimination with pivots, of a system whose right side is all ones. */
function solved(system: number[][]): number[] {
  const n = system.length;
  const rows = system.map((row) => [...row, 1]);
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(rows[i]?.[k] as number) > Math.abs(rows[pivot]?.[k] as number)) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot] as number[], rows[k] as number[]];
    const head = rows[k] as number[];
    for (let i = k + 1; i < n; i++) {
      const row = rows[i] as number[];
      const factor = (row[k] as number) / (head[k] as number);
      for (let j = k; j <= n; j++) row[j] = (row[j] as number) - factor * (head[j] as number);
    }
  }
  const solution = Array.from({ length: n }, () => 0);
  for (let i = n - 1; i >= 0; i--) {
    const row = rows[i] as number[];
    let rest = row[n] as number;
    for (let j = i + 1; j < n; j++) rest -= (row[j] as number) * (solution[j] as number);
    solution[i] = rest / (row[i] as number);
  }
  return solution;
}
