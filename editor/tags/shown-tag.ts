/** A tag as the page shows it. */
import type { Finding, TagHealth } from "../../core/connect/health/index.ts";
import type { SampleValue } from "../../core/connect/sample/index.ts";

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
  readonly unit?: string;
  /** Undefined: never seen. */
  readonly quality?: string;
  /** Since it was received, or since its source time where this process has not received it; ms. */
  readonly ageMs?: number;
}

const LONGEST_TEXT = 200;

export function shownTag(tag: TagHealth, now: number): ShownTag {
  const { id, signal } = tag.definition;
  return { id, signal, findings: tag.findings, live: liveValue(tag, now) };
}

export function liveValue({ definition, look }: TagHealth, now: number): LiveValue {
  const { unit, values } = definition;
  const latest = look?.latest;
  const shared = unit === undefined ? {} : { unit };
  if (latest === undefined) return { value: null, ...shared };
  const { value, quality, timestamp } = latest;
  const name = values !== undefined && Object.hasOwn(values, String(value)) ? values[String(value)] : undefined;
  return {
    value: typeof value === "string" ? value.slice(0, LONGEST_TEXT) : value,
    ...(name === undefined ? {} : { name: name.slice(0, LONGEST_TEXT) }),
    ...shared,
    quality,
    ageMs: Math.max(0, now - (look?.received ?? timestamp)),
  };
}
