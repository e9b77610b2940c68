/**
 * A plant's own figures beside Twinline's, shift by shift: `readShiftSheet` reads the sheet, `shiftSums` asks the
 * historian, `compareShifts` says what differs and how Twinline's figure comes about.
 */
import type { Historian } from "../../connect/history/index.ts";
import { dateOf, ZoneClock } from "../calendar/clock.ts";
import { type FigureKind, type FigureName, FIGURES, type ShiftSums, SUM_COLUMNS, sumsOf } from "./figures.ts";
import type { ShiftRow } from "./sheet.ts";

export { type FigureKind, type FigureName, FIGURES, type ShiftSums } from "./figures.ts";
export { readShiftSheet, type SheetReading, type ShiftRow } from "./sheet.ts";

/** How far two figures may lie apart and still be called equal. */
export type Tolerances = Readonly<Record<FigureKind, number>>;
/** A tenth of a point, a tenth of a minute, no unit: what rounding in a sheet explains. */
export const ROUNDING: Tolerances = { ratio: 0.001, minutes: 0.1, units: 0 };

export interface Difference {
  readonly row: ShiftRow;
  readonly figure: FigureName;
  readonly kind: FigureKind;
  readonly theirs: number;
  /** Null: not estimable. */
  readonly ours: number | null;
  readonly because: string;
}

export interface Comparison {
  readonly equal: number;
  readonly differences: readonly Difference[];
  /** Shifts of which Twinline has no data. */
  readonly missing: readonly ShiftRow[];
}

export interface SumsScope {
  /** Full dotted equipment path. */
  readonly asset: string;
  readonly zone: string;
  /** How long after local midnight the production day begins. */
  readonly dayStartMs: number;
}

/** A difference of exactly the tolerance is inside, whatever its last binary digit. */
const ARITHMETIC = 1e-9;
const DAY = 86_400_000;
const MINUTE = 60_000;

/** Sums of the latest revisions by `date shift`, for the days of the rows. */
export async function shiftSums(
  historian: Pick<Historian, "query">,
  rows: readonly ShiftRow[],
  { asset, zone, dayStartMs }: SumsScope,
): Promise<ReadonlyMap<string, ShiftSums>> {
  const days = rows.map(({ date }) => Date.parse(`${date}T00:00:00Z`)).filter((day) => Number.isFinite(day));
  if (days.length === 0) return new Map();
  // Local days lie up to a day beside those of UTC, and a night shift reaches into the next.
  const [from, to] = [Math.min(...days) - DAY, Math.max(...days) + 3 * DAY];
  const { series } = await historian.query({
    measurement: "oee",
    from,
    to,
    where: [{ tag: "asset", in: [asset] }],
    columns: SUM_COLUMNS,
    bucket: { everyMs: DAY, offsetMs: dayStartMs, zone },
    by: ["shift"],
    fill: "none",
    latestRevision: { atomMs: MINUTE },
  });
  const clock = new ZoneClock(zone);
  const sums = new Map<string, ShiftSums>();
  for (const { tags, rows: found } of series)
    for (const [time, ...values] of found) sums.set(shiftKey(dateOf(clock.dayAt(time)), tags["shift"] ?? ""), sumsOf(values));
  return sums;
}

/** `sums`: of each equipment as the rows name it, by `date shift`. */
export function compareShifts(
  rows: readonly ShiftRow[],
  sums: (equipment: string) => ReadonlyMap<string, ShiftSums>,
  tolerances: Tolerances = ROUNDING,
): Comparison {
  let equal = 0;
  const differences: Difference[] = [];
  const missing: ShiftRow[] = [];
  for (const row of rows) {
    const found = sums(row.equipment).get(shiftKey(row.date, row.shift));
    if (found === undefined) {
      missing.push(row);
      continue;
    }
    for (const [figure, theirs] of Object.entries(row.figures) as [FigureName, number][]) {
      const { kind, of, because } = FIGURES[figure];
      const ours = of(found);
      if (ours !== null && Math.abs(ours - theirs) <= tolerances[kind] + ARITHMETIC) equal += 1;
      else differences.push({ row, figure, kind, theirs, ours, because: because(found) });
    }
  }
  return { equal, differences, missing };
}

function shiftKey(date: string, shift: string): string {
  return `${date} ${shift}`;
}
