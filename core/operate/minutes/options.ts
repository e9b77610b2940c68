/** What calculators of minutes are given and answer. */
import type { Reject, Sample } from "../../connect/sample/index.ts";
import type { Beyond } from "../oee/beyond.ts";
import { MINUTE } from "./grid.ts";

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

/** Whether a correction of what is no longer in memory is kept until it can be made. */
export type Accepts = (beyond: Beyond) => boolean;

/** Told of samples that correct nothing beyond the memory, but are read where minutes within `marginMs` of them are corrected. */
export type Meanwhile = (samples: readonly Sample[], marginMs: number) => void;

export interface PushBounds {
  /** History is not stated before this instant. */
  readonly oldest?: number;
  /** A sample after this instant is rejected, since it would drive the data clock. */
  readonly latest?: number;
  /** Asked before anything changes; false rejects the late samples, so that they can be sent again. By default it is taken. */
  readonly accepts?: Accepts;
  /** Told before anything changes, and before `accepts` is asked; needed where corrections wait. */
  readonly meanwhile?: Meanwhile;
}

/** What samples make a calculator say, as events `E`. */
export interface PushedMinutes<E> {
  /** Corrections of minutes already stated. */
  readonly events: readonly E[];
  readonly rejects: readonly Reject[];
  /** Identical samples received again. */
  readonly duplicates: number;
  readonly beyond: Beyond | null;
}

/** What a statement, or another plant model, makes a calculator say. */
export interface RestatedMinutes<E> {
  /** The minutes that are stated again: exactly those that changed. */
  readonly events: readonly E[];
  readonly beyond: Beyond | null;
}
