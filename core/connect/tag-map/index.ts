/**
 * The tag map: turns what any source delivers into canonical samples, or says why not.
 *
 * `readings(message, now)` understands the shapes in which messages arrive; `new TagMap(rules, model, options)` maps,
 * converts and checks them. Nothing is lost silently: each input ends as a sample, a reject, a counted duplicate, a
 * counted exclusion, or is deferred to `evaluate` when only an expression can map it.
 */
export { normaliseAddress } from "./address.ts";
export { EXPRESSION_LIMITS } from "./expression.ts";
export type { TagLook } from "./look.ts";
export type { CountedReject, Resting } from "./observation.ts";
export { DEFAULT_OPTIONS, type TagMapOptions } from "./options.ts";
export { type AddressPattern, compilePattern, isPattern } from "./pattern.ts";
export type { SourceReading } from "./reading.ts";
export { type MessageOptions, type Readings, readings } from "./readings.ts";
export type { MapRule, RuleProblem } from "./rules.ts";
export type { MapResult } from "./result.ts";
export { TagMap, TagMapProblem, type TagMapState } from "./tag-map.ts";
export type { UnmappedAddress } from "./unmapped.ts";
