/**
 * Which transitions are legal. Two published models agree on all states except where Hold and Unhold may start:
 * the OPC UA nested machines (OPC 30050) allow Hold from more states than TR88.00.02-2015.
 */
import { PACKML_STATES, type PackmlState } from "./states.ts";

export type LegalityProfile = "opcua" | "tr88-2015";

/** `SC` (state complete) ends an acting state by itself; the rest are commands. `ToComplete` exists in OPC UA only. */
export const PACKML_EVENTS = [
  "SC",
  "Reset",
  "Start",
  "Stop",
  "Hold",
  "Unhold",
  "Suspend",
  "Unsuspend",
  "Abort",
  "Clear",
  "ToComplete",
] as const;
export type PackmlEvent = (typeof PACKML_EVENTS)[number];

const STATE_COMPLETE: Partial<Record<PackmlState, PackmlState>> = {
  Clearing: "Stopped",
  Stopping: "Stopped",
  Aborting: "Aborted",
  Resetting: "Idle",
  Starting: "Execute",
  Execute: "Completing",
  Completing: "Complete",
  Holding: "Held",
  Unholding: "Execute",
  Suspending: "Suspended",
  Unsuspending: "Execute",
};

const NOT_CLEARED: readonly PackmlState[] = ["Aborting", "Aborted"];
const NOT_RUNNING: readonly PackmlState[] = [...NOT_CLEARED, "Clearing", "Stopped", "Stopping"];

interface Command {
  readonly from: readonly PackmlState[];
  readonly to: PackmlState;
}

const COMMANDS: Readonly<Record<Exclude<PackmlEvent, "SC" | "Hold" | "ToComplete">, Command>> = {
  Reset: { from: ["Stopped", "Complete"], to: "Resetting" },
  Start: { from: ["Idle"], to: "Starting" },
  Stop: { from: PACKML_STATES.filter((state) => !NOT_RUNNING.includes(state)), to: "Stopping" },
  Unhold: { from: ["Held"], to: "Unholding" },
  Suspend: { from: ["Execute"], to: "Suspending" },
  Unsuspend: { from: ["Suspended"], to: "Unsuspending" },
  Abort: { from: PACKML_STATES.filter((state) => !NOT_CLEARED.includes(state)), to: "Aborting" },
  Clear: { from: ["Aborted"], to: "Clearing" },
};

const HOLD_FROM: Readonly<Record<LegalityProfile, readonly PackmlState[]>> = {
  opcua: ["Execute", "Starting", "Suspending", "Suspended", "Unsuspending", "Unholding"],
  "tr88-2015": ["Execute"],
};

/** The state that `event` leads to from `state`, or undefined where the profile does not allow it. */
export function nextState(state: PackmlState, event: PackmlEvent, profile: LegalityProfile): PackmlState | undefined {
  if (event === "SC") return STATE_COMPLETE[state];
  if (event === "Hold") return HOLD_FROM[profile].includes(state) ? "Holding" : undefined;
  if (event === "ToComplete") return profile === "opcua" && state === "Execute" ? "Completing" : undefined;
  const command = COMMANDS[event];
  return command.from.includes(state) ? command.to : undefined;
}

/** Whether a machine may be seen in `to` directly after `from`. Seeing the same state again is not a transition. */
export function isLegalTransition(from: PackmlState, to: PackmlState, profile: LegalityProfile): boolean {
  return from === to || PACKML_EVENTS.some((event) => nextState(from, event, profile) === to);
}
