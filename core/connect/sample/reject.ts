/**
 * The one catalogue of reasons for refusing input. A refused input leaves on a node's reject output and is
 * counted by code; nothing is dropped silently.
 */
import type { Saying } from "./saying.ts";

export const REJECT_CODES = {
  NOT_A_SAMPLE: "The input has not the shape of a sample. Send {tag, value, quality, timestamp} or name the tag in the node.",
  UNMAPPED: "No mapping matches this address. Add a row to the tag map or an exclude rule.",
  UNKNOWN_TAG: "The plant model has no such tag. Add it to the equipment class or use the _raw contract.",
  WRONG_TYPE: "The value has not the type that the plant model gives this tag.",
  NOT_FINITE: "The value is NaN or infinite.",
  OUT_OF_RANGE: "The value lies outside the range that the plant model gives this tag.",
  WRONG_UNIT: "The unit cannot be converted to the unit of this tag.",
  BAD_TIMESTAMP: "The timestamp is not an integer number of milliseconds UTC.",
  FUTURE_TIMESTAMP: "The timestamp lies too far in the future; check the clock of the source.",
  ANCIENT_TIMESTAMP: "The timestamp lies before the oldest instant accepted here.",
  DUPLICATE_TIMESTAMP: "Another value is already recorded for this tag at this timestamp.",
  DUPLICATE: "The identical sample is already recorded.",
  STALE: "No new value within the tag's expected interval.",
  TOO_LARGE: "The value or the message is larger than the limit.",
  FORBIDDEN_KEY: "The input carries a key that is never accepted (__proto__, constructor, prototype).",
  EXPRESSION_FAILED: "The mapping expression failed on this input.",
  CONTRACT_VIOLATION: "The contract in the tag does not allow this sample. Correct the tag or the value, or write to _raw.",
  BAD_QUALITY: "The sample has quality Bad and this node accepts only usable values.",
  CONTROL_FIELD: "The message carries a field that steers the node behind it: another action, another server, a value to write.",
  NOT_A_READ: "The message is no plain read request for the node behind it.",
  ILLEGAL_TRANSITION: "The state model does not allow this transition.",
  UNKNOWN_STATE: "The state map has no entry for this state value.",
  QUEUE_FULL: "The durable queue is at its limit.",
  DISK_FULL: "The disk is at its free-space guard; writing stopped.",
  NOT_RECORDABLE: "The message holds something that a recording cannot keep. Record only plain values.",
  STORE_REFUSED: "The historian refused this point and will refuse it again; it is kept as a dead letter.",
  BAD_EVENT: "The event has not the shape of its kind.",
  WRONG_SUBGROUP: "The subgroup does not fit the control chart: its number of values, its count or its size.",
  TOO_FEW: "There are too few usable values to estimate anything from.",
  NO_VARIATION: "The values do not vary, so nothing can be said of how far they may.",
  NO_NOMINAL: "There is no nominal content for what is being made. Give the product the property, or the node a nominal content.",
  BAD_LIMITS: "The control limits are not what their kind of chart needs.",
  INTERNAL: "An unexpected fault inside the node; the message is kept here so that nothing is lost.",
} as const;

/** Keys that reach into an object's prototype wherever input becomes a property name; refused in every input. */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

export type RejectCode = keyof typeof REJECT_CODES;

/** One refused input: what, why, and what to do about it. `msg.payload` on a reject output is `Reject[]`. */
export interface Reject {
  readonly code: RejectCode;
  /** A sentence for people: names the field, the value seen and what is allowed. */
  readonly message: string;
  readonly field?: string;
  readonly tag?: string;
  /** The refused input itself, so that it can be corrected and sent again. */
  readonly input: unknown;
  /** The sentence for other languages, where people see it on a page. */
  readonly says?: Saying;
}

export function reject(
  code: RejectCode,
  input: unknown,
  detail?: { message?: string; field?: string; tag?: string; says?: Saying },
): Reject {
  const message = detail?.message ?? REJECT_CODES[code];
  return {
    code,
    message,
    ...(detail?.field === undefined ? {} : { field: detail.field }),
    ...(detail?.tag === undefined ? {} : { tag: detail.tag }),
    ...(detail?.says === undefined ? {} : { says: detail.says }),
    input,
  };
}
