/** Prepackages of a nominal content: giveaway and the counts of the average-weight system. Laws differ: check your regulation. */
import { meanOf, standardDeviation } from "./moments.ts";
import { type Refusal, refuse } from "./refusal.ts";

/** The tolerable negative error by nominal content in g or ml: up to `to`, a share of the content or a fixed amount. */
export interface ErrorBand {
  readonly to: number;
  readonly share?: number;
  readonly amount?: number;
}

/** Every figure can be changed: these are the European ones as commonly quoted (76/211/EEC). */
export interface FillWeightRules {
  readonly bands: readonly ErrorBand[];
  /** Of packages below nominal − TNE, the share that is let pass. */
  readonly belowT1Share: number;
  /** Below nominal − 2·TNE. */
  readonly belowT2Share: number;
}

export const EUROPEAN_FILL_WEIGHT: FillWeightRules = {
  bands: [
    { to: 50, share: 0.09 },
    { to: 100, amount: 4.5 },
    { to: 200, share: 0.045 },
    { to: 300, amount: 9 },
    { to: 500, share: 0.03 },
    { to: 1000, amount: 15 },
    { to: 10_000, share: 0.015 },
    { to: 15_000, amount: 150 },
    { to: 50_000, share: 0.01 },
  ],
  belowT1Share: 0.025,
  belowT2Share: 0,
};

export interface FillWeight {
  readonly n: number;
  readonly nominal: number;
  readonly mean: number;
  /** Sample standard deviation; null of one package. */
  readonly sd: number | null;
  /** Mean − nominal, per package; negative where customers give. */
  readonly giveaway: number;
  /** Giveaway over nominal. */
  readonly giveawayShare: number;
  readonly tolerableNegativeError: number;
  readonly t1: number;
  readonly t2: number;
  /** Packages below T1, those below T2 among them. */
  readonly belowT1: number;
  readonly belowT2: number;
  /** What the rules say about these packages; a batch is judged by the sampling plan of your regulation, not by this. */
  readonly meets: { readonly mean: boolean; readonly t1: boolean; readonly t2: boolean };
  readonly note: string;
}

const NOTE = "Limits are editable defaults. Check your regulation before you rely on them.";

/** Net contents of packages in g or ml. `tolerableNegativeError` overrides the bands. */
export function fillWeight(
  contents: readonly number[],
  nominal: number,
  {
    rules = EUROPEAN_FILL_WEIGHT,
    tolerableNegativeError,
  }: { readonly rules?: FillWeightRules; readonly tolerableNegativeError?: number } = {},
): FillWeight | Refusal {
  if (contents.length === 0 || !contents.every(Number.isFinite)) return refuse("NO_VALUES");
  const error = tolerableNegativeError ?? errorOf(nominal, rules);
  if (!(nominal > 0 && error !== undefined && error > 0 && error < nominal)) {
    return refuse("BAD_LIMITS", `no tolerable negative error for a nominal content of ${nominal}`);
  }
  const mean = meanOf(contents);
  const [t1, t2] = [nominal - error, nominal - 2 * error];
  const below = (limit: number): number => contents.filter((content) => content < limit).length;
  const [belowT1, belowT2] = [below(t1), below(t2)];
  const n = contents.length;
  return {
    n,
    nominal,
    mean,
    sd: n > 1 ? standardDeviation(contents, mean) : null,
    giveaway: mean - nominal,
    giveawayShare: (mean - nominal) / nominal,
    tolerableNegativeError: error,
    t1,
    t2,
    belowT1,
    belowT2,
    meets: { mean: mean >= nominal, t1: belowT1 <= rules.belowT1Share * n, t2: belowT2 <= rules.belowT2Share * n },
    note: NOTE,
  };
}

/** Shares are rounded up to the next tenth of a gram or millilitre. */
function errorOf(nominal: number, { bands }: FillWeightRules): number | undefined {
  const band = bands.find(({ to }) => nominal <= to);
  if (band === undefined) return undefined;
  // A hair less, or the rounding of 0.03 · 500 would cost a tenth.
  return band.amount ?? (band.share === undefined ? undefined : Math.ceil(band.share * nominal * 10 - 1e-9) / 10);
}
