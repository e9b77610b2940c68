/** What the twin has stored, read back through a historian. */
import type { Reader } from "./open-historian.ts";
import type { PlantModel } from "../../core/connect/model/index.ts";
import type { OeeAtomEvent } from "../../core/operate/oee/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import { assetOf, STATIONS } from "../../plant/simulator/index.ts";

const ATOM_MS = 60_000;
const FIELDS = [
  "planned_ms",
  "run_ms",
  "producing_ms",
  "micro_ms",
  "external_ms",
  "stop_ms",
  "hold_ms",
  "failure_ms",
  "setup_ms",
  "planned_down_ms",
  "not_planned_ms",
  "unknown_ms",
  "total",
  "good",
  "scrap",
  "ideal_total_ms",
  "ideal_good_ms",
] as const;

export type Sums = Readonly<Record<(typeof FIELDS)[number], number>>;

/** Sums over the latest revisions of one machine's atoms in [from, to), which must lie on whole minutes. */
export async function storedSums(historian: Reader, asset: string, from: number, to: number): Promise<Sums> {
  const { series } = await historian.query({
    measurement: "oee",
    from,
    to,
    where: [{ tag: "asset", in: [asset] }],
    columns: FIELDS.map((field) => ({ as: field, field, aggregate: "sum" as const })),
    latestRevision: { atomMs: ATOM_MS },
  });
  const row = series[0]?.rows[0] ?? [];
  return Object.fromEntries(FIELDS.map((field, at) => [field, Number(row[at + 1] ?? 0)])) as Record<(typeof FIELDS)[number], number>;
}

/** The latest atoms of the demo plant's machines as text, one line per atom, in order: equal texts are equal results. */
export async function storedAtoms(historian: Reader, from: number, to: number): Promise<string[]> {
  const { series } = await historian.query({
    measurement: "oee",
    from,
    to,
    where: [{ tag: "asset", in: STATIONS.map(assetOf) }],
    columns: FIELDS.map((field) => ({ as: field, field })),
    by: ["asset", "product", "shift", "cut"],
    latestRevision: { atomMs: ATOM_MS },
  });
  const lines = series.flatMap(({ tags, rows }) =>
    // A withdrawn atom (its start moved by a correction) is all zeros and counts for nothing.
    rows
      .filter(([, ...values]) => values.some((value) => value !== 0))
      .map(([time, ...values]) => `${tags["asset"]} ${time} ${tags["product"]} ${tags["shift"]} ${tags["cut"]} ${values.join(" ")}`),
  );
  return lines.toSorted();
}

/** The same lines from atoms that were never stored, e.g. of a replay. */
export function atomLines(events: readonly OeeAtomEvent[]): string[] {
  const lines = events.flatMap(({ asset, start, data }) => {
    const values = FIELDS.map((field) => Number((data as Readonly<Record<string, unknown>>)[field]));
    if (values.every((value) => value === 0)) return [];
    const cut = start % ATOM_MS;
    // The store answers with the minute; `cut` says where in it the atom starts.
    return [`${asset} ${start - cut} ${data.product || "~"} ${data.shift || "~"} ${cut} ${values.join(" ")}`];
  });
  return lines.toSorted();
}

/** The start of the newest atom of a machine, or undefined. */
export async function newestAtom(historian: Reader, asset: string, from: number, to: number): Promise<number | undefined> {
  return (await atomStarts(historian, asset, { from, to, order: "desc" })).toSorted((a, b) => b - a)[0];
}

/** The start of the oldest atom of a machine, or undefined: before it the twin had not begun. */
export async function oldestAtom(historian: Reader, asset: string, from: number, to: number): Promise<number | undefined> {
  return (await atomStarts(historian, asset, { from, to, order: "asc" })).toSorted((a, b) => a - b)[0];
}

/** The first of each series. */
async function atomStarts(
  historian: Reader,
  asset: string,
  range: { readonly from: number; readonly to: number; readonly order: "asc" | "desc" },
): Promise<number[]> {
  const { series } = await historian.query({
    measurement: "oee",
    ...range,
    where: [{ tag: "asset", in: [asset] }],
    columns: [{ as: "planned", field: "planned_ms" }],
    latestRevision: { atomMs: ATOM_MS },
    limit: 1,
  });
  return series.flatMap(({ rows }) => rows.map(([time]) => time));
}

/** Every stored sample of the plant's tags, tag by tag, so that no single answer grows large. */
export async function storedSamples(historian: Reader, model: PlantModel, from: number, to: number): Promise<Map<string, Sample[]>> {
  const all = new Map<string, Sample[]>();
  for (const { id, type } of model.tags.values()) all.set(id, await historian.readSamples({ tags: [{ id, type }], from, to }));
  return all;
}
