/** Capability of processes and machines against a specification. Refuses where a figure would mislead. */
export * from "./capability.ts";
export { empirical, percentile } from "./empirical.ts";
export { type ComparedFit, comparedFits } from "./fits.ts";
export type { Index, IndexName, Sigma } from "./indices.ts";
export * from "./intervals.ts";
export { johnsonFrom } from "./johnson-fit.ts";
export { distributionOf, fit, type Model, type ModelName, MODELS } from "./models.ts";
export type { Method } from "./non-normal.ts";
export { CAPABILITY_DEFAULTS, type CapabilityOptions, type ControlEvidence } from "./options.ts";
export * from "./probability-plot.ts";
export * from "./refusal.ts";
export type { Ppm, Specification } from "./specification.ts";
export { type GoodnessOfFit, type Warning, WARNINGS } from "./warnings.ts";
export { withinSigma } from "./within.ts";
