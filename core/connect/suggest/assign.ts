/**
 * One-to-one assignment of rows to columns with the largest sum of gains (Kuhn 1955, Munkres 1957, in the form with
 * potentials, O(rows² · columns)). A row may stay without a column: a gain of 0 or less is never taken. The result is
 * the column of each row, or -1. Among equal sums the columns that come first win.
 *
 * assign([[5, 4], [4, 0]]) → [1, 0]
 */
export function assign(gains: readonly (readonly number[])[]): readonly number[] {
  const rows = gains.length;
  const real = gains[0]?.length ?? 0;
  const columns = real + rows;
  // Of two equal columns the first is cheaper by less than any difference that evidence makes.
  const cost = (row: number, column: number): number => {
    const gain = column < real ? (gains[row]?.[column] ?? 0) : 0;
    return gain > 0 ? -gain + (column / Math.max(1, columns)) * 1e-9 : column < real ? 1 : 0;
  };
  const ofRow = new Float64Array(rows + 1);
  const ofColumn = new Float64Array(columns + 1);
  const owner = new Int32Array(columns + 1);
  const way = new Int32Array(columns + 1);
  for (let row = 1; row <= rows; row++) {
    owner[0] = row;
    let at = 0;
    const least = new Float64Array(columns + 1).fill(Number.POSITIVE_INFINITY);
    const used = new Uint8Array(columns + 1);
    do {
      used[at] = 1;
      const current = owner[at] ?? 0;
      let delta = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let column = 1; column <= columns; column++) {
        if (used[column] === 1) continue;
        const reduced = cost(current - 1, column - 1) - (ofRow[current] ?? 0) - (ofColumn[column] ?? 0);
        if (reduced < (least[column] ?? 0)) {
          least[column] = reduced;
          way[column] = at;
        }
        if ((least[column] ?? 0) < delta) {
          delta = least[column] ?? 0;
          next = column;
        }
      }
      for (let column = 0; column <= columns; column++) {
        if (used[column] === 1) {
          ofRow[owner[column] ?? 0] = (ofRow[owner[column] ?? 0] ?? 0) + delta;
          ofColumn[column] = (ofColumn[column] ?? 0) - delta;
        } else least[column] = (least[column] ?? 0) - delta;
      }
      at = next;
    } while (owner[at] !== 0);
    while (at !== 0) {
      const before = way[at] ?? 0;
      owner[at] = owner[before] ?? 0;
      at = before;
    }
  }
  const chosen = Array.from({ length: rows }, () => -1);
  for (let column = 1; column <= real; column++) {
    const row = (owner[column] ?? 0) - 1;
    if (row >= 0 && (gains[row]?.[column - 1] ?? 0) > 0) chosen[row] = column - 1;
  }
  return chosen;
}
