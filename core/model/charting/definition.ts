/** What a control chart charts: of which tags it takes what, and what begins a new stage. */
import type { ChartScope, Judged, SamplingPlan } from "../limits/index.ts";
import { type ChartKind, CHARTS, type Variables } from "../spc/index.ts";

/** Which values of a tag are one subgroup. */
export type Subgrouping =
  /** So many values in a row; with `everyMs` one such subgroup per interval, 0: one after the other. */
  | { readonly by: "count"; readonly size: number; readonly everyMs: number }
  /** All values of an interval of data time, aligned to UTC. */
  | { readonly by: "interval"; readonly everyMs: number };

export type ChartSource =
  | { readonly from: "values"; readonly tag: string; readonly subgrouping: Subgrouping }
  /** What two counters gained in an interval: defective units (or defects) among inspected ones. */
  | { readonly from: "counters"; readonly count: CounterTag; readonly size: CounterTag | null; readonly everyMs: number }
  /** What lies between two events that a counter counts: good units of the other counter, or hours where there is none. */
  | { readonly from: "events"; readonly count: CounterTag; readonly size: CounterTag | null }
  /**
   * Several tags of one machine: one vector per interval of data time, of the last value of each or of its mean. `size`: so many
   * neighbouring ones are a subgroup; absent: each stands alone.
   */
  | {
      readonly from: "vectors";
      readonly variables: Variables;
      readonly everyMs: number;
      readonly of: "last" | "mean";
      readonly size?: number;
    }
  /** Measurements by hand; they come from the ledger. `plan` null: whenever somebody likes. */
  | { readonly from: "hand"; readonly plan: SamplingPlan | null };

export interface CounterTag {
  readonly tag: string;
  /** UCUM code of what it counts, where the plant model gives one. */
  readonly unit?: string;
  /** Largest value before the counter starts again from 0, where that is declared. */
  readonly maximum?: number;
}

export interface ChartDefinition {
  /** Full dotted equipment path. */
  readonly asset: string;
  /** Name within the asset; see `CHART_NAME`. */
  readonly chart: string;
  /** The chart of the level, and that of the spread where one goes with it. */
  readonly kinds: readonly [ChartKind, ChartKind?];
  readonly source: ChartSource;
  /** UCUM code in which the values of the tag are charted; null: the plant model gives it none, or it counts. */
  readonly unit: string | null;
  /** Tags that say what is being made; a change begins a new stage, and may bring other limits. */
  readonly circumstances: { readonly [field in keyof ChartScope]?: string };
  /** Tag that shows that time goes on while no value comes. */
  readonly heartbeat: string | null;
  /** Values wait for so long before they are judged, so that those that come late find their place, ms. */
  readonly latenessMs: number;
  /** A subgroup whose values lie further apart is given up: it was not taken under the same conditions, ms; 0: no bound. */
  readonly spanMs: number;
  /** Limits by which it is judged while no version is approved; null: it only collects. */
  readonly given: Judged | null;
  /** What to do at a signal, or where that is written. */
  readonly reactionPlan: string | null;
}

/** Short runs compare products by their nominal values, so a change of product is no new stage. */
export function isShortRun({ kinds }: Pick<ChartDefinition, "kinds">): boolean {
  return CHARTS[kinds[0]].subgroup === "part";
}

/** What is charted where it is one tag of values; otherwise the name of the chart. */
export function tagOf({ source, chart }: Pick<ChartDefinition, "source" | "chart">): string {
  return source.from === "values" ? source.tag : chart;
}

/** The tags that it hears, each once. */
export function tagsOf({ source, circumstances, heartbeat }: ChartDefinition): string[] {
  return [...new Set([...measuredOf(source), ...Object.values(circumstances), heartbeat].filter((tag) => typeof tag === "string"))];
}

function measuredOf(source: ChartSource): readonly (string | undefined)[] {
  if (source.from === "values") return [source.tag];
  if (source.from === "counters" || source.from === "events") return [source.count.tag, source.size?.tag];
  return source.from === "vectors" ? source.variables.map(({ tag }) => tag) : [];
}
