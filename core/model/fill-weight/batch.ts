/** Prepackages of a nominal content, all at once: giveaway and the counts of the average-weight system. */
import { mean as meanOf, sd as sdOf } from "../moments/index.ts";
import { type Refusal, refuse } from "../capability/refusal.ts";
import {
  CHECK_YOUR_REGULATION,
  EUROPEAN_FILL_WEIGHT,
  fillLimits,
  type FillLimits,
  type FillWeightRules,
  tolerableNegativeErrorOf,
} from "./rules.ts";

export interface FillWeight extends FillLimits {
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation; null of one package. */
  readonly sd: number | null;
  /** Mean − nominal, per package; negative where customers give. */
  readonly giveaway: number;
  /** Giveaway over nominal. */
  readonly giveawayShare: number;
  /** Packages below T1, those below T2 among them. */
  readonly belowT1: number;
  readonly belowT2: number;
  /** What the rules say about these packages; a batch is judged by the sampling plan of your regulation, not by this. */
  readonly meets: Meets;
  readonly note: string;
}

export interface Meets {
  readonly mean: boolean;
  readonly t1: boolean;
  readonly t2: boolean;
}

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
  const limits = fillLimits(nominal, tolerableNegativeError ?? tolerableNegativeErrorOf(nominal, rules) ?? Number.NaN);
  if (limits === undefined) return refuse("BAD_LIMITS", { seen: `no tolerable negative error for a nominal content of ${nominal}` });
  const mean = meanOf(contents);
  const below = (limit: number): number => contents.filter((content) => content < limit).length;
  const [belowT1, belowT2] = [below(limits.t1), below(limits.t2)];
  const n = contents.length;
  return {
    n,
    ...limits,
    mean,
    sd: n > 1 ? sdOf(contents) : null,
    giveaway: mean - nominal,
    giveawayShare: (mean - nominal) / nominal,
    belowT1,
    belowT2,
    meets: meetsRules({ mean, nominal, n, belowT1, belowT2 }, rules),
    note: CHECK_YOUR_REGULATION,
  };
}

export function meetsRules(
  { mean, nominal, n, belowT1, belowT2 }: Pick<FillWeight, "mean" | "nominal" | "n" | "belowT1" | "belowT2">,
  rules: Pick<FillWeightRules, "belowT1Share" | "belowT2Share">,
): Meets {
  return { mean: mean >= nominal, t1: belowT1 <= rules.belowT1Share * n, t2: belowT2 <= rules.belowT2Share * n };
}
