/** Whether a value that somebody typed can be meant: a point forgotten or a digit too many is far from all that was measured before. */

/** What is measured as a rule. Single values; `sigma` 0: not known. */
export interface Expected {
  readonly centre: number;
  readonly sigma: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

export interface Doubt {
  /** Which of the values. */
  readonly index: number;
  readonly value: number;
  /** The same digits with the point elsewhere, where that is nearest to what is expected; null: nothing near. */
  readonly meant: number | null;
}

/** No process strays so far by itself, in standard deviations; nor by the width of its specification beyond it. */
const FAR = 10;
/** Fewer recent values say nothing about the next. */
const LEAST_RECENT = 8;
const SLIPS = [10, 0.1, 100, 0.01, 1_000, 0.001, -1];

export function doubtsOf(values: readonly number[], expected: Expected): Doubt[] {
  const far = (value: number): boolean => isFar(value, expected);
  const { centre } = expected;
  return values.flatMap((value, index) => {
    if (!far(value)) return [];
    const near = SLIPS.map((slip) => Number((value * slip).toPrecision(12))).filter((other) => !far(other));
    const [meant = null] = near.toSorted((a, b) => Math.abs(a - centre) - Math.abs(b - centre));
    return [{ index, value, meant }];
  });
}

/** What recent values lead to expect, where no limits are known; null: there are too few, or they are all alike. */
export function expectedOf(recent: readonly number[]): Pick<Expected, "centre" | "sigma"> | null {
  if (recent.length < LEAST_RECENT) return null;
  const centre = recent.reduce((sum, value) => sum + value, 0) / recent.length;
  const sigma = Math.sqrt(recent.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (recent.length - 1));
  return sigma > 0 ? { centre, sigma } : null;
}

function isFar(value: number, { centre, sigma, lower, upper }: Expected): boolean {
  if (sigma > 0 && Math.abs(value - centre) > FAR * sigma) return true;
  if (lower === null || upper === null) return false;
  const width = upper - lower;
  return value < lower - width || value > upper + width;
}
