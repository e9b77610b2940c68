/**
 * Overall equipment effectiveness of a machine after ISO 22400-2: one-minute atoms from states, counts, products and
 * the calendar; sums of atoms; ratios of sums.
 */
export { type CalculatorOptions, DEFAULT_OPTIONS, MINUTE, type PushBounds } from "../minutes/index.ts";
export * from "./aggregate.ts";
export type { AssignedStretch, Reassigned } from "./assigned.ts";
export * from "./atom-event.ts";
export * from "./atoms.ts";
export type { AssignedReader, Beyond, ProductionReader, SaidReaders, SampleReader } from "./beyond.ts";
export * from "./calculator.ts";
export type { CalculatorState, Pushed, Reassignment } from "./calculator-state.ts";
export { type Correction, type CorrectionLimits, Corrections } from "./corrections.ts";
export { CHANGEOVER_REACH, type ChangeoverStandards } from "./changeover.ts";
export * from "./counter.ts";
export * from "./from-plant.ts";
export * from "./kpi.ts";
export { readerWithout } from "./left-out.ts";
export * from "./losses.ts";
export * from "./machine.ts";
export * from "./machines.ts";
export * from "./measures.ts";
export {
  LASTING,
  LONGEST_COUNT,
  negative,
  STATED_SOURCES,
  type StatedBy,
  type StatedCount,
  type StatedOrder,
  type StatedProduction,
  type StatedSource,
} from "./production.ts";
export * from "./queries.ts";
export { type OeeRatios, ratios } from "./ratios.ts";
export type { ValidCycle } from "./reconsider.ts";
export { type Reading, Readings, type Role } from "./readings.ts";
export { reconcile, type Reconciliation } from "./reconciliation.ts";
export { RUNNING_WINDOWS, type RunningSums, type RunningWindow } from "./running.ts";
export * from "./time-elements.ts";
export * from "./time-model.ts";
