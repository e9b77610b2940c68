/** A DataValue of OPC UA as a raw reading: nothing is scaled or judged here, nothing is lost either. */
import type { DataValue } from "node-opcua-client";
import type { Quality } from "../../core/connect/sample/index.ts";
import type { SourceReading } from "../../core/connect/tag-map/reading.ts";

/** Good, the server has nothing to report (OPC 10000-8). */
const GOOD_NO_DATA = 0x00a50000;
/** Info type DataValue with the overflow bit (OPC 10000-4, 7.39.1). */
const OVERFLOW = 0x0480;
/** Bad_CommunicationError: what a lost connection reports. */
export const BAD_COMMUNICATION = 0x80050000;
/** Built-in type numbers of OPC 10000-6, 5.1.2. */
export const TYPE_NAMES = [
  "Null",
  "Boolean",
  "SByte",
  "Byte",
  "Int16",
  "UInt16",
  "Int32",
  "UInt32",
  "Int64",
  "UInt64",
  "Float",
  "Double",
  "String",
  "DateTime",
  "Guid",
  "ByteString",
  "XmlElement",
  "NodeId",
  "ExpandedNodeId",
  "StatusCode",
  "QualifiedName",
  "LocalizedText",
  "ExtensionObject",
  "DataValue",
  "Variant",
  "DiagnosticInfo",
];
const [INT64, UINT64, DATE_TIME, BYTE_STRING] = [8, 9, 13, 15];

/** The severity bits decide (OPC 10000-4, 7.39.1): 00 good, 01 uncertain, everything else bad. */
export function qualityOf(status: number): Quality {
  if (status >>> 16 === GOOD_NO_DATA >>> 16) return "GoodNoData";
  const severity = status >>> 30;
  if (severity === 0) return hasOverflowed(status) ? "Uncertain" : "Good";
  return severity === 1 ? "Uncertain" : "Bad";
}

/** The server's queue for this item overflowed: values before this one are missing. */
export function hasOverflowed(status: number): boolean {
  return (status & OVERFLOW) === OVERFLOW;
}

/** The same reading, marked like one before which a queue has dropped values. */
export function overflowed(reading: SourceReading): SourceReading {
  const status = (reading.status ?? 0) | OVERFLOW;
  return { ...reading, status: status >>> 0, quality: qualityOf(status) };
}

export function readingOf(address: string, dataValue: DataValue, received: number): SourceReading {
  const { value: variant, sourceTimestamp, serverTimestamp } = dataValue;
  const status = dataValue.statusCode.value;
  const type: number = variant?.dataType ?? 0;
  return {
    protocol: "opcua",
    address,
    value: type === 0 ? null : plain(variant.value, type),
    status,
    quality: qualityOf(status),
    ...(sourceTimestamp ? { sourceTimestamp: sourceTimestamp.getTime() } : {}),
    ...(serverTimestamp ? { serverTimestamp: serverTimestamp.getTime() } : {}),
    received,
    ...(type === 0 ? {} : { type: type === INT64 || type === UINT64 ? "int64" : (TYPE_NAMES[type] ?? `Type ${type}`) }),
  };
}

/** JSON-safe: 64-bit integers as decimal strings, dates as ISO text, bytes as base64, structures by their own JSON form. */
function plain(value: unknown, type: number): unknown {
  if (value === null || value === undefined) return null;
  if (type === INT64 || type === UINT64) {
    const words = value as unknown[];
    return Array.isArray(words[0]) ? words.map((pair) => integer64(pair as number[], type)) : integer64(words as number[], type);
  }
  if (type === BYTE_STRING && Buffer.isBuffer(value)) return value.toString("base64");
  if (Array.isArray(value)) return value.map((element) => plain(element, type));
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
  if (type === DATE_TIME && value instanceof Date) return value.toISOString();
  if (typeof value !== "object") return value;
  if ("text" in value && typeof value.text === "string") return value.text;
  return "toJSON" in value && typeof value.toJSON === "function" ? (value.toJSON as () => unknown)() : JSON.stringify(value);
}

/** node-opcua gives 64-bit integers as [high, low] words. */
function integer64([high = 0, low = 0]: readonly number[], type: number): string {
  const unsigned = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  return (type === INT64 ? BigInt.asIntN(64, unsigned) : unsigned).toString();
}
