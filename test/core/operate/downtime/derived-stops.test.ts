import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Sample } from "../../../../core/connect/sample/index.ts";
import { type DowntimeStopEvent, StopTracker } from "../../../../core/operate/downtime/index.ts";
import { OeeCalculator } from "../../../../core/operate/oee/index.ts";
import { ASSET, count, counted, latest, machine, MINUTE, reason, SECOND, T0 } from "./machine.ts";

const QUIET = 20 * SECOND;
const OPTIONS = { latenessMs: 10 * SECOND, horizonMs: 26 * 60 * MINUTE };

function track(samples: readonly Sample[], rules: Parameters<typeof machine>[0] = {}): DowntimeStopEvent[] {
  const tracker = new StopTracker(counted(QUIET, rules), OPTIONS);
  return samples.flatMap((sample) => [...tracker.push([sample]).events]);
}
const lostCount = (at: number): Sample => ({ ...count(at, 0), value: null, quality: "Bad" });
const beat = (at: number): Sample => ({ tag: `${ASSET}._m.beat`, value: 1, quality: "Good", timestamp: T0 + at });
const counts = (from: number, to: number, step: number): Sample[] =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, i) => count((from + i * step) * SECOND, (from + i * step) / step));
const brief = (events: readonly DowntimeStopEvent[]): unknown[] =>
  events.map(({ start, end, revision, data }) => [
    (start - T0) / SECOND,
    end === null ? null : (end - T0) / SECOND,
    revision,
    data.withdrawn ? "withdrawn" : data.state,
  ]);

const planned = (from: number, to: number) => [{ start: from, end: to, planned: true, shift: "s", productionDay: "2026-03-10" }];

describe("stops of a machine that says nothing but counts", () => {
  it("begin with the last count, and are stated when no count can come any more that was none", () => {
    const running = counts(0, 105, 5);
    assert.deepEqual(brief(track([...running, beat(130_000)])), []);
    assert.deepEqual(brief(track([...running, beat(130_001)])), [[100, null, 1, "Stopped"]]);
  });

  it("end with the first of the counts that come again, when those have come", () => {
    const events = track([...counts(0, 105, 5), beat(200_000), ...counts(300, 400, 5)]);
    assert.deepEqual(brief(events), [
      [100, null, 1, "Stopped"],
      [100, 300, 2, "Stopped"],
    ]);
  });

  it("go on over a single unit, and over the same count said again", () => {
    const said = [...counts(0, 105, 5), ...Array.from({ length: 50 }, (_, i) => count((110 + i * 2) * SECOND, 20)), count(300_000, 21)];
    assert.deepEqual(
      latest(track([...said, beat(400_000)])).map(({ start, end }) => [start, end]),
      [[100_000, null]],
    );
  });

  it("end where the counts can no longer be read: unknown is not standing still", () => {
    const events = track([...counts(0, 105, 5), lostCount(150_000), beat(300_000)]);
    assert.deepEqual(
      latest(events).map(({ start, end }) => [start, end]),
      [[100_000, 150_000]],
    );
  });

  it("are micro-stops below the threshold, and carry the reason that the controller gives", () => {
    const said = [...counts(0, 105, 5), reason(120_000, 1), ...counts(160, 300, 5), ...counts(400, 500, 5)];
    assert.deepEqual(
      latest(track(said, { microStopMs: 80 * SECOND })).map(({ start, end, micro, reason: why }) => [start, end, micro, why]),
      [
        [100_000, 160_000, true, "jam"],
        [295_000, 400_000, false, "jam"],
      ],
    );
  });

  it("are taken back by counts that come late", () => {
    const late = counts(105, 300, 5);
    const events = track([...counts(0, 105, 5), beat(200_000), ...counts(300, 400, 5), ...late]);
    assert.deepEqual(latest(events), []);
    assert.equal(events.at(-1)?.data.withdrawn, true);
  });

  it("cost nothing again for each count that says the same", () => {
    const tracker = new StopTracker(counted(QUIET), OPTIONS);
    tracker.push(counts(0, 105, 5));
    const begun = performance.now();
    for (let i = 0; i < 30_000; i += 1) tracker.push([count((105 + i) * SECOND, 20)]);
    assert.ok(performance.now() - begun < 2_000, `${performance.now() - begun} ms`);
    assert.deepEqual(latest(tracker.restate(MINUTE)), [{ ...tracker.stops[0], start: 100_000 }]);
  });

  /** What counts do: come, rest, are said again, get lost, start anew. */
  const step = fc.record({
    wait: fc.oneof(
      fc.integer({ min: 1, max: 9_000 }),
      fc.constantFrom(QUIET - 1, QUIET, QUIET + 1),
      fc.integer({ min: 10_000, max: 90_000 }),
    ),
    what: fc.constantFrom("up", "up", "up", "same", "same", "reset", "zero", "lost", "beat", "reason"),
  });
  const stream = fc.array(step, { minLength: 1, maxLength: 40 }).map((steps) => {
    let [time, value] = [0, 0];
    const samples: Sample[] = [count(0, 0), beat(0)];
    for (const { wait, what } of steps) {
      time += wait;
      if (what === "beat") samples.push(beat(time));
      else if (what === "lost") samples.push(lostCount(time));
      else if (what === "reason") samples.push(reason(time, time % 2 === 0 ? 1 : 4));
      else samples.push(count(time, (value = { up: value + 3, same: value, reset: 1, zero: 0 }[what])));
    }
    return { samples, end: time + 5 * MINUTE };
  });
  const CHANGES = [{}, { microStopMs: 45_000 }, { microStopMs: 45_000, silenceMs: MINUTE }];

  it("are the same live, in any order of arrival, and continued from a snapshot at any point", () => {
    fc.assert(
      fc.property(stream, fc.integer(), fc.nat(40), fc.constantFrom(...CHANGES), ({ samples, end }, seed, cut, rules) => {
        const last = beat(end);
        const shuffled = samples
          .map((one, i) => ({ one, key: Math.sin(seed + i * 7.13) }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ one }) => one);
        const expected = latest(track([...samples, last], rules));
        assert.deepEqual(latest(track([...shuffled, last], rules)), expected);

        const before = new StopTracker(counted(QUIET, rules), OPTIONS);
        const events = [...before.push(samples.slice(0, cut)).events];
        const saved = JSON.parse(JSON.stringify(before.state(10 * MINUTE))) as ReturnType<StopTracker["state"]>;
        const after = new StopTracker(counted(QUIET, rules), OPTIONS, saved);
        events.push(...after.push([...samples.slice(cut), last]).events);
        assert.deepEqual(latest(events), expected);
      }),
      { numRuns: 1_000 },
    );
  });

  it("last exactly as long as OEE says that the machine stood still", () => {
    fc.assert(
      fc.property(stream, fc.constantFrom(...CHANGES), ({ samples, end }, rules) => {
        const stops = latest(track([...samples, beat(end)], rules));
        const { oee } = counted(QUIET, rules);
        const calculator = new OeeCalculator({ ...oee, rules: { ...oee.rules, plannedWindows: planned } }, { latenessMs: 0 });
        calculator.push([...samples, beat(end)]);
        const atoms = calculator.tick(T0 + end);
        const until = (atoms.at(-1)?.end ?? T0) - T0;
        const standing = atoms.reduce((sum, { data }) => sum + data.stop_ms + data.micro_ms, 0);
        const listed = stops.reduce((sum, stop) => sum + Math.max(0, Math.min(stop.end ?? until, until) - stop.start), 0);
        assert.equal(listed, standing);
      }),
      { numRuns: 1_000 },
    );
  });
});
