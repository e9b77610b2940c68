import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { inDisplayUnits } from "../../core/see/board/index.ts";
import { ANNA, oneAccount, PASSWORD, shiftOfPoints, startBoardSite, type TestSite } from "../support/board-site.ts";
import { ReportedPlant, reportsOf, shiftOfSamples, START } from "../support/reported-plant.ts";
import { whyOf } from "../support/why-source.ts";
import { launchBrowser, needBrowser, takePicture } from "../support/browser.ts";

const SHOTS = path.join(tmpdir(), "twinline-shots");
const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 2, 10, 12, 47);

/** Points between a figure with two decimals and one with one. */
const ROUNDED = 0.056;

describe("boards in a browser", function () {
  this.timeout(120_000);
  let site: TestSite;
  let browser: Browser;
  const outside: string[] = [];
  const complaints: string[] = [];
  /** Answers of the server that a test provokes; the browser reports them as errors. */
  const expected = ["401"];
  /** The server's clock, as it stood when the page was opened. */
  let clockMs = NOON;
  let openedAt = Date.now();

  before(async function () {
    if (!needBrowser()) this.skip();
    mkdirSync(SHOTS, { recursive: true });
    site = await startBoardSite({ now: () => clockMs + Date.now() - openedAt, why: whyOf(() => site.points) });
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
    locale?: string;
  }): Promise<{ page: Page; context: BrowserContext }> {
    openedAt = Date.now();
    const { dark = false, locale = "en-US" } = options;
    const context = await browser.newContext({ viewport: options, colorScheme: dark ? "dark" : "light", locale });
    const page = await context.newPage();
    page.on("request", (request) => {
      if (!request.url().startsWith(new URL(site.url).origin)) outside.push(request.url());
    });
    page.on("console", (message) => {
      if (message.type() === "error" && !expected.some((code) => message.text().includes(code))) complaints.push(message.text());
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
    await takePicture(page, path.join(SHOTS, "light.png"), { fullPage: true });
    await context.close();
  });

  it("print the shift report on one page of A4", async () => {
    const plant = new ReportedPlant();
    await plant.push(shiftOfSamples());
    const stop = START + 60 * 60_000;
    const jam = { action: "assign", from: stop, to: null, reason: "jam", bucket: "failure" } as const;
    const reported = await startBoardSite({
      identity: oneAccount({ ...ANNA, roles: ["supervisor"] }),
      reports: reportsOf(plant),
    });
    const context = await browser.newContext({ viewport: { width: 1280, height: 1000 } });
    try {
      const page = await context.newPage();
      await page.goto(`${reported.url}/line01-overview/report?day=2026-03-10&shift=early`);
      await page.fill("input[name=name]", ANNA.name);
      await page.fill("input[name=password]", PASSWORD);
      await page.click("button.primary");
      await page.waitForSelector(".sheet .figure");
      await plant.say(stop, { id: "said-0001", made: plant.now, seen_end: null, ...jam });
      await page.fill("textarea", "Gripper of the filler changed at half past six; spare part ordered.");
      await page.click("button[value=note]");
      await page.waitForSelector(".notes li");
      await page.click("button[value=sign]");
      await page.waitForSelector("text=revision 2");
      assert.match((await page.textContent(".sheet")) ?? "", /Changed since revision 1: .*losses or reasons/s);
      await takePicture(page, path.join(SHOTS, "report.png"), { fullPage: true });
      const pdf = await page.pdf({ path: path.join(SHOTS, "report.pdf"), preferCSSPageSize: true });
      assert.equal(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length, 1);
      await page.emulateMedia({ media: "print" });
      await takePicture(page, path.join(SHOTS, "report-print.png"), { fullPage: true });
      await page.emulateMedia({ media: "screen" });
      await page.setViewportSize({ width: 420, height: 900 });
      await takePicture(page, path.join(SHOTS, "report-narrow.png"), { fullPage: true });
    } finally {
      await context.close();
      await reported.stop();
    }
  });

  it("say why a figure is what it is: the division gives the figure of the tile, and the times fill the shift", async () => {
    const { page, context } = await open({ width: 1440, height: 1000 });
    const tile = Number.parseFloat((await page.textContent("#oee .value")) ?? "");
    await page.click("#oee .why");
    await page.waitForSelector("dialog.whybox table");
    const cells = await page.locator("dialog.whybox table").first().locator("tbody tr").first().locator("th, td").allTextContents();
    assert.equal(cells[0], "OEE");
    assert.ok(Math.abs(Number.parseFloat(cells[1] ?? "") - tile) <= ROUNDED, `${cells[1]} behind ${tile} %`);
    await takePicture(page, path.join(SHOTS, "why.png"));
    await page.setViewportSize({ width: 420, height: 900 });
    await takePicture(page, path.join(SHOTS, "why-narrow.png"));
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("dialog").count(), 0);
    await page.setViewportSize({ width: 1440, height: 1000 });
    await page.locator("#shifts .why").first().click();
    await page.waitForSelector("dialog.whybox table");
    const row = await page.locator("#shifts tbody tr").first().locator("td").allTextContents();
    const ofShift = await page.locator("dialog.whybox table").first().locator("tbody tr").first().locator("td").first().textContent();
    assert.ok(Math.abs(Number.parseFloat(ofShift ?? "") - Number.parseFloat(row[2] ?? "")) <= ROUNDED, `${ofShift} behind ${row[2]}`);
    await context.close();
  });

  it("speak German around the figures where the browser does, and say the options of a figure in words", async () => {
    const { page, context } = await open({ width: 1440, height: 1000, locale: "de-DE" });
    assert.equal(await page.getAttribute("html", "lang"), "de");
    await page.waitForSelector("#edge:has-text('Aktuell')");
    assert.equal(
      (await page.locator(".segments button").allTextContents()).join(", "),
      "Jüngste 8 h, 1 h, 8 h, 24 h, Diese Schicht, Vorige Schicht",
    );
    assert.match((await page.textContent("#oee .value")) ?? "", /^\d\d,\d %$/);
    assert.match((await page.textContent("header.top")) ?? "", /Abmelden/);
    await page.waitForSelector("#oee-by-hour canvas");
    await takePicture(page, path.join(SHOTS, "german.png"), { fullPage: true });
    await page.click("#oee .why");
    await page.waitForSelector("dialog.whybox table");
    const dialog = (await page.textContent("dialog.whybox")) ?? "";
    assert.match(dialog, /Unbekannte Zeitaus der geplanten Zeit herausgelassen/);
    assert.doesNotMatch(dialog, /_ms|exclude|above|busy time/i);
    await takePicture(page, path.join(SHOTS, "german-why.png"));
    await page.keyboard.press("Escape");
    await page.setViewportSize({ width: 390, height: 844 });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "the page is wider than the screen");
    await takePicture(page, path.join(SHOTS, "german-narrow.png"));
    await page.click("#controls button[lang=en]");
    await page.waitForSelector("#edge:has-text('Live')");
    await context.close();
  });

  it("show figures, limits and symbols in the units of the site, and follow when those change", async () => {
    const [metric] = site.boards;
    assert.ok(metric);
    const { page, context } = await open({ width: 1440, height: 1000 });
    const legend = (panel: string) => page.locator(`#${panel} .legend b`).allTextContents();
    await page.waitForSelector("#fill-weight canvas");
    assert.match((await legend("fill-weight"))[0] ?? "", /^7\d\d\.\d g$/);
    const display = new Map([
      ["g", "[lb_av]"],
      ["{bottles}/min", "{bottles}/h"],
    ]);
    site.boards[0] = inDisplayUnits(metric, display);
    try {
      site.renew();
      await page.locator("#fill-weight .legend b", { hasText: / lb$/ }).first().waitFor();
      await page
        .locator("#speed .legend b", { hasText: / bottles/ })
        .first()
        .waitFor();
      const [mean = "", , , nominal] = await legend("fill-weight");
      assert.match(mean, /^1\.6\d\d\d lb$/);
      assert.equal(nominal, "1.6535 lb", "750 g");
      assert.match((await legend("speed"))[0] ?? "", /^[67],\d\d\d bottles\/h$/);
      await page.locator("#fill-weight").scrollIntoViewIfNeeded();
      await takePicture(page, path.join(SHOTS, "display-units.png"), { fullPage: true });
    } finally {
      site.boards[0] = metric;
      await context.close();
    }
  });

  it("are readable in the dark, on a phone and on a wall screen, without sideways scrolling", async () => {
    for (const [name, width, height] of [
      ["dark", 1440, 1000],
      ["phone", 390, 844],
      ["wall", 1920, 1080],
      ["large", 2560, 1440],
    ] as const) {
      const { page, context } = await open({ width, height, dark: true });
      await page.waitForSelector("#speed canvas");
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0, name);
      await takePicture(page, path.join(SHOTS, `${name}.png`), { fullPage: true });
      await context.close();
    }
  });

  it("show the way from planned to fully productive time, and the reasons with their share so far", async () => {
    const { page, context } = await open({ width: 1440, height: 1000 });
    await page.waitForSelector("#waterfall tbody tr");
    await page.waitForSelector("#pareto tbody tr");
    const rows = await page.locator("#waterfall tbody tr").evaluateAll((all) =>
      all.map((row) => {
        const { marginLeft = "", width = "" } = row.querySelector<HTMLElement>(".meter i")?.style ?? {};
        return { label: row.querySelector("th")?.textContent ?? "", from: Number.parseFloat(marginLeft), length: Number.parseFloat(width) };
      }),
    );
    const labels = rows.map(({ label }) => label);
    assert.equal(labels[0], "Planned time");
    assert.equal(labels.at(-1), "Fully productive time");
    assert.ok(!labels.includes("No order"), "a loss that there is nothing of");
    for (const [i, { label, from, length }] of rows.entries())
      if (["Production time", "Net production time", "Fully productive time"].includes(label)) {
        assert.equal(from, 0);
        assert.ok(Math.abs(length - (rows[i - 1]?.from ?? 0)) < 0.1, `${label} is what is left before it`);
      }
    const reasons = await page
      .locator("#pareto tbody tr")
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((one) => one.textContent)));
    assert.deepEqual([reasons[0]?.[0], reasons[0]?.at(-1)], ["No reason given", "Starved or blocked"]);
    assert.equal(reasons.at(-1)?.[2], "100.0 %");
    await context.close();
  });

  it("compare lines and machines, with a row for each that is known, and lead to the board of a machine", async () => {
    const { page, context } = await open({ width: 1440, height: 1000 });
    await page.goto(`${site.url}/plant-comparison`);
    await page.waitForSelector("#figures tbody tr");
    await page.waitForSelector("#oee-by-line canvas");
    const cells = await page
      .locator("#figures tbody tr")
      .evaluateAll((rows) => rows.map((row) => [...row.children].map((one) => one.textContent)));
    assert.deepEqual(
      cells.map(([name]) => name),
      [
        "Line 1",
        ...["Infeed", "Filler", "Capper", "Checkweigher", "Labeller", "Reject pusher"].map((one) => `Line 1, ${one}`),
        "Packing",
        "Packing, Counter",
      ],
    );
    const [line, infeed] = cells;
    for (const at of [1, 5, 9]) assert.match(line?.[at] ?? "", /^\d\d\.\d %$/);
    assert.equal(line?.at(-1), "Failed");
    assert.deepEqual(infeed?.slice(1), ["No OEE in these 24 hours: no twin-oee node has calculated it."]);
    assert.match(cells.find(([name]) => name === "Packing")?.[1] ?? "", /^No OEE of the line: .* Its machines have their own\.$/);
    assert.match((await page.textContent("#oee-by-line .legend")) ?? "", /^Line 1 \d\d\.\d %$/);
    await takePicture(page, path.join(SHOTS, "comparison.png"), { fullPage: true });
    await page.click("#figures >> text=Filler");
    await page.waitForSelector("#oee .value");
    assert.match(page.url(), /line01-overview\?asset=.*filler01$/);
    await context.close();
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
    await page.waitForFunction(() => document.getElementById("edge")?.textContent === "Historian unreachable", undefined, {
      timeout: 20_000,
    });
    site.away = false;
    await page.waitForFunction(() => document.querySelector<HTMLElement>("#oee .note")?.hidden === true, undefined, { timeout: 20_000 });
    await context.close();
  });

  it("come back by themselves after a deploy, still signed in", async () => {
    const { page, context } = await open({ width: 1200, height: 800 });
    expected.push("404");
    site.redeploying = true;
    await page.waitForFunction(() => document.getElementById("edge")?.textContent === "Not connected");
    assert.match((await page.textContent("#banner")) ?? "", /trying again/);
    await page.waitForTimeout(4_000);
    site.redeploying = false;
    await page.waitForFunction(() => document.getElementById("banner")?.hidden === true, undefined, { timeout: 20_000 });
    await page.waitForFunction(() => document.getElementById("edge")?.textContent === "Live");
    assert.ok(new URL(page.url()).pathname.endsWith("/line01-overview"));
    await context.close();
  });

  it("show this shift at the edge of the data while it lags, and say how far behind it is", async () => {
    clockMs = NOON + 5 * HOUR;
    const { page, context } = await open({ width: 1440, height: 1000 });
    assert.match((await page.textContent("#oee .value")) ?? "", /^\d\d\.\d %$/);
    assert.match((await page.textContent("#oee .sub")) ?? "", /^early shift, from 06:00, data (5 h behind|stopped)$/);
    assert.match((await page.textContent("#edge")) ?? "", /^Data (until|stopped at) 12:46, 5 h 0 min (behind|ago)$/);
    await page.waitForSelector("#states rect");
    await context.close();
    clockMs = NOON;
  });

  it("count late corrections beside the shift that they changed", async () => {
    const { points } = site;
    const atoms = points.filter(({ measurement, tags }) => measurement === "oee" && tags["asset"]?.endsWith(".filler01")).slice(-3);
    site.points = [
      ...points,
      ...atoms.map((atom) => ({ ...atom, revision: 2, fields: { ...atom.fields, rev: 2, good: 0, ideal_good_ms: 0 } })),
    ];
    const { page, context } = await open({ width: 1440, height: 1000 });
    await page.waitForSelector("#shifts tbody tr");
    const revised = page.locator("#shifts tbody tr").first().locator("td").nth(-2);
    assert.equal(await revised.textContent(), "3");
    assert.equal(await revised.locator(".chip").getAttribute("title"), "revised after late data");
    site.points = points;
    await context.close();
  });

  it("show hostile text from the plant as text", async () => {
    const hostile = '<img src=x onerror="document.title=1"><script>document.title=1</script>';
    const { points } = site;
    site.points = points.map((point) => ({
      ...point,
      tags: { ...point.tags, ...(point.measurement === "oee" ? { shift: hostile } : {}) },
      fields: { ...point.fields, ...(point.tags["signal"]?.endsWith(".state") ? { v: hostile } : {}) },
    }));
    const { page, context } = await open({ width: 1440, height: 1000 });
    await page.waitForSelector("#shifts tbody tr");
    await page.waitForSelector("#states rect");
    await page.waitForFunction(says, ["#shifts tbody", hostile]);
    await page.waitForFunction(says, ["#states .legend", hostile]);
    await page.hover("#states rect");
    assert.ok((await page.textContent(".tip"))?.includes(hostile));
    assert.equal(await page.locator("#grid img, #grid script, .tip img").count(), 0);
    assert.match(await page.title(), /Line 1 overview/);
    site.points = points;
    await context.close();
  });

  it("have text that reads at 4.5 : 1 and marks that show at 3 : 1, in the light and in the dark", async () => {
    for (const dark of [false, true]) {
      const { page, context } = await open({ width: 1440, height: 1000, dark });
      await page.waitForSelector("#shifts tbody tr");
      await page.waitForSelector("#fill-weight .legend li");
      for (const button of await page.locator(".about").all()) await button.click();
      assert.deepEqual(await page.evaluate(contrastFaults), [], dark ? "dark" : "light");
      await context.close();
    }
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${site.url}/login`);
    assert.deepEqual(await page.evaluate(contrastFaults), [], "sign-in");
    await context.close();
  });

  it("load nothing from elsewhere and break no rule of the content security policy", () => {
    assert.deepEqual(outside, []);
    assert.deepEqual(complaints, []);
  });
});

/** Runs in the page: whether an element shows these words. */
function says([where, words]: string[]): boolean {
  return document.querySelector(where ?? "")?.textContent?.includes(words ?? "") ?? false;
}

/** Runs in the page: texts and marks whose contrast with what is behind them is too low (WCAG 2.2, 1.4.3 and 1.4.11, level AA). */
function contrastFaults(): string[] {
  type Rgba = [number, number, number, number];
  const paint = document.createElement("canvas").getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  const rgba = (css: string): Rgba => {
    paint.clearRect(0, 0, 1, 1);
    paint.fillStyle = css;
    paint.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0, a = 0] = paint.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top: Rgba, below: Rgba): Rgba => {
    const mix = (i: 0 | 1 | 2): number => top[i] * top[3] + below[i] * (1 - top[3]);
    return [mix(0), mix(1), mix(2), 1];
  };
  const ground = (element: Element | null): Rgba => {
    if (!element) return [255, 255, 255, 1];
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, ground(element.parentElement));
  };
  const luminance = (colour: Rgba): number => {
    const [r = 0, g = 0, b = 0] = colour
      .slice(0, 3)
      .map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: Rgba, b: Rgba): number => {
    const [x, y] = [luminance(a), luminance(b)];
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
  };
  const faults = new Set<string>();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let texts = 0;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!element || node.textContent?.trim() === "" || !element.checkVisibility({ visibilityProperty: true })) continue;
    const style = getComputedStyle(element);
    const behind = ground(element);
    let opacity = 1;
    for (let up: Element | null = element; up; up = up.parentElement) opacity *= Number(getComputedStyle(up).opacity);
    const ink = rgba(element instanceof SVGElement ? style.fill : style.color);
    const size = Number.parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const found = contrast(over([ink[0], ink[1], ink[2], ink[3] * opacity], behind), behind);
    texts += 1;
    if (found < least)
      faults.add(`${element.tagName}.${element.getAttribute("class") ?? ""} "${node.textContent?.slice(0, 20)}" ${found.toFixed(2)}`);
  }
  if (texts < 5) faults.add("hardly any text was found");
  const root = getComputedStyle(document.documentElement);
  const surface = rgba(root.getPropertyValue("--surface"));
  for (const name of ["good", "warning", "critical", "info", "sky", "plum", "muted", "focus"]) {
    const found = contrast(rgba(root.getPropertyValue(`--${name}`)), surface);
    if (found < 3) faults.add(`colour ${name} ${found.toFixed(2)}`);
  }
  return [...faults];
}
