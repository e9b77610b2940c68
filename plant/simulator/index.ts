/** The demo plant as a pure simulation: one seeded bottling line with its ground truth. */
export { BottlingLine, type LineOptions } from "./line.ts";
export { readSite } from "./site.ts";
export { assetOf, NAMESPACE_URI, STATIONS, TAGS, type TagChange, type TagDataType, type TagDescription } from "./tags.ts";
export type { TruthInterval, TruthSummary } from "./truth.ts";
