/** Panels of the chosen control chart: what was said last, and its level and spread drawn as they were judged. */
import type { Query } from "../core/connect/history/index.ts";
import { LIMITS_AGAIN_MS, SPC_CONTRACT } from "../core/model/charting/index.ts";
import type { Beside, DataPanel, Field, Scope } from "../core/see/board/index.ts";

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

/** Version 0 of the limits of a chart. */
export const GIVEN = { "0": { text: "given", colour: "plain" } } as const;

/** What was said last: the point between its limits, the spread, and the version of the limits. */
export function lastPanels(): DataPanel[] {
  return [
    {
      id: "last",
      kind: "stat",
      title: "Last point",
      description: "The statistic of the last point, and the centre and limits by which it was judged.",
      width: 16,
      nothing: NOT_YET,
      query: (scope) => ({ ...of(scope, "level", "value"), limit: 1 }),
      beside: (scope) => EDGES.map(([signal]) => ({ query: { ...of(scope, "level", signal), limit: 1 }, heldMs: LIMITS_AGAIN_MS })),
      fields: [
        { ...number("value", "Statistic"), colour: "info" },
        ...EDGES.map(([signal, label, colour]): Field => ({ ...number(signal, label), colour, thin: true, nullText: "none" })),
      ],
    },
    tile("last-spread", "spread", "Last spread", "What goes with it on the chart of the spread; not every chart has one.", {
      ...number("value", "Spread"),
      colour: "info",
    }),
    tile("version", "level", "Limits", "Version of the limits by which the last point was judged.", {
      column: "version",
      label: "Version",
      unit: "count",
      colour: "plain",
      nullText: "none",
      values: GIVEN,
    }),
  ];
}

const EDGES = HELD.filter(([signal]) => signal === "lower" || signal === "centre" || signal === "upper").toReversed();
const NOT_YET = "–";

/** The newest sample of a chart. */
function tile(id: string, part: Part, title: string, description: string, field: Field): DataPanel {
  return {
    id,
    kind: "stat",
    title,
    description,
    width: 4,
    nothing: NOT_YET,
    query: (scope) => ({ ...of(scope, part, field.column), limit: 1 }),
    fields: [field],
  };
}

/** In the unit of whatever is charted. */
function number(column: string, label: string): Field {
  return { column, label, unit: "", digits: 4 };
}
