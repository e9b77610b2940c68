/** A board in the units that people of a site want to see. What is stored, and what is asked of it, stays as it is. */
import { type Column, convertible, type Query } from "../../connect/history/index.ts";
import { type Conversion, type DisplayUnits, inShownUnit, shownUnit } from "../../connect/units/index.ts";
import { compile } from "./panel-query.ts";
import type { Board, DataPanel, Field, Panel } from "./spec.ts";

const MOST_DECIMALS = 6;

/** Figures, thresholds, scales and limits in display units; a board that shows none of them is answered as it is. */
export function inDisplayUnits(board: Board, display: DisplayUnits | undefined): Board {
  if (display === undefined) return board;
  const choices = Object.fromEntries(board.variables.map((variable) => [variable.name, variable.default]));
  const columns = (panel: DataPanel): readonly Column[] => compile(panel, { from: 0, to: 3_600_000, live: false }, choices).main.columns;
  const shown = (panel: Panel): Panel => (panel.kind === "text" ? panel : panelIn(panel, columns(panel), display));
  return { ...board, rows: board.rows.map((row) => ({ ...row, panels: row.panels.map(shown) })) };
}

function panelIn(panel: DataPanel, columns: readonly Column[], display: DisplayUnits): DataPanel {
  const byColumn = new Map<string, Conversion>();
  const fields = panel.fields.map((field) => {
    const unit = shownUnit(field.unit, display);
    const sources = sourcesOf(panel, field).map((name) => columns.find(({ as }) => as === name));
    // Names of numbers are no quantity; and a sum of temperatures has no meaning in another scale.
    const ofField = sources[0] !== undefined && isDifference(sources[0]) ? { ...unit, offset: 0 } : unit;
    const whole = sources.every((column) => column !== undefined && convertible(column, ofField));
    if (unit.code === field.unit || field.values !== undefined || !whole) return { field, conversion: undefined };
    for (const column of sources) if (column) byColumn.set(column.as, ofField);
    return { field: fieldIn(field, unit.code, ofField), conversion: unit };
  });
  if (byColumn.size === 0) return panel;
  const { min, max, limitsBy } = panel;
  const scale = fields[0]?.conversion;
  return {
    ...panel,
    fields: fields.map(({ field }) => field),
    query: (scope) => queryIn(panel.query(scope), byColumn),
    ...(scale === undefined || min === undefined ? {} : { min: inShownUnit(min, scale) }),
    ...(scale === undefined || max === undefined ? {} : { max: inShownUnit(max, scale) }),
    ...(scale === undefined || limitsBy === undefined ? {} : { limitsBy: { ...limitsBy, limits: limitsIn(limitsBy.limits, scale) } }),
  };
}

/** Columns of the query that have to change together: that of a field, and the whole that it is a share of. */
function sourcesOf({ shareOf }: DataPanel, { column }: Field): readonly string[] {
  return shareOf === undefined ? [column] : [column, shareOf.column];
}

/** As many quantities as it adds it takes away: their offsets cancel out. */
function isDifference(column: Column): boolean {
  return "plus" in column && column.plus.length === column.less.length;
}

function fieldIn(field: Field, unit: string, conversion: Conversion): Field {
  const { decimals, thresholds } = field;
  const steps = thresholds?.map((threshold) => ({
    ...threshold,
    from: threshold.from === null ? null : inShownUnit(threshold.from, conversion),
  }));
  // A step of the last digit is as fine as before: 0.1 g are 0.0002 lb.
  const finer = Math.ceil(-Math.log10(conversion.factor) - 1e-9);
  return {
    ...field,
    unit,
    decimals: Math.min(MOST_DECIMALS, Math.max(0, (decimals ?? 0) + finer)),
    ...(steps === undefined ? {} : { thresholds: steps }),
  };
}

function queryIn(query: Query, byColumn: ReadonlyMap<string, Conversion>): Query {
  const columns = query.columns.map((column): Column => {
    const conversion = byColumn.get(column.as);
    if (conversion === undefined) return column;
    const { factor, offset } = column.conversion ?? { factor: 1, offset: 0 };
    const both = { factor: factor * conversion.factor, offset: offset * conversion.factor + conversion.offset };
    return { ...column, conversion: both };
  });
  return { ...query, columns };
}

function limitsIn(limits: NonNullable<DataPanel["limitsBy"]>["limits"], scale: Conversion): NonNullable<DataPanel["limitsBy"]>["limits"] {
  return Object.fromEntries(
    Object.entries(limits).map(([key, lines]) => [key, lines.map((line) => ({ ...line, value: inShownUnit(line.value, scale) }))]),
  );
}
