/**
 * Measurements by hand: `spc.measurement.v1`, statements in the ledger under the path of the chart and the instant of
 * measuring. One that was mistaken is taken back by its author or a supervisor, with a reason, and never changed.
 */
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import type { Said } from "../../connect/sample/index.ts";
import { covers, hasRole, type Person } from "../../govern/identity/index.ts";
import type { Subgroup } from "../spc/index.ts";
import type { TimedSubgroup } from "./baseline-study.ts";
import { sayLimits } from "./texts.ts";

export const SPC_MEASUREMENT = "spc.measurement.v1";

const strict = { additionalProperties: false } as const;
const instant = Type.Integer({ minimum: 0, maximum: 9_000_000_000_000 });
const number = Type.Number({ minimum: -1e15, maximum: 1e15 });

export const MEASUREMENT_DATA = Type.Object(
  {
    id: Type.String({ pattern: "^[A-Za-z0-9_-]{8,64}$", description: "Given by the sender: sent twice, it is one measurement." }),
    asset: Type.String(),
    chart: Type.String(),
    /** Which instant of the sampling plan it answers; null: it was taken besides. */
    due: Type.Union([instant, Type.Null()]),
    values: Type.Optional(Type.Array(number, { minItems: 1, maxItems: 50 })),
    count: Type.Optional(Type.Integer({ minimum: 0, maximum: 1e12 })),
    size: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e12 })),
    part: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    /** Scale or gauge, as its label says. */
    instrument: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    comment: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    /** Somebody was asked whether it was mistyped, and said that it is right. */
    confirmed: Type.Optional(Type.Literal(true)),
    /** It was made while the server was away and sent later. */
    queued: Type.Optional(Type.Literal(true)),
    /** The account of the shared screen at which the author of this statement had identified. */
    terminal: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })),
    /** Why it is taken back. */
    withdrawn: Type.Optional(Type.String({ minLength: 1, maxLength: 500, pattern: "\\S" })),
  },
  strict,
);
export type MeasurementData = Static<typeof MEASUREMENT_DATA>;

export interface Measurement {
  readonly path: string;
  /** When it was measured, ms UTC. */
  readonly at: number;
  readonly author: string;
  readonly data: MeasurementData;
}

/** The measurement of a ledger entry; undefined where it is none. */
export function measurementOf(entry: Pick<LedgerEntry, "kind" | "asset" | "start" | "author" | "data">): Measurement | undefined {
  if (entry.kind !== SPC_MEASUREMENT || !Value.Check(MEASUREMENT_DATA, entry.data)) return undefined;
  return { path: entry.asset, at: entry.start, author: entry.author, data: entry.data };
}

/** What a chart takes of it; null for one that was taken back. */
export function subgroupOf({ at, data }: Measurement): TimedSubgroup | null {
  if (data.withdrawn !== undefined) return null;
  const { values, count, size, part } = data;
  const subgroup: Subgroup = {
    ...(values === undefined ? {} : { values }),
    ...(count === undefined ? {} : { count }),
    ...(size === undefined ? {} : { size }),
    ...(part === undefined ? {} : { part }),
  };
  return { at, subgroup };
}

export function mayMeasure(person: Person, asset: string): boolean {
  return covers(person, asset) && hasRole(person, "operator", "engineer", "supervisor", "quality");
}

/** Why this person may not take back what `author` measured; undefined when they may. */
export function withdrawalFault(asset: string, author: string, person: Person): Said | undefined {
  if (!mayMeasure(person, asset)) return sayLimits("measureRole", { asset });
  if (author === person.name || hasRole(person, "supervisor", "quality")) return undefined;
  return sayLimits("withdrawRole");
}

/** Due instant → when somebody measured for it first. */
export function takenOf(measurements: readonly Measurement[]): ReadonlyMap<number, number> {
  const taken = new Map<number, number>();
  for (const { at, data } of measurements) {
    if (data.due === null || data.withdrawn !== undefined) continue;
    taken.set(data.due, Math.min(at, taken.get(data.due) ?? Number.POSITIVE_INFINITY));
  }
  return taken;
}
