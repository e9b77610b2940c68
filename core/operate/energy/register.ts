/**
 * Energy between two readings of a cumulative register. Registers are read in whole mWh (mvarh), so that steps add up
 * to the difference of the readings exactly.
 */
import { counterStep } from "../oee/index.ts";

/** mWh per kWh. */
export const PER_KWH = 1_000_000;

/** A register value in kWh as whole mWh. */
export function wholeUnits(kWh: number): number {
  return Math.round(kWh * PER_KWH);
}

/**
 * Energy from one reading to the next, in the unit of the readings. A reading below the one before is a roll-over when
 * the register's modulus (the value at which it starts again from 0) is declared and was nearly reached, else a reset:
 * the rule of every counter, see `counterStep`. `modulus` in whole units.
 */
export function registerStep(previous: number, reading: number, modulus?: number): number {
  return counterStep(previous, reading, modulus === undefined ? undefined : modulus - 1);
}

/** Energies in kWh between consecutive readings in kWh, exact to the mWh. */
export function registerSteps(readings: readonly number[], modulus?: number): number[] {
  const whole = readings.map(wholeUnits);
  const limit = modulus === undefined ? undefined : wholeUnits(modulus);
  return whole.slice(1).map((reading, i) => registerStep(whole[i] as number, reading, limit) / PER_KWH);
}

/**
 * The part of a step that falls into [a, b), when it was used evenly over [from, to): whole units whose sum over any
 * division of [from, to) is the step.
 */
export function share(step: number, from: number, to: number, a: number, b: number): number {
  return usedUntil(step, from, to, b) - usedUntil(step, from, to, a);
}

function usedUntil(step: number, from: number, to: number, t: number): number {
  if (t <= from) return 0;
  return t >= to ? step : Math.round(step * ((t - from) / (to - from)));
}
