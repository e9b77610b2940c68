import assert from "node:assert/strict";
import { ASSETS, EDGE_UNITS, FILLER, GroundTruth } from "../support/ground-truth.ts";
import { openHistorian } from "../support/open-historian.ts";
import { eventually, TestSite } from "../support/site.ts";
import { newestAtom, storedSums } from "../support/stored.ts";

const MINUTE = 60_000;
const SEED = 17;

describe("npm start again on the same files", function () {
  this.timeout(240_000);

  it("fills the time it was away from the server's history: no unit lost or doubled, no unknown time", async () => {
    const from = Math.floor(Date.now() / MINUTE) * MINUTE - 60 * MINUTE;
    const site = await TestSite.start({ historian: "embedded", hours: 1, speed: 300, seed: SEED, from });
    const opened = await openHistorian(site);
    try {
      const newest = async (): Promise<number> => (await newestAtom(opened.historian, FILLER, from, Date.now())) ?? 0;
      await eventually(60_000, async () => (Date.now() - (await newest()) < 3 * MINUTE ? true : undefined));
      const before = await newest();
      await site.restart();
      const window = { from: from + 40 * MINUTE, to: before + 2 * MINUTE };
      await eventually(150_000, async () => ((await newest()) >= window.to ? true : undefined));
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
