/** Why a capability is not stated. A figure of an unstable process, or of too few values, would be believed. */
import { type Said, saidBy } from "../../connect/sample/index.ts";

/** In English; names of words stand between underscores. */
export const REFUSALS = {
  NO_VALUES: "Send the measured values as a list of finite numbers.",
  ODD_VALUE: "Send the measured values as a list of finite numbers. (value __n__ is __value__)",
  TOO_WIDE: "Send the measured values as a list of finite numbers. (the values are too large for their variance)",
  TOO_MANY: "Capability is computed from at most a million values; choose a shorter period. (seen __n__)",
  NO_LIMITS: "There is no specification limit. Give a lower one, an upper one or both.",
  BAD_LIMITS: "The specification limits must be finite, the lower below the upper. (__seen__)",
  BAD_OPTIONS: "An option lies outside its range. (__option__ __value__)",
  TOO_FEW: "Fewer than 25 values say too little about a process. Collect more. (seen __n__)",
  CONSTANT: "All values are equal: the measurement does not resolve the variation, or the signal is frozen. (all __value__)",
  OUT_OF_CONTROL:
    "The control chart has signals, so there is no one process to be capable. Find their causes first. (__chart__: __signals__)",
  NOT_POSITIVE: "This distribution has positive values only. Choose another one.",
  NO_FIT: "The distribution cannot be fitted to these values. Choose another one.",
  SEVERAL_PRODUCTS: "These are values of several products, each with a mean of its own. Choose one of them. (__products__)",
  NO_LIMITS_IN_FORCE: "No control limits are in force, so no chart vouches for these values. Approve limits on the page of the chart.",
  NO_CAUSE: "A signal is explained only by a cause that was found; name it.",
  NO_TAIL: "Measured percentiles have no tail for a Z-score. Choose the percentile method or a distribution.",
} as const;

/** `NO_VALUES` is said in three ways. */
export type RefusalCode = Exclude<keyof typeof REFUSALS, "ODD_VALUE" | "TOO_WIDE">;

/** `message`: what is wrong and what to do. */
export interface Refusal extends Said {
  readonly refused: RefusalCode;
}

const say = saidBy(REFUSALS);

/** `key`: of the sentence, where the code has several. */
export function refuse(
  refused: RefusalCode,
  values: Readonly<Record<string, string | number>> = {},
  key: keyof typeof REFUSALS = refused,
): Refusal {
  return { refused, ...say(key, values) };
}

export function isRefusal<Answer extends object>(answer: Answer | Refusal): answer is Refusal {
  return "refused" in answer;
}
