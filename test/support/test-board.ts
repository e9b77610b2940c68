/** A board of one machine, and what a historian answers its panels. */
import type { Query, QueryResult } from "../../core/connect/history/index.ts";
import type { Board, DataPanel } from "../../core/see/board/index.ts";

export const HOUR = 3_600_000;
export const NOON = Date.UTC(2026, 2, 10, 12);
export function panel(id: string, extra: Partial<DataPanel> = {}): DataPanel {
  return {
    id,
    kind: "stat",
    title: id,
    width: 6,
    query: (scope) => ({
      measurement: "telemetry",
      from: scope.from,
      to: scope.to,
      where: [scope.chosen("asset", "asset")],
      columns: [{ as: "v", field: "v", aggregate: "mean" }],
      bucket: { everyMs: scope.everyMs },
    }),
    fields: [{ column: "v", label: "Value", unit: "count" }],
    ...extra,
  };
}

export function board(panels: readonly DataPanel[], extra: Partial<Board> = {}): Board {
  return {
    id: "test",
    title: "Test",
    description: "",
    asset: "acme.galway",
    zone: "Europe/Dublin",
    range: "1h",
    refreshMs: 5_000,
    variables: [
      {
        name: "asset",
        label: "Machine",
        default: "a.b",
        options: [
          { value: "a.b", label: "B" },
          { value: "a.c", label: "C" },
        ],
      },
    ],
    labels: {},
    rows: [{ height: 4, panels }],
    ...extra,
  };
}

export const result = (...rows: [number, ...(number | null)[]][]): QueryResult => ({
  columns: ["v"],
  series: [{ tags: { asset: "a.b" }, rows }],
});

export const edgeQuery = ({ from, to }: { from: number; to: number }): Query => ({
  measurement: "telemetry",
  from,
  to,
  columns: [{ as: "v", field: "v" }],
  limit: 1,
});
