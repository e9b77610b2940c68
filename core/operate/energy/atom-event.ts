/** The event `energy.atom.v1`: one atom as it travels to the ledger and from there to the measurement `energy`. */
import { type TProperties, Type } from "typebox";
import type { TwinEvent } from "../../connect/event/index.ts";
import { type Bucket, BUCKETS, MINUTE } from "../oee/index.ts";
import type { EnergyAtom } from "./atoms.ts";
import { activeEnergy, type EnergyMeasures, meteredTime, type PerBucket } from "./measures.ts";
import type { EnergyMeter } from "./meter.ts";
import { PER_KWH } from "./register.ts";

export const ENERGY_ATOM = "energy.atom.v1";

const HOUR = 3_600_000;
const QUARTERS = 4;

/** Field of a bucket, e.g. `planned_down_kwh`, `planned_down_h`. */
export function bucketField(bucket: Bucket, suffix: "kwh" | "h"): string {
  return `${bucket.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}_${suffix}`;
}

const amount = (description: string) => Type.Number({ minimum: 0, description });
const perBucket = (suffix: "kwh" | "h", description: string): TProperties =>
  Object.fromEntries(BUCKETS.map((bucket) => [bucketField(bucket, suffix), amount(description)]));

/**
 * Numbers become float fields of the measurement, `product`, `order` and `shift` its tags. Mean power = active_kwh / metered_h,
 * energy per unit = active_kwh / good, emissions per unit = co2e_g / good, each over sums.
 */
export const ENERGY_ATOM_DATA = Type.Object(
  {
    product: Type.String({ description: "Product the machine was set up for; ~ for none." }),
    order: Type.String({ description: "Order; ~ for none." }),
    shift: Type.String({ description: "Shift of the calendar; ~ for none." }),
    production_day: Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: "Local date of the production day." }),
    active_kwh: amount("Active energy: that of all buckets and unplaced_kwh."),
    placed_kwh: amount("Active energy whose time is known: what power and demand are made of."),
    unplaced_kwh: amount("Active energy that the meter counted during a silence of its own."),
    quarter_hour_kw: amount("4 · placed_kwh: summed over a quarter of an hour, its demand in kW."),
    demand_limit_kw: Type.Optional(amount("Demand not to pass, as given when this was stated.")),
    reactive_kvarh: amount("Reactive energy."),
    metered_h: amount("Hours within meter intervals."),
    co2e_g: amount("Emissions: energy times the emission factor of its time, g CO2e."),
    without_factor_kwh: amount("Active energy without an emission factor; above 0 the emissions are not whole."),
    implausible: Type.Integer({ minimum: 0, description: "Register steps left out." }),
    total: Type.Integer({ description: "Units processed." }),
    good: Type.Integer({ description: "Units processed less those defective." }),
    scrap: Type.Integer({ description: "Units defective." }),
    ...perBucket("kwh", "Active energy in this bucket of the machine's time."),
    ...perBucket("h", "Metered hours in this bucket."),
  },
  { additionalProperties: false },
);

export type EnergyAtomData = {
  readonly product: string;
  readonly order: string;
  readonly shift: string;
  readonly production_day: string;
} & {
  readonly [field: string]: string | number;
};
export type EnergyAtomEvent = TwinEvent<EnergyAtomData>;

/** As `oee.atom.v1`: the evidence depends on nothing but the atom, so that stating it again is the same statement. */
export function energyEvent(atom: EnergyAtom, meter: EnergyMeter, revision: number, latenessMs: number): EnergyAtomEvent {
  const { gapMs, machine } = meter.rules;
  return {
    kind: ENERGY_ATOM,
    asset: meter.asset,
    start: atom.start,
    end: atom.end,
    revision,
    data: { ...dataOf(atom), ...(meter.demandLimit === undefined ? {} : { demand_limit_kw: meter.demandLimit }) },
    evidence: {
      watermark: (Math.floor(atom.start / MINUTE) + 1) * MINUTE + latenessMs,
      model: meter.modelRevision,
      options: { gap_ms: gapMs, micro_stop_ms: machine.microStopMs, silence_ms: machine.silenceMs },
    },
  };
}

function dataOf({ product, order, shift, productionDay, measures }: EnergyAtom): EnergyAtomData {
  const { active, metered, unplaced, reactive, emitted, unfactored, implausible, total, scrap } = measures;
  const all = activeEnergy(measures);
  return {
    product,
    order,
    shift,
    production_day: productionDay,
    active_kwh: all / PER_KWH,
    placed_kwh: (all - unplaced) / PER_KWH,
    unplaced_kwh: unplaced / PER_KWH,
    quarter_hour_kw: (QUARTERS * (all - unplaced)) / PER_KWH,
    reactive_kvarh: reactive / PER_KWH,
    metered_h: meteredTime(measures) / HOUR,
    co2e_g: emitted / PER_KWH,
    without_factor_kwh: unfactored / PER_KWH,
    implausible,
    total,
    good: total - scrap,
    scrap,
    ...fields(active, "kwh", PER_KWH),
    ...fields(metered, "h", HOUR),
  };
}

function fields(values: PerBucket, suffix: "kwh" | "h", per: number): Record<string, number> {
  return Object.fromEntries(BUCKETS.map((bucket) => [bucketField(bucket, suffix), values[bucket] / per]));
}

/** The atom that an event states, exactly: what reports and checks of stored events start from. */
export function energyAtomOf({ start, end, data }: EnergyAtomEvent): EnergyAtom {
  const whole = (field: string, per: number): number => Math.round(Number(data[field] ?? 0) * per);
  const buckets = (suffix: "kwh" | "h", per: number): PerBucket =>
    Object.fromEntries(BUCKETS.map((bucket) => [bucket, whole(bucketField(bucket, suffix), per)])) as PerBucket;
  const measures: EnergyMeasures = {
    active: buckets("kwh", PER_KWH),
    metered: buckets("h", HOUR),
    unplaced: whole("unplaced_kwh", PER_KWH),
    reactive: whole("reactive_kvarh", PER_KWH),
    emitted: whole("co2e_g", PER_KWH),
    unfactored: whole("without_factor_kwh", PER_KWH),
    implausible: whole("implausible", 1),
    total: whole("total", 1),
    scrap: whole("scrap", 1),
  };
  const { product, order, shift, production_day: productionDay } = data;
  return { start, end: end ?? start, product, order, shift, productionDay, measures };
}
