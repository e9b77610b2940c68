/**
 * Control charts over samples: what is charted (`ChartDefinition`), the chart at work under governed limits (`GovernedChart`),
 * and what people see of it and do about it (`ChartView`, `ChartDeed`).
 */
export { type CapabilityAnswer, type CapabilityRefused, type CapabilityView, type Histogram, specificationOf } from "./capability-view.ts";
export {
  capabilityData,
  type CapabilityData,
  recordedCapability,
  type RecordedCapability,
  recordingFault,
  SPC_CAPABILITY,
} from "./capability-record.ts";
export { type CapabilityAsked, type CapabilityGround, withheld } from "./capability-study.ts";
export { type ChartDeed, readDeed } from "./deed.ts";
export { type ChartDefinition, type ChartSource, type CounterTag, isShortRun, type Subgrouping, tagOf, tagsOf } from "./definition.ts";
export { type DrawnPoint, drawnPoints, drawnTags } from "./drawn.ts";
export { type Charted, type ChartedPoint, chartedKey, GovernedChart, type GovernedChartState, versionsFor } from "./governed-chart.ts";
export { type BoundCharts, type ChartRequest, chartsOf, estimationOf, givenAs } from "./from-plant.ts";
export {
  type HandEntry,
  handEntryOf,
  measuredFault,
  type MeasureDeed,
  type MeasureView,
  type Measuring,
  readMeasureDeed,
  type ShownMeasurement,
  shownMeasurement,
  statisticOf,
  type Withdrawing,
} from "./hand.ts";
export type { IntakeBounds } from "./intake.ts";
export * from "./found-causes.ts";
export {
  judgedBy,
  type Minimum,
  ONGOING_CAPABILITY,
  ONGOING_CAPABILITY_DATA,
  type OngoingCapabilityData,
  type OngoingCapabilityEvent,
  ongoingEvent,
  type OngoingFinding,
  specificationFor,
} from "./ongoing-capability.ts";
export { type Period, type PeriodKind, Periods, PERIODS } from "./ongoing-periods.ts";
export { ONGOING_CONTRACT, ongoingSamples } from "./ongoing-samples.ts";
export { type DuePeriod, type OngoingRule, OngoingSchedule, type OngoingScheduleState } from "./ongoing-schedule.ts";
export { type BaselineAsked, type ProposedLimits, type RecordedMaking, RecordedStudy } from "./recorded-study.ts";
export * from "./overview.ts";
export { inScope, type RecordedSubgroups, type Stage, subgroupsOf } from "./recorded-subgroups.ts";
export { type DueShift, type SamplingRound, SamplingRounds } from "./sampling-rounds.ts";
export { CHART_CONTRACT, CHART_SIGNALS, type ChartSignal, ChartSamples, chartTag, LIMITS_AGAIN_MS, SPC_CONTRACT } from "./samples.ts";
export * from "./shown.ts";
export type { ShownVariable } from "./shown-variables.ts";
export { CHART_SAYINGS, type ChartSayingKey, sayCharting } from "./texts.ts";
