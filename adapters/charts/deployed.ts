/** Charts that are at work in this process, by the storage that keeps their limits. Who makes charts states them anew at each start. */
import type { ChartRequest, GovernedChart } from "../../core/model/charting/index.ts";
import { alarmOfChart, chartPath } from "../../core/model/limits/index.ts";
import type { AlarmingChart } from "../../core/operate/alarm/index.ts";

export interface DeployedChart {
  readonly chart: Pick<GovernedChart, "definition" | "version" | "collected" | "signals" | "circumstances">;
  readonly request: ChartRequest;
  /** When its sampling plan became known, ms UTC; null without one. */
  readonly since: number | null;
}

type Charts = () => readonly DeployedChart[];

const deployed = new WeakMap<object, Set<Charts>>();

/** `charts` is asked each time. The answer takes them away again. */
export function deployCharts(storage: object, charts: Charts): () => void {
  const all = deployed.get(storage) ?? new Set<Charts>();
  deployed.set(storage, all.add(charts));
  return () => all.delete(charts);
}

export function deployedCharts(storage: object): readonly DeployedChart[] {
  return [...(deployed.get(storage) ?? [])].flatMap((charts) => charts());
}

/** What the alarm list knows of them. */
export function alarmingCharts(charts: readonly { readonly chart: Pick<GovernedChart, "definition"> }[]): readonly AlarmingChart[] {
  return charts.map(({ chart: { definition } }) => ({
    asset: definition.asset,
    path: chartPath(definition),
    unit: definition.unit,
    alarms: (["level", "spread", "overdue", "capability"] as const).map((about) => alarmOfChart(definition.chart, about)),
  }));
}
