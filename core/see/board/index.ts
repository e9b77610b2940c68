/** Boards: the spec, its check and layout, and the server of live panel data. */
export * from "./spec.ts";
export { BoardServer, type BoardClock, type BoardServerPorts, type Outlet, type PanelMessage, type View } from "./board-server.ts";
export { boardFaults } from "./check.ts";
export { type DataEdge, DataEdgeWatch } from "./data-edge.ts";
export { inDisplayUnits } from "./display.ts";
export { type Cell, GRID_COLUMNS, gridFault, layout, type Placed } from "./layout.ts";
export { compile, scopeOf } from "./panel-query.ts";
export { applied, type Delta, difference, type PanelState, type PanelStatus } from "./panel-state.ts";
export { bucketLength, parseRange, type Range, type RangeChoice, resolveRange, type ShiftAt } from "./range.ts";
export { type SeriesLook, seriesLooks } from "./series.ts";
export { type ShownSignals, shownSignals } from "./shown-signals.ts";
export { parseView, shownBoard, type ShownBoard, type ShownPanel } from "./view.ts";
export type { Viewer } from "./viewer.ts";
