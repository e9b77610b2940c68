/** Twinline's tab in the sidebar of the editor, as an engineer sees it, on a plant of 5,000 tags. */
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, needBrowser, takePicture } from "../support/browser.ts";
import { TAGS } from "../support/large-plant.ts";
import { FILLER, HOSTILE, SPEED, spoil, startTagsSite, type TagsSite } from "../support/tags-site.ts";

const SHOTS = path.join(tmpdir(), "twinline-shots", "sidebar");
const WINDOW = { width: 1400, height: 1000 };
/** The tags of the filler beside those of the hall. */
const ALL = TAGS + 4;

describe("the sidebar of the editor", function () {
  this.bail(true);
  this.timeout(120_000);
  let site: TagsSite;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  before(async function () {
    if (!needBrowser()) this.skip();
    mkdirSync(SHOTS, { recursive: true });
    site = await startTagsSite();
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: WINDOW });
    page.on("pageerror", (error) => faults.push(error.message));
    await site.open(page, "eve");
  });
  after(async () => {
    await browser?.close();
    await site?.runtime.stop();
  });

  it("shows the plant as a tree, of which a branch is filled when it is opened", async () => {
    await page.waitForSelector(".tw-equipment");
    assert.equal(await page.locator(".tw-tag").count(), 0, "no tag before a branch is opened");
    for (const part of ["acme", "acme.galway", "acme.galway.bottling", FILLER]) await unfold(part);
    assert.deepEqual(
      await page.locator(".tw-tag .tw-name").allTextContents(),
      ["state", "speed", "serial", "weight"].map((name) => `_filler_v1.${name}`),
    );
    assert.match(await page.locator(`[data-path="${FILLER}"]`).innerText(), /production unit/);
    await picture("tree");
  });

  it("follows the values while it can be seen, and asks for nothing while it cannot", async () => {
    site.feed(["Speed", 412.5], ["State", 6]);
    await page.waitForFunction(`document.querySelector('[data-tag="${SPEED}"] .tw-value')?.textContent === "412.5 bottles/min"`);
    site.feed(["Speed", 413]);
    await page.waitForFunction(`document.querySelector('[data-tag="${SPEED}"] .tw-value')?.textContent.startsWith("413 ")`, undefined, {
      timeout: 5_000,
    });
    let asked = 0;
    const counting = (request: { url(): string }): void => void (request.url().includes("/live") && (asked += 1));
    await page.evaluate('RED.sidebar.show("info")');
    await page.waitForSelector(".tw-tag", { state: "hidden" });
    page.on("request", counting);
    await page.waitForTimeout(3_000); // longer than a refresh: nothing may come
    assert.equal(asked, 0);
    await page.evaluate('RED.sidebar.show("twinline")');
    site.feed(["Speed", 414]);
    await page.waitForFunction(`document.querySelector('[data-tag="${SPEED}"] .tw-value')?.textContent.startsWith("414 ")`);
    assert.equal(await page.locator(".tw-tag").count(), 4, "as it was left");
    page.off("request", counting);
  });

  it("counts the states of all tags, and each counter filters the tree", async () => {
    site.feed(["Weight", "heavy"], ["Speed", 9_000], ["Nowhere", 1]);
    await page.waitForSelector('[data-filter="wrong-type"]:not([hidden])');
    assert.match(await page.locator('[data-filter="all"]').innerText(), new RegExp(`All\\s*${ALL}`));
    await picture("counters");
    await page.click('[data-filter="out-of-range"]');
    await page.waitForFunction('document.querySelectorAll(".tw-tag").length === 1');
    assert.equal(await page.locator(".tw-tag").getAttribute("data-tag"), SPEED);
    assert.match((await page.locator(".tw-tag").textContent()) ?? "", /out of range/);
    await page.click('[data-filter="out-of-range"]');
    await page.waitForFunction(`document.querySelectorAll(".tw-tag").length === 0`);
  });

  it("finds a tag of 5,000 by parts of its name, its address or its description", async () => {
    await page.fill(".tw-bar input", "line03 machine07 signal_12");
    await page.waitForFunction('document.querySelectorAll(".tw-tag").length === 6');
    await picture("search");
    const times: number[] = [];
    for (let n = 0; n < 7; n += 1) {
      const began = performance.now();
      const answer = await site.ask("eve", "GET", `twinline/tags/galway/tree?search=signal%200${n}`);
      assert.equal(answer.status, 200);
      await answer.json();
      times.push(performance.now() - began);
    }
    console.log(`      search over ${ALL} tags: ${times.map((ms) => ms.toFixed(0)).join(", ")} ms`);
    await page.fill(".tw-bar input", "no such tag");
    await page.waitForFunction('document.querySelector(".tw-found")?.textContent.startsWith("No tag matches")');
  });

  it("opens a machine of 125 tags as a page of 100 and the rest on demand", async () => {
    await page.fill(".tw-bar input", "line01.machine01.");
    await page.waitForFunction('document.querySelectorAll(".tw-tag").length === 100');
    await page.click('[data-act="more-tags"]');
    await page.waitForFunction('document.querySelectorAll(".tw-tag").length === 125');
  });

  it("tells all about a tag: address, mapping, and why a value was refused", async () => {
    await page.fill(".tw-bar input", "filler01");
    await page.waitForFunction('document.querySelectorAll(".tw-tag").length === 4');
    await page.click(`[data-tag="${SPEED}"]`);
    await page.waitForSelector(".tw-detail dl");
    assert.equal(await page.locator('[data-term="address"]').innerText(), "nsu=urn:f;s=Filler01.Speed");
    assert.equal(await page.locator('[data-term="range"]').innerText(), "0 … 600 bottles/min");
    assert.match(await page.locator('[data-section="sources"]').innerText(), /opcua nsu=urn:f;s=Filler01\.Speed\s+Mapping model@[0-9a-f]+/);
    assert.match(await page.locator('[data-reject="OUT_OF_RANGE"]').innerText(), /× 1[\s\S]*The value 9000 of .* must be from 0 to 600\./);
    await picture("detail");
  });

  it("lists what depends on a tag, and jumps to a node of the flows", async () => {
    await page.click('[data-act="dependents"]');
    await page.waitForSelector(".tw-dependents");
    const kinds = await page
      .locator(".tw-dependents > li")
      .evaluateAll((lines) => lines.map((line) => (line as HTMLElement).dataset["kind"]));
    assert.deepEqual(kinds, ["class", "golden", "feeds", "covers", "mentions"]);
    assert.match(await page.locator('[data-kind="golden"]').innerText(), /filler\.yaml:\d+/);
    await page.locator(".tw-dependents").scrollIntoViewIfNeeded();
    await picture("dependents");
    await page.click('[data-node="oee"]');
    await page.waitForFunction('document.querySelector("#oee").getBoundingClientRect().bottom < window.innerHeight');
    assert.equal(await page.locator("#oee").isVisible(), true);
  });

  it("shows hostile texts as text", async () => {
    await page.click('[data-act="close-detail"]');
    site.feed(["Serial", HOSTILE]);
    await page.click(`[data-tag="${FILLER}._filler_v1.serial"]`);
    await page.waitForFunction(`document.querySelector('[data-term="value"]')?.textContent.startsWith("<img")`);
    assert.equal(await page.locator('[data-term="description"]').innerText(), HOSTILE);
    assert.equal(await page.evaluate("window.hacked"), undefined);
  });

  it("lists addresses that nothing maps", async () => {
    await page.click('[data-act="close-detail"]');
    await page.click('[data-filter="unmapped"]');
    await page.waitForSelector(".tw-unmapped");
    assert.match(await page.locator(".tw-unmapped").innerText(), /opcua nsu=urn:f;s=Filler01\.Nowhere\s+1 readings/);
    await picture("unmapped");
    await page.click('[data-act="close-detail"]');
  });

  it("fits into a sidebar of 300 pixels, and into the narrowest that the editor has, in the light and in the dark", async () => {
    await page.fill(".tw-bar input", "filler01");
    await page.waitForFunction('document.querySelectorAll(".tw-tag").length === 4');
    for (const width of [300, 180, 500]) {
      await page.evaluate(`document.querySelector(".tw-tab").closest(".red-ui-sidebar").style.width = "${width}px"`);
      await page.waitForFunction(`Math.abs(document.querySelector(".tw-tab").getBoundingClientRect().width - ${width}) < 60`);
      for (const height of ["low", "high"]) {
        if (height === "high") await page.click('[data-tab-id="debug"]'); // leaves the whole height to the tab
        for (const scheme of ["light", "dark"] as const) {
          await page.evaluate(`document.documentElement.classList.toggle("nr-theme-dark", ${scheme === "dark"})`);
          await picture(`${width}-${height}-${scheme}`);
          assert.deepEqual(await tooWide(), [], `the tree at ${width} px`);
          await page.click(`[data-tag="${SPEED}"]`);
          await page.waitForSelector(".tw-detail dl");
          await picture(`${width}-${height}-${scheme}-detail`);
          assert.deepEqual(await tooWide(), [], `the pane of a tag at ${width} px`);
          await page.click('[data-act="close-detail"]');
        }
        if (height === "high") await page.click('[data-tab-id="debug"]');
      }
    }
    await page.evaluate('document.documentElement.classList.remove("nr-theme-dark")');
  });

  it("says where the plant files are wrong, and keeps the last good model", async () => {
    const file = path.join(site.plantDir, "hall.yaml");
    const good = readFileSync(file, "utf8");
    spoil(file);
    await site.ask("eve", "POST", "twinline/plant/galway/reload", {});
    await page.waitForSelector(".tw-notice:not([hidden])");
    assert.match(await page.locator(".tw-notice").innerText(), /the last good model[\s\S]*hall\.yaml:\d+/);
    await picture("problems");
    writeFileSync(file, good);
    await site.ask("eve", "POST", "twinline/plant/galway/reload", {});
    await page.waitForSelector(".tw-notice", { state: "hidden" });
  });

  it("shows a viewer the equipment of their scope, and nobody without a role anything", async () => {
    await page.close();
    page = await browser.newPage({ viewport: WINDOW, locale: "de-DE" });
    page.on("pageerror", (error) => faults.push(error.message));
    await site.open(page, "vic");
    await page.waitForFunction('document.querySelector(\'[data-filter="all"]\')?.textContent === "Alle4"');
    await picture("scope-de");
    const other = await site.ask("vic", "GET", "twinline/tags/galway/tag?tag=acme.galway.hall.line01.machine01._raw.signal_001");
    assert.equal(other.status, 404);
    assert.equal((await site.ask("vic", "GET", `twinline/tags/galway/dependents?tag=${SPEED}`)).status, 403);
    await page.close();
    page = await browser.newPage({ viewport: WINDOW });
    await site.open(page, "nora");
    await page.waitForSelector('[data-state="not-signed-in"]');
    assert.match(await page.locator(".tw-empty").innerText(), /The account "nora" has no role in this plant/);
    await picture("no-role");
  });

  it("says what to do when no plant is deployed", async () => {
    await page.close();
    page = await browser.newPage({ viewport: WINDOW });
    await site.open(page, "eve");
    await page.waitForSelector(".tw-equipment");
    const { rev } = (await (await site.ask("eve", "GET", "flows")).json()) as { rev: string };
    await site.ask("eve", "POST", "flows", { flows: [], rev });
    await page.waitForSelector('[data-state="no-plant"]');
    assert.match(await page.locator(".tw-empty").innerText(), /^No plant is deployed/);
    await picture("no-plant");
  });

  it("logs no error in the browser", () => assert.deepEqual(faults, []));

  async function unfold(equipment: string): Promise<void> {
    await page.click(`[data-path="${equipment}"][aria-expanded="false"]`);
    await page.waitForSelector(`[data-path="${equipment}"][aria-expanded="true"]`);
  }

  /** What reaches out of the tab to the side. */
  async function tooWide(): Promise<unknown> {
    return page.evaluate(`(() => {
      const tab = document.querySelector(".tw-tab").getBoundingClientRect();
      return [...document.querySelectorAll(".tw-tab *")]
        .filter((part) => part.offsetParent !== null && part.getBoundingClientRect().right > tab.right + 1 && !part.closest(".tw-switches"))
        .map((part) => part.outerHTML.slice(0, 120));
    })()`);
  }

  async function picture(name: string): Promise<void> {
    await takePicture(page, path.join(SHOTS, `${name}.png`));
  }
});
