/** Roots of increasing functions, in a bounded number of steps. */

/** More than bisection needs for any two doubles. */
const MOST_STEPS = 200;

/** A function and its slope at one place. */
export type Slope = readonly [value: number, slope: number];

/**
 * Where an increasing function crosses 0 in [low, high]: Newton's steps, and bisection where one leaves the bracket or the last one
 * gained too little. NaN where the function is NaN; an end of the bracket where it does not cross.
 */
export function increasingRoot(at: (x: number) => Slope, low: number, high: number, start: number): number {
  let x = Math.min(Math.max(start, low), high);
  let [from, to] = [low, high];
  let lastStep = to - from;
  for (let step = 0; step < MOST_STEPS; step++) {
    const [value, slope] = at(x);
    if (Number.isNaN(value)) return Number.NaN;
    if (value === 0) return x;
    if (value < 0) from = x;
    else to = x;
    let next = x - value / slope;
    if (!(next > from && next < to) || Math.abs(next - x) > lastStep / 2) next = from / 2 + to / 2;
    lastStep = Math.abs(next - x);
    if (lastStep <= Number.EPSILON * Math.abs(next) || next === x) return next;
    x = next;
  }
  return x;
}

/** The same for a function without a slope: bisection, and inverse quadratic interpolation where it is safe (Chandrupatla 1997). */
export function bracketedRoot(value: (x: number) => number, low: number, high: number, tolerance = 4e-16): number {
  // The root lies between a, the newest place, and b; c is the one before.
  let [a, b, c] = [low, high, low];
  let [atA, atB, atC] = [value(a), value(b), Number.NaN];
  if (Number.isNaN(atA) || Number.isNaN(atB)) return Number.NaN;
  if (atA >= 0) return a;
  if (atB <= 0) return b;
  let share = 0.5;
  for (let step = 0; step < MOST_STEPS; step++) {
    const x = a + share * (b - a);
    const here = value(x);
    if (Number.isNaN(here)) return Number.NaN;
    if (here > 0 === atA > 0) [c, atC] = [a, atA];
    else [c, atC, b, atB] = [b, atB, a, atA];
    [a, atA] = [x, here];
    const best = Math.abs(atA) < Math.abs(atB) ? a : b;
    const least = (tolerance * Math.abs(best) + Number.MIN_VALUE) / Math.abs(b - a);
    if (least > 0.5 || here === 0) return best;
    const xi = (a - b) / (c - b);
    const phi = (atA - atB) / (atC - atB);
    const safe = phi * phi < xi && (1 - phi) ** 2 < 1 - xi;
    const quadratic = (atA / (atB - atA)) * (atC / (atB - atC)) + ((c - a) / (b - a)) * (atA / (atC - atA)) * (atB / (atC - atB));
    share = Math.min(1 - least, Math.max(least, safe ? quadratic : 0.5));
  }
  return a;
}
