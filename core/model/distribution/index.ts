/** Probability distributions as statistics of processes need them, and the special functions below them. */
export * from "./beta.ts";
export * from "./box-cox.ts";
export * from "./discrete.ts";
export type { Distribution } from "./distribution.ts";
export * from "./error-function.ts";
export * from "./gamma.ts";
export { goldenSection } from "./golden-section.ts";
export { digamma, logGamma } from "./gamma-function.ts";
export { incompleteBeta } from "./incomplete-beta.ts";
export { incompleteGamma, type Tails } from "./incomplete-gamma.ts";
export * from "./noncentral-chi-square.ts";
export * from "./noncentral-t.ts";
export * from "./johnson.ts";
export { logNormalCdf, lognormal, normal, normalCdf, normalDensity, normalQuantile } from "./normal.ts";
export * from "./quadrature.ts";
export { bracketedRoot } from "./root.ts";
export * from "./studentized-range.ts";
export * from "./weibull.ts";
