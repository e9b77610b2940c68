/** How Grafana makes one table of the answers to a panel's statements. */
import type { Query } from "../../core/connect/history/index.ts";
import type { DataPanel } from "../../core/see/board/index.ts";
import { nameOf } from "./fields.ts";
import type { PanelJson } from "./schema.ts";

type Transformations = NonNullable<PanelJson["transformations"]>;

/** Ratios and sums come from several statements; a table shows them side by side, in the order of its fields and without other columns. */
export function tableTransformations(panel: DataPanel, main: Query): Transformations {
  if (panel.fieldsAsRows) return [];
  const { difference } = panel;
  return [
    { id: "merge", options: {} },
    ...(difference ? [subtraction(difference)] : []),
    ...(panel.newestFirst ? [{ id: "sortBy", options: { sort: [{ field: "Time", desc: true }] } }] : []),
    arranged(panel, main),
  ];
}

function subtraction({ as, of, less }: NonNullable<DataPanel["difference"]>): Transformations[number] {
  const binary = { left: of, operator: "-", right: less };
  return { id: "calculateField", options: { mode: "binary", alias: as, binary, replaceFields: false } };
}

function arranged(panel: DataPanel, main: Query): Transformations[number] {
  const shown = [...new Set(panel.fields.map(nameOf))];
  const all = ["Time", ...(main.by ?? []), ...main.columns.map(({ as }) => as)];
  return {
    id: "organize",
    options: {
      excludeByName: Object.fromEntries(all.filter((name) => !shown.includes(name)).map((name) => [name, true])),
      indexByName: Object.fromEntries(shown.map((name, index) => [name, index])),
      renameByName: {},
    },
  };
}
