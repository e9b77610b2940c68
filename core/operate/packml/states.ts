/** The 17 states of ISA-TR88.00.02, named as in the OPC UA companion specification (OPC 30050). */
export const PACKML_STATES = [
  "Clearing",
  "Stopped",
  "Starting",
  "Idle",
  "Suspended",
  "Execute",
  "Stopping",
  "Aborting",
  "Aborted",
  "Holding",
  "Held",
  "Unholding",
  "Suspending",
  "Unsuspending",
  "Resetting",
  "Completing",
  "Complete",
] as const;

export type PackmlState = (typeof PACKML_STATES)[number];

/** Acting states end by themselves, wait states by a command; Execute is both. */
export type StateKind = "acting" | "wait" | "dual";

const WAIT: ReadonlySet<PackmlState> = new Set(["Stopped", "Idle", "Suspended", "Aborted", "Held", "Complete"]);

export function stateKind(state: PackmlState): StateKind {
  if (state === "Execute") return "dual";
  return WAIT.has(state) ? "wait" : "acting";
}
