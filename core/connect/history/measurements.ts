/**
 * The measurements of the twin and the type of each field. Numbers are floats unless named integers here: a store
 * fixes the type of a field at its first write, so the type must not depend on the value that happens to come first.
 */
export type FieldType = "float" | "integer" | "string" | "boolean";

export interface MeasurementSchema {
  /** Tags every row carries; `NO_TAG` where there is nothing to say. */
  readonly tags: readonly string[];
  readonly fields: Readonly<Record<string, FieldType>>;
  /** Rows carry a revision in the nanoseconds of their time and in the field `rev`. */
  readonly revisioned: boolean;
}

/** A tag that does not apply. Stores have no empty tags, and a tag that is sometimes absent splits a series. */
export const NO_TAG = "~";

/** Capability indices that a recorded study can have, as far as the historian knows them. */
export const STATED_INDICES: readonly string[] = [
  "Cp",
  "CPL",
  "CPU",
  "Cpk",
  "Cpm",
  "Cpmk",
  "Pp",
  "PPL",
  "PPU",
  "Ppk",
  "Ppm",
  "Ppmk",
  "Cm",
  "CmL",
  "CmU",
  "Cmk",
];

export const MEASUREMENTS: Readonly<
  Record<
    | "telemetry"
    | "oee"
    | "energy"
    | "fill"
    | "alarm"
    | "downtime"
    | "transition"
    | "spc_signal"
    | "spc_response"
    | "spc_capability"
    | "capability"
    | "event",
    MeasurementSchema
  >
> = {
  /** One row per sample: `v` number (booleans 0/1), `s` text, `q` classic quality, `sc` protocol status. */
  telemetry: {
    tags: ["asset", "signal", "site", "line"],
    fields: { v: "float", s: "string", q: "integer", sc: "integer" },
    revisioned: false,
  },
  /** One row per OEE atom, with the tag `order` while there is one; `cut` is its start within the minute in ms; other fields are durations in ms and counts, all floats. */
  oee: { tags: ["asset", "site", "line", "product", "shift", "cut"], fields: { rev: "integer" }, revisioned: true },
  /** One row per energy atom; `cut` as for OEE; other fields are energies in kWh, hours and counts, all floats. */
  energy: { tags: ["asset", "site", "line", "product", "order", "shift", "cut"], fields: { rev: "integer" }, revisioned: true },
  /** One row per product and hour or shift of a weight; `cut` as for OEE; other fields are counts, contents in g or mL and totals in kg or L, all floats. */
  fill: { tags: ["asset", "site", "line", "weight", "product", "shift", "cut"], fields: { rev: "integer" }, revisioned: true },
  /**
   * One row per revision of an annunciation or a time without it; `annunciated`, `open`, `unacknowledged` and `inhibited`
   * are 0 or 1, `came` is 1 in the first revision of an annunciation, `rank` is 0 for the most serious priority, `active_ms` how long the condition held, once that is known.
   */
  alarm: {
    tags: ["asset", "site", "line", "alarm", "priority"],
    fields: { rev: "integer", state: "string", message: "string", class: "string", by: "string" },
    revisioned: true,
  },
  /** One row per minute of a part of a stop; `cut` as for OEE; `duration_ms` and `stops` are floats. */
  downtime: { tags: ["asset", "site", "line", "reason", "loss", "cut"], fields: { rev: "integer" }, revisioned: true },
  /** One row per revision of a change of the PackML state; `verdict` is one of `TRANSITION_VERDICTS`. */
  transition: {
    tags: ["asset", "site", "line"],
    fields: { rev: "integer", from_state: "string", to_state: "string", mode: "string", verdict: "float" },
    revisioned: true,
  },
  /**
   * One row per revision of a signal of a control chart; `part` is `level` or `spread`, `state` `lasts`, `over` or `withdrawn`, `last`
   * (its last point) and `until` (the first that breaks no rule) are ms UTC.
   */
  spc_signal: {
    tags: ["asset", "site", "line", "chart", "part"],
    fields: { rev: "integer", state: "string", rules: "string", reaction: "string" },
    revisioned: true,
  },
  /** At the start of a signal: who closed it with which cause and action; empty texts where it was opened again. */
  spc_response: {
    tags: ["asset", "site", "line", "chart", "part"],
    fields: { rev: "integer", by: "string", cause: "string", done: "string" },
    revisioned: true,
  },
  /** One row per recorded capability; `Cpk`, `Cpk_lower`, `Cpk_upper` and `Cpk_text` of each index that exists; `from` and `to` are ms UTC. */
  spc_capability: {
    tags: ["asset", "site", "line", "chart", "product"],
    fields: {
      rev: "integer",
      by: "string",
      method: "string",
      within_by: "string",
      specification: "string",
      ...Object.fromEntries(STATED_INDICES.map((name) => [`${name}_text`, "string" as const])),
    },
    revisioned: true,
  },
  /**
   * One row per revision of an ongoing capability, at the start of its period (of so many subgroups at its end); figures as above.
   * `verdict` is `meets`, `below`, `no index` or the code of a refusal, which has no figures.
   */
  capability: {
    tags: ["asset", "site", "line", "chart", "period"],
    fields: {
      rev: "integer",
      product: "string",
      shift: "string",
      verdict: "string",
      why: "string",
      required: "string",
      method: "string",
      within_by: "string",
      specification: "string",
      ...Object.fromEntries(STATED_INDICES.map((name) => [`${name}_text`, "string" as const])),
    },
    revisioned: true,
  },
  /** One row per revision of any other event; `end` is ms UTC, `data` JSON. */
  event: {
    tags: ["kind", "asset", "site", "line"],
    fields: { rev: "integer", end: "integer", data: "string" },
    revisioned: true,
  },
};

/** What the state model says of a change of state; the last one was taken back by late data. */
export const TRANSITION_VERDICTS = { illegal: 0, legal: 1, takenBack: 2 } as const;

const FIELD_TYPES = new Map(Object.entries(MEASUREMENTS).map(([name, schema]) => [name, new Map(Object.entries(schema.fields))] as const));

/** The declared type of a field, undefined where the value decides (number: float). */
export function fieldType(measurement: string, field: string): FieldType | undefined {
  return FIELD_TYPES.get(measurement)?.get(field);
}
