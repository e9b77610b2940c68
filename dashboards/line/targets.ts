/** From where on a figure of OEE is called fair or good. */
import type { Threshold } from "../../core/see/board/index.ts";

/** A machine cannot beat its ideal time: the ideal cycle time or a counter is wrong. Rounding may reach a little above. */
const IMPLAUSIBLE: Threshold = { from: 1.05, name: "above 100 %: check", colour: "warning" };

export const OEE_TARGETS: readonly Threshold[] = [
  { from: null, name: "low", colour: "critical" },
  { from: 0.6, name: "fair", colour: "warning" },
  { from: 0.8, name: "good", colour: "good" },
  IMPLAUSIBLE,
];
export const PART_TARGETS: readonly Threshold[] = [
  { from: null, name: "low", colour: "critical" },
  { from: 0.75, name: "fair", colour: "warning" },
  { from: 0.9, name: "good", colour: "good" },
  IMPLAUSIBLE,
];
export const QUALITY_TARGETS: readonly Threshold[] = [
  { from: null, name: "low", colour: "critical" },
  { from: 0.95, name: "fair", colour: "warning" },
  { from: 0.99, name: "good", colour: "good" },
];
