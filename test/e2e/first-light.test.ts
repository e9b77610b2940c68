import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import { visit } from "../prove/first-light/main-job.ts";
import { needBrowser } from "../support/browser.ts";
import { EDGE_UNITS } from "../support/ground-truth.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** `TWINLINE_SCREENSHOTS=1 npm test -- first-light` renews the pictures of the README. */
const PICTURES = process.env["TWINLINE_SCREENSHOTS"] === "1" ? "docs/images" : undefined;

describe("first light, from npm start to the board", function () {
  this.timeout(240_000);

  it("shows the OEE that the plant really had, in a real browser, with the embedded historian", async function () {
    if (!needBrowser()) this.skip();
    const hours = PICTURES ? 8 : 3;
    const from = Math.floor((Date.now() - hours * HOUR) / MINUTE) * MINUTE;
    // A machine with other work needs up to twenty seconds until the twin runs, which are a hundred minutes of plant time.
    const window = { from: from + 100 * MINUTE, to: from + (hours - 1) * HOUR + 30 * MINUTE };
    const seen = await visit({ historian: "embedded", hours, from, window, onBoard });
    assert.ok(Math.abs(seen.shown - seen.expected) <= seen.tolerance, `board ${seen.shown}, truth ${seen.expected}`);
    assert.equal(seen.worst.ms, 0);
    assert.ok(seen.worst.units <= EDGE_UNITS);
    assert.ok(seen.atoms.length >= seen.minutes * 6);
  });
});

/** The minutes of stops have come through both pipes too. */
async function onBoard(page: Page): Promise<void> {
  await page.waitForSelector("#pareto tbody tr");
  assert.match((await page.textContent("#waterfall")) ?? "", /Planned time.*Fully productive time/s);
  if (PICTURES) await takePictures(page);
}

async function takePictures(page: Page): Promise<void> {
  mkdirSync("docs/images", { recursive: true });
  await page.mouse.move(0, 0);
  await page.screenshot({ path: path.join("docs/images", "line-overview.png") });
}
