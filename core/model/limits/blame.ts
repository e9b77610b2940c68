/** Which of several variables a signal is laid to, from what each contributed. */
import type { SignalData } from "./signal.ts";

type Contribution = NonNullable<SignalData["contributions"]>[number];

export interface Blamed {
  /** The most to blame first. */
  readonly variables: readonly Contribution[];
  /** Each alone is where it usually is; they do not go together as they usually do. */
  readonly together: boolean;
}

const MOST_NAMED = 3;
/** Of what the first one contributes; less is its shadow. */
const LEAST_SHARE = 0.5;
const USUAL_SIGMAS = 3;

/** Undefined of a chart of one variable. */
export function blamedOf({ contributions = [] }: { readonly contributions?: readonly Contribution[] | undefined }): Blamed | undefined {
  const [first] = contributions;
  if (first === undefined) return undefined;
  const variables = contributions.filter(({ share }) => share >= LEAST_SHARE * first.share).slice(0, MOST_NAMED);
  return { variables, together: variables.length > 1 && variables.every(({ z }) => Math.abs(z) <= USUAL_SIGMAS) };
}
