/** Values of a source to state names, and what a state name says: its bucket, its reason, its loss. */
import { type PackmlState, packmlState, type StateNumbering } from "../packml/index.ts";
import { type PresetState, SEMI_E10, semiE10State, UMH_STATES, umhState } from "./presets.ts";
import type { LossClass, OwnState, SpeedStates, StateBucket, StateMap } from "./state-map.ts";

/** The state stays what it was: a speed between the two thresholds. */
export const HOLDS = Symbol("the state stays what it was");

/** Why a machine is in a state, as far as the state itself tells. */
export interface StateReason {
  /** Id in the reasons tree of the plant. */
  readonly reason?: string;
  readonly loss?: LossClass;
}

/** What a state that is no plain PackML state means. */
export interface StateMeaning extends StateReason {
  readonly state?: PackmlState | undefined;
  readonly bucket?: StateBucket | undefined;
}

/**
 * The name of the state that a source value means: a PackML state, or a name that `meaningsOf` has. Undefined for a value
 * that the map does not have; it is never guessed. A state that is derived from counts has no value of its own.
 */
export function stateOf(value: unknown, map: StateMap): string | typeof HOLDS | undefined {
  switch (map.profile) {
    case "semi-e10":
      return semiE10State(value)?.name;
    case "umh":
      return umhState(value)?.name;
    case "derived":
      return map.from === "speed" ? bySpeed(value, map) : undefined;
    case "custom": {
      const own = ownState(value, map.states ?? {});
      return own === undefined || typeof own === "string" ? own : nameOf(own);
    }
    default:
      return packmlState(value, map as StateNumbering);
  }
}

function bySpeed(value: unknown, { above, hysteresis }: SpeedStates): PackmlState | typeof HOLDS | undefined {
  if (typeof value !== "number" || !Number.isFinite(value)) return undefined;
  if (value > above) return "Execute";
  return value <= above - hysteresis ? "Stopped" : HOLDS;
}

function ownState(value: unknown, states: Readonly<Record<string, PackmlState | OwnState>>): PackmlState | OwnState | undefined {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return undefined;
  const key = String(value);
  return Object.hasOwn(states, key) ? states[key] : undefined;
}

/** Made of what it means, so that equal meanings are one state: `Held (jam)`, `failure (drive)`, `stop`. */
export function nameOf({ state, bucket, reason, loss }: OwnState): string {
  const detail = reason ?? loss;
  return detail === undefined ? (state ?? bucket) : `${state ?? bucket} (${detail})`;
}

const meanings = new WeakMap<StateMap, ReadonlyMap<string, StateMeaning>>();

/** Every state of a map that is no plain PackML state, by name. */
export function meaningsOf(map: StateMap): ReadonlyMap<string, StateMeaning> {
  let known = meanings.get(map);
  if (known === undefined) {
    known = new Map(listed(map));
    meanings.set(map, known);
  }
  return known;
}

function listed(map: StateMap): (readonly [string, StateMeaning])[] {
  if (map.profile === "semi-e10") return SEMI_E10.map(preset);
  if (map.profile === "umh") return UMH_STATES.map(preset);
  const own = Object.values(map.states ?? {}).filter((one) => typeof one !== "string");
  return own.map((one) => [nameOf(one), one] as const);
}

function preset({ name, bucket, loss }: PresetState): readonly [string, StateMeaning] {
  return [name, loss === undefined ? { bucket } : { bucket, loss }];
}

/** The automatic reason of a state reading's value; undefined where the state tells none. */
export function reasonOf(map: StateMap, value: string | null): StateReason | undefined {
  const { reason, loss } = (value === null ? undefined : meaningsOf(map).get(value)) ?? {};
  if (reason === undefined && loss === undefined) return undefined;
  return { ...(reason === undefined ? {} : { reason }), ...(loss === undefined ? {} : { loss }) };
}

/** What a value should have been, for the sentence that refuses it. */
export function shownStates(map: StateMap): string {
  if (map.profile === "custom") return "the states that the stateMap lists";
  return map.profile === "derived" ? "a speed, which is a finite number" : `the states of ${map.profile}`;
}
