/** Shift calendars: clock times checked, and no two shifts of a calendar at the same time. */
import { IANAZone } from "luxon";
import type { ShiftCalendar, ShiftPattern } from "./plant.ts";
import { nearest, shown, type Spot } from "./problem.ts";
import type { Section } from "./section.ts";

export const CALENDAR_FIELDS = ["zone", "dayStart", "shifts", "holidays", "exceptions"] as const;
const SHIFT_FIELDS = ["start", "end", "days", "breaks"] as const;
const EXCEPTION_SHIFT_FIELDS = ["start", "end", "breaks"] as const;
const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
const MAX_SHIFTS = 50;
const MAX_EXCEPTIONS = 1000;
const DAY_MS = 86_400_000;
const MINUTES_PER_DAY = 1440;
const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;

export function readCalendar(name: string, section: Section): ShiftCalendar | undefined {
  section.require("zone", "an IANA time zone, as in Europe/Dublin");
  section.require("shifts", "at least one shift");
  const zone = readZone(section, "zone");
  const dayStart = readClock(section, "dayStart") ?? "00:00";
  const shifts: { readonly pattern: ShiftPattern; readonly spot: Spot }[] = [];
  for (const [shiftName, shift] of section.sections("shifts", SHIFT_FIELDS)) {
    const pattern = readShift(shiftName, shift);
    if (pattern !== undefined) shifts.push({ pattern, spot: shift.entry.keyAt });
  }
  if (shifts.length <= MAX_SHIFTS) reportOverlaps(shifts, section);
  else section.findings.problem(section.spot("shifts"), `There are ${shifts.length} shifts; at most ${MAX_SHIFTS} are allowed.`);
  const holidays = section.texts("holidays").flatMap(({ text, at }) => (isDate(text) ? [text] : (refuseDate(section, text, at) ?? [])));
  const patterns = shifts.map(({ pattern }) => pattern);
  const exceptions = readExceptions(section, patterns);
  if (zone === undefined) return undefined;
  const calendar = { name, zone, dayStart, shifts: patterns, holidays };
  return Object.keys(exceptions).length === 0 ? calendar : { ...calendar, exceptions };
}

/** Shifts by the date on which they start, in place of those of the week. */
function readExceptions(section: Section, patterns: readonly ShiftPattern[]): Record<string, readonly ShiftPattern[]> {
  const read = section.sections("exceptions", ["shifts"]);
  if (read.length > MAX_EXCEPTIONS) {
    section.findings.problem(section.spot("exceptions"), `There are ${read.length} exceptions; at most ${MAX_EXCEPTIONS} are allowed.`);
    return {};
  }
  const exceptions = new Map<string, readonly ShiftPattern[]>();
  for (const [date, exception] of read) {
    exception.require("shifts", "the shifts that start on that date; {} for none");
    if (!isDate(date)) {
      refuseDate(section, date, exception.entry.keyAt);
      continue;
    }
    const shifts = exception.sections("shifts", EXCEPTION_SHIFT_FIELDS).flatMap(([name, shift]) => readShift(name, shift) ?? []);
    exceptions.set(
      date,
      shifts.slice(0, MAX_SHIFTS).map((shift) => ({ ...shift, days: [weekdayOf(date)] })),
    );
  }
  for (const [date, exception] of read) if (isDate(date)) reportExceptionOverlaps(date, exception, exceptions, patterns);
  return Object.fromEntries(exceptions);
}

/** Of the shifts around a date, no two may take place at the same time. */
function reportExceptionOverlaps(
  date: string,
  exception: Section,
  exceptions: ReadonlyMap<string, readonly ShiftPattern[]>,
  patterns: readonly ShiftPattern[],
): void {
  const spans = [-1, 0, 1].flatMap((offset) => {
    const on = new Date(Date.parse(`${date}T00:00:00Z`) + offset * DAY_MS).toISOString().slice(0, 10);
    const shifts = exceptions.get(on) ?? patterns.filter(({ days }) => days.includes(weekdayOf(on)));
    return shifts.map(({ name, start, end }) => {
      const from = offset * MINUTES_PER_DAY + minutes(start);
      return { name: `${name} of ${on}`, own: offset === 0, from, to: from + clockLength(start, end) };
    });
  });
  const ordered = spans.toSorted((a, b) => a.from - b.from);
  for (const [index, later] of ordered.entries()) {
    const earlier = ordered[index - 1];
    if (earlier === undefined || later.from >= earlier.to || !(earlier.own || later.own)) continue;
    const message = `The shifts "${earlier.name}" and "${later.name}" overlap.`;
    exception.findings.problem(exception.entry.keyAt, message, { allowed: "one shift at a time" });
  }
}

/** ISO weekday of a date: 1 Monday to 7 Sunday. */
function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}

export function readZone(section: Section, key: string): string | undefined {
  const zone = section.text(key);
  if (zone === undefined) return undefined;
  if ((zone === "UTC" || zone.includes("/")) && IANAZone.isValidZone(zone)) return zone;
  return section.findings.problem(section.spot(key), `${shown(zone)} is no IANA time zone.`, {
    seen: zone,
    allowed: "a name of the IANA time zone database, as in Europe/Dublin, or UTC",
    suggestion: nearest(zone, Intl.supportedValuesOf("timeZone")),
  });
}

function readShift(name: string, section: Section): ShiftPattern | undefined {
  section.require("start", "a clock time, as in 06:00");
  section.require("end", "a clock time, as in 14:00");
  const start = readClock(section, "start");
  const end = readClock(section, "end", true);
  const days = section.texts("days").flatMap(({ text, at }) => {
    const index = WEEKDAYS.findIndex((day) => day === text);
    if (index >= 0) return [index + 1];
    return (
      section.findings.problem(at, `${shown(text)} is no day.`, {
        seen: text,
        allowed: WEEKDAYS.join(", "),
        suggestion: nearest(text, WEEKDAYS),
      }) ?? []
    );
  });
  const breaks = section.list("breaks", ["start", "end"]).flatMap((pause) => {
    pause.require("start", "a clock time");
    pause.require("end", "a clock time");
    const from = readClock(pause, "start");
    const to = readClock(pause, "end", true);
    return from === undefined || to === undefined ? [] : [{ start: from, end: to, spot: pause.spot() }];
  });
  if (start === undefined || end === undefined) return undefined;
  reportBreaks(start, end, breaks, section);
  return {
    name,
    start,
    end,
    days: section.has("days") ? days : WEEKDAYS.map((_, index) => index + 1),
    breaks: breaks.map(({ start: from, end: to }) => ({ start: from, end: to })),
  };
}

function readClock(section: Section, key: string, isEnd = false): string | undefined {
  const text = section.text(key);
  if (text === undefined || /^([01]\d|2[0-3]):[0-5]\d$/.test(text) || (isEnd && text === "24:00")) return text;
  return section.findings.problem(section.spot(key), `${shown(text)} is no clock time.`, {
    seen: text,
    allowed: `HH:MM from 00:00 to ${isEnd ? "24:00" : "23:59"}`,
  });
}

/** Minutes from `start` to `end` on the clock; the same time twice is a whole day. */
function clockLength(start: string, end: string): number {
  return ((minutes(end) - minutes(start) + MINUTES_PER_DAY - 1) % MINUTES_PER_DAY) + 1;
}

function minutes(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}

function reportBreaks(start: string, end: string, breaks: readonly { start: string; end: string; spot: Spot }[], section: Section): void {
  const length = clockLength(start, end);
  let free = 0;
  for (const pause of breaks) {
    const from = (minutes(pause.start) - minutes(start) + MINUTES_PER_DAY) % MINUTES_PER_DAY;
    const to = from + clockLength(pause.start, pause.end);
    const seen = `${pause.start}-${pause.end}`;
    if (to > length) section.findings.problem(pause.spot, `The break ${seen} lies outside its shift ${start}-${end}.`, { seen });
    else if (from < free)
      section.findings.problem(pause.spot, `The break ${seen} starts before the break before it has ended.`, {
        seen,
        allowed: "breaks in order of time",
      });
    free = Math.max(free, to);
  }
}

function reportOverlaps(shifts: readonly { readonly pattern: ShiftPattern; readonly spot: Spot }[], section: Section): void {
  const spans = shifts.flatMap(({ pattern, spot }) =>
    pattern.days.map((day) => {
      const from = (day - 1) * MINUTES_PER_DAY + minutes(pattern.start);
      return { name: pattern.name, spot, from, to: from + clockLength(pattern.start, pattern.end) };
    }),
  );
  const reported = new Set<string>();
  for (const [index, later] of spans.entries()) {
    for (const earlier of spans.slice(0, index)) {
      const apart = (later.from - earlier.from + MINUTES_PER_WEEK) % MINUTES_PER_WEEK;
      const overlap = apart < earlier.to - earlier.from || (MINUTES_PER_WEEK - apart) % MINUTES_PER_WEEK < later.to - later.from;
      const pair = `${earlier.name} ${later.name}`;
      if (!overlap || reported.has(pair)) continue;
      reported.add(pair);
      section.findings.problem(later.spot, `The shifts "${earlier.name}" and "${later.name}" overlap.`, { allowed: "one shift at a time" });
    }
  }
}

function isDate(text: string): boolean {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  return date !== undefined && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function refuseDate(section: Section, text: string, at: Spot): undefined {
  return section.findings.problem(at, `${shown(text)} is no date.`, { seen: text, allowed: "YYYY-MM-DD" });
}
