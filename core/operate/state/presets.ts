/** Published state models other than PackML, mapped to buckets. */
import type { LossClass, StateBucket } from "./state-map.ts";

export interface PresetState {
  readonly name: string;
  readonly bucket: StateBucket;
  readonly loss?: LossClass;
}

/**
 * The six basic states of SEMI E10, numbered as OPC 40100-1 does (PRD_1 … NST_6). Standby is a machine that could run and
 * waits for others. Non-scheduled time is left out of planned time like a planned stop, whatever the calendar says.
 */
export const SEMI_E10: readonly (PresetState & { readonly number: number; readonly short: string })[] = [
  { number: 1, short: "PRD", name: "Productive", bucket: "run" },
  { number: 2, short: "SBY", name: "Standby", bucket: "external" },
  { number: 3, short: "ENG", name: "Engineering", bucket: "plannedDown" },
  { number: 4, short: "SDT", name: "Scheduled downtime", bucket: "plannedDown" },
  { number: 5, short: "UDT", name: "Unscheduled downtime", bucket: "failure", loss: "equipmentFailure" },
  { number: 6, short: "NST", name: "Non-scheduled", bucket: "plannedDown" },
];

/** Finer codes lie between two of these and mean what the lower one does (40100 is a kind of 40000). */
const UMH_STEP = 10_000;

/** State codes of the United Manufacturing Hub (its factoryinsight service): each stands for itself and what follows it. */
const UMH: Readonly<Record<number, PresetState>> = {
  10_000: { name: "Full speed", bucket: "run" },
  20_000: { name: "Reduced speed", bucket: "run", loss: "reducedSpeed" },
  30_000: { name: "Unknown", bucket: "unknown" },
  40_000: { name: "Unspecified stop", bucket: "stop" },
  50_000: { name: "Micro-stop", bucket: "stop", loss: "minorStop" },
  60_000: { name: "Inlet jam", bucket: "external" },
  70_000: { name: "Outlet jam", bucket: "external" },
  80_000: { name: "Bypass congestion", bucket: "external" },
  90_000: { name: "Material missing", bucket: "external" },
  100_000: { name: "Changeover", bucket: "setup", loss: "setupAndAdjustment" },
  110_000: { name: "Cleaning", bucket: "plannedDown" },
  120_000: { name: "Emptying", bucket: "setup", loss: "setupAndAdjustment" },
  130_000: { name: "Setting up", bucket: "setup", loss: "setupAndAdjustment" },
  140_000: { name: "Operator away", bucket: "stop" },
  150_000: { name: "Operator break", bucket: "plannedDown" },
  160_000: { name: "No shift", bucket: "plannedDown" },
  170_000: { name: "No order", bucket: "noOrder" },
  180_000: { name: "Equipment failure", bucket: "failure", loss: "equipmentFailure" },
  190_000: { name: "External failure", bucket: "external" },
  200_000: { name: "External interference", bucket: "external" },
  210_000: { name: "Preventive maintenance", bucket: "plannedDown" },
  220_000: { name: "Other technical stop", bucket: "failure", loss: "equipmentFailure" },
};

export const UMH_STATES: readonly PresetState[] = Object.values(UMH);
export const UMH_CODES: readonly number[] = Object.keys(UMH).map(Number);

/** By number, by name or by its three letters. */
export function semiE10State(value: unknown): PresetState | undefined {
  if (typeof value === "number") return SEMI_E10.find(({ number }) => number === value);
  if (typeof value !== "string") return undefined;
  const text = value.toLowerCase();
  return SEMI_E10.find(({ name, short }) => name.toLowerCase() === text || short.toLowerCase() === text);
}

export function umhState(value: unknown): PresetState | undefined {
  if (typeof value !== "number" || !Number.isInteger(value)) return undefined;
  const code = Math.floor(value / UMH_STEP) * UMH_STEP;
  return Object.hasOwn(UMH, code) ? UMH[code] : undefined;
}
