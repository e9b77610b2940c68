/** A machine that speaks PackML: which of its tags say so, and what a sample of them says. */
import { type PlantModel, roleTag, stateTag } from "../../connect/model/index.ts";
import { type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import {
  type LegalityProfile,
  modeNamesOf,
  NUMBERING_PROFILES,
  packmlMode,
  type PackmlState,
  packmlState,
  type StateNumbering,
} from "../packml/index.ts";

export interface PackmlMachine {
  /** Full dotted equipment path. */
  readonly asset: string;
  /** Canonical tag id per role. */
  readonly tags: { readonly state: string; readonly mode?: string; readonly heartbeat?: string };
  readonly numbering: StateNumbering;
  /** Text per unit mode number. */
  readonly modeNames: Readonly<Record<string, string>>;
  readonly legality: LegalityProfile;
}

export type PackmlReading =
  /** `null`: from this instant on not known. */
  | { readonly role: "state"; readonly time: number; readonly value: PackmlState | null }
  | { readonly role: "mode"; readonly time: number; readonly value: string | null }
  | { readonly role: "heartbeat"; readonly time: number };

/** A sentence instead of a machine where the model says too little about the asset, or the asset is no PackML machine. */
export function packmlMachine(model: PlantModel, asset: string, legality: LegalityProfile): PackmlMachine | { readonly fault: string } {
  const map = model.equipment.get(asset)?.stateMap;
  const state = stateTag(model, asset);
  if (map === undefined || state === undefined)
    return { fault: `PackML of ${asset} needs the role state and a stateMap; give them in its equipment class.` };
  const { profile, states } = map;
  if (!isNumbering(profile)) return { fault: `The states of ${asset} are of the profile ${profile}, which has no PackML states.` };
  const [mode, heartbeat] = [roleTag(model, asset, "unitMode"), roleTag(model, asset, "heartbeat")];
  return {
    asset,
    tags: { state, ...(mode === undefined ? {} : { mode }), ...(heartbeat === undefined ? {} : { heartbeat }) },
    numbering: { profile, ...(states === undefined ? {} : { states }) },
    modeNames: { ...modeNamesOf(profile), ...(mode === undefined ? {} : model.tags.get(mode)?.values) },
    legality,
  };
}

function isNumbering(profile: string): profile is StateNumbering["profile"] {
  return (NUMBERING_PROFILES as readonly string[]).includes(profile);
}

/**
 * What a sample says about the machine; null for a sample of another one. A value that cannot be read is rejected, and the
 * state or mode is unknown from here on. So it is at quality Bad.
 */
export function readPackml(sample: Sample, machine: PackmlMachine): { readonly reading: PackmlReading | null; readonly reject?: Reject } {
  const { tag, value, timestamp: time } = sample;
  const { tags } = machine;
  if (tag !== tags.state && tag !== tags.mode && tag !== tags.heartbeat) return { reading: null };
  if (!Number.isSafeInteger(time)) return { reading: null, reject: reject("BAD_TIMESTAMP", sample, { tag, field: "timestamp" }) };
  const usable = value !== null && sample.quality !== "Bad" && sample.quality !== "GoodNoData";
  if (tag === tags.heartbeat) return { reading: usable ? { role: "heartbeat", time } : null };
  const role = tag === tags.state ? "state" : "mode";
  if (!usable) return { reading: { role, time, value: null } };
  if (role === "mode") {
    const mode = packmlMode(value, machine.modeNames) ?? null;
    return mode === null ? unreadable(sample, role, "the values of the unit mode tag") : { reading: { role, time, value: mode } };
  }
  const state = packmlState(value, machine.numbering);
  return state === undefined
    ? unreadable(sample, role, `the numbering ${machine.numbering.profile}`)
    : { reading: { role, time, value: state } };
}

function unreadable(sample: Sample, role: "state" | "mode", where: string): { readonly reading: PackmlReading; readonly reject: Reject } {
  const { tag, timestamp: time } = sample;
  const shown = JSON.stringify(sample.value).slice(0, 60);
  const message = `${shown} is not in ${where}; until the next one the ${role} of this machine is unknown. Add it to the equipment class.`;
  return { reading: { role, time, value: null }, reject: reject("UNKNOWN_STATE", sample, { message, field: "value", tag }) };
}
