/** Where the time of the chosen machine went. */
import type { Query } from "../../core/connect/history/index.ts";
import { downtimeByReason, labelOf, NO_REASON } from "../../core/operate/downtime/index.ts";
import { lossesByBucket, lossWaterfall } from "../../core/operate/oee/index.ts";
import type { BoardRow, Colour, Field, NamedValue, Panel } from "../../core/see/board/index.ts";
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

/** From planned time down to what made good units, and the reasons that machines stood for. */
export function lossRow(line: Line): BoardRow {
  return { height: 11, panels: [waterfall(line), pareto()] };
}

function waterfall(line: Line): Panel {
  return {
    id: "waterfall",
    kind: "table",
    title: "From planned to fully productive time",
    description:
      "What was lost on the way from planned busy time to the ideal time for the good units; each bar starts where the one above ends. Speed is production time without micro-stops less the ideal time for all units made; below zero the ideal cycle time is too long.",
    width: 12,
    fieldsAsRows: true,
    waterfall: true,
    shareOf: { column: "planned_ms", label: "% of planned time" },
    query: (scope) => ofVariable(lossWaterfall(chosen(line, scope))),
    fields: [
      step("planned_ms", "Planned time", "info", { left: true }),
      step("setup_ms", "Set-up", "plum"),
      step("no_order_ms", "No order", "muted", { onlyIfAny: true }),
      step("failure_ms", "Failed", "critical"),
      step("hold_ms", "Held", "warning"),
      step("stop_ms", "Stopped", "warning"),
      step("external_ms", "Starved or blocked", "sky"),
      step("otherwise_ms", "Counted by option", "muted", { onlyIfAny: true }),
      step("production_ms", "Production time", "info", { left: true }),
      step("micro_ms", "Micro-stops", "warning"),
      step("speed_ms", "Speed", "warning"),
      step("ideal_total_ms", "Net production time", "info", { left: true }),
      step("defects_ms", "Scrap and rework", "critical"),
      step("ideal_good_ms", "Fully productive time", "good", { left: true }),
    ],
  };
}

function step(column: string, label: string, colour: Colour, more: Partial<Field> = {}): Field {
  return { column, label, unit: "duration", bar: true, colour, ...more };
}

function pareto(): Panel {
  return {
    id: "pareto",
    kind: "table",
    title: "Reasons, the largest first",
    description:
      "Planned time in which the chosen machine stood, by the reason that people or the controller gave; the share counts up to one hundred per cent. A stop counts where it begins.",
    width: 12,
    cumulative: { of: "duration_ms", as: "so_far" },
    query: (scope) => {
      const { from, to } = scope;
      return ofVariable(downtimeByReason({ from, to, assets: scope.chosen("asset", "asset").in, losses: Object.keys(LOSS_NAMES) }));
    },
    fields: [
      { column: "tag:reason", label: "Reason", unit: "text" },
      { column: "duration_ms", label: "Time", unit: "duration", bar: true, colour: "warning" },
      { column: "so_far", label: "Up to here", unit: "ratio", decimals: 1 },
      { column: "stops", label: "Stops", unit: "count" },
      { column: "tag:loss", label: "Loss", unit: "text", values: LOSS_NAMES },
    ],
  };
}

/** Losses of planned time; what is planned to stand is none. */
const LOSS_NAMES: Readonly<Record<string, NamedValue>> = {
  failure: { text: "Failed", colour: "critical" },
  hold: { text: "Held", colour: "warning" },
  stop: { text: "Stopped", colour: "warning" },
  micro: { text: "Micro-stop", colour: "warning" },
  setup: { text: "Set-up", colour: "plum" },
  external: { text: "Starved or blocked", colour: "sky" },
};

/** Names of the reasons that a plant gives, and of none. */
export function reasonLabels({ model }: Line): Readonly<Record<string, string>> {
  const named = [...model.reasons.values()].map((reason) => [reason.id, labelOf(reason, "en")] as const);
  return Object.fromEntries([...named, [NO_REASON, "No reason given"]]);
}
