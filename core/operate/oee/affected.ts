/** Which stretch of the atoms a further reading can change. Never too little; what it changes in fact is found by comparing. */
import type { Stretch } from "../minutes/index.ts";
import { CHANGEOVER_REACH } from "./changeover.ts";
import { inOwnStop, type TimelineRules } from "./timeline.ts";
import type { Reading, Readings } from "./readings.ts";

/** Before `floor` the readings are not complete: neighbours are then at least as near as they seem, and values prove nothing. */
export function affectedBy(reading: Reading, readings: Readings, rules: TimelineRules, floor = Number.NEGATIVE_INFINITY): Stretch[] {
  const { time } = reading;
  const result: Stretch[] = [];
  // Becoming or ceasing to be a micro-stop reaches at most the threshold beyond what changes itself.
  const reach = rules.microStopMs;
  // What follows begins anew, and beginnings are counted; what was a start of production makes scrap start-up scrap.
  const after = reach + followUpMs(rules);

  if (reading.seen && rules.silenceMs !== null) {
    const k = readings.seen.at(time);
    const [before, next] = [readings.seen.time(k), readings.seen.time(k + 1)];
    if (before !== time && next - before > rules.silenceMs) {
      // Time that becomes known lengthens an earlier stop only where it begins within a stop.
      const joins = reach > 0 && inOwnStop(readings, before, rules);
      result.push({ from: joins ? before - reach : before, to: next + after });
    }
  }
  if (reading.role === "heartbeat") return result;
  if (rules.quietMs !== undefined && (reading.role === "processed" || reading.role === "state")) {
    // It ends or begins a gap between counts, and so may the next one: whether they are too long reaches `quietMs` either way.
    const next = readings.processed.time(readings.processed.at(time) + 1);
    result.push({ from: time - rules.quietMs - reach, to: next + rules.quietMs + after });
  }

  const column = readings[reading.role];
  const index = column.at(time);
  // A count that is said again makes no step, unless another one that arrives with it lies between.
  const counts = reading.role !== "state" && reading.role !== "mode" && reading.role !== "product" && reading.role !== "order";
  if (!counts && index >= 0 && time >= floor && column.value(index) === reading.value) return result;
  const next = column.time(index + 1);
  switch (reading.role) {
    case "state":
    case "mode":
      result.push({ from: time - reach, to: next + after });
      break;
    case "product": // what is made tells one changeover from another
      result.push({ from: time - 1, to: next + followUpMs(rules) });
      break;
    case "order": // one more at each end: a count at the instant of a change moves to the atom that starts there
      result.push({ from: time - 1, to: next + 1 });
      break;
    case "processed":
    case "defective":
    case "rework":
    case "second":
      result.push({ from: time - 1, to: time + 1 });
      // The step to the next count changes; before `floor` that count may lie anywhere up to the next one in memory, or be yet to come.
      if (time < floor) result.push({ from: time - 1, to: next + 1 });
      else if (index + 1 < column.length) result.push({ from: next - 1, to: next + 1 });
  }
  return result;
}

/** How far beyond a change of the timeline, or of the product, its consequences reach, ms. */
export function followUpMs({ startUpMs = 0, changeovers }: TimelineRules): number {
  return 1 + startUpMs + (changeovers === undefined ? 0 : CHANGEOVER_REACH);
}
