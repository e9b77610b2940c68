import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { type AlarmDesk, alarmDesk } from "../support/alarm-desk.ts";
import { ANNA, demoModel, oneAccount, PASSWORD, startBoardSite, type TestSite } from "../support/board-site.ts";
import { launchBrowser, needBrowser, takePicture } from "../support/browser.ts";

const SHOTS = path.join(tmpdir(), "twinline-shots");
const NOON = Date.UTC(2026, 2, 10, 12, 47);
const CHECKWEIGHER = "No word from the checkweigher: bottles pass unweighed";

describe("alarm list in a browser", function () {
  this.timeout(60_000);
  let site: TestSite;
  let desk: AlarmDesk;
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
    desk = alarmDesk(await demoModel(), () => NOON);
    site = await startBoardSite({ now: () => NOON, alarms: desk.ports });
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
    await page.goto(`${site.url}/alarms`);
    await page.fill("input[name=name]", ANNA.name);
    await page.fill("input[name=password]", PASSWORD);
    await page.click("main button");
    await page.waitForSelector(".alarms:not([aria-busy])");
  }
  async function morning(): Promise<void> {
    for (let i = 0; i < 4; i += 1) {
      await desk.value("torque_L", 200.5 - i * 0.3, 12);
      await desk.value("torque_L", 200.4 - i * 0.3, 9);
    }
    await desk.value("bowl_pressure_H", 63, 11.4);
    await desk.value("labels_low", 31, 12);
    await desk.value("fill_weight_HH", 12, 16.5);
    await desk.value("fill_weight_HH", 11, 9);
    await desk.value("link", 4, 99);
  }
  const shot = (name: string): Promise<unknown> => takePicture(page, path.join(SHOTS, `alarms-${name}.png`));
  const messages = (): Promise<string[]> => page.locator(".alarm .what b").allTextContents();
  const noOverflow = async (): Promise<void> =>
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is wider than the screen");

  it("shows what waits for somebody first, by priority and time, and takes an acknowledgement by name", async () => {
    await morning();
    await open();
    assert.deepEqual((await messages())[0], CHECKWEIGHER);
    assert.equal((await messages()).length, 5);
    assert.equal(await page.getByText("time to respond is over for 1 min").count(), 1, "of the labels, which have run out since");
    await shot("open");
    await noOverflow();
    await page.locator(".alarm .primary").first().tap();
    await page.waitForSelector("text=Acknowledged by anna");
    assert.deepEqual((await messages()).at(-1), CHECKWEIGHER, "what is acknowledged goes behind what waits");
    const said = desk.ledger.entries.findLast(({ kind }) => kind === "alarm.response.v1");
    assert.deepEqual([said?.author, said?.data["action"]], ["anna", "acknowledge"]);
    assert.deepEqual(complaints, []);
  });

  it("leads from the alarm of a signal to its control chart, in the row and the details, and names states", async () => {
    const filler = "acme.galway.bottling.line01.filler01";
    await desk.value("bowl_pressure_H", 63, 11.4);
    const state = (over: object, alarm: string): void => {
      const entry = desk.ledger.entries[0] ?? assert.fail();
      const data = { ...entry.data, alarm, message: alarm, limit: null, unit: null, ...over };
      desk.ledger.entries.push({ ...entry, asset: `${filler}.${alarm}`, data });
    };
    state({ source: "condition", value: -8.39 }, "spc_weight");
    state({ source: "state", value: 9, tag: `${filler}._filler_v1.state` }, "aborted");
    desk.charts.push({ asset: filler, path: `${filler}.weight`, unit: "g", alarms: ["spc_weight"] });
    await open();
    const row = (message: string) => page.locator(".alarm", { has: page.locator(`b:text-is("${message}")`) });
    assert.equal(await row("spc_weight").locator(".what span").textContent(), "Filler · −8.39 g · Control chart");
    assert.equal(await row("aborted").locator(".what span").textContent(), "Filler · Aborted");
    assert.equal(await row("spc_weight").locator("a").getAttribute("href"), `/boards/charts/${filler}.weight`);
    await shot("signal");
    await row("spc_weight")
      .getByRole("button", { name: /Details/ })
      .tap();
    assert.equal(await page.locator("dialog a").getAttribute("href"), `/boards/charts/${filler}.weight`);
    await shot("signal-sheet");
    await page.setViewportSize({ width: 390, height: 844 });
    await page.locator("#theme").evaluate((one) => (one as HTMLElement).click());
    await shot("narrow-signal-sheet-dark");
    await page.locator("dialog .close").tap();
    await noOverflow();
    await shot("narrow-signal-dark");
    await page.getByRole("button", { name: "History and figures" }).tap();
    await page.waitForSelector(".history table");
    assert.deepEqual(
      await page.locator(".history td a").evaluateAll((links) => links.map((link) => link.getAttribute("href"))),
      [`/boards/charts/${filler}.weight`],
      "of the signal, and of nothing else",
    );
    await noOverflow();
    await shot("narrow-history-signal-dark");
    assert.deepEqual(complaints, []);
  });

  it("acknowledges all that is shown after a question that says how many, that critical ones are not among them, and that it stays", async () => {
    await morning();
    await open();
    await page.getByRole("button", { name: "Acknowledge all shown (4)" }).tap();
    const said = await page.locator("dialog").innerText();
    assert.match(said, /Acknowledge 4 alarms at once\?/);
    assert.match(said, /recorded with your name\. This cannot be undone\./);
    assert.match(said, /Critical alarms \(1\) are not among them/);
    await shot("all");
    await page.getByRole("button", { name: "Cancel" }).tap();
    assert.equal(desk.ledger.entries.filter(({ kind }) => kind === "alarm.response.v1").length, 0);
    await page.getByRole("button", { name: "Acknowledge all shown (4)" }).tap();
    await page.getByRole("button", { name: "Acknowledge 4", exact: true }).tap();
    await page.waitForSelector("text=Acknowledged by anna");
    assert.equal(await page.locator(".alarm .primary").count(), 2, "the critical one, and one to reset");
    assert.equal(desk.ledger.entries.filter(({ kind, author }) => kind === "alarm.response.v1" && author === "anna").length, 4);
    assert.deepEqual(complaints, []);
  });

  it("shelves only with a comment and for a time; a shelved alarm can be brought back; out of service is not an operator's to say", async () => {
    await morning();
    await open();
    const row = page.locator(".alarm", { hasText: "Labels run out" });
    await row.getByRole("button", { name: /Details/ }).tap();
    assert.equal(await page.getByRole("button", { name: "Take out of service" }).count(), 0);
    const hour = page.getByRole("button", { name: "Shelve for 1 h" });
    assert.ok(await hour.isDisabled());
    await page.fill("dialog input", "reel is being changed");
    await shot("sheet");
    await hour.tap();
    await page.waitForSelector("text=Kept quiet (1)");
    await page.getByRole("button", { name: /Kept quiet/ }).tap();
    await page.waitForSelector("text=Shelved by anna: “reel is being changed”");
    await shot("quiet");
    await page.getByRole("button", { name: /Details/ }).tap();
    await page.getByRole("button", { name: "Bring back now" }).tap();
    await page.waitForSelector("text=Kept quiet (0)");
    assert.equal((await page.locator(".nothing").textContent()) ?? "", "No alarm is shelved, suppressed or out of service.");
    assert.deepEqual(complaints, []);
  });

  it("takes out of service until a planned end or without one, and says of what is out for long that somebody has to look at it", async () => {
    const engineer = oneAccount({ ...ANNA, roles: ["engineer"] });
    await site.stop();
    let now = NOON;
    desk = alarmDesk(await demoModel(), () => now);
    site = await startBoardSite({ now: () => NOON, identity: engineer, alarms: desk.ports });
    await morning();
    await open();
    for (const [message, end] of [
      ["Pressure in the filler bowl", "without a planned end"],
      ["Labels run out", "in 7 days"],
    ] as const) {
      await page
        .locator(".alarm", { hasText: message })
        .getByRole("button", { name: /Details/ })
        .tap();
      await page.fill("dialog input", "permit 17");
      await page.getByLabel("Take out of service: Planned end").selectOption({ label: end });
      await shot("service");
      await page.getByRole("button", { name: "Take out of service" }).tap();
      await page.waitForSelector("dialog", { state: "detached" });
    }
    await page.waitForSelector("text=Kept quiet (2)");
    await page.getByRole("button", { name: /Kept quiet/ }).tap();
    const when = (message: string): Promise<string> => page.locator(".alarm", { hasText: message }).locator(".grade small").innerText();
    assert.equal(await when("Labels run out"), "until 12:47 on 17 Mar");
    assert.equal(await when("Pressure in the filler bowl"), "for 0 min, without a planned end");
    now += 40 * 24 * 3_600_000;
    await page.waitForSelector("text=out of service for long: is that still right?");
    assert.match(await when("Pressure in the filler bowl"), /^for 40 days?, without a planned end$/);
    await shot("quiet-long");
    await page.getByRole("button", { name: "History and figures" }).tap();
    await page.waitForSelector("text=out of service for 40 days, without a planned end");
    await noOverflow();
    await shot("history-long");
    await page.setViewportSize({ width: 390, height: 844 });
    await page.locator("#theme").tap();
    await page.getByRole("button", { name: /Kept quiet/ }).tap();
    await noOverflow();
    await shot("narrow-quiet-long-dark");
    assert.deepEqual(complaints, []);
  });

  it("says what the twin has not taken yet, and that nothing can be acknowledged while the server is away", async () => {
    await morning();
    desk.running = false;
    await open();
    await page.locator(".alarm .primary").first().tap();
    await page.waitForSelector("text=by anna: recorded, the twin has not taken it yet");
    site.redeploying = true;
    await page.waitForSelector("text=The server is away");
    await shot("away");
  });

  it("fits a phone, in the language of the person, with history and figures; says so where there is nothing", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await open();
    assert.equal(await page.locator(".nothing").textContent(), "No alarm is open.");
    await shot("empty");
    await morning();
    await page.waitForSelector(".alarm");
    await noOverflow();
    await shot("narrow");
    await page.locator(".together button").tap();
    await shot("narrow-all");
    await page.locator("dialog .close").tap();
    await page.locator(".alarmhead .tool").tap();
    await page.locator("#theme").tap();
    await page
      .locator(".alarm")
      .first()
      .getByRole("button", { name: /Einzelheiten/ })
      .tap();
    await shot("narrow-sheet-de");
    await page.locator("dialog .close").tap();
    await page.getByRole("button", { name: "Verlauf und Kennzahlen" }).tap();
    await page.waitForSelector("text=flattert");
    await noOverflow();
    await shot("narrow-history-de");
    await page.setViewportSize({ width: 1280, height: 800 });
    assert.equal(await page.locator(".figuretile b").first().textContent(), "8");
    assert.match((await page.locator(".history > .sub").textContent()) ?? "", /^Kennzahlen ab 09:26: Davor/);
    await shot("history-de-dark");
    await page.locator("#theme").tap();
    await page.locator(".alarmhead .tool").tap();
    await shot("history");
    const small = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>(".alarms button")]
        .filter((one) => one.getBoundingClientRect().height < 44)
        .map((one) => one.textContent),
    );
    assert.deepEqual(small, []);
    assert.deepEqual(complaints, []);
  });
});
