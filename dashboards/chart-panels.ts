/** Panels of the chosen control chart: what was said last, and its level and spread drawn as they were judged. */
import type { Query } from "../core/connect/history/index.ts";
import { LIMITS_AGAIN_MS, SPC_CONTRACT } from "../core/model/charting/index.ts";
import type { Beside, Colour, DataPanel, Field, Scope } from "../core/see/board/index.ts";

/** As many as the page of a chart draws. */
const MOST_POINTS = 2_000;

const TEXTS = {
  level: {
    title: "Level",
    description:
      "The statistic as it was judged, with the limits of that time; zones at one and two standard deviations of it. A mark is a point that broke a rule.",
  },
  spread: {
    title: "Spread",
    description:
      "The range, moving range or standard deviation that goes with the chart above. Where no lower limit is drawn, there is none.",
  },
} as const;

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

export function drawnPanel(part: Part, nothing: string): DataPanel {
  return {
    id: part,
    kind: "time-series",
    ...TEXTS[part],
    nothing,
    width: 24,
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

interface Tile {
  readonly id: string;
  readonly part: Part;
  readonly title: string;
  readonly description: string;
  readonly field: Field;
}

/** Version 0 of the limits of a chart. */
export const GIVEN = { "0": { text: "given", colour: "plain" } } as const;

const TILES: readonly Tile[] = [
  {
    id: "last",
    part: "level",
    title: "Last point",
    description: "The statistic of the last point.",
    field: { ...number("value", "Level"), colour: "info" },
  },
  {
    id: "last-spread",
    part: "spread",
    title: "Last spread",
    description: "What goes with it on the chart of the spread; not every chart has one.",
    field: { ...number("value", "Spread"), colour: "info" },
  },
  limitTile("upper", "Upper limit", "critical"),
  limitTile("centre", "Centre", "good"),
  limitTile("lower", "Lower limit", "critical"),
  {
    id: "version",
    part: "level",
    title: "Limits",
    description: "Version of the limits by which the last point was judged.",
    field: { column: "version", label: "Version", unit: "count", colour: "plain", nullText: "none", values: GIVEN },
  },
];

function limitTile(signal: "upper" | "centre" | "lower", title: string, colour: Colour): Tile {
  const description = "Of the level, as it was said last.";
  return { id: `last-${signal}`, part: "level", title, description, field: { ...number(signal, "Level"), colour, nullText: "none" } };
}

/** What was said last: the point, its spread, and the limits of the level. */
export const chartTiles = (): DataPanel[] => TILES.map((one) => tile(one));

/** The newest sample of a chart. */
function tile({ id, part, title, description, field }: Tile): DataPanel {
  return {
    id,
    kind: "stat",
    title,
    description,
    width: 4,
    nothing: "–",
    query: (scope) => ({ ...of(scope, part, field.column), limit: 1 }),
    fields: [field],
  };
}

/** In the unit of whatever is charted. */
function number(column: string, label: string): Field {
  return { column, label, unit: "", digits: 4 };
}
