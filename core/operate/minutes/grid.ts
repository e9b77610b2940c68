/** The grid of whole minutes on which everything is stated. */
export const MINUTE = 60_000;

/** [from, to) in ms; either end may be infinite. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Beginning of the minute of an instant. */
export function minute(t: number): number {
  return Math.floor(t / MINUTE) * MINUTE;
}

/** An instant as snapshots keep it: null for what is not known yet. */
export function finite(t: number): number | null {
  return Number.isFinite(t) ? t : null;
}

/** Whole `grid` steps inside [from, to), in order and without overlap. */
export function onGrid(stretches: readonly Stretch[], grid: number, from: number, to: number): Stretch[] {
  const result: Stretch[] = [];
  const aligned = stretches
    .map((one) => ({ from: Math.max(from, Math.floor(one.from / grid) * grid), to: Math.min(to, Math.ceil(one.to / grid) * grid) }))
    .filter((one) => one.from < one.to)
    .toSorted((a, b) => a.from - b.from);
  for (const one of aligned) {
    const last = result.at(-1);
    if (last !== undefined && one.from <= last.to) result[result.length - 1] = { from: last.from, to: Math.max(last.to, one.to) };
    else result.push(one);
  }
  return result;
}

/** Computing as much as this keeps the event loop for some milliseconds; what is read next gives others their turn. */
export const READ_AT_ONCE = 2 * 60 * MINUTE;

/** Stretches cut into pieces that are computed at once. */
export function pieces(stretches: readonly Stretch[]): Stretch[] {
  return stretches.flatMap(({ from, to }) =>
    Array.from({ length: Math.ceil((to - from) / READ_AT_ONCE) }, (_, i) => ({
      from: from + i * READ_AT_ONCE,
      to: Math.min(to, from + (i + 1) * READ_AT_ONCE),
    })),
  );
}
