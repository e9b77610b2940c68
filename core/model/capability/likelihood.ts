/** What maximum likelihood asks of a shape, each as one equation or one maximum. */
import { bracketedRoot, digamma, goldenSection } from "../distribution/index.ts";
import { mean as meanOf } from "../moments/index.ts";

/** Shapes outside of this describe no measurement; as logarithms, so that the search covers all magnitudes alike. */
const LEAST_LOG_SHAPE = Math.log(1e-3);
const MOST_LOG_SHAPE = Math.log(1e6);

/** Of positive values, location 0. */
export function weibullShape(values: readonly number[]): { readonly shape: number; readonly scale: number } {
  const logs = values.map(Math.log);
  const largest = logs.reduce((most, log) => Math.max(most, log), -Infinity);
  const mean = meanOf(logs);
  // Powers of the values over the largest one, which cannot overflow.
  const sums = (shape: number): readonly [powers: number, weighted: number] => {
    let [powers, weighted] = [0, 0];
    for (const log of logs) {
      const power = Math.exp(shape * (log - largest));
      powers += power;
      weighted += power * log;
    }
    return [powers, weighted];
  };
  const excess = (logShape: number): number => {
    const [powers, weighted] = sums(Math.exp(logShape));
    return weighted / powers - mean - Math.exp(-logShape);
  };
  const shape = Math.exp(bracketedRoot(excess, LEAST_LOG_SHAPE, MOST_LOG_SHAPE));
  return { shape, scale: Math.exp(largest + Math.log(sums(shape)[0] / values.length) / shape) };
}

/** Of positive values, location 0: log shape − ψ(shape) = log mean − mean log. */
export function gammaShape(values: readonly number[]): number {
  const excess = Math.log(meanOf(values)) - meanOf(values.map(Math.log));
  // Of a large shape the difference is 1/(2·shape), so an excess below that of the largest one has none.
  if (!(excess > Math.exp(-MOST_LOG_SHAPE) / 2)) return Number.NaN;
  return Math.exp(bracketedRoot((log) => excess - (log - digamma(Math.exp(log))), LEAST_LOG_SHAPE, MOST_LOG_SHAPE));
}

/** Where a function with one maximum has it, to about 1e-8 of a scale of 1: golden section, then parabolas. */
export function largestNear(value: (x: number) => number, [from, to]: readonly [number, number]): number {
  // Below this width the function is flat to its last digit, and only its curvature still tells.
  const [a, b] = goldenSection(value, from, to, 1e-2);
  return [1e-2, 1e-3, 1e-4].reduce(
    (x, h) => {
      const [below, here, above] = [value(x - h), value(x), value(x + h)];
      const step = (h * (below - above)) / (2 * (below - 2 * here + above));
      return Math.abs(step) <= 10 * h ? Math.min(to, Math.max(from, x + step)) : x;
    },
    (a + b) / 2,
  );
}
