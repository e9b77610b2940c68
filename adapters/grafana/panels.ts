/** Panels of the spec as panels of Grafana (classic dashboard JSON, typed by `@grafana/schema`). */
import { type Query, toGrafana } from "../../core/connect/history/index.ts";
import { unitSymbol } from "../../core/connect/units/index.ts";
import { type Cell, scopeOf, type DataPanel, type Field, type Panel, type Threshold } from "../../core/see/board/index.ts";
import type { FieldJson, PanelJson } from "./schema.ts";

/** The only panel types that boards use; all are part of every Grafana from 11. */
export const PANEL_TYPES: Readonly<Record<Exclude<Panel["kind"], "text">, string>> = {
  stat: "stat",
  gauge: "gauge",
  "time-series": "timeseries",
  "state-timeline": "state-timeline",
  table: "table",
};

/** Okabe and Ito's colours, in shades that read on Grafana's light and dark themes. */
const HEX = {
  good: "#009e73",
  warning: "#e69f00",
  critical: "#d55e00",
  info: "#0072b2",
  sky: "#56b4e9",
  plum: "#cc79a7",
  muted: "#8a94a0",
  plain: "#8a94a0",
} as const;

export const DATASOURCE = { type: "influxdb", uid: "$datasource" } as const;
/** Shows whether a query takes the bucket length of the panel: no board asks for seven minutes. */
const MARKED_EVERY_MS = 420_000;
const SPAN = { from: 1_700_000_000_000, to: 1_700_028_800_000, live: false } as const;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/** Grafana knows no shifts: panels of a shift show as many hours as the longest one of the demo's calendars. */
const RELATIVE = {
  "latest-8h": "8h",
  "1h": "1h",
  "8h": "8h",
  "24h": "24h",
  "3d": "3d",
  "this-shift": "8h",
  "previous-shift": "16h",
} as const;

export function panelJson(panel: Panel, cell: Cell, id: number, choices: Readonly<Record<string, string>>): PanelJson {
  const frame = {
    id,
    title: panel.title,
    gridPos: { x: cell.x, y: cell.y, w: cell.w, h: cell.h },
    ...(panel.description === undefined ? {} : { description: panel.description }),
    ...(panel.link === undefined ? {} : { links: [linkJson(panel.title, panel.link)] }),
  };
  if (panel.kind === "text") return { ...frame, type: "text", options: { mode: "markdown", content: panel.text.join("\n\n") } };
  return {
    ...frame,
    type: panel.fieldsAsRows ? "bargauge" : PANEL_TYPES[panel.kind],
    datasource: DATASOURCE,
    targets: targets(panel, choices),
    fieldConfig: {
      defaults: defaults(panel),
      overrides: panel.fields
        .slice(1)
        .filter(({ draw }) => draw !== "none")
        .map(override),
    },
    options: options(panel),
    maxDataPoints: panel.maxPoints ?? 300,
    ...(panel.leastEveryMs === undefined ? {} : { interval: `${panel.leastEveryMs / 1_000}s` }),
    ...(panel.range === undefined ? {} : { timeFrom: RELATIVE[panel.range] }),
    ...(panel.kind === "table" ? { transformations: tableTransformations(panel) } : {}),
  };
}

function linkJson(title: string, url: string): NonNullable<PanelJson["links"]>[number] {
  const plain = {
    asDropdown: false,
    icon: "external link",
    includeVars: false,
    keepTime: false,
    tags: [],
    targetBlank: false,
    tooltip: "",
  };
  return { ...plain, title, url, type: "link" };
}

/** InfluxQL targets; ratios with different denominators are separate statements. */
export function targets(
  panel: DataPanel,
  choices: Readonly<Record<string, string>>,
): { refId: string; query: string; [key: string]: unknown }[] {
  const main = shownColumns(panel, panel.query({ ...scopeOf(panel, SPAN, choices), everyMs: MARKED_EVERY_MS }));
  const marked = main.bucket?.everyMs === MARKED_EVERY_MS;
  return toGrafana(main, marked ? { autoInterval: true } : {}).map((query, index) => ({
    refId: LETTERS[index] as string,
    datasource: DATASOURCE,
    rawQuery: true,
    query: panel.carryInMs === undefined ? query : query.replaceAll("$timeFilter", since(panel.carryInMs)),
    resultFormat: panel.kind === "table" ? "table" : "time_series",
    ...(panel.kind === "table" ? {} : { alias: (main.by ?? []).length > 0 ? `$tag_${main.by?.[0] ?? ""}` : "$col" }),
  }));
}

/** What held when the range began is asked for with it; Grafana cuts off what it draws at the range's start. */
function since(beforeMs: number): string {
  return `time >= \${__from}ms - ${beforeMs}ms AND time <= \${__to}ms`;
}

/** Columns that only make a difference: a table subtracts them (see its transformations), other panels leave them out. */
function shownColumns(panel: DataPanel, query: Query): Query {
  const { difference } = panel;
  if (!difference || panel.kind === "table") return query;
  return { ...query, columns: query.columns.filter(({ as }) => as !== difference.of && as !== difference.less) };
}

function defaults(panel: DataPanel): FieldJson {
  const first = panel.fields[0] as Field;
  const custom: Record<string, unknown> =
    panel.kind === "time-series"
      ? { drawStyle: first.draw === "bars" ? "bars" : "line", fillOpacity: first.draw === "bars" ? 80 : 0, lineWidth: 2, spanNulls: false }
      : {};
  return {
    ...fieldJson(first),
    ...(panel.min === undefined ? {} : { min: panel.min }),
    ...(panel.max === undefined ? {} : { max: panel.max }),
    custom,
  };
}

function override(field: Field): NonNullable<PanelJson["fieldConfig"]>["overrides"][number] {
  const { color, unit, decimals, displayName, mappings, thresholds } = fieldJson(field);
  const properties = Object.entries({
    unit,
    displayName,
    decimals,
    color,
    mappings,
    thresholds,
    ...(field.draw === "bars" ? { "custom.drawStyle": "bars" } : {}),
    ...(field.draw === "steps" ? { "custom.lineInterpolation": "stepAfter" } : {}),
    ...(field.ownScale ? { "custom.axisPlacement": "right" } : {}),
  });
  return {
    matcher: { id: "byName", options: nameInGrafana(field) },
    properties: properties.filter(([, value]) => value !== undefined).map(([id, value]) => ({ id, value })),
  };
}

function nameInGrafana(field: Field): string {
  if (field.column === "time") return "Time";
  return field.column.replace(/^tag:/, "");
}

function fieldJson(field: Field): FieldJson {
  return {
    unit: UNITS[field.unit] ?? (["text", "quality", "1", ""].includes(field.unit) ? "none" : `suffix: ${unitSymbol(field.unit)}`),
    displayName: field.label,
    noValue: field.nullText ?? "–",
    ...(field.decimals === undefined ? {} : { decimals: field.decimals }),
    color: field.thresholds ? { mode: "thresholds" } : { mode: "fixed", fixedColor: HEX[field.colour ?? "info"] },
    thresholds: { mode: "absolute", steps: steps(field.thresholds, HEX[field.colour ?? "info"]) },
    mappings: field.values
      ? [
          {
            type: "value",
            options: Object.fromEntries(
              Object.entries(field.values).map(([key, { text, colour }], index) => [key, { text, color: HEX[colour], index }]),
            ),
          },
        ]
      : [],
  };
}

const UNITS: Readonly<Record<string, string>> = {
  ratio: "percentunit",
  duration: "ms",
  age: "dateTimeFromNow",
  time: "dateTimeAsIso",
  date: "dateTimeAsIso",
  count: "short",
  g: "massg",
};

function steps(thresholds: readonly Threshold[] | undefined, plain: string): { value: number | null; color: string }[] {
  return thresholds?.map(({ from, colour }) => ({ value: from, color: HEX[colour] })) ?? [{ value: null, color: plain }];
}

function options(panel: DataPanel): Record<string, unknown> {
  const reduceOptions = {
    calcs: ["lastNotNull"],
    fields: panel.kind === "gauge" ? `/^${(panel.fields[0] as Field).column}$/` : "",
    values: false,
  };
  if (panel.fieldsAsRows) return { reduceOptions, orientation: "horizontal", displayMode: "basic", showUnfilled: true };
  if (panel.kind === "stat") return { reduceOptions, colorMode: "value", graphMode: "none", textMode: "value_and_name" };
  if (panel.kind === "gauge") return { reduceOptions, showThresholdMarkers: true, showThresholdLabels: false };
  if (panel.kind === "state-timeline")
    return { mergeValues: true, showValue: "never", legend: { displayMode: "list", placement: "bottom", showLegend: true } };
  if (panel.kind === "time-series")
    return { legend: { displayMode: "list", placement: "bottom", showLegend: true }, tooltip: { mode: "multi", sort: "none" } };
  return { showHeader: true };
}

/** Ratios and sums come from several statements; a table shows them side by side, without the columns it does not name. */
function tableTransformations(panel: DataPanel): NonNullable<PanelJson["transformations"]> {
  if (panel.fieldsAsRows) return [];
  const { difference } = panel;
  return [
    { id: "merge", options: {} },
    ...(difference ? subtraction(difference) : []),
    ...(panel.newestFirst ? [{ id: "sortBy", options: { sort: [{ field: "Time", desc: true }] } }] : []),
  ];
}

function subtraction({ as, of, less }: NonNullable<DataPanel["difference"]>): NonNullable<PanelJson["transformations"]> {
  const binary = { left: of, operator: "-", right: less };
  return [
    { id: "calculateField", options: { mode: "binary", alias: as, binary, replaceFields: false } },
    { id: "organize", options: { excludeByName: { [of]: true, [less]: true }, indexByName: {}, renameByName: {} } },
  ];
}
