/**
 * A line of stations: line OEE by the bottleneck and the weighted method, and the culprit of every stop of the line,
 * found by walking blocked and starved through the station graph of the plant model.
 */
export * from "./calculator.ts";
export type { Condition, ConditionSegment } from "./conditions.ts";
export { CulpritSearch, type Detection, DETECTIONS, OUTSIDE, UNKNOWN } from "./culprit.ts";
export * from "./from-plant.ts";
export { type Edge, type StationGraph, stationGraph, type StationGroup, type StationNode } from "./graph.ts";
export type { OeeLine } from "./line.ts";
export * from "./lines.ts";
export { type LineAtom, lineAtoms, type StationShare, type WeightedSum } from "./line-atoms.ts";
export * from "./line-event.ts";
export * from "./queries.ts";
export type { StationSaidReaders } from "./stations.ts";
