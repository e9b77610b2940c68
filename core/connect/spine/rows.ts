/** How ledger entries become rows of the historian: `oee.atom.v1` → measurement `oee`, everything else → `event`. */
import { MAX_TEXT_CHARS, NO_TAG, type Point, type SeriesOf } from "../history/index.ts";
import type { LedgerEntry } from "../ledger/index.ts";

export const OEE_ATOM = "oee.atom.v1";
const ATOM_MS = 60_000;

/** One row per entry; its instant is start · 10^6 + revision nanoseconds, so that no revision overwrites another. */
export function rowOf(entry: LedgerEntry, seriesOf: SeriesOf): Point {
  const { asset, start: time, revision } = entry;
  const { site = NO_TAG, line = NO_TAG } = seriesOf(asset);
  const place = { asset, site, line };
  if (entry.kind === OEE_ATOM) {
    const { product, order, shift } = entry.data;
    // No order is no tag: such rows share their series with those from before orders were known, and replace them.
    const ordered = tagText(order) === NO_TAG ? {} : { order: tagText(order) };
    return {
      measurement: "oee",
      tags: { ...place, product: tagText(product), shift: tagText(shift), cut: String(modulo(time, ATOM_MS)), ...ordered },
      fields: { ...numbersOf(entry), rev: revision },
      time,
      revision,
    };
  }
  return {
    measurement: "event",
    tags: { kind: entry.kind, ...place },
    fields: { rev: revision, ...(entry.end === null ? {} : { end: entry.end }), data: dataText(entry) },
    time,
    revision,
  };
}

/**
 * Where in its minute an atom starts. The latest revision is sought per series and minute, so atoms that start at
 * different instants of one minute must be different series, or one would hide the other.
 */
function modulo(time: number, length: number): number {
  return ((time % length) + length) % length;
}

function tagText(value: unknown): string {
  return typeof value === "string" && value !== "" ? value : NO_TAG;
}

function numbersOf(entry: LedgerEntry): Record<string, number> {
  return Object.fromEntries(Object.entries(entry.data).filter((field): field is [string, number] => typeof field[1] === "number"));
}

/** The historian's text fields are bounded; a longer statement is read in the ledger. */
function dataText(entry: LedgerEntry): string {
  const text = JSON.stringify(entry.data);
  return text.length <= MAX_TEXT_CHARS ? text : JSON.stringify({ inLedger: entry.id, characters: text.length });
}
