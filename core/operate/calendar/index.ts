/** Planned time: shifts, breaks and holidays of a calendar as instants, with daylight saving right. */
export { type PlannedWindow, type Shift, WorkCalendar } from "./work-calendar.ts";
