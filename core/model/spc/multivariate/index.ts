/** Control charts of several variables at once: Hotelling's T² and the multivariate EWMA. */
export { baselineOfIndividuals, baselineOfSubgroups, meanVector, type MultivariateBaseline } from "./baseline.ts";
export type { Matrix } from "./cholesky.ts";
export type { Contribution } from "./contributions.ts";
export * from "./frozen.ts";
export * from "./hotelling.ts";
export * from "./limits.ts";
export * from "./mewma.ts";
export * from "./mewma-run-length.ts";
export { isMultivariateRefusal, type MultivariateRefusal } from "./refusal.ts";
