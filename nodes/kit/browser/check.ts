/** What a form accepts: the JSON Schema keywords of a declaration, checked the way the kit checks them at deploy time. */

import { type Bounds, choices, type Choice, typed } from "../typed.ts";

export interface Constraint extends Choice, Bounds {
  readonly default?: unknown;
  readonly items?: Constraint;
  readonly properties?: Readonly<Record<string, Constraint>>;
  readonly required?: readonly string[];
  /** Of a table's column: what its cells complete from. */
  readonly widget?: string;
}

/** Node-RED puts the value of an environment variable in its place when the flow starts. */
const ENVIRONMENT = /^\$\{[A-Za-z_]\w*\}$|^\$\([A-Za-z_]\w*\)$/;

export function accepts(schema: Constraint, given: unknown, optional = false): boolean {
  if (given === undefined || given === null || given === "") {
    if (optional) return true;
    return given === "" && schema.type === "string" ? acceptsText(schema, "") : schema.default !== undefined;
  }
  if (typeof given === "string" && ENVIRONMENT.test(given)) return true;
  const value = typed(schema, given);
  const options = choices(schema);
  if (options !== undefined) return options.includes(value);
  switch (schema.type) {
    case "integer":
      return Number.isInteger(value) && inRange(schema, value as number);
    case "number":
      return typeof value === "number" && Number.isFinite(value) && inRange(schema, value);
    case "boolean":
      return typeof value === "boolean";
    case "string":
      return typeof value === "string" && acceptsText(schema, value);
    case "array":
      return Array.isArray(value) && acceptsList(schema, value);
    case "object":
      return typeof value === "object" && faultyKeys(schema, value as Record<string, unknown>).length === 0;
    default:
      return true;
  }
}

/** The properties of one table row that the schema does not accept. */
export function faultyKeys(schema: Constraint, row: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, column]) =>
    accepts(column, row[key], schema.required?.includes(key) !== true) ? [] : [key],
  );
}

function acceptsList(schema: Constraint, list: readonly unknown[]): boolean {
  const { items } = schema;
  if (list.length < (schema.minItems ?? 0) || list.length > (schema.maxItems ?? Infinity)) return false;
  return items === undefined || list.every((item) => accepts(items, item));
}

function acceptsText(schema: Constraint, text: string): boolean {
  if (text.length < (schema.minLength ?? 0) || text.length > (schema.maxLength ?? Infinity)) return false;
  return schema.pattern === undefined || new RegExp(schema.pattern, "u").test(text);
}

function inRange(schema: Constraint, value: number): boolean {
  return (
    value >= (schema.minimum ?? -Infinity) &&
    value <= (schema.maximum ?? Infinity) &&
    value > (schema.exclusiveMinimum ?? -Infinity) &&
    value < (schema.exclusiveMaximum ?? Infinity)
  );
}
