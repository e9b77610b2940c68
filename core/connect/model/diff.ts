/** What differs between two revisions of a plant model, for a person to read before the new one is taken. */
import type { PlantModel } from "./plant.ts";
import { shown } from "./problem.ts";

export interface FieldChange {
  readonly field: string;
  /** As text; undefined where the field is absent. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

export interface Change {
  readonly part: (typeof PARTS)[number];
  /** Canonical tag id, equipment path, path of an alarm, or the name of a class, product, calendar, reason, cause or action. */
  readonly id: string;
  readonly kind: "added" | "removed" | "changed";
  /** Of a change: the fields that differ. */
  readonly fields: readonly FieldChange[];
}

const PARTS = ["equipment", "tags", "alarms", "classes", "products", "calendars", "reasons", "causes", "actions"] as const;
const SITE_FIELDS = ["enterprise", "site", "zone", "display"] as const;

/** Every difference, part by part and then by id. Empty when the revisions mean the same. */
export function diffPlants(before: PlantModel, after: PlantModel): readonly Change[] {
  const site = fieldsBetween(pick(before), pick(after));
  const changes = PARTS.flatMap((part) => diffPart(part, before[part], after[part]));
  return site.length === 0
    ? changes
    : [{ part: "equipment", id: `${after.enterprise}.${after.site}`, kind: "changed", fields: site }, ...changes];
}

function pick(model: PlantModel): Readonly<Record<string, unknown>> {
  return Object.fromEntries(SITE_FIELDS.map((field) => [field, model[field]]));
}

function diffPart(part: Change["part"], before: ReadonlyMap<string, object>, after: ReadonlyMap<string, object>): Change[] {
  const changes: Change[] = [];
  for (const id of [...new Set([...before.keys(), ...after.keys()])].toSorted()) {
    const [old, young] = [before.get(id), after.get(id)];
    if (old === undefined) changes.push({ part, id, kind: "added", fields: [] });
    else if (young === undefined) changes.push({ part, id, kind: "removed", fields: [] });
    else {
      const fields = fieldsBetween(old, young);
      if (fields.length > 0) changes.push({ part, id, kind: "changed", fields });
    }
  }
  return changes;
}

function fieldsBetween(before: object, after: object): FieldChange[] {
  const [old, young] = [textsOf(before), textsOf(after)];
  return [...new Set([...old.keys(), ...young.keys()])]
    .filter((field) => old.get(field) !== young.get(field))
    .map((field) => ({ field, before: old.get(field), after: young.get(field) }));
}

/** Fields as text, equal when they mean the same whatever the order of keys. */
function textsOf(value: object): ReadonlyMap<string, string> {
  return new Map(Object.entries(value).flatMap(([field, content]) => (content === undefined ? [] : [[field, textOf(content)] as const])));
}

function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  if (value instanceof Map) return textOf(Object.fromEntries(value));
  if (Array.isArray(value)) return `[${value.map(textOf).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)));
  return `{ ${entries.map(([key, content]) => `${key}: ${textOf(content)}`).join(", ")} }`;
}

/** One line per change: `+ tags a.b._raw.c`, `- …`, `~ tags a.b._raw.c unit "g" → "kg"`. */
export function formatChange({ part, id, kind, fields }: Change): string {
  const sign = { added: "+", removed: "-", changed: "~" }[kind];
  const detail = fields.map(({ field, before, after }) => `${field} ${quote(before)} → ${quote(after)}`).join(", ");
  return `${sign} ${part} ${id}${detail === "" ? "" : ` ${detail}`}`;
}

function quote(text: string | undefined): string {
  return text === undefined ? "(none)" : shown(text);
}
