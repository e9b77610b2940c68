/** Control charts of a line: the chosen one drawn as it was judged, what broke a rule, and the capability that somebody stands for. */
import type { Query, TagFilter } from "../core/connect/history/index.ts";
import type { Equipment, PlantModel } from "../core/connect/model/index.ts";
import { unitSymbol } from "../core/connect/units/index.ts";
import { SPC_CONTRACT } from "../core/model/charting/index.ts";
import type { Board, BoardVariable, DataPanel, Field, Scope } from "../core/see/board/index.ts";
import { drawnPanel, GIVEN, lastPanels } from "./chart-panels.ts";
import { lastHeard } from "./line/health.ts";
import { linesOf } from "./line/line.ts";
import { ongoingTable, ongoingTrend, PERIOD_LABELS } from "./ongoing-capability.ts";

/** A chart that is at work: all that a board has to know of it. */
export interface ChartOnBoard {
  readonly asset: string;
  readonly chart: string;
  /** UCUM code of what is charted. */
  readonly unit?: string | null;
}

const MOST_SIGNALS = 50;
/** In the place of a chart where none is at work. */
const NONE = "none";
const SIGNAL_PATTERN = `^${SPC_CONTRACT}\\.([^.]+)\\.value$`;

/**
 * Boards of all lines. Which charts there are is known where twin-spc makes them, and from what they have stored: the viewer
 * offers `charts`, Grafana the tags in the historian.
 */
export function controlChartBoards(model: PlantModel, charts: readonly ChartOnBoard[] = []): Board[] {
  return [...model.equipment.values()].filter(({ kind }) => kind === "ProductionLine").map((line) => chartBoard(model, line, charts));
}

function chartBoard(model: PlantModel, line: Equipment, all: readonly ChartOnBoard[]): Board {
  const inside = [...model.equipment.values()].filter(({ path }) => path === line.path || path.startsWith(`${line.path}.`));
  const assets = inside.map(({ path }) => path);
  const ofLine: TagFilter = { tag: "asset", in: assets };
  const machines = inside.filter(({ path }) => all.some(({ asset }) => asset === path));
  const known = linesOf(model).filter((one) => one.line.path === line.path);
  const nothing = machines.length === 0 ? NO_CHART : NO_POINTS;
  const label = (path: string): string => model.equipment.get(path)?.label ?? path;
  return {
    id: `${line.path.split(".").at(-1)}-charts`.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-"),
    title: `${label(line.path)} control charts`,
    description: `Control charts, signals and capability of ${label(line.path)}. Signals are closed and limits decided on the page of control charts.`,
    asset: line.path,
    zone: model.zone,
    range: "8h",
    refreshMs: 5_000,
    ...(known.length === 0 ? {} : { edge: lastHeard(known) }),
    variables: variables(machines, all, ofLine, line),
    labels: {
      asset: Object.fromEntries(inside.map(({ path }) => [path, label(path)])),
      part: { level: "Level", spread: "Spread" },
      period: PERIOD_LABELS,
      product: {
        "~": "all",
        ...Object.fromEntries([...model.products.values()].map((product) => [product.id, product.label ?? product.id])),
      },
    },
    rows: [
      { height: 3, panels: lastPanels() },
      { height: 10, panels: [drawnPanel("level", nothing)] },
      { height: 8, panels: [drawnPanel("spread", machines.length === 0 ? NO_CHART : NO_SPREAD)] },
      { height: 7, panels: [signals(ofLine)] },
      { height: 7, panels: [ongoingTrend()] },
      { height: 7, panels: [ongoingTable(ofLine)] },
      { height: 5, panels: [capability(ofLine)] },
    ],
  };
}

function variables(machines: readonly Equipment[], all: readonly ChartOnBoard[], ofLine: TagFilter, line: Equipment): BoardVariable[] {
  const own = all.filter(({ asset }) => machines.some(({ path }) => path === asset));
  const names = [...new Set(own.map(({ chart }) => chart))];
  const byChart = names.map((chart) => ({ chart, of: own.filter((one) => one.chart === chart).map(({ asset }) => asset) }));
  const none = { value: NONE, label: "No chart is at work" };
  const stored = { measurement: "telemetry", like: { tag: "signal", pattern: SIGNAL_PATTERN } };
  const first = own.find(({ asset }) => asset === machines[0]?.path);
  return [
    {
      name: "asset",
      label: "Machine",
      options:
        machines.length === 0
          ? [{ ...none, value: line.path }]
          : machines.map(({ path, label }) => ({ value: path, label: label ?? path })),
      default: machines[0]?.path ?? line.path,
      stored: { ...stored, tag: "asset", where: [ofLine] },
    },
    {
      name: "chart",
      label: "Chart",
      options:
        names.length === 0
          ? [none]
          : byChart.map(({ chart, of }) => ({ value: chart, label: inUnit(chart, own), where: { variable: "asset", in: of } })),
      default: first?.chart ?? NONE,
      stored: { ...stored, tag: "signal", where: [{ tag: "asset", in: [], variable: "asset" }] },
    },
  ];
}

/** A chart with the unit that its figures are in; without one where machines chart it in several. */
function inUnit(chart: string, all: readonly ChartOnBoard[]): string {
  const [unit, ...others] = new Set(all.filter((one) => one.chart === chart).map((one) => one.unit ?? ""));
  const symbol = unit === undefined || others.length > 0 ? "" : unitSymbol(unit);
  return symbol === "" ? chart : `${chart} (${symbol})`;
}

const NO_CHART =
  "No control chart is at work on this line. A twin-spc node makes one, with the historian of this board; a twin-store keeps its points.";
const NO_POINTS =
  "The chart has judged nothing in this range. Choose a longer one, or look at its page under Control charts: it judges once limits are approved.";
const NO_SPREAD = "Nothing of the spread in this range: not every chart has one, and none judges before limits are approved.";
const NO_SIGNAL = "No point broke a rule in this range.";
const NO_STUDY =
  "Nobody has recorded a capability in 90 days. It is stated and recorded on the page of a chart of measured values, under Capability.";

function signals(ofLine: TagFilter): DataPanel {
  const asked = ({ from, to }: Scope, measurement: string, columns: readonly string[]): Query => ({
    measurement,
    from,
    to,
    where: [ofLine],
    columns: columns.map((field) => ({ as: field, field })),
    by: ["asset", "chart", "part"],
    latestRevision: { atomMs: 1 },
    order: "desc",
    limit: MOST_SIGNALS,
  });
  return {
    id: "signals",
    kind: "table",
    title: "Signals",
    description:
      "Points one after the other that broke rules are one signal. Who closed it stands for the cause and for what was done; without a name it is open.",
    width: 24,
    newestFirst: true,
    nothing: NO_SIGNAL,
    query: (scope) => asked(scope, "spc_signal", ["state", "rules", "count", "last", "until", "limits_version"]),
    beside: (scope) => [{ query: asked(scope, "spc_response", ["by", "cause", "done"]) }],
    fields: [
      { column: "time", label: "First point", unit: "time" },
      { column: "last", label: "Last point", unit: "time" },
      { column: "state", label: "State", unit: "text", values: STATES },
      { column: "tag:asset", label: "Machine", unit: "text" },
      { column: "tag:chart", label: "Chart", unit: "text" },
      { column: "tag:part", label: "Part", unit: "text" },
      { column: "rules", label: "Rules", unit: "text" },
      { column: "count", label: "Points", unit: "count" },
      { column: "limits_version", label: "Limits", unit: "count", values: GIVEN },
      { column: "by", label: "Closed by", unit: "text" },
      { column: "cause", label: "Cause", unit: "text" },
      { column: "done", label: "What was done", unit: "text" },
    ],
  };
}

const STATES: NonNullable<Field["values"]> = {
  lasts: { text: "Lasts", colour: "critical" },
  over: { text: "Over", colour: "muted" },
  withdrawn: { text: "Taken back by late data", colour: "muted" },
};

/** Indices that exist in most studies; the others are in the historian. */
const SHOWN = ["Cp", "Cpk", "Pp", "Ppk", "Ppm"] as const;

function capability(ofLine: TagFilter): DataPanel {
  const texts = SHOWN.map((name) => `${name}_text`);
  return {
    id: "capability",
    kind: "table",
    title: "Capability",
    description:
      "The last study of each chart that somebody recorded in 90 days, with 95 % intervals; (–) is an index without one. A dash: the index does not exist, as Cp of one limit. Ppm is what other programs print as Cpm.",
    width: 24,
    range: "90d",
    nothing: NO_STUDY,
    query: ({ from, to }) => ({
      measurement: "spc_capability",
      from,
      to,
      where: [ofLine],
      columns: [...texts, "n", "specification", "ppm_observed", "ppm_expected", "limits_version", "by"].map((field) => ({
        as: field,
        field,
      })),
      by: ["asset", "chart", "product"],
      order: "desc",
      limit: 1,
    }),
    fields: [
      { column: "time", label: "Recorded", unit: "date" },
      { column: "tag:asset", label: "Machine", unit: "text" },
      { column: "tag:chart", label: "Chart", unit: "text" },
      { column: "tag:product", label: "Product", unit: "text" },
      ...SHOWN.map((name, i): Field => ({ column: texts[i] as string, label: name, unit: "text" })),
      { column: "n", label: "Values", unit: "count" },
      { column: "specification", label: "Specification", unit: "text" },
      { column: "ppm_observed", label: "ppm observed", unit: "", digits: 3 },
      { column: "ppm_expected", label: "ppm expected", unit: "", digits: 3 },
      { column: "limits_version", label: "Limits", unit: "count", values: GIVEN },
      { column: "by", label: "Recorded by", unit: "text" },
    ],
  };
}
