/** How far values lie from a distribution, and from which of the choice they lie least. */
import { andersonDarling, normalProbability } from "../distribution/index.ts";
import { fit, type Model, type ModelName, MODELS } from "./models.ts";
import { isRefusal } from "./refusal.ts";
import type { GoodnessOfFit } from "./warnings.ts";

export interface ComparedFit extends GoodnessOfFit {
  readonly model: ModelName;
}

/** `sorted` in rising order. */
export function goodnessOf(sorted: readonly number[], { distribution, tested }: Model): GoodnessOfFit {
  const statistic = andersonDarling(sorted, tested ?? distribution);
  return { statistic, p: tested === null ? null : normalProbability(statistic, sorted.length) };
}

/**
 * Every distribution that can be that of the values, the nearest first; measured percentiles are none. A² of distributions with more
 * parameters is smaller by itself, so a little less is no reason to prefer one.
 */
export function comparedFits(values: readonly number[]): readonly ComparedFit[] {
  const sorted = values.toSorted((a, b) => a - b);
  const fits = (Object.keys(MODELS) as ModelName[]).flatMap((name) => {
    const model = name === "empirical" ? undefined : fit(name, values);
    if (model === undefined || isRefusal(model)) return [];
    const goodness = goodnessOf(sorted, model);
    return Number.isFinite(goodness.statistic) ? [{ model: name, ...goodness }] : [];
  });
  return fits.toSorted((a, b) => a.statistic - b.statistic);
}
