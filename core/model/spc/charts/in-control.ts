/** What the points of a chart are while nothing happens, from which follows how often they signal. */
import { binomial, type Distribution, poisson } from "../../distribution/index.ts";
import { normals } from "../arl.ts";
import type { Subgroup } from "../subgroup.ts";

/** Subgroups one after the other, of an in-control process. */
export type Draw = (random: () => number) => () => Subgroup;

/** Why nobody can say how often a chart signals for nothing. */
export type NotEstimable =
  /** Subgroups vary in size, and more than their limits depend on it. */
  | "size"
  /** What is counted varies more than by chance, in a way that no limits tell. */
  | "overdispersed"
  /** Too seldom, or the chart remembers too long. */
  | "tooLong";

export type InControl =
  /** Normal points in units of their own σ, independent of each other. */
  | { readonly points: "normal" }
  | IndependentPoints
  /** From an equation; NaN where it cannot be solved. */
  | { readonly points: "dependent"; readonly runLength: number }
  /** All that is known is what they are made of. */
  | { readonly points: "drawn"; readonly draw: Draw }
  | { readonly points: "unknown"; readonly why: NotEstimable };

export interface IndependentPoints {
  readonly points: "independent";
  /** Any subgroup: the chart itself says which limits one of its size has. */
  readonly example: Subgroup;
  /** The plotted value at z, where rules know zones; at whole σ from the centre unless told otherwise. */
  readonly at?: (z: number) => number;
  /** Chance of a plotted value above x, and below. */
  readonly above: (x: number) => number;
  readonly below: (x: number) => number;
  readonly draw: Draw;
}

export const NORMAL: InControl = { points: "normal" };
const OF_UNKNOWN_SIZE: InControl = { points: "unknown", why: "size" };

/** Counts over `n`, as charts plot them; more than so many on average are normal to five digits. */
const MANY = 1e8;

/** Of `n` inspected units a share p. */
export function defectives(p: number, n: number | "varies", plotted: (count: number, n: number) => number): InControl {
  if (n === "varies" || !Number.isInteger(n)) return OF_UNKNOWN_SIZE;
  return counts(binomial(n, p), Math.sqrt(n * p * (1 - p)), n, plotted);
}

/** On an area `n` so many of each unit of it. */
export function defects(mean: number, n: number | "varies"): InControl {
  return n === "varies" ? OF_UNKNOWN_SIZE : counts(poisson(mean * n), Math.sqrt(mean * n), n, (count) => count / n);
}

function counts(law: Distribution, sd: number, n: number, plotted: (count: number, n: number) => number): InControl {
  if (sd * sd > MANY) return NORMAL;
  // The chart compares quotients as they are rounded, so the count at a limit is found as it does.
  const step = plotted(1, n);
  return {
    points: "independent",
    example: { count: 0, size: n },
    above(x) {
      let least = Math.max(0, Math.floor(x / step) - 1);
      while (plotted(least, n) <= x) least += 1;
      return least === 0 ? 1 : law.survival(least - 1);
    },
    below(x) {
      let most = Math.ceil(x / step) + 1;
      while (most >= 0 && plotted(most, n) >= x) most -= 1;
      return most < 0 ? 0 : law.cdf(most);
    },
    draw: (random) => {
      const next = drawnCount(law, sd, random);
      return () => ({ count: next(), size: n });
    },
  };
}

/** By its table, within ten σ. */
function drawnCount(law: Distribution, sd: number, random: () => number): () => number {
  const reach = Math.ceil(10 * sd + 20);
  const middle = law.quantile(0.5);
  const first = Math.max(0, middle - reach);
  const upTo: number[] = [];
  for (let count = first, sum = 0; count <= middle + reach; count += 1) upTo.push((sum += law.density(count)));
  return () => {
    const u = random();
    let [low, high] = [0, upTo.length - 1];
    while (low < high) {
      const between = (low + high) >>> 1;
      if ((upTo[between] as number) > u) high = between;
      else low = between + 1;
    }
    return first + low;
  };
}

/** Of spreads of `n` normal values, whose σ is `sigma`; the chances are those of σ = 1. */
export function spreads(
  sigma: number,
  n: number | "varies",
  { above, below }: { readonly above: (n: number, x: number) => number; readonly below: (n: number, x: number) => number },
): InControl {
  if (n === "varies") return OF_UNKNOWN_SIZE;
  return {
    points: "independent",
    example: { values: Array.from({ length: n }, () => 0) },
    above: (x) => above(n, x / sigma),
    below: (x) => below(n, x / sigma),
    draw: (random) => {
      const next = normals(random);
      return () => ({ values: Array.from({ length: n }, () => sigma * next()) });
    },
  };
}

/** Good units between events of which each has the same chance; `average` of them. */
export function geometricUnits(average: number): InControl {
  const good = Math.log(average / (1 + average));
  return {
    points: "independent",
    example: { values: [0] },
    above: (x) => (x < 0 ? 1 : Math.exp(good * (Math.floor(x) + 1))),
    below: (x) => (x <= 0 ? 0 : -Math.expm1(good * Math.ceil(x))),
    draw: (random) => () => ({ values: [Math.floor(Math.log(1 - random()) / good)] }),
  };
}

/** Intervals between events that come at any time alike, of this average; `at`: the interval at z. */
export function exponentialIntervals(average: number, at: (z: number) => number): InControl {
  return {
    points: "independent",
    example: { values: [0] },
    at,
    above: (x) => Math.exp(-Math.max(0, x) / average),
    below: (x) => -Math.expm1(-Math.max(0, x) / average),
    draw: (random) => () => ({ values: [-average * Math.log(1 - random())] }),
  };
}
