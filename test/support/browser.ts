/** Debian's Chromium under Playwright, without its background traffic. */
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

const BINARY = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((file) => existsSync(file));

/** True when there is a browser. Without one it throws under CI, and elsewhere says what is skipped and how to have it. */
export function needBrowser(): boolean {
  if (BINARY) return true;
  const message = "Chromium is not installed; on Debian: apt-get install chromium";
  if (process.env["CI"] === "true") throw new Error(message);
  console.log(`    ${message}; skipped`);
  return false;
}

const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic", "--no-first-run"];

export async function launchBrowser(): Promise<Browser> {
  if (!BINARY) throw new Error("Chromium is not installed; on Debian: apt-get install chromium");
  return chromium.launch({ executablePath: BINARY, headless: true, args: ["--no-sandbox", "--disable-gpu", ...QUIET] });
}

/** A picture for whoever looks at what a test saw. The whole test run sets `TWINLINE_PICTURES=none`: there nobody looks at them. */
export async function takePicture(page: Page, file: string, options: { readonly fullPage?: boolean } = {}): Promise<void> {
  if (process.env["TWINLINE_PICTURES"] !== "none") await page.screenshot({ path: file, ...options });
}
