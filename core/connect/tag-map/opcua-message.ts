/** The messages of node-red-contrib-opcua, whose values are those of node-opcua. */
import type { SourceReading } from "./reading.ts";

/** Built-in type numbers of OPC 10000-6, 5.1.2. */
const INT64 = 8;
const UINT64 = 9;
const DATATYPE = /;datatype=(\w{1,64})$/;

interface Variant {
  readonly dataType: unknown;
  readonly value?: unknown;
}
/** What a read of several nodes or a subscribed group gives for each of them. */
interface DataValue {
  readonly value: Variant | null | undefined;
  readonly statusCode?: unknown;
  readonly sourceTimestamp?: unknown;
  readonly serverTimestamp?: unknown;
}

/** True for a whole DataValue, which carries its own status and times. */
export function isDataValue(value: unknown): value is DataValue {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "statusCode") || !Object.hasOwn(value, "value")) return false;
  const variant = (value as DataValue).value;
  return variant === null || variant === undefined || (typeof variant === "object" && Object.hasOwn(variant, "dataType"));
}

export function dataValueReading(address: string, dataValue: DataValue, now: number): SourceReading {
  const { value: variant } = dataValue;
  const type = variant?.dataType === INT64 ? "Int64" : variant?.dataType === UINT64 ? "UInt64" : "";
  return {
    protocol: "opcua",
    address,
    value: plainValue(variant?.value ?? null, type),
    received: now,
    ...timesAndStatus(dataValue),
  };
}

/** Status and times as `SourceReading` has them. */
export function timesAndStatus(message: {
  readonly statusCode?: unknown;
  readonly sourceTimestamp?: unknown;
  readonly serverTimestamp?: unknown;
}): Pick<SourceReading, "status" | "sourceTimestamp" | "serverTimestamp"> {
  const status = statusIn(message.statusCode);
  const sourceTimestamp = instantOf(message.sourceTimestamp);
  const serverTimestamp = instantOf(message.serverTimestamp);
  return {
    ...(status === undefined ? {} : { status }),
    ...(sourceTimestamp === undefined ? {} : { sourceTimestamp }),
    ...(serverTimestamp === undefined ? {} : { serverTimestamp }),
  };
}

/** The data type that the flow named for a node: `msg.datatype`, or `;datatype=…` at the end of the topic. */
export function datatypeOf(message: { readonly topic?: unknown; readonly datatype?: unknown }): string {
  if (typeof message.datatype === "string") return message.datatype;
  return typeof message.topic === "string" ? (DATATYPE.exec(message.topic)?.[1] ?? "") : "";
}

/** 64-bit integers, which come as [high, low], as decimal text; localized text as its text; dates as ISO text. */
export function plainValue(value: unknown, datatype: string): unknown {
  if ((datatype === "Int64" || datatype === "UInt64") && isWordPair(value)) return integer64(value, datatype);
  if (typeof value !== "object" || value === null) return value;
  if (isDate(value)) return Number.isFinite(value.getTime()) ? value.toISOString() : null;
  const { text } = value as { text?: unknown };
  return typeof text === "string" && Object.hasOwn(value, "locale") ? text : value;
}

/** The node id of a topic: text, or a NodeId of node-opcua, which a read by browse path leaves there. */
export function nodeIdOf(topic: unknown): string | undefined {
  if (typeof topic === "string") return topic === "" ? undefined : topic;
  if (typeof topic !== "object" || topic === null) return undefined;
  const { namespace, value } = topic as { namespace?: unknown; value?: unknown };
  if (typeof namespace !== "number" || (typeof value !== "string" && typeof value !== "number")) return undefined;
  return `ns=${namespace};${typeof value === "number" ? "i" : "s"}=${value}`;
}

/**
 * Milliseconds UTC from a number (fractions cut), a date or an ISO 8601 text with its zone; undefined when nothing is
 * given. What is given but is no time becomes NaN, so that the tag map refuses it instead of inventing one.
 */
export function instantOf(time: unknown): number | undefined {
  if (time === undefined || time === null) return undefined;
  if (typeof time === "number") return Math.floor(time);
  if (typeof time === "string") return /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d)$/.test(time) ? Date.parse(time) : Number.NaN;
  return isDate(time) ? time.getTime() : Number.NaN;
}

/** Dates also come from the sandbox of a function node, where `instanceof Date` is false. */
function isDate(value: unknown): value is Date {
  return Object.prototype.toString.call(value) === "[object Date]";
}

/** A number, or node-opcua's StatusCode object. */
function statusIn(statusCode: unknown): number | undefined {
  if (typeof statusCode === "number") return statusCode;
  const value = (statusCode as { value?: unknown } | null | undefined)?.value;
  return typeof value === "number" ? value : undefined;
}

function isWordPair(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && value.length === 2 && value.every((word) => typeof word === "number");
}

function integer64([high, low]: readonly [number, number], datatype: "Int64" | "UInt64"): string {
  const unsigned = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  return (datatype === "Int64" ? BigInt.asIntN(64, unsigned) : unsigned).toString();
}
