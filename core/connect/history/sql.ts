/**
 * Queries as SQL for the embedded historian. Its tables have one row per series, ms and revision: columns `series`,
 * `t`, `rev` and one per field. Which series a query sees, and which group each belongs to, is passed as a parameter.
 */
import { modulo } from "./buckets.ts";
import { distinctFields, distinctTerms, type Query, type Term } from "./query.ts";

/** Names as they stand in the database; they are generated, never user text. */
export interface SqlTable {
  readonly table: string;
  /** The column of a field; undefined when no row ever had it. */
  readonly column: (field: string) => string | undefined;
  /** True for fields that sum, mean, min and max apply to. */
  readonly numeric: (field: string) => boolean;
}

/** Parameters of every statement: `$groups` JSON `[[series, group], …]`, `$from`, `$to`; with buckets `$start`, `$every`. */
export interface TermsSql {
  /** Columns: grp, b (number of the bucket), c0, c1, … one per entry of `terms` (indexes into the query's distinct terms). */
  readonly totals: { readonly sql: string; readonly terms: readonly number[] } | undefined;
  /** Per first/last term: grp, b, t, rev, c0; one row per series and bucket, to be merged by instant. */
  readonly edges: readonly { readonly sql: string; readonly term: number; readonly last: boolean }[];
}

const GROUPS = "WITH g(series, grp) AS (SELECT value ->> 0, value ->> 1 FROM json_each($groups))";

/** The aggregates of one run of buckets (`bucketed`) or of the whole range. */
export function toTermsSql(query: Query, table: SqlTable, bucketed: boolean): TermsSql {
  const bucket = bucketed ? "(m.t - CAST($start AS INTEGER)) / CAST($every AS INTEGER)" : "0";
  const rows = rowsOf(query, table);
  const totals: { text: string; term: number }[] = [];
  const edges: { sql: string; term: number; last: boolean }[] = [];
  distinctTerms(query).forEach((term, index) => {
    const column = table.column(term.field);
    if (column === undefined) return;
    if (term.aggregate === "first" || term.aggregate === "last") {
      const last = term.aggregate === "last";
      const pick = `${last ? "max" : "min"}(m.t * 1000000 + m.rev) IS NULL`;
      const sql = `${GROUPS} SELECT g.grp AS grp, ${bucket} AS b, m.t AS t, m.rev AS rev, m.${column} AS c0, ${pick} AS picked FROM g CROSS JOIN ${rows} m ON m.series = g.series WHERE m.t >= $from AND m.t < $to AND m.${column} IS NOT NULL GROUP BY g.series, b`;
      edges.push({ sql, term: index, last });
    } else if (term.aggregate === "count" || table.numeric(term.field)) totals.push({ text: total(term, column), term: index });
  });
  const select = totals.map(({ text }, i) => `${text} AS c${i}`).join(", ");
  const sql = `${GROUPS} SELECT g.grp AS grp, ${bucket} AS b, ${select} FROM g CROSS JOIN ${rows} m ON m.series = g.series WHERE m.t >= $from AND m.t < $to GROUP BY g.grp, b`;
  return { totals: totals.length === 0 ? undefined : { sql, terms: totals.map(({ term }) => term) }, edges };
}

function total(term: Term, column: string): string {
  if (term.aggregate === "count") return `nullif(count(m.${column}), 0)`;
  return `${term.aggregate === "mean" ? "avg" : term.aggregate}(m.${column})`;
}

/** The rows themselves: t, c0, c1, … one per column of the query. Undefined when none of its fields was ever stored. */
export function toRowsSql(query: Query, table: SqlTable): string | undefined {
  const columns = query.columns.map((c) => ("field" in c ? table.column(c.field) : undefined));
  const known = columns.filter((column) => column !== undefined);
  if (known.length === 0) return undefined;
  const select = columns.map((column, i) => `${column === undefined ? "NULL" : `m.${column}`} AS c${i}`).join(", ");
  const some = known.map((column) => `m.${column} IS NOT NULL`).join(" OR ");
  const direction = query.order === "desc" ? "DESC" : "ASC";
  const limit = query.limit === undefined ? "" : ` LIMIT ${query.limit}`;
  return `${GROUPS} SELECT m.t AS t, ${select} FROM g CROSS JOIN ${rowsOf(query, table)} m ON m.series = g.series WHERE m.t >= $from AND m.t < $to AND (${some}) ORDER BY m.t ${direction}, m.rev ${direction}, m.series ${direction}${limit}`;
}

/** The lower bound of a query's rows: whole atoms where only the latest revision counts. */
export function alignedFrom(query: Query, from: number): number {
  return from - modulo(from, query.latestRevision?.atomMs ?? 1);
}

/**
 * The table, or its latest revisions. SQLite takes the bare columns of a `max()` query from the row that has the
 * maximum (sqlite.org/lang_select.html#bareagg), so one pass in key order suffices. The maximum itself, beyond 2^53, is not handed out.
 */
function rowsOf(query: Query, table: SqlTable): string {
  if (!query.latestRevision) return table.table;
  const atom = query.latestRevision.atomMs;
  const columns = distinctFields(query)
    .map((field) => table.column(field))
    .filter((column) => column !== undefined);
  if (columns.length === 0) return table.table;
  const some = columns.map((column) => `${column} IS NOT NULL`).join(" OR ");
  const start = `t - ((t % ${atom}) + ${atom}) % ${atom}`;
  return `(SELECT series, ${start} AS t, 0 AS rev, ${columns.join(", ")}, max(t * 1000000 + rev) IS NULL FROM ${table.table} WHERE series IN (SELECT series FROM g) AND t >= $from AND t < $to AND (${some}) GROUP BY series, 2)`;
}
