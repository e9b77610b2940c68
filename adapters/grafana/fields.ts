/** Fields of a panel as field configuration of Grafana: names, units, colours and how each series is drawn. */
import type { Query } from "../../core/connect/history/index.ts";
import { unitSymbol } from "../../core/connect/units/index.ts";
import {
  type Board,
  type Colour,
  type DataPanel,
  type Field,
  type SeriesLook,
  seriesLooks,
  type Threshold,
} from "../../core/see/board/index.ts";
import type { FieldJson, PanelJson } from "./schema.ts";

type FieldConfigJson = NonNullable<PanelJson["fieldConfig"]>;
type Override = FieldConfigJson["overrides"][number];

/** Okabe and Ito's colours, in shades that read on Grafana's light and dark themes. */
export const HEX: Readonly<Record<Colour, string>> = {
  good: "#009e73",
  warning: "#e69f00",
  critical: "#d55e00",
  info: "#0072b2",
  sky: "#56b4e9",
  plum: "#cc79a7",
  muted: "#8a94a0",
  plain: "#8a94a0",
  "series-1": "#0072b2",
  "series-2": "#d55e00",
  "series-3": "#009e73",
  "series-4": "#cc79a7",
  "series-5": "#56b4e9",
  "series-6": "#e69f00",
  "series-7": "#a6761d",
  "series-8": "#8a94a0",
};

export function fieldConfig(panel: DataPanel, main: Query, labels: Board["labels"]): FieldConfigJson {
  const { fields } = panel;
  const first = fields[0] as Field;
  if (panel.kind === "table" && !panel.fieldsAsRows)
    return {
      defaults: NEUTRAL,
      overrides: firstOfEach(fields)
        .filter(({ column }) => column !== panel.largest?.as)
        .map((field) => cellOverride(field, labels)),
    };
  if (panel.kind === "state-timeline") {
    const by = main.by?.[0];
    const { displayName: _one, ...shared } = fieldJson(first);
    return { defaults: { ...shared, custom: {} }, overrides: by === undefined ? [] : seriesLooks(labels, by).map(renamed) };
  }
  const scale = { ...(panel.min === undefined ? {} : { min: panel.min }), ...(panel.max === undefined ? {} : { max: panel.max }) };
  const drawn = fields.filter(({ draw }) => draw !== "none");
  if (panel.seriesBy === undefined) {
    const custom = panel.kind === "time-series" ? { ...PLAIN_LINE, ...drawing(first) } : {};
    return {
      defaults: { ...fieldJson(first), ...scale, custom },
      overrides: drawn.slice(1).map((field) => override(field, nameOf(field))),
    };
  }
  const { displayName: _name, color: _colour, ...shared } = fieldJson(first);
  const apart = drawn.length > 1;
  return {
    defaults: { ...shared, ...scale, custom: { ...PLAIN_LINE, ...drawing(first) } },
    overrides: seriesLooks(labels, panel.seriesBy).flatMap((look) => drawn.map((field) => seriesOverride(field, look, apart))),
  };
}

const PLAIN_LINE = { drawStyle: "line", fillOpacity: 0, lineWidth: 2, spanNulls: false };
/** Of cells that no field speaks of. */
const NEUTRAL: FieldJson = {
  unit: "none",
  noValue: "–",
  thresholds: { mode: "absolute", steps: [{ value: null, color: HEX.plain }] },
  custom: {},
};

/** Options of Grafana's time series, below `custom`. */
function drawing({ draw, ownScale, thin }: Field): Record<string, unknown> {
  return {
    ...(draw === "bars" ? { drawStyle: "bars", fillOpacity: 80 } : {}),
    ...(draw === "points" ? { drawStyle: "points", pointSize: 8 } : {}),
    ...(draw === "marked" ? { showPoints: "always", pointSize: 5 } : {}),
    ...(draw === "steps" ? { lineInterpolation: "stepAfter" } : {}),
    ...(thin ? { lineWidth: 1 } : {}),
    ...(ownScale ? { axisPlacement: "right" } : {}),
  };
}

function override(field: Field, name: string, more: Record<string, unknown> = {}): Override {
  const { color, unit, decimals, displayName, mappings, thresholds } = fieldJson(field);
  const custom = Object.fromEntries(Object.entries(drawing(field)).map(([key, value]) => [`custom.${key}`, value]));
  const properties = Object.entries({ unit, displayName, decimals, color, mappings, thresholds, ...custom, ...more });
  return {
    matcher: { id: "byName", options: name },
    properties: properties.filter(([, value]) => value !== undefined).map(([id, value]) => ({ id, value })),
  };
}

/** A series is called as its alias makes it: the tag's value, and the column where there are several. */
function seriesOverride(field: Field, { value, label, colour, dashed }: SeriesLook, apart: boolean): Override {
  return override(field, apart ? `${value} ${field.column}` : value, {
    displayName: apart ? `${label}, ${field.label}` : label,
    color: { mode: "fixed", fixedColor: HEX[field.colour ?? colour] },
    ...(dashed ? { "custom.lineStyle": { fill: "dash", dash: [6, 4] } } : {}),
  });
}

function renamed({ value, label }: SeriesLook): Override {
  return { matcher: { id: "byName", options: value }, properties: [{ id: "displayName", value: label }] };
}

/** A cell: coloured by its thresholds or named values, with a bar where the field asks for one, and tags by their names. */
function cellOverride(field: Field, labels: Board["labels"]): Override {
  const tag = field.column.startsWith("tag:") ? field.column.slice(4) : undefined;
  const names = tag !== undefined && Object.hasOwn(labels, tag) ? labels[tag] : undefined;
  const named = Object.entries(names ?? {}).map(([value, text], index) => [value, { text, index }] as const);
  const coloured = field.thresholds !== undefined || field.values !== undefined;
  const bar = { type: "gauge", mode: "basic", valueDisplayMode: "text" };
  return override(field, nameOf(field), {
    ...(named.length > 0 ? { mappings: [{ type: "value", options: Object.fromEntries(named) }] } : {}),
    ...(field.bar ? { "custom.cellOptions": bar } : coloured ? { "custom.cellOptions": { type: "color-text" } } : {}),
    ...(field.bar && field.unit === "ratio" ? { min: 0, max: 1 } : {}),
  });
}

/** Grafana has each column once. */
function firstOfEach(fields: readonly Field[]): readonly Field[] {
  return fields.filter(({ column }, index) => fields.findIndex((field) => field.column === column) === index);
}

/** What the column of a field is called in Grafana's tables. */
export function nameOf({ column }: Pick<Field, "column">): string {
  return column === "time" ? "Time" : column.replace(/^tag:/, "");
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
