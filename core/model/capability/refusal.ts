/** Why a capability is not stated. A figure of an unstable process, or of too few values, would be believed. */

export const REFUSALS = {
  NO_VALUES: "Send the measured values as a list of finite numbers.",
  TOO_MANY: "Capability is computed from at most a million values; choose a shorter period.",
  NO_LIMITS: "There is no specification limit. Give a lower one, an upper one or both.",
  BAD_LIMITS: "The specification limits must be finite, the lower below the upper.",
  BAD_OPTIONS: "An option lies outside its range.",
  TOO_FEW: "Fewer than 25 values say too little about a process. Collect more.",
  CONSTANT: "All values are equal: the measurement does not resolve the variation, or the signal is frozen.",
  OUT_OF_CONTROL: "The control chart has signals, so there is no one process to be capable. Find their causes first.",
  NOT_POSITIVE: "This distribution has positive values only. Choose another one.",
  NO_FIT: "The distribution cannot be fitted to these values. Choose another one.",
  SEVERAL_PRODUCTS: "These are values of several products, each with a mean of its own. Choose one of them.",
  NO_CHART: "No control limits are in force, so no chart vouches for these values. Approve limits on the page of the chart.",
  NO_CAUSE: "A signal is explained only by a cause that was found; name it.",
  NO_TAIL: "Measured percentiles have no tail for a Z-score. Choose the percentile method or a distribution.",
} as const;

export type RefusalCode = keyof typeof REFUSALS;

export interface Refusal {
  readonly refused: RefusalCode;
  /** A sentence for people: what is wrong and what to do. */
  readonly message: string;
}

export function refuse(refused: RefusalCode, seen?: string): Refusal {
  return { refused, message: seen === undefined ? REFUSALS[refused] : `${REFUSALS[refused]} (${seen})` };
}

export function isRefusal<Answer extends object>(answer: Answer | Refusal): answer is Refusal {
  return "refused" in answer;
}
