import assert from "node:assert/strict";
import { BottlingLine, readSite } from "../../plant/simulator/index.ts";

const START = Date.UTC(2026, 2, 10, 5);
const HOUR = 3_600_000;

describe("the counter behind the demo line", () => {
  it("counts the good bottles that left, short of those that touched the one before: one in five hundred", () => {
    const { products, calendar } = readSite("plant/site");
    const line = new BottlingLine({ seed: 7, start: START, products, calendar });
    const changes = line.advanceTo(START + 24 * HOUR);
    const counted = Number(changes.findLast(({ nodeId }) => nodeId === "Packing01.Counter01.Count")?.value);
    const truth = line.truth.summary("acme.galway.bottling.line01.rejectpusher01", START, START + 24 * HOUR);
    assert.ok(truth);
    const missed = (truth.processed - truth.defective - counted) / (truth.processed - truth.defective);
    assert.ok(missed > 0.001 && missed < 0.003, `${(100 * missed).toFixed(3)} % missed`);
  });

  it("beats while the line stands, so that its time goes on", () => {
    const { products, calendar } = readSite("plant/site");
    const night = new BottlingLine({ seed: 7, start: START - 4 * HOUR, products, calendar });
    const beats = night.advanceTo(START - 3 * HOUR).filter(({ nodeId }) => nodeId === "Packing01.Counter01.Heartbeat");
    assert.equal(beats.length, 1 + HOUR / 4_000);
  });
});
