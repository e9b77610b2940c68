/** Mean and spread of a sample, in two passes: the second takes out what the first rounded away. */

export function meanOf(values: readonly number[]): number {
  const first = sum(values) / values.length;
  return first + values.reduce((total, value) => total + (value - first), 0) / values.length;
}

/** Sum of squared deviations from `about`; about the mean, corrected for a mean that is not quite one. */
export function squaresAbout(values: readonly number[], about: number): number {
  return values.reduce((total, value) => total + (value - about) * (value - about), 0);
}

/** Sample standard deviation, divisor n − 1. */
export function standardDeviation(values: readonly number[], mean = meanOf(values)): number {
  const rest = values.reduce((total, value) => total + (value - mean), 0);
  return Math.sqrt((squaresAbout(values, mean) - (rest * rest) / values.length) / (values.length - 1));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
