/**
 * Energy of a machine on the timeline of its OEE: registers become one-minute atoms by bucket, order and emission factor;
 * demand, power factor and emissions; sums of atoms, ratios of sums.
 */
export * from "./atom-event.ts";
export * from "./atoms.ts";
export * from "./calculator.ts";
export * from "./demand.ts";
export * from "./emissions.ts";
export type { CurrentFigures } from "./figures.ts";
export * from "./from-plant.ts";
export * from "./leaks.ts";
export * from "./measures.ts";
export { type EnergyMeter, UNITS } from "./meter.ts";
export * from "./meters.ts";
export * from "./power-factor.ts";
export * from "./queries.ts";
export { type EnergyReading, EnergyReadings } from "./readings.ts";
export * from "./register.ts";
export * from "./regression.ts";
