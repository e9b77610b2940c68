/** The board of a plant: its lines and their machines side by side. Made from the plant model; one line is enough. */
import { placeOf, type PlantModel } from "../core/connect/model/index.ts";
import { stationGraph } from "../core/operate/line/index.ts";
import { oeeByHour, oeeFigures } from "../core/operate/oee/index.ts";
import type { Board, DataPanel, Field, NamedValue, Threshold } from "../core/see/board/index.ts";
import { lastHeard } from "./line/health.ts";
import { boardId, HOUR, type Line, linesOf } from "./line/line.ts";
import { OEE_TARGETS, PART_TARGETS, QUALITY_TARGETS } from "./line/targets.ts";

/** The board of all lines that have machines; none without a line. */
export function plantComparisons(model: PlantModel): Board[] {
  const [first, ...others] = linesOf(model);
  return first === undefined ? [] : [plantComparison(model, [first, ...others])];
}

function plantComparison(model: PlantModel, lines: readonly [Line, ...Line[]]): Board {
  const byCalendar = [...Map.groupBy(lines, ({ line }) => line.calendar ?? "")];
  return {
    id: "plant-comparison",
    title: "Lines and machines",
    description: "OEE of all lines and machines side by side.",
    asset: sharedPath(lines.map(({ line }) => line.path)),
    shiftsOf: lines[0].line.path,
    zone: model.zone,
    range: "latest-24h",
    refreshMs: 10_000,
    edge: lastHeard(lines),
    variables: [],
    labels: {
      asset: names(lines),
      line: Object.fromEntries(lines.map(({ line }) => [placeOf(model, line.path).line, line.label ?? line.path])),
    },
    rows: [
      ...byCalendar.map(([calendar, own], index) => ({
        height: Math.ceil(3 + 0.85 * own.reduce((rows, { machines }) => rows + 1 + machines.length, 0)),
        panels: [figures(own, index === 0 ? "figures" : `figures-${index + 1}`, byCalendar.length === 1 ? undefined : calendar)],
      })),
      { height: 9, panels: [overTime(lines)] },
    ],
  };
}

const PARTS: readonly (readonly [column: string, label: string, targets: readonly Threshold[]])[] = [
  ["oee", "OEE", OEE_TARGETS],
  ["availability", "A", PART_TARGETS],
  ["performance", "P", PART_TARGETS],
  ["quality", "Q", QUALITY_TARGETS],
];

/** The four figures over one range; `suffix` as the query calls its columns. */
function parts(suffix: string, when: string): Field[] {
  return PARTS.map(([column, label, thresholds]) => ({
    column: `${column}${suffix}`,
    label: column === "oee" ? `${label} ${when}` : label,
    unit: "ratio",
    decimals: 1,
    ...(column === "oee" ? { thresholds } : {}),
  }));
}

/** One table per calendar, because the running shift is another one in each. */
function figures(lines: readonly Line[], id: string, calendar: string | undefined): DataPanel {
  const assets = lines.flatMap(({ line, machines }) => [line.path, ...machines.map(({ path }) => path)]);
  return {
    id,
    kind: "table",
    title:
      calendar === undefined ? "OEE now, this shift and in 24 hours" : `OEE now, this shift and in 24 hours: ${calendar || "no calendar"}`,
    description:
      "Sums divided over the latest hour, the running shift and the latest 24 hours, each up to where the data reaches. A is availability, P performance, Q quality. The top loss is where the most time of the 24 hours went. A dash: not estimable.",
    width: 24,
    range: "latest-1h",
    ...(lines[0] === undefined ? {} : { shiftsOf: lines[0].line.path }),
    alsoOver: [
      { range: "this-shift", as: "shift" },
      { range: "latest-24h", as: "day" },
    ],
    everyOf: "asset",
    absent: {
      ...Object.fromEntries(assets.map((path) => [path, NO_OEE])),
      ...Object.fromEntries(lines.filter((one) => !isMeasured(one)).map(({ line }) => [line.path, NO_LINE_OEE])),
    },
    nothing: NOTHING,
    largest: { as: "top_loss", of: Object.keys(TOP_LOSSES) },
    query: ({ from, to }) => oeeFigures({ from, to, assets }),
    fields: [
      { column: "tag:asset", label: "Line or machine", unit: "text", opens: boardsOf(lines) },
      ...parts("", "now"),
      ...parts("@shift", "shift"),
      ...parts("@day", "24 h"),
      { column: "good@day", label: "Good, 24 h", unit: "count" },
      { column: "top_loss", label: "Top loss", unit: "text", values: TOP_LOSSES },
    ],
  };
}

const NOTHING =
  "No OEE in this range. A twin-oee node calculates it from the states and counts of the machines, and a twin-store keeps it.";
const NO_OEE = "No OEE in these 24 hours: no twin-oee node has calculated it.";
const NO_LINE_OEE = "No OEE of the line: nothing says which of its machines feeds which. Its machines have their own.";

const TOP_LOSSES: Readonly<Record<string, NamedValue>> = {
  "failure_ms@day": { text: "Failed", colour: "critical" },
  "stop_ms@day": { text: "Stopped", colour: "warning" },
  "hold_ms@day": { text: "Held", colour: "warning" },
  "micro_ms@day": { text: "Micro-stops", colour: "warning" },
  "external_ms@day": { text: "Starved or blocked", colour: "sky" },
  "setup_ms@day": { text: "Set-up", colour: "plum" },
  "no_order_ms@day": { text: "No order", colour: "muted" },
};

function overTime(lines: readonly Line[]): DataPanel {
  const measured = lines.map(measuredAt);
  return {
    id: "oee-by-line",
    kind: "time-series",
    title: "OEE of each line by hour",
    description: "Sums divided in each clock hour. A line that does not say which station feeds which is measured at its slowest machine.",
    width: 24,
    leastEveryMs: HOUR,
    min: 0,
    max: 1,
    seriesBy: "line",
    nothing: NOTHING,
    query: ({ from, to }) => ({ ...oeeByHour({ from, to, assets: measured, zone: lines[0]?.model.zone ?? "UTC" }), by: ["line"] }),
    fields: [{ column: "oee", label: "OEE", unit: "ratio", decimals: 1, draw: "steps" }],
  };
}

/** The equipment whose atoms are the line's: itself where its stations form a line, or else its constraint. */
function measuredAt(line: Line): string {
  return isMeasured(line) ? line.line.path : line.constraint.path;
}

function isMeasured({ model, line }: Line): boolean {
  return !("fault" in stationGraph(model, line.path, 0));
}

/** Each line before its machines, which are named with their line where there are several. */
function names(lines: readonly Line[]): Record<string, string> {
  const all = lines.flatMap(({ line, machines }) => {
    const name = line.label ?? line.path;
    const of = machines.map(({ path, label }) => [path, lines.length === 1 ? (label ?? path) : `${name}, ${label ?? path}`] as const);
    return [[line.path, name] as const, ...of];
  });
  return Object.fromEntries(all);
}

function boardsOf(lines: readonly Line[]): Record<string, string> {
  return Object.fromEntries(
    lines.flatMap(({ line, machines }) => {
      const id = boardId(line, "overview");
      return [[line.path, id], ...machines.map(({ path }) => [path, `${id}?asset=${encodeURIComponent(path)}`] as const)];
    }),
  );
}

/** The equipment that all of these lie in. */
function sharedPath(paths: readonly string[]): string {
  const above = paths.map((path) => path.split(".").slice(0, -1));
  const [first = []] = above;
  const end = first.findIndex((segment, index) => above.some((path) => path[index] !== segment));
  return (end < 0 ? first : first.slice(0, end)).join(".");
}
