/** Typed reading of one map of a plant file: every getter answers undefined when the field is absent or was refused. */
import { join, type Entry, type MapEntry } from "./document.ts";
import { nearest, shown, type Findings, type Spot } from "./problem.ts";

const MAX_TEXT = 512;

export interface NumberRule {
  readonly above?: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

export class Section {
  readonly findings: Findings;
  readonly entry: MapEntry;

  private constructor(entry: MapEntry, findings: Findings) {
    this.entry = entry;
    this.findings = findings;
  }

  /** Reports anything that is not a map, and every key that is not among `known` (all keys are, without a list). */
  static of(entry: Entry, findings: Findings, known?: readonly string[]): Section | undefined {
    if (entry.kind !== "map") {
      const allowed = known === undefined ? "names with their values" : known.join(", ");
      return findings.problem(entry.at, `${describe(entry)} was given where a map of fields belongs.`, { allowed });
    }
    for (const [key, field] of known === undefined ? [] : entry.fields) {
      if (!known?.includes(key)) {
        findings.problem(field.keyAt, `"${key}" is no field here.`, {
          seen: key,
          allowed: known?.join(", ") ?? "",
          suggestion: nearest(key, known ?? []),
        });
      }
    }
    return new Section(entry, findings);
  }

  /** The place of a field, or of the section when the field is absent. */
  spot(key?: string): Spot {
    const field = key === undefined ? undefined : this.entry.fields.get(key);
    if (field !== undefined) return field.at;
    return key === undefined ? this.entry.keyAt : { ...this.entry.keyAt, field: join(this.entry.keyAt.field, key) };
  }

  has(key: string): boolean {
    const field = this.entry.fields.get(key);
    return field !== undefined && !(field.kind === "value" && field.value === null);
  }

  require(key: string, allowed: string): void {
    if (!this.entry.fields.has(key)) this.findings.problem(this.spot(key), `"${key}" is missing.`, { allowed });
    else if (!this.has(key)) this.findings.problem(this.spot(key), `"${key}" is empty.`, { allowed });
  }

  text(key: string): string | undefined {
    const field = this.present(key);
    return field === undefined ? undefined : textOf(field, this.findings);
  }

  number(key: string, rule: NumberRule = {}): number | undefined {
    const field = this.present(key);
    if (field === undefined) return undefined;
    const { above = -Infinity, atLeast = -Infinity, atMost = Number.MAX_VALUE } = rule;
    const value = field.kind === "value" ? field.value : undefined;
    if (typeof value === "number" && Number.isFinite(value) && value > above && value >= atLeast && value <= atMost) return value;
    const least = rule.atLeast === undefined ? "" : ` from ${atLeast}`;
    const allowed = `a number${rule.above === undefined ? least : ` above ${above}`}${rule.atMost === undefined ? "" : ` up to ${atMost}`}`;
    return this.findings.problem(field.at, `${describe(field)} is no such number.`, { seen: seenOf(field), allowed });
  }

  /** A plain value of any type; null where that is written out. */
  scalar(key: string): string | number | boolean | null | undefined {
    const field = this.entry.fields.get(key);
    if (field === undefined || field.kind === "value") return field?.value;
    return this.findings.problem(field.at, `${describe(field)} was given where a plain value belongs.`, {
      allowed: "text, a number, true, false or null",
    });
  }

  oneOf<const T extends string>(key: string, allowed: readonly T[]): T | undefined {
    const text = this.text(key);
    if (text === undefined) return undefined;
    const found = allowed.find((word) => word === text);
    return found ?? this.refuse(key, text, allowed);
  }

  /** The text of each item of a list; a single text is not taken for a list. */
  texts(key: string): readonly { readonly text: string; readonly at: Spot }[] {
    const field = this.present(key);
    if (field === undefined) return [];
    if (field.kind !== "list") {
      this.findings.problem(field.at, `${describe(field)} was given where a list belongs.`, {
        seen: seenOf(field),
        allowed: "a list, as in [a, b]",
      });
      return [];
    }
    return field.items.flatMap((item) => {
      const text = textOf(item, this.findings);
      return text === undefined ? [] : [{ text, at: item.at }];
    });
  }

  list(key: string, known: readonly string[]): readonly Section[] {
    const field = this.present(key);
    if (field === undefined) return [];
    if (field.kind === "list") return field.items.flatMap((item) => Section.of(item, this.findings, known) ?? []);
    this.findings.problem(field.at, `${describe(field)} was given where a list belongs.`, { allowed: `a list of {${known.join(", ")}}` });
    return [];
  }

  section(key: string, known?: readonly string[]): Section | undefined {
    const field = this.present(key);
    return field === undefined ? undefined : Section.of(field, this.findings, known);
  }

  /** The named sections inside `key`, such as the tags of a class. */
  sections(key: string, known: readonly string[]): readonly (readonly [name: string, section: Section])[] {
    const outer = this.section(key);
    return outer === undefined ? [] : outer.children(known);
  }

  children(known: readonly string[]): readonly (readonly [name: string, section: Section])[] {
    return [...this.entry.fields].flatMap(([name, entry]) => {
      const section = Section.of(entry, this.findings, known);
      return section === undefined ? [] : [[name, section] as const];
    });
  }

  keys(): readonly string[] {
    return [...this.entry.fields.keys()];
  }

  refuse(key: string, seen: string, allowed: readonly string[]): undefined {
    const listed = allowed.length === 0 ? "none is declared" : allowed.slice(0, 20).join(", ") + (allowed.length > 20 ? ", …" : "");
    return this.findings.problem(this.spot(key), `${shown(seen)} is not known here.`, {
      seen,
      allowed: listed,
      suggestion: nearest(seen, allowed),
    });
  }

  private present(key: string): Entry | undefined {
    return this.has(key) ? this.entry.fields.get(key) : undefined;
  }
}

function textOf(entry: Entry, findings: Findings): string | undefined {
  if (entry.kind !== "value" || typeof entry.value !== "string") {
    const allowed = entry.kind === "value" ? `text; write it in quotes, as in "${String(entry.value)}"` : "text";
    return findings.problem(entry.at, `${describe(entry)} was given where text belongs.`, { seen: seenOf(entry), allowed });
  }
  if (entry.value.trim() === "") return findings.problem(entry.at, "The text is empty.", { allowed: "at least one character" });
  if (entry.value.length > MAX_TEXT)
    return findings.problem(entry.at, `The text has ${entry.value.length} characters; at most ${MAX_TEXT} are allowed.`);
  return entry.value;
}

function describe(entry: Entry): string {
  if (entry.kind === "map") return "A map";
  if (entry.kind === "list") return "A list";
  return entry.value === null ? "Nothing" : shown(entry.value);
}

function seenOf(entry: Entry): unknown {
  return entry.kind === "value" ? entry.value : entry.kind;
}
