/** Measurements by hand in a real Node-RED: what is due to the instant, once is once, taken back is out, and a keypad reaches chart and ledger. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { LedgerEntry } from "../../../core/connect/ledger/index.ts";
import type { PlantModel } from "../../../core/connect/model/index.ts";
import { type MeasureView, SamplingRounds, type StudyView } from "../../../core/model/charting/index.ts";
import { SPC_MEASUREMENT } from "../../../core/model/limits/index.ts";
import { WorkCalendar } from "../../../core/operate/calendar/index.ts";
import { ANNA, demoModel, oneAccount, PASSWORD } from "../../support/board-site.ts";
import { launchBrowser } from "../../support/browser.ts";
import { answered } from "../../support/chart-desk.ts";
import { row, seeded } from "../../support/proof-row.ts";
import { type Runtime, startRuntime } from "../../support/runtime.ts";
import type { Proof, ProofResult } from "../proof.ts";

const CAPPER = "acme.galway.bottling.line01.capper01";
const CHART = `${CAPPER}.cap-torque`;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WEEK = 7 * 24 * HOUR;
const TUESDAY = Date.UTC(2026, 2, 10, 6);
const PLANS = 40;
const TWICE = 25;
const WITHIN_MS = 3_000;

export const byHand: Proof = {
  title: "Measurements by hand in a real Node-RED, with its ledger, and in a real browser",
  async run(progress) {
    const rows = [dueExactly(await demoModel())];
    progress("due and missed measurements of a week recomputed minute by minute");
    const userDir = mkdtempSync(path.join(tmpdir(), "twinline-hand-proof-"));
    process.env["TWINLINE_PLANT_DIR"] ??= path.resolve("plant/site");
    const identity = oneAccount({ ...ANNA, roles: ["operator", "engineer"] });
    const runtime = await startRuntime({ userDir, twinline: { dataDir: path.join(userDir, "twinline"), identity } });
    try {
      const shop = await open(runtime);
      rows.push(await onceOnly(shop), await takenBackIsOut(shop));
      progress("measured, sent twice and taken back over HTTP");
      rows.push(await byKeypad(runtime, shop));
    } finally {
      await runtime.stop();
    }
    return rows;
  },
};

/** Every minute of a week is asked whether something is due: another way to the same instants than the product's. */
function dueExactly(model: PlantModel): ProofResult {
  const declared = model.calendars.get("three-shift");
  if (declared === undefined) throw new Error("The demo plant has no calendar three-shift.");
  const windows = new WorkCalendar(declared).plannedWindows(TUESDAY, TUESDAY + WEEK);
  const random = seeded(5);
  let [instants, missed, wrong] = [0, 0, 0];
  for (let plan = 0; plan < PLANS; plan += 1) {
    const every = 15 + Math.floor(random() * 120);
    const grace = Math.floor(random() * every);
    const rounds = new SamplingRounds(model, CAPPER, { everyMs: every * MINUTE, size: 1, graceMs: grace * MINUTE }, 0);
    const shifts = new Set(windows.flatMap(({ shiftStart }) => shiftStart ?? []));
    for (const start of shifts) {
      const own = windows.filter(({ shiftStart }) => shiftStart === start);
      const end = own.at(-1)?.end ?? start;
      const due: number[] = [];
      let owed = false;
      for (let at = start; at < end; at += MINUTE) {
        owed ||= (at - start) % (every * MINUTE) === 0;
        if (!owed || !own.some((window) => window.planned && window.start <= at && at < window.end)) continue;
        due.push(at);
        owed = false;
      }
      const taken = new Map(due.filter(() => random() < 0.7).map((at) => [at, at + Math.floor(random() * every) * MINUTE]));
      const expected = due.map((at) => {
        const when = taken.get(at);
        return when === undefined ? "missed" : when <= at + grace * MINUTE ? "taken" : "taken-late";
      });
      const found = rounds.at(end, taken).shifts.find((shift) => shift.start === start)?.due ?? [];
      const equal = found.length === due.length && found.every(({ due: at, state }, i) => at === due[i] && state === expected[i]);
      instants += due.length;
      missed += expected.filter((state) => state === "missed").length;
      if (!equal) wrong += 1;
    }
  }
  return row(
    "due, late and missed measurements of a week of three shifts with breaks",
    `${instants} due instants of ${PLANS} plans, ${missed} of them missed; ${wrong} shifts differ from asking every minute`,
    "0 shifts differ",
    wrong === 0 && missed > 0,
  );
}

interface Shop {
  readonly url: string;
  readonly cookie: string;
  readonly ledger: { latest(filter: object): Promise<readonly LedgerEntry[]> };
}

async function open(runtime: Runtime): Promise<Shop> {
  const at = { z: "tab", x: 0, y: 0, version: 1 };
  const plan = { kind: "xbar-r", tag: "", size: 3, everySeconds: 1_800, unit: "N.cm", limits: "given", centre: 170, sigma: 7 };
  await runtime.deploy([
    { id: "tab", type: "tab", label: "by hand" },
    { id: "galway", type: "twin-plant", name: "G", directory: process.env["TWINLINE_PLANT_DIR"], watch: false, version: 1 },
    { id: "hist", type: "twin-historian", name: "H", store: "embedded", folder: "historian", plant: "galway", version: 1 },
    {
      ...at,
      ...plan,
      id: "spc",
      type: "twin-spc",
      plant: "galway",
      bind: "asset",
      target: CAPPER,
      historian: "hist",
      chart: "cap-torque",
      byProduct: false,
      rules: "1, 2",
      reactionPlan: "Set the clutch",
      priority: "low",
      wires: [["store"], ["store"], [], []],
    },
    { ...at, id: "store", type: "twin-store", historian: "hist", wires: [[]] },
    { ...at, id: "boards", type: "twin-boards", plant: "galway", historian: "hist", path: "/boards", wires: [] },
  ]);
  const { behind } = (await import(new URL("../../../dist/nodes/kit/running.js", import.meta.url).href)) as {
    readonly behind: (node: unknown) => { readonly started: Promise<{ readonly ok: boolean; readonly api: Shop }> } | undefined;
  };
  for (const id of ["spc", "store", "boards"]) await behind(runtime.node(id))?.started;
  const historian = await behind(runtime.node("hist"))?.started;
  if (historian?.ok !== true) throw new Error("The historian did not start.");
  const url = `${runtime.url}/boards`;
  const body = new URLSearchParams({ name: ANNA.name, password: PASSWORD });
  const signedIn = await fetch(`${url}/login`, { method: "POST", body, redirect: "manual" });
  return { url, cookie: signedIn.headers.get("set-cookie")?.split(";")[0] ?? "", ledger: historian.api.ledger };
}

async function post<T>({ url, cookie }: Shop, rest: string, body: object): Promise<{ readonly status: number; readonly body: T }> {
  const headers = { cookie, "content-type": "application/json" };
  const answer = await fetch(`${url}/charts/${CHART}${rest}`, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json()) as T };
}

const measurements = (shop: Shop): Promise<readonly LedgerEntry[]> =>
  shop.ledger.latest({ kind: SPC_MEASUREMENT, asset: CHART, limit: 1_000 });

/** Both at the same time, as from an outbox whose first answer was lost; all of them of one millisecond. */
async function onceOnly(shop: Shop): Promise<ProofResult> {
  const made = Date.now() - 2 * HOUR;
  const sent = Array.from({ length: TWICE }, (_, i) => ({
    action: "measure",
    id: `proof-twice-${i}`,
    made,
    values: [170, 168 + (i % 5), 171],
    queued: true,
  }));
  const answers = await Promise.all([...sent, ...sent].map((body) => post<{ at?: number }>(shop, "/measure", body)));
  const entries = await measurements(shop);
  const same = sent.every((_, i) => answers[i]?.body.at !== undefined && answers[i]?.body.at === answers[i + TWICE]?.body.at);
  const anna = entries.filter(({ author, revision }) => author === ANNA.name && revision === 1).length;
  return row(
    "a measurement that is sent twice is one",
    `${TWICE} measurements of one millisecond, each sent twice at once: ${entries.length} in the ledger, ${anna} by their author`,
    `${TWICE}, and both answers name the same instant`,
    entries.length === TWICE && anna === TWICE && same,
  );
}

async function takenBackIsOut(shop: Shop): Promise<ProofResult> {
  const from = Date.now() - HOUR;
  const random = seeded(7);
  const kept: number[][] = [];
  for (let i = 0; i < 30; i += 1) {
    const values = [0, 1, 2].map(() => 170 + Math.round(10 * (random() - 0.5)));
    const [id, made] = [`proof-out-${i}00`, from + i * MINUTE];
    const wrong = i % 5 === 0;
    const measured = wrong ? values.map((value) => value + 40) : values;
    await post(shop, "/measure", { action: "measure", id, made, values: measured, queued: true });
    const back = { action: "withdraw", id: `${id}-back`, made, at: made, target: id, reason: "other gauge", queued: true };
    if (wrong) await post(shop, "/measure", back);
    else kept.push(values);
  }
  const to = Date.now();
  const { body } = await answered(() => post<StudyView>(shop, "", { action: "study", from, to, scope: {}, exclusions: [] }));
  const mean = kept.flat().reduce((sum, value) => sum + value, 0) / (3 * kept.length);
  const range = kept.reduce((sum, values) => sum + Math.max(...values) - Math.min(...values), 0) / kept.length;
  const off = Math.max(Math.abs(body.level.centre - mean), Math.abs((body.spread?.centre ?? 0) - range));
  const view = (await (
    await fetch(`${shop.url}/charts/${CHART}/measure.json`, { headers: { cookie: shop.cookie } })
  ).json()) as MeasureView;
  const marked = view.chart.withdrawn.length;
  return row(
    "what was taken back is in no baseline, and shown as such",
    `30 measured, 6 taken back: ${body.subgroups} in the baseline, centres ${off.toExponential(1)} from those of the other 24; ${marked} marked on the page`,
    "24 in the baseline, 1e-9, 6 marked",
    body.subgroups === 24 && off < 1e-9 && marked === 6,
  );
}

async function byKeypad(runtime: Runtime, shop: Shop): Promise<ProofResult> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, hasTouch: true, locale: "en-GB" });
    await page.goto(`${runtime.url}/boards/charts/${CHART}/measure`);
    await page.fill("input[name=name]", ANNA.name);
    await page.fill("input[name=password]", PASSWORD);
    await page.click("main button");
    await page.waitForSelector(".handentry");
    for (const key of "171,5⏎168⏎172,5⏎") await page.locator(".handentry .keys").getByText(key, { exact: true }).tap();
    const since = performance.now();
    await page.locator(".handentry > .primary").tap();
    await page.waitForFunction(() => document.querySelector(".measureside .spcplot + .told")?.textContent?.includes("170.67") === true);
    const took = performance.now() - since;
    const entry = (await measurements(shop)).at(-1);
    const right = entry?.author === ANNA.name && JSON.stringify(entry.data["values"]) === "[171.5,168,172.5]";
    return row(
      "entered by keypad: the judged point is drawn, and the measurement stands in the ledger",
      `drawn ${Math.round(took)} ms after Save; in the ledger by ${entry?.author ?? "nobody"} with ${JSON.stringify(entry?.data["values"])}`,
      `${WITHIN_MS} ms, by its author`,
      took < WITHIN_MS && right,
    );
  } finally {
    await browser.close();
  }
}
