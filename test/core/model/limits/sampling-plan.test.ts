import assert from "node:assert/strict";
import * as fc from "fast-check";
import { dueMeasurements, dueTimes, type SamplingPlan } from "../../../../core/model/limits/index.ts";
import { WorkCalendar } from "../../../../core/operate/calendar/index.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const calendar = new WorkCalendar({
  name: "one-shift",
  zone: "Europe/Berlin",
  dayStart: "06:00",
  shifts: [{ name: "early", start: "06:00", end: "14:00", days: [1, 2, 3, 4, 5], breaks: [{ start: "09:00", end: "09:30" }] }],
  holidays: [],
});
/** Tuesday, 06:00 in Berlin. */
const SHIFT = Date.UTC(2026, 2, 10, 5);
const plan = (everyMs: number, graceMs = 5 * MINUTE): SamplingPlan => ({ everyMs, size: 5, graceMs });
const due = (every: number, from = SHIFT, to = SHIFT + 24 * HOUR) => dueTimes(plan(every), calendar.plannedWindows(from, to), from, to);

describe("sampling plans of measurements by hand", () => {
  it("are counted from the start of the shift, and end with it", () => {
    assert.deepEqual(
      due(2 * HOUR),
      [0, 2, 4, 6].map((h) => SHIFT + h * HOUR),
    );
  });

  it("put off what falls into a break until the break is over", () => {
    assert.deepEqual(
      due(HOUR).map((at) => (at - SHIFT) / MINUTE),
      [0, 60, 120, 210, 240, 300, 360, 420],
    );
  });

  it("ask once after a break, however many instants fell into it", () => {
    assert.deepEqual(
      due(10 * MINUTE, SHIFT + 170 * MINUTE, SHIFT + 230 * MINUTE).map((at) => (at - SHIFT) / MINUTE),
      [170, 210, 220],
    );
  });

  it("are due at no time without a shift", () => {
    const saturday = SHIFT + 4 * 24 * HOUR;
    assert.deepEqual(due(HOUR, saturday, saturday + 24 * HOUR), []);
  });

  it("give the same instants however the range is cut", () => {
    const whole = due(25 * MINUTE);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 24 * 60 }), (minutes) => {
        const cut = SHIFT + minutes * MINUTE;
        // Windows reach back to the start of the shift; the range does not.
        const windows = calendar.plannedWindows(SHIFT, SHIFT + 24 * HOUR);
        const parts = [dueTimes(plan(25 * MINUTE), windows, SHIFT, cut), dueTimes(plan(25 * MINUTE), windows, cut, SHIFT + 24 * HOUR)];
        assert.deepEqual(parts.flat(), whole);
      }),
    );
  });

  it("say of each instant what came of it", () => {
    const instants = [0, 1, 2, 3, 4, 5].map((h) => SHIFT + h * HOUR);
    const taken = new Map([
      [SHIFT, SHIFT + 2 * MINUTE],
      [SHIFT + HOUR, SHIFT + HOUR + 20 * MINUTE],
    ]);
    const states = (now: number) => dueMeasurements(plan(HOUR), instants, taken, now).map(({ state }) => state);
    assert.deepEqual(states(SHIFT + 3 * HOUR + 3 * MINUTE), ["taken", "taken-late", "missed", "due", "upcoming", "upcoming"]);
    assert.deepEqual(states(SHIFT + 3 * HOUR + 6 * MINUTE).slice(3, 4), ["overdue"]);
    assert.deepEqual(states(SHIFT + 6 * HOUR).slice(3), ["missed", "missed", "missed"]);
  });
});
