export * from "./historian.ts";
export * from "./line-protocol.ts";
export * from "./measurements.ts";
export * from "./query.ts";
export * from "./telemetry.ts";
