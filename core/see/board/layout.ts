/** Panels on the grid: rows from top to bottom, panels from left to right, 24 columns. */
import type { Board, Panel } from "./spec.ts";

export const GRID_COLUMNS = 24;
/** Grafana draws the title of a row as a panel of its own of this height. */
export const ROW_TITLE_HEIGHT = 1;

export interface Cell {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}
export type Placed = Cell & ({ readonly panel: Panel } | { readonly rowTitle: string });

/** Throws RangeError when a row is wider than the grid. */
export function layout(board: Board): Placed[] {
  const placed: Placed[] = [];
  let y = 0;
  for (const row of board.rows) {
    if (row.title !== undefined) {
      placed.push({ x: 0, y, w: GRID_COLUMNS, h: ROW_TITLE_HEIGHT, rowTitle: row.title });
      y += ROW_TITLE_HEIGHT;
    }
    let x = 0;
    for (const panel of row.panels) {
      placed.push({ x, y, w: panel.width, h: row.height, panel });
      x += panel.width;
    }
    y += row.height;
  }
  const fault = gridFault(placed);
  if (fault !== undefined) throw new RangeError(fault);
  return placed;
}

/** What is wrong with cells on the grid: outside of it, or on top of each other. */
export function gridFault(cells: readonly Cell[]): string | undefined {
  for (const [index, cell] of cells.entries()) {
    const { x, y, w, h } = cell;
    if (![x, y, w, h].every(Number.isInteger) || x < 0 || y < 0 || w < 1 || h < 1) return `Cell ${index} is not made of whole grid units.`;
    if (x + w > GRID_COLUMNS) return `Cell ${index} reaches to column ${x + w}; the grid has ${GRID_COLUMNS}.`;
    const under = cells.findIndex((other, i) => i < index && overlap(cell, other));
    if (under >= 0) return `Cells ${under} and ${index} overlap.`;
  }
  return undefined;
}

function overlap(a: Cell, b: Cell): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
