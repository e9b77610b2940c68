/**
 * Statistical process control: limits from a baseline (`estimateLimits`) or given (`limitsOf`), frozen as plain JSON, and a
 * `ControlChart` that judges subgroups against them one by one.
 */
export * from "./anhoej.ts";
export { type RunLengths, simulateRunLengths, type SimulationOptions } from "./arl.ts";
export { cusumArl, ewmaArl, oneSidedCusum } from "./arl-integral.ts";
export * from "./assumptions.ts";
export * from "./baseline.ts";
export * from "./chart.ts";
export {
  type Blame,
  CHART_PAIRS,
  type ChartDeclaration,
  type ChartPair,
  CHARTS,
  type CusumSides,
  geometricMedian,
  rootOfIntervals,
  type RuleScope,
} from "./charts/index.ts";
export { c4, type ControlConstants, controlConstants, d2, d3, d4, LARGEST_RANGE_SIZE } from "./constants.ts";
export * from "./false-alarms.ts";
export {
  type BaselineSummary,
  CHART_KINDS,
  type ChartKind,
  type ChartParameters,
  isLimits,
  LIMITS,
  type Limits,
  limitsOf,
  type LimitWidth,
  readLimits,
  THREE_SIGMA,
} from "./limits.ts";
export { mean, median, range, sd } from "../moments/index.ts";
export { SlidingWindow } from "./moving.ts";
export { rulesArl } from "./outcomes.ts";
export { RuleEngine, type RuleEngineState, type Side } from "./rule-engine.ts";
export { MOST_CHARTED, MOST_TOGETHER, type Variables } from "./multivariate/index.ts";
export * from "./rule-notation.ts";
export * from "./rule-text.ts";
export {
  DEFAULT_RULE_OPTIONS,
  DEFAULT_RULES,
  readRuleSet,
  RULE_SET,
  RULE_SETS,
  type RuleOptions,
  type RuleSet,
  ruleSet,
  type RuleSetName,
  type RuleTest,
  type RunRule,
} from "./rules.ts";
export { INDIVIDUAL_SIGMAS, type SigmaEstimator, SUBGROUP_SIGMAS } from "./sigma.ts";
export { checkSubgroup, isReject, SUBGROUP_SHAPES, type Subgroup, type SubgroupDemands, type SubgroupShape } from "./subgroup.ts";
export { saidOf, SPC_TEXTS } from "./texts.ts";
