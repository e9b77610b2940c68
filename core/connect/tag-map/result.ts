/** What one call of the tag map answers, and how a refusal gets into it. */
import { type Reject, type RejectCode, reject, type Sample } from "../sample/index.ts";
import type { SourceReading } from "./reading.ts";
import { show } from "./show.ts";

/**
 * Every input is in exactly one of these: a sample, a reject, one more duplicate or exclusion, or deferred. Where the
 * plant model gives an address to two versions of a contract, it is so once per version.
 */
export interface MapResult {
  readonly samples: Sample[];
  readonly rejects: Reject[];
  /** Identical samples dropped. */
  duplicates: number;
  /** Readings dropped by exclusion rows. */
  excluded: number;
  /** Readings that only an expression can map; hand them to `evaluate`. */
  readonly deferred: SourceReading[];
}

export function emptyResult(): MapResult {
  return { samples: [], rejects: [], duplicates: 0, excluded: 0, deferred: [] };
}

/** The status of a reading or sample is no number. */
export function badStatus(input: unknown, status: unknown, tag: string, result: MapResult): void {
  refuse(result, "NOT_A_SAMPLE", input, `The status is ${show(status)}, not a number.`, "status", tag);
}

/** Nothing maps this address. */
export function unmapped(reading: SourceReading, result: MapResult): void {
  const message = `No row maps the ${reading.protocol || "unnamed"} address ${show(reading.address)}. Add a row to the tag map, an address to the plant model, or an exclusion.`;
  refuse(result, "UNMAPPED", reading, message, "address");
}

/** Adds one refused input to the result. */
export function refuse(result: MapResult, code: RejectCode, input: unknown, message: string, field?: string, tag?: string): void {
  result.rejects.push(reject(code, input, { message, ...(field === undefined ? {} : { field }), ...(tag === undefined ? {} : { tag }) }));
}

/** A timestamp for people; beyond what a date can say, the number itself. */
export function instant(timestamp: number): string {
  return Math.abs(timestamp) <= 8.64e15 ? new Date(timestamp).toISOString() : String(timestamp);
}

/** The message of whatever was thrown; a hostile input may throw something that throws again when read. */
export function messageOf(thrown: unknown): string {
  try {
    const message = (thrown as { message?: unknown } | null)?.message;
    return typeof message === "string" ? message.slice(0, 200) : "unknown reason";
  } catch {
    return "unknown reason";
  }
}
