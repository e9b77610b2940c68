/** Where the time of the chosen machine went. */
import type { Query } from "../../core/connect/history/index.ts";
import { lossesByBucket } from "../../core/operate/oee/index.ts";
import type { Colour, Field, Panel } from "../../core/see/board/index.ts";
import { chosen, type Line, ofVariable } from "./line.ts";

export function lossPanel(line: Line): Panel {
  return {
    id: "losses",
    kind: "table",
    title: "Where the time went",
    description: "Every millisecond of the range belongs to exactly one of these. The last three are not planned time.",
    width: 8,
    fieldsAsRows: true,
    shareOf: { column: "planned_ms", label: "% of planned time" },
    query: (scope) => ofVariable(withPlanned(lossesByBucket(chosen(line, scope)))),
    fields: LOSS_FIELDS,
  };
}

const LOSS_FIELDS: readonly Field[] = [
  ["producing_ms", "Producing", "good"],
  ["micro_ms", "Micro-stops", "warning"],
  ["external_ms", "Starved or blocked", "sky"],
  ["stop_ms", "Stopped", "warning"],
  ["hold_ms", "Held", "warning"],
  ["failure_ms", "Failed", "critical"],
  ["setup_ms", "Set-up", "plum"],
  ["no_order_ms", "No order", "muted"],
  ["planned_down_ms", "Planned down", "muted"],
  ["not_planned_ms", "Not planned", "muted"],
  ["unknown_ms", "Unknown", "muted"],
].map(([column, label, colour]) => ({
  column: column as string,
  label: label as string,
  unit: "duration",
  bar: true,
  colour: colour as Colour,
  noShare: ["planned_down_ms", "not_planned_ms", "unknown_ms"].includes(column as string),
}));

function withPlanned(query: Query): Query {
  return { ...query, columns: [...query.columns, { as: "planned_ms", field: "planned_ms", aggregate: "sum" }] };
}
