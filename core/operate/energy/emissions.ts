/** Emissions by a factor that varies over time. */

/** Σ(kWh · gCO2e/kWh), interval by interval: the mean factor would charge the night's energy with the noon's grid. Grams CO2e. */
export function emissions(kWh: readonly number[], gramsPerKWh: readonly number[]): number {
  if (kWh.length !== gramsPerKWh.length) throw new RangeError("One emission factor per interval of energy.");
  return kWh.reduce((sum, energy, i) => sum + energy * (gramsPerKWh[i] as number), 0);
}

/** Per good unit; null where none was made. */
export function perUnit(amount: number, good: number): number | null {
  return good > 0 ? amount / good : null;
}
