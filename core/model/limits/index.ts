/**
 * Governed control charts: versions of limits with proposer, approver and review (`propose`, `approve`, `limitsInForce`), the
 * study of a baseline, signals that a person closes with cause and action, and measurements by hand after a plan.
 */
export * from "./baseline-study.ts";
export * from "./blame.ts";
export * from "./causes.ts";
export * from "./decisions.ts";
export * from "./measurement.ts";
export {
  historyOf,
  type Closing,
  RESPONSE_DATA,
  type ResponseData,
  responseFault,
  type SignalHistory,
  type SignalResponse,
  signalResponseOf,
  SPC_RESPONSE,
} from "./response.ts";
export * from "./review.ts";
export { type ChartScope, matches, sameScope, SCOPE } from "./scope.ts";
export * from "./sampling-plan.ts";
export * from "./signal.ts";
export { LIMITS_TEXTS, sayLimits } from "./texts.ts";
export * from "./typing-error.ts";
export * from "./version.ts";
