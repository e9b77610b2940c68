import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { ShiftCalendar } from "../../../core/connect/model/index.ts";
import { WorkCalendar, type PlannedWindow } from "../../../core/operate/calendar/index.ts";

const HOUR = 3_600_000;
const DAILY = [1, 2, 3, 4, 5, 6, 7];

function calendar(zone: string, parts: Partial<ShiftCalendar> = {}): ShiftCalendar {
  const night = { name: "night", start: "22:00", end: "06:00", days: DAILY, breaks: [] };
  return { name: "test", zone, dayStart: "06:00", shifts: [night], holidays: [], ...parts };
}

const THREE_SHIFTS: ShiftCalendar["shifts"] = [
  { name: "early", start: "06:00", end: "14:00", days: DAILY, breaks: [{ start: "10:00", end: "10:30" }] },
  { name: "late", start: "14:00", end: "22:00", days: DAILY, breaks: [] },
  { name: "night", start: "22:00", end: "06:00", days: DAILY, breaks: [{ start: "01:15", end: "01:45" }] },
];

const at = (iso: string): number => Date.parse(iso);

describe("work calendar", () => {
  it("gives the night shift 9 h in Berlin when summer time ends on 25/26 October 2025", () => {
    const shift = new WorkCalendar(calendar("Europe/Berlin")).shiftAt(at("2025-10-25T22:00:00Z"));
    assert.equal(shift?.start, at("2025-10-25T20:00:00Z"));
    assert.equal(shift?.end, at("2025-10-26T05:00:00Z"));
    assert.equal((shift.end - shift.start) / HOUR, 9);
  });

  it("gives the night shift 7 h in New York when summer time begins on 8/9 March", () => {
    const calendarOfNewYork = new WorkCalendar(calendar("America/New_York"));
    // In 2025 the change was on 9 March, in 2026 on 8 March; the shift starts the evening before.
    for (const [start, end] of [
      ["2025-03-09T03:00:00Z", "2025-03-09T10:00:00Z"],
      ["2026-03-08T03:00:00Z", "2026-03-08T10:00:00Z"],
    ] as const) {
      const shift = calendarOfNewYork.shiftAt(at(start));
      assert.deepEqual([shift?.start, shift?.end], [at(start), at(end)]);
      assert.equal((at(end) - at(start)) / HOUR, 7);
    }
  });

  it("counts a night shift after midnight to the production day on which it started", () => {
    const shift = new WorkCalendar(calendar("Europe/Dublin")).shiftAt(at("2026-01-15T03:00:00Z"));
    assert.equal(shift?.productionDay, "2026-01-14");
  });

  it("counts a shift that starts before the production day begins to the day before", () => {
    const shifts = [{ name: "small hours", start: "00:00", end: "06:00", days: DAILY, breaks: [] }];
    const shift = new WorkCalendar(calendar("UTC", { shifts })).shiftAt(at("2026-01-15T03:00:00Z"));
    assert.equal(shift?.productionDay, "2026-01-14");
  });

  it("is in no shift at the instant a shift ends, and in it at the instant it starts", () => {
    const nights = new WorkCalendar(calendar("UTC"));
    assert.equal(nights.shiftAt(at("2026-01-15T06:00:00Z")), null);
    assert.equal(nights.shiftAt(at("2026-01-15T05:59:59.999Z"))?.name, "night");
    assert.equal(nights.shiftAt(at("2026-01-15T22:00:00Z"))?.name, "night");
  });

  it("takes breaks out of planned time and keeps the shift's name and start on them", () => {
    const windows = new WorkCalendar(calendar("UTC", { shifts: THREE_SHIFTS })).plannedWindows(
      at("2026-01-15T09:00:00Z"),
      at("2026-01-15T11:00:00Z"),
    );
    const shiftStart = at("2026-01-15T06:00:00Z");
    const own = { shift: "early", shiftStart, productionDay: "2026-01-15" };
    assert.deepEqual(windows, [
      { start: at("2026-01-15T09:00:00Z"), end: at("2026-01-15T10:00:00Z"), planned: true, reason: "shift", ...own },
      { start: at("2026-01-15T10:00:00Z"), end: at("2026-01-15T10:30:00Z"), planned: false, reason: "break", ...own },
      { start: at("2026-01-15T10:30:00Z"), end: at("2026-01-15T11:00:00Z"), planned: true, reason: "shift", ...own },
    ]);
  });

  it("drops a break whose clock time is skipped in spring, and lengthens nothing", () => {
    // Dublin, 29 March 2026: 01:00 becomes 02:00, so 01:15-01:45 is never shown.
    const dublin = new WorkCalendar(calendar("Europe/Dublin", { shifts: THREE_SHIFTS }));
    const windows = dublin.plannedWindows(at("2026-03-28T22:00:00Z"), at("2026-03-29T05:00:00Z"));
    assert.deepEqual(
      windows.map(({ reason }) => reason),
      ["shift"],
    );
    assert.equal((windows[0]?.end ?? 0) - (windows[0]?.start ?? 0), 7 * HOUR);
  });

  it("reads a break shown twice in autumn as its first showing", () => {
    // Dublin, 25 October 2026: 02:00 becomes 01:00 at 01:00 UTC; 01:15 is shown first at 00:15 UTC.
    const dublin = new WorkCalendar(calendar("Europe/Dublin", { shifts: THREE_SHIFTS }));
    const pauses = dublin.plannedWindows(at("2026-10-24T21:00:00Z"), at("2026-10-25T06:00:00Z")).filter(({ reason }) => reason === "break");
    assert.deepEqual(
      pauses.map(({ start, end }) => [start, end]),
      [[at("2026-10-25T00:15:00Z"), at("2026-10-25T00:45:00Z")]],
    );
  });

  it("plans nothing on a holiday's production day, its night shift included", () => {
    const holiday = new WorkCalendar(calendar("UTC", { shifts: THREE_SHIFTS, holidays: ["2026-12-25"] }));
    const windows = holiday.plannedWindows(at("2026-12-25T05:00:00Z"), at("2026-12-26T07:00:00Z"));
    assert.deepEqual(
      windows.map(({ reason, shift, productionDay }) => [reason, shift, productionDay]),
      [
        ["shift", "night", "2026-12-24"],
        ["holiday", null, "2026-12-25"],
        ["holiday", null, "2026-12-25"],
        ["holiday", null, "2026-12-25"],
        ["shift", "early", "2026-12-26"],
      ],
    );
    assert.equal(holiday.shiftAt(at("2026-12-26T03:00:00Z")), null);
  });

  it("cuts time outside shifts where a production day begins", () => {
    const weekdays = new WorkCalendar(
      calendar("UTC", { shifts: [{ name: "day", start: "08:00", end: "16:00", days: [1, 2, 3, 4, 5], breaks: [] }] }),
    );
    const windows = weekdays.plannedWindows(at("2026-01-16T16:00:00Z"), at("2026-01-19T08:00:00Z"));
    assert.deepEqual(
      windows.map(({ reason, productionDay, start }) => [reason, productionDay, new Date(start).toISOString()]),
      [
        ["no-shift", "2026-01-16", "2026-01-16T16:00:00.000Z"],
        ["no-shift", "2026-01-17", "2026-01-17T06:00:00.000Z"],
        ["no-shift", "2026-01-18", "2026-01-18T06:00:00.000Z"],
        ["no-shift", "2026-01-19", "2026-01-19T06:00:00.000Z"],
      ],
    );
  });

  it("reads a shift that ends when it starts as a whole day, and 24:00 as midnight", () => {
    const whole = new WorkCalendar(calendar("UTC", { shifts: [{ name: "all", start: "06:00", end: "06:00", days: DAILY, breaks: [] }] }));
    assert.deepEqual(whole.shiftAt(at("2026-01-15T05:00:00Z")), {
      name: "all",
      start: at("2026-01-14T06:00:00Z"),
      end: at("2026-01-15T06:00:00Z"),
      productionDay: "2026-01-14",
    });
    const evening = new WorkCalendar(calendar("UTC", { shifts: [{ name: "eve", start: "20:00", end: "24:00", days: DAILY, breaks: [] }] }));
    assert.equal(evening.shiftAt(at("2026-01-15T23:59:00Z"))?.end, at("2026-01-16T00:00:00Z"));
  });

  it("on the date of an exception its shifts start in place of those of the week: shortened, extra or none, holiday or not", () => {
    const exceptions = {
      "2026-12-24": [{ name: "early", start: "06:00", end: "12:00", days: [4], breaks: [] }],
      "2026-12-25": [{ name: "extra", start: "08:00", end: "10:00", days: [5], breaks: [] }],
      "2026-12-26": [],
    };
    const work = new WorkCalendar(calendar("UTC", { shifts: THREE_SHIFTS, holidays: ["2026-12-25"], exceptions }));
    const shifts = work
      .plannedWindows(at("2026-12-24T06:00:00Z"), at("2026-12-27T14:00:00Z"))
      .filter(({ planned }) => planned)
      .map(({ shift, start, productionDay }) => [shift, new Date(start).toISOString().slice(0, 13), productionDay]);
    assert.deepEqual(shifts, [
      ["early", "2026-12-24T06", "2026-12-24"],
      ["extra", "2026-12-25T08", "2026-12-25"],
      ["early", "2026-12-27T06", "2026-12-27"],
      ["early", "2026-12-27T10", "2026-12-27"],
    ]);
  });

  it("an exception in the night when the clocks change is as long as that night", () => {
    const exceptions = { "2025-10-25": [{ name: "long night", start: "20:00", end: "06:00", days: [6], breaks: [] }] };
    const shift = new WorkCalendar(calendar("Europe/Berlin", { exceptions })).shiftAt(at("2025-10-25T22:00:00Z"));
    assert.equal(((shift?.end ?? 0) - (shift?.start ?? 0)) / HOUR, 11);
  });

  it("refuses intervals that are not integers or are endless, and unknown zones", () => {
    const nights = new WorkCalendar(calendar("UTC"));
    assert.throws(() => nights.plannedWindows(Number.NaN, 0), RangeError);
    assert.throws(() => nights.plannedWindows(0.5, 10), RangeError);
    assert.throws(() => nights.plannedWindows(0, Number.MAX_SAFE_INTEGER), RangeError);
    assert.deepEqual(nights.plannedWindows(10, 10), []);
    assert.throws(() => new WorkCalendar(calendar("Mars/Olympus")), RangeError);
  });
});

describe("work calendar, for any interval", () => {
  const zones = ["Europe/Dublin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "Pacific/Apia", "America/St_Johns", "UTC"];
  const calendars = zones.flatMap((zone) => [
    new WorkCalendar(calendar(zone, { shifts: THREE_SHIFTS, holidays: ["2026-03-29", "2026-10-25", "2026-05-01"] })),
    new WorkCalendar(
      calendar(zone, {
        shifts: THREE_SHIFTS,
        holidays: ["2026-05-01"],
        exceptions: {
          "2026-03-29": [],
          "2026-05-01": [{ name: "extra", start: "09:00", end: "13:00", days: [5], breaks: [{ start: "10:00", end: "10:15" }] }],
          "2026-10-24": [{ name: "short night", start: "23:00", end: "05:00", days: [6], breaks: [] }],
        },
      }),
    ),
    new WorkCalendar(
      calendar(zone, { dayStart: "00:00", shifts: [{ name: "d", start: "01:30", end: "02:30", days: [1, 7], breaks: [] }] }),
    ),
  ]);
  const anyCalendar = fc.constantFrom(...calendars);
  const anyInstant = fc.integer({ min: at("2025-01-01T00:00:00Z"), max: at("2027-12-31T00:00:00Z") });
  const anyLength = fc.integer({ min: 1, max: 40 * 24 * HOUR });

  it("windows follow each other without gap or overlap and fill it", () => {
    fc.assert(
      fc.property(anyCalendar, anyInstant, anyLength, (work, from, length) => {
        let cursor = from;
        for (const window of work.plannedWindows(from, from + length)) {
          assert.equal(window.start, cursor);
          assert.ok(window.end > window.start);
          cursor = window.end;
        }
        assert.equal(cursor, from + length);
      }),
    );
  });

  it("windows of two adjoining intervals are the windows of the whole, cut at the seam", () => {
    fc.assert(
      fc.property(anyCalendar, anyInstant, anyLength, anyLength, (work, from, first, second) => {
        const seam = from + first;
        const parts = [...work.plannedWindows(from, seam), ...work.plannedWindows(seam, seam + second)];
        const whole = work.plannedWindows(from, seam + second).flatMap((window): PlannedWindow[] => {
          const cut = window.start < seam && seam < window.end;
          return cut
            ? [
                { ...window, end: seam },
                { ...window, start: seam },
              ]
            : [window];
        });
        assert.deepEqual(parts, whole);
      }),
    );
  });

  it("agrees with shiftAt and productionDayAt at every instant", () => {
    fc.assert(
      fc.property(anyCalendar, anyInstant, (work, instant) => {
        const [window] = work.plannedWindows(instant, instant + 1);
        assert.equal(window?.shift, work.shiftAt(instant)?.name ?? null);
        assert.equal(window?.shiftStart, work.shiftAt(instant)?.start ?? null);
        assert.equal(window?.productionDay, work.productionDayAt(instant));
      }),
    );
  });
});
