/** Control charts over HTTP: their list, one page per chart, and what people decide about limits and signals, below the path of the boards. */
export { CHART_HOURS, ChartDesk } from "./chart-desk.ts";
export { alarmingCharts, deployCharts, type DeployedChart, deployedCharts } from "./deployed.ts";
export { FalseAlarms } from "./false-alarms.ts";
export { chartPage, chartsPage, measurePage } from "./pages.ts";
export { type ChartPorts } from "./ports.ts";
