/** Metered machines from the plant model: registers by role, the machine's OEE rules, its calendar, the factors that apply. */
import { type PlantModel, roleTag } from "../../connect/model/index.ts";
import { ZoneClock } from "../calendar/clock.ts";
import { WorkCalendar } from "../calendar/index.ts";
import { Column } from "../oee/column.ts";
import {
  DEFAULT_TIME_OPTIONS,
  NONE,
  oeeMachine,
  type OeeMachine,
  type OeeSettings,
  PACKML_TIME_MODEL,
  type PlannedWindow,
} from "../oee/index.ts";
import { type EnergyMeter, scaleOf, UNITS } from "./meter.ts";
import { PER_KWH } from "./register.ts";

/** From the start of this local day on: a factor in g CO2e per kWh. */
export interface FactorFrom {
  /** `YYYY-MM-DD`; the first row also holds before its date. */
  readonly from: string;
  readonly gramsPerKWh: number;
}

export interface EnergySettings {
  /** The machine's time is divided as its OEE divides it. */
  readonly oee: OeeSettings;
  readonly gapMs: number;
  readonly demandMs: number;
  /** kW. */
  readonly demandLimit?: number;
  /** kW; a step above it is a faulty reading. */
  readonly highestPower?: number;
  /** Canonical id of a tag that carries the emission factor, or factors by date; neither: no emissions. */
  readonly factors: { readonly tag: string; readonly holdMs: number } | { readonly rows: readonly FactorFrom[] };
}

const DAY = 86_400_000;
const MG = 1_000;

/** A sentence instead of a meter where the model says too little about the asset. */
export function energyMeter(model: PlantModel, asset: string, settings: EnergySettings): EnergyMeter | { readonly fault: string } {
  const equipment = model.equipment.get(asset);
  if (equipment === undefined) return { fault: `The plant model has no equipment ${asset}.` };
  const active = roleTag(model, asset, "energyActive");
  const reactive = roleTag(model, asset, "energyReactive");
  if (active === undefined) return { fault: `Energy of ${asset} needs the role energyActive; give it in its equipment class.` };
  const machine = equipment.roles.state === undefined ? bareMachine(model, asset, settings) : oeeMachine(model, asset, settings.oee);
  if ("fault" in machine) return machine;
  const factorTag = "tag" in settings.factors ? settings.factors.tag : undefined;
  if (factorTag !== undefined && !model.tags.has(factorTag))
    return { fault: `The plant model has no tag ${factorTag} for the emission factor.` };
  const unitOf = (tag: string | undefined, base: string): string => (tag === undefined ? base : (model.tags.get(tag)?.unit ?? base));
  const units = {
    active: unitOf(active, UNITS.active),
    reactive: unitOf(reactive, UNITS.reactive),
    factor: unitOf(factorTag, UNITS.factor),
  };
  for (const role of ["active", "reactive", "factor"] as const)
    if (scaleOf(units[role], UNITS[role]) === null) return { fault: `"${units[role]}" of ${asset} cannot be converted to ${UNITS[role]}.` };
  const activeModulus = modulusOf(model, active, scaleOf(units.active, UNITS.active));
  const reactiveModulus = reactive === undefined ? undefined : modulusOf(model, reactive, scaleOf(units.reactive, UNITS.reactive));
  return {
    asset,
    tags: {
      active,
      ...(reactive === undefined ? {} : { reactive }),
      ...(factorTag === undefined ? {} : { factor: factorTag }),
    },
    units,
    machine,
    rules: {
      machine: machine.rules,
      gapMs: settings.gapMs,
      ...(activeModulus === undefined ? {} : { activeModulus }),
      ...(reactiveModulus === undefined ? {} : { reactiveModulus }),
      ...(settings.highestPower === undefined ? {} : { highestPower: Math.round(settings.highestPower * PER_KWH) }),
      factors: "rows" in settings.factors ? factorColumn(settings.factors.rows, model.zone) : null,
      factorHoldMs: "tag" in settings.factors ? settings.factors.holdMs : Number.POSITIVE_INFINITY,
    },
    demandMs: settings.demandMs,
    ...(settings.demandLimit === undefined ? {} : { demandLimit: settings.demandLimit }),
    zone: model.zone,
    modelRevision: model.revision,
  };
}

/**
 * Where a register starts again from 0, in whole units. A register with decimals does at its range's maximum; one of
 * whole numbers, like every counter, one after it.
 */
function modulusOf(model: PlantModel, tag: string, scale: number | null): number | undefined {
  const definition = model.tags.get(tag);
  const maximum = definition?.range?.max;
  if (maximum === undefined || !(maximum > 0) || scale === null) return undefined;
  const modulus = Math.round((definition?.type === "float" ? maximum : maximum + 1) * scale);
  return Number.isSafeInteger(modulus) ? modulus : undefined;
}

function factorColumn(rows: readonly FactorFrom[], zone: string): Column<number> {
  const clock = new ZoneClock(zone);
  const sorted = rows.toSorted((a, b) => (a.from < b.from ? -1 : 1));
  return new Column({
    times: sorted.map(({ from }, i) => (i === 0 ? Number.NEGATIVE_INFINITY : clock.instantOf(Date.parse(`${from}T00:00:00Z`) / DAY, 0))),
    values: sorted.map(({ gramsPerKWh }) => Math.round(gramsPerKWh * MG)),
  });
}

/** A meter without a machine: the calendar divides its time, and what it does is unknown. */
function bareMachine(model: PlantModel, asset: string, { oee }: EnergySettings): OeeMachine {
  const tags = (["heartbeat", "product", "order"] as const).flatMap((role) => {
    const tag = roleTag(model, asset, role);
    return tag === undefined ? [] : [[role, tag] as const];
  });
  return {
    asset,
    tags: Object.fromEntries(tags),
    numbering: { profile: "custom", states: {} },
    rules: {
      timeModel: PACKML_TIME_MODEL,
      microStopMs: 0,
      silenceMs: null,
      plannedWindows: windowsOf(model, model.equipment.get(asset)?.calendar),
      idealCycleUs: () => null,
    },
    options: { ...DEFAULT_TIME_OPTIONS, ...oee.options },
    modelRevision: model.revision,
  };
}

function windowsOf(model: PlantModel, name: string | undefined): (from: number, to: number) => readonly PlannedWindow[] {
  const calendar = name === undefined ? undefined : model.calendars.get(name);
  if (calendar !== undefined) {
    const work = new WorkCalendar(calendar);
    return (from, to) => work.plannedWindows(from, to);
  }
  return (from, to) => {
    const first = Math.floor(from / DAY);
    return Array.from({ length: Math.ceil(to / DAY) - first }, (_, i) => {
      const start = (first + i) * DAY;
      return { start, end: start + DAY, planned: true, shift: NONE, productionDay: new Date(start).toISOString().slice(0, 10) };
    });
  };
}
