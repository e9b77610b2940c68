/** Two-sided confidence intervals of capability indices of normal values. */
import { chiSquare, noncentralityOf, normalQuantile } from "../distribution/index.ts";

export interface Interval {
  readonly lower: number;
  readonly upper: number;
  /** How it was made. */
  readonly by: "chi-square" | "noncentral t" | "Bissell" | "Boyles";
}

/** Of Cp and Pp; `degrees` of freedom of the standard deviation. */
export function potentialInterval(index: number, degrees: number, confidence: number): Interval {
  const tail = (1 - confidence) / 2;
  const law = chiSquare(degrees);
  return {
    lower: index * Math.sqrt(law.quantile(tail) / degrees),
    upper: index * Math.sqrt(law.upperQuantile(tail) / degrees),
    by: "chi-square",
  };
}

/** Of an index of one side, exact: 3√n times the estimate is a noncentral t of noncentrality 3√n times the index (Owen). */
export function oneSidedInterval(index: number, n: number, degrees: number, confidence: number): Interval {
  const tail = (1 - confidence) / 2;
  const root = 3 * Math.sqrt(n);
  return {
    lower: noncentralityOf(degrees, root * index, 1 - tail) / root,
    upper: noncentralityOf(degrees, root * index, tail) / root,
    by: "noncentral t",
  };
}

/** Of Cpk and Ppk with both limits, approximate (Bissell 1990). */
export function nearerInterval(index: number, n: number, degrees: number, confidence: number): Interval {
  const half = normalQuantile((1 + confidence) / 2) * Math.sqrt(1 / (9 * n) + (index * index) / (2 * degrees));
  return { lower: index - half, upper: index + half, by: "Bissell" };
}

/**
 * Of Ppm, approximate (Boyles 1991). `offset` is (mean − target)/s, and `index` uses the mean squared deviation from the target with
 * divisor n: the interval is around that, not around the stated estimate.
 */
export function targetInterval(index: number, n: number, offset: number, confidence: number): Interval {
  const square = offset * offset;
  // 1 + offset² is squared in the degrees of freedom; where it is not, the interval off target is too narrow.
  const { lower, upper } = potentialInterval(index, (n * (1 + square) ** 2) / (1 + 2 * square), confidence);
  return { lower, upper, by: "Boyles" };
}
