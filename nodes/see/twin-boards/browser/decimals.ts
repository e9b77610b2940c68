/** How many decimals figures are printed with: as many as tell them apart, and none that they do not have. */

const MOST_DECIMALS = 6;
/** What a sensor of single precision knows; digits beyond are how it stores 0.1. */
const KNOWN_DIGITS = 7;
/** More has no number of double precision. */
const ALL_DIGITS = 17;

/**
 * The decimals that figures which stand together share: they show so many digits of `reach`, such as the distance between two limits.
 * Without one it is what lies between the smallest and the largest; a figure alone is measured by its own size.
 */
export function sharedDecimals(figures: readonly number[], digits: number, reach = spreadOf(figures)): number {
  const largest = figures.reduce((most, one) => (Number.isFinite(one) ? Math.max(most, Math.abs(one)) : most), 0);
  const size = [reach, spreadOf(figures), largest].find((one) => one > 0);
  if (size === undefined) return 0;
  const most = Math.min(MOST_DECIMALS, Math.max(0, digits - placesBefore(size)));
  const known = Math.min(ALL_DIGITS, Math.max(KNOWN_DIGITS, digits + placesBefore(largest) - placesBefore(size)));
  let had = 0;
  for (const figure of figures) {
    if (had >= most) return most;
    if (Number.isFinite(figure)) had = Math.max(had, decimalsIn(figure, known));
  }
  return Math.min(most, had);
}

/** What lies between the smallest and the largest of them; 0 of none. */
export function spreadOf(figures: readonly number[]): number {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const figure of figures) {
    if (!Number.isFinite(figure)) continue;
    least = Math.min(least, figure);
    most = Math.max(most, figure);
  }
  return least > most ? 0 : most - least;
}

/** How far limits lie apart; from 0 where that is as near, as of a range, which has no lower limit. */
export function reachOf(limits: readonly number[]): number {
  const apart = spreadOf(limits);
  const least = limits.reduce((one, other) => Math.min(one, other), Number.POSITIVE_INFINITY);
  return least >= 0 && least <= apart ? least + apart : apart;
}

/** Places before the decimal point; 0 and less of what is below 1. */
function placesBefore(size: number): number {
  return Math.floor(Math.log10(size)) + 1;
}

function decimalsIn(figure: number, known: number): number {
  const [mantissa = "", exponent = "0"] = String(Number(figure.toPrecision(known))).split("e");
  return Math.max(0, (mantissa.split(".")[1]?.length ?? 0) - Number(exponent));
}
