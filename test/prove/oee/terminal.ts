/** The operator terminal: its page in a real browser with touch, its entries over real HTTP, the ledger behind both. */
import type { Browser, Page } from "playwright-core";
import { Terminal } from "../../../adapters/terminal/index.ts";
import type { LedgerEntry } from "../../../core/connect/ledger/index.ts";
import { loadPlant, type PlantModel } from "../../../core/connect/model/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { heldEffective, namedTime, StopTracker, stopMachine } from "../../../core/operate/downtime/index.ts";
import { oeeMachine } from "../../../core/operate/oee/index.ts";
import type { TerminalView } from "../../../core/operate/terminal/index.ts";
import { plantFiles } from "../../core/connect/plant-files.ts";
import { ANNA, demoModel, PASSWORD, screensOf, startBoardSite, type TestSite } from "../../support/board-site.ts";
import { launchBrowser } from "../../support/browser.ts";
import { row } from "../../support/proof-row.ts";
import { FILLER, type TerminalLedger, terminalLedger } from "../../support/terminal.ts";
import type { Proof, ProofResult } from "../proof.ts";

const NOON = Date.UTC(2026, 2, 10, 12, 47);
const MINUTE = 60_000;
const STATEMENT = "downtime.statement.v1";
/** One of them lies in the break, for which nobody is asked. */
const STOPS = 12;

export const terminal: Proof = {
  title: "operator terminal",
  async run(progress) {
    const desk = terminalLedger(await demoModel(), () => NOON);
    for (let i = 0; i < STOPS; i += 1) await desk.stood(20 * (STOPS - i) + 100, 20 * (STOPS - i) + 90, { bucket: "hold", state: "Held" });
    const site = await startBoardSite({ now: () => NOON, terminal: desk.ports });
    const browser = await launchBrowser();
    try {
      progress(`${STOPS} stops wait`);
      const page = await opened(browser, site);
      const rows = [await inTwoTaps(page, desk), await away(page, site, desk)];
      return [...rows, ...(await splitMergeRevert(site, desk)), await counterOnly()];
    } finally {
      await browser.close();
      await site.stop();
    }
  },
};

async function opened(browser: Browser, site: TestSite): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: "en-GB", hasTouch: true });
  await page.goto(`${site.url}/terminal/${FILLER}`);
  await page.fill("input[name=name]", ANNA.name);
  await page.fill("input[name=password]", PASSWORD);
  await page.click("main button");
  await page.waitForSelector(".terminal:not([aria-busy])");
  return page;
}

const waiting = (page: Page): Promise<number> => page.locator(".badge").textContent().then(Number);
const waitFor = (page: Page, count: number): Promise<unknown> =>
  page.waitForFunction((expected) => document.querySelector(".badge")?.textContent === String(expected), count, { timeout: 20_000 });

/** Half of the queue is named; every tap is counted. */
async function inTwoTaps(page: Page, desk: TerminalLedger): Promise<ProofResult> {
  const before = await waiting(page);
  let taps = 0;
  const tap = async (what: ReturnType<Page["locator"]>): Promise<void> => {
    taps += 1;
    await what.tap();
  };
  const named = STOPS / 2;
  for (let i = 0; i < named; i += 1) {
    await tap(page.locator(".stops ul").first().locator("button").first());
    await tap(
      page
        .locator("dialog.sheet")
        .getByRole("button", { name: i % 2 === 0 ? "Quality check" : "Jam" })
        .first(),
    );
    await waitFor(page, before - i - 1);
  }
  const said = desk.ledger.entries.filter(({ kind }) => kind === STATEMENT);
  const right = said.filter(({ author, data }, i) => author === ANNA.name && data["reason"] === (i % 2 === 0 ? "quality-check" : "jam"));
  return row(
    "a stop has its reason in two taps, and the ledger says who gave which",
    `${before} waited, ${named} named in ${taps} taps, ${right.length} of ${said.length} entries as tapped`,
    `${STOPS - 1} of ${STOPS}, one lies in the break; 2 taps each, every entry as tapped`,
    before === STOPS - 1 && taps === 2 * named && said.length === named && right.length === named,
  );
}

async function away(page: Page, site: TestSite, desk: TerminalLedger): Promise<ProofResult> {
  const before = desk.ledger.entries.length;
  const left = await waiting(page);
  site.redeploying = true;
  for (let i = 0; i < 2; i += 1) {
    await page.locator(".stops ul").first().locator("button").first().tap();
    await page.locator("dialog.sheet").getByRole("button", { name: "Jam" }).first().tap();
    await page.waitForSelector(`text=Entries that wait to be sent: ${i + 1}`);
  }
  const meanwhile = desk.ledger.entries.length - before;
  site.redeploying = false;
  await page.reload();
  await waitFor(page, left - 2);
  await page.waitForFunction(() => !document.querySelector(".notice"), undefined, { timeout: 20_000 });
  const queued = (): LedgerEntry[] =>
    desk.ledger.entries.slice(before).filter(({ kind, data }) => kind === STATEMENT && data["queued"] === true);
  for (let waited = 0; waited < 20_000 && queued().length < 2; waited += 200) await page.waitForTimeout(200);
  const sent = queued();
  const ids = new Set(sent.map(({ data }) => data["id"]));
  return row(
    "entries made while the server is away outlive a reload and are sent once each, marked as queued",
    `${meanwhile} recorded while away, then ${sent.length} queued, ${ids.size} different`,
    "0, then 2, 2 different",
    meanwhile === 0 && sent.length === 2 && ids.size === 2,
  );
}

/** What nobody has named yet is cut, named, joined and taken back over HTTP. */
async function splitMergeRevert(site: TestSite, desk: TerminalLedger): Promise<ProofResult[]> {
  const cookie = await site.signIn();
  const url = `${site.url}/terminal/${FILLER}`;
  const view = async (): Promise<TerminalView> => (await (await fetch(`${url}/data.json`, { headers: { cookie } })).json()) as TerminalView;
  const statuses: number[] = [];
  const post = async (body: object): Promise<void> => {
    const answer = await fetch(url, {
      method: "POST",
      headers: { cookie, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    statuses.push(answer.status);
  };
  const { queue } = await view();
  const sizes = [queue.length];
  const before = await holding(desk);
  const kept = desk.ledger.entries.length;
  for (const [i, part] of queue.entries()) {
    const about = { made: NOON, stop: part.stop, seen_end: part.stop_end };
    const middle = part.start + Math.floor(((part.end ?? NOON) - part.start) / 2);
    const [cut, half, joined] = [`proof-cut-${i}0`, `proof-half-${i}`, `proof-join-${i}`];
    await post({ ...about, id: cut, action: "split", at: middle });
    await post({ ...about, id: half, action: "assign", from: middle, to: null, reason: "cleaning" });
    sizes.push((await view()).queue.length);
    await post({ ...about, id: joined, action: "merge", from: part.start, to: part.end });
    for (const [n, target] of [joined, half, cut].entries()) await post({ ...about, id: `proof-back-${i}${n}`, action: "revert", target });
  }
  sizes.push((await view()).queue.length);
  const same = (await holding(desk)) === before;
  const added = desk.ledger.entries.length - kept;
  return [
    row(
      "split, reason, merge and their reverts over HTTP leave what held before, and every entry stays in the ledger",
      `${statuses.length} entries, ${statuses.filter((status) => status !== 200).length} refused, ${added} kept, what holds ${same ? "equal" : "different"}, queue ${sizes[0]} → ${sizes.at(-1)}`,
      "0 refused, all kept, equal",
      statuses.length === 6 * queue.length &&
        queue.length > 0 &&
        statuses.every((status) => status === 200) &&
        added === statuses.length &&
        same,
    ),
    row(
      "a part that is cut off and named leaves only the other part waiting",
      `queue ${sizes.slice(0, -1).join(", ")}`,
      `${sizes[0]} each time`,
      sizes.every((size) => size === sizes[0]),
    ),
  ];
}

async function holding(desk: TerminalLedger): Promise<string> {
  return JSON.stringify(namedTime(await heldEffective(desk.ledger, FILLER, NOON - 24 * 60 * MINUTE, NOON), NOON));
}

const PACKER = "acme.galway.hall.line.packer";
const CLASS = `  packer:
    contract: _packer_v1
    stateMap: { profile: derived, from: processed, quietSeconds: 20 }
    roles: { processed: count, heartbeat: heartbeat }
    tags: { count: { type: int }, heartbeat: { type: int } }
`;

function packingPlant(): PlantModel {
  const files = plantFiles({
    "classes.yaml": (text) => `${text}${CLASS}`,
    "site.yaml": (text) => `${text}  hall.line.packer: { kind: WorkCell, class: packer }\n`,
  });
  const reading = loadPlant(files);
  if ("problems" in reading) throw new Error(JSON.stringify(reading.problems));
  return reading.model;
}

/** Three hours of nothing but counts and a heartbeat, with three gaps, the last of which lasts. */
async function counterOnly(): Promise<ProofResult> {
  const model = packingPlant();
  const machine = oeeMachine(model, PACKER, { microStopMs: 0, silenceMs: MINUTE });
  if ("fault" in machine) throw new Error(machine.fault);
  const tracker = new StopTracker(stopMachine(model, machine), { latenessMs: 10_000, horizonMs: 26 * 60 * MINUTE });
  const desk = terminalLedger(model, () => NOON);
  const gaps = [
    [130, 120],
    [90, 72],
    [6, 0],
  ] as const;
  let count = 0;
  for (let at = NOON - 180 * MINUTE; at <= NOON; at += 5_000) {
    const samples = [sample("heartbeat", at, at % 65_536)];
    const stands = gaps.some(([from, to]) => at > NOON - from * MINUTE && (at < NOON - to * MINUTE || to === 0));
    if (!stands) samples.push(sample("count", at, (count += 3)));
    const { events } = tracker.push(samples);
    if (events.length > 0) await desk.ledger.record(events, { author: "node:twin-oee", reason: "stated" }, at);
  }
  const service = new Terminal(desk.ports, screensOf(desk.ports));
  const offered = service.stations(ANNA).some(({ path }) => path === PACKER);
  const { queue } = await service.view(PACKER, { person: ANNA, session: "proof" }, null);
  const shown = queue.map(({ start, end }) => `${(NOON - start) / MINUTE} to ${end === null ? "now" : (NOON - end) / MINUTE}`);
  return row(
    "a machine that only counts is offered at the terminal, with its stops to the count at which they begin and end",
    `${offered ? "offered" : "not offered"}; minutes ago: ${shown.join(", ")}`,
    "offered; minutes ago: 6 to now, 90 to 72, 130 to 120",
    offered && shown.join(", ") === "6 to now, 90 to 72, 130 to 120",
  );
}

function sample(name: string, timestamp: number, value: number): Sample {
  return { tag: `${PACKER}._packer_v1.${name}`, value, quality: "Good", timestamp };
}
