/** What the plant model and the control charts know about an alarm besides what is stated of it. */
import { type PlantModel, stateTag } from "../../connect/model/index.ts";
import type { DisplayUnits } from "../../connect/units/index.ts";
import { stateOf } from "../state/index.ts";
import { alarmPath } from "./definition.ts";
import type { AlarmStateData } from "./state-event.ts";

/** A control chart that is at work, and the names of the alarms that it raises within its asset. */
export interface AlarmingChart {
  readonly asset: string;
  /** Path of the chart: what its page is asked for. */
  readonly path: string;
  readonly unit: string | null;
  readonly alarms: readonly string[];
}

export interface AlarmNaming {
  readonly display: DisplayUnits | undefined;
  /** Of a piece of equipment; its path where the model has none. */
  labelOf(asset: string): string;
  /** Name of the state, or of the value of an enumeration, that raised it; null where there is none. */
  meaningOf(stated: AlarmStateData): string | null;
  /** The chart whose signal raised it; undefined where none did, or the chart is at work no more. */
  chartOf(stated: AlarmStateData): AlarmingChart | undefined;
}

export function alarmNaming(model: PlantModel, charts: readonly AlarmingChart[]): AlarmNaming {
  const raising = new Map(
    charts.flatMap((chart) => chart.alarms.map((alarm) => [alarmPath({ asset: chart.asset, alarm }), chart] as const)),
  );
  return {
    display: model.display,
    labelOf: (asset) => model.equipment.get(asset)?.label ?? asset,
    meaningOf({ asset, tag, value }) {
      if (tag === null || value === null) return null;
      const map = tag === stateTag(model, asset) ? model.equipment.get(asset)?.stateMap : undefined;
      const state = map === undefined ? undefined : stateOf(value, map);
      if (typeof state === "string") return state;
      const { values = {} } = model.tags.get(tag) ?? {};
      return Object.hasOwn(values, String(value)) ? (values[String(value)] ?? null) : null;
    },
    chartOf: (stated) => (stated.source === "condition" ? raising.get(alarmPath(stated)) : undefined),
  };
}
