import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { ANNA, PASSWORD, shiftOfPoints, startBoardSite, type TestSite } from "../support/board-site.ts";
import { hasBrowser, launchBrowser } from "../support/browser.ts";

const SHOTS = path.join(tmpdir(), "twinline-shots");
const NOON = Date.UTC(2026, 2, 10, 12, 47);

describe("boards in a browser", function () {
  this.timeout(120_000);
  let site: TestSite;
  let browser: Browser;
  const outside: string[] = [];
  const complaints: string[] = [];

  before(async function () {
    if (!hasBrowser) {
      if (process.env["CI"] === "true") throw new Error("Chromium is not installed; on Debian: apt-get install chromium");
      console.log("    Chromium is not installed (Debian package chromium); skipped");
      this.skip();
    }
    mkdirSync(SHOTS, { recursive: true });
    site = await startBoardSite({ now: () => NOON });
    site.points = shiftOfPoints(NOON);
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  async function open(options: {
    width: number;
    height: number;
    dark?: boolean;
    search?: string;
  }): Promise<{ page: Page; context: BrowserContext }> {
    const context = await browser.newContext({ viewport: options, colorScheme: options.dark ? "dark" : "light" });
    const page = await context.newPage();
    page.on("request", (request) => {
      if (!request.url().startsWith(new URL(site.url).origin)) outside.push(request.url());
    });
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().includes("401")) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`${site.url}/line01-overview${options.search ?? ""}`);
    await page.fill("input[name=name]", ANNA.name);
    await page.fill("input[name=password]", PASSWORD);
    await page.click("button.primary");
    await page.waitForSelector("#oee .value");
    return { page, context };
  }

  it("show the figures of the shift after signing in, in the page that was asked for", async () => {
    const { page, context } = await open({ width: 1440, height: 1000 });
    await page.waitForSelector("#states .lane");
    await page.waitForSelector("#oee-by-hour canvas");
    assert.match((await page.textContent("#oee .value")) ?? "", /^\d\d\.\d %$/);
    assert.equal(await page.locator("#states .lane").count(), 6);
    assert.equal((await page.textContent("#edge")) ?? "", "Live");
    await page.screenshot({ path: path.join(SHOTS, "light.png"), fullPage: true });
    await context.close();
  });

  it("are readable in the dark, on a phone and on a wall screen, without sideways scrolling", async () => {
    for (const [name, width, height] of [
      ["dark", 1440, 1000],
      ["phone", 390, 844],
      ["wall", 2560, 1440],
    ] as const) {
      const { page, context } = await open({ width, height, dark: true });
      await page.waitForSelector("#speed canvas");
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0, name);
      await page.screenshot({ path: path.join(SHOTS, `${name}.png`), fullPage: true });
      await context.close();
    }
  });

  it("keep range and machine in the address, by keyboard too", async () => {
    const { page, context } = await open({ width: 1200, height: 800, search: "?range=1h" });
    assert.equal(await page.getAttribute("[data-range='1h']", "aria-pressed"), "true");
    await page.focus("[data-range='24h']");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => location.search.includes("range=24h"));
    await page.selectOption("select[name=asset]", { label: "Capper" });
    await page.waitForFunction(() => location.search.includes("capper01"));
    await page.waitForFunction(() => document.querySelector("#oee .nothing")?.textContent?.includes("No data") ?? false);
    await page.reload();
    assert.equal(await page.getAttribute("[data-range='24h']", "aria-pressed"), "true");
    await context.close();
  });

  it("say when the historian is away, and keep showing what they had", async () => {
    const { page, context } = await open({ width: 1200, height: 800 });
    const before = await page.textContent("#oee .value");
    site.away = true;
    await page.waitForFunction(
      () => document.querySelector("#oee .note")?.textContent?.startsWith("Historian unreachable") ?? false,
      undefined,
      { timeout: 20_000 },
    );
    assert.equal(await page.textContent("#oee .value"), before);
    site.away = false;
    await page.waitForFunction(() => document.querySelector<HTMLElement>("#oee .note")?.hidden === true, undefined, { timeout: 20_000 });
    await context.close();
  });

  it("load nothing from elsewhere and break no rule of the content security policy", () => {
    assert.deepEqual(outside, []);
    assert.deepEqual(complaints, []);
  });
});
