/** Who is on call by the calendars of the plant: now, and where the rows of a twin-notify leave hours without anybody. */
import type { PlantModel } from "../../../core/connect/model/index.ts";
import { WorkCalendar } from "../../../core/operate/calendar/index.ts";
import { concerns, type Recipient, rosterGap, type ShiftNow } from "../../../core/operate/notification/index.ts";
import type { TwinNode } from "../../kit/node.ts";
import type declaration from "./twin-notify.node.ts";

const HOUR = 3_600_000;
/** Holidays of the next weeks count too. */
const AHEAD = 28 * 24 * HOUR;

/** A sentence per calendar and set of rows that leaves hours uncovered for the most serious alarms, which every row is told of. */
export function rosterWarnings(
  node: Pick<TwinNode<typeof declaration>, "text">,
  model: PlantModel,
  recipients: readonly Recipient[],
  now: number,
): string[] {
  const looked = new Set<string>();
  const clock = new Intl.DateTimeFormat("en-GB", { timeZone: model.zone, dateStyle: "short", timeStyle: "short" });
  return [...model.equipment].flatMap(([asset, { calendar: name, label }]) => {
    const rows = recipients.filter((one) => concerns(one, { asset, priority: "critical" }));
    const key = JSON.stringify([name, rows.map((one) => one.name)]);
    const calendar = name === undefined || looked.has(key) ? undefined : calendarOf(model, name);
    looked.add(key);
    const gap = calendar === undefined ? undefined : rosterGap(calendar, rows, now, now + AHEAD);
    if (gap === undefined) return [];
    const [shifts, hours] = [gap.shifts.join(", "), Math.round(gap.length / HOUR)];
    return [node.text("uncovered", { calendar: name ?? "", place: label ?? asset, shifts, hours, first: clock.format(gap.first) })];
  });
}

/** The shift in progress at an instant where equipment is, by its calendar. */
export function shiftsAt(model: PlantModel, now: number): ShiftNow {
  return (asset) => {
    const name = model.equipment.get(asset)?.calendar;
    const calendar = name === undefined ? undefined : calendarOf(model, name);
    return calendar === undefined ? undefined : (calendar.shiftAt(now)?.name ?? null);
  };
}

const calendars = new WeakMap<PlantModel, Map<string, WorkCalendar>>();

function calendarOf(model: PlantModel, name: string): WorkCalendar | undefined {
  const known = calendars.get(model) ?? new Map<string, WorkCalendar>();
  calendars.set(model, known);
  const declared = model.calendars.get(name);
  const made = known.get(name) ?? (declared === undefined ? undefined : new WorkCalendar(declared));
  if (made !== undefined) known.set(name, made);
  return made;
}
