/**
 * What a board is: panels over the query tree, in rows on a grid of 24 columns. One spec gives the embedded viewer and
 * the Grafana dashboard, so both show the same numbers.
 */
import type { Around, Query, TagFilter } from "../../connect/history/index.ts";

/** Named colours, told apart by people with colour vision deficiencies; each output has its own shades for light and dark. */
export const ROLE_COLOURS = ["good", "warning", "critical", "info", "sky", "plum", "muted", "plain"] as const;
/** For series that are told apart without a judgement, in this order. */
export const SERIES_COLOURS = ["series-1", "series-2", "series-3", "series-4", "series-5", "series-6", "series-7", "series-8"] as const;
export const COLOURS = [...ROLE_COLOURS, ...SERIES_COLOURS] as const;
export type Colour = (typeof COLOURS)[number];

/**
 * How a number is shown. `ratio` 0.853 as 85.3 %; `duration` milliseconds as h:min; `age` and `time` an instant (ms UTC);
 * `quality` the classic OPC code as its word; every other unit is a UCUM code, whose symbol is printed after the number, or a plain word.
 */
export type DisplayUnit = "ratio" | "duration" | "age" | "time" | "quality" | "count" | "text" | (string & {});

/** From this value up (null: from the bottom) the value is called `name`. Colour never speaks alone: the name is shown. */
export interface Threshold {
  readonly from: number | null;
  readonly name: string;
  readonly colour: Colour;
}

export interface NamedValue {
  readonly text: string;
  readonly colour: Colour;
}

/** One column of a result as people see it. */
export interface Field {
  /** A column of the panel's query, a tag (`tag:asset`), or the row's instant (`time`). */
  readonly column: string;
  readonly label: string;
  readonly unit: DisplayUnit;
  readonly decimals?: number;
  /**
   * Instead of decimals: those that show this many digits of what the values of a picture span, or its limits, and none that no value
   * has. A value alone is measured by its own size. Grafana chooses its own.
   */
  readonly digits?: number;
  /** Shown where there is no value. Default "–". */
  readonly nullText?: string;
  readonly thresholds?: readonly Threshold[];
  readonly values?: Readonly<Record<string, NamedValue>>;
  readonly colour?: Colour;
  /** `steps`: the value holds for its whole interval. `points`: marks without a line between them; `marked`: with one. `none`: only in the legend. */
  readonly draw?: "line" | "steps" | "points" | "marked" | "bars" | "band" | "none";
  /** A limit of the others: in a time-series a line that stays behind them; `digits` of the others are those of what lies between limits. */
  readonly thin?: true;
  /** time-series: on a scale of its own at the right, on which it takes the lower third. */
  readonly ownScale?: boolean;
  /** With `shareOf`: this one has no share. */
  readonly noShare?: boolean;
  /** In tables, of a tag: the board that a click on a value opens, with its query string. */
  readonly opens?: Readonly<Record<string, string>>;
  /** With `waterfall`: what is left at this step; fields without it were lost on the way. */
  readonly left?: true;
  /** In tables: a row whose value is 0 is left out. */
  readonly onlyIfAny?: true;
  /** In tables: a bar behind the number, in proportion to the largest one. */
  readonly bar?: boolean;
}

/** What a query is made from. Times in ms UTC, [from, to). */
export interface Scope {
  readonly from: number;
  readonly to: number;
  /** Bucket length that gives at most `maxPoints` points over the range. */
  readonly everyMs: number;
  /** The chosen value of a variable as a filter on a tag, in which `around` stands before and after it. */
  chosen(variable: string, tag: string, around?: Around): TagFilter;
}

/** A further question about the rows of a panel; its columns have names of their own. */
export interface Beside {
  readonly query: Query;
  /** time-series: a value holds until the next one, also one of so long before the range, ms. Without it, it belongs to its own instant. */
  readonly heldMs?: number;
}

/** A limit that depends on what is being made: the field's value at a time names the entry that applies. In the unit of the first field. */
export interface LimitsByValue {
  /** Query whose column `value` gives the key over time. */
  readonly query: (scope: Scope) => Query;
  readonly limits: Readonly<Record<string, readonly { readonly label: string; readonly value: number; readonly colour: Colour }[]>>;
}

interface PanelBase {
  readonly id: string;
  readonly title: string;
  /** What the figure means, and how it is made; shown on demand. */
  readonly description?: string;
  /** Columns of the grid, 1 to 24. */
  readonly width: number;
  /** Instead of the board's range. */
  readonly range?: RangeName;
  /** Equipment whose calendar says when a shift is; instead of the board's. */
  readonly shiftsOf?: string;
  /** Most points per series; the bucket length follows. Default 300. */
  readonly maxPoints?: number;
  /** Buckets are never shorter, e.g. 60 000 for OEE atoms. */
  readonly leastEveryMs?: number;
  /** With a range that reaches to the present: data older than this is called stale. */
  readonly staleAfterMs?: number;
  /** Opened by a click on the title; a path on this server, or an https address. */
  readonly link?: string;
}

export interface DataPanel extends PanelBase {
  readonly kind: "stat" | "gauge" | "time-series" | "state-timeline" | "table";
  readonly query: (scope: Scope) => Query;
  readonly fields: readonly Field[];
  /** Said where the range has nothing: why that may be, and what to do. Grafana has words of its own. */
  readonly nothing?: string;
  /** Columns that stand beside those of the query, in its row of equal tags: of the same instant, or held. */
  readonly beside?: (scope: Scope) => readonly Beside[];
  /** gauge and time-series: the scale, in the unit of the first field. */
  readonly min?: number;
  readonly max?: number;
  /**
   * time-series: a series for each value of this tag instead of the first series alone, named by the board's labels of the
   * tag. Fields without a colour take that of their series; colours follow the order of the labels, so a machine has the
   * same on every panel.
   */
  readonly seriesBy?: string;
  /** stat: lines below the figure. */
  readonly limitsBy?: LimitsByValue;
  /** Its figures are those of one machine's OEE, chosen by the variable `asset`: the page can say how they come about. */
  readonly explained?: true;
  /** state-timeline: what held when the range began, looked for this long before it. */
  readonly carryInMs?: number;
  /** table of series without buckets: the same question over more ranges; the columns of each are called `<column>@<as>`. */
  readonly alsoOver?: readonly { readonly range: RangeName; readonly as: string }[];
  /** A column `as` with the name of that of these columns that is the largest; null where none is above 0. Grafana has none. */
  readonly largest?: { readonly as: string; readonly of: readonly string[] };
  /** table of series: a row for every value of this tag that the board names, with or without data. */
  readonly everyOf?: string;
  /** With `everyOf`: what the row of such a value says instead of its cells while it has no data. Grafana has no such rows. */
  readonly absent?: Readonly<Record<string, string>>;
  /** table: one row per field of the first row instead of one column per field. */
  readonly fieldsAsRows?: boolean;
  /** table of `fieldsAsRows`: the largest first, as in a Pareto chart, without those that are 0; Grafana keeps the order of the fields. */
  readonly largestFirst?: boolean;
  /** table: newest row first. */
  readonly newestFirst?: boolean;
  /** table of `fieldsAsRows`: each row also as a share of this column, e.g. of planned time. */
  readonly shareOf?: { readonly column: string; readonly label: string };
  /** table of `fieldsAsRows`: from each field with `left` to the next, what was lost between them. */
  readonly waterfall?: true;
  /** table of series: one row each, the largest of column `of` first, with a column `as`: their running share of its sum. */
  readonly cumulative?: { readonly of: string; readonly as: string };
}

export interface TextPanel extends PanelBase {
  readonly kind: "text";
  /** Plain paragraphs. */
  readonly text: readonly string[];
}

export type Panel = DataPanel | TextPanel;

export interface BoardRow {
  readonly title?: string;
  /** Grid units of about 36 pixels. */
  readonly height: number;
  readonly panels: readonly Panel[];
}

export interface BoardVariable {
  readonly name: string;
  readonly label: string;
  readonly options: readonly BoardOption[];
  readonly default: string;
  /** Grafana offers these instead of the options, which only the process knows that serves the viewer. */
  readonly stored?: StoredValues;
}

export interface BoardOption {
  readonly value: string;
  readonly label: string;
  /** Offered only where an earlier variable has one of these values. */
  readonly where?: { readonly variable: string; readonly in: readonly string[] };
}

/** Values of a tag of which the historian has series. */
export interface StoredValues {
  readonly measurement: string;
  readonly tag: string;
  readonly where: readonly TagFilter[];
  /** Of the series, this tag is like this regular expression; of `tag` itself, its first group is the value. */
  readonly like: { readonly tag: string; readonly pattern: string };
}

export const RANGE_NAMES = [
  "latest-1h",
  "latest-8h",
  "latest-24h",
  "1h",
  "8h",
  "24h",
  "this-shift",
  "previous-shift",
  "3d",
  "90d",
] as const;
export type RangeName = (typeof RANGE_NAMES)[number];

export interface Board {
  /** In the address: lower case letters, digits, hyphens. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  /** The equipment it is about: only people whose scope covers it may see the board. */
  readonly asset: string;
  /** Whose calendar says when a shift is; its own by default. */
  readonly shiftsOf?: string;
  /** IANA zone in which times are shown and days begin. */
  readonly zone: string;
  readonly variables: readonly BoardVariable[];
  readonly range: RangeName;
  readonly refreshMs: number;
  /** It is the board of a line whose shifts are reported. */
  readonly shiftReports?: true;
  readonly rows: readonly BoardRow[];
  /** The newest rows of the equipment in a window: they say how far the data reaches. Without it, to the present. */
  readonly edge?: (window: { readonly from: number; readonly to: number }) => Query;
  /** Names for values of tags: `{ asset: { "acme…filler01": "Filler" } }`. */
  readonly labels: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
