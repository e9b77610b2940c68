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

/** The same for a function without a slope, by false position (Illinois) that falls back on bisection. */
export function bracketedRoot(value: (x: number) => number, low: number, high: number, tolerance = 1e-15): number {
  let [a, b] = [low, high];
  let [atA, atB] = [value(a), value(b)];
  if (Number.isNaN(atA) || Number.isNaN(atB)) return Number.NaN;
  if (atA >= 0) return a;
  if (atB <= 0) return b;
  let kept = 0;
  for (let step = 0; step < MOST_STEPS && b - a > tolerance * Math.max(Math.abs(a), Math.abs(b)); step++) {
    const chord = b - (atB * (b - a)) / (atB - atA);
    const x = step % 4 !== 3 && chord > a && chord < b ? chord : a / 2 + b / 2;
    const here = value(x);
    if (Number.isNaN(here)) return Number.NaN;
    if (here === 0) return x;
    if (here < 0) {
      [a, atA] = [x, here];
      if (kept < 0) atB /= 2;
      kept = -1;
    } else {
      [b, atB] = [x, here];
      if (kept > 0) atA /= 2;
      kept = 1;
    }
  }
  return a / 2 + b / 2;
}
