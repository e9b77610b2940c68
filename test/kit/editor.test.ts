import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import path from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { fixturePackage, remove, type RunningNodeRed, startNodeRed } from "./node-red.ts";

const CHROMIUM = "/usr/bin/chromium";
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
/** Where pictures of the forms go, for people to look at; only with TWINLINE_SCREENSHOTS. */
const PICTURES = process.env["TWINLINE_SCREENSHOTS"];

const PUMP = { id: "pump", z: "f", type: "twin-kit-pump", x: 200, y: 120, wires: [[], []] };
const FLOW = [
  { id: "f", type: "tab", label: "kit" },
  { id: "link", type: "twin-kit-link", name: "L1", host: "10.0.0.7", version: 1 },
  {
    ...PUMP,
    name: "P1",
    version: 3,
    link: "link",
    interval: 1_000,
    factor: 1,
    mode: "gentle",
    loud: false,
    code: "AB",
    rows: [{ address: "ns=1;s=Line01.Filler01.State", gain: 50, kind: "level", active: true }],
  },
  { ...PUMP, id: "old", y: 200, name: "old", version: 1, seconds: 2, mode: "quiet" },
];

describe("the form of a node in the editor", function () {
  this.timeout(120_000);
  let packageDir = "";
  let red: RunningNodeRed;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  before(async function () {
    if (!existsSync(CHROMIUM)) {
      if (process.env["CI"] === "true") throw new Error("Chromium is missing. Install the Debian package chromium.");
      console.log("editor tests skipped: install the Debian package chromium");
      this.skip();
    }
    packageDir = await fixturePackage();
    red = await startNodeRed(packageDir, FLOW);
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
    page = await browser.newPage({ viewport: { width: 1300, height: 1000 } });
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && !/404|403/.test(message.text())) faults.push(message.text());
    });
    await page.goto(`${red.base}/`);
    await page.waitForSelector("#pump");
  });
  after(async () => {
    await browser?.close();
    await red?.kill("SIGTERM");
    remove(packageDir, red?.userDir ?? "");
  });

  const open = async (id: string): Promise<void> => {
    await page.evaluate(`RED.editor.edit(RED.nodes.node(${JSON.stringify(id)}))`);
    await page.waitForSelector("#node-dialog-ok");
    await page.waitForFunction(
      `(() => {
      const at = Math.round(document.querySelector(".red-ui-tray").getBoundingClientRect().left);
      const still = window.trayAt === at;
      window.trayAt = at;
      return still && document.activeElement?.closest(".red-ui-tray") !== null;
    })()`,
      undefined,
      { polling: 150 },
    );
  };
  const ok = async (): Promise<void> => {
    await page.click("#node-dialog-ok");
    await page.waitForSelector("#node-dialog-ok", { state: "detached" });
  };
  const saved = async (id: string): Promise<Record<string, unknown>> =>
    page.evaluate(
      `RED.nodes.createExportableNodeSet([RED.nodes.node(${JSON.stringify(id)})]).find((node) => node.id === ${JSON.stringify(id)})`,
    );
  const picture = async (name: string): Promise<void> => {
    if (PICTURES === undefined) return;
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
  };

  it("shows every field with its label, its value and its help", async () => {
    await open("pump");
    assert.equal(await page.inputValue("#twin-kit-pump-interval"), "1000");
    assert.equal(await page.locator('label[for="twin-kit-pump-interval"]').innerText(), "Interval");
    assert.equal(await page.locator("#twin-kit-pump-interval-help").innerText(), "Time between two strokes.");
    assert.equal(await page.locator("#twin-kit-pump-asset-help code").innerText(), "line01.pump");
    assert.equal(await page.inputValue('.twinline-cells [data-column="address"] input'), "ns=1;s=Line01.Filler01.State");
    assert.equal(await page.inputValue("#node-input-link"), "link");
    await picture("form");
    await page.click(".twinline-more > summary");
    await page.locator(".twinline-more").scrollIntoViewIfNeeded();
    await picture("form-more");
  });

  it("gives every input a label and a description", async () => {
    const unnamed = await page.evaluate(`
      [...document.querySelectorAll(".twinline-form input, .twinline-form select, .twinline-form textarea")]
        .filter((input) => !(input.labels?.length > 0) && !input.getAttribute("aria-labelledby"))
        .map((input) => input.outerHTML)`);
    assert.deepEqual(unnamed, []);
  });

  it("marks a wrong value where it stands and says what is allowed", async () => {
    await page.fill("#twin-kit-pump-interval", "5");
    assert.equal(await page.locator("#twin-kit-pump-interval-fault").innerText(), "Must be a whole number from 10 to 60000 ms.");
    assert.equal(await page.getAttribute("#twin-kit-pump-interval", "aria-invalid"), "true");
    await page.fill('.twinline-cells [data-column="address"] input', "");
    await picture("form-faults");
    await page.fill('.twinline-cells [data-column="address"] input', "ns=1;s=X");
    await page.fill("#twin-kit-pump-interval", "$(STROKE_MS)");
    assert.equal(await page.locator("#twin-kit-pump-interval-fault").innerText(), "");
    await page.fill("#twin-kit-pump-interval", "250");
    assert.equal(await page.locator("#twin-kit-pump-interval").getAttribute("aria-invalid"), "false");
  });

  it("says why there are no suggestions for a tag", async () => {
    await page.focus("#twin-kit-pump-tag");
    await page.waitForFunction("document.querySelector('[data-field=tag] .twinline-hint').textContent !== ''");
    assert.match(await page.locator("[data-field=tag] .twinline-hint").innerText(), /Choose a plant/);
  });

  it("saves numbers as numbers and adds table rows", async () => {
    await page.click(".twinline-table .red-ui-editableList-addButton");
    await page.fill('.twinline-cells >> nth=1 >> [data-column="address"] input', "ns=1;s=Y");
    await page.fill('.twinline-cells >> nth=1 >> [data-column="gain"] input', "12.5");
    await page.check("#twin-kit-pump-loud");
    await ok();
    const node = await saved("pump");
    assert.deepEqual([node["interval"], node["loud"], node["version"]], [250, true, 3]);
    assert.deepEqual(node["rows"], [
      { address: "ns=1;s=X", gain: 50, kind: "level", active: true },
      { address: "ns=1;s=Y", gain: 12.5, kind: "level", active: true },
    ]);
  });

  it("changes nothing when it is opened and closed", async () => {
    const before = await saved("pump");
    await open("pump");
    await ok();
    assert.deepEqual(await saved("pump"), before);
  });

  it("opens a node of an older release with today's values", async () => {
    await open("old");
    await page.waitForFunction("document.querySelector('#twin-kit-pump-interval').value === '2000'");
    assert.equal(await page.inputValue("#twin-kit-pump-mode"), "gentle");
    await ok();
    const node = await saved("old");
    assert.deepEqual([node["interval"], node["mode"], node["version"]], [2_000, "gentle", 3]);
  });

  it("keeps its inputs whole in a narrow tray", async () => {
    await open("pump");
    const handle = await page.locator(".red-ui-tray-resize-handle").boundingBox();
    assert.ok(handle);
    await page.mouse.move(handle.x + 2, handle.y + 300);
    await page.mouse.down();
    await page.mouse.move(handle.x + 400, handle.y + 300, { steps: 8 });
    await page.mouse.up();
    await picture("form-narrow");
    const cut = await page.evaluate(`
      [...document.querySelectorAll(".twinline-form input:not([type=checkbox]), .twinline-form select")]
        .filter((input) => input.offsetParent !== null && (input.getBoundingClientRect().width < 90 || input.getBoundingClientRect().right > document.querySelector(".red-ui-tray-body").getBoundingClientRect().right))
        .map((input) => input.id)`);
    assert.deepEqual(cut, []);
    await ok();
  });

  it("shows the help in Node-RED's form", async () => {
    await page.evaluate('RED.sidebar.help.show("twin-kit-pump")');
    await page.waitForSelector(".red-ui-help h3");
    assert.deepEqual(await page.locator(".red-ui-help h3").allInnerTexts(), ["Properties", "Inputs", "Outputs", "Details"]);
    await picture("help");
  });

  it("logs no error in the browser", () => assert.deepEqual(faults, []));
});
