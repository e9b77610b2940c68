/** The lines of a time-series panel, and their values on one time axis. */
import type { QueryResult, Series } from "../../../../core/connect/history/query.ts";
import type { Field } from "../../../../core/see/board/spec.ts";
import { colour } from "./dom.ts";
import { cell, tagText } from "./figures.ts";
import type { Drawing, State } from "./panel.ts";

export interface Line {
  readonly label: string;
  readonly colour: string;
  readonly field: Field;
  /** Lengths of dashes and gaps; absent for an unbroken line. */
  readonly dash?: readonly number[];
  /** A limit: drawn thin, and in steps. */
  readonly limit?: (time: number) => number | null;
  /** Rows that it is drawn from; of a limit, those that it is drawn beside. */
  readonly rows: Series["rows"];
}

/** A line per field and, where the panel says so, per value of a tag; then the limits. */
export function linesOf(drawing: Drawing<"time-series">): Line[] {
  const { panel, result, board } = drawing;
  const by = panel.seriesBy;
  if (by === undefined) {
    const rows = result.series[0]?.rows ?? [];
    // A limit that does not exist, as the lower one of a range, has no place in the legend either.
    const exists = ({ thin, column }: Field): boolean =>
      thin !== true || rows.some((row) => typeof cell(result.columns, row, column) === "number");
    const lines = panel.fields
      .filter(exists)
      .map((field): Line => ({ label: field.label, colour: colour(field.colour ?? "info"), field, rows }));
    return [...lines, ...limitLines(drawing, rows)];
  }
  const looks = panel.looks ?? [];
  const place = ({ tags }: Series): number => {
    const index = looks.findIndex(({ value }) => value === tags[by]);
    return index < 0 ? looks.length : index;
  };
  const apart = panel.fields.filter(({ draw }) => draw !== "none").length > 1;
  return result.series
    .toSorted((a, b) => place(a) - place(b))
    .flatMap((series) => {
      const look = looks[place(series)];
      const name = look?.label ?? tagText(board.labels, by, series.tags);
      return panel.fields.map(
        (field): Line => ({
          label: apart ? `${name}, ${field.label}` : name,
          colour: colour(field.colour ?? look?.colour ?? "muted"),
          field,
          rows: series.rows,
          ...(look?.dashed ? { dash: [6, 4] } : {}),
        }),
      );
    });
}

/**
 * All lines on one axis. Null breaks a line: a value that is not known, or a pause of several intervals. Undefined is an
 * instant at which only other series have a row. The last step has a length too: a thin one, which is a limit, holds to the end of
 * what is shown, and beside a single point over all of it.
 */
export function aligned(
  { columns: names }: QueryResult,
  lines: readonly Line[],
  { everyMs, from, to, edge }: State,
): { times: number[]; columns: (number | null | undefined)[][] } {
  const values = lines.map(({ rows, field, limit }) => {
    const known = new Map<number, number | null>();
    for (const [index, row] of rows.entries()) {
      const before = rows[index - 1]?.[0];
      if (everyMs !== undefined && before !== undefined && row[0] - before > 2 * everyMs) known.set(before + everyMs, null);
      const value = limit ? limit(row[0]) : cell(names, row, field.column);
      known.set(row[0], typeof value === "number" ? value : null);
    }
    const last = rows.at(-1);
    if (last === undefined || field.draw !== "steps" || limit) return known;
    const value = known.get(last[0]) ?? null;
    if (everyMs !== undefined) known.set(last[0] + everyMs, value);
    else if (field.thin) for (const end of [Math.max(last[0], edge?.at ?? to), ...(rows.length === 1 ? [from] : [])]) known.set(end, value);
    return known;
  });
  const times = [...new Set(values.flatMap((known) => [...known.keys()]))].toSorted((a, b) => a - b);
  return { times, columns: values.map((known) => times.map((time) => known.get(time))) };
}

/** Limits that hold at a time: those of what was made then. */
function limitLines({ panel, limits }: Drawing<"time-series">, rows: Series["rows"]): Line[] {
  const made = limits?.series[0]?.rows.toSorted((a, b) => a[0] - b[0]) ?? [];
  const table = panel.limits ?? {};
  const names = new Map(
    Object.values(table)
      .flat()
      .map((limit) => [limit.label, limit] as const),
  );
  return [...names.values()].map((limit) => ({
    label: limit.label,
    colour: colour(limit.colour),
    field: { column: "", unit: "count", ...panel.fields[0], label: limit.label, draw: "line" as const },
    dash: [5, 4],
    rows,
    limit: (time) => {
      const key = made.findLast((row) => row[0] <= time)?.[1];
      const held = typeof key === "string" && Object.hasOwn(table, key) ? table[key] : undefined;
      return held?.find(({ label }) => label === limit.label)?.value ?? null;
    },
  }));
}
