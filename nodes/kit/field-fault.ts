/** Says in one sentence what is wrong with a configuration value: the field's label, the value seen, what is allowed. */
import type { TSchema } from "typebox";
import * as Value from "typebox/value";
import type { FieldHints } from "./declaration.ts";

/** The JSON Schema keywords that forms and sentences understand, beside the hints. */
export type FieldSchema = TSchema &
  Partial<FieldHints> & {
    readonly type?: string;
    readonly default?: unknown;
    readonly const?: unknown;
    readonly enum?: readonly unknown[];
    readonly anyOf?: readonly FieldSchema[];
    readonly items?: FieldSchema;
    readonly properties?: Readonly<Record<string, FieldSchema>>;
    readonly required?: readonly string[];
    readonly minimum?: number;
    readonly maximum?: number;
    readonly exclusiveMinimum?: number;
    readonly exclusiveMaximum?: number;
    readonly minLength?: number;
    readonly maxLength?: number;
    readonly minItems?: number;
    readonly maxItems?: number;
    readonly pattern?: string;
  };

interface Place {
  readonly schema: FieldSchema;
  readonly value: unknown;
  readonly key: string;
  /** Set inside a table. */
  readonly row: number | undefined;
}

export function firstFault(schema: FieldSchema, value: unknown): string | undefined {
  const errors = Value.Errors(schema, value);
  const error = errors.find((candidate) => candidate.instancePath !== "") ?? errors[0];
  if (error === undefined) return undefined;
  const path = error.instancePath.split("/").slice(1);
  const missing = error.keyword === "required" ? error.params.requiredProperties[0] : undefined;
  const place = descend(schema, value, missing === undefined ? path : [...path, missing]);
  const label = `"${schema.label ?? "?"}"`;
  const where = place.row === undefined ? label : `${label}, row ${place.row + 1}, "${place.schema.label ?? place.key}"`;
  const seen = place.value === undefined || place.value === "" ? "empty" : show(place.value);
  return `${where} is ${seen}, but must be ${allowed(place.schema)}.`;
}

/** Follows a JSON pointer as far as the sentence can name it; a union of texts counts as one field. */
function descend(schema: FieldSchema, value: unknown, path: readonly string[]): Place {
  return path.reduce<Place>(
    (place, step) => {
      const { items, properties } = place.schema;
      const inner = items ?? properties?.[step] ?? place.schema;
      const next = (place.value as Record<string, unknown> | undefined)?.[step];
      return { schema: inner, value: next, key: step, row: items === undefined ? place.row : Number(step) };
    },
    { schema, value, key: "", row: undefined },
  );
}

/** What a schema allows, in words: "a whole number from 1 to 60 s". */
export function allowed(schema: FieldSchema): string {
  const choices = schema.anyOf?.map((option) => option.const) ?? schema.enum;
  if (choices?.every((choice) => choice !== undefined) === true) return `one of ${choices.map(show).join(", ")}`;
  if (schema.const !== undefined) return show(schema.const);
  const unit = schema.unit === undefined ? "" : ` ${schema.unit}`;
  switch (schema.type) {
    case "integer":
      return `a whole number${range(schema)}${unit}`;
    case "number":
      return `a number${range(schema)}${unit}`;
    case "boolean":
      return "yes or no";
    case "array":
      return `a list${between(schema.minItems, schema.maxItems, "entries")}`;
    case "string":
      return `a text${between(schema.minLength, schema.maxLength, "characters")}${schema.pattern === undefined ? "" : ` of the form ${schema.pattern}`}`;
    default:
      return "of the declared shape";
  }
}

function range(schema: FieldSchema): string {
  const parts: string[] = [];
  if (schema.minimum !== undefined) parts.push(`from ${schema.minimum}`);
  if (schema.exclusiveMinimum !== undefined) parts.push(`above ${schema.exclusiveMinimum}`);
  if (schema.maximum !== undefined) parts.push(`to ${schema.maximum}`);
  if (schema.exclusiveMaximum !== undefined) parts.push(`below ${schema.exclusiveMaximum}`);
  return parts.length === 0 ? "" : ` ${parts.join(" ")}`;
}

function between(low: number | undefined, high: number | undefined, noun: string): string {
  if (low !== undefined && high !== undefined) return ` of ${low} to ${high} ${noun}`;
  if (low !== undefined) return ` of at least ${low} ${low === 1 ? noun.replace(/ies$/, "y").replace(/s$/, "") : noun}`;
  return high === undefined ? "" : ` of at most ${high} ${noun}`;
}

const LONGEST = 80;
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
