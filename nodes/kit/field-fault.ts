/** Says in one sentence what is wrong with a configuration value: the field's label, the value seen, what is allowed. */
import type { TSchema } from "typebox";
import * as Value from "typebox/value";
import type { FieldHints } from "./declaration.ts";
import { fill } from "./texts.ts";
import { type Bounds, choices } from "./typed.ts";

/** The JSON Schema keywords that forms and sentences understand, beside the hints. */
export type FieldSchema = TSchema &
  Partial<FieldHints> &
  Bounds & {
    readonly type?: string;
    readonly default?: unknown;
    readonly const?: unknown;
    readonly enum?: readonly unknown[];
    readonly anyOf?: readonly FieldSchema[];
    readonly items?: FieldSchema;
    readonly properties?: Readonly<Record<string, FieldSchema>>;
    readonly required?: readonly string[];
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

/** The phrases of `allowed`, replaceable by a translation; `__n__` and the like mark values. */
export const WORDS = {
  oneOf: "one of __choices__",
  whole: "a whole number",
  number: "a number",
  yesNo: "yes or no",
  list: "a list",
  text: "a text",
  other: "of the declared shape",
  from: "from __n__",
  to: "to __n__",
  above: "above __n__",
  below: "below __n__",
  characters: "of __low__ to __high__ characters",
  minCharacters: "of at least __low__ characters",
  maxCharacters: "of at most __high__ characters",
  notEmpty: "that is not empty",
  entries: "of __low__ to __high__ entries",
  minEntries: "of at least __low__ entries",
  maxEntries: "of at most __high__ entries",
  form: "of the form __pattern__",
  like: "such as __example__",
} as const satisfies Readonly<Record<string, string>>;

export type Words = Readonly<Record<keyof typeof WORDS, string>>;

/** What a schema allows, in words: "a whole number from 1 to 60 s". */
export function allowed(schema: FieldSchema, words: Words = WORDS): string {
  const options = choices(schema);
  if (options !== undefined) return fill(words.oneOf, { choices: options.map(show).join(", ") });
  return [kind(schema, words), ...limits(schema, words), schema.unit].filter((part) => part !== undefined && part !== "").join(" ");
}

function kind(schema: FieldSchema, words: Words): string {
  if (schema.const !== undefined) return show(schema.const);
  const kinds: Readonly<Record<string, string>> = {
    integer: words.whole,
    number: words.number,
    boolean: words.yesNo,
    array: words.list,
    string: words.text,
  };
  return kinds[schema.type ?? ""] ?? words.other;
}

function limits(schema: FieldSchema, words: Words): readonly string[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, minLength, maxLength, minItems, maxItems, pattern, placeholder } = schema;
  const parts: string[] = [];
  if (minimum !== undefined) parts.push(fill(words.from, { n: minimum }));
  if (exclusiveMinimum !== undefined) parts.push(fill(words.above, { n: exclusiveMinimum }));
  if (maximum !== undefined) parts.push(fill(words.to, { n: maximum }));
  if (exclusiveMaximum !== undefined) parts.push(fill(words.below, { n: exclusiveMaximum }));
  if (minLength === 1 && maxLength === undefined) parts.push(words.notEmpty);
  else parts.push(between(minLength, maxLength, words.characters, words.minCharacters, words.maxCharacters));
  parts.push(between(minItems, maxItems, words.entries, words.minEntries, words.maxEntries));
  if (pattern !== undefined)
    parts.push(placeholder === undefined ? fill(words.form, { pattern }) : fill(words.like, { example: placeholder }));
  return parts.filter((part) => part !== "");
}

function between(low: number | undefined, high: number | undefined, both: string, least: string, most: string): string {
  if (low !== undefined && high !== undefined) return fill(both, { low, high });
  if (low !== undefined) return fill(least, { low });
  return high === undefined ? "" : fill(most, { high });
}

const LONGEST = 80;
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
