/** One machine as OEE sees it, and how its samples become readings. */
import type { ShiftCalendar } from "../../connect/model/index.ts";
import { type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import { packmlMode } from "../packml/index.ts";
import { HOLDS, shownStates, type StateMap, stateOf } from "../state/index.ts";
import { NONE, type OeeRules } from "./atoms.ts";
import type { Counter, Reading, Role } from "./readings.ts";
import type { ValidCycle } from "./reconsider.ts";
import type { TimeOptions } from "./time-elements.ts";

export interface OeeMachine {
  /** Full dotted equipment path. */
  readonly asset: string;
  /** Canonical tag id per role. `state` and `processed` are what OEE needs; the others sharpen it. */
  readonly tags: Readonly<Partial<Record<Role, string>>>;
  /** How it tells its states apart, and what they mean. */
  readonly numbering: StateMap;
  /** Text per unit mode number, as the tag's `values` name them. */
  readonly modeNames?: Readonly<Record<string, string>>;
  readonly rules: OeeRules;
  /** The ideal cycle times behind `rules`, per product and in order of time, so that a change can be told from them. */
  readonly cycles?: ReadonlyMap<string, readonly ValidCycle[]>;
  /** The calendar behind `rules`, likewise; null: all time is planned. */
  readonly calendar?: ShiftCalendar | null;
  readonly options: TimeOptions;
  /** Names the revision of the plant model the rules come from. */
  readonly modelRevision: string;
}

export type Interpretation =
  | { readonly reading: Reading | null; readonly reject?: Reject }
  /** Not a tag of this machine's roles. */
  | undefined;

/** Tags to roles of one machine. */
export function rolesByTag(machine: OeeMachine): ReadonlyMap<string, Role> {
  const entries = Object.entries(machine.tags).filter((entry): entry is [Role, string] => entry[1] !== undefined);
  return new Map(entries.map(([role, tag]) => [tag, role]));
}

/**
 * What a sample says about the machine. A value that cannot be read is rejected and, for state and mode, also makes
 * the time from here on unknown. Counts, product, order and heartbeat with quality Bad say nothing and are passed over: the
 * next good reading tells what happened meanwhile.
 */
export function interpret(sample: Sample, role: Role, machine: OeeMachine): Interpretation {
  const { timestamp: time, value } = sample;
  if (!Number.isSafeInteger(time))
    return { reading: null, reject: reject("BAD_TIMESTAMP", sample, { tag: sample.tag, field: "timestamp" }) };
  const usable = value !== null && sample.quality !== "Bad" && sample.quality !== "GoodNoData";
  switch (role) {
    case "heartbeat":
      return { reading: usable ? { role, time, seen: true } : null };
    case "product":
    case "order":
      if (!usable) return { reading: null };
      if (typeof value === "string") return { reading: { role, time, value: value === "" ? NONE : value, seen: true } };
      return { reading: null, reject: refuse(sample, "WRONG_TYPE", `The ${role} is a text; this is ${show(value)}.`) };
    case "processed": {
      const count = usable ? readCount(sample, role, machine.rules.maxima?.processed) : { reading: null };
      if (count.reading !== null || machine.rules.quietMs === undefined) return count;
      // Counts are all that tells of this machine's state.
      return { ...count, reading: { role: "state", time, value: null, seen: usable } };
    }
    case "defective":
    case "rework":
    case "second":
      return usable ? readCount(sample, role, machine.rules.maxima?.[role]) : { reading: null };
    default: {
      if (!usable) return { reading: { role, time, value: null, seen: false } };
      const name = role === "state" ? stateOf(value, machine.numbering) : packmlMode(value, machine.modeNames);
      // A state that stays what it was is no reading of the state: so the order of arrival cannot matter.
      if (name === HOLDS) return { reading: { role: "heartbeat", time, seen: true } };
      if (name !== undefined) return { reading: { role, time, value: name, seen: true } };
      const where = role === "state" ? shownStates(machine.numbering) : "the values of the unit mode tag";
      const message = `${show(value)} is not in ${where}; until the next one this machine's time counts as unknown. Add it to the equipment class.`;
      return { reading: { role, time, value: null, seen: true }, reject: refuse(sample, "UNKNOWN_STATE", message) };
    }
  }
}

function readCount(sample: Sample, role: Counter, maximum: number | undefined): NonNullable<Interpretation> {
  const { value } = sample;
  const count = typeof value === "string" && sample.type === "int64" && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof count !== "number" || !Number.isSafeInteger(count))
    return { reading: null, reject: refuse(sample, "WRONG_TYPE", `A cumulative count is a whole number; this is ${show(value)}.`) };
  if (count < 0 || (maximum !== undefined && count > maximum)) {
    const limit = maximum === undefined ? "0 or more" : `between 0 and ${maximum}`;
    return { reading: null, reject: refuse(sample, "OUT_OF_RANGE", `A cumulative count here is ${limit}; this is ${count}.`) };
  }
  return { reading: { role, time: sample.timestamp, value: count, seen: true } };
}

function refuse(sample: Sample, code: "WRONG_TYPE" | "OUT_OF_RANGE" | "UNKNOWN_STATE", message: string): Reject {
  return reject(code, sample, { message, field: "value", tag: sample.tag });
}

function show(value: unknown): string {
  const text = typeof value === "string" ? `"${value}"` : String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
