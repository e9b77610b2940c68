/** What an `OeeCalculator` is given, answers and stores. */
import type { Reject } from "../../connect/sample/index.ts";
import type { AssignedStretch } from "./assigned.ts";
import { MINUTE } from "./atoms.ts";
import type { OeeAtomEvent } from "./atom-event.ts";
import type { Beyond } from "./beyond.ts";
import type { StatedProduction } from "./production.ts";
import type { ReadingsState } from "./readings.ts";
import type { RunningState } from "./running.ts";
import type { Revisions } from "./statements.ts";

export interface CalculatorOptions {
  /** How long after its end, in data time, a minute waits for late samples before it is first stated, ms. */
  readonly latenessMs: number;
  /** How far back samples are kept in memory, ms of data time. */
  readonly horizonMs: number;
  /** How far back assigned time and stated production are kept, ms; what is recomputed before that asks `SaidReaders`. */
  readonly assignedMs: number;
  /** Length of the rolling window, ms in whole minutes, at most what a snapshot keeps; 0: none. */
  readonly rollingMs: number;
}

const DAY = 24 * 60 * MINUTE;
export const DEFAULT_OPTIONS: CalculatorOptions = { latenessMs: 10_000, horizonMs: 26 * 60 * MINUTE, assignedMs: 32 * DAY, rollingMs: 0 };

export interface PushBounds {
  /** History is not stated before this instant. */
  readonly oldest?: number;
  /** A sample after this instant is rejected, since it would drive the data clock. */
  readonly latest?: number;
  /** Asked before anything changes; false rejects the late samples, so that they can be sent again. By default it is taken. */
  readonly accepts?: (beyond: Beyond) => boolean;
}

export interface Pushed {
  /** Corrections of minutes already stated. */
  readonly events: readonly OeeAtomEvent[];
  readonly rejects: readonly Reject[];
  /** Identical samples received again. */
  readonly duplicates: number;
  readonly beyond: Beyond | null;
}

export interface Reassignment {
  /** The minutes that are stated again: exactly those that changed. */
  readonly events: readonly OeeAtomEvent[];
  readonly beyond: Beyond | null;
}

export interface CalculatorState {
  readonly version: 1;
  readonly begin: number | null;
  readonly stated: number | null;
  /** Atoms before this need the historian; null while everything is in memory. */
  readonly floor: number | null;
  readonly dataTime: number | null;
  readonly readings: ReadingsState;
  readonly revisions: Revisions;
  readonly running: RunningState;
  /** Absent in snapshots from before time could be assigned. */
  readonly assigned?: readonly AssignedStretch[];
  /** Assigned time before this has been forgotten. */
  readonly assignedFrom?: number | null;
  /** Absent in snapshots from before production could be stated. */
  readonly production?: StatedProduction;
  /** Production stated of before this has been forgotten. */
  readonly productionFrom?: number | null;
}
