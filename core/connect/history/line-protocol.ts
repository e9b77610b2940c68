/**
 * InfluxDB line protocol (v1 grammar, nanosecond timestamps): the form in which points are queued and sent.
 *
 * `encodeLine` writes tags in the order of their keys, so that a series has exactly one spelling.
 * Text fields hold any well-formed Unicode including newlines; lone surrogates become U+FFFD.
 * Tags cannot hold everything: control characters have no escape, and a backslash before a comma, an equals sign, a
 * space or the end of the value is ambiguous in the grammar. Such points are refused, never altered.
 */
import { FORBIDDEN_KEYS, reject, type Reject } from "../sample/index.ts";
import type { LineBatch, Point } from "./historian.ts";
import { fieldType, type FieldType } from "./measurements.ts";

/** InfluxDB's own limits: a series key and a text field each stay below 64 KiB. */
const MAX_KEY_CHARS = 16_000;
export const MAX_TEXT_CHARS = 21_000;
/** The instants that a signed 64-bit count of nanoseconds can hold, in ms. */
const MAX_TIME_MS = 9_223_372_036_853;
const MAX_REVISION = 999_999;

// oxlint-disable-next-line no-control-regex -- refusing control characters is the point
const UNSPEAKABLE = /[\u0000-\u001f\u007f]|\\(?:[,= ]|$)/;
const SPECIAL = /[,= ]/g;
const RESERVED = new Set(["time", "_field", "_measurement", ...FORBIDDEN_KEYS]);

class Refusal extends Error {
  readonly reject: Reject;
  constructor(reject: Reject) {
    super(reject.message);
    this.reject = reject;
  }
}

/** One line without the newline, or the reason why this point can never be stored. */
export function encodeLine(point: Point): string | Reject {
  try {
    const fields = encodeFields(point);
    return `${encodeSeriesKey(point)} ${fields} ${encodeTime(point)}`;
  } catch (error) {
    if (error instanceof Refusal) return error.reject;
    throw error;
  }
}

/** Encodes what can be encoded; the rest comes back as rejects. */
export function encodeBatch(points: readonly Point[]): { readonly batch: LineBatch; readonly rejects: readonly Reject[] } {
  const lines: string[] = [];
  const rejects: Reject[] = [];
  for (const point of points) {
    const line = encodeLine(point);
    if (typeof line === "string") lines.push(line);
    else rejects.push(line);
  }
  return { batch: joinLines(lines), rejects };
}

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** Lines as one batch. */
export function joinLines(lines: readonly string[]): LineBatch {
  return { lines: utf8.encode(lines.join("\n")), count: lines.length };
}

/** The lines of a batch; a newline inside a quoted text belongs to its line. */
export function splitLines(lines: Uint8Array): string[] {
  const all = text.decode(lines);
  if (!all.includes('"')) return all.split("\n").filter((line) => line !== "");
  const found: string[] = [];
  let start = 0;
  while (start < all.length) {
    const end = endOfLine(all, start);
    if (end > start) found.push(all.slice(start, end));
    start = end + 1;
  }
  return found;
}

/** `measurement,tag=value,…` with the tags in order: the identity of a series. */
export function seriesKey(measurement: string, tags: Readonly<Record<string, string>>): string | Reject {
  try {
    return encodeSeriesKey({ measurement, tags, fields: {}, time: 0 });
  } catch (error) {
    if (error instanceof Refusal) return error.reject;
    throw error;
  }
}

function encodeSeriesKey(point: Point): string {
  let key = escapeName(point, "measurement", point.measurement, false);
  for (const tag of Object.keys(point.tags).sort()) {
    const value = point.tags[tag];
    if (typeof value !== "string" || value === "") {
      throw refusal("STORE_REFUSED", point, tag, `Tag ${tag} has no text; a tag that does not apply is written "~".`);
    }
    key += `,${escapeName(point, "tag name", tag, true)}=${escapeName(point, `tag ${tag}`, value, false)}`;
  }
  if (key.length > MAX_KEY_CHARS) throw refusal("TOO_LARGE", point, "tags", `The tags are longer than ${MAX_KEY_CHARS} characters.`);
  return key;
}

function escapeName(point: Point, what: string, name: string, isKey: boolean): string {
  if (name === "" || name.startsWith("#") || UNSPEAKABLE.test(name) || (isKey && RESERVED.has(name))) {
    const seen = JSON.stringify(name.slice(0, 80));
    throw refusal(
      "STORE_REFUSED",
      point,
      what,
      `The ${what} ${seen} cannot be stored: no empty or reserved name, no control character, no backslash before a comma, equals sign, space or the end.`,
    );
  }
  return wellFormed(name.replace(SPECIAL, "\\$&"));
}

function encodeFields(point: Point): string {
  let out = "";
  for (const field of Object.keys(point.fields)) {
    const name = escapeName(point, "field name", field, true);
    out += `${out === "" ? "" : ","}${name}=${encodeValue(point, field, point.fields[field] as number | string | boolean)}`;
  }
  if (out === "") throw refusal("STORE_REFUSED", point, "fields", "The point has no field.");
  return out;
}

function encodeValue(point: Point, field: string, value: number | string | boolean): string {
  const expected = fieldType(point.measurement, field);
  if (expected !== undefined && typeOf(value, expected) !== expected) {
    const seen = typeof value === "string" ? "text" : String(value);
    throw refusal("WRONG_TYPE", point, field, `Field ${field} of ${point.measurement} must be ${expected}, not ${seen}.`);
  }
  switch (typeof value) {
    case "number":
      if (!Number.isFinite(value)) throw refusal("NOT_FINITE", point, field, `Field ${field} is ${value}.`);
      return expected === "integer" ? `${value}i` : String(value);
    case "boolean":
      return value ? "true" : "false";
    case "string":
      if (value.length > MAX_TEXT_CHARS) {
        throw refusal("TOO_LARGE", point, field, `Field ${field} is longer than ${MAX_TEXT_CHARS} characters.`);
      }
      return quote(value);
    default:
      throw refusal("WRONG_TYPE", point, field, `Field ${field} is neither number, text nor boolean.`);
  }
}

function typeOf(value: number | string | boolean, expected: FieldType): FieldType | undefined {
  if (typeof value === "string") return "string";
  if (typeof value === "boolean") return "boolean";
  if (expected === "integer") return Number.isSafeInteger(value) ? "integer" : undefined;
  return "float";
}

/** UTF-8 has no lone surrogates; each becomes U+FFFD, as every UTF-8 encoder does. */
export function wellFormed(value: string): string {
  return value.replace(/\p{Surrogate}/gu, "\ufffd");
}

/** Text in double quotes with quotes and backslashes escaped. */
export function quote(value: string): string {
  return `"${wellFormed(value.replace(/["\\]/g, "\\$&"))}"`;
}

function encodeTime(point: Point): string {
  const nanoseconds = formatInstant(point.time, point.revision ?? 0);
  if (nanoseconds !== undefined) return nanoseconds;
  throw refusal(
    "BAD_TIMESTAMP",
    point,
    "time",
    `Time ${point.time} with revision ${point.revision ?? 0} is not an integer number of ms UTC with a revision from 0 to ${MAX_REVISION}.`,
  );
}

/** `time * 10^6 + revision` in decimal; undefined when out of range. Exact although the result exceeds 2^53. */
export function formatInstant(time: number, revision: number): string | undefined {
  if (!Number.isInteger(time) || Math.abs(time) > MAX_TIME_MS) return undefined;
  if (!Number.isInteger(revision) || revision < 0 || revision > MAX_REVISION) return undefined;
  if (time > 0) return revision === 0 ? `${time}000000` : String(time) + String(revision).padStart(6, "0");
  if (time === 0) return String(revision);
  if (revision === 0) return `${time}000000`;
  const whole = -time - 1;
  const rest = String(1_000_000 - revision).padStart(6, "0");
  return whole === 0 ? `-${Number(rest)}` : `-${whole}${rest}`;
}

/** Inverse of `formatInstant`. */
export function parseInstant(nanoseconds: string): { readonly time: number; readonly revision: number } | undefined {
  if (!/^-?\d{1,19}$/.test(nanoseconds)) return undefined;
  const negative = nanoseconds.startsWith("-");
  const digits = (negative ? nanoseconds.slice(1) : nanoseconds).padStart(7, "0");
  const whole = Number(digits.slice(0, -6));
  const rest = Number(digits.slice(-6));
  if (whole > MAX_TIME_MS) return undefined;
  if (!negative) return { time: whole, revision: rest };
  return rest === 0 ? { time: 0 - whole, revision: 0 } : { time: -whole - 1, revision: 1_000_000 - rest };
}

function refusal(code: Reject["code"], point: Point, field: string, message: string): Refusal {
  return new Refusal(reject(code, point, { field, message }));
}

// --- parsing -----------------------------------------------------------------------------------------------------

/** A line cut into its three parts, still escaped. */
export interface LineParts {
  readonly key: string;
  readonly fields: string;
  readonly instant: string;
}

/** Cuts a line at its two unescaped, unquoted spaces; undefined when it has not that shape. */
export function cutLine(line: string): LineParts | undefined {
  const keyEnd = endOfKey(line);
  if (keyEnd <= 0) return undefined;
  const last = line.lastIndexOf(" ");
  if (last <= keyEnd + 1 || last === line.length - 1) return undefined;
  return { key: line.slice(0, keyEnd), fields: line.slice(keyEnd + 1, last), instant: line.slice(last + 1) };
}

/** The point of one line, or a sentence that says what is wrong with it. Lines without a timestamp are refused. */
export function parseLine(line: string): Point | string {
  const parts = cutLine(line);
  if (!parts) return "A line is: series key, space, fields, space, timestamp.";
  const key = parseKey(parts.key);
  if (typeof key === "string") return key;
  const fields = parseFields(parts.fields);
  if (typeof fields === "string") return fields;
  const instant = parseInstant(parts.instant);
  if (!instant) return `The timestamp ${parts.instant.slice(0, 40)} is not an integer number of nanoseconds.`;
  return { ...key, fields, time: instant.time, ...(instant.revision === 0 ? {} : { revision: instant.revision }) };
}

/** Measurement and tags of a series key. */
export function parseKey(key: string): Pick<Point, "measurement" | "tags"> | string {
  const [measurement, ...pairs] = cutUnescaped(key, ",");
  if (!measurement) return "The line has no measurement.";
  const tags: Record<string, string> = {};
  for (const pair of pairs) {
    const [name, value, ...rest] = cutUnescaped(pair, "=");
    if (!name || !value || rest.length > 0) return `The tag ${pair.slice(0, 80)} is not name=value.`;
    if (RESERVED.has(unescapeName(name))) return `The tag name ${name} is reserved.`;
    tags[unescapeName(name)] = unescapeName(value);
  }
  return { measurement: unescapeName(measurement), tags };
}

/** Fields of a line. 64-bit integers beyond 2^53 are refused: the twin keeps those as text. */
export function parseFields(fields: string): Record<string, number | string | boolean> | string {
  const found: Record<string, number | string | boolean> = {};
  let at = 0;
  while (at < fields.length) {
    const equals = nextUnescaped(fields, "=", at);
    if (equals <= at) return `The fields ${fields.slice(at, at + 80)} are not name=value.`;
    const name = unescapeName(fields.slice(at, equals));
    if (RESERVED.has(name)) return `The field name ${name} is reserved.`;
    const end = fields[equals + 1] === '"' ? endOfQuoted(fields, equals + 1) : commaOrEnd(fields, equals + 1);
    if (end < 0 || (end < fields.length && fields[end] !== ",")) return `The text of field ${name} does not end.`;
    const value = parseValue(fields.slice(equals + 1, end));
    if (value === undefined) return `The value of field ${name} is neither number, text nor boolean.`;
    found[name] = value;
    if (end === fields.length - 1) return "The fields end with a comma.";
    at = end + 1;
  }
  return found;
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function parseValue(value: string): number | string | boolean | undefined {
  if (value.startsWith('"')) return value.slice(1, -1).replace(/\\(["\\])/g, "$1");
  if (value.endsWith("i")) {
    const integer = Number(value.slice(0, -1));
    return /^-?\d+i$/.test(value) && Number.isSafeInteger(integer) ? integer + 0 : undefined;
  }
  if (NUMBER.test(value)) {
    const number = Number(value);
    return Number.isFinite(number) ? number : undefined;
  }
  if (/^(?:t|T|true|True|TRUE)$/.test(value)) return true;
  if (/^(?:f|F|false|False|FALSE)$/.test(value)) return false;
  return undefined;
}

function unescapeName(name: string): string {
  return name.includes("\\") ? name.replace(/\\([,= ])/g, "$1") : name;
}

function endOfKey(line: string): number {
  return nextUnescaped(line, " ", 0);
}

function nextUnescaped(line: string, mark: string, from: number): number {
  let at = line.indexOf(mark, from);
  while (at > from && line[at - 1] === "\\") at = line.indexOf(mark, at + 1);
  return at;
}

function cutUnescaped(whole: string, mark: string): string[] {
  if (!whole.includes("\\")) return whole.split(mark);
  const parts: string[] = [];
  let start = 0;
  for (let at = nextUnescaped(whole, mark, 0); at >= 0; at = nextUnescaped(whole, mark, start)) {
    parts.push(whole.slice(start, at));
    start = at + 1;
  }
  parts.push(whole.slice(start));
  return parts;
}

function commaOrEnd(fields: string, from: number): number {
  const comma = fields.indexOf(",", from);
  return comma < 0 ? fields.length : comma;
}

/** The position after the closing quote of the text that opens at `open`; -1 when it never closes. */
function endOfQuoted(line: string, open: number): number {
  for (let at = open + 1; at < line.length; at++) {
    if (line[at] === "\\") at++;
    else if (line[at] === '"') return at + 1;
  }
  return -1;
}

/** The position of the newline that ends the line at `start`, or the length of the whole. */
function endOfLine(all: string, start: number): number {
  const newline = all.indexOf("\n", start);
  const first = newline < 0 ? all.length : newline;
  const keyEnd = nextUnescaped(all, " ", start);
  if (keyEnd < 0 || keyEnd > first) return first;
  let at = keyEnd;
  for (;;) {
    const open = all.indexOf('="', at);
    const stop = all.indexOf("\n", at);
    const end = stop < 0 ? all.length : stop;
    if (open < 0 || open > end) return end;
    const close = endOfQuoted(all, open + 1);
    if (close < 0) return all.length;
    at = close;
  }
}
