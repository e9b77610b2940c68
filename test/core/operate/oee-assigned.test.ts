import assert from "node:assert/strict";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { type AssignedStretch, atoms, type Beyond, type OeeAtomEvent, OeeCalculator } from "../../../core/operate/oee/index.ts";
import { AssignedTime } from "../../../core/operate/oee/assigned.ts";
import { feed, line, machine, MINUTE, reader, readingsOf, sample, sum, T0 } from "../../support/oee-line.ts";

function taken(result: ReturnType<OeeCalculator["assign"]>): { events: readonly OeeAtomEvent[]; beyond: Beyond | null } {
  if ("fault" in result) throw new Error(result.fault);
  return result;
}

/** A machine that runs for ten minutes but for a stop of 40 s at 3:10 and one of 4 minutes at 5:00. */
function stopping(): Sample[] {
  return [
    sample("order", T0, "4711"),
    sample("state", T0, 6),
    sample("state", T0 + 190_000, 2),
    sample("state", T0 + 230_000, 6),
    sample("state", T0 + 300_000, 2),
    sample("state", T0 + 540_000, 6),
    ...Array.from({ length: 41 }, (_, i) => sample("heartbeat", T0 + i * 20_000, i)),
  ];
}

const minutes = (events: readonly OeeAtomEvent[]) => events.map((event) => [(event.start - T0) / MINUTE, event.revision]);
const at = (start: number, stop: number, bucket = "failure") => ({ start, end: stop, bucket }) as AssignedStretch;

describe("assigned time", () => {
  it("replaces what the machine said, to the millisecond, and nothing beside it", () => {
    const readings = readingsOf(stopping());
    const of = (stretches: AssignedStretch[]) => sum(atoms(readings, T0, T0 + 10 * MINUTE, line.rules, new AssignedTime(stretches))).ms;
    const plain = of([]);
    assert.deepEqual([plain.run, plain.micro, plain.stop], [320_000, 40_000, 240_000]);
    const failed = of([{ start: T0 + 300_001, end: T0 + 539_999, bucket: "failure" }]);
    assert.deepEqual([failed.run, failed.stop, failed.failure], [320_000, 2, 239_998]);
    const planned = of([{ start: T0 + 290_000, end: T0 + 540_000, bucket: "plannedDown" }]);
    assert.deepEqual([planned.run, planned.stop, planned.plannedDown], [310_000, 0, 250_000]);
  });

  it("leaves the rest of a long stop a stop: a micro-stop is judged by what the machine said over its full length", () => {
    const readings = readingsOf(stopping());
    const most = new AssignedTime([{ start: T0 + 300_000, end: T0 + 500_000, bucket: "plannedDown" }]);
    const { micro, stop } = sum(atoms(readings, T0, T0 + 10 * MINUTE, line.rules, most)).ms;
    assert.deepEqual([micro, stop], [40_000, 40_000]);
  });

  it("states exactly the minutes it changes, as the next revision, and taking it back states them once more", async () => {
    const calculator = new OeeCalculator(machine({ microStopMs: 0 }));
    await feed(calculator, [stopping()]);
    const failure: AssignedStretch = { start: T0 + 330_000, end: T0 + 450_000, bucket: "failure" };
    const first = taken(calculator.assign(T0, T0 + 10 * MINUTE, [failure]));
    assert.deepEqual(minutes(first.events), [
      [5, 2],
      [6, 2],
      [7, 2],
    ]);
    assert.equal(
      first.events.reduce((all, event) => all + event.data.failure_ms, 0),
      120_000,
    );
    assert.deepEqual(taken(calculator.assign(T0, T0 + 10 * MINUTE, [failure])).events, []);
    assert.deepEqual(minutes(taken(calculator.assign(T0 + 330_000, T0 + 450_000, [])).events), [
      [5, 3],
      [6, 3],
      [7, 3],
    ]);
  });

  it("made before its minutes are stated is part of their first statement", () => {
    const calculator = new OeeCalculator(machine({ microStopMs: 0 }));
    const planned: AssignedStretch = { start: T0 + 300_000, end: T0 + 540_000, bucket: "plannedDown" };
    assert.deepEqual(taken(calculator.assign(T0, T0 + 10 * MINUTE, [planned])), { events: [], beyond: null });
    calculator.push(stopping());
    const events = calculator.tick(T0 + 20 * MINUTE);
    assert.ok(events.every((event) => event.revision === 1));
    assert.equal(
      events.reduce((all, event) => all + event.data.planned_down_ms, 0),
      240_000,
    );
  });

  it("that is no longer kept is read back, and without a reader the correction is refused with the date", async () => {
    const beats = Array.from({ length: 5 * 60 }, (_, i) => sample("heartbeat", T0 + i * MINUTE, i));
    const recorded = [sample("state", T0, 6), ...beats];
    const calculator = new OeeCalculator(line, { horizonMs: 60 * MINUTE, assignedMs: 60 * MINUTE });
    const old: AssignedStretch = { start: T0 + 2 * MINUTE, end: T0 + 4 * MINUTE, bucket: "failure" };
    taken(calculator.assign(T0, T0 + 10 * MINUTE, [old]));
    await feed(calculator, [recorded]);
    const late = sample("state", T0 + 3 * MINUTE, 9);
    const { beyond } = calculator.push([late]);
    assert.ok(beyond !== null);
    const refused = await calculator.recompute(beyond, reader([...recorded, late]), null);
    assert.deepEqual([refused.events, refused.rejects[0]?.code], [[], "ANCIENT_TIMESTAMP"]);
    assert.match(refused.rejects[0]?.message ?? "", /assigned time is kept/);
    const { events } = await calculator.recompute(beyond, reader([...recorded, late]), null, { assigned: () => Promise.resolve([old]) });
    assert.equal(events.find((event) => event.start === T0 + 2 * MINUTE)?.data.failure_ms, undefined, "that minute did not change");
    assert.equal(events.find((event) => event.start === T0 + 3 * MINUTE)?.data.failure_ms, undefined, "nor did that");
    assert.equal(events.find((event) => event.start === T0 + 4 * MINUTE)?.data.failure_ms, MINUTE);
  });

  it("is refused with a sentence when it overlaps, leaves its range, is no time or no bucket; then nothing has changed", () => {
    const calculator = new OeeCalculator(line);
    const bad: [number, number, AssignedStretch[], RegExp][] = [
      [0, 100, [at(0, 50), at(49, 60)], /overlap/],
      [0, 100, [at(0, 101)], /reaches beyond/],
      [0, 100, [at(50, 50)], /begins before it ends/],
      [0, 100, [at(0.5, 50)], /integer/],
      [100, 100, [], /the earlier first/],
      [0, 100, [at(0, 10, "micro")], /no bucket/],
      [0, 100, [at(0, 10, "__proto__")], /no bucket/],
    ];
    const before = JSON.stringify(calculator.state());
    for (const [from, to, stretches, fault] of bad) {
      const result = calculator.assign(from, to, stretches);
      assert.match("fault" in result ? result.fault : "", fault);
    }
    assert.equal(JSON.stringify(calculator.state()), before);
  });
});
