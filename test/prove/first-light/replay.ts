import { oeeMachine, OeeMachines, type OeeAtomEvent } from "../../../core/operate/oee/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { openBoard } from "../../support/board-page.ts";
import { launchBrowser } from "../../support/browser.ts";
import { ASSETS, FILLER, GroundTruth } from "../../support/ground-truth.ts";
import { openHistorian, type Reader } from "../../support/open-historian.ts";
import { eventually, TestSite } from "../../support/site.ts";
import { atomLines, newestAtom, storedAtoms, storedSums } from "../../support/stored.ts";
import type { Page } from "playwright-core";
import type { Proof } from "../proof.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const SEED = 11;
const HELD = 11;
const EXECUTE = 6;

/** A recorded shift, replayed out of order; then a correction that arrives hours late. */
export const replay: Proof = {
  title: "a shuffled, partly late replay, and a late sample on the board",
  async run(progress) {
    const from = Math.floor((Date.now() - 4 * HOUR) / MINUTE) * MINUTE;
    const window = { from: from + 40 * MINUTE, to: from + 3 * HOUR + 30 * MINUTE };
    const site = await TestSite.start({ historian: "embedded", hours: 4, speed: 300, seed: SEED, from });
    const opened = await openHistorian(site);
    const { historian } = opened;
    try {
      await eventually(180_000, async () =>
        Date.now() - ((await newestAtom(historian, FILLER, from, Date.now())) ?? 0) < 3 * MINUTE ? true : undefined,
      );
      const truth = await GroundTruth.of({ seed: SEED, from, to: Date.now() });
      const stored = await storedAtoms(historian, window.from, window.to);
      progress("replaying the recorded samples, shuffled and partly late");
      const replayed = await replayAtoms(historian, truth, { from, to: Date.now() }, window);
      const different = stored.filter((line, at) => line !== replayed.lines[at]).length + Math.abs(stored.length - replayed.lines.length);
      const late = await lateSample(site, historian, truth, from, progress);
      return [
        {
          claim: "a shuffled and partly late replay of the recorded shift ends in the same latest data",
          figure: `${replayed.samples} samples replayed; ${stored.length} atoms stored, ${different} different; ${replayed.revised} of them revised on the way`,
          bound: "0 different, at least 1 000 atoms, some revised",
          pass: different === 0 && stored.length >= 1000 && replayed.revised > 0,
        },
        {
          claim: "a late sample yields the next revision of exactly the minutes it touches",
          figure: `revision ${late.revision} on ${late.revisedMinutes} minutes; ${late.touchedMinutes} touched`,
          bound: "revision ≥ 2; as many as touched",
          pass: late.revision >= 2 && late.revisedMinutes === late.touchedMinutes,
        },
        {
          claim: "the correction moves exactly the producing time it denies",
          figure: `${late.lostMs} ms of ${late.deniedMs} ms`,
          bound: "equal",
          pass: late.lostMs === late.deniedMs,
        },
        {
          claim: "the board shows the correction",
          figure: `availability of the ${late.shift} shift ${late.before} → ${late.after}`,
          bound: "changed, equal to the historian's",
          pass: late.before !== late.after && late.after === late.expected,
        },
      ];
    } finally {
      await opened.close();
      await site.stop();
    }
  },
};

async function replayAtoms(
  historian: Reader,
  truth: GroundTruth,
  story: { from: number; to: number },
  window: { from: number; to: number },
): Promise<{ lines: string[]; samples: number; revised: number }> {
  const settings = { microStopMs: MINUTE, silenceMs: MINUTE } as const;
  const machines = new OeeMachines(
    ASSETS.map((asset) => {
      const machine = oeeMachine(truth.model, asset, settings);
      if ("fault" in machine) throw new Error(machine.fault);
      return machine;
    }),
  );
  const recorded: Sample[] = [];
  for (const asset of ASSETS) {
    const tags = machines.tagsOf(asset).map((id) => {
      const type = truth.model.tags.get(id)?.type;
      return { id, ...(type === undefined ? {} : { type }) };
    });
    recorded.push(...(await historian.readSamples({ tags, from: story.from, to: story.to })));
  }
  const random = mulberry(SEED);
  // One sample in ten comes up to an hour late; the rest are shuffled within a few seconds of each other.
  const arrival = recorded.map((sample) => ({ sample, at: sample.timestamp + (random() < 0.1 ? random() * HOUR : random() * 5000) }));
  arrival.sort((a, b) => a.at - b.at);
  const latest = new Map<string, OeeAtomEvent>();
  let revised = 0;
  for (let at = 0; at < arrival.length; at += 500) {
    const { events, rejects } = machines.push(arrival.slice(at, at + 500).map(({ sample }) => sample));
    if (rejects.length > 0) throw new Error(`refused on replay: ${rejects[0]?.message}`);
    for (const event of events) {
      const key = `${event.asset} ${event.start}`;
      if (latest.has(key)) revised += 1;
      latest.set(key, event);
    }
  }
  const inWindow = [...latest.values()].filter(({ start }) => start >= window.from && start < window.to);
  return { lines: atomLines(inWindow), samples: arrival.length, revised };
}

interface Correction {
  readonly revision: number;
  readonly revisedMinutes: number;
  readonly touchedMinutes: number;
  readonly lostMs: number;
  readonly deniedMs: number;
  readonly shift: string;
  readonly before: string;
  readonly after: string;
  readonly expected: string;
}

/** Somebody learns that the filler was held although its PLC said Execute: one state sample, hours late. */
async function lateSample(
  site: TestSite,
  historian: Reader,
  truth: GroundTruth,
  storyFrom: number,
  progress: (line: string) => void,
): Promise<Correction> {
  const calendar = truth.calendarOf(FILLER);
  const candidates = truth
    .intervals(FILLER, storyFrom + 20 * MINUTE, Date.now() - 45 * MINUTE)
    // The run must end with another state: a change of product alone publishes none, and the correction would live on.
    .filter((_run, at, all) => (all[at + 1]?.state ?? EXECUTE) !== EXECUTE)
    .filter(({ state, start, end }) => state === EXECUTE && end - start >= 6 * MINUTE && Number.isFinite(end))
    .filter(
      ({ start, end }) =>
        calendar.plannedWindows(start, end).every(({ planned }) => planned) &&
        calendar.shiftAt(start)?.name === calendar.shiftAt(end)?.name,
    );
  const chosen = candidates.at(-1);
  if (!chosen) throw new Error("the story has no long enough run to correct");
  const timestamp = chosen.start + 30_137;
  const hold = { from: Math.floor(timestamp / MINUTE) * MINUTE, to: Math.ceil(chosen.end / MINUTE) * MINUTE };
  const shift = calendar.shiftAt(timestamp)?.name ?? "";
  const browser = await launchBrowser();
  try {
    const page = await openBoard(browser, site);
    const availability = async (): Promise<string | undefined> => (await shiftRow(page, shift))[1];
    const before = await eventually(30_000, availability);
    const producing = (await storedSums(historian, FILLER, hold.from, hold.to)).producing_ms;
    progress(`a state sample for ${new Date(timestamp).toISOString()} arrives now`);
    const tag = [...truth.model.tags.keys()].find((id) => id.startsWith(`${FILLER}.`) && id.endsWith(".state"));
    const sample: Sample = { tag: tag ?? "", value: HELD, quality: "Good", timestamp };
    await site.inject("tw-map", [sample]);
    const touchedMinutes = (hold.to - hold.from) / MINUTE;
    const revisions = await eventually(60_000, async () => {
      const found = await revisionsOf(historian, hold);
      return found.filter((revision) => revision >= 2).length >= touchedMinutes ? found : undefined;
    });
    const after = await eventually(60_000, async () => {
      const now = await availability();
      return now !== before ? now : undefined;
    });
    const lostMs = producing - (await storedSums(historian, FILLER, hold.from, hold.to)).producing_ms;
    const window = calendar.shiftAt(timestamp) ?? { start: storyFrom, end: Date.now() };
    const sums = await storedSums(
      historian,
      FILLER,
      Math.max(window.start, storyFrom - (storyFrom % MINUTE)),
      Math.min(window.end, Date.now()),
    );
    return {
      revision: Math.max(...revisions),
      revisedMinutes: revisions.filter((revision) => revision >= 2).length,
      touchedMinutes,
      lostMs,
      deniedMs: chosen.end - timestamp,
      shift,
      before,
      after: (await availability()) ?? after,
      expected: `${((sums.run_ms / sums.planned_ms) * 100).toFixed(1)} %`,
    };
  } finally {
    await browser.close();
  }
}

/** The percentages in the row of a shift: OEE, availability, performance, quality. */
async function shiftRow(page: Page, shift: string): Promise<string[]> {
  const text = (await page.locator("#shifts tbody tr", { hasText: shift }).last().innerText({ timeout: 1000 })).replaceAll("\u00a0", " ");
  return [...text.matchAll(/\d+(?:\.\d+)?\s*%/g)].map(([percent]) => percent.replace(/\s*%/, " %"));
}

async function revisionsOf(historian: Reader, { from, to }: { from: number; to: number }): Promise<number[]> {
  const { series } = await historian.query({
    measurement: "oee",
    from,
    to,
    where: [{ tag: "asset", in: [FILLER] }],
    columns: [{ as: "rev", field: "rev" }],
    by: ["product", "shift", "cut"],
    latestRevision: { atomMs: MINUTE },
  });
  return series.flatMap(({ rows }) => rows.map(([, revision]) => Number(revision)));
}

/** A small seeded generator, so that the shuffle can be repeated. */
function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
