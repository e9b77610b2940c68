/** Columns of further questions beside the rows of a panel's own. */
import type { QueryResult, Series } from "../../connect/history/index.ts";

type Row = Series["rows"][number];

/**
 * The rows of `result`, in order of time, with the columns of `more`: those of the row of equal tags and time, or held, those of the
 * last row up to then. Null where there is none; a row of `more` alone is none of the panel's.
 */
export function withBeside(result: QueryResult, more: QueryResult, held: boolean): QueryResult {
  const nothing = more.columns.map(() => null);
  const found = new Map(more.series.map(({ tags, rows }) => [JSON.stringify(tags), rows.toSorted((a, b) => a[0] - b[0])] as const));
  const series = result.series.map(({ tags, rows }): Series => {
    const beside = found.get(JSON.stringify(tags)) ?? [];
    let [next, last]: [number, Row | undefined] = [0, undefined];
    const joined = rows.map((row): Row => {
      for (let one = beside[next]; one !== undefined && one[0] <= row[0]; one = beside[next]) {
        last = one;
        next += 1;
      }
      const known = last !== undefined && (held || last[0] === row[0]);
      return [...row, ...(known ? (last as Row).slice(1) : nothing)];
    });
    return { tags, rows: joined };
  });
  return { columns: [...result.columns, ...more.columns], series };
}
