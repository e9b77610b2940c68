/**
 * JSON (RFC 8259) as a tree that knows where everything stands. Stricter than the language's own reader, which keeps
 * the last of two equal keys, rounds long integers and says no line: no duplicate or hostile keys, bounded depth.
 */
import type { Findings, Spot } from "../model/problem.ts";
import { FORBIDDEN_KEYS } from "../sample/index.ts";

export interface JsonMap {
  readonly kind: "map";
  readonly at: number;
  readonly fields: ReadonlyMap<string, JsonNode>;
}
export interface JsonList {
  readonly kind: "list";
  readonly at: number;
  readonly items: readonly JsonNode[];
}
export interface JsonLeaf {
  readonly kind: "leaf";
  /** Offset in the text. */
  readonly at: number;
  /** A number that no double holds (2^53 + 1, 1e999) is its text. */
  readonly value: string | number | boolean | null;
  /** Of a number, the nearest double; infinite beyond all of them. */
  readonly number?: number;
}
export type JsonNode = JsonMap | JsonList | JsonLeaf;

export interface JsonText {
  readonly root: JsonNode;
  /** Where an offset is. */
  spot(at: number, field: string): Spot;
}

const LIMITS = { characters: 32 * 1024 * 1024, depth: 100, key: 1024 } as const;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/** Reads one file; undefined when it is no JSON (the first mistake is reported). Keys that are refused are reported and left out. */
export function readJson(text: string, file: string, findings: Findings): JsonText | undefined {
  const lines = new Lines(text, file);
  if (text.length > LIMITS.characters) {
    const why = `The file has ${text.length} characters; at most ${LIMITS.characters} are allowed. Export it in parts.`;
    return findings.problem(lines.spot(0, "(file)"), why);
  }
  const reader = new JsonReader(text, lines, findings);
  try {
    return { root: reader.read(), spot: (at, field) => lines.spot(at, field) };
  } catch (fault) {
    if (fault instanceof JsonFault) return findings.problem(lines.spot(fault.at, fault.field), fault.message);
    throw fault;
  }
}

class JsonFault extends Error {
  readonly at: number;
  readonly field: string;

  constructor(at: number, field: string, message: string) {
    super(message);
    this.at = at;
    this.field = field;
  }
}

class JsonReader {
  private readonly text: string;
  private readonly lines: Lines;
  private readonly findings: Findings;
  private at = 0;

  constructor(text: string, lines: Lines, findings: Findings) {
    this.text = text;
    this.lines = lines;
    this.findings = findings;
    if (text.startsWith("\uFEFF")) this.at = 1;
  }

  read(): JsonNode {
    const root = this.node("", 0);
    this.blanks();
    if (this.at < this.text.length) this.fail("", "Something follows the end of the JSON value.");
    return root;
  }

  private node(field: string, depth: number): JsonNode {
    this.blanks();
    if (depth > LIMITS.depth) this.fail(field, `The file is nested more than ${LIMITS.depth} levels deep.`);
    const { at } = this;
    const first = this.text[at];
    if (first === "{") return { kind: "map", at, fields: this.fields(field, depth) };
    if (first === "[") return { kind: "list", at, items: this.items(field, depth) };
    if (first === '"') return { kind: "leaf", at, value: this.string(field) };
    return { kind: "leaf", at, ...this.scalar(field) };
  }

  private fields(field: string, depth: number): ReadonlyMap<string, JsonNode> {
    const fields = new Map<string, JsonNode>();
    this.at += 1;
    if (this.take("}")) return fields;
    do {
      this.blanks();
      const keyAt = this.at;
      if (this.text[keyAt] !== '"') this.fail(field, 'A key in quotes or "}" belongs here.');
      const key = this.string(field);
      const inner = inside(field, key);
      if (!this.take(":")) this.fail(inner, 'A ":" belongs here.');
      const node = this.node(inner, depth + 1);
      const why = refusal(key, fields);
      if (why === undefined) fields.set(key, node);
      else this.findings.problem(this.lines.spot(keyAt, inner.slice(0, 200)), why);
    } while (this.take(","));
    if (!this.take("}")) this.fail(field, 'A "," or "}" belongs here.');
    return fields;
  }

  private items(field: string, depth: number): readonly JsonNode[] {
    const items: JsonNode[] = [];
    this.at += 1;
    if (this.take("]")) return items;
    do items.push(this.node(`${field}[${items.length}]`, depth + 1));
    while (this.take(","));
    if (!this.take("]")) this.fail(field, 'A "," or "]" belongs here.');
    return items;
  }

  private string(field: string): string {
    const start = this.at;
    let end = this.text.indexOf('"', start + 1);
    while (end >= 0 && this.escaped(end, start)) end = this.text.indexOf('"', end + 1);
    if (end < 0) this.fail(field, "The quote that opens here is never closed.");
    this.at = end + 1;
    try {
      return JSON.parse(this.text.slice(start, end + 1)) as string;
    } catch {
      throw new JsonFault(start, field, "This text holds a line break or an escape that JSON does not know.");
    }
  }

  /** Whether an odd number of backslashes stands before. */
  private escaped(at: number, start: number): boolean {
    let before = at - 1;
    while (before > start && this.text[before] === "\\") before -= 1;
    return (at - before) % 2 === 0;
  }

  private scalar(field: string): Pick<JsonLeaf, "value" | "number"> {
    for (const [word, value] of WORDS) {
      if (!this.text.startsWith(word, this.at)) continue;
      this.at += word.length;
      return { value };
    }
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (found === null) return this.fail(field, this.at < this.text.length ? "A JSON value belongs here." : "The file ends too early.");
    const [written, fraction, exponent] = found;
    this.at += written.length;
    const number = Number(written);
    const isHeld = Number.isFinite(number) && (fraction !== undefined || exponent !== undefined || isExact(written, number));
    return { value: isHeld ? number : written, number };
  }

  private take(character: string): boolean {
    this.blanks();
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  private blanks(): void {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at += 1;
  }

  private fail(field: string, why: string): never {
    throw new JsonFault(this.at, field, why);
  }
}

/** Line and column of an offset, by halving. */
class Lines {
  private readonly file: string;
  private readonly starts: readonly number[];

  constructor(text: string, file: string) {
    this.file = file;
    const starts = [0];
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
    this.starts = starts;
  }

  spot(at: number, field: string): Spot {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return { file: this.file, line: low + 1, column: at - (this.starts[low] ?? 0) + 1, field: field === "" ? "(file)" : field };
  }
}

function refusal(key: string, fields: ReadonlyMap<string, JsonNode>): string | undefined {
  if (FORBIDDEN_KEYS.has(key)) return `"${key}" is never accepted as a key.`;
  if (key.length > LIMITS.key) return `The key has ${key.length} characters; at most ${LIMITS.key} are allowed.`;
  if (fields.has(key)) return `The key ${JSON.stringify(key)} is given twice; keep one of them.`;
  return undefined;
}

/** Of an integer as it is written: whether a double is it, which from 2^53 on few are. */
function isExact(written: string, value: number): boolean {
  return Number.isSafeInteger(value) || BigInt(written) === BigInt(value);
}

/** A path into the file: `tags[2].alarms[0].name`, `parameters["Motor No"].value`. */
export function inside(field: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${field}[${JSON.stringify(key)}]`;
  return field === "" ? key : `${field}.${key}`;
}
