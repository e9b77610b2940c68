/** Whether values are what control charts assume: independent of the value before, and nearly normal. */
import { andersonDarling, normal, normalProbability } from "../distribution/index.ts";
import type { Said } from "../../connect/sample/index.ts";
import { mean, sd } from "../moments/index.ts";
import { saySpc } from "./texts.ts";

export interface Autocorrelation {
  /** Lag 1, −1 … 1; NaN of a constant. */
  readonly r: number;
  /** Beyond ± 2/√n it is no chance (95 %). */
  readonly bound: number;
  readonly significant: boolean;
}

/** Σ(x_i − x̄)(x_(i+1) − x̄) / Σ(x_i − x̄)². */
export function lag1Autocorrelation(values: readonly number[]): Autocorrelation {
  const centre = mean(values);
  let [products, squares] = [0, 0];
  for (const [i, value] of values.entries()) {
    const deviation = value - centre;
    squares += deviation * deviation;
    if (i > 0) products += deviation * ((values[i - 1] as number) - centre);
  }
  const r = products / squares;
  const bound = 2 / Math.sqrt(values.length);
  return { r, bound, significant: Math.abs(r) > bound };
}

export interface Normality {
  /** A², before the correction for n. */
  readonly statistic: number;
  /** That normal values lie so unevenly or worse. */
  readonly p: number;
}

/** Fewer values than this fit any distribution. */
const FEWEST = 8;

/** Anderson and Darling's test with mean and standard deviation from the values. Undefined of fewer than 8 values and of a constant. */
export function normality(values: readonly number[]): Normality | undefined {
  const [centre, spread] = [mean(values), sd(values)];
  if (values.length < FEWEST || !(spread > 0)) return undefined;
  const statistic = andersonDarling(
    values.toSorted((a, b) => a - b),
    normal(centre, spread),
  );
  return { statistic, p: normalProbability(statistic, values.length) };
}

export interface AssumptionWarning extends Said {
  readonly code: "FEW_VALUES" | "AUTOCORRELATED" | "NOT_NORMAL" | "SMALL_COUNTS";
}

/** p below this is worth a warning: one good baseline in two hundred gets it for nothing. */
const UNLIKELY = 0.005;

export interface Assumed {
  readonly independent: boolean;
  readonly normal: boolean;
  /** Points that mean something. */
  readonly wanted: number;
}

/** What to tell whoever wants to freeze limits of these plotted points. */
export function assumptionWarnings(plotted: readonly number[], { independent, normal, wanted }: Assumed): AssumptionWarning[] {
  const warnings: AssumptionWarning[] = [];
  if (plotted.length < wanted) warnings.push({ code: "FEW_VALUES", ...saySpc("fewPoints", { n: plotted.length, wanted }) });
  const { r, bound, significant } = lag1Autocorrelation(plotted);
  if (independent && significant) {
    const values = { r: rounded(r), bound: rounded(bound) };
    warnings.push({ code: "AUTOCORRELATED", ...saySpc(r > 0 ? "alikeNeighbours" : "alternatingNeighbours", values) });
  }
  const test = normal ? normality(plotted) : undefined;
  if (test !== undefined && test.p < UNLIKELY) {
    const values = { statistic: rounded(test.statistic), p: Number(test.p.toPrecision(2)) };
    warnings.push({ code: "NOT_NORMAL", ...saySpc("notNormal", values) });
  }
  return warnings;
}

function rounded(value: number): number {
  return Number(value.toFixed(2));
}
