import assert from "node:assert/strict";
import { closedPeriods } from "../../../core/operate/period/index.ts";
import { END, LINE, MINUTE, ReportedPlant, said, shiftOfSamples, START } from "../../support/reported-plant.ts";

describe("a closed period", () => {
  let line: ReportedPlant;
  const closed = (from = START, to = END) => closedPeriods(line.ledger, `${LINE}.filler`, from, to);
  beforeEach(async () => {
    line = new ReportedPlant();
    await line.push(shiftOfSamples());
    const { shift } = await line.sheet();
    await line.reports.sign(LINE, shift, 1, "carla");
    line.now += MINUTE;
  });

  it("is the shift whose report was signed, for every machine of the line and for no other time", async () => {
    assert.deepEqual(
      (await closed()).map(({ asset, start, end, author }) => [asset, start, end, author]),
      [[LINE, START, END, "carla"]],
    );
    assert.equal((await closed(END, END + MINUTE)).length, 0);
    assert.equal((await closedPeriods(line.ledger, `${LINE}2.filler`, START, END)).length, 0);
  });

  it("is open again once a supervisor said why, and closed again by the next signature", async () => {
    const { shift } = await line.sheet();
    assert.equal(await line.reports.reopen(LINE, shift, "The jam was a drive fault", "carla"), true);
    assert.equal((await closed()).length, 0);
    assert.equal(await line.reports.reopen(LINE, shift, "Once more", "carla"), false, "it is open");
    line.now += MINUTE;
    await line.reports.sign(LINE, shift, 1, "dan");
    assert.equal((await closed()).at(0)?.author, "dan");
    assert.deepEqual(
      (await line.sheet()).changes.map((one) => [one.change, one.author, one.change === "reopened" ? one.reason : one.report_revision]),
      [
        ["closed", "carla", 1],
        ["reopened", "carla", "The jam was a drive fault"],
        ["closed", "dan", 1],
      ],
    );
  });

  it("keeps its figures true: late samples restate them, and the report says that it changed after closing", async () => {
    assert.equal((await line.sheet()).changedAfterClosing, false);
    await line.push([said("state", 90, 6)]);
    const late = await line.sheet();
    assert.deepEqual([late.revision, late.changedAfterClosing], [2, true]);
    line.now += MINUTE;
    await line.reports.sign(LINE, late.shift, 2, "carla");
    assert.equal((await line.sheet()).changedAfterClosing, false, "what was signed is what stands there");
  });
});
