/** The charts whose capability a twin-capability states: those of that name that are at work, each with what has been stated of it. */
import { hasCapability } from "../../../adapters/charts/capability-ground.ts";
import { type DeployedChart, deployedCharts } from "../../../adapters/charts/deployed.ts";
import type { PlantModel } from "../../../core/connect/model/index.ts";
import { type OngoingCapabilityEvent, OngoingSchedule, type OngoingScheduleState, Periods } from "../../../core/model/charting/index.ts";
import { chartPath } from "../../../core/model/limits/index.ts";
import type { CapabilityRequest } from "./capability-request.ts";

export interface CapabilitySaved {
  readonly version: 1;
  /** Which period is stated when; of anything else it begins anew. */
  readonly rule: string;
  /** By the path of the chart. */
  readonly charts: Readonly<Record<string, { readonly schedule: OngoingScheduleState; readonly last: OngoingCapabilityEvent | null }>>;
}

export interface WatchedChart {
  readonly path: string;
  readonly chart: DeployedChart;
  readonly periods: Periods;
  readonly schedule: OngoingSchedule;
}

interface Kept {
  readonly schedule: OngoingSchedule;
  /** What was stated last; null: nothing yet. */
  last: OngoingCapabilityEvent | null;
}

export class WatchedCharts {
  readonly #request: CapabilityRequest;
  /** Also of charts that are not at work at the moment: a redeploy takes them away and brings them back. */
  readonly #kept: Map<string, Kept>;
  #model: PlantModel | undefined;
  #periods = new Map<string, Periods>();

  constructor(request: CapabilityRequest, saved?: CapabilitySaved) {
    this.#request = request;
    const known = saved?.version === 1 && saved.rule === ruleOf(request) ? Object.entries(saved.charts) : [];
    this.#kept = new Map(
      known.map(([path, { schedule, last }]) => [path, { schedule: new OngoingSchedule(request.rule, schedule), last }]),
    );
  }

  /** Those at work that measure; asked each time, as they come and go with the nodes that make them. */
  at(storage: object, model: PlantModel): readonly WatchedChart[] {
    const { chart: name, machine, rule } = this.#request;
    const byPath = new Map<string, WatchedChart>();
    for (const chart of deployedCharts(storage)) {
      const { definition } = chart.chart;
      if (definition.chart !== name || (machine !== "" && definition.asset !== machine) || !hasCapability(definition)) continue;
      const path = chartPath(definition);
      const kept = this.#kept.get(path) ?? { schedule: new OngoingSchedule(rule), last: null };
      this.#kept.set(path, kept);
      byPath.set(path, { path, chart, periods: this.#periodsOf(definition.asset, model), schedule: kept.schedule });
    }
    return [...byPath.values()];
  }

  lastOf({ path }: WatchedChart): OngoingCapabilityEvent | null {
    return this.#kept.get(path)?.last ?? null;
  }

  said({ path }: WatchedChart, event: OngoingCapabilityEvent): void {
    const kept = this.#kept.get(path);
    if (kept !== undefined) kept.last = event;
  }

  /** Something changed while nobody was listening. */
  missed(since: number, now: number): void {
    for (const { schedule } of this.#kept.values()) schedule.missed(since, now);
  }

  saved(): CapabilitySaved {
    const charts = [...this.#kept].map(([path, { schedule, last }]) => [path, { schedule: schedule.saved(), last }] as const);
    return { version: 1, rule: ruleOf(this.#request), charts: Object.fromEntries(charts) };
  }

  #periodsOf(asset: string, model: PlantModel): Periods {
    if (model !== this.#model) [this.#model, this.#periods] = [model, new Map()];
    const name = model.equipment.get(asset)?.calendar ?? "";
    const known = this.#periods.get(name) ?? new Periods(model.zone, model.calendars.get(name));
    this.#periods.set(name, known);
    return known;
  }
}

function ruleOf({ rule: { period, when } }: CapabilityRequest): string {
  return `${period} ${when}`;
}
