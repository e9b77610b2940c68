/** What a capability of a chart rests on, whoever states it: the page of the chart or a twin-capability. */
import { type CapabilityGround, type ChartDefinition, estimationOf, type ShownSignal } from "../../core/model/charting/index.ts";
import type { LimitsVersion } from "../../core/model/limits/index.ts";
import { CHARTS } from "../../core/model/spc/index.ts";
import type { DeployedChart } from "./deployed.ts";
import type { ChartPorts } from "./ports.ts";

/** Counts have no specification of single values, and values of short runs are of many products. */
export function hasCapability({ kinds }: Pick<ChartDefinition, "kinds">): boolean {
  const shape = CHARTS[kinds[0]].subgroup;
  return shape === "individual" || shape === "measured";
}

/** What a study of the chart rests on beside the values; `version`: of the limits in force. */
export function restingOn(
  { chart: { definition }, request }: DeployedChart,
  { model, signals }: Pick<ChartPorts, "model"> & { readonly signals: readonly ShownSignal[] },
  version: LimitsVersion | undefined,
): CapabilityGround {
  const judged = version ?? definition.given;
  return {
    estimation: estimationOf(model(), request, definition),
    judged: judged && { limits: judged.limits, spread: judged.spread, rules: judged.rules, version: version?.version ?? 0 },
    closed: signals.flatMap(({ start, end, part, closed }) => (closed === null ? [] : [{ start, end, part }])),
    leftOut: (version?.baseline?.excluded ?? []).map(({ at }) => at),
  };
}
