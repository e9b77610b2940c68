import assert from "node:assert/strict";
import type { ShiftCalendar } from "../../../../core/connect/model/index.ts";
import { OngoingSchedule, type OngoingRule, Periods } from "../../../../core/model/charting/index.ts";

const [MINUTE, HOUR] = [60_000, 3_600_000];
const DAY = 24 * HOUR;
const pattern = (name: string, start: string, end: string) => ({ name, start, end, days: [1, 2, 3, 4, 5, 6, 7], breaks: [] });
const CALENDAR: ShiftCalendar = {
  name: "three",
  zone: "Europe/Berlin",
  dayStart: "06:00",
  shifts: [pattern("early", "06:00", "14:00"), pattern("late", "14:00", "22:00"), pattern("night", "22:00", "06:00")],
  holidays: ["2026-03-11"],
};
const PERIODS = new Periods("Europe/Berlin", CALENDAR);
/** Tuesday 10 March 2026, 14:00 in Berlin: the early shift is over. */
const TWO = Date.UTC(2026, 2, 10, 13);

describe("periods of an ongoing capability", () => {
  it("are shifts of the calendar: the last that is over, and the one that runs as far as it has come", () => {
    assert.deepEqual(PERIODS.ended("shift", TWO), {
      from: TWO - 8 * HOUR,
      to: TWO,
      key: TWO - 8 * HOUR,
      shift: "early",
      productionDay: "2026-03-10",
    });
    const running = PERIODS.running("shift", TWO + HOUR);
    assert.deepEqual([running?.from, running?.to, running?.key, running?.shift], [TWO, TWO + HOUR, TWO, "late"]);
    assert.deepEqual(PERIODS.ends("shift", TWO - HOUR, TWO + 8 * HOUR), [TWO, TWO + 8 * HOUR]);
  });

  it("are none on a holiday, and none without a calendar", () => {
    const wednesday = TWO + DAY;
    assert.equal(PERIODS.running("shift", wednesday), undefined);
    assert.equal(PERIODS.ended("shift", wednesday)?.shift, "night");
    assert.deepEqual([new Periods("UTC").hasShifts, new Periods("UTC").ends("shift", TWO - DAY, TWO)], [false, []]);
  });

  it("are production days from the start of the day, 23 h long where clocks are set forward", () => {
    const sunday = PERIODS.ended("day", Date.UTC(2026, 2, 29, 4));
    assert.deepEqual([sunday?.productionDay, ((sunday?.to ?? 0) - (sunday?.from ?? 0)) / HOUR], ["2026-03-28", 23]);
    assert.equal(new Periods("UTC").ended("day", TWO)?.to, Date.UTC(2026, 2, 10));
  });

  it("are weeks from Monday's start of the day", () => {
    const week = PERIODS.ended("week", TWO);
    assert.deepEqual([week?.productionDay, week?.to], ["2026-03-02", Date.UTC(2026, 2, 9, 5)]);
    assert.equal(PERIODS.running("week", TWO)?.from, Date.UTC(2026, 2, 9, 5));
  });
});

const RULE: OngoingRule = { period: "shift", when: "shift", latenessMs: MINUTE };

/** States all that is due, and says which it was: the hour of its end after `TWO`. */
function stateAll(schedule: OngoingSchedule, now: number, said = "same"): number[] {
  const ends: number[] = [];
  for (let due = schedule.due(PERIODS, now); due !== undefined; due = schedule.due(PERIODS, now)) {
    schedule.state(due, due.period.from, said);
    ends.push((due.period.to - TWO) / HOUR);
  }
  return ends;
}

describe("the schedule of an ongoing capability", () => {
  it("states a period once, when it is over and late values have had their time; at the first start the last one only", () => {
    const schedule = new OngoingSchedule(RULE);
    assert.deepEqual(stateAll(schedule, TWO + MINUTE - 1), [-8]);
    assert.deepEqual(stateAll(schedule, TWO + MINUTE), [0]);
    assert.deepEqual(stateAll(schedule, TWO + 7 * HOUR), []);
  });

  it("states after a restart what ended meanwhile, in order, and nothing twice", () => {
    const schedule = new OngoingSchedule(RULE);
    stateAll(schedule, TWO + MINUTE);
    const again = new OngoingSchedule(RULE, JSON.parse(JSON.stringify(schedule.saved())));
    assert.deepEqual(stateAll(again, TWO + 2 * DAY + 9 * HOUR), [8, 16, 48, 56]);
    assert.deepEqual(stateAll(new OngoingSchedule(RULE, again.saved()), TWO + 2 * DAY + 9 * HOUR), []);
  });

  it("states a week once, at the first end of a shift or day after it", () => {
    const schedule = new OngoingSchedule({ ...RULE, period: "week", when: "day" });
    const monday = Date.UTC(2026, 2, 16, 5);
    stateAll(schedule, monday - HOUR);
    assert.deepEqual(stateAll(schedule, monday + MINUTE), [(monday - TWO) / HOUR]);
    assert.deepEqual(stateAll(schedule, monday + 3 * DAY), []);
  });

  it("states nothing by itself where it is asked by messages", () => {
    assert.deepEqual(stateAll(new OngoingSchedule({ ...RULE, when: "message" }), TWO + DAY), []);
  });

  it("states a period again when it has become quiet about what came late, or after ten minutes of it; live values touch none", () => {
    const schedule = new OngoingSchedule(RULE);
    const now = TWO + HOUR;
    stateAll(schedule, now);
    assert.equal(schedule.changed(TWO, now), false, "the next shift");
    assert.equal(schedule.changed(TWO - MINUTE, now), true);
    schedule.changed(TWO - 2 * MINUTE, now + MINUTE / 2);
    const again = (after: number) => schedule.again(now + after).map(({ shift }) => shift);
    assert.deepEqual([again(MINUTE), again(1.5 * MINUTE)], [[], ["early"]]);
    for (let minute = 0; minute < 12; minute += 0.5) schedule.changed(TWO - 1, now + minute * MINUTE);
    assert.deepEqual(again(12 * MINUTE), ["early"], "it never became quiet");
    const [early] = schedule.again(now + 12 * MINUTE);
    assert.ok(early !== undefined);
    assert.equal(schedule.state({ period: early }, early.first, "same"), false, "it says what it said before");
    assert.deepEqual(schedule.again(now + DAY), []);
    assert.equal(schedule.state({ period: early }, early.first, "other"), true);
  });

  it("looks again at what ended lately when nobody has listened for a while", () => {
    const schedule = new OngoingSchedule(RULE);
    stateAll(schedule, TWO + HOUR);
    stateAll(schedule, TWO + 2 * DAY + HOUR);
    schedule.missed(TWO + HOUR, TWO + 2 * DAY + HOUR);
    assert.deepEqual(
      schedule.again(TWO + 2 * DAY + 2 * HOUR).map(({ to }) => (to - TWO) / HOUR),
      [8, 16, 48],
    );
  });
});
