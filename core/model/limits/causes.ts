/** Assignable causes that were found, counted: which of them come most often. */

/** A cause as it was recorded: words, and the id in the plant's list where it was chosen there. */
export interface FoundCause {
  readonly cause: string;
  readonly code?: string | undefined;
}

export interface CountedCause {
  /** Null: words of somebody's own. */
  readonly code: string | null;
  /** As it was said last. */
  readonly text: string;
  readonly count: number;
  /** Of all that were found, this one and those before it, 0 … 1. */
  readonly cumulative: number;
}

/** The most frequent first. Words that differ only in case and spaces are one cause; of equal counts the one that was said first goes first. */
export function paretoOf(found: readonly FoundCause[]): readonly CountedCause[] {
  const counted = new Map<string, { readonly code: string | null; text: string; count: number }>();
  for (const { cause, code } of found) {
    const key = code === undefined ? `words ${cause.trim().replaceAll(/\s+/g, " ").toLowerCase()}` : `code ${code}`;
    const one = counted.get(key) ?? { code: code ?? null, text: "", count: 0 };
    one.text = cause.trim();
    one.count += 1;
    counted.set(key, one);
  }
  let before = 0;
  return [...counted.values()]
    .toSorted((a, b) => b.count - a.count)
    .map((one) => {
      before += one.count;
      return { ...one, cumulative: before / found.length };
    });
}
