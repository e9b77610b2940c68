import assert from "node:assert/strict";
import { ASSETS, EDGE_UNITS, GroundTruth } from "../support/ground-truth.ts";
import { openHistorian } from "../support/open-historian.ts";
import { eventually, TestSite } from "../support/site.ts";
import { newestAtom, oldestAtom, storedSums } from "../support/stored.ts";

const MINUTE = 60_000;
const SEED = 17;
const CONNECTED_MS = 10_000;

describe("npm start again on the same files", function () {
  this.timeout(240_000);

  it("fills the time it was away from the server's history: no unit lost or doubled, no unknown time", async () => {
    const from = Math.floor(Date.now() / MINUTE) * MINUTE - 120 * MINUTE;
    const site = await TestSite.start({ historian: "embedded", hours: 2, speed: 300, seed: SEED, from });
    const opened = await openHistorian(site);
    try {
      /** How far all machines are stated. */
      const stated = async (): Promise<number> => {
        const newest = await Promise.all(ASSETS.map((asset) => newestAtom(opened.historian, asset, from, Date.now())));
        return Math.min(...newest.map((start) => (start ?? 0) + MINUTE));
      };
      await eventually(60_000, async () => (Date.now() - (await stated()) < 2 * MINUTE ? true : undefined));
      const begun = await Promise.all(ASSETS.map((asset) => oldestAtom(opened.historian, asset, from, Date.now())));
      await site.restart();
      // Both edges with a margin: counts come a moment after states, and the twin connects some seconds after the site is up.
      const window = {
        from: Math.max(...begun.map((start) => start ?? Number.POSITIVE_INFINITY)) + 5 * MINUTE,
        to: Math.ceil((Date.now() + CONNECTED_MS) / MINUTE) * MINUTE,
      };
      assert.ok(window.to - window.from > 20 * MINUTE, "the twin ran for a while before");
      await eventually(150_000, async () => {
        if ((await stated()) < window.to) return undefined;
        const sums = await Promise.all(ASSETS.map((asset) => storedSums(opened.historian, asset, window.from, window.to)));
        return sums.every(({ unknown_ms }) => unknown_ms === 0) || undefined;
      });
      const truth = await GroundTruth.of({ seed: SEED, from, to: window.to + MINUTE });
      for (const asset of ASSETS) {
        const [stored, real] = [
          await storedSums(opened.historian, asset, window.from, window.to),
          truth.figures(asset, window.from, window.to),
        ];
        assert.equal(stored.unknown_ms, 0, asset);
        assert.equal(stored.producing_ms, real.producingMs, asset);
        assert.ok(Math.abs(stored.total - real.processed) <= EDGE_UNITS, `${asset}: ${stored.total} counted, ${real.processed} processed`);
      }
    } finally {
      await opened.close();
      await site.stop();
    }
  });
});
