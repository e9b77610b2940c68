/** An engineer who connects a line of the foreign hall, and then a second one like it, in a real browser. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { type Compared, compareBoard } from "./compare-board.ts";
import { FOREIGN_CONSTRAINT, FOREIGN_USER, type ForeignHall, type ForeignLineName, startForeignHall } from "./foreign-hall.ts";
import { type EmptySite, startEmptySite } from "./empty-site.ts";
import { launchBrowser } from "./browser.ts";
import { Hands } from "./hands.ts";
import { openEmbedded } from "./open-historian.ts";

export const CONNECT_SHOTS = path.join(tmpdir(), "twinline-shots", "connect-line");
/** What the states of this hall mean; the engineer knows it. */
const MEANINGS = { 10: "Execute", 20: "Idle", 31: "Suspended", 32: "Suspended", 90: "Aborted" } as const;

export interface ConnectedLine {
  readonly actions: { readonly clicks: number; readonly fields: number; readonly keys: number };
  /** Waiting for the page, ms. */
  readonly machineMs: number;
  /** From the first click to the deployed flow, at the speed of a browser test, ms. */
  readonly wholeMs: number;
  readonly board: string;
}

export class ConnectSession {
  readonly hall: ForeignHall;
  readonly site: EmptySite;
  readonly browser: Browser;
  readonly page: Page;
  readonly faults: string[] = [];
  readonly #pki: string;

  private constructor(hall: ForeignHall, site: EmptySite, browser: Browser, page: Page, pki: string) {
    this.hall = hall;
    this.site = site;
    this.browser = browser;
    this.page = page;
    this.#pki = pki;
    page.on("pageerror", (error) => this.faults.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && !message.text().includes("401")) this.faults.push(message.text());
    });
  }

  static async start(): Promise<ConnectSession> {
    mkdirSync(CONNECT_SHOTS, { recursive: true });
    const pki = mkdtempSync(path.join(tmpdir(), "twinline-hall-"));
    const hall = await startForeignHall(pki);
    const site = await startEmptySite();
    const browser = await launchBrowser();
    const page = await browser.newPage({ viewport: { width: 1500, height: 1000 } });
    const session = new ConnectSession(hall, site, browser, page, pki);
    await page.goto(site.editor);
    await page.fill("#node-dialog-login-username", site.account.name);
    await page.fill("#node-dialog-login-password", site.account.password);
    await page.click("#node-dialog-login-submit");
    await page.waitForSelector(".red-ui-palette-node[data-palette-type=twin-oee]");
    return session;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.site.stop();
    await this.hall.stop();
    rmSync(this.#pki, { recursive: true, force: true });
  }

  /** The whole of the guide "My first line in 15 minutes". `picture` is called at every step. */
  async connect(picture: (name: string) => Promise<void> = async () => {}): Promise<ConnectedLine> {
    const { page, hall } = this;
    const hands = new Hands(page);
    const since = performance.now();
    await page.evaluate('RED.actions.invoke("twinline:connect-line")');
    hands.clicks += 2; // the sidebar, and its button
    await hands.see("[data-step=server]");

    await hands.type("[data-field=url]", hall.endpoint);
    await hands.type("[data-field=user]", FOREIGN_USER.name);
    await hands.type("[data-field=password]", FOREIGN_USER.password);
    await picture("1-server");
    await hands.click("[data-act=connect]");
    await hands.see("[data-act=trust]");
    await picture("1-certificate");
    await hands.click("[data-act=trust]");
    await hands.see("[data-step=server] .tw-cl-good");
    await hands.click("[data-act=next]");

    await hands.see("li[data-name=DB_Linie3]", 60_000);
    await hands.click("li[data-name=DB_Linie3] > label input");
    await hands.see(".tw-cl-tally:has-text('300')");
    await picture("2-variables");
    await hands.click("[data-act=next]");

    await hands.see("[data-machine]");
    await hands.type("[data-field=line]", "halle2.linie3");
    await hands.type("[data-field=line-label]", "Linie 3");
    await hands.choose("[data-machine=m01_entpalettierer] [data-field=class]", "machine");
    await hands.see("[data-machine=m01_entpalettierer] [data-slot=processed_count] .tw-cl-sure");
    await picture("3-proposed");
    await hands.click("[data-act=accept]");
    for (const [machine, name, total, scrap] of [
      ["m01_entpalettierer", "iBetrZust", "udStkGes", "udStkAus"],
      ["m04_check_weigher", "MachStatus", "CntTotal", "CntRej"],
    ] as const) {
      await this.#read(hands, machine, "state", name);
      await this.#read(hands, machine, "processed_count", total);
      await this.#read(hands, machine, "defective_count", scrap);
    }
    await picture("3-chosen");
    const first = page.locator("[data-states=m01_entpalettierer]");
    await hands.choose(first.locator("[data-field=profile]"), "custom");
    for (const [value, state] of Object.entries(MEANINGS)) await hands.choose(first.locator(`[data-value="${value}"]`), state);
    await picture("3-states");
    await hands.click("[data-act=same-states-m01_entpalettierer]");
    await hands.click("[data-act=next]");

    await hands.see("[data-step=rates] table");
    await hands.type("[data-rate=m02_fueller]", String(FOREIGN_CONSTRAINT.idealRate));
    await hands.click("[data-constraint=m02_fueller]");
    await picture("4-rates");
    await hands.click("[data-act=next]");

    await hands.see("[data-act=apply]");
    await hands.click("[data-part=changes] > summary");
    await picture("5-review");
    await hands.click("[data-act=apply]");
    await hands.see(".tw-cl-apply .tw-cl-good");
    await hands.click("[data-act=next]");

    await hands.click("[data-act=add-flow]");
    await picture("6-flow");
    await hands.click("#red-ui-header-button-deploy");
    await hands.see("[data-act=board]");
    await picture("6-deployed");
    const { clicks, fields, keys } = hands;
    const board = (await page.getAttribute("[data-act=board]", "href")) ?? "";
    return { actions: { clicks, fields, keys }, machineMs: hands.waitedMs, wholeMs: performance.now() - since, board };
  }

  /** Copies the line by a map of addresses, and deploys a flow for the copy. */
  async copy(picture: (name: string) => Promise<void> = async () => {}): Promise<ConnectedLine> {
    const { page } = this;
    const hands = new Hands(page);
    const since = performance.now();
    await hands.click("[data-act=tab-files]");
    await hands.see("[data-part=copy]");
    await hands.type("[data-part=copy] [data-field=to]", "halle2.linie4");
    await hands.upload("[data-act=copy-map]", "map.csv", "from;to\nDB_Linie3;DB_Linie4\nLinie 3;Linie 4\n");
    await hands.see("[data-act=apply]");
    await picture("7-copy");
    await hands.click("[data-act=apply]");
    await hands.see("[data-act=add-flow]");
    await hands.click("[data-act=add-flow]");
    await hands.click("#red-ui-header-button-deploy");
    await hands.see("[data-act=board]");
    const { clicks, fields, keys } = hands;
    const board = (await page.getAttribute("[data-act=board]", "href")) ?? "";
    return { actions: { clicks, fields, keys }, machineMs: hands.waitedMs, wholeMs: performance.now() - since, board };
  }

  /** The OEE tile of a line against the foreign machine's own books. */
  async compare(page: Page, line: ForeignLineName): Promise<Compared> {
    const { folder, idealRate: unitsPerMinute } = FOREIGN_CONSTRAINT;
    const asset = `company.site.halle2.${line.toLowerCase()}.${folder.toLowerCase()}`;
    const opened = openEmbedded(this.site.userDir);
    try {
      const book = this.hall.book(line, folder);
      return await compareBoard(page, opened.historian, { book, asset, state: `${asset}._filler_v1.state`, unitsPerMinute });
    } finally {
      await opened.close();
    }
  }

  async openBoard(address: string): Promise<Page> {
    const { account, boards } = this.site;
    const page = await this.browser.newPage({ viewport: { width: 1500, height: 1300 } });
    // A deploy takes the boards away for a moment.
    for (let tries = 0; !(await page.goto(boards))?.ok() && tries < 100; tries += 1) await page.waitForTimeout(200);
    await page.fill("input[autocomplete=username]", account.name);
    await page.fill("input[type=password]", account.password);
    await page.keyboard.press("Enter");
    await page.waitForSelector('a[href$="-overview"]');
    await page.goto(new URL(address, boards).href);
    await page.waitForSelector("#oee");
    return page;
  }

  /** Finds a variable by its name for a tag, and takes it for the other machines that have one of this name. */
  async #read(hands: Hands, machine: string, tag: string, name: string): Promise<void> {
    const row = this.page.locator(`[data-machine=${machine}] [data-slot=${tag}]`);
    const field = row.locator("input");
    if ((await field.inputValue()) !== name) {
      await hands.type(field, name);
      await hands.press(field, "Enter");
    }
    const same = row.locator(`[data-act=same-${tag}]`);
    if ((await same.count()) > 0) await hands.click(same);
  }
}
