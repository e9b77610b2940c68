import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Sample } from "../../../../core/connect/sample/index.ts";
import { type DowntimeStopEvent, StopTracker } from "../../../../core/operate/downtime/index.ts";
import { ASSET, badState, count, latest, machine, MINUTE, mode, NUMBER, reason, SECOND, state, T0 } from "./machine.ts";

const OPTIONS = { latenessMs: 10 * SECOND, horizonMs: 26 * 60 * MINUTE };

function track(samples: readonly Sample[], rules: Parameters<typeof machine>[0] = {}): DowntimeStopEvent[] {
  const tracker = new StopTracker(machine(rules), OPTIONS);
  return samples.flatMap((sample) => [...tracker.push([sample]).events]);
}
const brief = (events: readonly DowntimeStopEvent[]): unknown[] =>
  events.map(({ start, end, revision, data }) => [
    (start - T0) / SECOND,
    end === null ? null : (end - T0) / SECOND,
    revision,
    data.withdrawn ? "withdrawn" : data.bucket,
  ]);

const named = (samples: readonly Sample[]): unknown[] =>
  latest(track([state(0, "Execute"), ...samples, count(300_000, 1)])).map((stop) => stop.reason);

describe("stops of a machine", () => {
  it("states a stop when it has lasted for the wait, and its end as the next revision", () => {
    const events = track([state(0, "Execute"), state(100_000, "Aborted"), count(109_000, 1), count(110_000, 2), state(200_000, "Execute")]);
    assert.deepEqual(brief(events), [[100, null, 1, "failure"]]);
    const all = track([state(0, "Execute"), state(100_000, "Aborted"), count(110_000, 2), state(200_000, "Execute"), count(210_000, 3)]);
    assert.deepEqual(brief(all), [
      [100, null, 1, "failure"],
      [100, 200, 2, "failure"],
    ]);
    assert.equal(all[0]?.kind, "downtime.stop.v1");
    assert.equal(all[0]?.asset, ASSET);
  });

  it("ends a stop where the machine falls silent, and not before that is known", () => {
    const silence = { silenceMs: 60 * SECOND };
    const said = [state(0, "Stopped"), count(50_000, 1), count(100_000, 2)];
    assert.deepEqual(brief(track(said, silence)), [[0, null, 1, "stop"]]);
    assert.deepEqual(brief(track([...said, count(300_000, 3), count(311_000, 3)], silence)), [
      [0, null, 1, "stop"],
      [0, 100, 2, "stop"],
      [300, null, 1, "stop"],
    ]);
  });

  it("takes consecutive own stops for one, in the gravest of their buckets, and waiting for others for another", () => {
    const events = track([
      state(0, "Execute"),
      state(60_000, "Held"),
      state(70_000, "Aborted"),
      state(80_000, "Stopped"),
      state(90_000, "Suspended"),
      state(120_000, "Execute"),
      count(200_000, 1),
    ]);
    assert.deepEqual(
      latest(events).map(({ start, end, bucket, state: name }) => [start, end, bucket, name]),
      [
        [60_000, 90_000, "failure", "Aborted"],
        [90_000, 120_000, "external", "Suspended"],
      ],
    );
  });

  it("ends a stop where the state becomes unknown, and takes set-up by mode for a stop of its own", () => {
    const events = track([
      mode(0, 1),
      state(0, "Stopped"),
      mode(60_000, 3),
      mode(90_000, 1),
      badState(120_000),
      state(150_000, "Execute"),
      count(200_000, 1),
    ]);
    assert.deepEqual(
      latest(events).map(({ start, end, bucket }) => [start, end, bucket]),
      [
        [0, 60_000, "stop"],
        [60_000, 90_000, "setup"],
        [90_000, 120_000, "stop"],
      ],
    );
  });

  it("calls a stop a micro-stop only below the threshold over its full length, and says nothing of it before", () => {
    const rules = { microStopMs: 30 * SECOND };
    const events = track(
      [state(0, "Execute"), state(60_000, "Stopped"), count(75_000, 1), state(89_999, "Execute"), state(120_000, "Stopped")],
      rules,
    );
    assert.deepEqual(brief(events), [[60, 89.999, 1, "stop"]]);
    assert.equal(events[0]?.data.micro, true);
    const long = track([state(0, "Execute"), state(60_000, "Stopped"), state(90_000, "Execute"), count(120_000, 1)], rules);
    assert.equal(latest(long)[0]?.micro, false);
  });

  it("names a stop by what the controller says in it or just before it, or else by the state", () => {
    assert.deepEqual(named([reason(59_000, 1), state(60_000, "Aborted"), state(90_000, "Execute")]), ["jam"]);
    assert.deepEqual(named([state(60_000, "Aborted"), reason(61_000, 4), reason(89_000, 0), state(90_000, "Execute")]), ["drive-fault"]);
    assert.deepEqual(named([reason(10_000, 1), reason(20_000, 0), state(60_000, "Aborted"), state(90_000, "Execute")]), [null]);
    assert.deepEqual(named([state(60_000, "Suspended"), state(90_000, "Execute")]), ["starved"]);
  });

  it("states exactly the stops that a late sample changes again, and withdraws what is no more", () => {
    const tracker = new StopTracker(machine(), OPTIONS);
    const begun = [state(0, "Execute"), state(60_000, "Stopped"), state(120_000, "Execute"), state(300_000, "Held")];
    const first = tracker.push([...begun, state(400_000, "Execute"), count(500_000, 1)]).events;
    assert.deepEqual(brief(first), [
      [60, 120, 1, "stop"],
      [300, 400, 1, "hold"],
    ]);
    assert.deepEqual(brief(tracker.push([state(90_000, "Execute")]).events), [[60, 90, 2, "stop"]]);
    assert.deepEqual(brief(tracker.push([state(59_000, "Stopped")]).events), [
      [59, 90, 1, "stop"],
      [60, 60, 3, "withdrawn"],
    ]);
    assert.deepEqual(brief(tracker.push([count(30_000, 0)]).events), []);
  });

  it("is the same live, in any order of arrival, and continued from a snapshot at any point", () => {
    const names = Object.keys(NUMBER) as (keyof typeof NUMBER)[];
    const reading = fc.record({ at: fc.integer({ min: 0, max: 1_000 }), name: fc.constantFrom(...names), said: fc.constantFrom(0, 1, 4) });
    fc.assert(
      fc.property(
        fc.array(reading, { maxLength: 30 }),
        fc.integer(),
        fc.nat(29),
        fc.constantFrom(0, 20_000),
        (drawn, seed, cut, microStopMs) => {
          const distinct = [...new Map(drawn.map((one) => [one.at, one])).values()].toSorted((a, b) => a.at - b.at);
          const inOrder = distinct.flatMap(({ at, name, said }) => [state(at * SECOND, name), reason(at * SECOND + 1, said)]);
          const end = count(2_000 * SECOND, 9);
          const shuffled = inOrder
            .map((one, i) => ({ one, key: Math.sin(seed + i * 7.13) }))
            .toSorted((a, b) => a.key - b.key)
            .map(({ one }) => one);
          const expected = latest(track([...inOrder, end], { microStopMs }));
          assert.deepEqual(latest(track([...shuffled, end], { microStopMs })), expected);

          const before = new StopTracker(machine({ microStopMs }), OPTIONS);
          const events = [...before.push(inOrder.slice(0, cut)).events];
          const saved = JSON.parse(JSON.stringify(before.state())) as ReturnType<StopTracker["state"]>;
          const after = new StopTracker(machine({ microStopMs }), OPTIONS, saved);
          events.push(...after.push([...inOrder.slice(cut), end]).events);
          assert.deepEqual(latest(events), expected);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it("states nothing again that it has stated: a restart repeats equal statements", () => {
    const tracker = new StopTracker(machine(), OPTIONS);
    const events = tracker.push([state(0, "Stopped"), state(60_000, "Execute"), state(90_000, "Aborted"), count(200_000, 1)]).events;
    assert.deepEqual(tracker.restate(60 * MINUTE), events);
    assert.deepEqual(tracker.push([count(210_000, 2), count(220_000, 3)]).events, []);
  });

  it("keeps what lasts whatever the horizon, and says which late samples it can no longer place", () => {
    const tracker = new StopTracker(machine(), { latenessMs: 0, horizonMs: 60 * MINUTE });
    tracker.push([state(0, "Execute"), state(10 * MINUTE, "Stopped")]);
    tracker.push([count(600 * MINUTE, 1)]);
    assert.deepEqual(brief(tracker.push([state(601 * MINUTE, "Execute")]).events), [[600, 36_060, 2, "stop"]]);
    tracker.push([count(800 * MINUTE, 2)]);
    const late = tracker.push([state(20 * MINUTE, "Execute")]);
    assert.deepEqual(late.events, []);
    assert.equal(late.beyond?.stretches[0]?.from, T0 + 20 * MINUTE);
  });
});
