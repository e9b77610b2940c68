/**
 * Downtime of a machine: its stops from states, modes and reasons; what people say about them, as revisions that are
 * never changed; and what holds after all of it.
 */
export * from "./assigned.ts";
export * from "./beyond.ts";
export * from "./effective.ts";
export { type Extent, fit, type Misfit, stopMeant } from "./fit.ts";
export { type StopRules } from "./find-stops.ts";
export * from "./from-plant.ts";
export * from "./held.ts";
export { MachineStops, type PushedStops } from "./machine-stops.ts";
export { DOWNTIME_PART, type DowntimePartEvent, NO_REASON } from "./part-event.ts";
export * from "./queries.ts";
export * from "./statement.ts";
export * from "./stop.ts";
export * from "./tracker.ts";
