/** Panels of what twin-capability nodes state: the index over time with its minimum, and one row per period. */
import type { Query, TagFilter } from "../core/connect/history/index.ts";
import type { DataPanel, Field, Scope } from "../core/see/board/index.ts";
import { GIVEN } from "./chart-panels.ts";

const MOST_PERIODS = 500;
const MOST_LISTED = 50;
const NOTHING =
  "No capability is stated in this range. A twin-capability node states it at the end of a shift, day or week, and a twin-store keeps it.";

/** By the tag `period`, as people call it. */
export const PERIOD_LABELS = { shift: "Shift", day: "Day", week: "Week", subgroups: "Last subgroups" } as const;

export function ongoingTrend(): DataPanel {
  return {
    id: "ongoing-trend",
    kind: "time-series",
    title: "Ppk by period",
    description:
      "Of the chosen chart, at the start of each shift, day or week (of a number of subgroups at its end), with the lower end of its 95 % interval and the minimum. A gap: it was refused; the table below says why.",
    width: 24,
    range: "90d",
    nothing: NOTHING,
    query: (scope) => ({
      ...stated(scope, [scope.chosen("asset", "asset"), scope.chosen("chart", "chart")], ["Ppk", "Ppk_lower", "minimum"]),
      limit: MOST_PERIODS,
    }),
    fields: [
      { column: "Ppk", label: "Ppk", unit: "", decimals: 2, draw: "marked", colour: "info" },
      { column: "Ppk_lower", label: "Lower bound", unit: "", decimals: 2, draw: "line", colour: "muted" },
      { column: "minimum", label: "Minimum", unit: "", decimals: 2, draw: "steps", colour: "critical", thin: true },
    ],
  };
}

/** Beside Ppk. */
const OTHERS = ["Cpk", "Pp", "Cp", "Cpm"] as const;

export function ongoingTable(ofLine: TagFilter): DataPanel {
  const texts = ["Ppk", ...OTHERS].map((name) => `${name}_text`);
  const columns = [...texts, "n", "ppm_expected", "required", "verdict", "why", "product", "shift", "method", "limits_version"];
  return {
    id: "ongoing",
    kind: "table",
    title: "Capability by period",
    description:
      "What twin-capability nodes of the line have stated, with 95 % intervals; (–) is an index without one, a dash one that does not exist. A refusal has no figures.",
    width: 24,
    range: "90d",
    newestFirst: true,
    nothing: NOTHING,
    query: (scope) => ({ ...stated(scope, [ofLine], columns), limit: MOST_LISTED }),
    fields: [
      { column: "time", label: "From", unit: "time" },
      { column: "shift", label: "Shift", unit: "text" },
      { column: "Ppk_text", label: "Ppk", unit: "text" },
      { column: "verdict", label: "Minimum", unit: "text", values: VERDICTS },
      { column: "required", label: "Required", unit: "text" },
      { column: "tag:asset", label: "Machine", unit: "text" },
      { column: "tag:chart", label: "Chart", unit: "text" },
      { column: "tag:period", label: "Period", unit: "text" },
      { column: "product", label: "Product", unit: "text" },
      { column: "n", label: "Values", unit: "count" },
      ...OTHERS.map((name): Field => ({ column: `${name}_text`, label: name, unit: "text" })),
      { column: "ppm_expected", label: "ppm expected", unit: "", digits: 3 },
      { column: "method", label: "Distribution", unit: "text" },
      { column: "limits_version", label: "Limits", unit: "count", values: GIVEN },
      { column: "why", label: "Why not", unit: "text" },
    ],
  };
}

const VERDICTS: NonNullable<Field["values"]> = {
  meets: { text: "Met", colour: "good" },
  below: { text: "Not met", colour: "critical" },
  "no index": { text: "No such index", colour: "muted" },
  OUT_OF_CONTROL: { text: "Out of control", colour: "warning" },
  NO_LIMITS_IN_FORCE: { text: "No limits in force", colour: "warning" },
  TOO_FEW: { text: "Too few values", colour: "muted" },
  SEVERAL_PRODUCTS: { text: "Several products", colour: "muted" },
  NO_LIMITS: { text: "No specification", colour: "warning" },
  CONSTANT: { text: "No variation", colour: "warning" },
};

function stated({ from, to }: Scope, where: readonly TagFilter[], columns: readonly string[]): Query {
  return {
    measurement: "capability",
    from,
    to,
    where,
    columns: columns.map((field) => ({ as: field, field })),
    by: ["asset", "chart", "period"],
    latestRevision: { atomMs: 1 },
    order: "desc",
  };
}
