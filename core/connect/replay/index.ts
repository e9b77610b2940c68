/** Running a flow again on what was recorded: the flow made safe, and the clock that it runs on. */
export { type Clock, ReplayClock } from "./clock.ts";
export { findNode, type FlowNode, flowFingerprint, nameOf, readFlow, type ReplayFlow, replayFlow, type ReplayWishes } from "./flow.ts";
export { staysInside } from "./outside.ts";
