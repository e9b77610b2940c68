/**
 * Limits that people govern, in a real Node-RED over a real InfluxDB: from a baseline in the browser to an approval by a second
 * person, and what the running chart makes of it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { LocalAccounts } from "../../../adapters/accounts/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import type { ChartView, ShownVersion } from "../../../core/model/charting/index.ts";
import { launchBrowser } from "../../support/browser.ts";
import { type Influxd, startInfluxd } from "../../support/influxd.ts";
import { row } from "../../support/proof-row.ts";
import { type FlowNode, type Runtime, startRuntime } from "../../support/runtime.ts";
import { noise, seeded } from "../../support/spc-charts.ts";
import type { Proof, ProofResult } from "../proof.ts";

const FILLER = "acme.galway.bottling.line01.filler01";
const CHART = `${FILLER}.fill-weight`;
const [SECOND, HOUR, SIZE] = [1_000, 3_600_000, 5];
const PASSWORD = "correct horse battery";
/** One subgroup each half hour, for a little less than the week that the page offers. */
const SUBGROUPS = 330;
/** d2 of five values, to the digits of the exact integral. */
const D2 = 2.325928947276;
const PATIENCE_MS = 30_000;

export const governed: Proof = {
  title: "Limits that people govern, from the baseline to the running chart",
  async run(progress) {
    const [dir, influxd] = [mkdtempSync(path.join(tmpdir(), "twinline-prove-governed-")), await startInfluxd()];
    const accounts = LocalAccounts.open(path.join(dir, "accounts.json"));
    await accounts.put({ name: "ines", label: "Ines", roles: ["engineer"], scope: ["acme.galway"] }, PASSWORD);
    await accounts.put({ name: "quinn", label: "Quinn", roles: ["quality"], scope: ["acme.galway"] }, PASSWORD);
    const runtime = await startRuntime({ twinline: { dataDir: path.join(dir, "twinline"), identity: accounts } });
    const browser = await launchBrowser();
    try {
      return await new Plant(runtime, influxd, browser, progress).rows();
    } finally {
      await browser.close();
      await runtime.stop();
      await influxd.stop();
      rmSync(dir, { recursive: true, force: true });
    }
  },
};

class Plant {
  readonly #runtime: Runtime;
  readonly #flow: readonly FlowNode[];
  readonly #browser: Browser;
  readonly #progress: (sentence: string) => void;
  readonly #random = seeded(20_261_126);

  constructor(runtime: Runtime, influxd: Influxd, browser: Browser, progress: (sentence: string) => void) {
    this.#runtime = runtime;
    this.#flow = flow(influxd.url);
    this.#browser = browser;
    this.#progress = progress;
  }

  async rows(): Promise<ProofResult[]> {
    await this.#runtime.deploy(this.#flow);
    const begin = Date.now() - SUBGROUPS * (HOUR / 2);
    const week = Array.from({ length: SUBGROUPS }, (_, i) => this.#subgroup(begin + i * (HOUR / 2), i === 100 ? 12 : 0));
    this.#receive("store", week.flat());
    const [ines, quinn] = [await this.#person("ines"), await this.#person("quinn")];
    this.#progress("a week is recorded");
    const before = await view(ines, 168);
    const left = await propose(ines, SUBGROUPS);
    this.#progress("limits are proposed");
    const refused = await ownApproval(ines);
    await approve(quinn);
    this.#progress("limits are approved by somebody else");
    const { versions } = await view(ines, 8);
    const [version] = versions;
    if (version === undefined) throw new Error("No version was proposed.");
    const lines = textbook(week.filter((_, i) => i !== 100));
    const off = Math.max(...lines.map(([mine, line]) => Math.abs((line(version) ?? Number.NaN) / mine - 1)));
    return [
      row(
        "limits judge only when they were looked at over the last 7 days and approved by a second person, in a browser",
        `${before.points.level.length} points judged before; ${left} left out with a cause; approval by who proposed it: ${refused}; ` +
          `version ${version.version} of ${version.proposed.by}, approved by ${version.decided?.by ?? "nobody"}, ${version.review?.subgroups ?? 0} subgroups reviewed`,
        `0; 1; refused; version 1 of ines, approved by quinn, ${SUBGROUPS} reviewed`,
        before.points.level.length === 0 &&
          left === 1 &&
          refused === "refused" &&
          version.proposed.by === "ines" &&
          version.decided?.by === "quinn" &&
          version.review?.subgroups === SUBGROUPS &&
          version.inForce,
      ),
      row(
        "centre and limits of X̄ and R from recorded samples are those of the textbook's formulas",
        `${lines.length} lines, the farthest off by ${off.toExponential(1)}`,
        "≤ 1e-9",
        off <= 1e-9,
      ),
      ...(await this.#running(ines, version)),
    ];
  }

  /** Ten subgroups in control, two that are not, a redeploy, ten that are again. */
  async #running(page: Page, version: ShownVersion): Promise<ProofResult[]> {
    const from = Math.max(Date.now(), version.from ?? 0) + SECOND;
    const sent = Array.from({ length: 25 }, (_, i) => this.#subgroup(from + i * 10 * SECOND, i === 10 || i === 11 ? 12 : 0));
    const feed = (first: number, end: number): void => {
      for (const subgroup of sent.slice(first, end)) this.#receive("chart", subgroup);
    };
    feed(0, 14);
    const signalled = await until(page, ({ signals, points }) => points.level.length >= 13 && signals.some(({ end }) => end !== null));
    this.#progress("a signal is open");
    const closed = await close(page);
    await this.#runtime.deploy(this.#flow);
    feed(14, sent.length);
    const after = await until(page, ({ points }) => points.level.length >= 24);
    const judged = [...after.points.level];
    const same = judged.filter(
      ({ version: by, centre, lower, upper }) =>
        by === 1 && centre === version.level.centre && lower === version.level.lower && upper === version.level.upper,
    );
    // The last one waits for time to go on.
    const expected = broken(sent.slice(0, -1), version.level);
    const broke = judged.filter(({ rules }) => rules.length > 0).map(({ at }) => at);
    const open = signalled.signals.map(({ rules, count }) => `${rules.map(({ id }) => id).join(" ")} × ${count}`).join(", ");
    return [
      row(
        "the running chart judges every point by the approved version, to the digit, and goes on with it after a redeploy",
        `${judged.length} points, ${same.length} with the lines of version 1, ${broke.length} break a rule`,
        `24 points, all of them, the same ${expected.length} as counted by hand`,
        judged.length === 24 && same.length === 24 && String(broke) === String(expected),
      ),
      row(
        "a signal is one event with its points, and closes only with cause and action by name",
        `open: ${open}; without cause ${closed.without}; closed by ${closed.by ?? "nobody"}: ${closed.cause ?? "–"}, ${closed.done ?? "–"}`,
        "open: N1 × 2; without cause refused; closed by ines: seal of valve 7, seal changed",
        open === "N1 × 2" &&
          closed.without === "refused" &&
          closed.by === "ines" &&
          closed.cause === "seal of valve 7" &&
          closed.done === "seal changed",
      ),
    ];
  }

  #subgroup(at: number, shift: number): Sample[] {
    return Array.from({ length: SIZE }, (_, i) => ({
      tag: `${FILLER}._filler_v1.fill_weight`,
      value: 501 + 2 * noise(this.#random) + shift,
      quality: "Good",
      timestamp: at + i * SECOND,
      unit: "g",
    }));
  }

  #receive(node: string, payload: readonly Sample[]): void {
    this.#runtime.node<{ receive(message: unknown): void }>(node).receive({ payload: [...payload] });
  }

  async #person(name: string): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-GB", hasTouch: true });
    const page = await context.newPage();
    // The boards are served once the historian is open.
    const address = `${this.#runtime.url}/boards/charts/${CHART}`;
    for (let waited = 0; !(await page.goto(address))?.ok() && waited < PATIENCE_MS; waited += 200) await pause(200);
    await page.fill("input[name=name]", name);
    await page.fill("input[name=password]", PASSWORD);
    await page.click("main button");
    await page.waitForSelector(".charthead");
    return page;
  }
}

async function view(page: Page, hours: number): Promise<ChartView> {
  const { pathname, origin } = new URL(page.url());
  for (let waited = 0; ; waited += 200) {
    const answer = await page.request.get(`${origin}${pathname}/data.json?hours=${hours}`);
    // While the flow is deployed again there is no such page.
    if (answer.ok() || waited > PATIENCE_MS) return (await answer.json()) as ChartView;
    await pause(200);
  }
}

async function until(page: Page, holds: (view: ChartView) => boolean): Promise<ChartView> {
  for (let waited = 0; ; waited += 200) {
    const seen = await view(page, 8);
    if (holds(seen) || waited > PATIENCE_MS) return seen;
    await pause(200);
  }
}

/** How many subgroups were left out. The study waits for the historian, which is a little behind. */
async function propose(page: Page, subgroups: number): Promise<number> {
  for (let tries = 0; tries < 20; tries += 1) {
    await page.reload();
    await page.getByRole("button", { name: "Limits", exact: true }).tap();
    await page.getByRole("button", { name: "7 days" }).tap();
    const counted = page.getByText(new RegExp(`\\b${subgroups} subgroups`));
    if (
      await counted
        .first()
        .waitFor({ timeout: 3_000 })
        .then(
          () => true,
          () => false,
        )
    )
      break;
  }
  await page
    .locator(".studysignals li", { hasText: /\b51\d/ })
    .getByRole("button", { name: "Leave out" })
    .tap();
  await page.fill("dialog input", "valve 7 leaked");
  await page.locator("dialog").getByRole("button", { name: "Leave out" }).tap();
  await page.waitForFunction(() => document.querySelectorAll(".studysignals .left").length === 1);
  const left = await page.locator(".studysignals .left").count();
  await page.fill(".proposal input", "the week after the service");
  await page.getByRole("button", { name: "Propose these limits" }).tap();
  await page.waitForSelector("text=Version 1");
  return left;
}

async function ownApproval(page: Page): Promise<"refused" | "taken"> {
  return said(page, { action: "approve", version: 1, comment: "mine", effective_from: null });
}

async function approve(page: Page): Promise<void> {
  await page.reload();
  await page.getByRole("button", { name: /^Limits/ }).tap();
  await page.getByRole("button", { name: "Review the last 7 days" }).tap();
  await page.waitForSelector("text=The last 7 days, judged by version 1");
  await page.fill(".review label input", "in control, one cause found");
  await page.getByRole("button", { name: "Approve from now on" }).tap();
  await page.waitForSelector(".review", { state: "hidden" });
}

async function close(
  page: Page,
): Promise<{ readonly without: string; readonly by?: string; readonly cause?: string; readonly done?: string }> {
  await page.reload();
  const signal = page.locator(".signal[data-open]").first();
  await signal.getByRole("button", { name: "Close the signal" }).tap();
  const button = page.locator("dialog .primary");
  const locked = await button.isDisabled();
  const { signals } = await view(page, 8);
  const about = { id: "proof-close-1", made: Date.now(), signal: signals[0]?.start ?? 0, part: "level" };
  const without = await said(page, { action: "close", ...about, cause: " ", done: " " });
  await page.locator("dialog input").first().fill("seal of valve 7");
  await page.locator("dialog input").last().fill("seal changed");
  await button.tap();
  const seen = await until(page, ({ closed }) => closed.length > 0);
  const answer = seen.closed[0]?.closed;
  return { without: locked ? without : "possible", ...(answer ? { by: answer.by, cause: answer.cause, done: answer.done } : {}) };
}

async function said(page: Page, deed: object): Promise<"refused" | "taken"> {
  const { pathname, origin } = new URL(page.url());
  const answer = await page.request.post(`${origin}${pathname}`, { data: deed, headers: { origin } });
  return answer.ok() ? "taken" : "refused";
}

function average(all: readonly number[]): number {
  return all.reduce((sum, one) => sum + one, 0) / all.length;
}

/** X̄ ± A2·R̄, and D4·R̄ of the range, from the numbers alone; D3 is 0 for five values. */
function textbook(subgroups: readonly (readonly Sample[])[]): [number, (version: ShownVersion) => number | null | undefined][] {
  const values = subgroups.map((subgroup) => subgroup.map(({ value }) => value as number));
  const centre = average(values.map(average));
  const range = average(values.map((all) => Math.max(...all) - Math.min(...all)));
  const width = (3 * range) / (D2 * Math.sqrt(SIZE));
  return [
    [centre, ({ level }) => level.centre],
    [centre - width, ({ level }) => level.lower],
    [centre + width, ({ level }) => level.upper],
    [range, ({ spread }) => spread?.centre],
  ];
}

/** Times of the subgroups whose mean lies beyond a limit, or is the ninth in a row on one side of the centre. */
function broken(subgroups: readonly (readonly Sample[])[], { centre, lower, upper }: ShownVersion["level"]): number[] {
  const means = subgroups.map((subgroup) => subgroup.reduce((sum, { value }) => sum + (value as number), 0) / subgroup.length);
  return subgroups.flatMap((subgroup, i) => {
    const mean = means[i] ?? Number.NaN;
    const beyond = mean > (upper ?? Number.POSITIVE_INFINITY) || mean < (lower ?? Number.NEGATIVE_INFINITY);
    const sides = means.slice(Math.max(0, i - 8), i + 1).map((one) => Math.sign(one - centre));
    return beyond || (sides.length === 9 && new Set(sides).size === 1) ? [subgroup.at(-1)?.timestamp ?? 0] : [];
  });
}

function flow(influx: string): FlowNode[] {
  const place = { z: "tab", x: 1, y: 1 };
  return [
    { id: "tab", type: "tab", label: "governed" },
    { id: "plant", type: "twin-plant", name: "Galway", directory: path.resolve("plant/site"), watch: false, version: 1 },
    {
      id: "hist",
      type: "twin-historian",
      name: "H",
      plant: "plant",
      store: "influxdb",
      url: influx,
      database: "twinline",
      folder: "historian",
      version: 1,
    },
    { id: "store", type: "twin-store", ...place, historian: "hist", version: 1, wires: [[]] },
    {
      id: "boards",
      type: "twin-boards",
      ...place,
      plant: "plant",
      historian: "hist",
      path: "/boards",
      secondPerson: true,
      version: 1,
      wires: [],
    },
    {
      id: "chart",
      type: "twin-spc",
      ...place,
      plant: "plant",
      historian: "hist",
      bind: "asset",
      target: FILLER,
      chart: "fill-weight",
      kind: "xbar-r",
      tag: "fill_weight",
      size: SIZE,
      everySeconds: 0,
      latenessSeconds: 0,
      spanSeconds: SIZE,
      version: 1,
      wires: [["store"], ["store"], [], []],
    },
  ];
}
