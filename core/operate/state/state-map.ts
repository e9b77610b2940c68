/** How an equipment class says what its machine's states mean: a numbering by name, a table of its own, or a rule. */
import { NUMBERING_PROFILES, type NumberingProfile, type PackmlState } from "../packml/index.ts";
import type { MachineBucket } from "../oee/measures.ts";

/** PackML numberings and `custom`; the states of SEMI E10; the state codes of the United Manufacturing Hub; or a rule. */
export const STATE_PROFILES = [...NUMBERING_PROFILES, "semi-e10", "umh", "derived"] as const;
export type StateProfile = (typeof STATE_PROFILES)[number];

/** The buckets that a state of a machine can name by itself. */
export const STATE_BUCKETS = [
  "run",
  "external",
  "stop",
  "hold",
  "failure",
  "setup",
  "plannedDown",
  "noOrder",
  "unknown",
] as const satisfies readonly MachineBucket[];
export type StateBucket = (typeof STATE_BUCKETS)[number];

/** Which of the six big losses a state is by itself; the two of quality come from counts. */
export const LOSS_CLASSES = ["equipmentFailure", "setupAndAdjustment", "minorStop", "reducedSpeed"] as const;
export type LossClass = (typeof LOSS_CLASSES)[number];

/** Own entry of a `custom` table: a PackML state or a bucket, and why the machine is in it. */
export type OwnState = {
  /** Id in the reasons tree of the plant. */
  readonly reason?: string;
  readonly loss?: LossClass;
} & ({ readonly state: PackmlState; readonly bucket?: undefined } | { readonly bucket: StateBucket; readonly state?: undefined });

/** States that the machine says. `states` belongs to `custom`: what each value that the source sends means. */
export interface SaidStates {
  readonly profile: NumberingProfile | "semi-e10" | "umh";
  readonly states?: Readonly<Record<string, PackmlState | OwnState>>;
}

/**
 * Running (Execute) above `above`, not running (Stopped) at or below `above − hysteresis`; in between it is what it was.
 * Both are in `unit`, the unit of the speed's tag.
 */
export interface SpeedStates {
  readonly profile: "derived";
  readonly from: "speed";
  readonly above: number;
  readonly hysteresis: number;
  readonly unit?: string;
  readonly states?: undefined;
}

/** Running (Execute) while no more than `quietMs` lie between two counts; a longer gap is a stop (Stopped) from the count before it. */
export interface CountedStates {
  readonly profile: "derived";
  readonly from: "processed";
  readonly quietMs: number;
  readonly states?: undefined;
}

export type StateMap = SaidStates | SpeedStates | CountedStates;
