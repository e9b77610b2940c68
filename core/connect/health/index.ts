/** The health of a plant's tags: judged from what tag maps already know, without anything on the path of a sample. */
export { DEFAULT_HEALTH, type HealthOptions, readHealthOptions } from "./options.ts";
export { type HealthCounts, healthCounts, isWell, plantHealth, type TagHealth } from "./plant-health.ts";
export { type Finding, FINDINGS } from "./findings.ts";
export { findingsOf, roleOf, sharersOf } from "./tag-health.ts";
