/** Control charts of a line: the chosen one drawn as it was judged, what broke a rule, and the capability that somebody stands for. */
import type { Query, TagFilter } from "../core/connect/history/index.ts";
import type { Equipment, PlantModel } from "../core/connect/model/index.ts";
import { LIMITS_AGAIN_MS, SPC_CONTRACT } from "../core/model/charting/index.ts";
import type { Beside, Board, BoardVariable, DataPanel, Field, Scope } from "../core/see/board/index.ts";

/** A chart that is at work: all that a board has to know of it. */
export interface ChartOnBoard {
  readonly asset: string;
  readonly chart: string;
}

/** As many as the page of a chart draws. */
const MOST_POINTS = 2_000;
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
  const label = (path: string): string => model.equipment.get(path)?.label ?? path;
  return {
    id: `${line.path.split(".").at(-1)}-charts`.toLowerCase().replaceAll(/[^a-z0-9-]/g, "-"),
    title: `${label(line.path)} control charts`,
    description: `Control charts, signals and capability of ${label(line.path)}. Signals are closed and limits decided on the page of control charts.`,
    asset: line.path,
    zone: model.zone,
    range: "8h",
    refreshMs: 5_000,
    variables: variables(
      inside.filter(({ path }) => all.some(({ asset }) => asset === path)),
      all,
      ofLine,
      line,
    ),
    labels: {
      asset: Object.fromEntries(inside.map(({ path }) => [path, label(path)])),
      part: { level: "Level", spread: "Spread" },
      product: {
        "~": "all",
        ...Object.fromEntries([...model.products.values()].map((product) => [product.id, product.label ?? product.id])),
      },
    },
    rows: [
      { height: 10, panels: [drawn("level", "Level", LEVEL_TEXT, 20), version()] },
      { height: 8, panels: [drawn("spread", "Spread", SPREAD_TEXT, 24)] },
      { height: 7, panels: [signals(ofLine)] },
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
          : byChart.map(({ chart, of }) => ({ value: chart, label: chart, where: { variable: "asset", in: of } })),
      default: first?.chart ?? NONE,
      stored: { ...stored, tag: "signal", where: [{ tag: "asset", in: [], variable: "asset" }] },
    },
  ];
}

const LEVEL_TEXT =
  "The statistic as it was judged, with the limits of that time; zones at one and two standard deviations of it. A mark is a point that broke a rule.";
const SPREAD_TEXT =
  "The range, moving range or standard deviation that goes with the chart above. Where no lower limit is drawn, there is none.";

/** What is said when it changes and now and then, in the order of drawing. */
const HELD = [
  ["upper", "Upper limit", "critical"],
  ["upper_2s", "+2σ", "muted"],
  ["upper_1s", "+1σ", "muted"],
  ["centre", "Centre", "good"],
  ["lower_1s", "−1σ", "muted"],
  ["lower_2s", "−2σ", "muted"],
  ["lower", "Lower limit", "critical"],
] as const;

type Part = "level" | "spread";

function drawn(part: Part, title: string, description: string, width: number): DataPanel {
  return {
    id: part,
    kind: "time-series",
    title,
    description,
    width,
    query: (scope) => of(scope, part, "value"),
    beside: (scope): Beside[] => [
      ...HELD.map(([signal]) => ({ query: of(scope, part, signal), heldMs: LIMITS_AGAIN_MS })),
      { query: of(scope, part, "signal") },
    ],
    fields: [
      { ...number("value", part === "level" ? "Statistic" : "Spread"), draw: "marked" },
      ...HELD.map(([signal, label, colour]): Field => ({ ...number(signal, label), draw: "steps", colour, thin: true })),
      { ...number("signal", "Breaks a rule"), draw: "points", colour: "critical" },
    ],
  };
}

/** The newest samples of one tag; the quality keeps the row of a limit that is none. */
function of(scope: Scope, part: Part, signal: string): Query {
  const after = part === "level" ? `.${signal}` : `.spread.${signal}`;
  return {
    measurement: "telemetry",
    from: scope.from,
    to: scope.to,
    where: [scope.chosen("asset", "asset"), scope.chosen("chart", "signal", { before: `${SPC_CONTRACT}.`, after })],
    columns: [
      { as: signal, field: "v" },
      { as: `${signal}_quality`, field: "q" },
    ],
    order: "desc",
    limit: MOST_POINTS,
  };
}

function version(): DataPanel {
  return {
    id: "version",
    kind: "stat",
    title: "Limits",
    description: "Version of the limits by which the last point was judged.",
    width: 4,
    query: (scope) => {
      const { where, ...rest } = of(scope, "level", "version");
      return { measurement: rest.measurement, from: rest.from, to: rest.to, ...(where ? { where } : {}), columns: [LAST_VERSION] };
    },
    fields: [{ column: "version", label: "Version", unit: "count", colour: "plain", nullText: "none", values: GIVEN }],
  };
}

const LAST_VERSION = { as: "version", field: "v", aggregate: "last" } as const;
const GIVEN = { "0": { text: "given", colour: "plain" } } as const;

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
      { ...number("ppm_observed", "ppm observed"), digits: 3 },
      { ...number("ppm_expected", "ppm expected"), digits: 3 },
      { column: "limits_version", label: "Limits", unit: "count", values: GIVEN },
      { column: "by", label: "Recorded by", unit: "text" },
    ],
  };
}

/** In the unit of whatever is charted. */
function number(column: string, label: string): Field {
  return { column, label, unit: "", digits: 5 };
}
