/** What is stated and kept when alarms go for good: nobody would end them any more. */
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import type { AlarmsState } from "./alarms-state.ts";
import { DataClock } from "./clock.ts";
import { AlarmPoint, type AlarmPointState } from "./point.ts";
import { definitionStated } from "./raised.ts";
import { alarmOf, type AlarmStateEvent } from "./state-event.ts";

export interface Retired {
  readonly events: readonly AlarmStateEvent[];
  /** Without anything open, for alarms that come back: what ended stays ended. */
  readonly state: AlarmsState;
}

/** `evidence` goes along with every statement; `goesOn`: another node has the alarm and goes on with what is stated. */
export function retired(
  state: AlarmsState,
  evidence: { readonly [key: string]: string },
  now: number,
  goesOn: (path: string) => boolean,
): Retired {
  const events: AlarmStateEvent[] = [];
  const points = Object.entries(state.points).map(([path, saved]): readonly [string, AlarmPointState] => {
    if (saved.open === null) return [path, saved];
    const { asset, source } = saved.open.data;
    const heard = [state.clocks, state.said ?? {}].find((clocks) => Object.hasOwn(clocks, asset));
    const clock = new DataClock(heard?.[asset]);
    const point = new AlarmPoint(definitionStated(saved.open.data), evidence, saved);
    const ended = point.end("definition-removed", source === "rejects" ? now : clock.at(now));
    const { watched: _stated, ...kept } = point.current;
    const watched = saved.watched === undefined ? {} : { watched: saved.watched };
    if (goesOn(path)) return [path, { ...kept, ...watched, closed: null }];
    events.push(...ended);
    return [path, { ...kept, ...watched }];
  });
  return { events, state: { ...state, points: Object.fromEntries(points) } };
}

/** Ends open statements of nodes that are gone and that nobody goes on with; `evidence` names who says so. */
export function abandoned(
  entries: readonly LedgerEntry[],
  evidence: { readonly [key: string]: string },
  now: number,
): readonly AlarmStateEvent[] {
  return entries.flatMap((entry) => {
    const { kind, asset, start, revision } = entry;
    const stated = alarmOf(entry);
    if (stated === undefined || stated.end !== null) return [];
    const data = { ...stated.data, state: "normal" as const, active: false, ended_because: "definition-removed" as const };
    return [{ kind, asset, start, end: Math.max(start, now), revision: revision + 1, data, evidence }];
  });
}
