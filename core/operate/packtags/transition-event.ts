/** The event `packml.transition.v1`: a change of state as it was seen, and whether the state model allows it. */
import { type Static, Type } from "typebox";
import type { TwinEvent } from "../../connect/event/index.ts";
import { allowedAfter, isLegalTransition, type LegalityProfile, type PackmlState } from "../packml/index.ts";

export const PACKML_TRANSITION = "packml.transition.v1";

export const PACKML_TRANSITION_DATA = Type.Object(
  {
    from: Type.String({ description: "State before. Equal to `to` where a late sample has shown that nothing changed here." }),
    to: Type.String({ description: "State from `start` on." }),
    legal: Type.Boolean({ description: "Whether the state model allows it." }),
    allowed: Type.Array(Type.String(), { description: "States that it allows after `from`." }),
    mode: Type.Union([Type.String(), Type.Null()], { description: "Unit mode at that instant; null where it is not known." }),
  },
  { additionalProperties: false },
);

export type PackmlTransitionData = Static<typeof PACKML_TRANSITION_DATA>;
export type PackmlTransitionEvent = TwinEvent<PackmlTransitionData>;

/** A change from one known state to another at `time`. */
export interface Transition {
  readonly time: number;
  readonly from: PackmlState;
  readonly to: PackmlState;
  readonly mode: string | null;
}

export function transitionEvent(transition: Transition, asset: string, legality: LegalityProfile, revision: number): PackmlTransitionEvent {
  const { time, from, to, mode } = transition;
  const data = { from, to, legal: isLegalTransition(from, to, legality), allowed: [...allowedAfter(from, legality)], mode };
  return { kind: PACKML_TRANSITION, asset, start: time, end: time, revision, data, evidence: { legality } };
}

/** What replaces a transition that a late sample has taken back. */
export function withdrawn(transition: Transition): Transition {
  return { ...transition, from: transition.to };
}

export function sameTransition(a: Transition, b: Transition): boolean {
  return a.from === b.from && a.to === b.to && a.mode === b.mode;
}
