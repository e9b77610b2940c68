/** A board as a Grafana dashboard: classic JSON (schema 42), for Grafana 11.6 to 13. */
import { toGrafanaValues } from "../../core/connect/history/index.ts";
import { type Board, layout, type StoredValues } from "../../core/see/board/index.ts";
import { DATASOURCE, panelJson } from "./panels.ts";
import type { DashboardJson, PanelJson, RowJson, VariableJson } from "./schema.ts";

const SCHEMA_VERSION = 42;

export function dashboardJson(board: Board): DashboardJson {
  const choices = Object.fromEntries(board.variables.map((variable) => [variable.name, variable.default]));
  const panels = layout(board).map((placed, index): PanelJson | RowJson => {
    const id = index + 1;
    if ("panel" in placed) return panelJson(placed.panel, placed, id, choices, board.labels);
    const { x, y, w, h } = placed;
    return { id, type: "row", title: placed.rowTitle, collapsed: false, gridPos: { x, y, w, h }, panels: [] };
  });
  return {
    uid: `twinline-${board.id}`.slice(0, 40),
    title: board.title,
    description: board.description,
    tags: ["twinline"],
    timezone: board.zone,
    schemaVersion: SCHEMA_VERSION,
    editable: false,
    graphTooltip: 1,
    refresh: `${Math.max(5, board.refreshMs / 1_000)}s`,
    time: { from: board.range === "1h" ? "now-1h" : "now-8h", to: "now" },
    templating: { list: [datasourceVariable(), ...board.variables.map(variable)] },
    annotations: { list: [] },
    links: [OTHER_BOARDS],
    panels,
  };
}

/** All boards of Twinline, of the same range. */
const OTHER_BOARDS: NonNullable<DashboardJson["links"]>[number] = {
  type: "dashboards",
  tags: ["twinline"],
  title: "Boards",
  asDropdown: true,
  keepTime: true,
  includeVars: false,
  icon: "external link",
  targetBlank: false,
  tooltip: "",
  url: "",
};

function datasourceVariable(): VariableJson {
  return {
    name: "datasource",
    label: "Historian",
    type: "datasource",
    query: "influxdb",
    current: { text: "Twinline", value: "twinline" },
    hide: 0,
    options: [],
    refresh: 1,
  };
}

function variable({ stored, ...rest }: Board["variables"][number]): VariableJson {
  return stored === undefined ? customVariable(rest) : queryVariable(rest, stored);
}

/** Asked again when the time range changes; the datasource's own answer is sorted. */
function queryVariable({ name, label }: Board["variables"][number], stored: StoredValues): VariableJson {
  const query = toGrafanaValues(stored);
  const { tag, pattern } = stored.like;
  return {
    name,
    label,
    type: "query",
    datasource: DATASOURCE,
    query,
    ...(tag === stored.tag ? { regex: `/${pattern}/` } : {}),
    refresh: 2,
    sort: 1,
    options: [],
    multi: false,
    includeAll: false,
    hide: 0,
  };
}

function customVariable({ name, label, options, default: value }: Board["variables"][number]): VariableJson {
  const shown = options.map((option) => ({ text: option.label, value: option.value, selected: option.value === value }));
  const current = shown.find((option) => option.selected);
  return {
    name,
    label,
    type: "custom",
    query: options.map((option) => `${escaped(option.label)} : ${escaped(option.value)}`).join(", "),
    options: shown,
    ...(current ? { current } : {}),
    multi: false,
    includeAll: false,
    hide: 0,
  };
}

function escaped(text: string): string {
  return text.replaceAll(",", "\\,");
}
