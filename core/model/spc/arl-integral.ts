/** Average run lengths of charts whose points hang together, of normal values, from the integral equations that they satisfy. */
import { gaussLegendre, normalCdf, normalDensity } from "../distribution/index.ts";
import { stepsToEnd } from "./absorbing.ts";

/** Nodes for each σ of a step, and those that a short range needs besides: nine digits. */
const NODES_PER_SIGMA = 1.5;
const LEAST_NODES = 30;
/** Elimination takes a second; λ of 0.0002 at 3 σ. */
const MOST_NODES = 1_000;
/** Normal values lie within so many σ. */
const REACH = 9;

/** Of `range` in σ of a step; null where they would be too many. */
function nodesOf(from: number, to: number, range: number): ReturnType<typeof gaussLegendre> | null {
  const count = LEAST_NODES + Math.ceil(NODES_PER_SIGMA * range);
  return count <= MOST_NODES ? gaussLegendre(count, from, to) : null;
}

export interface EwmaOptions {
  /** Limits as of the first day (false) or those that they approach. */
  readonly asymptotic?: boolean;
  /** Of the process, in σ of the plotted mean. */
  readonly shift?: number;
}

/** Of an EWMA chart with limits at ± `width` σ of the EWMA (Crowder 1987; Steiner 1999). NaN where λ is too small to be computed with. */
export function ewmaArl(lambda: number, width: number, { asymptotic = true, shift = 0 }: EwmaOptions = {}): number {
  const h = width * Math.sqrt(lambda / (2 - lambda));
  const found = nodesOf(-1, 1, (2 * h) / lambda);
  if (found === null) return Number.NaN;
  const { nodes, weights } = found;
  const to = (from: number, y: number): number => normalDensity((y - (1 - lambda) * from) / lambda - shift) / lambda;
  const lengths = stepsToEnd(
    nodes.map((x) => Float64Array.from(nodes, (y, j) => h * (weights[j] as number) * to(h * x, h * y))),
    Float64Array.from(nodes, (x) => {
      const [high, low] = [1, -1].map((side) => (h - side * (1 - lambda) * h * x) / lambda - side * shift) as [number, number];
      return normalCdf(-high) + normalCdf(-low);
    }),
  );
  if (asymptotic) return nodes.reduce((sum, y, j) => sum + h * (weights[j] as number) * to(0, h * y) * (lengths[j] as number), 1);
  return ofWideningLimits(lambda, width, shift, { nodes, weights, lengths });
}

/** Where limits have come so near to those that they approach, they are taken as these. */
const ARRIVED = 1e-6;
/** Steps times nodes times nodes in reach: a second or two; λ of 0.001 at 3 σ. */
const MOST_WORK = 6e7;

/** The density of what has not signalled yet, step by step while limits widen; then the equation says what is to come. */
function ofWideningLimits(
  lambda: number,
  width: number,
  shift: number,
  { nodes, weights, lengths }: { readonly nodes: readonly number[]; readonly weights: readonly number[]; readonly lengths: Float64Array },
): number {
  const steps = Math.max(1, Math.ceil(Math.log(ARRIVED) / (2 * Math.log1p(-lambda))));
  const h = width * Math.sqrt(lambda / (2 - lambda));
  if (steps * nodes.length * Math.min(nodes.length, (REACH * lambda * nodes.length) / h) > MOST_WORK) return Number.NaN;
  const limitAt = (step: number): number => h * Math.sqrt(-Math.expm1(2 * step * Math.log1p(-lambda)));
  let before = limitAt(1);
  // Chances, weights included, of being at each node and not beyond.
  let here = Float64Array.from(nodes, (x, i) => (before * (weights[i] as number) * normalDensity((before * x) / lambda - shift)) / lambda);
  let sum = 1;
  for (let step = 2; step <= steps; step += 1) {
    const alive = here.reduce((all, one) => all + one, 0);
    sum += alive;
    if (alive < Number.EPSILON) return sum;
    const now = limitAt(step);
    here = stepped(here, nodes, weights, { before, now, lambda, shift });
    before = now;
  }
  return here.reduce((all, one, i) => all + one * (lengths[i] as number), sum);
}

interface Step {
  readonly before: number;
  readonly now: number;
  readonly lambda: number;
  readonly shift: number;
}

function stepped(
  here: Float64Array,
  nodes: readonly number[],
  weights: readonly number[],
  { before, now, lambda, shift }: Step,
): Float64Array<ArrayBuffer> {
  const kept = ((1 - lambda) * before) / lambda;
  const density = now / (lambda * Math.sqrt(2 * Math.PI));
  let first = 0;
  return Float64Array.from(nodes, (node, j) => {
    const y = (now * node) / lambda - shift;
    while (first < nodes.length && kept * (nodes[first] as number) < y - REACH) first += 1;
    let sum = 0;
    for (let i = first; i < nodes.length; i += 1) {
      const away = y - kept * (nodes[i] as number);
      if (away < -REACH) break;
      // Quicker than the density that is right to the last digit.
      sum += (here[i] as number) * Math.exp((-away * away) / 2);
    }
    return density * (weights[j] as number) * sum;
  });
}

/**
 * Of a two-sided CUSUM chart; `shift` in σ of the plotted mean (Page 1954; Lucas and Crosier 1982 for the head start). NaN where h is too
 * large to be computed with, or where both sides begin so high that they are not independent of each other.
 */
export function cusumArl(k: number, h: number, shift = 0, headStart = 0): number {
  if (headStart > 0 && 2 * headStart - 2 * k > h) return Number.NaN;
  const [high, low] = [oneSidedCusum(k, h, shift, headStart), oneSidedCusum(k, h, -shift, headStart)];
  return (high.started / high.zero + low.started / low.zero - 1) / (1 / high.zero + 1 / low.zero);
}

/** From zero, and from the head start, of the upper side alone. */
export function oneSidedCusum(k: number, h: number, shift = 0, headStart = 0): { readonly zero: number; readonly started: number } {
  const found = nodesOf(0, h, h);
  if (found === null) return { zero: Number.NaN, started: Number.NaN };
  const { nodes, weights } = found;
  const rise = shift - k;
  const to = (u: number): Float64Array =>
    Float64Array.from([normalCdf(-rise - u), ...nodes.map((y, j) => (weights[j] as number) * normalDensity(y - rise - u))]);
  const from = [0, ...nodes];
  const lengths = stepsToEnd(
    from.map(to),
    Float64Array.from(from, (u) => normalCdf(u + rise - h)),
  );
  const started = to(headStart).reduce((sum, p, j) => sum + p * (lengths[j] as number), 1);
  return { zero: lengths[0] as number, started };
}
