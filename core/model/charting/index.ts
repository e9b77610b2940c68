/** Control charts over samples: what is charted (`ChartDefinition`), and the chart at work under governed limits (`GovernedChart`). */
export { type ChartDefinition, type ChartSource, type CounterTag, type Subgrouping, tagsOf } from "./definition.ts";
export { type Charted, type ChartedPoint, GovernedChart, type GovernedChartState, subgroupsOf } from "./governed-chart.ts";
export { type BoundCharts, type ChartRequest, chartsOf } from "./from-plant.ts";
export type { IntakeBounds } from "./intake.ts";
export { CHART_SIGNALS, type ChartSignal, ChartSamples, chartTag, LIMITS_AGAIN_MS, SPC_CONTRACT } from "./samples.ts";
