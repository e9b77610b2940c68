import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import type { Identity, Person } from "../../core/govern/identity/index.ts";
import { ANNA, demoModel, oneAccount, PASSWORD, startBoardSite, type TestSite } from "../support/board-site.ts";
import { launchBrowser, needBrowser, takePicture } from "../support/browser.ts";
import { FILLER, type TerminalLedger, terminalLedger } from "../support/terminal.ts";

const SHOTS = path.join(tmpdir(), "twinline-shots");
const NOON = Date.UTC(2026, 2, 10, 12, 47);

describe("operator terminal in a browser", function () {
  this.timeout(120_000);
  let site: TestSite;
  let desk: TerminalLedger;
  let browser: Browser;
  let page: Page;
  const complaints: string[] = [];

  before(async function () {
    if (!needBrowser()) this.skip();
    mkdirSync(SHOTS, { recursive: true });
    browser = await launchBrowser();
  });
  after(async () => browser?.close());
  beforeEach(async () => {
    desk = terminalLedger(await demoModel(), () => NOON, [
      { tag: `${FILLER}._filler_v1.state`, value: 6, quality: "Good", timestamp: NOON - 600_000, type: "enum" },
      { tag: `${FILLER}._filler_v1.unit_mode`, value: 1, quality: "Good", timestamp: NOON - 9_000_000, type: "enum" },
      { tag: `${FILLER}._filler_v1.product`, value: "still-500", quality: "Good", timestamp: NOON - 9_000_000 },
    ]);
    site = await startBoardSite({ now: () => NOON, terminal: desk.ports });
    await desk.stood(300, 287, { bucket: "failure", state: "Aborted", text: "Drive fault", reason: "drive-fault" });
    await desk.stood(220, 214);
    await desk.stood(150, 136);
    await desk.stood(64, 41, { bucket: "hold", state: "Held" });
    complaints.length = 0;
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: "en-GB", hasTouch: true });
    page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
    page.on("pageerror", (error) => complaints.push(error.message));
  });
  afterEach(async () => {
    await page?.close();
    await site?.stop();
  });

  async function open(): Promise<void> {
    await page.goto(`${site.url}/terminal/${FILLER}`);
    await page.fill("input[name=name]", ANNA.name);
    await page.fill("input[name=password]", PASSWORD);
    await page.click("main button");
    await page.waitForSelector(".terminal:not([aria-busy])");
  }
  const shot = (name: string): Promise<unknown> => takePicture(page, path.join(SHOTS, `terminal-${name}.png`));
  const small = (): Promise<string[]> =>
    page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("button, a:not(.skip), input:not([type=hidden])")]
        .filter((one) => one.offsetParent !== null)
        .filter((one) => one.getBoundingClientRect().height < 64 || one.getBoundingClientRect().width < 64)
        .map((one) => `${one.tagName} ${one.textContent} ${one.getBoundingClientRect().width}x${one.getBoundingClientRect().height}`),
    );
  const scan = async (badge: string): Promise<void> => {
    await page.keyboard.type(badge);
    await page.keyboard.press("Enter");
  };
  const named = () =>
    desk.ledger.entries.flatMap(({ kind, author, data }) =>
      kind === "downtime.statement.v1" ? [[author, data["reason"] ?? data["action"], data["queued"]]] : [],
    );
  const waiting = (): Promise<number> => page.locator(".badge").textContent().then(Number);

  it("gives a stop its reason in two taps, and shows who said so", async () => {
    await open();
    assert.equal(await page.locator(".state b").textContent(), "Running");
    assert.equal(await waiting(), 3);
    await shot("overview");
    await page.locator(".stops ul").first().locator("button").first().tap();
    await shot("reasons");
    await page.getByRole("button", { name: "Quality check" }).tap();
    await page.waitForFunction(() => document.querySelector(".badge")?.textContent === "2");
    await page.waitForSelector("text=by anna");
    const said = desk.ledger.entries.at(-1);
    assert.deepEqual([said?.author, said?.data["reason"], said?.data["bucket"]], ["anna", "quality-check", "hold"]);
    assert.deepEqual(complaints, []);
  });

  it("has nothing to touch that is smaller than 64 px, in the page or in its sheets", async () => {
    await open();
    assert.deepEqual(await small(), []);
    await page.locator(".stop").first().tap();
    assert.deepEqual(await small(), []);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
    await page.getByRole("button", { name: "Split" }).tap();
    assert.deepEqual(await small(), []);
    await shot("split");
    await page.locator("dialog .primary").tap();
    await page.waitForFunction(() => document.querySelector(".badge")?.textContent === "4");
    await page.locator(".tile").nth(1).tap();
    assert.deepEqual(await small(), []);
    for (const key of ["1", "2"]) await page.locator(".keys").getByRole("button", { name: key, exact: true }).tap();
    await page.locator(".count.scrap").tap();
    await page.locator(".keys").getByRole("button", { name: "3", exact: true }).tap();
    await shot("count");
    await page.locator("dialog .primary").tap();
    await page.waitForSelector("text=12 / 3");
    await page.locator(".tile").first().tap();
    await shot("order");
    assert.deepEqual(await small(), []);
    assert.deepEqual(complaints, []);
  });

  it("keeps what is entered while the server is away, over a reload too, and sends it marked as queued", async () => {
    await open();
    site.redeploying = true;
    await page.locator(".stops ul").first().locator("button").first().tap();
    await page.getByRole("button", { name: "Jam" }).tap();
    await page.waitForSelector("text=Entries that wait to be sent: 1");
    assert.equal(await waiting(), 2);
    await shot("away");
    assert.equal(desk.ledger.entries.filter(({ kind }) => kind === "downtime.statement.v1").length, 0);
    site.redeploying = false;
    await page.reload();
    await page.waitForFunction(
      () => document.querySelector(".badge")?.textContent === "2" && !document.querySelector(".notice"),
      undefined,
      {
        timeout: 20_000,
      },
    );
    const said = desk.ledger.entries.filter(({ kind }) => kind === "downtime.statement.v1");
    assert.deepEqual(
      said.map(({ data }) => [data["reason"], data["queued"]]),
      [["jam", true]],
    );
  });

  it("asks by itself when the machine stands for longer than it may without a reason, in the language of the person", async () => {
    await desk.stood(9, null, { bucket: "failure", state: "Aborted" });
    await open();
    await page.waitForSelector("dialog.sheet");
    assert.match((await page.locator("dialog h2").textContent()) ?? "", /^Why does it stand\? 12:38 · 9 min/);
    await shot("prompt");
    await page.locator("dialog .close").tap();
    await page.locator(".language").tap();
    await page.waitForSelector("text=Warten auf einen Grund");
    assert.equal(await page.locator(".state b").textContent(), "Störung");
    await page.locator("#theme").tap();
    await shot("german-dark");
    await page.locator(".stop").first().tap();
    await page.getByRole("button", { name: "Stau" }).tap();
    await page.waitForFunction(() => document.querySelector(".badge")?.textContent === "3");
    assert.deepEqual(complaints, []);
  });

  describe("that is shared", () => {
    const BEN: Person = { name: "ben", label: "Ben Healy", roles: ["supervisor"], scope: ["*"] };
    const EVA: Person = { ...BEN, name: "eva", label: "Eva Doyle", roles: ["operator"] };
    const SCREEN: Person = { ...ANNA, name: ANNA.name, label: "Hall 2", roles: ["terminal"] };
    const identity: Identity = {
      ...oneAccount(SCREEN),
      find: async (name) => [SCREEN, BEN, EVA].find((one) => one.name === name) ?? null,
      atTerminal: {
        identify: async (token) => {
          if (token.how === "badge") return token.badge === "BADGE-00017" ? EVA : null;
          return token.name === "ben" && token.pin === "1234" ? BEN : null;
        },
        retryAfterMs: () => 0,
        withPin: async () => [BEN, EVA],
      },
    };

    beforeEach(async () => {
      await site.stop();
      let now = NOON;
      // No two people identify in the same millisecond.
      const ticks = (): number => (now += 1);
      site = await startBoardSite({ now: ticks, terminal: { ...desk.ports, now: ticks }, identity });
    });

    it("asks who you are after the reason, takes a scanned badge, overrides and takes back, and releases", async () => {
      await open();
      await page.locator(".stops ul").first().locator("button").first().tap();
      await page.keyboard.press("j");
      await page.waitForSelector("dialog .people");
      assert.deepEqual(await small(), []);
      await shot("who");
      await scan("BADGE-99999");
      await page.waitForSelector("text=The badge or PIN is not known.");
      await scan("BADGE-00017");
      await page.waitForSelector("text=by eva");
      assert.deepEqual(named(), [["eva", "jam", undefined]]);
      await shot("identified");
      assert.deepEqual(await small(), []);
      await page.locator(".release").tap();
      await page.waitForSelector("text=Nobody has identified");
      await page.locator(".tile.person").tap();
      await page.getByRole("button", { name: "Ben Healy" }).tap();
      for (const key of ["1", "2", "3", "4"]) await page.locator(".keys").getByRole("button", { name: key, exact: true }).tap();
      await page.locator("dialog .primary").tap();
      await page.locator(".stop", { hasText: "Drive fault" }).tap();
      await page.waitForSelector("text=Drive fault (from the machine)");
      await page.getByRole("button", { name: "Override", exact: true }).tap();
      await page.locator("dialog").getByRole("button", { name: "Sensor" }).tap();
      await shot("loss");
      await page.getByRole("button", { name: "Planned stop" }).tap();
      await page.locator(".stop", { hasText: "Sensor" }).tap();
      await page.waitForSelector("text=Before: Drive fault (from the machine)");
      await shot("before");
      await page.locator("dialog .close").tap();
      await page.getByRole("button", { name: "Entries of this shift" }).tap();
      assert.deepEqual(await small(), []);
      await shot("entries");
      await page.getByRole("button", { name: "Undo" }).tap();
      await page.waitForFunction(() => document.querySelectorAll(".stop em.quiet").length === 1);
      assert.deepEqual(named().slice(1), [
        ["ben", "sensor", undefined],
        ["ben", "revert", undefined],
      ]);
    });

    it("keeps what one person entered offline until that person confirms it, whoever came in between", async () => {
      await open();
      await scan("BADGE-00017");
      await page.waitForSelector(".release");
      site.redeploying = true;
      await page.locator(".stops ul").first().locator("button").first().tap();
      await page.getByRole("button", { name: "Jam" }).tap();
      await page.waitForSelector("text=Entries that wait to be sent: 1");
      await page.locator(".release").tap();
      site.redeploying = false;
      await page.waitForSelector("text=Entries that wait until their author is here and confirms them: Eva Doyle (1)");
      await page.locator(".tile.person").tap();
      await page.getByRole("button", { name: "Ben Healy" }).tap();
      for (const key of ["1", "2", "3", "4"]) await page.locator(".keys").getByRole("button", { name: key, exact: true }).tap();
      await page.locator("dialog .primary").tap();
      await page.waitForSelector(".release");
      await shot("unproved");
      assert.deepEqual([named(), await page.getByRole("button", { name: "Confirm and send" }).count()], [[], 0]);
      await scan("BADGE-00017");
      await page.getByRole("button", { name: "Confirm and send" }).tap();
      await page.waitForFunction(() => !document.querySelector(".notice"));
      assert.deepEqual(named(), [["eva", "jam", true]]);
      await page.setViewportSize({ width: 480, height: 800 });
      await shot("narrow");
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
      await page.locator(".stop").first().tap();
      await shot("narrow-reasons");
      const close = await page.locator("dialog .close").boundingBox();
      assert.ok(close !== null && close.x > 300 && close.y < 120, "the sheet closes at its corner");
    });
  });
});
