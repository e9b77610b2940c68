/** The page Certificates of Twinline's tab, against the demo plant's real OPC UA server. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { validityOf } from "../../editor/browser/certificates/validity.ts";
import { launchBrowser, needBrowser, takePicture } from "../support/browser.ts";
import { TestSite } from "../support/site.ts";

const SHOTS = path.join(tmpdir(), "twinline-shots", "sidebar");

describe("the validity of a certificate", () => {
  const [from, to] = ["2026-01-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"];
  const at = (instant: string): unknown => Object.values(validityOf(from, to, Date.parse(instant)));

  it("is worth a warning in its last 30 days, before it begins and after it has ended", () => {
    assert.deepEqual(at("2025-12-31T00:00:00Z"), ["not-yet", 1]);
    assert.deepEqual(at("2026-06-01T00:00:00Z"), ["valid", 214]);
    assert.deepEqual(at("2026-12-02T00:00:00Z"), ["valid", 30]);
    assert.deepEqual(at("2026-12-02T00:00:01Z"), ["expiring", 29]);
    assert.deepEqual(at("2027-01-01T00:00:00Z"), ["expiring", 0]);
    assert.deepEqual(at("2027-01-01T00:00:01Z"), ["expired", -1]);
  });
});

describe("the page Certificates", function () {
  this.bail(true);
  this.timeout(120_000);
  let test: TestSite;
  let browser: Browser;
  let page: Page;
  let fingerprint = "";
  const faults: string[] = [];

  before(async function () {
    if (!needBrowser()) this.skip();
    mkdirSync(SHOTS, { recursive: true });
    test = await TestSite.start({ historian: "embedded", hours: 1, speed: 300 });
    fingerprint = new X509Certificate(readFileSync(path.join(test.site.dir, "plant", "pki", "own", "certs", "demo-plant.pem")))
      .fingerprint256;
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    page.on("pageerror", (error) => faults.push(error.message));
    await page.goto(test.site.urls.editor);
    await page.fill("#node-dialog-login-username", test.site.account.name);
    await page.fill("#node-dialog-login-password", test.site.account.password);
    await page.click("#node-dialog-login-submit");
    await page.waitForSelector("#tw-in");
    await page.evaluate('RED.actions.invoke("twinline:show-certificates")');
  });
  after(async () => {
    await browser?.close();
    await test?.stop();
  });

  it("lists the trusted certificate of the plant's server, byte by byte", async () => {
    await page.waitForSelector('[data-group="trusted"] .tw-card');
    assert.equal(await page.locator('[data-group="trusted"] [data-term="fingerprint"]').innerText(), fingerprint);
    assert.match(await page.locator('[data-group="trusted"] [data-term="valid"]').innerText(), /^\d{4}-\d\d-\d\d – \d{4}-\d\d-\d\d$/);
    await page.waitForSelector('.tw-connection[data-word="connected"]');
    await picture("certificates");
  });

  it("asks before it acts, and does nothing when the person thinks better of it", async () => {
    await page.click('[data-act="reject"]');
    await picture("certificates-asked");
    assert.match(await page.locator('.tw-card [role="alert"]').innerText(), /Connections that use it end/);
    await page.click('[data-act="cancel"]');
    assert.equal(await page.locator('[data-group="trusted"] .tw-card').count(), 1);
  });

  it("rejects a certificate, which ends the connection, and trusts it again, which brings it back", async () => {
    await page.click('[data-act="reject"]');
    await page.click('[data-act="reject-confirmed"]');
    await page.waitForSelector(`[data-group="rejected"] [data-sha256="${fingerprint}"]`);
    await page.waitForSelector('.tw-connection[data-word="untrusted"]', { timeout: 20_000 });
    await picture("certificates-rejected");
    await page.click('[data-group="rejected"] [data-act="trust"]');
    await page.click('[data-act="trust-confirmed"]');
    await page.waitForSelector(`[data-group="trusted"] [data-sha256="${fingerprint}"]`);
    await page.waitForSelector('.tw-connection[data-word="connected"]', { timeout: 30_000 });
  });

  it("forgets a certificate, which waits for a decision when the server shows it again", async () => {
    await page.click('[data-act="forget"]');
    await page.click('[data-act="forget-confirmed"]');
    await page.waitForSelector(`[data-group="pending"] [data-sha256="${fingerprint}"]`, { timeout: 30_000 });
    await picture("certificates-pending");
  });

  it("shows the demo plant's tags with their values beside it, and the board that needs one", async () => {
    await page.click('[data-group="pending"] [data-act="trust"]');
    await page.click('[data-act="trust-confirmed"]');
    await page.waitForSelector('.tw-connection[data-word="connected"]', { timeout: 30_000 });
    await page.click('[data-page="tags"]');
    await page.fill(".tw-bar input[type=search]", "filler01");
    await page.waitForSelector(".tw-tag[data-finding=ok]");
    await page.click('[data-tab-id="debug"]'); // leaves the whole height to the tab
    await page.click('[data-tag$=".fill_weight"]');
    await page.click('[data-act="dependents"]');
    await page.waitForSelector('.tw-dependents [data-kind="board"]');
    await picture("demo-tags");
  });

  it("logs no error in the browser", () => assert.deepEqual(faults, []));

  async function picture(name: string): Promise<void> {
    await takePicture(page, path.join(SHOTS, `${name}.png`));
  }
});
