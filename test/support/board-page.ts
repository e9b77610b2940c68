/** A person at a board: signs in and reads figures. */
import type { Browser, Page } from "playwright-core";
import type { TestSite } from "./site.ts";

export async function openBoard(browser: Browser, { site }: TestSite, viewport = { width: 1600, height: 1000 }): Promise<Page> {
  const page = await browser.newPage({ viewport });
  await page.goto(site.urls.boards);
  await page.fill("input[autocomplete=username]", site.account.name);
  await page.fill("input[type=password]", site.account.password);
  await page.keyboard.press("Enter");
  await page.waitForSelector('a[href$="/line01-overview"]');
  await page.click('a[href$="/line01-overview"]');
  await page.waitForSelector("#oee");
  return page;
}

/** The number in a tile, as a fraction: "80.4 %" is 0.804. */
export async function percentOf(page: Page, tile: string): Promise<number | undefined> {
  const text = await page.locator(`#${tile} .value`).first().textContent({ timeout: 1000 });
  const match = /(-?\d+(?:\.\d+)?)\s*%/.exec(text ?? "");
  return match ? Number(match[1]) / 100 : undefined;
}
