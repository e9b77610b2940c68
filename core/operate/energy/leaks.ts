/** What leaks cost: published rules of thumb and orifice flow, each a plain function of its inputs. */

/** Share of compressor capacity lost to leaks, from a test without demand: 100 · on-load / (on-load + off-load). Unloaded and off both count as off-load. */
export function airLeakPercent(onLoad: number, offLoad: number): number | null {
  const cycle = onLoad + offLoad;
  return cycle === 0 ? null : (100 * onLoad) / cycle;
}

/** Standard atmosphere as the rule for air has it, and as Napier's tables do, psi. */
const ATMOSPHERE_PSI = 14.7;
const ATMOSPHERE_NAPIER_PSI = 14.696;

/**
 * Leak flow from the time in which a closed system bleeds down: V · (P1 − P2) / (T · 14.7) · correction, in scfm for ft³,
 * psig and minutes. The correction makes up for the flow that falls with the pressure: 1.25 for a drop of about 50 psi, 1.12
 * for 20, none for 10 and less.
 */
export function bleedFlow(volume: number, from: number, to: number, minutes: number, correction: number): number {
  return ((volume * (from - to)) / (minutes * ATMOSPHERE_PSI)) * correction;
}

const GAS_CONSTANT_AIR = 287.05;
const GAMMA_AIR = 1.4;
const ATMOSPHERE_PA = 101_325;

/**
 * Choked flow of air through a hole, kg/s: Cd · A · P0 · √(γ / (R · T0)) · (2 / (γ + 1))^((γ + 1) / (2(γ − 1))). Valid while
 * the absolute pressure is about twice the ambient one or more. Diameter in m, absolute pressure in Pa, temperature in K.
 */
export function chokedAirFlow(diameter: number, pressure: number, temperature: number, discharge = 1): number {
  const area = (Math.PI / 4) * diameter ** 2;
  const critical = (2 / (GAMMA_AIR + 1)) ** ((GAMMA_AIR + 1) / (2 * (GAMMA_AIR - 1)));
  return discharge * area * pressure * Math.sqrt(GAMMA_AIR / (GAS_CONSTANT_AIR * temperature)) * critical;
}

/** The volume that a mass flow of air (kg/s) has at standard pressure and a temperature in K, m³/s. */
export function standardAirVolume(flow: number, temperature: number): number {
  return (flow * GAS_CONSTANT_AIR * temperature) / ATMOSPHERE_PA;
}

/** Napier's rule for saturated steam through a hole: 24.24 · absolute pressure · diameter², lb/h for psig and inches. */
export function steamLeakFlow(gaugePressure: number, diameter: number): number {
  return 24.24 * (gaugePressure + ATMOSPHERE_NAPIER_PSI) * diameter ** 2;
}
