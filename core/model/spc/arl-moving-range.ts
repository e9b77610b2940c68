/** Average run length of moving ranges of normal values, which hang together by the value that they share. */
import { gaussLegendre, normalDensity } from "../distribution/index.ts";
import { solveLinear } from "./quadrature.ts";

/** Normal values lie within so many σ. */
const REACH = 9;
/** Nine digits. */
const NODES = 64;
/** Longer ones lose digits in the solution. */
const LONGEST = 1e9;

/** Angles of Chebyshev's nodes, the places where a function is to be known so that the polynomial through them stays near it. */
const ANGLES = Array.from({ length: NODES }, (_, j) => ((2 * j + 1) * Math.PI) / (2 * NODES));
const AT = ANGLES.map((angle) => REACH * Math.cos(angle));
const WEIGHTS = ANGLES.map((angle, j) => (j % 2 === 0 ? 1 : -1) * Math.sin(angle));

const UNIT = gaussLegendre(NODES, -1, 1);

/**
 * Subgroups, the first among them, until two neighbours are nearer than `lower` or farther apart than `upper`, in σ of a value (Crowder
 * 1987). The length that is to come is a smooth function of the last value. NaN where it is above 10⁹.
 */
export function movingRangeArl(lower: number, upper: number): number {
  const least = Math.max(0, lower);
  const system = AT.map((x, i) => {
    const row = new Float64Array(NODES);
    addIntegral(row, x - upper, x - least);
    addIntegral(row, x + least, x + upper);
    return Array.from(row, (one, j) => Number(i === j) - one);
  });
  const lengths = solveLinear(
    system,
    AT.map(() => 1),
  );
  const fresh = new Float64Array(NODES);
  addIntegral(fresh, -REACH, REACH);
  const arl = lengths.reduce((sum, length, j) => sum + (fresh[j] as number) * length, 1);
  return arl > 1 && arl < LONGEST ? arl : Number.NaN;
}

/** Adds what each node's value has to do with the integral of a function, times the normal density. */
function addIntegral(row: Float64Array, low: number, high: number): void {
  const [from, to] = [Math.max(-REACH, low), Math.min(REACH, high)];
  if (from >= to) return;
  const half = (to - from) / 2;
  const parts = new Float64Array(NODES);
  for (const [q, node] of UNIT.nodes.entries()) {
    const y = from + half * (1 + node);
    let whole = 0;
    for (let j = 0; j < NODES; j += 1) whole += parts[j] = (WEIGHTS[j] as number) / (y - (AT[j] as number));
    const density = (half * (UNIT.weights[q] as number) * normalDensity(y)) / whole;
    for (let j = 0; j < NODES; j += 1) row[j] = (row[j] as number) + density * (parts[j] as number);
  }
}
