import influx from "influx";
import type { Page } from "playwright-core";
import { launchBrowser } from "../../support/browser.ts";
import { openBoard, percentOf } from "../../support/board-page.ts";
import { ASSETS, EDGE_UNITS, FILLER, GroundTruth, type TrueFigures } from "../../support/ground-truth.ts";
import { openHistorian, type Reader } from "../../support/open-historian.ts";
import { eventually, TestSite } from "../../support/site.ts";
import { newestAtom, oldestAtom, type Sums, storedAtoms, storedSums } from "../../support/stored.ts";
import type { Proof, ProofResult } from "../proof.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SEED = 3;
const WITHIN_S = 120;

export interface Visit {
  readonly seconds: number;
  readonly shown: number;
  readonly expected: number;
  readonly tolerance: number;
  readonly worst: { readonly ms: number; readonly units: number };
  readonly atoms: readonly string[];
  /** So many were compared. */
  readonly minutes: number;
  readonly byInfluxQl: number | null;
  readonly byAdapter: number;
}

/** The main job, once with a real InfluxDB and once on the embedded historian, on the same story of the plant. */
export const mainJob: Proof = {
  title: "the main job on real traffic, in a real browser",
  async run(progress) {
    const from = Math.floor((Date.now() - 3 * HOUR) / MINUTE) * MINUTE;
    // The twin itself starts some seconds after the plant, on a busy machine ten, which are fifty minutes of plant time.
    const window = { from: from + 50 * MINUTE, to: from + 2 * HOUR + 50 * MINUTE };
    const visits: Record<string, Visit> = {};
    for (const historian of ["influxdb", "embedded"] as const)
      visits[historian] = await visit({ historian, hours: 3, from, window }, progress);
    const rows: ProofResult[] = Object.entries(visits).flatMap(([name, seen]) => [
      {
        claim: `OEE of line01 from OPC UA shows on the board within 2 minutes of the site's start (${name}; dependencies and build being there)`,
        figure: `${seen.seconds.toFixed(1)} s`,
        bound: `≤ ${WITHIN_S} s`,
        pass: seen.seconds <= WITHIN_S,
      },
      {
        claim: `the board's OEE is the simulator's own (${name})`,
        figure: `board ${(seen.shown * 100).toFixed(1)} %, truth ${(seen.expected * 100).toFixed(2)} %`,
        bound: `± ${(seen.tolerance * 100).toFixed(2)} points (rounding, and units at the edge of the window)`,
        pass: Math.abs(seen.shown - seen.expected) <= seen.tolerance,
      },
      {
        claim: `planned and producing time of all six machines over two hours equal the simulator's (${name})`,
        figure: `largest difference ${seen.worst.ms} ms`,
        bound: "0 ms",
        pass: seen.worst.ms === 0,
      },
      {
        claim: `units of all six machines over two hours equal the simulator's (${name})`,
        figure: `largest difference ${seen.worst.units}`,
        bound: `≤ ${EDGE_UNITS} (counts are published every 2 s)`,
        pass: seen.worst.units <= EDGE_UNITS,
      },
    ]);
    const [a, b] = [visits["influxdb"], visits["embedded"]];
    if (!a || !b) throw new Error("a visit is missing");
    const different = a.atoms.filter((line, at) => line !== b.atoms[at]).length + Math.abs(a.atoms.length - b.atoms.length);
    rows.push({
      claim: "the same atoms come from a real InfluxDB and from the embedded historian",
      figure: `${a.atoms.length} and ${b.atoms.length} atoms, ${different} different`,
      bound: "0 different, at least 700 atoms",
      pass: different === 0 && a.atoms.length >= 700,
    });
    rows.push({
      claim: "InfluxQL sent by another client gives the same OEE as our own query",
      figure: `${a.byInfluxQl} and ${a.byAdapter}`,
      bound: "equal to 1e-12",
      pass: a.byInfluxQl !== null && Math.abs(a.byInfluxQl - a.byAdapter) <= 1e-12,
    });
    return rows;
  },
};

/** Less says nothing about a shift. */
const LEAST_COMPARED = 20 * MINUTE;

export interface VisitPlan {
  readonly historian: "influxdb" | "embedded";
  /** Length of the plant's story; it starts at `from`. */
  readonly hours: number;
  readonly from: number;
  readonly window: { readonly from: number; readonly to: number };
  /** What else to do at the board once it shows what it should. */
  readonly onBoard?: (page: Page) => Promise<void>;
}

/** Starts a site, reads the board as a person would, and compares board and store with what really happened. */
export async function visit(
  { historian, hours, from, window: planned, onBoard }: VisitPlan,
  progress: (line: string) => void = () => {},
): Promise<Visit> {
  const started = Date.now();
  progress(`starting a site on ${historian}`);
  const said: string[] = [];
  const site = await TestSite.start({ historian, hours, speed: 300, seed: SEED, from }, (line) => said.push(line));
  const browser = await launchBrowser();
  try {
    const page = await openBoard(browser, site);
    await eventually(180_000, () => percentOf(page, "oee")).catch(async (error: unknown) => {
      throw new Error(
        `${error instanceof Error ? error.message : String(error)}\n${await whatIsThere(page, site, from)}\n${said.join("\n")}`,
      );
    });
    const seconds = (Date.now() - started) / 1000;
    progress(`OEE on the board after ${seconds.toFixed(1)} s`);
    const opened = await openHistorian(site);
    const { historian: store } = opened;
    try {
      await eventually(
        120_000,
        async () => ((await newestAtom(store, FILLER, from, Date.now())) ?? 0) > planned.to + 5 * MINUTE || undefined,
      );
      await eventually(120_000, async () =>
        Date.now() - ((await newestAtom(store, FILLER, from, Date.now())) ?? 0) < 3 * MINUTE ? true : undefined,
      );
      const truth = await GroundTruth.of({ seed: SEED, from, to: Date.now() + 10 * MINUTE });
      // The twin begins some seconds after the plant, which are minutes of plant time; on a busy machine later than planned here.
      const begun = await Promise.all(ASSETS.map(async (asset) => (await oldestAtom(store, asset, from, planned.to)) ?? planned.to));
      const window = { from: Math.max(planned.from, Math.max(...begun) + MINUTE), to: planned.to };
      if (window.to - window.from < LEAST_COMPARED) throw new Error(`the twin has begun only ${show(window.from)}\n${said.join("\n")}`);
      const worst = { ms: 0, units: 0 };
      for (const asset of ASSETS) {
        const difference = compare(await storedSums(store, asset, window.from, window.to), truth.figures(asset, window.from, window.to));
        worst.ms = Math.max(worst.ms, difference.ms);
        worst.units = Math.max(worst.units, difference.units);
      }
      const { shown, expected, tolerance } = await boardAgainstTruth(page, store, truth, from);
      await onBoard?.(page);
      const sums = await storedSums(store, FILLER, window.from, window.to);
      const byInfluxQl = site.site.urls.influx ? await otherClient(site.site.urls.influx, window) : null;
      return {
        seconds,
        shown,
        expected,
        tolerance,
        worst,
        atoms: await storedAtoms(store, window.from, window.to),
        minutes: (window.to - window.from) / MINUTE,
        byInfluxQl,
        byAdapter: sums.ideal_good_ms / sums.planned_ms,
      };
    } finally {
      await opened.close();
    }
  } finally {
    await browser.close();
    await site.stop();
  }
}

function compare(stored: Sums, truth: TrueFigures): { ms: number; units: number } {
  return {
    ms: Math.max(Math.abs(stored.planned_ms - truth.plannedMs), Math.abs(stored.producing_ms - truth.producingMs)),
    units: Math.max(Math.abs(stored.total - truth.processed), Math.abs(stored.scrap - truth.defective)),
  };
}

interface BoardFigure {
  readonly shown: number;
  readonly expected: number;
  readonly tolerance: number;
}

/** What a person would report who sees no figure. */
async function whatIsThere(page: Page, site: TestSite, from: number): Promise<string> {
  const opened = await openHistorian(site);
  const newest = await newestAtom(opened.historian, FILLER, from, Date.now()).then((time) => show(time ?? 0), String);
  await opened.close();
  const plant = await site.plantTime().then(show, String);
  return `plant time ${plant}, newest atom ${newest}\nthe board at ${page.url()}:\n${await page.locator("body").innerText()}`;
}

function show(time: number): string {
  return new Date(time).toISOString();
}

/**
 * The OEE tile covers the shift up to the newest atom. The page follows the store by a refresh, so it is read until it
 * agrees; what was read last is the figure.
 */
async function boardAgainstTruth(page: Page, store: Reader, truth: GroundTruth, storyFrom: number): Promise<BoardFigure> {
  const deadline = Date.now() + 45_000;
  for (;;) {
    const figure = await oneLook(page, store, truth, storyFrom);
    if (Math.abs(figure.shown - figure.expected) <= figure.tolerance || Date.now() > deadline) return figure;
    await page.waitForTimeout(500);
  }
}

async function oneLook(page: Page, store: Reader, truth: GroundTruth, storyFrom: number): Promise<BoardFigure> {
  const edge = ((await newestAtom(store, FILLER, storyFrom, Date.now())) ?? storyFrom) + MINUTE;
  const shown = await eventually(30_000, () => percentOf(page, "oee"));
  // The twin begins some seconds after the plant, which are minutes of plant time; no figure of its covers those.
  const begun = (await oldestAtom(store, FILLER, storyFrom, edge)) ?? storyFrom;
  const from = Math.max(begun, truth.calendarOf(FILLER).shiftAt(edge - MINUTE)?.start ?? begun);
  const figures = truth.figures(FILLER, from, edge);
  // On a busy machine the first count may come some tenths of a second after the first state: minutes of plant time again.
  const [counted] = await store.readSamples({ tags: [{ id: `${FILLER}._filler_v1.processed_count` }], from: storyFrom, to: edge });
  const { idealGoodMs } = truth.figures(FILLER, Math.max(from, counted?.timestamp ?? from), edge);
  // In the minute of its first sample a part is unknown to the twin, and no part of planned time.
  const { unknown_ms: unknown } = await storedSums(store, FILLER, Math.floor(from / MINUTE) * MINUTE, edge);
  const planned = figures.plannedMs - unknown;
  const cycleMs = figures.idealTotalMs / figures.processed;
  return { shown, expected: idealGoodMs / planned, tolerance: 0.0005 + (EDGE_UNITS * cycleMs + unknown) / planned };
}

function latest(field: string): string {
  return `last("${field}") AS "${field}"`;
}

async function otherClient(url: string, window: { from: number; to: number }): Promise<number> {
  const { hostname, port } = new URL(url);
  const client = new influx.InfluxDB({ host: hostname, port: Number(port), database: "twinline" });
  const rows = await client.query<{ oee: number }>(
    `SELECT sum("ideal_good_ms") / sum("planned_ms") AS "oee" FROM (
       SELECT ${latest("ideal_good_ms")}, ${latest("planned_ms")} FROM "oee"
       WHERE "asset" = '${FILLER}' AND time >= ${window.from}ms AND time < ${window.to}ms GROUP BY time(1m), * fill(none))`,
  );
  return rows[0]?.oee ?? Number.NaN;
}
