/**
 * One YAML file as a tree that knows where everything stands. The strict subset of YAML 1.2 that plant files use:
 * no anchors or aliases (their expansion can be made to explode), no tags, no duplicate or hostile keys, bounded depth.
 */
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair, type YAMLMap } from "yaml";
import { FORBIDDEN_KEYS } from "../sample/index.ts";
import type { Findings, Spot } from "./problem.ts";

export interface PlantFile {
  readonly name: string;
  readonly text: string;
}

interface Placed {
  readonly at: Spot;
  /** Where its key stands; the place to report what is missing inside. */
  readonly keyAt: Spot;
}
export interface MapEntry extends Placed {
  readonly kind: "map";
  readonly fields: ReadonlyMap<string, Entry>;
}
export interface ListEntry extends Placed {
  readonly kind: "list";
  readonly items: readonly Entry[];
}
export interface ValueEntry extends Placed {
  readonly kind: "value";
  readonly value: string | number | boolean | null;
}
export type Entry = MapEntry | ListEntry | ValueEntry;

const LIMITS = { characters: 2 * 1024 * 1024, depth: 12, key: 256, brackets: 1000 } as const;

/** Reads one file; undefined when it is empty or not readable at all (then something was reported). */
export function readDocument(file: PlantFile, findings: Findings): Entry | undefined {
  const start = { file: file.name, line: 1, column: 1, field: "(file)" };
  if (file.text.length > LIMITS.characters) {
    return findings.problem(start, `The file has ${file.text.length} characters; at most ${LIMITS.characters} are allowed. Split it.`);
  }
  if (nestsTooDeeply(file.text)) return findings.unreadable(start, "The file is nested too deeply to be a plant file.");
  const lines = new LineCounter();
  try {
    // Keys are compared below in linear time; the library would compare each with each.
    const document = parseDocument(file.text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false, schema: "core" });
    // One mistake often makes the parser stumble again; the first is the one to repair.
    for (const fault of [...document.errors, ...document.warnings].slice(0, 1)) {
      const { line, col } = lines.linePos(fault.pos[0]);
      findings.unreadable({ file: file.name, line, column: col, field: "(file)" }, `This is not valid YAML: ${sentence(fault.message)}`);
    }
    if (document.errors.length > 0 || document.contents === null) return undefined;
    return new TreeReader(file.name, lines, findings).read(document.contents, "", undefined, 0);
  } catch (fault) {
    if (fault instanceof RangeError) return findings.unreadable(start, "The file is nested too deeply to be a plant file.");
    throw fault;
  }
}

class TreeReader {
  private readonly file: string;
  private readonly lines: LineCounter;
  private readonly findings: Findings;

  constructor(file: string, lines: LineCounter, findings: Findings) {
    this.file = file;
    this.lines = lines;
    this.findings = findings;
  }

  read(node: Node, field: string, keyAt: Spot | undefined, depth: number): Entry | undefined {
    const at = this.spot(node, field);
    const placed = { at, keyAt: keyAt ?? at };
    if (depth > LIMITS.depth) return this.findings.unreadable(at, "This is nested too deeply to be part of a plant file.");
    if (isAlias(node))
      return this.findings.unreadable(at, "Aliases (*name) are not used in plant files; write the value out or use a class.");
    if (node.anchor !== undefined)
      return this.findings.unreadable(at, "Anchors (&name) are not used in plant files; write the value out or use a class.");
    if (node.tag !== undefined) return this.findings.unreadable(at, `The tag ${node.tag} is not used in plant files; write a plain value.`);
    if (isMap(node)) return { kind: "map", fields: this.fields(node, field, depth), ...placed };
    if (isSeq(node)) {
      const items = node.items.map((item, index) => this.read(item as Node, `${field}[${index}]`, undefined, depth + 1));
      return { kind: "list", items: items.filter((item) => item !== undefined), ...placed };
    }
    const value = isScalar(node) ? node.value : undefined;
    if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
      return { kind: "value", value, ...placed };
    }
    return this.findings.unreadable(at, "Only text, numbers, true, false, lists and maps are used in plant files.");
  }

  private fields(map: YAMLMap, field: string, depth: number): ReadonlyMap<string, Entry> {
    const fields = new Map<string, Entry>();
    const firstLine = new Map<string, number>();
    for (const pair of map.items as Pair<Node, Node | null>[]) {
      const key = this.key(pair.key, field);
      if (key === undefined) continue;
      const keyAt = this.spot(pair.key, join(field, key));
      const seenOn = firstLine.get(key);
      if (seenOn !== undefined) {
        this.findings.problem(keyAt, `"${key}" is already given on line ${seenOn} of this file; keep one of them.`);
        continue;
      }
      firstLine.set(key, keyAt.line);
      const entry = pair.value === null ? undefined : this.read(pair.value, keyAt.field, keyAt, depth + 1);
      if (entry !== undefined) fields.set(key, entry);
    }
    return fields;
  }

  private key(node: Node, field: string): string | undefined {
    const at = this.spot(node, field);
    const value = isScalar(node) ? node.value : undefined;
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
      return this.findings.problem(at, "A key must be plain text.");
    }
    const key = String(value);
    if (FORBIDDEN_KEYS.has(key)) return this.findings.problem(at, `"${key}" is never accepted as a key.`);
    if (key.length > LIMITS.key)
      return this.findings.problem(at, `The key has ${key.length} characters; at most ${LIMITS.key} are allowed.`);
    return key;
  }

  private spot(node: Node, field: string): Spot {
    const { line, col } = this.lines.linePos(node.range?.[0] ?? 0);
    return { file: this.file, line, column: col, field: field === "" ? "(file)" : field };
  }
}

/** Keys with dots are bracketed, so that a path can be read back: `equipment["bottling.line01"].kind`. */
export function join(field: string, key: string): string {
  if (!/^[\w-]+$/.test(key)) return `${field}[${JSON.stringify(key)}]`;
  return field === "" ? key : `${field}.${key}`;
}

/** A guess before parsing, so that a file made to be expensive costs little: brackets left open, and "- - - …". */
function nestsTooDeeply(text: string): boolean {
  let open = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    open = bracket === "[" || bracket === "{" ? open + 1 : Math.max(0, open - 1);
    if (open > LIMITS.brackets) return true;
  }
  return /(?:[-?] ){20}/.test(text);
}

function sentence(text: string): string {
  const line = text.split("\n")[0] ?? text;
  return line.endsWith(".") ? line : `${line}.`;
}
