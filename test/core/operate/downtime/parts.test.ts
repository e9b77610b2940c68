import assert from "node:assert/strict";
import * as fc from "fast-check";
import { evaluate, type Point } from "../../../../core/connect/history/index.ts";
import { rowOf } from "../../../../core/connect/spine/index.ts";
import { type DowntimePartEvent, MachineStops, type Stop, type StopStatement } from "../../../../core/operate/downtime/index.ts";
import type { PlannedWindow } from "../../../../core/operate/oee/index.ts";
import { downtimeByReason } from "../../../../core/operate/downtime/index.ts";
import { ASSET, count, machine, MINUTE, reason, SECOND, state, T0 } from "./machine.ts";

const OPTIONS = { latenessMs: 10 * SECOND, horizonMs: 26 * 60 * MINUTE };
const BREAK = { from: T0 + 30 * MINUTE, to: T0 + 40 * MINUTE };
const window = (start: number, end: number, planned: boolean): PlannedWindow => ({
  start,
  end,
  planned,
  shift: "early",
  productionDay: "2026-03-10",
});
/** Planned but for ten minutes. */
const plannedWindows = (from: number, to: number): PlannedWindow[] =>
  [window(0, BREAK.from, true), window(BREAK.from, BREAK.to, false), window(BREAK.to, 9e12, true)]
    .map((one) => ({ ...one, start: Math.max(one.start, from), end: Math.min(one.end, to) }))
    .filter(({ start, end }) => start < end);

const stopsOf = (rules: Parameters<typeof machine>[0] = {}): MachineStops =>
  new MachineStops(machine({ plannedWindows, ...rules }), OPTIONS);

let sequence = 0;
function named(stop: number, reasonId: string, bucket: "failure" | "stop" = "failure"): StopStatement {
  sequence += 1;
  const data = {
    id: `statement-${sequence}`,
    made: stop,
    seen_end: null,
    action: "assign",
    from: stop,
    to: null,
    reason: reasonId,
    bucket,
  } as const;
  return { asset: ASSET, stop, author: "anna", recorded: stop + sequence, sequence, data };
}

/** What boards ask of the stored rows: ms and stops by reason and loss, of whole minutes after `T0`. */
function totals(
  events: readonly DowntimePartEvent[],
  fromMinute = 0,
  toMinute = 1_000,
): Record<string, readonly [ms: number, stops: number]> {
  const revisions = new Map<number, number>();
  const points = events.map((event): Point => {
    const revision = (revisions.get(event.start) ?? 0) + 1;
    revisions.set(event.start, revision);
    return rowOf({ ...event, evidence: {}, revision, id: 1, recorded: 0, author: "node:twin-oee", reason: "" }, () => ({}));
  });
  const query = downtimeByReason({ from: T0 + fromMinute * MINUTE, to: T0 + toMinute * MINUTE, assets: [ASSET] });
  const { series } = evaluate(points, query);
  return Object.fromEntries(
    series
      .map(({ tags, rows }) => [`${tags["reason"]} ${tags["loss"]}`, [Number(rows[0]?.[1]), Number(rows[0]?.[2])]] as const)
      .filter(([, [ms]]) => ms > 0),
  );
}

function play(stops: MachineStops, samples: readonly ReturnType<typeof state>[]): DowntimePartEvent[] {
  return samples.flatMap((sample) => {
    stops.push([sample]);
    return stops.parts();
  });
}

describe("parts of stops", () => {
  it("add up by reason to the planned time of the stops, in any window of whole minutes", () => {
    const events = play(stopsOf(), [
      state(0, "Execute"),
      reason(100 * SECOND, 1),
      state(100 * SECOND, "Aborted"),
      state(250 * SECOND, "Execute"),
      reason(250 * SECOND, 0),
      state(28 * MINUTE, "Stopped"),
      state(42 * MINUTE, "Execute"),
      count(60 * MINUTE, 1),
    ]);
    assert.deepEqual(totals(events), { "jam failure": [150 * SECOND, 1], "~ stop": [4 * MINUTE, 1] });
    assert.deepEqual(totals(events, 2, 4), { "jam failure": [2 * MINUTE, 0] });
    assert.ok(events.every(({ start, end }) => Math.floor(start / MINUTE) === Math.floor(((end ?? 0) - 1) / MINUTE)));
  });

  it("of a stop that lasts are its minutes that have passed, each stated once", () => {
    const stops = stopsOf();
    const lasting = play(stops, [
      state(0, "Execute"),
      state(90 * SECOND, "Aborted"),
      ...[3, 4, 5, 6].map((minute) => count(minute * MINUTE, 1)),
    ]);
    assert.deepEqual(totals(lasting), { "~ failure": [3.5 * MINUTE, 1] });
    assert.equal(lasting.length, 4);
  });

  it("follow what people say, also where the loss class stays, and what they take back", () => {
    const stops = stopsOf();
    const first = play(stops, [state(0, "Execute"), state(60 * SECOND, "Aborted"), state(200 * SECOND, "Execute"), count(9 * MINUTE, 1)]);
    assert.deepEqual(totals(first), { "~ failure": [140 * SECOND, 1] });
    const jam = named(T0 + 60 * SECOND, "jam");
    stops.say([jam]);
    const second = [...first, ...stops.parts()];
    stops.say([named(T0 + 60 * SECOND, "drive-fault")]);
    const third = [...second, ...stops.parts()];
    assert.deepEqual(totals(second), { "jam failure": [140 * SECOND, 1] });
    assert.deepEqual(totals(third), { "drive-fault failure": [140 * SECOND, 1] });
    assert.deepEqual(stops.parts(), []);
  });

  it("that late data takes away are withdrawn, and states nothing that is already so", () => {
    const stops = stopsOf();
    const first = play(stops, [state(0, "Execute"), state(60 * SECOND, "Aborted"), state(200 * SECOND, "Execute"), count(9 * MINUTE, 1)]);
    const late = play(stops, [state(120 * SECOND, "Execute"), state(61 * SECOND, "Held")]);
    assert.deepEqual(totals([...first, ...late]), { "~ failure": [60 * SECOND, 1] });
    assert.deepEqual(play(stops, [count(9.5 * MINUTE, 1)]), []);
  });

  it("after a restart are compared with what the ledger holds, so that what was said meanwhile is stated and nothing else", () => {
    const before = stopsOf();
    const events = play(before, [state(0, "Execute"), state(60 * SECOND, "Aborted"), state(200 * SECOND, "Execute"), count(9 * MINUTE, 1)]);
    const held = events.map(({ start, end, data, revision }) => ({
      part: { start, end: end ?? start, reason: data.reason, loss: data.loss, stops: data.stops },
      revision,
    }));
    const after = new MachineStops(machine({ plannedWindows }), OPTIONS, before.tracker.state());
    after.recall(held);
    assert.deepEqual(after.parts(), []);
    const told = new MachineStops(machine({ plannedWindows }), OPTIONS, before.tracker.state());
    told.say([named(T0 + 60 * SECOND, "jam")]);
    told.recall(held);
    assert.deepEqual(totals([...events, ...told.parts()]), { "jam failure": [140 * SECOND, 1] });
  });

  it("are the same whatever the order of arrival", () => {
    const names = ["Execute", "Aborted", "Stopped", "Held", "Suspended"] as const;
    const changes = fc.uniqueArray(fc.record({ at: fc.integer({ min: 1, max: 40 }), name: fc.constantFrom(...names) }), {
      minLength: 1,
      maxLength: 12,
      selector: ({ at }) => at,
    });
    fc.assert(
      fc.property(changes, fc.infiniteStream(fc.nat()), (all, order) => {
        const samples = [state(0, "Execute"), ...all.map(({ at, name }) => state(at * 45 * SECOND, name))];
        const end = count(60 * MINUTE, 1);
        const shuffled = samples.map((sample) => [order.next().value, sample] as const).toSorted((a, b) => a[0] - b[0]);
        const inOrder = totals(
          play(stopsOf({ microStopMs: 90 * SECOND }), [...samples.toSorted((a, b) => a.timestamp - b.timestamp), end]),
        );
        const late = totals(play(stopsOf({ microStopMs: 90 * SECOND }), [end, ...shuffled.map(([, sample]) => sample)]));
        assert.deepEqual(late, inOrder);
        const planned = stopped(samples);
        assert.equal(
          Object.values(inOrder).reduce((sum, [ms]) => sum + ms, 0),
          planned,
        );
      }),
      { numRuns: 200 },
    );
  });
});

/** Planned time in which the machine did not execute, up to the last minute that has passed for certain. */
function stopped(samples: readonly { timestamp: number; value: unknown }[]): number {
  const sorted = samples.toSorted((a, b) => a.timestamp - b.timestamp);
  const until = T0 + 59 * MINUTE;
  const stretches: Pick<Stop, "start" | "end">[] = sorted.flatMap(({ timestamp, value }, i) =>
    value === 6 ? [] : [{ start: timestamp, end: sorted[i + 1]?.timestamp ?? until }],
  );
  return stretches.reduce(
    (sum, { start, end }) => sum + plannedWindows(start, end ?? until).reduce((ms, one) => ms + (one.planned ? one.end - one.start : 0), 0),
    0,
  );
}
