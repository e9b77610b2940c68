import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import type { Person } from "../../core/govern/identity/index.ts";
import { SPC_MEASUREMENT } from "../../core/model/limits/index.ts";
import { ANNA, demoModel, oneAccount, PASSWORD, startBoardSite, type TestSite } from "../support/board-site.ts";
import { launchBrowser, needBrowser, takePicture } from "../support/browser.ts";
import { controlChartBoards } from "../../dashboards/control-chart.board.ts";
import { FILL_WEIGHT, FILLER, fillWeek, type TestChart, testChart } from "../support/chart-desk.ts";
import { storedOf } from "../support/charted-line.ts";

const SHOTS = path.join(tmpdir(), "twinline-shots");
const NOON = Date.UTC(2026, 2, 10, 12);
const HOUR = 3_600_000;
/** Words that no German sentence has. */
const ENGLISH = /\b(the|of|are|is|and|values|points|limits)\b/;
const QUALITY: Person = { ...ANNA, roles: ["engineer", "quality"] };

describe("control charts in a browser", function () {
  this.timeout(60_000);
  let site: TestSite;
  let desk: TestChart;
  let browser: Browser;
  let page: Page;
  let now = NOON;
  const complaints: string[] = [];

  before(async function () {
    if (!needBrowser()) this.skip();
    mkdirSync(SHOTS, { recursive: true });
    browser = await launchBrowser();
    desk = testChart(await demoModel(), () => now);
    await fillWeek(desk);
    site = await startBoardSite({ now: () => now, identity: oneAccount(QUALITY), charts: desk.ports });
    page = await browser.newPage({ viewport: { width: 1280, height: 900 }, locale: "en-GB", hasTouch: true });
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
    await signIn();
  });
  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  /** A sign-in lasts an hour without a page that is open. */
  async function signIn(rest = ""): Promise<void> {
    await page.goto(`${site.url}/charts${rest}`);
    await page.fill("input[name=name]", ANNA.name);
    await page.fill("input[name=password]", PASSWORD);
    await page.click("main button");
  }
  const taps = async (text: string): Promise<void> => {
    for (const key of text) await page.locator(".handentry .keys").getByText(key, { exact: true }).tap();
  };
  /** By a scanner, or a scale that types. */
  const types = async (text: string): Promise<void> => {
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
  };
  const measured = (n: number): Promise<unknown> =>
    page.waitForFunction((count) => document.querySelectorAll(".measured:not([data-waits])").length === count, n);
  const shot = (name: string): Promise<unknown> => takePicture(page, path.join(SHOTS, `charts-${name}.png`), { fullPage: true });
  const noOverflow = async (): Promise<void> =>
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is wider than the screen");

  it("goes from a baseline to approved limits: a point is left out for a cause, and the last week is looked at first", async () => {
    await page.waitForSelector(".chartrow");
    await shot("list");
    await page.locator(".chartrow").tap();
    await page.waitForSelector("text=No signal is open.");
    await shot("collecting");
    await page.getByRole("button", { name: "Limits", exact: true }).tap();
    await page.getByRole("button", { name: "7 days" }).tap();
    await page.waitForSelector(".studysignals li .tool");
    await shot("study");
    for (let i = 0; i < 2; i += 1) {
      await page.getByRole("button", { name: "Leave out" }).first().tap();
      const leave = page.locator("dialog").getByRole("button", { name: "Leave out" });
      assert.ok(await leave.isDisabled(), "nothing is left out without a cause");
      await page.fill("dialog input", "valve 7 leaked");
      await leave.tap();
      await page.waitForFunction((n) => document.querySelectorAll(".studysignals .left").length === n, i + 1);
    }
    await page
      .locator(".spcplot .u-over")
      .first()
      .click({ position: { x: 300, y: 60 } });
    await page.locator("dialog select").selectOption("gauge-drifted");
    await page.locator("dialog .primary").tap();
    await page.waitForSelector(".studysignals .left:has-text('Gauge drifted')");
    await page.locator(".study summary").tap();
    await page.waitForSelector(".points tbody tr");
    assert.equal(await page.locator(".points").getByRole("button", { name: "Put back" }).count(), 3, "a row of each point too");
    await shot("points");
    await page.getByRole("button", { name: "Undo" }).tap();
    await page.waitForFunction(() => document.querySelectorAll(".studysignals .left").length === 2);
    await page.fill(".proposal input", "the week after the service");
    await page.getByRole("button", { name: "Propose these limits" }).tap();
    await page.waitForSelector("text=Version 1");
    await page.getByRole("button", { name: "Go on from this baseline" }).tap();
    await page.waitForSelector("text=Points are left out as in version 1");
    assert.equal(await page.locator(".studysignals .left").count(), 2);
    await shot("go-on");
    assert.equal(await page.getByRole("button", { name: /Approve/ }).count(), 0, "nothing is approved unseen");
    await page.getByRole("button", { name: "Review the last 7 days" }).tap();
    await page.waitForSelector("text=The last 7 days, judged by version 1");
    await shot("review");
    await page.fill(".review label input", "in control, one cause found");
    await page.getByRole("button", { name: "Approve from now on" }).tap();
    await page.waitForSelector("text=approved by who proposed it");
    await shot("approved");
    await noOverflow();
    assert.equal(desk.chart.version, null, "what was judged before stays as it was");
    assert.deepEqual(complaints, []);
  });

  it("draws the chart with its signals, and closes one only with cause and action", async () => {
    now = NOON + 8 * HOUR;
    await desk.fill(8 * HOUR, 2 * HOUR);
    await desk.fill(2 * HOUR, 0, 9);
    await signIn(`/${FILL_WEIGHT}`);
    await page.waitForSelector(".signal[data-open]");
    const row = page.locator(".signal[data-open]").last();
    assert.match((await row.textContent()) ?? "", /Reaction plan: Check filling valve 7/);
    await shot("signals");
    const open = await page.locator(".signal[data-open]").count();
    await row.getByRole("button", { name: "Close the signal" }).tap();
    await page.locator("dialog input").first().fill("valve 7 leaks");
    const close = page.locator("dialog .primary");
    assert.ok(await close.isDisabled());
    await page.locator("dialog input").last().fill("seal changed");
    await shot("closing");
    await close.tap();
    await page.waitForSelector("text=Cause: valve 7 leaks");
    assert.equal(await page.locator(".signal[data-open]").count(), open - 1);
    await page.getByRole("button", { name: "Capability" }).tap();
    await page.fill("input[aria-label='Lower specification']", "492");
    await page.fill("input[aria-label='Upper specification']", "512");
    await page.getByRole("button", { name: "State capability" }).tap();
    await page.waitForSelector(".study .histogram, .study .notice");
    await shot("capability");
    await page.locator(".fits summary").tap();
    await page.locator(".fits tr", { hasText: "lognormal" }).getByRole("button", { name: "Use" }).tap();
    await page.waitForSelector(".fits tr[aria-current]:has-text('lognormal')", { state: "attached" });
    assert.deepEqual(
      [await page.getByLabel("Distribution").inputValue(), await page.getByLabel("Indices by").isVisible()],
      ["lognormal", true],
    );
    assert.doesNotMatch(await page.locator(".capable table").innerText(), /Cpk/, "no variation within, where values are not normal");
    await page.locator(".fits summary").tap();
    await shot("capability-lognormal");
    await page.getByRole("button", { name: "Chart and signals" }).tap();
    await page.setViewportSize({ width: 400, height: 860 });
    await page.locator(".charthead .tool").tap();
    await page.waitForSelector("text=Abgeschlossene Signale");
    assert.match(
      (await page.locator("main").textContent()) ?? "",
      /Regeln: jenseits einer Eingriffsgrenze; 9 Punkte in Folge auf einer Seite/,
    );
    await noOverflow();
    await shot("narrow-de");
    await page.getByRole("button", { name: "Grenzen", exact: true }).tap();
    await page.waitForSelector(".version[data-force]:has-text('gilt')");
    await page.getByRole("button", { name: "7 Tage" }).tap();
    await page.waitForSelector(".study .figuretile");
    await noOverflow();
    await shot("narrow-limits-de");
    const told = (await page.locator("main .notice, main .hint").allTextContents()).join(" ");
    assert.match(told, /Der Vorlauf ist nicht beherrscht/);
    assert.doesNotMatch(told, ENGLISH);
    await page.getByRole("button", { name: "Fähigkeit", exact: true }).tap();
    await page.fill("input[aria-label='Untere Toleranz']", "512");
    await page.fill("input[aria-label='Obere Toleranz']", "492");
    await page.getByRole("button", { name: "Fähigkeit angeben" }).tap();
    await page.waitForSelector("text=Die Toleranzen müssen endlich sein, die untere kleiner als die obere.");
    await shot("narrow-capability-refused-de");
    await page.fill("input[aria-label='Untere Toleranz']", "492");
    await page.fill("input[aria-label='Obere Toleranz']", "512");
    await page.getByLabel("Verteilung").selectOption("lognormal");
    await page.getByRole("button", { name: "Fähigkeit angeben" }).tap();
    await page.waitForSelector("text=Vertrauensbereiche gibt es nur für normalverteilte Werte.");
    assert.match(await page.locator(".capable table").innerText(), /Ppk\s+\d,\d\d/);
    assert.doesNotMatch((await page.locator("main .notice, main .hint").allTextContents()).join(" "), ENGLISH);
    await noOverflow();
    await shot("narrow-capability-de");
    await page.goto(`${site.url}/charts`);
    await page.waitForSelector(".chartrow");
    await noOverflow();
    await shot("narrow-list-de");
    assert.deepEqual(complaints, []);
  });

  /** What is printed of a study, as wide as A4. */
  async function onPaper(): Promise<void> {
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 703, height: 1_000 });
    const told = await page.locator(".printhead").innerText();
    assert.match(told, /Approved by\s+anna, 10 Mar 2026.*“in control, one cause found”/);
    assert.match(told, /Period\s+9 Mar 2026, 12:00 – 10 Mar 2026, 12:00\s+For\s+everything\s+Specification\s+490 … 512 g/);
    assert.ok(await page.locator(".capable .probability svg").isVisible());
    for (const left of [".top", ".spc .tabs", ".row", ".recorded"])
      assert.equal(await page.locator(left).first().isVisible(), false, `${left} is on no paper`);
    await noOverflow();
    await shot("print");
    await page.emulateMedia({ media: null });
    await page.setViewportSize({ width: 1280, height: 900 });
  }

  it("records a capability under a name, and shows chart, signals and capability on the board of the line", async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.evaluate(() => localStorage.clear());
    await page.goto(`${site.url}/charts/${FILL_WEIGHT}`);
    await page.getByRole("button", { name: "Capability" }).tap();
    await page.fill("input[aria-label='From']", "2026-03-09T12:00");
    await page.fill("input[aria-label='To']", "2026-03-10T12:00");
    await page.fill("input[aria-label='Lower specification']", "490");
    await page.fill("input[aria-label='Upper specification']", "512");
    await page.getByRole("button", { name: "State capability" }).tap();
    const record = page.getByRole("button", { name: "Record this study" });
    await record.waitFor();
    await onPaper();
    assert.ok(await record.isDisabled(), "nothing is recorded without a reason");
    await page.getByLabel("Why it is recorded").fill("for the customer");
    await record.tap();
    await page.waitForSelector(".recorded tbody tr");
    const listed = (await page.locator(".recorded tbody tr").textContent()) ?? "";
    assert.match(listed, /490 … 512 g.*anna/);
    const cp = (await page.locator(".recorded tbody td").nth(4).textContent()) ?? "";
    assert.match(cp, /^\d\.\d\d \(\d\.\d\d … \d\.\d\d\)$/);
    await shot("recorded");
    await page.setViewportSize({ width: 390, height: 860 });
    await noOverflow();
    await shot("recorded-narrow");
    await page.setViewportSize({ width: 1280, height: 900 });

    const board = controlChartBoards(await demoModel(), [{ asset: FILLER, chart: "fill-weight" }])[0];
    assert.ok(board);
    site.boards.push(board);
    now += 60_000;
    site.points = await storedOf(desk, NOON - 168 * HOUR, now + HOUR);
    await page.goto(`${site.url}/${board.id}`);
    await page.waitForSelector("#capability tbody tr");
    await page.waitForSelector("#level canvas");
    const signals = await page.locator("#signals tbody").innerText();
    assert.match(signals, /anna\s+valve 7 leaks\s+seal changed/);
    assert.ok((await page.locator("#capability tbody").innerText()).includes(cp), "the figures of the page are those of the board");
    const legend = await page.locator("#spread .legend").innerText();
    assert.match(legend, /Upper limit/);
    assert.doesNotMatch(legend, /Lower limit|−1σ/, "five values have no lower limit of their range, nor a place for it in the legend");
    assert.equal(await page.locator("#edge").textContent(), "Connected", "there is data, though nothing says how far it reaches");
    await shot("board");
    await page.emulateMedia({ colorScheme: "dark" });
    await shot("board-dark");
    await page.setViewportSize({ width: 390, height: 860 });
    await noOverflow();
    await shot("board-narrow");
    assert.deepEqual(complaints, []);
  });

  describe("measured by hand", () => {
    const MINUTE = 60_000;
    let hand: TestChart;
    let shop: TestSite;
    const start = NOON + 5 * MINUTE;
    const plan = { everyMs: 30 * MINUTE, size: 3, graceMs: 10 * MINUTE, unit: "N.cm" };
    const HAND = {
      kinds: ["xbar", "r"] as const,
      chart: "cap-torque",
      tag: "",
      ...plan,
      byProduct: false,
      given: { centre: 50, sigma: 1.5 },
    };

    before(async () => {
      now = start;
      hand = testChart(await demoModel(), () => now, { request: HAND });
      shop = await startBoardSite({ now: () => now, identity: oneAccount(QUALITY), charts: hand.ports });
    });
    after(() => shop?.stop());
    const stated = (): unknown[] => hand.ledger.entries.flatMap(({ kind, data }) => (kind === SPC_MEASUREMENT ? [data["values"]] : []));

    it("takes values by the keypad and by a scale that types, asks for what was mistyped, and draws the point at once", async () => {
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.goto(`${shop.url}/charts`);
      await page.fill("input[name=name]", ANNA.name);
      await page.fill("input[name=password]", PASSWORD);
      await page.click("main button");
      await page.evaluate(() => localStorage.setItem("twinline-language", "en"));
      await page.reload();
      await page.waitForSelector(".measurelink[data-state=due]");
      await shot("hand-list");
      await page.locator(".measurelink").tap();
      await page.waitForSelector(".duecard[data-state=due]");
      assert.match((await page.textContent(".duecard")) ?? "", /^Due since 12:00/);
      await taps("50,2⏎");
      await page.keyboard.type(" 50.4 g");
      await page.keyboard.press("Enter");
      assert.match((await page.textContent(".handentry .said")) ?? "", /not measured in this unit: g/);
      await page.keyboard.type("50.4 N.cm");
      await page.keyboard.press("Enter");
      await taps("502⏎");
      await shot("hand-entry");
      await page.locator(".handentry > .primary").tap();
      await page.waitForSelector("dialog .doubt");
      assert.match((await page.textContent("dialog .doubt")) ?? "", /502 N\.cm is far.*Did you mean 50\.2 N\.cm\?/);
      await shot("hand-doubt");
      assert.equal(hand.ledger.entries.length, 0, "nothing is recorded before somebody has answered");
      await page.getByRole("button", { name: "Take 50.2" }).tap();
      await measured(1);
      assert.match((await page.textContent(".measureside .spcplot + .told")) ?? "", /^12:05: 50\.267 N\.cm/);
      assert.deepEqual(hand.ledger.entries.find(({ kind }) => kind === SPC_MEASUREMENT)?.data["values"], [50.2, 50.4, 50.2]);
      await page.waitForSelector(".duecard:not([data-state])");
      await noOverflow();
    });

    it("keeps what is entered while the server is away, shows a signal with its reaction plan, and takes back by reason", async () => {
      await page.route("**/measure*", (route) => route.abort());
      now = start + 30 * MINUTE;
      await taps("56⏎57⏎58⏎");
      await page.locator(".handentry > .primary").tap();
      await page.waitForSelector(".measured[data-waits]");
      await shot("hand-away");
      await page.unroute("**/measure*");
      await page.evaluate(() => window.dispatchEvent(new Event("online")));
      await measured(2);
      await page.waitForSelector(".handsignal");
      assert.match((await page.textContent(".handsignal")) ?? "", /Reaction plan: Check filling valve 7/);
      await page.setViewportSize({ width: 390, height: 844 });
      await page.evaluate(() => (document.documentElement.dataset["theme"] = "dark"));
      await page.locator(".charthead .tool").tap();
      await page.waitForSelector("text=Letzte Messungen");
      await noOverflow();
      await shot("hand-narrow-dark-de");
      await page.locator(".measured .tool").first().tap();
      await page.fill("dialog input", "falsche Kappe");
      await page.locator("dialog .primary").tap();
      await page.waitForSelector(".measured[data-gone]");
      assert.match((await page.textContent(".measured[data-gone]")) ?? "", /zurückgenommen von anna: falsche Kappe/);
      await page.getByRole("link", { name: "Karte und Grenzen" }).tap();
      await page.waitForSelector(".withdrawn");
      await noOverflow();
      await shot("hand-withdrawn-de");
      assert.deepEqual(
        complaints.filter((text) => !/ERR_FAILED|409/.test(text)),
        [],
      );
    });

    it("takes every reading of a scale that types on: single values at once, and no reading more than a full subgroup has", async () => {
      await shop.stop();
      now = start;
      const open = async (size: number): Promise<void> => {
        const [kinds, given] = [size === 1 ? (["i", "mr"] as const) : HAND.kinds, { centre: 190, sigma: 3 }];
        hand = testChart(await demoModel(), () => now, { request: { ...HAND, size, kinds, given } });
        shop = await startBoardSite({ now: () => (now += 1), identity: oneAccount(QUALITY), charts: hand.ports });
        await page.goto(`${shop.url}/charts/${FILLER}.cap-torque/measure`);
        await page.fill("input[name=name]", ANNA.name);
        await page.fill("input[name=password]", PASSWORD);
        await page.click("main button");
        await page.waitForSelector(".handentry");
        await page.evaluate(() => localStorage.setItem("twinline-language", "en"));
        await page.reload();
        await page.waitForSelector(".handentry");
      };
      const said = (): Promise<string | null> => page.textContent(".handentry .said");
      await page.setViewportSize({ width: 390, height: 844 });
      await open(1);
      for (const reading of ["181", "185", "192", "195"]) await types(reading);
      await measured(4);
      assert.deepEqual(stated(), [[181], [185], [192], [195]]);
      await types("1920");
      await page.waitForSelector("dialog .doubt");
      await types(" 188 N.cm");
      assert.match((await page.textContent("dialog .said")) ?? "", /^A question is open: what was typed now is not taken/);
      await shot("hand-scale-doubt");
      await page.getByRole("button", { name: "Take 192" }).tap();
      await measured(5);
      await types("188");
      await measured(6);
      assert.deepEqual(stated().slice(4), [[192], [188]]);
      await shop.stop();

      await open(5);
      for (const reading of ["181", "185", "192", "195", "190"]) await types(reading);
      assert.equal(await said(), "All values are there: press ⏎ again to save.");
      await shot("hand-scale-ready");
      await types("188");
      assert.match((await said()) ?? "", /^The subgroup is full: save it first.* Not taken: 188$/);
      await shot("hand-scale-full");
      assert.deepEqual(stated(), []);
      await page.keyboard.press("Enter");
      await measured(1);
      assert.deepEqual(stated(), [[181, 185, 192, 195, 190]]);
      assert.equal(await said(), "Not taken: 188", "until the next value");
    });

    it("are those of whoever has identified at a shared screen, whose badge is no value; what waits is sent by its author alone", async () => {
      await shop.stop();
      const screen: Person = { ...ANNA, label: "Hall 2", roles: ["terminal"] };
      const eva: Person = { name: "eva", label: "Eva Doyle", roles: ["operator"], scope: ["*"] };
      const ben: Person = { ...eva, name: "ben", label: "Ben Healy" };
      now = start;
      hand = testChart(await demoModel(), () => now, { request: HAND });
      // No two people identify in the same millisecond.
      shop = await startBoardSite({
        now: () => (now += 1),
        charts: hand.ports,
        identity: {
          ...oneAccount(screen),
          find: async (name) => [screen, eva, ben].find((one) => one.name === name) ?? null,
          atTerminal: {
            identify: async (token) =>
              token.how === "pin" ? (token.pin === "1234" ? ben : null) : token.badge === "00012345" ? eva : null,
            retryAfterMs: () => 0,
            withPin: async () => [ben],
          },
        },
      });
      await page.setViewportSize({ width: 1280, height: 800 });
      await page.emulateMedia({ colorScheme: "light" });
      await page.goto(`${shop.url}/charts/${FILLER}.cap-torque/measure`);
      await page.fill("input[name=name]", ANNA.name);
      await page.fill("input[name=password]", PASSWORD);
      await page.click("main button");
      await page.waitForSelector("text=Nobody has identified");
      await shot("shared-nobody");
      await taps("50,2⏎");
      await types("50.4 N.cm");
      await taps("50⏎");
      await page.locator(".handentry > .primary").tap();
      await page.waitForSelector("dialog .people");
      await shot("shared-who");
      await types("00099999");
      await page.waitForSelector("text=The badge or PIN is not known.");
      await types("00012345");
      await measured(1);
      assert.match((await page.textContent(".measured")) ?? "", /50\.2 · 50\.4 · 50 N\.cm.*by eva/);
      await taps("50,4");
      await types("00012345");
      await page.waitForFunction(() => document.querySelector(".handvalue b")?.textContent === "50,4");
      await shot("shared-here");
      await taps("⏎50⏎50⏎");
      await page.route("**/measure*", (route) => route.abort());
      await page.route("**/measure/*", (route) => route.abort());
      await page.locator(".handentry > .primary").tap();
      await page.waitForSelector(".measured[data-waits]");
      await page.locator(".release").tap();
      await page.waitForSelector("text=Entries that wait until their author is here and confirms them: Eva Doyle (1)");
      await page.unroute("**/measure*");
      await page.unroute("**/measure/*");
      await page.locator(".person").tap();
      await page.getByRole("button", { name: "Ben Healy" }).tap();
      for (const key of "1234") await page.locator("dialog .keys").getByRole("button", { name: key, exact: true }).tap();
      await page.locator("dialog .primary").tap();
      await page.waitForSelector(".release");
      assert.equal(await page.getByRole("button", { name: "Confirm and send" }).count(), 0, "nobody else can send it");
      await page.setViewportSize({ width: 390, height: 844 });
      await page.evaluate(() => (document.documentElement.dataset["theme"] = "dark"));
      await noOverflow();
      await shot("shared-narrow-dark");
      assert.equal(hand.ledger.entries.filter(({ kind }) => kind === SPC_MEASUREMENT).length, 1);
      await types("00012345");
      await page.getByRole("button", { name: "Confirm and send" }).tap();
      await measured(2);
      assert.deepEqual(
        hand.ledger.entries.flatMap(({ kind, author, data }) =>
          kind === SPC_MEASUREMENT ? [[author, data["terminal"], data["queued"]]] : [],
        ),
        [
          ["eva", "anna", undefined],
          ["eva", "anna", true],
        ],
      );
    });
  });
});
