/** Whether a board's OEE is what the foreign machine's own books say of the same time. */
import type { Page } from "playwright-core";
import { percentOf } from "./board-page.ts";
import type { ForeignBook } from "./foreign-book.ts";
import type { Reader } from "./open-historian.ts";
import { eventually } from "./site.ts";
import { newestAtom } from "./stored.ts";

const MINUTE = 60_000;
/** So much is known before anything is compared: then the edges count for little. */
const LEAST_MS = 50_000;
/** Between two readings of a count, and a moment at each end of what was not known. */
const EDGE_MS = 1_000;
const ROUNDING = 0.0006;
/** A board renews itself every 5 s. */
const RENEWED_MS = 20_000;
const BEGUN_AGO_MS = 60 * MINUTE;

export interface Compared {
  readonly shown: number;
  readonly expected: number;
  readonly tolerance: number;
}

export interface ComparedMachine {
  readonly book: ForeignBook;
  readonly asset: string;
  /** Tag of its state. */
  readonly state: string;
  readonly unitsPerMinute: number;
}

interface Known {
  /** First state that was stored, and end of the newest minute that is stated, ms UTC. */
  readonly from: number;
  readonly to: number;
  /** Of that time, what the twin knew: while a deploy takes its subscription away it knows nothing. */
  readonly ms: number;
}

/**
 * Compares over the time that the twin knows, by what it stored, however long the machine under it took for anything. The page follows
 * the store by a refresh, so it is read until it agrees; what was read last is the figure.
 */
export async function compareBoard(page: Page, store: Reader, machine: ComparedMachine): Promise<Compared> {
  await eventually(4 * MINUTE, async () => (await known(store, machine)).ms >= LEAST_MS || undefined);
  const deadline = Date.now() + RENEWED_MS;
  for (;;) {
    const seen = await look(page, store, machine);
    if (Math.abs(seen.shown - seen.expected) <= seen.tolerance || Date.now() > deadline) return seen;
    await page.waitForTimeout(500);
  }
}

async function look(page: Page, store: Reader, machine: ComparedMachine): Promise<Compared> {
  const { from, to, ms } = await known(store, machine);
  const shown = await eventually(RENEWED_MS, () => percentOf(page, "oee"));
  // Units made while it was away are counted when it is back: the counter of the machine went on.
  const { made, scrap } = machine.book.summary(from, to);
  const expected = ((made - scrap) * (MINUTE / machine.unitsPerMinute)) / ms;
  return { shown, expected, tolerance: EDGE_MS / ms + ROUNDING };
}

async function known(store: Reader, { asset, state }: ComparedMachine): Promise<Known> {
  const now = Date.now();
  const newest = await newestAtom(store, asset, now - BEGUN_AGO_MS, now);
  const to = newest === undefined ? now : newest + MINUTE;
  const states = await store.readSamples({ tags: [{ id: state }], from: now - BEGUN_AGO_MS, to });
  const from = states[0]?.timestamp ?? to;
  const stretches = states.map(({ value, timestamp }, at) => (value === null ? 0 : (states[at + 1]?.timestamp ?? to) - timestamp));
  return { from, to, ms: newest === undefined ? 0 : stretches.reduce((sum, ms) => sum + ms, 0) };
}
