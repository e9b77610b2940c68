/** Why a multivariate chart does not take what it was given. */

import type { Saying } from "../../../connect/sample/index.ts";
import { saySpc } from "../texts.ts";

const REFUSALS = {
  NOT_NUMBERS: "Every observation must be a list of finite numbers, one per variable.",
  WRONG_SIZE: "Every observation needs the same variables, and every subgroup the same number of observations.",
  TOO_LARGE: "At most 50 variables and a million numbers.",
  TOO_FEW: "There are too few observations for so many variables.",
  SINGULAR: "One variable says what others say already, or does not vary. Leave it out.",
  BAD_OPTIONS: "An option lies outside its range.",
  BAD_SNAPSHOT: "The snapshot is not one of this chart.",
} as const;

export interface MultivariateRefusal {
  readonly refused: keyof typeof REFUSALS;
  /** A sentence for people: what is wrong and what to do. */
  readonly message: string;
  readonly says: Saying;
}

export function refuse(refused: keyof typeof REFUSALS, seen: string): MultivariateRefusal {
  const { says } = saySpc(refused === "TOO_FEW" ? "tooFewVectors" : "unfitVectors");
  return { refused, message: `${REFUSALS[refused]} (${seen})`, says };
}

export function isMultivariateRefusal<Answer extends object>(answer: Answer | MultivariateRefusal): answer is MultivariateRefusal {
  return "refused" in answer;
}
