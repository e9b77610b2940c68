/** The lines of a recording: a header, then one line per message. The format in full: docs/how-to/test-your-flow.md. */
import type { Json } from "../event/index.ts";
import { FORBIDDEN_KEYS } from "../sample/index.ts";
import { type Bytes, decodeValue, encodeValue, EncodingFault } from "./encoding.ts";

/** Characters of one line, without its end. Longer ones are neither written nor read. */
export const LONGEST_LINE = 1024 * 1024;

/** A twin-record node that wrote into the recording. */
export interface RecordedTap {
  readonly id: string;
  readonly name: string;
}

export interface RecordingHeader {
  readonly format: "twinline-recording";
  readonly version: 1;
  /** When the recording began, ms UTC. */
  readonly created: number;
  /** IANA time zone of the computer that recorded. */
  readonly zone?: string;
  /** Fingerprint of the flow at that time (`flowFingerprint`). */
  readonly flow?: string;
  readonly nodes: readonly RecordedTap[];
}

/** Properties of a message, as far as they were recorded. */
export type RecordedMessage = Readonly<Record<string, unknown>>;

export interface RecordedEntry {
  /** `node.now()` at reception, ms UTC. */
  readonly at: number;
  /** Id of the node. */
  readonly node: string;
  readonly message: RecordedMessage;
}

/** What may be recorded of a message: what is named, and never what holds connections, secrets or Node-RED's own state. */
export const NEVER_RECORDED: ReadonlySet<string> = new Set([
  "req",
  "res",
  "credentials",
  "_msgid",
  "_event",
  "_session",
  ...FORBIDDEN_KEYS,
]);

export function headerLine(header: RecordingHeader): string {
  return JSON.stringify(header);
}

/** One line without its end; throws `EncodingFault` for what cannot be recorded. */
export function entryLine(at: number, node: string, message: RecordedMessage, fields: readonly string[]): string {
  const kept: Record<string, Json> = {};
  for (const field of fields)
    if (!NEVER_RECORDED.has(field) && Object.hasOwn(message, field)) kept[field] = encodeValue(message[field], `msg.${field}`);
  const line = JSON.stringify({ at, node, message: kept });
  if (line.length > LONGEST_LINE) throw new EncodingFault("TOO_LARGE", `It is longer than ${LONGEST_LINE} characters.`, "msg");
  return line;
}

export type ParsedLine<T> = T | { readonly problem: string };

/** A header of this or, when it says so, a newer version; unknown members are passed over. */
export function parseHeader(text: string): ParsedLine<RecordingHeader> {
  const value = objectOf(text);
  if ("problem" in value) return value as { problem: string };
  if (value["format"] !== "twinline-recording")
    return { problem: 'The first line must be a header {"format":"twinline-recording",…}. Is this a recording of twin-record?' };
  if (value["version"] !== 1)
    return {
      problem: `This recording has version ${String(value["version"])}; this version of Twinline reads version 1. Install a newer one.`,
    };
  const { created, zone, flow, nodes } = value;
  if (!isTime(created)) return { problem: "created: an integer number of milliseconds UTC is wanted." };
  if (zone !== undefined && !isZone(zone)) return { problem: "zone: an IANA time zone such as Europe/Dublin is wanted." };
  if (flow !== undefined && typeof flow !== "string") return { problem: "flow: a text is wanted." };
  if (!Array.isArray(nodes) || !nodes.every(isTap)) return { problem: "nodes: a list of {id, name} is wanted." };
  return {
    format: "twinline-recording",
    version: 1,
    created,
    ...(zone === undefined ? {} : { zone }),
    ...(flow === undefined ? {} : { flow }),
    nodes: nodes.map(({ id, name }: RecordedTap) => ({ id, name })),
  };
}

/** A message; undefined for a line of a kind that this version does not know (`kind` is reserved for such lines). */
export function parseEntry(text: string, buffer?: Bytes): ParsedLine<RecordedEntry> | undefined {
  const value = objectOf(text);
  if ("problem" in value) return value as { problem: string };
  if (Object.hasOwn(value, "kind")) return undefined;
  const { at, node, message } = value;
  if (!isTime(at)) return { problem: "at: an integer number of milliseconds UTC is wanted." };
  if (typeof node !== "string" || node === "") return { problem: "node: the id of a node is wanted." };
  if (typeof message !== "object" || message === null || Array.isArray(message)) return { problem: "message: an object is wanted." };
  try {
    const decoded: Record<string, unknown> = {};
    for (const [field, item] of Object.entries(message)) {
      if (NEVER_RECORDED.has(field)) return { problem: `message.${field}: this property is never accepted.` };
      decoded[field] = decodeValue(item, `message.${field}`, buffer);
    }
    return { at, node, message: decoded };
  } catch (error) {
    if (error instanceof EncodingFault) return { problem: `${error.field}: ${error.message}` };
    throw error;
  }
}

function objectOf(text: string): Readonly<Record<string, unknown>> {
  if (text.length > LONGEST_LINE) return { problem: `The line is longer than ${LONGEST_LINE} characters.` };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: "The line is not valid JSON." };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { problem: "The line is no JSON object." };
  // A line that has a member "problem" of its own must not read as one of ours.
  const { problem: _, ...members } = value as Record<string, unknown>;
  return members;
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isZone(value: unknown): value is string {
  return typeof value === "string" && /^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(value);
}

function isTap(value: unknown): value is RecordedTap {
  if (typeof value !== "object" || value === null) return false;
  const { id, name } = value as Record<string, unknown>;
  return typeof id === "string" && id !== "" && typeof name === "string";
}
