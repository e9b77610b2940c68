/** A tag as the page shows it. */
import type { Finding, TagHealth } from "../../core/connect/health/index.ts";
import type { SampleValue } from "../../core/connect/sample/index.ts";
import { type DisplayUnits, inShownUnit, shownUnit, unitSymbol } from "../../core/connect/units/index.ts";

export interface ShownTag {
  readonly id: string;
  /** Without the equipment: `_filler_v1.fill_weight`. */
  readonly signal: string;
  readonly findings: readonly Finding[];
  readonly live: LiveValue;
}

/** What changes while people look. */
export interface LiveValue {
  /** With the name of an enumeration's value; long texts are cut. Null: no value, or never seen. */
  readonly value: SampleValue;
  readonly name?: string;
  /** The symbol of the unit that the value is shown in. */
  readonly unit?: string;
  /** Undefined: never seen. */
  readonly quality?: string;
  /** Since it was received, or since its source time where this process has not received it; ms. */
  readonly ageMs?: number;
}

const LONGEST_TEXT = 200;

export function shownTag(tag: TagHealth, now: number, display: DisplayUnits | undefined): ShownTag {
  const { id, signal } = tag.definition;
  return { id, signal, findings: tag.findings, live: liveValue(tag, now, display) };
}

export function liveValue({ definition, look }: TagHealth, now: number, display: DisplayUnits | undefined): LiveValue {
  const { unit, values } = definition;
  const latest = look?.latest;
  // Integers beyond 2^53 are texts: they stay in the unit of the tag.
  const shown = unit === undefined ? undefined : shownUnit(unit, typeof latest?.value === "string" ? undefined : display);
  const shared = shown === undefined ? {} : { unit: unitSymbol(shown.code) };
  if (latest === undefined) return { value: null, ...shared };
  const { quality, timestamp } = latest;
  const value = typeof latest.value === "number" && shown !== undefined ? inShownUnit(latest.value, shown) : latest.value;
  const name = values !== undefined && Object.hasOwn(values, String(value)) ? values[String(value)] : undefined;
  return {
    value: typeof value === "string" ? value.slice(0, LONGEST_TEXT) : value,
    ...(name === undefined ? {} : { name: name.slice(0, LONGEST_TEXT) }),
    ...shared,
    quality,
    ageMs: Math.max(0, now - (look?.received ?? timestamp)),
  };
}
