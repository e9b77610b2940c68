/** What one tag accepts, compiled once: type, linear scaling, unit and range. */
import type { TagDefinition, TagType } from "../model/index.ts";
import type { RejectCode } from "../sample/index.ts";
import { show } from "./show.ts";

/** `engineering = raw * factor + offset`. */
export interface Linear {
  readonly factor: number;
  readonly offset: number;
}

const DECIMAL = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;
const INTEGER = /^\s*[+-]?\d{1,19}\s*$/;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const LONGEST_NUMBER = 64;

/**
 * Turns raw values into values of the tag's type. The type in the plant model wins: the text "007" stays text for a
 * `string` tag and becomes 7 for an `int` tag. Without a definition (`_raw`) numbers, booleans and text pass as they are.
 *
 * | type | accepts |
 * |---|---|
 * | float | finite numbers and decimal text |
 * | int | whole numbers up to 2^53 and their text; a scaled or converted result is rounded |
 * | int64 | whole numbers, bigint and decimal text of 64 bits; beyond 2^53 the result is decimal text |
 * | bool | true, false, 0, 1 and the same as text |
 * | string | text; finite numbers and booleans as their text |
 * | enum | a number or text of its table; the result is the number |
 */
export class ValueRule {
  readonly type: TagType | undefined;
  /** Why `convert` answered undefined. */
  code: RejectCode = "WRONG_TYPE";
  message = "";
  /** Set by `convert`: the value is of the right type, but outside the tag's range or enumeration. */
  outside = false;
  readonly #linear: Linear | undefined;
  readonly #min: number;
  readonly #max: number;
  readonly #numbers: ReadonlySet<number> | undefined;
  readonly #texts: ReadonlyMap<string, number>;
  readonly #longest: number;

  constructor(tag: TagDefinition | undefined, linear: Linear | undefined, longestText: number) {
    this.type = tag?.type;
    this.#linear = linear !== undefined && (linear.factor !== 1 || linear.offset !== 0) ? linear : undefined;
    this.#min = tag?.range?.min ?? Number.NEGATIVE_INFINITY;
    this.#max = tag?.range?.max ?? Number.POSITIVE_INFINITY;
    const entries = Object.entries(tag?.values ?? {});
    this.#numbers = tag?.type === "enum" && entries.length > 0 ? new Set(entries.map(([number]) => Number(number))) : undefined;
    this.#texts = new Map(entries.map(([number, text]) => [text.toLowerCase(), Number(number)] as const));
    this.#longest = longestText;
  }

  /** The value of the tag's type, or undefined with `code` and `message` set. */
  convert(raw: unknown): number | string | boolean | undefined {
    this.outside = false;
    if (typeof raw === "string" && raw.length > this.#longest) {
      return this.#refuse("TOO_LARGE", `The text has ${raw.length} characters; at most ${this.#longest} are allowed.`);
    }
    switch (this.type) {
      case "float":
        return this.#number(raw, false);
      case "int":
        return this.#number(raw, true);
      case "int64":
        return this.#int64(raw);
      case "bool":
        return this.#bool(raw);
      case "string":
        return this.#text(raw);
      case "enum":
        return this.#enumerated(raw);
      default:
        return this.#untyped(raw);
    }
  }

  /** The range in words, for a refusal. */
  range(): string {
    if (this.#numbers !== undefined) return `one of ${[...this.#numbers].slice(0, 20).join(", ")}`;
    if (this.#min === Number.NEGATIVE_INFINITY) return `at most ${this.#max}`;
    return this.#max === Number.POSITIVE_INFINITY ? `at least ${this.#min}` : `from ${this.#min} to ${this.#max}`;
  }

  #number(raw: unknown, whole: boolean): number | undefined {
    let value = typeof raw === "number" ? raw : parseNumber(raw);
    if (value === undefined) return this.#refuse("WRONG_TYPE", `The value ${show(raw)} is not a number.`);
    if (this.#linear !== undefined) {
      value = value * this.#linear.factor + this.#linear.offset;
      if (whole) value = Math.round(value);
    }
    if (!Number.isFinite(value)) return this.#refuse("NOT_FINITE", `The value ${show(raw)} is not finite.`);
    if (whole && !Number.isSafeInteger(value))
      return this.#refuse("WRONG_TYPE", `The value ${show(raw)} is not a whole number within 2^53.`);
    this.outside = value < this.#min || value > this.#max;
    return value;
  }

  #int64(raw: unknown): number | string | undefined {
    if (this.#linear !== undefined) return this.#number(raw, true);
    if (typeof raw === "number") return this.#number(raw, true);
    const big = parseInt64(raw);
    if (big === undefined) return this.#refuse("WRONG_TYPE", `The value ${show(raw)} is not a whole number of 64 bits.`);
    const near = Number(big);
    this.outside = near < this.#min || near > this.#max;
    return Number.isSafeInteger(near) ? near : big.toString();
  }

  #bool(raw: unknown): boolean | undefined {
    if (typeof raw === "boolean") return raw;
    if (raw === 1 || raw === 0) return raw === 1;
    const text = typeof raw === "string" && raw.length <= LONGEST_NUMBER ? raw.trim().toLowerCase() : "";
    if (text === "true" || text === "1") return true;
    if (text === "false" || text === "0") return false;
    return this.#refuse("WRONG_TYPE", `The value ${show(raw)} is not true, false, 1 or 0.`);
  }

  #text(raw: unknown): string | undefined {
    if (typeof raw === "string") return raw;
    if (typeof raw === "boolean" || typeof raw === "bigint") return String(raw);
    if (typeof raw !== "number") return this.#refuse("WRONG_TYPE", `The value is ${show(raw)}, not text.`);
    return Number.isFinite(raw) ? String(raw) : this.#refuse("NOT_FINITE", `The value ${show(raw)} is not finite.`);
  }

  #enumerated(raw: unknown): number | undefined {
    const named = typeof raw === "string" ? this.#texts.get(raw.trim().toLowerCase()) : undefined;
    const value = named ?? (typeof raw === "boolean" ? Number(raw) : typeof raw === "number" ? raw : parseNumber(raw));
    if (value === undefined || !Number.isSafeInteger(value)) {
      return this.#refuse("WRONG_TYPE", `The value ${show(raw)} is neither a whole number nor a text of this enumeration.`);
    }
    this.outside = this.#numbers?.has(value) === false || value < this.#min || value > this.#max;
    return value;
  }

  #untyped(raw: unknown): number | string | boolean | undefined {
    if (typeof raw === "number") return this.#number(raw, false);
    if (typeof raw === "boolean") return raw;
    if (typeof raw === "string") return this.#linear === undefined ? raw : this.#number(raw, false);
    return typeof raw === "bigint"
      ? this.#int64(raw)
      : this.#refuse("WRONG_TYPE", `The value is ${show(raw)}, not a number, text or boolean.`);
  }

  #refuse(code: RejectCode, message: string): undefined {
    this.code = code;
    this.message = message;
    return undefined;
  }
}

/** Text that is a decimal number and nothing else; whole text beyond 2^53 is not parsed, because it would be rounded. */
function parseNumber(raw: unknown): number | undefined {
  if (typeof raw === "bigint") return Number.isSafeInteger(Number(raw)) ? Number(raw) : undefined;
  if (typeof raw !== "string" || raw.length > LONGEST_NUMBER || !DECIMAL.test(raw)) return undefined;
  return Number(raw);
}

function parseInt64(raw: unknown): bigint | undefined {
  if (typeof raw !== "bigint" && !(typeof raw === "string" && INTEGER.test(raw))) return undefined;
  const big = typeof raw === "bigint" ? raw : BigInt(raw.trim().replace(/^\+/, ""));
  return big >= INT64_MIN && big <= INT64_MAX ? big : undefined;
}
