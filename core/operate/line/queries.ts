/** What boards ask of the stored line atoms. Machines and lines share the measurement `oee`: see its queries for the line's OEE. */
import type { Column, Query } from "../../connect/history/index.ts";
import { MINUTE, type OeeQueryScope } from "../oee/index.ts";

/** Columns `lost:<station>` of the named stations and `line_down`, to which all of them add up: ms over the whole window. */
export function lossesByCulprit(scope: OeeQueryScope & { readonly line: string; readonly stations: readonly string[] }): Query {
  const { from, to, line, stations } = scope;
  const lost = stations.map((station): Column => ({ as: `lost:${station}`, field: `${station}.lost_ms`, aggregate: "sum" }));
  return {
    measurement: "oee",
    from,
    to,
    where: [{ tag: "asset", in: [line] }],
    latestRevision: { atomMs: MINUTE },
    columns: [...lost, { as: "line_down", field: "line_down_ms", aggregate: "sum" }],
  };
}
