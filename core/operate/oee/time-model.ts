/**
 * Which bucket a machine's time belongs to, from its PackML state and unit mode. The mode says what the machine should
 * do and wins over the state, which says what it does. A class may override single entries.
 */
import type { PackmlState } from "../packml/index.ts";
import { meaningsOf, type StateMap } from "../state/index.ts";
import type { MachineBucket } from "./measures.ts";

export interface TimeModel {
  /** Bucket per state, while the mode says nothing else. States without an entry are `stop`. */
  readonly states: Readonly<Record<string, MachineBucket>>;
  /**
   * Bucket per unit mode; `state`: the state decides; `notPlanned`: the mode is left out of OEE. Modes without an entry
   * are `unknown`.
   */
  readonly modes: Readonly<Record<string, MachineBucket | "notPlanned" | "state">>;
  /** Unit modes in which units are not counted; absent: they are in all. */
  readonly uncounted?: readonly string[];
}

const STATES: Readonly<Record<PackmlState, MachineBucket>> = {
  Execute: "run",
  Suspending: "external",
  Suspended: "external",
  Unsuspending: "external",
  Holding: "hold",
  Held: "hold",
  Unholding: "hold",
  Aborting: "failure",
  Aborted: "failure",
  Clearing: "failure",
  Stopping: "stop",
  Stopped: "stop",
  Resetting: "stop",
  Idle: "stop",
  Starting: "stop",
  Completing: "stop",
  Complete: "stop",
};

/** TR88 fixes Production, Maintenance and Manual; the others are the common user modes by name. `Invalid` stays unknown. */
const MODES: TimeModel["modes"] = {
  Production: "state",
  Maintenance: "plannedDown",
  Manual: "setup",
  Setup: "setup",
  Changeover: "setup",
  Clean: "plannedDown",
};

export const PACKML_TIME_MODEL: TimeModel = { states: STATES, modes: MODES };

/** The time model of a machine: PackML's, what its class replaces in it, and the states that its map brings along. */
export function timeModelOf(map: StateMap, { states, modes, uncounted }: Partial<TimeModel> = {}): TimeModel {
  const known = { ...PACKML_TIME_MODEL.states, ...states };
  const brought: Record<string, MachineBucket> = {};
  for (const [name, { state, bucket }] of meaningsOf(map)) {
    const meant = bucket ?? (state === undefined ? undefined : known[state]);
    if (meant !== undefined) brought[name] = meant;
  }
  return {
    states: { ...known, ...brought, ...states },
    modes: { ...PACKML_TIME_MODEL.modes, ...modes },
    ...(uncounted === undefined ? {} : { uncounted }),
  };
}

/**
 * `undefined` mode: the machine publishes none, the state decides. A null or unlisted mode, or a null state in a mode
 * that leaves it to the state, is unknown: never silently running.
 */
export function bucketOf(
  model: TimeModel,
  state: string | null | undefined,
  mode: string | null | undefined,
): MachineBucket | "notPlanned" {
  if (state === null || state === undefined || mode === null) return "unknown";
  const byMode = mode === undefined ? "state" : Object.hasOwn(model.modes, mode) ? model.modes[mode] : "unknown";
  if (byMode !== "state") return byMode ?? "unknown";
  return Object.hasOwn(model.states, state) ? (model.states[state] ?? "stop") : "stop";
}
