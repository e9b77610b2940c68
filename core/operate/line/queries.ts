/** What boards ask of the stored line atoms. Machines and lines share the measurement `oee`: see its queries for the line's OEE. */
import type { Column, Query } from "../../connect/history/index.ts";
import { MINUTE, type OeeQueryScope } from "../oee/index.ts";

/** Columns `lost:<station>`, `blocked:<station>` and `starved:<station>` in ms over the whole window, for the named stations. */
export function lossesByCulprit(scope: OeeQueryScope & { readonly line: string; readonly stations: readonly string[] }): Query {
  const { from, to, line, stations } = scope;
  const columns = stations.flatMap((station): Column[] =>
    (["lost", "blocked", "starved"] as const).map((what) => ({
      as: `${what}:${station}`,
      field: `${station}.${what}_ms`,
      aggregate: "sum",
    })),
  );
  return {
    measurement: "oee",
    from,
    to,
    where: [{ tag: "asset", in: [line] }],
    latestRevision: { atomMs: MINUTE },
    columns: [...columns, { as: "line_down", field: "line_down_ms", aggregate: "sum" }],
  };
}
