/** How Grafana makes one table of the answers to a panel's statements. */
import type { Query } from "../../core/connect/history/index.ts";
import type { Beside, DataPanel } from "../../core/see/board/index.ts";
import { nameOf } from "./fields.ts";
import type { PanelJson } from "./schema.ts";

/** Column of the sum that running shares are taken of. */
export const WHOLE = "whole";

type Transformations = NonNullable<PanelJson["transformations"]>;

/** Ratios and sums come from several statements; a table shows them side by side, in the order of its fields and without other columns. */
export function tableTransformations(panel: DataPanel, main: Query, besides: readonly Beside[]): Transformations {
  if (panel.fieldsAsRows) return [];
  return [
    // Each range has its own instant, and rows are merged by what they have in common.
    ...(panel.alsoOver ? [{ id: "filterFieldsByName", options: { exclude: { names: ["Time"] } } }] : []),
    ...(panel.cumulative ? ranked(panel.cumulative) : [{ id: "merge", options: {} }]),
    ...(panel.newestFirst ? [{ id: "sortBy", options: { sort: [{ field: "Time", desc: true }] } }] : []),
    arranged(panel, main, besides),
  ];
}

/**
 * The rows and their sum, which the last target asks for, have the same time: joined by it, every row knows the sum. Then
 * the largest comes first, and what has come up to it is a share of the sum.
 */
function ranked({ of, as }: NonNullable<DataPanel["cumulative"]>): Transformations {
  const [running, whole] = ["running", WHOLE];
  return [
    { id: "joinByField", options: { byField: "Time", mode: "inner" } },
    { id: "sortBy", options: { sort: [{ field: of, desc: true }] } },
    {
      id: "calculateField",
      options: { mode: "cumulativeFunctions", alias: running, cumulative: { field: of, reducer: "sum" }, replaceFields: false },
    },
    {
      id: "calculateField",
      options: { mode: "binary", alias: as, binary: { left: running, operator: "/", right: whole }, replaceFields: false },
    },
  ];
}

function arranged(panel: DataPanel, main: Query, besides: readonly Beside[]): Transformations[number] {
  const shown = [...new Set(panel.fields.map(nameOf))].filter((name) => name !== panel.largest?.as);
  const made = panel.cumulative ? ["running", WHOLE] : [];
  const all = [
    "Time",
    ...(main.by ?? []),
    ...[main, ...besides.map(({ query }) => query)].flatMap(({ columns }) => columns.map(({ as }) => as)),
    ...made,
  ];
  return {
    id: "organize",
    options: {
      excludeByName: Object.fromEntries(all.filter((name) => !shown.includes(name)).map((name) => [name, true])),
      indexByName: Object.fromEntries(shown.map((name, index) => [name, index])),
      renameByName: {},
    },
  };
}
