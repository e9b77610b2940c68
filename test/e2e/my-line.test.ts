/** My own line, from its server's address to OEE, in a real browser against somebody else's server; and a second one like it. */
import assert from "node:assert/strict";
import path from "node:path";
import type { Page } from "playwright-core";
import { needBrowser, takePicture } from "../support/browser.ts";
import { CONNECT_SHOTS, ConnectSession } from "../support/connect-line.ts";
import { FOREIGN_MACHINES } from "../support/foreign-hall.ts";

const MACHINE_MS = 60_000;

describe("connecting my own line", function () {
  this.timeout(600_000);
  let session: ConnectSession;
  const picture = async (name: string): Promise<void> => {
    await takePicture(session.page, path.join(CONNECT_SHOTS, `${name}.png`));
    await session.page.setViewportSize({ width: 420, height: 900 });
    await takePicture(session.page, path.join(CONNECT_SHOTS, `${name}-narrow.png`));
    await session.page.setViewportSize({ width: 1500, height: 1000 });
  };

  before(async function () {
    if (!needBrowser()) this.skip();
    session = await ConnectSession.start();
  });
  after(async () => session?.stop());

  it("takes an engineer through six steps from an empty site to a board", async () => {
    const line = await session.connect(picture);
    const { actions, machineMs, wholeMs, board } = line;
    const { clicks, fields, keys } = actions;
    console.log(`    ${clicks} clicks, ${fields} fields, ${keys} keys; waited ${seconds(machineMs)} s, whole ${seconds(wholeMs)} s`);
    assert.ok(machineMs < MACHINE_MS, `the page let the person wait for ${machineMs} ms`);
    assert.equal(board, "/boards/linie3-overview");
  });

  it("names the states of all machines as their numbering means them", async () => {
    const page = await session.openBoard("/boards/linie3-overview");
    await page.waitForSelector("#states .lane");
    assert.equal(await page.locator("#states .lane").count(), FOREIGN_MACHINES.length);
    assert.deepEqual(await strangers(page), []);
    await page.close();
  });

  it("undoes and redoes the flow as one action of the editor", async () => {
    const count = async (): Promise<number> => Number(await session.page.evaluate('RED.nodes.filterNodes({ type: "twin-oee" }).length'));
    assert.equal(await count(), 1);
    await session.page.evaluate("RED.history.pop()");
    assert.equal(await count(), 0);
    await session.page.evaluate("RED.history.redo()");
    assert.equal(await count(), 1);
  });

  it("copies the line by a map of addresses", async () => {
    const copy = await session.copy(picture);
    const { actions, machineMs, board } = copy;
    console.log(`    copy: ${actions.clicks} clicks, ${actions.fields} fields; waited ${seconds(machineMs)} s`);
    assert.ok(machineMs < MACHINE_MS);
    assert.equal(board, "/boards/linie4-overview");
  });

  for (const line of ["Linie4", "Linie3"] as const)
    it(`shows the OEE that the foreign ${line} really had`, async () => {
      const page = await session.openBoard(`/boards/${line.toLowerCase()}-overview`);
      const seen = await session.compare(page, line);
      console.log(`    board ${seen.shown}, the line's own books ${seen.expected.toFixed(3)} ± ${seen.tolerance.toFixed(3)}`);
      assert.ok(Math.abs(seen.shown - seen.expected) <= seen.tolerance, JSON.stringify(seen));
      await takePicture(page, path.join(CONNECT_SHOTS, `8-${line}.png`), { fullPage: true });
      await page.close();
    });

  it("logs no error in the browser", () => assert.deepEqual(session.faults, []));
});

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

/** Words below the state timeline that are no PackML state. */
async function strangers(page: Page): Promise<readonly string[]> {
  const legend = await page.locator("#states .legend li").allTextContents();
  return legend.flatMap((entry) => entry.split(",").map((name) => name.trim())).filter((name) => /\d/.test(name));
}
