/** Whether a board's OEE is what the foreign machine's own books say of the same time. */
import type { Page } from "playwright-core";
import { percentOf } from "./board-page.ts";
import type { ForeignBook } from "./foreign-book.ts";
import { eventually } from "./site.ts";

const MINUTE = 60_000;
/** A minute is stated 10 s after its end and shown within the 5 s in which a board renews itself. */
const STATED_MS = 20_000;
/** Between the deploy and the first reading of the state, and a moment at each gap of a later deploy. */
const EDGE_MS = 3_000;
const ROUNDING = 0.0006;

export interface Compared {
  readonly shown: number;
  readonly expected: number;
  readonly tolerance: number;
}

/** `since`: when the twin began to read, ms UTC. Waits until so much has been stated that the edges count for little. */
export function compareBoard(page: Page, book: ForeignBook, unitsPerMinute: number, since: number, leastMs = 100_000): Promise<Compared> {
  return eventually(leastMs + 4 * MINUTE, async () => {
    const now = Date.now();
    const to = Math.floor((now - STATED_MS) / MINUTE) * MINUTE;
    // Shortly before the next minute is stated nobody could say which one a figure belongs to.
    if (to - since < leastMs || now - to > MINUTE + STATED_MS - 12_000) return undefined;
    const shown = await percentOf(page, "oee");
    if (shown === undefined) return undefined;
    const { made, scrap, ms } = book.summary(since, to);
    const expected = ((made - scrap) * (MINUTE / unitsPerMinute)) / ms;
    return { shown, expected, tolerance: EDGE_MS / ms + ROUNDING };
  });
}
