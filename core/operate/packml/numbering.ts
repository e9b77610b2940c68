/**
 * Numbers and texts to PackML states and unit modes. Several numberings are in use, so the profile is always named
 * by the user; a value that the named profile does not have is refused, never guessed.
 */
import { PACKML_STATES, type PackmlState } from "./states.ts";

/**
 * `packml-opcua`: 1 Clearing … 17 Complete (OPC 30050). `packml-tmc`: 0 Stopped … 16 Unholding (OPC 30060).
 * `packml-mqtt-simulator`: the numbers of the simulator of that name, which has 1 Idle and 4 Clearing.
 * `packml-names`: only texts are accepted. `custom`: the class lists every value.
 */
export const NUMBERING_PROFILES = ["packml-opcua", "packml-tmc", "packml-mqtt-simulator", "packml-names", "custom"] as const;
export type NumberingProfile = (typeof NUMBERING_PROFILES)[number];

/** Which numbering a source uses; `states` for `custom` names the PackML state of each value the source sends. */
export interface StateNumbering {
  readonly profile: NumberingProfile;
  readonly states?: Readonly<Record<string, string | { readonly state?: string | undefined }>>;
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

/** Where the numbers of the MQTT simulator differ from those of OPC 30050. */
const SWAPPED: ReadonlyMap<number, PackmlState> = new Map([
  [1, "Idle"],
  [4, "Clearing"],
]);

const OPCUA_ORDER: readonly (readonly [number, PackmlState])[] = PACKML_STATES.map((state, index) => [index + 1, state]);

const BY_NUMBER: Readonly<Record<Exclude<NumberingProfile, "custom">, ReadonlyMap<number, PackmlState>>> = {
  "packml-opcua": new Map(OPCUA_ORDER),
  "packml-tmc": new Map(TMC_ORDER.map((state, index) => [index, state])),
  "packml-mqtt-simulator": new Map([...OPCUA_ORDER, ...SWAPPED]),
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

function customState(value: unknown, states: StateNumbering["states"]): PackmlState | undefined {
  if (states === undefined || (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")) return undefined;
  const key = String(value);
  const own = Object.hasOwn(states, key) ? states[key] : undefined;
  return BY_NAME.get((typeof own === "string" ? own : (own?.state ?? "")).toLowerCase());
}

/** The number of a state after OPC 30050, whatever the source numbers it. */
export function stateNumber(state: PackmlState): number {
  return PACKML_STATES.indexOf(state) + 1;
}

/** Unit modes that TR88 fixes; numbers from 4 on belong to the plant and are named in the tag's `values`. */
export const PACKML_MODES: Readonly<Record<string, string>> = { 0: "Invalid", 1: "Production", 2: "Maintenance", 3: "Manual" };

/** What a numbering profile names differently from TR88; the tag's own `values` come before it. */
export function modeNamesOf(profile: string): Readonly<Record<string, string>> {
  return profile === "packml-mqtt-simulator" ? { 2: "Manual", 3: "Maintenance" } : {};
}

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
