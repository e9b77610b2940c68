/** Whether values are what control charts assume: independent of the value before, and nearly normal. */
import { normalCdf } from "../distribution/index.ts";
import { mean, sd } from "./moments.ts";

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
/** Logarithm of the smallest probability that counts; beyond it lies nothing that p could still tell. */
const LEAST_LOG = -700;

/**
 * Anderson and Darling's test with mean and standard deviation from the values; p after D'Agostino and Stephens (1986). Undefined of
 * fewer than 8 values and of a constant.
 */
export function andersonDarling(values: readonly number[]): Normality | undefined {
  const n = values.length;
  const [centre, spread] = [mean(values), sd(values)];
  if (n < FEWEST || !(spread > 0)) return undefined;
  const z = values.map((value) => (value - centre) / spread).sort((a, b) => a - b);
  let sum = 0;
  for (let i = 0; i < n; i += 1) sum += (2 * i + 1) * (logCdf(z[i] as number) + logCdf(-(z[n - 1 - i] as number)));
  const statistic = -n - sum / n;
  return { statistic, p: probability(statistic * (1 + 0.75 / n + 2.25 / (n * n))) };
}

function logCdf(z: number): number {
  return Math.max(LEAST_LOG, Math.log(normalCdf(z)));
}

function probability(a: number): number {
  if (a >= 10) return 0;
  if (a >= 0.6) return Math.exp(1.2937 - 5.709 * a + 0.0186 * a * a);
  if (a >= 0.34) return Math.exp(0.9177 - 4.279 * a - 1.38 * a * a);
  if (a >= 0.2) return 1 - Math.exp(-8.318 + 42.796 * a - 59.938 * a * a);
  return 1 - Math.exp(-13.436 + 101.14 * a - 223.73 * a * a);
}

export interface AssumptionWarning {
  readonly code: "FEW_VALUES" | "AUTOCORRELATED" | "NOT_NORMAL";
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
          ? `Neighbouring points are alike (lag-1 autocorrelation ${r.toFixed(2)}, bound ${bound.toFixed(2)}), so limits from their differences are too narrow. Sample less often, or use an EWMA chart.`
          : `Neighbouring points alternate (lag-1 autocorrelation ${r.toFixed(2)}, bound ${bound.toFixed(2)}), as when something is adjusted too often.`,
    });
  const test = normal ? andersonDarling(plotted) : undefined;
  if (test !== undefined && test.p < UNLIKELY)
    warnings.push({
      code: "NOT_NORMAL",
      message: `The values are not normal (Anderson–Darling ${test.statistic.toFixed(2)}, p ${test.p.toPrecision(2)}), so false alarms may be more frequent than said. Subgroups, or a transformation, help.`,
    });
  return warnings;
}
