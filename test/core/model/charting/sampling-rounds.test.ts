import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { loadPlant, type PlantModel } from "../../../../core/connect/model/index.ts";
import { SamplingRounds } from "../../../../core/model/charting/index.ts";

const CAPPER = "acme.galway.bottling.line01.capper01";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** The early shift of the demo plant on a Tuesday of March: 06:00 to 14:00 in Dublin, which is UTC then, break at 10:00. */
const EARLY = Date.UTC(2026, 2, 10, 6);
const at = (hours: number, minutes = 0): number => EARLY + hours * HOUR + minutes * MINUTE;
const NOBODY: ReadonlyMap<number, number> = new Map();

const count = (due: readonly { readonly state: string }[], state: string): number => due.filter((one) => one.state === state).length;

describe("what is due on a chart that people measure by hand", () => {
  const files = globSync("plant/site/*.yaml").map((file) => ({ name: path.basename(file), text: readFileSync(file, "utf8") }));
  const reading = loadPlant(files);
  assert.ok("model" in reading);
  const model: PlantModel = reading.model;
  const plan = { everyMs: 30 * MINUTE, size: 3, graceMs: 10 * MINUTE };
  const rounds = new SamplingRounds(model, CAPPER, plan, 0);

  it("is that of the shift which runs and of the one before, by the calendar of the machine", () => {
    const { shifts } = rounds.at(at(2, 5), new Map([[at(0), at(0, 3)]]));
    assert.deepEqual(
      shifts.map(({ name, start, end, due }) => [name, (start - EARLY) / HOUR, (end - EARLY) / HOUR, due.length]),
      [
        ["early", 0, 8, 15],
        ["night", -8, 0, 15],
      ],
    );
    // 30 min apart for 8 h are 16; the one at the start of the break is put off until its end, when one is due anyway.
    assert.deepEqual([count(shifts[1]?.due ?? [], "missed"), count(shifts[0]?.due ?? [], "missed")], [15, 3]);
    assert.deepEqual(shifts[0]?.due.slice(0, 2), [
      { due: at(0), state: "taken", taken: at(0, 3) },
      { due: at(0, 30), state: "missed", taken: null },
    ]);
  });

  it("is due, then overdue after the grace, and missed once the next is due", () => {
    const open = (minutes: number) => rounds.at(at(2, minutes), NOBODY).open;
    assert.deepEqual(
      [0, 10, 11, 29, 30].map((minutes) => [(open(minutes)?.due ?? 0) - at(2), open(minutes)?.state]),
      [
        [0, "due"],
        [0, "due"],
        [0, "overdue"],
        [0, "overdue"],
        [30 * MINUTE, "due"],
      ],
    );
    assert.equal(rounds.at(at(2, 5), new Map([[at(2), at(2, 1)]])).open, null);
  });

  it("says when the next is due, also over a break and the end of a shift", () => {
    assert.equal(rounds.at(at(3, 40), NOBODY).next, at(4, 30), "10:00 falls into the break");
    assert.equal(rounds.at(at(7, 40), NOBODY).next, at(8));
    assert.equal(rounds.at(at(2, 25), new Map([[at(2, 30), at(2, 24)]])).next, at(3), "measured early already");
  });

  it("finds the due instant that a measurement is for: the last one, or the next one shortly before", () => {
    assert.equal(rounds.answered(at(2, 25), NOBODY), at(2));
    assert.equal(rounds.answered(at(2, 5), new Map([[at(2), at(2, 1)]])), null, "besides the plan");
    assert.equal(rounds.answered(at(2, 21), new Map([[at(2), at(2, 1)]])), at(2, 30));
    assert.equal(rounds.answered(at(2, 31), NOBODY), at(2, 30), "2:00 is missed by then");
  });

  it("counts from when the plan became known: nobody has missed, or can make up for, what was due before", () => {
    const fresh = new SamplingRounds(model, CAPPER, plan, at(2, 9));
    const { shifts, open, next } = fresh.at(at(2, 15), NOBODY);
    assert.deepEqual([shifts[0]?.due[0]?.due, shifts[1]?.due, open, next], [at(2, 30), [], null, at(2, 30)]);
    assert.equal(fresh.answered(at(2, 12), NOBODY), null);
    assert.equal(fresh.answered(at(2, 21), NOBODY), at(2, 30));
    assert.equal(fresh.at(at(2, 45), NOBODY).open?.state, "overdue");
    const before = fresh.at(at(2, 15), new Map([[at(1), at(1, 3)]])).shifts[0]?.due[0];
    assert.deepEqual(before, { due: at(1), state: "taken", taken: at(1, 3) }, "what was measured stays");
    const exact = new SamplingRounds(model, CAPPER, plan, at(2));
    assert.equal(exact.at(at(2), NOBODY).open?.due, at(2));
  });

  it("ends with the shift where the next one begins at another pace", () => {
    const odd = new SamplingRounds(model, CAPPER, { ...plan, everyMs: 50 * MINUTE }, 0);
    const last = (now: number) =>
      odd
        .at(now, NOBODY)
        .shifts.find(({ name }) => name === "early")
        ?.due.at(-1);
    assert.deepEqual([last(at(7, 59))?.due, last(at(7, 59))?.state, last(at(8))?.state], [at(7, 30), "overdue", "missed"]);
    assert.equal(odd.at(at(8), NOBODY).open?.due, at(8));
  });

  it("is counted from midnight of the plant for a machine without a calendar", () => {
    const equipment = new Map(model.equipment);
    const { calendar: _calendar, ...capper } = equipment.get(CAPPER) ?? assert.fail();
    equipment.set(CAPPER, capper);
    const days = new SamplingRounds({ ...model, equipment }, CAPPER, plan, 0).at(at(2, 5), NOBODY);
    assert.deepEqual(
      days.shifts.map(({ name, start, due }) => [name, (start - EARLY) / HOUR, due.length]),
      [
        [null, -6, 48],
        [null, -30, 48],
      ],
    );
  });
});
