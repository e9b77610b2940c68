/**
 * Fill weights of prepackages by the average-weight system: giveaway, and counts below the tolerable negative error once and twice.
 * All at once (`fillWeight`), or package by package (`FillStream`) with an event per hour or shift. Laws differ: check your regulation.
 */
export { fillWeight, type FillWeight, type Meets } from "./batch.ts";
export { type FillDefinition, fillPath, type FillTerms, tagsOf } from "./definition.ts";
export { FILL_WEIGHT, FILL_WEIGHT_DATA, type FillWeightData, type FillWeightEvent } from "./event.ts";
export { type BoundFills, contentUnit, type FillRequest, fillsOf } from "./from-plant.ts";
export { type Interval, type IntervalKind, Intervals } from "./intervals.ts";
export { FILL_CONDITIONS, type FillConditionName, type JudgingRules } from "./judge.ts";
export { Packages, type PackagesState } from "./packages.ts";
export { productBefore, type Recording, type Recounted, recount } from "./recompute.ts";
export {
  bandsFault,
  CHECK_YOUR_REGULATION,
  type ErrorBand,
  EUROPEAN_FILL_WEIGHT,
  type FillLimits,
  type FillWeightRules,
  tolerableNegativeErrorOf,
} from "./rules.ts";
export { FILL_CONTRACT, type FillSignal, fillTag } from "./samples.ts";
export type { StatedPart, Stretch } from "./stated.ts";
export { type FillBounds, type FillCondition, type Filled, type FillState, FillStream } from "./stream.ts";
