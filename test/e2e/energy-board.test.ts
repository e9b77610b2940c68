import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { ANNA, demoModel, PASSWORD, startBoardSite, type TestSite } from "../support/board-site.ts";
import { launchBrowser, needBrowser, takePicture } from "../support/browser.ts";
import { energyPoints, simulatedEnergy } from "../support/simulated-energy.ts";

const SHOTS = path.join(tmpdir(), "twinline-shots");
const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 2, 10, 12, 47);

describe("the energy board in a browser", function () {
  this.timeout(180_000);
  let site: TestSite;
  let browser: Browser;
  const complaints: string[] = [];

  before(async function () {
    if (!needBrowser()) this.skip();
    mkdirSync(SHOTS, { recursive: true });
    const openedAt = Date.now();
    site = await startBoardSite({ now: () => NOON + Date.now() - openedAt });
    const model = await demoModel();
    site.points = energyPoints(model, simulatedEnergy(model, 7, NOON - 9 * HOUR, NOON));
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await site?.stop();
  });

  async function open(width: number, height: number, dark = false): Promise<Page> {
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: dark ? "dark" : "light" });
    const page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`${site.url}/line01-energy`);
    await page.fill("input[name=name]", ANNA.name);
    await page.fill("input[name=password]", PASSWORD);
    await page.click("button.primary");
    await page.waitForSelector("#power .stat b");
    return page;
  }

  it("shows power, demand against its limit, energy by use and what a good unit costs", async () => {
    const page = await open(1440, 1000);
    await page.waitForSelector("#demand-limit canvas");
    await page.waitForSelector("#line-demand canvas");
    await page.waitForSelector("#by-use tbody tr");
    assert.match((await page.textContent("#power .stat b")) ?? "", /^\d+\.\d\s*kW$/);
    assert.match((await page.textContent("#energy-per-unit .stat b")) ?? "", /^\d\.\d\d\s*Wh$/);
    assert.match((await page.textContent("#emissions-per-unit .stat b")) ?? "", /^\d+\.\d\d\s*g CO2e$/);
    assert.match((await page.textContent("#by-use")) ?? "", /Producing/);
    assert.match((await page.textContent("#demand-limit .legend")) ?? "", /Demand\s*\d+\.\d\s*kW.*Limit\s*12\.0\s*kW/);
    assert.equal(await page.locator("#machines tbody tr").count(), 6);
    await takePicture(page, path.join(SHOTS, "energy-light.png"), { fullPage: true });
    await page.context().close();
  });

  it("draws the power of every machine, and hides the one whose name is clicked", async () => {
    const page = await open(1440, 1000);
    await page.waitForSelector("#power-over-time canvas");
    const entries = page.locator("#power-over-time .legend button");
    assert.equal(await entries.count(), 6);
    assert.match((await entries.nth(1).textContent()) ?? "", /^Filler \d+\.\d kW$/);
    const tones = await entries.evaluateAll((all) =>
      all.map((one) => one.querySelector<HTMLElement>(".chip")?.style.getPropertyValue("--tone")),
    );
    assert.equal(new Set(tones).size, 6);
    const blue = (): Promise<number> =>
      page.locator("#power-over-time canvas").evaluate((canvas, tone) => {
        const { data } = (canvas as HTMLCanvasElement).getContext("2d")!.getImageData(0, 0, 9_999, 9_999);
        const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt((tone ?? "").slice(at, at + 2), 16));
        let count = 0;
        for (let i = 0; i < data.length; i += 4) if (data[i] === r && data[i + 1] === g && data[i + 2] === b) count += 1;
        return count;
      }, tones[1]);
    assert.ok((await blue()) > 50);
    await entries.nth(1).click();
    await page.mouse.move(0, 0);
    assert.equal(await entries.nth(1).getAttribute("aria-pressed"), "false");
    await page.waitForFunction(() => document.querySelectorAll("#power-over-time .legend [aria-pressed=false]").length === 1);
    assert.equal(await blue(), 0);
    await page.context().close();
  });

  it("is readable in the dark and on a phone, without sideways scrolling", async () => {
    for (const [name, width, height] of [
      ["dark", 1920, 1080],
      ["phone", 390, 844],
    ] as const) {
      const page = await open(width, height, true);
      await page.waitForSelector("#power-over-time canvas");
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0, name);
      await takePicture(page, path.join(SHOTS, `energy-${name}.png`), { fullPage: true });
      await page.context().close();
    }
    assert.deepEqual(complaints, []);
  });
});
