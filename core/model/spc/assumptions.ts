/** Whether values are what control charts assume: independent of the value before, and nearly normal. */
import { andersonDarling, normal, normalProbability } from "../distribution/index.ts";
import { mean, sd } from "../moments/index.ts";

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

export interface AssumptionWarning {
  readonly code: "FEW_VALUES" | "AUTOCORRELATED" | "NOT_NORMAL" | "SMALL_COUNTS";
  /** What is the matter, and what to do. */
  readonly message: string;
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
  if (plotted.length < wanted)
    warnings.push({
      code: "FEW_VALUES",
      message: `${plotted.length} points make uncertain limits; ${wanted} are usual. Estimate again when there are more.`,
    });
  const { r, bound, significant } = lag1Autocorrelation(plotted);
  if (independent && significant)
    warnings.push({
      code: "AUTOCORRELATED",
      message:
        r > 0
          ? `Neighbouring points are alike (lag-1 autocorrelation ${r.toFixed(2)}, bound ${bound.toFixed(2)}), so they say less than as many ` +
            "independent ones: limits from moving ranges come out too narrow, and runs come without a cause. Sample less often, chart the " +
            "means of longer intervals, or look for what drifts between subgroups."
          : `Neighbouring points alternate (lag-1 autocorrelation ${r.toFixed(2)}, bound ${bound.toFixed(2)}), as when something is adjusted too often.`,
    });
  const test = normal ? normality(plotted) : undefined;
  if (test !== undefined && test.p < UNLIKELY)
    warnings.push({
      code: "NOT_NORMAL",
      message: `The values are not normal (Anderson–Darling ${test.statistic.toFixed(2)}, p ${test.p.toPrecision(2)}), so false alarms may be more frequent than said. Subgroups, or a transformation, help.`,
    });
  return warnings;
}
