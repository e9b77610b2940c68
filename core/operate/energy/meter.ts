/** One metered machine, and how its samples become readings. */
import { type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import { convert } from "../../connect/units/index.ts";
import { interpret, type OeeMachine, type Role } from "../oee/index.ts";
import type { EnergyRules } from "./atoms.ts";
import type { EnergyReading, MeterRole } from "./readings.ts";
import { PER_KWH } from "./register.ts";

/** UCUM codes that registers and factors are read in; UCUM has no var, so reactive energy is annotated volt-ampere hours. */
export const UNITS = { active: "kW.h", reactive: "kV.A{reactive}.h", factor: "g/(kW.h)" } as const;

export interface EnergyMeter {
  /** Full dotted equipment path. */
  readonly asset: string;
  /** Canonical tag id per role; the machine's own are in `machine.tags`. */
  readonly tags: Readonly<Partial<Record<MeterRole, string>>>;
  /** UCUM code of the registers as the plant model gives them. */
  readonly units: { readonly active: string; readonly reactive: string; readonly factor: string };
  readonly machine: OeeMachine;
  readonly rules: EnergyRules;
  /** Length of a block of demand, ms, and the zone in which its edges lie on the clock. */
  readonly demandMs: number;
  /** kW that the demand should not pass, where that is given. */
  readonly demandLimit?: number;
  readonly zone: string;
  /** Names the revision of the plant model the rules come from. */
  readonly modelRevision: string;
}

export type AnyRole = MeterRole | Role;

/** Tags to roles of one machine, its own and those of its meter. */
export function energyRoles({ tags, machine }: EnergyMeter): ReadonlyMap<string, AnyRole> {
  const entries = [...Object.entries(machine.tags), ...Object.entries(tags)].filter(
    (entry): entry is [AnyRole, string] => entry[1] !== undefined,
  );
  return new Map(entries.map(([role, tag]) => [tag, role]));
}

export interface Interpreted {
  readonly reading: EnergyReading | null;
  readonly reject?: Reject;
}

/**
 * What a sample says. What cannot be read of the machine is refused by the node that computes its OEE, so here only
 * the meter's samples are. Registers and factors with quality Bad say nothing: the next good one tells.
 */
export function interpretEnergy(sample: Sample, role: AnyRole, meter: EnergyMeter): Interpreted {
  if (role !== "active" && role !== "reactive" && role !== "factor")
    return { reading: interpret(sample, role, meter.machine)?.reading ?? null };
  const { tag, timestamp: time, value, quality } = sample;
  if (!Number.isSafeInteger(time)) return { reading: null, reject: reject("BAD_TIMESTAMP", sample, { tag, field: "timestamp" }) };
  if (value === null || quality === "Bad" || quality === "GoodNoData") return { reading: null };
  const refuse = (code: "WRONG_TYPE" | "WRONG_UNIT" | "OUT_OF_RANGE", message: string, field: string): Interpreted => ({
    reading: null,
    reject: reject(code, sample, { message, field, tag }),
  });
  const number = typeof value === "string" && sample.type === "int64" && /^\d{1,16}$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number))
    return refuse(
      "WRONG_TYPE",
      `${role === "factor" ? "An emission factor" : "A register"} is a number; this is ${typeof value}.`,
      "value",
    );
  const scale = scaleOf(sample.unit ?? meter.units[role], UNITS[role]);
  if (scale === null)
    return refuse("WRONG_UNIT", `"${sample.unit}" cannot be converted to ${UNITS[role]}; give the tag's unit in the plant model.`, "unit");
  const whole = Math.round(number * scale);
  if (whole < 0 || !Number.isSafeInteger(whole))
    return refuse("OUT_OF_RANGE", `A cumulative register or an emission factor is 0 or more; this is ${number}.`, "value");
  return { reading: { role, time, value: whole } };
}

const scales = new Map<string, number | null>();
const KNOWN_UNITS = 1_000;

/** Whole units (mWh, mvarh, mg/kWh) per unit of a sample; null where they measure different things. */
export function scaleOf(unit: string, base: string): number | null {
  const key = `${unit} ${base}`;
  const known = scales.get(key);
  if (known !== undefined) return known;
  const conversion = unit === base ? { factor: 1, offset: 0 } : convert(unit, base);
  const whole = base === UNITS.factor ? 1_000 : PER_KWH;
  const scale = "problem" in conversion || conversion.offset !== 0 ? null : conversion.factor * whole;
  if (scales.size < KNOWN_UNITS) scales.set(key, scale);
  return scale;
}
