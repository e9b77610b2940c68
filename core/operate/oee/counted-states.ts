/** The state of a machine that says nothing but counts: running while they come, stopped since the last one when they do not. */
import type { PackmlState } from "../packml/index.ts";
import { Column } from "./column.ts";
import { counterStep } from "./counter.ts";
import type { Readings } from "./readings.ts";

export interface CountingRules {
  /** A gap between two counts that is longer than this is a stop, ms. Undefined: the machine says its state itself. */
  readonly quietMs?: number;
  /** Largest value of each counter before it starts again from 0, where that is declared. */
  readonly maxima?: { readonly processed?: number };
}

/**
 * The states that hold in [from, to), with those just before. It is a function of all counts and of the instants from which
 * on the count could not be read (null rows of `state`), so the order in which they came does not matter. The first count
 * after such an instant, and the first of all, says only that the machine is watched again.
 *
 * The last row holds since the last count: a stop, unless a further count proves otherwise (see `openCount`).
 */
export function countedStates({ processed, state: lost }: Readings, from: number, to: number, rules: CountingRules): Column<string | null> {
  const { quietMs = 0, maxima } = rules;
  const states = new Column<string | null>();
  const put = (time: number, value: PackmlState | null): void => states.insertAfter(states.length - 1, time, value);
  const upTo = (time: number): PackmlState => (time - (since as number) <= quietMs ? "Execute" : "Stopped");
  // A count that old is as good as the last one before it: the gap from either is longer than `quietMs`.
  let i = Math.max(0, processed.at(from - quietMs));
  let k = lost.at(processed.time(i) - 1) + 1;
  let since: number | null = null;
  for (;;) {
    const time = Math.min(processed.time(i), lost.time(k));
    if (time === Number.POSITIVE_INFINITY || (time >= to && (since === null || since >= to || time > since + quietMs))) break;
    if (processed.time(i) === time) {
      if (since === null) since = time;
      else if (counterStep(processed.value(i - 1) as number, processed.value(i) as number, maxima?.processed) > 0) {
        put(since, upTo(time));
        since = time;
      }
      i += 1;
    } else {
      if (since !== null && since < time) put(since, upTo(time));
      put(time, null);
      since = null;
      k += 1;
    }
  }
  if (since !== null) put(since, "Stopped");
  return states;
}

/** Whether a further count leaves the states as they are: what is counted between its neighbours is counted at the same instants. */
export function addsNoStep({ processed, state: lost }: Readings, time: number, value: number, { maxima }: CountingRules): boolean {
  const index = processed.at(time);
  const [before, after] = [processed.value(index), processed.value(index + 1)];
  if (before === undefined || lost.at(processed.time(index) - 1) !== lost.at(after === undefined ? time : processed.time(index + 1)))
    return false;
  const step = (from: number, to: number): boolean => counterStep(from, to, maxima?.processed) > 0;
  return !step(before, value) && (after === undefined || step(value, after) === step(before, after));
}

/** The last count at or before `t` while a further one may still prove that the machine has been running since. */
export function openCount(readings: Readings, t: number, rules: CountingRules): number | null {
  if (rules.quietMs === undefined) return null;
  const states = countedStates(readings, t, t + 1, rules);
  const last = states.at(t);
  return last >= 0 && states.value(last) !== null && t - states.time(last) <= rules.quietMs ? states.time(last) : null;
}
