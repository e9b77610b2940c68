/** What an energy atom measures. Everything is an integer, so sums are exact in any order. */
import { BUCKETS, type Bucket } from "../oee/index.ts";

/** One value per bucket of the machine's time. */
export type PerBucket = Readonly<Record<Bucket, number>>;

export interface EnergyMeasures {
  /** Active energy by what the machine was doing, mWh. */
  readonly active: PerBucket;
  /** Time within meter intervals, ms: the denominator of every mean power. */
  readonly metered: PerBucket;
  /** Active energy counted during a silence of the meter, mWh: it belongs to no instant, so it has neither bucket nor demand. */
  readonly unplaced: number;
  /** Reactive energy, mvarh. */
  readonly reactive: number;
  /** Σ(energy · emission factor of its time), µg CO2e. */
  readonly emitted: number;
  /** Active energy without an emission factor, mWh: above 0 the emissions are not whole. */
  readonly unfactored: number;
  /** Register steps left out because no machine of this size could have used so much. */
  readonly implausible: number;
  /** Units processed and defective, as OEE counts them. */
  readonly total: number;
  readonly scrap: number;
}

const SINGLE = ["unplaced", "reactive", "emitted", "unfactored", "implausible", "total", "scrap"] as const;
const EMPTY = Object.freeze(Object.fromEntries(BUCKETS.map((bucket) => [bucket, 0]))) as PerBucket;

export const NO_ENERGY: EnergyMeasures = Object.freeze({
  active: EMPTY,
  metered: EMPTY,
  unplaced: 0,
  reactive: 0,
  emitted: 0,
  unfactored: 0,
  implausible: 0,
  total: 0,
  scrap: 0,
});

/** `a + sign · b`, element by element. */
export function addEnergy(a: EnergyMeasures, b: EnergyMeasures, sign: 1 | -1 = 1): EnergyMeasures {
  const [active, metered] = [{ ...a.active }, { ...a.metered }];
  for (const bucket of BUCKETS) {
    active[bucket] += sign * b.active[bucket];
    metered[bucket] += sign * b.metered[bucket];
  }
  const single = Object.fromEntries(SINGLE.map((key) => [key, a[key] + sign * b[key]])) as Pick<EnergyMeasures, (typeof SINGLE)[number]>;
  return { active, metered, ...single };
}

export function sumEnergy(all: Iterable<EnergyMeasures>): EnergyMeasures {
  let sum = NO_ENERGY;
  for (const one of all) sum = addEnergy(sum, one);
  return sum;
}

export function sameEnergy(a: EnergyMeasures, b: EnergyMeasures): boolean {
  return (
    SINGLE.every((key) => a[key] === b[key]) &&
    BUCKETS.every((bucket) => a.active[bucket] === b.active[bucket] && a.metered[bucket] === b.metered[bucket])
  );
}

/** All active energy that the meter counted, mWh. */
export function activeEnergy({ active, unplaced }: EnergyMeasures): number {
  return BUCKETS.reduce((sum, bucket) => sum + active[bucket], unplaced);
}

export function meteredTime({ metered }: EnergyMeasures): number {
  return BUCKETS.reduce((sum, bucket) => sum + metered[bucket], 0);
}
