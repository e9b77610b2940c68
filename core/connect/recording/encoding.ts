/**
 * Message values as JSON and back, without loss: what JSON cannot hold becomes an object with one member whose name begins
 * with `$`; a real member whose name begins with `$` gets one `$` more. Integers of typed arrays and floats are exact.
 */
import { FORBIDDEN_KEYS } from "../sample/index.ts";
import type { Json } from "../event/index.ts";

export interface EncodingLimits {
  /** Roughly the characters of the JSON text: what is larger is refused before all of it is read. */
  readonly maxChars: number;
  readonly maxDepth: number;
}

export const ENCODING_LIMITS: EncodingLimits = { maxChars: 1024 * 1024, maxDepth: 64 };

/** Why a value cannot be recorded, or a recorded one not be read: a sentence and the place. */
export class EncodingFault extends Error {
  override readonly name = "EncodingFault";
  readonly reason: "TOO_LARGE" | "FORBIDDEN_KEY" | "NOT_RECORDABLE";
  readonly field: string;

  constructor(reason: EncodingFault["reason"], message: string, field: string) {
    super(message);
    this.reason = reason;
    this.field = field;
  }
}

const NUMBER_ARRAYS = { Int8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array };
const BIGINT_ARRAYS = { BigInt64Array, BigUint64Array };
type NumberArrayName = keyof typeof NUMBER_ARRAYS;
type BigIntArrayName = keyof typeof BIGINT_ARRAYS;

/** JSON for any plain value; throws `EncodingFault`. Objects of other realms (function nodes) are plain, class instances are not. */
export function encodeValue(value: unknown, root = "message", limits: EncodingLimits = ENCODING_LIMITS): Json {
  let budget = limits.maxChars;
  const open = new Set<object>();

  function charge(chars: number, path: string): void {
    budget -= chars;
    if (budget < 0) throw new EncodingFault("TOO_LARGE", `It is longer than ${limits.maxChars} characters.`, path);
  }

  function encode(item: unknown, path: string, depth: number): Json {
    charge(8, path);
    switch (typeof item) {
      case "string":
        charge(item.length, path);
        return item;
      case "boolean":
        return item;
      case "number":
        return Number.isFinite(item) && !Object.is(item, -0) ? item : { $number: Object.is(item, -0) ? "-0" : String(item) };
      case "bigint": {
        const digits = String(item);
        charge(digits.length, path);
        return { $bigint: digits };
      }
      case "undefined":
        return { $undefined: true };
      case "object":
        return item === null ? null : nested(item, path, depth);
      default:
        throw new EncodingFault("NOT_RECORDABLE", `A ${typeof item} cannot be recorded.`, path);
    }
  }

  function nested(item: object, path: string, depth: number): Json {
    if (depth >= limits.maxDepth) throw new EncodingFault("TOO_LARGE", `It is nested deeper than ${limits.maxDepth} levels.`, path);
    if (open.has(item)) throw new EncodingFault("NOT_RECORDABLE", "It contains itself.", path);
    open.add(item);
    const encoded = Array.isArray(item)
      ? array(item, path, depth)
      : ArrayBuffer.isView(item)
        ? typed(item, path)
        : object(item, path, depth);
    open.delete(item);
    return encoded;
  }

  function array(items: readonly unknown[], path: string, depth: number): Json {
    charge(items.length, path);
    return Array.from(items, (item, index) => encode(item, `${path}[${index}]`, depth + 1));
  }

  function typed(view: ArrayBufferView, path: string): Json {
    charge(view.byteLength * 2, path);
    const name = Object.prototype.toString.call(view).slice(8, -1);
    if (name === "Uint8Array") {
      const text = base64(view as Uint8Array);
      return (view.constructor as { isBuffer?: unknown }).isBuffer === undefined ? { $bytes: text } : { $buffer: text };
    }
    if (Object.hasOwn(NUMBER_ARRAYS, name)) return { $array: [name, ...Array.from(view as Float64Array, (n) => encode(n, path, 0))] };
    if (Object.hasOwn(BIGINT_ARRAYS, name)) return { $array: [name, ...Array.from(view as BigInt64Array, String)] };
    throw new EncodingFault("NOT_RECORDABLE", `A ${name} cannot be recorded.`, path);
  }

  function object(item: object, path: string, depth: number): Json {
    if (Object.prototype.toString.call(item) === "[object Date]") {
      const time = Date.prototype.getTime.call(item);
      return { $date: Number.isNaN(time) ? null : time };
    }
    if (!isPlain(item))
      throw new EncodingFault(
        "NOT_RECORDABLE",
        `A ${item.constructor?.name ?? "class instance"} cannot be recorded; only plain values can.`,
        path,
      );
    const encoded: Record<string, Json> = {};
    for (const key of Object.keys(item)) {
      refuseForbidden(key, path);
      charge(key.length, path);
      encoded[key.startsWith("$") ? `$${key}` : key] = encode((item as Record<string, unknown>)[key], `${path}.${key}`, depth + 1);
    }
    return encoded;
  }

  return encode(value, root, 0);
}

/** What the caller makes of recorded bytes that were a `Buffer`; without it they are a `Uint8Array`. */
export type Bytes = (bytes: Uint8Array) => Uint8Array;

/** The value of JSON made by `encodeValue`; throws `EncodingFault` for anything that it cannot have made. */
export function decodeValue(json: unknown, root = "message", buffer: Bytes = (bytes) => bytes): unknown {
  function decode(item: unknown, path: string, depth: number): unknown {
    if (typeof item !== "object" || item === null) return item;
    if (depth >= ENCODING_LIMITS.maxDepth + 1)
      throw new EncodingFault("TOO_LARGE", `It is nested deeper than ${ENCODING_LIMITS.maxDepth} levels.`, path);
    if (Array.isArray(item)) return item.map((each, index) => decode(each, `${path}[${index}]`, depth + 1));
    const keys = Object.keys(item);
    const [only = ""] = keys;
    if (keys.length === 1 && /^\$(?!\$)/.test(only)) return special(only, (item as Record<string, unknown>)[only], path, buffer);
    const decoded: Record<string, unknown> = {};
    for (const key of keys) {
      const name = key.startsWith("$$") ? key.slice(1) : key;
      refuseForbidden(name, path);
      if (/^\$(?!\$)/.test(key)) throw unknown(key, path);
      decoded[name] = decode((item as Record<string, unknown>)[key], `${path}.${name}`, depth + 1);
    }
    return decoded;
  }
  return decode(json, root, 0);
}

function special(key: string, value: unknown, path: string, buffer: Bytes): unknown {
  switch (key) {
    case "$number":
      if (value === "NaN" || value === "Infinity" || value === "-Infinity" || value === "-0") return Number(value);
      break;
    case "$bigint":
      if (typeof value === "string" && /^-?\d+$/.test(value)) return BigInt(value);
      break;
    case "$undefined":
      if (value === true) return undefined;
      break;
    case "$date":
      if (value === null || typeof value === "number") return new Date(value ?? Number.NaN);
      break;
    case "$bytes":
    case "$buffer": {
      const bytes = typeof value === "string" ? unbase64(value) : undefined;
      if (bytes !== undefined) return key === "$buffer" ? buffer(bytes) : bytes;
      break;
    }
    case "$array": {
      const array = Array.isArray(value) ? typedArray(value as unknown[], path) : undefined;
      if (array !== undefined) return array;
      break;
    }
    default:
      throw unknown(key, path);
  }
  throw new EncodingFault("NOT_RECORDABLE", `What stands behind ${key} is none of its values.`, path);
}

function typedArray([name, ...items]: unknown[], path: string): ArrayBufferView | undefined {
  if (typeof name !== "string") return undefined;
  if (Object.hasOwn(NUMBER_ARRAYS, name)) {
    const numbers = items.map((item) => decodeValue(item, path));
    return numbers.every((item) => typeof item === "number") ? new NUMBER_ARRAYS[name as NumberArrayName](numbers) : undefined;
  }
  if (!Object.hasOwn(BIGINT_ARRAYS, name) || !items.every((item) => typeof item === "string" && /^-?\d+$/.test(item))) return undefined;
  return new BIGINT_ARRAYS[name as BigIntArrayName]((items as string[]).map(BigInt));
}

/** Also of another realm: a function node runs in one of its own. */
function isPlain(item: object): boolean {
  const prototype = Object.getPrototypeOf(item) as object | null;
  return prototype === null || (Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf"));
}

function refuseForbidden(key: string, path: string): void {
  if (FORBIDDEN_KEYS.has(key)) throw new EncodingFault("FORBIDDEN_KEY", `The key "${key}" is never accepted.`, `${path}.${key}`);
}

function unknown(key: string, path: string): EncodingFault {
  return new EncodingFault("NOT_RECORDABLE", `${key} is no encoding that this version knows.`, path);
}

const CHUNK = 0x2000;

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
}

function unbase64(text: string): Uint8Array | undefined {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) return undefined;
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
