/** What an alarm is, before anything has happened: what it watches, when it is annunciated, and how much it matters. */
import { Type } from "typebox";

/** From the most serious; three or four levels are what an operator can tell apart (ISA-18.2). */
export const PRIORITIES = ["critical", "high", "medium", "low"] as const;
export type AlarmPriority = (typeof PRIORITIES)[number];
export const PRIORITY = Type.Union([Type.Literal("critical"), Type.Literal("high"), Type.Literal("medium"), Type.Literal("low")]);

/** 0 is the most serious. */
export function rankOf(priority: AlarmPriority): number {
  return PRIORITIES.indexOf(priority);
}

export const LIMIT_KINDS = ["high-high", "high", "low", "low-low"] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];

export const ALARM_KINDS = [...LIMIT_KINDS, "state", "stale", "rejects", "condition"] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

/** Letters, digits, `_` and `-`: it becomes the last name of a path. */
export const ALARM_NAME = "^[A-Za-z0-9-][A-Za-z0-9_-]{0,63}$";

/** What an alarm watches. Times in ms. */
export type AlarmSource =
  /** A number beyond a limit; it is back when it is inside by the deadband. */
  | { readonly kind: LimitKind; readonly tag: string; readonly limit: number; readonly deadband: number }
  /** The machine is in one of these states, as its state map names them, or the tag has one of these values. */
  | { readonly kind: "state"; readonly tag: string; readonly states: readonly string[] }
  /** No sample of the tag for longer than this, or none with a usable value. */
  | { readonly kind: "stale"; readonly tag: string; readonly afterMs: number }
  /** Refused inputs with one of these codes, with any where none is named; it returns once none has come for `quietMs`. */
  | { readonly kind: "rejects"; readonly codes: readonly string[]; readonly quietMs: number }
  /** Another node says so: `alarm.condition.v1`. */
  | { readonly kind: "condition" };

/** Why there is the alarm, and what an operator does about it: the plant's rationalisation (ISA-18.2). */
export interface AlarmRationale {
  readonly cause?: string;
  readonly consequence?: string;
  readonly response?: string;
  /** How long there is for the response until the consequence, ms. */
  readonly respondWithinMs?: number;
  /** For how long people may shelve it at once, ms; 0: not at all. Without it a day. */
  readonly shelveAtMostMs?: number;
}

export interface AlarmDefinition {
  /** Full dotted equipment path. */
  readonly asset: string;
  /** Name of the alarm within the asset: letters, digits, `_` and `-`. */
  readonly alarm: string;
  readonly source: AlarmSource;
  readonly priority: AlarmPriority;
  /** Alarm class, in the plant's own words, e.g. `quality`, `safety`. */
  readonly class: string;
  /** What has happened and what to do. */
  readonly message: string;
  readonly unit?: string;
  /** The condition must hold for so long before it is annunciated, ms. */
  readonly onDelayMs: number;
  /** It must be gone for so long before the alarm returns, ms. */
  readonly offDelayMs: number;
  /** One that was acknowledged and still stands is annunciated again after so long, ms; without it never. */
  readonly realarmMs?: number;
  /** Stays until an operator resets it. */
  readonly latching: boolean;
  /** First-out group within the asset: which of them came first is kept. */
  readonly group?: string;
  /** States of the machine in which the alarm means nothing (suppressed by design). */
  readonly suppressedIn: readonly string[];
  readonly rationale?: AlarmRationale;
}

/** The ledger's name of an alarm: one machine can have two alarms that begin in the same millisecond. */
export function alarmPath({ asset, alarm }: Pick<AlarmDefinition, "asset" | "alarm">): string {
  return `${asset}.${alarm}`;
}

/** What it watches, as a text: another limit watches the same. */
export function watchedBy(source: AlarmSource): string {
  return "tag" in source ? `${source.kind} ${source.tag}` : source.kind;
}

/**
 * Whether a value is beyond its limit. `before`: whether it was so far, which the deadband holds on to. Beyond is
 * strict, so a value at the limit is inside; with a deadband it is back at `limit - deadband`.
 */
export function isBeyond(value: number, { kind, limit, deadband }: Extract<AlarmSource, { limit: number }>, before: boolean): boolean {
  const above = kind === "high" || kind === "high-high";
  if (above) return before ? value > limit - deadband : value > limit;
  return before ? value < limit + deadband : value < limit;
}
