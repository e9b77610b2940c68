/** Brings a saved configuration to the current version and checks it against the declaration. */
import * as Value from "typebox/value";
import type { NodeDeclaration } from "./declaration.ts";
import { type FieldSchema, firstFault } from "./field-fault.ts";
import { typed } from "./typed.ts";

export type Configuration =
  | {
      readonly ok: true;
      readonly config: Record<string, unknown>;
      readonly secrets: Record<string, string>;
      readonly migrated: readonly string[];
    }
  | { readonly ok: false; readonly faults: readonly string[] };

/** Fields that are stored in the flow file, without the secrets. */
export function plainFields(declaration: NodeDeclaration): readonly (readonly [string, FieldSchema])[] {
  return fields(declaration).filter(([, field]) => field.secret !== true);
}

export function secretFields(declaration: NodeDeclaration): readonly (readonly [string, FieldSchema])[] {
  return fields(declaration).filter(([, field]) => field.secret === true);
}

export function fields(declaration: NodeDeclaration): readonly (readonly [string, FieldSchema])[] {
  return Object.entries(declaration.config.properties).map(([key, schema]) => [key, schema as FieldSchema] as const);
}

/** Fields of older versions that migrations still read. */
export function formerFields(declaration: NodeDeclaration): readonly string[] {
  const today = new Set(fields(declaration).map(([key]) => key));
  return [...new Set((declaration.migrations ?? []).flatMap((step) => step.reads ?? []))].filter((key) => !today.has(key));
}

/**
 * Applies the numbered migrations above `saved.version`. A configuration without a version was written before
 * versions mattered and counts as version 1. Answers a sentence when it comes from a newer release.
 */
export function migrate(
  declaration: NodeDeclaration,
  saved: Readonly<Record<string, unknown>>,
): { readonly config: Record<string, unknown>; readonly changes: readonly string[] } | string {
  const version = saved["version"] === undefined ? 1 : Number(saved["version"]);
  if (!Number.isInteger(version) || version < 1)
    return `The saved version ${JSON.stringify(saved["version"])} is not a whole number from 1.`;
  if (version > declaration.version) {
    return `This node was saved by a newer release (configuration version ${version}, this release knows ${declaration.version}). Update @twinline/node-red.`;
  }
  const due = (declaration.migrations ?? []).filter((step) => step.to > version).sort((a, b) => a.to - b.to);
  const config = due.reduce<Record<string, unknown>>((config, step) => step.up(config), structuredClone({ ...saved }));
  return { config: { ...config, version: declaration.version }, changes: due.map((step) => step.change) };
}

/** Migrates, fills defaults, converts text to numbers (forms and `${ENV}` give text), drops undeclared keys and checks. */
export function readConfiguration(
  declaration: NodeDeclaration,
  saved: Readonly<Record<string, unknown>>,
  credentials: Readonly<Record<string, unknown>> = {},
): Configuration {
  const migrated = migrate(declaration, saved);
  if (typeof migrated === "string") return { ok: false, faults: [migrated] };
  const required = new Set<string>(declaration.config.required);
  const optional = new Set(fields(declaration).flatMap(([key]) => (required.has(key) ? [] : [key])));
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [key, schema] of fields(declaration)) {
    const source = schema.secret === true ? credentials : migrated.config;
    const seen = Object.hasOwn(source, key) ? source[key] : undefined;
    const given = Value.Default(schema, asDeclared(schema, seen, optional.has(key)));
    if (given === undefined && optional.has(key)) continue;
    const value = given === undefined ? given : Value.Clean(schema, given);
    const fault = firstFault(schema, value);
    if (fault === undefined) values[key] = value;
    else faults.push(fault);
  }
  if (faults.length > 0) return { ok: false, faults };
  const secret = new Set(secretFields(declaration).map(([key]) => key));
  return {
    ok: true,
    config: Object.fromEntries(Object.entries(values).filter(([key]) => !secret.has(key))),
    secrets: Object.fromEntries(Object.entries(values).flatMap(([key, value]) => (secret.has(key) ? [[key, String(value)]] : []))),
    migrated: migrated.changes,
  };
}

/**
 * A copy with text turned into the declared types and without untouched inputs: those save "", which for everything but
 * a required text means "not given". The same inside the rows of a table.
 */
function asDeclared(schema: FieldSchema, value: unknown, optional: boolean): unknown {
  if (value === undefined || value === null) return undefined;
  if (value === "") return optional || schema.type !== "string" ? undefined : "";
  const { items, properties } = schema;
  if (Array.isArray(value)) return value.map((item) => (items === undefined ? structuredClone(item) : asDeclared(items, item, false)));
  if (typeof value !== "object") return typed(schema, value);
  if (properties === undefined) return structuredClone(value);
  const entries = Object.entries(properties).flatMap(([key, inner]) => {
    const kept = Object.hasOwn(value, key)
      ? asDeclared(inner, (value as Record<string, unknown>)[key], schema.required?.includes(key) !== true)
      : undefined;
    return kept === undefined ? [] : [[key, kept] as const];
  });
  return Object.fromEntries(entries);
}
