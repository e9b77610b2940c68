/** OEE machines from the plant model: roles, numbering, ideal cycle times and calendar of an asset. */
import { type ChangeoverMinutes, idealCycles, type PlantModel, roleTag, type ShiftCalendar, stateTag } from "../../connect/model/index.ts";
import { WorkCalendar } from "../calendar/index.ts";
import { MINUTE } from "../minutes/index.ts";
import { modeNamesOf } from "../packml/index.ts";
import { NONE, type OeeRules } from "./atoms.ts";
import type { ChangeoverStandards } from "./changeover.ts";
import type { OeeMachine } from "./machine.ts";
import { cycleAt, type ValidCycle } from "./reconsider.ts";
import { DEFAULT_TIME_OPTIONS, type TimeOptions } from "./time-elements.ts";
import { type TimeModel, timeModelOf } from "./time-model.ts";

export interface OeeSettings {
  readonly microStopMs: number;
  /** Silence of a machine with a heartbeat after which its time is unknown, ms. Without a heartbeat a state holds for ever. */
  readonly silenceMs: number;
  /** Scrap within this time after a start of production is start-up scrap, ms; 0: none is. */
  readonly startUpMs?: number;
  /** What differs from `DEFAULT_TIME_OPTIONS`. */
  readonly options?: Partial<TimeOptions>;
  /** Entries that replace those of the default time model. */
  readonly timeModel?: Partial<TimeModel>;
}

const DAY = 86_400_000;

/** A sentence instead of a machine where the model says too little about the asset. */
export function oeeMachine(model: PlantModel, asset: string, settings: OeeSettings): OeeMachine | { readonly fault: string } {
  const equipment = model.equipment.get(asset);
  if (equipment === undefined) return { fault: `The plant model has no equipment ${asset}.` };
  const tag = (role: Parameters<typeof roleTag>[2]) => roleTag(model, asset, role);
  const { stateMap } = equipment;
  if (stateMap === undefined) return { fault: `${asset} has no stateMap; name the numbering of its states in its equipment class.` };
  const state = stateTag(model, asset);
  const [mode, processed, defective] = [tag("unitMode"), tag("processed"), tag("defective")];
  const [rework, product, order, heartbeat] = [tag("rework"), tag("product"), tag("order"), tag("heartbeat")];
  const second = equipment.counts?.second === undefined ? undefined : tag("secondCounter");
  const counted = stateMap.profile === "derived" && stateMap.from === "processed";
  const { counts, changeoverMinutes } = equipment;
  if ((state === undefined && !counted) || (processed === undefined && counts?.source !== "manual")) {
    const roles = counted ? "role processed" : `roles ${stateMap.profile === "derived" ? "speed" : "state"} and processed`;
    return { fault: `OEE of ${asset} needs the ${roles}; give them in its equipment class.` };
  }
  const cycles = cyclesOf(model, asset);
  const calendar = (equipment.calendar === undefined ? undefined : model.calendars.get(equipment.calendar)) ?? null;
  const modeNames = mode === undefined ? undefined : { ...modeNamesOf(stateMap.profile), ...model.tags.get(mode)?.values };
  const maximum = (counter: string | undefined) => (counter === undefined ? undefined : counterMaximum(model, counter));
  return {
    asset,
    tags: defined({ state, mode, processed, defective, rework, second, product, order, heartbeat }),
    numbering: stateMap,
    ...(modeNames === undefined ? {} : { modeNames }),
    rules: {
      timeModel: timeModelOf(stateMap, settings.timeModel),
      microStopMs: settings.microStopMs,
      silenceMs: heartbeat === undefined ? null : settings.silenceMs,
      ...(counted ? { quietMs: stateMap.quietMs } : {}),
      plannedWindows: plannedWindowsOf(calendar),
      idealCycleUs: (product, at) => cycleAt(cycles.get(product) ?? cycles.get(NONE) ?? [], at),
      maxima: defined({
        processed: maximum(processed),
        defective: maximum(defective),
        rework: maximum(rework),
        second: maximum(second),
      }),
      tracksOrders: order !== undefined,
      startUpMs: settings.startUpMs ?? 0,
      ...(counts && { counts }),
      ...(changeoverMinutes && { changeovers: standardsOf(changeoverMinutes) }),
    },
    cycles,
    calendar,
    options: { ...DEFAULT_TIME_OPTIONS, ...settings.options },
    modelRevision: model.revision,
  };
}

function standardsOf(minutes: ChangeoverMinutes): ChangeoverStandards {
  const rows = Object.entries(minutes).map(([from, row]) => {
    const cells = Object.entries(row).map(([to, standard]) => [to, Math.round(standard * MINUTE)]);
    return [from, Object.fromEntries(cells)];
  });
  return Object.fromEntries(rows);
}

/** The range's maximum of an integer counter is where it rolls over. */
function counterMaximum(model: PlantModel, tag: string): number | undefined {
  const definition = model.tags.get(tag);
  const maximum = definition?.type === "int" || definition?.type === "int64" ? definition.range?.max : undefined;
  return maximum !== undefined && Number.isSafeInteger(maximum) && maximum > 0 ? maximum : undefined;
}

/** Per product of the model, and for any other. */
function cyclesOf(model: PlantModel, asset: string): ReadonlyMap<string, readonly ValidCycle[]> {
  const of = (product: string | undefined): ValidCycle[] =>
    idealCycles(model, asset, product).map(({ from = null, seconds }) => ({ from, us: Math.round(seconds * 1_000_000) }));
  return new Map([[NONE, of(undefined)], ...[...model.products.keys()].map((product) => [product, of(product)] as const)]);
}

/** Without a calendar all time is planned, and the production day is the UTC date. */
export function plannedWindowsOf(calendar: ShiftCalendar | null): OeeRules["plannedWindows"] {
  if (calendar !== null) {
    const work = new WorkCalendar(calendar);
    return (from, to) => work.plannedWindows(from, to);
  }
  return (from, to) => {
    const first = Math.floor(from / DAY);
    return Array.from({ length: Math.ceil(to / DAY) - first }, (_, i) => {
      const start = (first + i) * DAY;
      return { start, end: start + DAY, planned: true, shift: null, productionDay: new Date(start).toISOString().slice(0, 10) };
    });
  };
}

function defined<V, T extends Record<string, V | undefined>>(of: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> };
}
