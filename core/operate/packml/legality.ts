/**
 * Which transitions are legal. Two published models agree on all states except where Hold and Unhold may start:
 * the OPC UA nested machines (OPC 30050) allow Hold from more states than TR88.00.02-2015.
 */
import { PACKML_STATES, type PackmlState } from "./states.ts";

export const LEGALITY_PROFILES = ["opcua", "tr88-2015"] as const;
export type LegalityProfile = (typeof LEGALITY_PROFILES)[number];

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

/** What a command carries in CntrlCmd. OPC UA calls command 10 ToComplete. */
const COMMAND_NUMBERS: Readonly<Record<Exclude<PackmlEvent, "SC">, number>> = {
  Reset: 1,
  Start: 2,
  Stop: 3,
  Hold: 4,
  Unhold: 5,
  Suspend: 6,
  Unsuspend: 7,
  Abort: 8,
  Clear: 9,
  ToComplete: 10,
};

/** The command of a number in CntrlCmd; undefined for 0 (none) and for every other number. */
export function packmlCommand(number: number): Exclude<PackmlEvent, "SC"> | undefined {
  return PACKML_EVENTS.find((event): event is Exclude<PackmlEvent, "SC"> => event !== "SC" && COMMAND_NUMBERS[event] === number);
}

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

/** The states in which a machine may be seen directly after `from`, in the order of their numbers. */
export function allowedAfter(from: PackmlState, profile: LegalityProfile): readonly PackmlState[] {
  return PACKML_STATES.filter((to) => to !== from && isLegalTransition(from, to, profile));
}
