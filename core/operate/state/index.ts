/** The state of a machine from whatever it says: PackML, another state model, its own codes, its speed or its counts. */
export * from "./presets.ts";
export * from "./state-map.ts";
export * from "./state-of.ts";
