/**
 * Units between two readings of a cumulative counter. A reading below the one before is a roll-over when the counter's
 * maximum is declared and was nearly reached (above 90 %), else a reset that restarted from zero.
 */
export function counterStep(previous: number, reading: number, maximum?: number): number {
  if (reading >= previous) return reading - previous;
  if (maximum !== undefined && previous > 0.9 * maximum && previous <= maximum) return maximum + 1 - previous + reading;
  return reading;
}
