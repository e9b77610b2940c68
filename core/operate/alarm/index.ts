/** Alarms by ISA-18.2 / IEC 62682: states, delays, first-out, what people do about them, and how the alarm system performs. */
export * from "./alarms.ts";
export * from "./alarms-state.ts";
export * from "./condition-event.ts";
export * from "./definition.ts";
export * from "./figures.ts";
export * from "./flood.ts";
export * from "./from-plant.ts";
export * from "./history.ts";
export * from "./list.ts";
export * from "./master-table.ts";
export * from "./naming.ts";
export * from "./open.ts";
export * from "./performance.ts";
export { AlarmPoint, type AlarmPointState, type Cause, type OpenStatement } from "./point.ts";
export * from "./response.ts";
export * from "./retired.ts";
export * from "./state-event.ts";
export * from "./states.ts";
