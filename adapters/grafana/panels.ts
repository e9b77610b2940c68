/** Panels of the spec as panels of Grafana (classic dashboard JSON, typed by `@grafana/schema`). */
import { type Query, toGrafana } from "../../core/connect/history/index.ts";
import { type Beside, type Board, type Cell, scopeOf, type DataPanel, type Panel } from "../../core/see/board/index.ts";
import { fieldConfig } from "./fields.ts";
import type { PanelJson } from "./schema.ts";
import { tableTransformations, WHOLE } from "./tables.ts";

/** The only panel types that boards use; all are part of every Grafana from 11. */
export const PANEL_TYPES: Readonly<Record<Exclude<Panel["kind"], "text">, string>> = {
  stat: "stat",
  gauge: "gauge",
  "time-series": "timeseries",
  "state-timeline": "state-timeline",
  table: "table",
};

export const DATASOURCE = { type: "influxdb", uid: "$datasource" } as const;
/** Shows whether a query takes the bucket length of the panel: no board asks for seven minutes. */
const MARKED_EVERY_MS = 420_000;
const SPAN = { from: 1_700_000_000_000, to: 1_700_028_800_000, live: false } as const;
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
/** Grafana knows no shifts: panels of a shift show as many hours as the longest one of the demo's calendars. */
const RELATIVE = {
  "latest-1h": "1h",
  "latest-24h": "24h",
  "latest-8h": "8h",
  "1h": "1h",
  "8h": "8h",
  "24h": "24h",
  "3d": "3d",
  "90d": "90d",
  "this-shift": "8h",
  "previous-shift": "16h",
} as const;

export function panelJson(
  panel: Panel,
  cell: Cell,
  id: number,
  choices: Readonly<Record<string, string>>,
  labels: Board["labels"],
): PanelJson {
  const frame = {
    id,
    title: panel.title,
    gridPos: { x: cell.x, y: cell.y, w: cell.w, h: cell.h },
    ...(panel.description === undefined ? {} : { description: panel.description }),
    ...(panel.link === undefined ? {} : { links: [linkJson(panel.title, panel.link)] }),
  };
  if (panel.kind === "text") return { ...frame, type: "text", options: { mode: "markdown", content: panel.text.join("\n\n") } };
  const scope = { ...scopeOf(panel, SPAN, choices), everyMs: MARKED_EVERY_MS };
  const [main, besides] = [shownColumns(panel, panel.query(scope)), panel.beside?.(scope) ?? []];
  return {
    ...frame,
    type: panel.fieldsAsRows ? "bargauge" : PANEL_TYPES[panel.kind],
    datasource: DATASOURCE,
    targets: targets(panel, main, besides),
    fieldConfig: fieldConfig(panel, main, labels),
    options: options(panel),
    maxDataPoints: panel.maxPoints ?? 300,
    ...(panel.leastEveryMs === undefined ? {} : { interval: `${panel.leastEveryMs / 1_000}s` }),
    ...(panel.range === undefined ? {} : { timeFrom: RELATIVE[panel.range] }),
    ...(panel.kind === "table" ? { transformations: tableTransformations(panel, main, besides) } : {}),
    ...(panel.kind === "time-series" && main.order === "desc" ? { transformations: [OLDEST_FIRST] } : {}),
  };
}

/** Of more rows than a panel takes the newest are asked for, which come first. */
const OLDEST_FIRST = { id: "sortBy", options: { sort: [{ field: "Time", desc: false }] } };

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
function targets(panel: DataPanel, main: Query, besides: readonly Beside[]): { refId: string; query: string; [key: string]: unknown }[] {
  const marked = main.bucket?.everyMs === MARKED_EVERY_MS;
  const statements = [
    ...toGrafana(withoutRange(panel, main), marked ? { autoInterval: true } : {}),
    ...(panel.alsoOver ?? []).flatMap(({ as, range }) =>
      toGrafana(ofRange(main, as)).map((query) => query.replaceAll("$timeFilter", `time >= now() - ${RELATIVE[range]}`)),
    ),
    ...(panel.cumulative ? toGrafana(wholeOf(panel.cumulative, main)) : []),
  ].map((query) => (panel.carryInMs === undefined ? query : query.replaceAll("$timeFilter", since(panel.carryInMs))));
  return [...statements, ...besides.flatMap((one) => besideStatements(panel, one))].map((query, index) => ({
    refId: LETTERS[index] as string,
    datasource: DATASOURCE,
    rawQuery: true,
    query,
    resultFormat: panel.kind === "table" ? "table" : "time_series",
    ...(panel.kind === "table" ? {} : { alias: alias(panel, main) }),
  }));
}

/** What is held is asked for by the interval and repeated up to the end of the range, or a limit would end where it was last said. */
function besideStatements(panel: DataPanel, { query, heldMs }: Beside): string[] {
  const shown = shownColumns(panel, query);
  if (heldMs === undefined) return toGrafana(shown);
  const { order: _order, limit: _limit, ...rest } = shown;
  const columns = shown.columns.map((column) => ({ ...column, aggregate: "last" as const }));
  const steps = { ...rest, columns, bucket: { everyMs: MARKED_EVERY_MS }, fill: "previous" as const };
  return toGrafana(steps, { autoInterval: true }).map((text) => text.replaceAll("$timeFilter", since(heldMs)));
}

/** Columns of the panel's own range, and those of a further one, which the statements over it call by their names. */
function withoutRange({ alsoOver }: DataPanel, main: Query): Query {
  return alsoOver === undefined ? main : { ...main, columns: main.columns.filter(({ as }) => !as.includes("@")) };
}

function ofRange(main: Query, as: string): Query {
  return { ...main, columns: main.columns.filter((column) => column.as.endsWith(`@${as}`)) };
}

/** The sum over all series of the column that running shares are taken of. */
function wholeOf({ of }: NonNullable<DataPanel["cumulative"]>, { by: _by, ...main }: Query): Query {
  return { ...main, columns: main.columns.flatMap((column) => (column.as === of ? [{ ...column, as: WHOLE }] : [])) };
}

/** Names of series: by tag where a panel tells series apart, and by column where it shows several. */
function alias(panel: DataPanel, main: Query): string {
  const by = panel.kind === "state-timeline" ? main.by?.[0] : panel.seriesBy;
  if (by === undefined) return "$col";
  const apart = panel.kind !== "state-timeline" && panel.fields.filter(({ draw }) => draw !== "none").length > 1;
  return apart ? `$tag_${by} $col` : `$tag_${by}`;
}

/** What held when the range began is asked for with it; Grafana cuts off what it draws at the range's start. */
function since(beforeMs: number): string {
  return `time >= \${__from}ms - ${beforeMs}ms AND time <= \${__to}ms`;
}

/** Grafana draws every column that it is given, so it is given those of the fields. */
function shownColumns({ fields, alsoOver = [] }: DataPanel, query: Query): Query {
  const shown = new Set(fields.flatMap(({ column, draw }) => (draw === "none" ? [] : [column])));
  const ranges = ["", ...alsoOver.map(({ as }) => `@${as}`)];
  const columns = ranges
    .flatMap((range) => query.columns.map((column) => ({ ...column, as: `${column.as}${range}` })))
    .filter(({ as }) => shown.has(as));
  return columns.length === 0 ? query : { ...query, columns };
}

function options(panel: DataPanel): Record<string, unknown> {
  const reduceOptions = { calcs: ["lastNotNull"], fields: "", values: false };
  if (panel.fieldsAsRows) return { reduceOptions, orientation: "horizontal", displayMode: "basic", showUnfilled: true };
  if (panel.kind === "stat") return { reduceOptions, colorMode: "value", graphMode: "none", textMode: "value_and_name" };
  if (panel.kind === "gauge") return { reduceOptions, showThresholdMarkers: true, showThresholdLabels: false };
  if (panel.kind === "state-timeline")
    return { mergeValues: true, showValue: "never", legend: { displayMode: "list", placement: "bottom", showLegend: true } };
  if (panel.kind === "time-series")
    return { legend: { displayMode: "list", placement: "bottom", showLegend: true }, tooltip: { mode: "multi", sort: "none" } };
  return { showHeader: true };
}
