/** What tariffs make of active and reactive energy of one period. */

/** Mean power factor: kWh / √(kWh² + kvarh²). Null without energy. */
export function powerFactor(kWh: number, kvarh: number): number | null {
  const apparent = Math.hypot(kWh, kvarh);
  return apparent === 0 ? null : kWh / apparent;
}

/** kvarh / kWh. */
export function tanPhi(kWh: number, kvarh: number): number | null {
  return kWh === 0 ? null : kvarh / kWh;
}

/** Reactive energy beyond the share of the active energy that is free of charge; one half (cos φ 0.9) is common in Germany. */
export function excessReactive(kWh: number, kvarh: number, freeShare = 0.5): number {
  return Math.max(0, kvarh - freeShare * kWh);
}

/** Billing demand where a power factor below the target raises it: kW · target / power factor. */
export function billingDemand(kW: number, factor: number, target: number): number {
  return kW * Math.max(1, target / factor);
}
