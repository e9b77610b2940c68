/** Text from forms and environment variables as the type that a schema asks for. Used at deploy time and in the browser. */

export interface Choice {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Choice[];
}

/** The JSON Schema keywords that bound a value; forms and the deploy check know the same ones. */
export interface Bounds {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
}

/** The allowed values of a select, or undefined when the schema is not a choice. */
export function choices(schema: Choice): readonly unknown[] | undefined {
  if (schema.enum !== undefined) return schema.enum;
  const options = schema.anyOf?.map((option) => option.const);
  return options?.every((option) => option !== undefined) === true ? options : undefined;
}

/** What an input holds, in the type the schema asks for; text that is none is returned as it is. */
export function typed(schema: Choice, value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (schema.type === "number" || schema.type === "integer") {
    const number = Number(value);
    return value.trim() === "" || !Number.isFinite(number) ? value : number;
  }
  if (schema.type === "boolean" && (value === "true" || value === "false")) return value === "true";
  return choices(schema)?.find((choice) => String(choice) === value) ?? value;
}
