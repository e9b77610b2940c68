import assert from "node:assert/strict";
import { changesBetween, SHIFT_REPORT } from "../../../core/operate/shift-report/index.ts";
import { LINE, MINUTE, ReportedPlant, said, shiftOfSamples, START } from "../../support/reported-plant.ts";

describe("the shift report", () => {
  let line: ReportedPlant;
  beforeEach(async () => {
    line = new ReportedPlant();
    await line.push(shiftOfSamples());
  });

  it("lists losses that add up to planned time less the ideal time of the good units, to the millisecond", async () => {
    const { report } = await line.sheet();
    const [filler] = report.machines;
    assert.equal(filler?.planned_ms, 450 * MINUTE);
    const lost = report.losses.reduce((sum, { ms }) => sum + ms, 0);
    assert.equal(lost, 450 * MINUTE - (filler?.good ?? 0) * 500);
    assert.equal(filler?.oee, ((filler?.good ?? 0) * 500) / (450 * MINUTE));
    assert.deepEqual(
      report.losses.filter(({ kind }) => kind !== "speed").map(({ kind, name, ms, count }) => [kind, name, ms / MINUTE, count]),
      [
        ["unassigned", "failure", 40, 1],
        // 230 to 280, of which 240 to 270 is the break
        ["unassigned", "stop", 20, 1],
        ["micro", null, 1, 1],
      ],
    );
    assert.deepEqual(
      report.open_stops.map(({ start, end, bucket }) => [(start - START) / MINUTE, ((end ?? 0) - START) / MINUTE, bucket]),
      [
        [230, 280, "stop"],
        [60, 100, "failure"],
      ],
    );
  });

  it("is recorded once, however often it is asked for, and not before the shift's last minute is stated", async () => {
    for (let times = 0; times < 3; times += 1) assert.equal((await line.sheet()).revision, 1);
    assert.equal(line.ledger.entries.filter(({ kind }) => kind === SHIFT_REPORT).length, 1);
    const early = new ReportedPlant();
    await early.push(shiftOfSamples().filter(({ timestamp }) => timestamp < START + 240 * MINUTE));
    const { revision, report } = await early.sheet();
    assert.deepEqual([revision, report.stated_to], [null, START + 238 * MINUTE]);
    assert.ok(!early.ledger.entries.some(({ kind }) => kind === SHIFT_REPORT));
  });

  it("adds up while the shift runs and a stop lasts: a stop counts as far as its minutes are stated", async () => {
    const running = new ReportedPlant();
    await running.push(shiftOfSamples().filter(({ timestamp }) => timestamp <= START + 90 * MINUTE));
    const { report, revision } = await running.sheet();
    const [filler] = report.machines;
    assert.equal(revision, null);
    assert.equal(
      report.losses.reduce((sum, { ms }) => sum + ms, 0),
      (filler?.planned_ms ?? 0) - (filler?.good ?? 0) * 500,
    );
    const stated = ((report.stated_to ?? 0) - START) / MINUTE;
    assert.ok(stated > 60 && stated <= 90, `${stated}`);
    assert.deepEqual(
      report.losses.filter(({ kind }) => kind === "unassigned").map(({ name, ms }) => [name, ms / MINUTE]),
      [["failure", stated - 60]],
    );
    assert.equal(report.open_stops[0]?.end, null);
  });

  it("becomes revision 2 when somebody names a stop, and revision 3 when a late sample shortens one", async () => {
    await line.sheet();
    const stop = START + 60 * MINUTE;
    await line.say(stop, {
      id: "said-0001",
      made: line.now,
      seen_end: null,
      action: "assign",
      from: stop,
      to: null,
      reason: "jam",
      bucket: "failure",
    });
    const named = await line.sheet();
    assert.equal(named.revision, 2);
    assert.deepEqual(named.report.losses.find(({ kind }) => kind === "stop")?.name, "jam");
    assert.equal(named.report.open_stop_count, 1);
    await line.push([said("state", 90, 6)]);
    const shorter = await line.sheet();
    assert.equal(shorter.revision, 3);
    assert.deepEqual(
      changesBetween(shorter.before ?? assert.fail("no revision before"), shorter.report).map(({ figure }) => figure),
      ["availability", "performance"],
    );
    assert.equal(shorter.report.losses.find(({ kind }) => kind === "stop")?.ms, 30 * MINUTE);
  });

  it("names orders with whose word they are, and a stated changeover explains its stop and is a loss of its own", async () => {
    await line.produce("order.manual.v1", 60, { action: "changeover", product: "still-500" });
    await line.produce("order.manual.v1", 90, { action: "start", order: "4711", product: "still-500" });
    await line.produce("count.manual.v1", 200, { scrap: 300 });
    const { report } = await line.sheet();
    const [filler] = report.machines;
    assert.equal(filler?.scrap, 300);
    assert.equal(
      report.losses.reduce((sum, { ms }) => sum + ms, 0),
      450 * MINUTE - (filler?.good ?? 0) * 500,
    );
    assert.deepEqual(
      report.losses.filter(({ kind }) => kind !== "speed").map(({ kind, name, ms, count }) => [kind, name, ms / MINUTE, count]),
      [
        ["changeover", null, 30, 1],
        ["unassigned", "stop", 20, 1],
        ["unassigned", "failure", 10, 1],
        ["scrap", null, 2.5, 300],
        ["micro", null, 1, 1],
      ],
    );
    assert.deepEqual(
      report.orders?.map(({ order, product, scrap, source, author }) => [order, product, scrap, source, author]),
      [["4711", "still-500", 300, "manual", "anna"]],
    );
  });

  it("takes set-up beyond the standard time of its changeover off the changeover, and they still add up", async () => {
    const slow = new ReportedPlant('changeoverMinutes: { "*": { "*": 12 } }');
    await slow.push(shiftOfSamples());
    await slow.produce("order.manual.v1", 60, { action: "changeover", product: "still-500" });
    await slow.produce("order.manual.v1", 110, { action: "start", order: "4711", product: "still-500" });
    const { report } = await slow.sheet();
    assert.deepEqual(
      report.losses.filter(({ kind }) => kind === "changeover" || kind === "overrun").map(({ kind, ms }) => [kind, ms / MINUTE]),
      [
        ["overrun", 28],
        ["changeover", 12],
      ],
    );
    assert.equal(
      report.losses.reduce((sum, { ms }) => sum + ms, 0),
      450 * MINUTE - (report.machines[0]?.good ?? 0) * 500,
    );
  });

  it("keeps every note and every sign-off with its author, and says which revision was signed", async () => {
    const { shift, revision } = await line.sheet();
    await line.reports.note(LINE, shift, "Gripper changed", "anna");
    await line.reports.note(LINE, shift, "Waits for caps", "ben");
    await line.reports.sign(LINE, shift, revision ?? 0, "carla");
    const sheet = await line.sheet();
    assert.deepEqual(
      sheet.notes.map(({ author, text }) => [author, text]),
      [
        ["anna", "Gripper changed"],
        ["ben", "Waits for caps"],
      ],
    );
    assert.deepEqual(sheet.signoffs, [{ author: "carla", recorded: line.now, revision: 1 }]);
    assert.equal(sheet.revision, 1, "what people add is no correction of figures");
  });

  it("knows which shifts the calendar has, and which have ended", () => {
    const { reports } = line;
    assert.deepEqual(
      reports.ended(LINE).map(({ name, productionDay }) => `${productionDay} ${name}`),
      ["2026-03-10 early", "2026-03-09 late", "2026-03-09 early"],
    );
    assert.equal(reports.running(LINE)?.name, "late");
    assert.equal(reports.shiftOf(LINE, "2026-03-10", "night"), undefined);
    assert.equal(reports.shiftOf(LINE, "2026-12-25", "early"), undefined, "a holiday");
    assert.equal(reports.shiftOf(LINE, "2026-02-30", "early"), undefined);
  });
});
