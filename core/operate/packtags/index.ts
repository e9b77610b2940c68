/** What PackTags say of PackML machines, made from their samples: state, mode, times, and transitions with their legality. */
export * from "./contract.ts";
export * from "./machine.ts";
export * from "./machines.ts";
export { type PackTags, PackmlTracker, type TrackerState } from "./tracker.ts";
export * from "./transition-event.ts";
