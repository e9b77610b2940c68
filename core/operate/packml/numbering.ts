/**
 * Numbers and texts to PackML states and unit modes. Several numberings are in use, so the profile is always named
 * by the user; a value that the named profile does not have is refused, never guessed.
 */
import { PACKML_STATES, type PackmlState } from "./states.ts";

/**
 * `packml-opcua`: 1 Clearing … 17 Complete (OPC 30050). `packml-tmc`: 0 Stopped … 16 Unholding (OPC 30060).
 * `packml-names`: only texts are accepted. `custom`: the class lists every value.
 */
export const NUMBERING_PROFILES = ["packml-opcua", "packml-tmc", "packml-names", "custom"] as const;
export type NumberingProfile = (typeof NUMBERING_PROFILES)[number];

/** Which numbering a source uses; `states` for `custom` names the PackML state of each value the source sends. */
export interface StateNumbering {
  readonly profile: NumberingProfile;
  readonly states?: Readonly<Record<string, string>>;
}

const TMC_ORDER: readonly PackmlState[] = [
  "Stopped",
  "Resetting",
  "Idle",
  "Starting",
  "Execute",
  "Completing",
  "Complete",
  "Aborting",
  "Aborted",
  "Stopping",
  "Clearing",
  "Suspending",
  "Suspended",
  "Unsuspending",
  "Holding",
  "Held",
  "Unholding",
];

const BY_NUMBER: Readonly<Record<Exclude<NumberingProfile, "custom">, ReadonlyMap<number, PackmlState>>> = {
  "packml-opcua": new Map(PACKML_STATES.map((state, index) => [index + 1, state])),
  "packml-tmc": new Map(TMC_ORDER.map((state, index) => [index, state])),
  "packml-names": new Map(),
};

/** TR88 prints the names in capitals, OPC UA in mixed case; the letters are otherwise exact. */
const BY_NAME = new Map(PACKML_STATES.map((state) => [state.toLowerCase(), state]));

/** The PackML state of a source value, or undefined when the numbering does not have it. */
export function packmlState(value: unknown, numbering: StateNumbering): PackmlState | undefined {
  if (numbering.profile === "custom") return customState(value, numbering.states);
  if (typeof value === "string") return BY_NAME.get(value.toLowerCase());
  return typeof value === "number" ? BY_NUMBER[numbering.profile].get(value) : undefined;
}

function customState(value: unknown, states: Readonly<Record<string, string>> | undefined): PackmlState | undefined {
  if (states === undefined || (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")) return undefined;
  const key = String(value);
  return Object.hasOwn(states, key) ? BY_NAME.get((states[key] as string).toLowerCase()) : undefined;
}

/** Unit modes that TR88 fixes; numbers from 4 on belong to the plant and are named in the tag's `values`. */
export const PACKML_MODES: Readonly<Record<string, string>> = { 0: "Invalid", 1: "Production", 2: "Maintenance", 3: "Manual" };

/**
 * The name of a unit mode: a text as it is, a number by the plant's own names (`values` of the tag), else by TR88.
 * Undefined when nobody has named the number.
 */
export function packmlMode(value: unknown, names: Readonly<Record<string, string>> = {}): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  if (typeof value !== "number") return undefined;
  const key = String(value);
  if (Object.hasOwn(names, key)) return names[key];
  return Object.hasOwn(PACKML_MODES, key) ? PACKML_MODES[key] : undefined;
}
