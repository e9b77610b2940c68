/**
 * The report of one shift of one line, as a statement `report.shift.v1` of the ledger: made of what the ledger holds, so the
 * same knowledge gives the same report, and a correction the next revision of it.
 */
import type { JsonObject } from "../../connect/event/index.ts";
import type { Effective } from "../downtime/index.ts";
import type { Explanation } from "../explanation/index.ts";
import { type Loss, lossesOf, outside, overlap, type Span } from "./losses.ts";
import { type ReportedOrder, reportedOrders, type ReportedReconciliation, reportedReconciliations } from "./production.ts";

export const SHIFT_REPORT = "report.shift.v1";

/** One shift that takes place. */
export interface ReportedShift extends Span {
  readonly name: string;
  /** Local date, `YYYY-MM-DD`. */
  readonly productionDay: string;
}

export interface ReportedMachine {
  /** Full dotted equipment path. */
  readonly asset: string;
  readonly explanation: Explanation;
  readonly effective: Effective;
  /** Stated changeovers, in order of time. */
  readonly changeovers: readonly Span[];
}

export type MachineFigures = {
  readonly asset: string;
  readonly oee: number | null;
  readonly availability: number | null;
  readonly performance: number | null;
  readonly quality: number | null;
  readonly planned_ms: number;
  readonly unknown_ms: number;
  readonly total: number;
  readonly good: number;
  readonly scrap: number;
  /** Minutes that were stated more than once. */
  readonly corrected: number;
};

/** A stop that nobody has named. */
export type OpenStop = {
  readonly asset: string;
  readonly start: number;
  /** Null while it lasts. */
  readonly end: number | null;
  readonly bucket: string;
  readonly state: string;
};

export type ShiftReport = {
  readonly shift: string;
  readonly production_day: string;
  /** Up to where minutes of the constraint have been stated, ms UTC; null when none has. */
  readonly stated_to: number | null;
  /** The machine that sets the pace: its figures are the line's. */
  readonly constraint: string;
  readonly machines: readonly MachineFigures[];
  readonly losses: readonly Loss[];
  readonly open_stops: readonly OpenStop[];
  readonly open_stop_count: number;
  /** Parts that people said something about that no longer fits. */
  readonly to_review: number;
  readonly products: readonly { readonly product: string; readonly total: number; readonly good: number; readonly scrap: number }[];
  /** Orders of the constraint and by whose word they were on it. Absent in reports of before. */
  readonly orders?: readonly ReportedOrder[];
  /** Absent in reports of before. */
  readonly reconciliations?: readonly ReportedReconciliation[];
};

const MOST_LOSSES = 12;
const MOST_OPEN_STOPS = 12;

/** `planned`: the working time of the shift. The first machine named by `constraint` must be among `machines`. */
export function shiftReport(
  { name, productionDay, ...span }: ReportedShift,
  machines: readonly ReportedMachine[],
  constraint: string,
  planned: readonly Span[],
): ShiftReport {
  const pace = machines.find(({ asset }) => asset === constraint);
  if (pace === undefined) throw new RangeError(`${constraint} is not among the machines of the report.`);
  const open = machines.flatMap((machine) => openStops(machine, span, planned)).toSorted((a, b) => length(b) - length(a));
  const losses = lossesOf(pace, planned);
  return {
    shift: name,
    production_day: productionDay,
    stated_to: pace.explanation.statedTo,
    constraint,
    machines: machines.map(figuresOf),
    losses: losses.length <= MOST_LOSSES ? losses : [...losses.slice(0, MOST_LOSSES - 1), rest(losses.slice(MOST_LOSSES - 1))],
    open_stops: open.slice(0, MOST_OPEN_STOPS),
    open_stop_count: open.length,
    to_review: machines.reduce((sum, { effective }) => sum + effective.review.length, 0),
    products: pace.explanation.products.map(({ product, total, good, scrap }) => ({ product, total, good, scrap })),
    orders: reportedOrders(pace),
    reconciliations: reportedReconciliations(machines),
  };
}

/** What changed between two revisions, in the order of the page. */
export function changesBetween(
  before: ShiftReport,
  after: ShiftReport,
): readonly { readonly asset: string; readonly figure: string; readonly before: number | null; readonly after: number | null }[] {
  const figures = ["oee", "availability", "performance", "quality", "total", "good", "scrap", "planned_ms", "unknown_ms"] as const;
  return after.machines.flatMap((machine) => {
    const old = before.machines.find(({ asset }) => asset === machine.asset);
    return figures.flatMap((figure) => {
      const was = old?.[figure] ?? null;
      return was === machine[figure] ? [] : [{ asset: machine.asset, figure, before: was, after: machine[figure] }];
    });
  });
}

/** As the ledger holds it. */
export function reportOf(data: JsonObject): ShiftReport {
  return data as unknown as ShiftReport;
}

function figuresOf({ asset, explanation: { ratios, time, counts, corrected } }: ReportedMachine): MachineFigures {
  const value = (name: string): number | null => ratios.find((ratio) => ratio.name === name)?.value ?? null;
  return {
    asset,
    oee: value("oee"),
    availability: value("availability"),
    performance: value("performance"),
    quality: value("quality"),
    planned_ms: ratios.find(({ name }) => name === "availability")?.below.ms ?? 0,
    unknown_ms: time.find(({ bucket }) => bucket === "unknown")?.ms ?? 0,
    total: counts.total,
    good: counts.good,
    scrap: counts.scrap,
    corrected,
  };
}

function openStops({ asset, effective, changeovers }: ReportedMachine, shift: Span, planned: readonly Span[]): OpenStop[] {
  // Why a machine stands while it is changed over is known.
  const toExplain = outside(planned, changeovers);
  return effective.stops
    .filter(({ stop: { micro, bucket } }) => !micro && bucket !== "external")
    .flatMap(({ stop, parts }) =>
      parts
        .filter(({ reason, start, end }) => reason === null && overlap({ start, end: end ?? shift.end }, toExplain) > 0)
        .map(({ start, end, bucket }) => ({ asset, start, end, bucket, state: stop.state })),
    );
}

function length({ start, end }: OpenStop): number {
  return (end ?? Number.MAX_SAFE_INTEGER) - start;
}

function rest(losses: readonly Loss[]): Loss {
  return { kind: "other", name: null, ms: losses.reduce((sum, { ms }) => sum + ms, 0), count: null };
}
