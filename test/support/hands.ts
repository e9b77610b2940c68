/** A person at a page whose every action is counted: a click, a choice, a field that is filled, a key that is pressed. */
import type { Locator, Page } from "playwright-core";

export class Hands {
  readonly page: Page;
  clicks = 0;
  fields = 0;
  keys = 0;
  /** How long the page let the person wait between an action and what it led to, ms. */
  waitedMs = 0;

  constructor(page: Page) {
    this.page = page;
  }

  get actions(): number {
    return this.clicks + this.fields + this.keys;
  }

  async click(what: string | Locator): Promise<void> {
    this.clicks += 1;
    await this.#at(what).click();
  }

  async choose(what: string | Locator, value: string): Promise<void> {
    this.clicks += 2; // opens the list, then takes the entry
    await this.#at(what).selectOption(value);
  }

  async type(what: string | Locator, text: string): Promise<void> {
    this.fields += 1;
    await this.#at(what).fill(text);
  }

  async press(what: string | Locator, key: string): Promise<void> {
    this.keys += 1;
    await this.#at(what).press(key);
  }

  async upload(what: string, name: string, text: string): Promise<void> {
    this.clicks += 2; // the button, then the file
    await this.page.setInputFiles(what, { name, mimeType: "text/csv", buffer: Buffer.from(text) });
  }

  /** Waits for what must appear; the wait counts as the machine's time. */
  async see(selector: string, withinMs = 30_000): Promise<Locator> {
    const since = performance.now();
    await this.page.waitForSelector(selector, { timeout: withinMs });
    this.waitedMs += performance.now() - since;
    return this.page.locator(selector);
  }

  #at(what: string | Locator): Locator {
    return typeof what === "string" ? this.page.locator(what) : what;
  }
}
