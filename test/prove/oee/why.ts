/** "Why this number" in a real browser: what the dialog says beside what the stored minutes add up to. */
import type { Page } from "playwright-core";
import type { Point } from "../../../core/connect/history/index.ts";
import { ANNA, PASSWORD, shiftOfPoints, startBoardSite } from "../../support/board-site.ts";
import { launchBrowser } from "../../support/browser.ts";
import { row } from "../../support/proof-row.ts";
import { whyOf } from "../../support/why-source.ts";
import type { Proof } from "../proof.ts";

const NOON = Date.UTC(2026, 2, 10, 12, 47);
const MINUTE = 60_000;
const RATIOS = [
  ["ideal_good_ms", "planned_ms"],
  ["run_ms", "planned_ms"],
  ["ideal_total_ms", "run_ms"],
  ["ideal_good_ms", "ideal_total_ms"],
] as const;

export const why: Proof = {
  title: "why this number",
  async run() {
    const opened = Date.now();
    const site = await startBoardSite({ now: () => NOON + Date.now() - opened, why: whyOf(() => site.points) });
    site.points = shiftOfPoints(NOON);
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 1000 } });
      await page.goto(`${site.url}/line01-overview`);
      await page.fill("input[name=name]", ANNA.name);
      await page.fill("input[name=password]", PASSWORD);
      await page.click("button.primary");
      await page.waitForSelector("#oee .value");
      const tile = percent((await page.textContent("#oee .value")) ?? "");
      const ofTile = await asked(page, "#oee .why", site.points);
      await page.keyboard.press("Escape");
      const ofShift = await asked(page, "#shifts .why", site.points);
      const all = [...ofTile.apart, ...ofShift.apart];
      return [
        row(
          "every division in the dialog is the one that the stored minutes add up to",
          `${all.length} figures with what is above and below the line, largest deviation ${Math.max(...all).toFixed(4)} points or minutes`,
          "24 figures, 0.06",
          all.length === 24 && Math.max(...all) <= 0.06,
        ),
        row(
          "the figure in the dialog is the one on the tile",
          `${ofTile.shown[0]} % behind ${tile} %`,
          "within the rounding of the tile, 0.056 points",
          Math.abs((ofTile.shown[0] ?? Number.NaN) - tile) <= 0.056,
        ),
      ];
    } finally {
      await browser.close();
      await site.stop();
    }
  },
};

/** What the dialog behind a button says, and how far each number lies from what the minutes of its window add up to. */
async function asked(page: Page, button: string, points: readonly Point[]): Promise<{ shown: number[]; apart: number[] }> {
  const [response] = await Promise.all([page.waitForResponse(/why\.json/), page.locator(button).first().click()]);
  await page.waitForSelector("dialog.whybox table");
  const query = new URL(response.url()).searchParams;
  const [from, to] = [Number(query.get("from")), Number(query.get("to"))];
  const of = points.filter(
    ({ measurement, tags, time }) =>
      measurement === "oee" &&
      tags["asset"] === query.get("asset") &&
      time >= from &&
      time + MINUTE <= to &&
      (query.get("shift") === null || tags["shift"] === query.get("shift")),
  );
  const sum = (field: string): number => of.reduce((all, { fields }) => all + Number(fields[field] ?? 0), 0);
  const rows = await page.locator("dialog.whybox table").first().locator("tbody tr").all();
  const shown: number[] = [];
  const apart: number[] = [];
  for (const [i, [above, below]] of RATIOS.entries()) {
    const cells = (await rows[i]?.locator("th, td").allTextContents()) ?? [];
    const numbers = cells
      .slice(1)
      .filter((cell) => /\d/.test(cell))
      .map(percent);
    shown.push(numbers[0] ?? Number.NaN);
    const expected = [(100 * sum(above)) / sum(below), sum(above) / MINUTE, sum(below) / MINUTE];
    apart.push(...expected.map((value, n) => Math.abs((numbers[n] ?? Number.NaN) - value)));
  }
  return { shown, apart };
}

function percent(text: string): number {
  return Number.parseFloat(text.replaceAll(",", ""));
}
