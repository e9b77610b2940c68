/** Runs a query of the twin's query tree on the history file. */
import type { DatabaseSync } from "node:sqlite";
import {
  alignedFrom,
  type BucketRun,
  bucketRuns,
  distinctTerms,
  groupTags,
  passes,
  type Query,
  queryFault,
  type QueryResult,
  resultOfRows,
  resultOfTerms,
  type Series,
  type TermSeries,
  toRowsSql,
  toTermsSql,
} from "../../core/connect/history/index.ts";
import type { HistorySchema, Table } from "./history-schema.ts";

type Cell = number | string | boolean | null;
type SqlCell = number | string | null;
type SqlRow = { readonly grp: number; readonly b: number; readonly t: number; readonly rev: number } & Record<`c${number}`, SqlCell>;

/** One answer must fit in memory and pass between threads. */
const MAX_ROWS = 1_000_000;

interface Group {
  readonly tags: Readonly<Record<string, string>>;
  readonly series: number[];
}

export function runQuery(database: DatabaseSync, schema: HistorySchema, query: Query): QueryResult {
  const fault = queryFault(query);
  if (fault !== undefined) throw new RangeError(fault);
  const table = schema.tableOf(query.measurement);
  const groups = table ? groupsOf(table, query) : [];
  const aggregates = distinctTerms(query).length > 0;
  if (!table || groups.length === 0) return resultOfRows(query, []);
  if (!aggregates) return resultOfRows(query, bareSeries(database, table, groups, query));
  return resultOfTerms(query, termSeries(database, table, groups, query));
}

function groupsOf(table: Table, query: Query): Group[] {
  const groups = new Map<string, Group>();
  for (const { id, tags } of table.series) {
    if (!passes(query, tags)) continue;
    const shown = groupTags(query, tags);
    const name = JSON.stringify(shown);
    const group = groups.get(name) ?? { tags: shown, series: [] };
    groups.set(name, group);
    group.series.push(id);
  }
  return [...groups.values()];
}

function memberships(groups: readonly Group[]): string {
  return JSON.stringify(groups.flatMap(({ series }, index) => series.map((id) => [id, index])));
}

function bareSeries(database: DatabaseSync, table: Table, groups: readonly Group[], query: Query): Series[] {
  const sql = toRowsSql(query, table);
  if (sql === undefined) return [];
  const statement = database.prepare(sql);
  const readers = query.columns.map((column) => reader(table, "field" in column ? column.field : ""));
  let total = 0;
  // A limit counts per group, so each group is read on its own.
  return groups.flatMap((group) => {
    const parameters = { $groups: memberships([group]), $from: alignedFrom(query, query.from), $to: query.to };
    const rows: Series["rows"][number][] = [];
    for (const row of statement.iterate(parameters) as Iterable<unknown> as Iterable<SqlRow>) {
      if (++total > MAX_ROWS) throw new RangeError(`More than ${MAX_ROWS} rows; ask for a shorter range or for aggregates.`);
      rows.push([row.t, ...readers.map((read, i) => read(row[`c${i}`] ?? null))]);
    }
    return rows.length === 0 ? [] : [{ tags: group.tags, rows: query.order === "desc" ? rows.toReversed() : rows }];
  });
}

function termSeries(database: DatabaseSync, table: Table, groups: readonly Group[], query: Query): TermSeries[] {
  const terms = distinctTerms(query);
  const sql = toTermsSql(query, table, query.bucket !== undefined);
  const readers = terms.map((term) => reader(table, term.field));
  const found = groups.map(({ tags }) => ({ tags, rows: new Map<number, Cell[]>() }));
  const cellsAt = (group: number, time: number): Cell[] => {
    const rows = found[group]?.rows as Map<number, Cell[]>;
    const cells = rows.get(time) ?? terms.map(() => null);
    rows.set(time, cells);
    return cells;
  };
  for (const run of query.bucket ? bucketRuns(query) : [undefined]) {
    const parameters = { $groups: memberships(groups), ...bounds(query, run) };
    const time = (row: SqlRow): number => (run ? run.start + row.b * run.everyMs : query.from);
    if (sql.totals) {
      for (const row of all(database, sql.totals.sql, parameters)) {
        const cells = cellsAt(row.grp, time(row));
        sql.totals.terms.forEach((term, i) => (cells[term] = row[`c${i}`] ?? null));
      }
    }
    for (const edge of sql.edges) {
      const seen = new Map<Cell[], SqlRow>();
      for (const row of all(database, edge.sql, parameters)) {
        const cells = cellsAt(row.grp, time(row));
        const before = seen.get(cells);
        if (before && !precedes(before, row, edge.last)) continue;
        seen.set(cells, row);
        cells[edge.term] = readers[edge.term]?.(row["c0"] ?? null) ?? null;
      }
    }
  }
  return found;
}

function bounds(query: Query, run: BucketRun | undefined): Record<string, number> {
  if (!run) return { $from: alignedFrom(query, query.from), $to: query.to };
  const from = alignedFrom(query, Math.max(run.start, query.from));
  return { $from: from, $to: Math.min(run.end, query.to), $start: run.start, $every: run.everyMs };
}

function all(database: DatabaseSync, sql: string, parameters: Record<string, number | string>): Iterable<SqlRow> {
  const statement = database.prepare(sql);
  return statement.iterate(parameters) as Iterable<unknown> as Iterable<SqlRow>;
}

/** True when `b` takes the place of `a`: later (or earlier, for first); at the same instant the greater value. */
function precedes(a: SqlRow, b: SqlRow, last: boolean): boolean {
  const order = a.t - b.t || a.rev - b.rev;
  if (order === 0) return (b["c0"] ?? 0) > (a["c0"] ?? 0);
  return last ? order < 0 : order > 0;
}

/** How a stored value is read: SQLite has no booleans of its own. */
function reader(table: Table, field: string): (value: unknown) => Cell {
  if (table.typeOf(field) === "boolean") return (value) => (value === null ? null : value === 1);
  return (value) => value as Cell;
}
