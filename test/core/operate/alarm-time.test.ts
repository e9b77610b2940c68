import assert from "node:assert/strict";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { alarmCondition, Alarms, type AlarmsState } from "../../../core/operate/alarm/index.ts";
import { ASSET, definition, Line, PLANT, STATE_TAG, T0, TAG, told, value } from "../../support/alarm-line.ts";

/** 75 s of one tag, with one high value of the pressure in the middle. */
const seconds = (from: number, v: number, tag: string): Sample[] =>
  Array.from({ length: 15 }, (_, i) => value(from + i * 5_000, tag === TAG && i === 7 ? 11 : v, tag));

describe("alarm: the time of a machine", () => {
  it("does not take for a silence, or for the end of a delay, that a long publish comes in several messages", () => {
    const quiet = definition({ alarm: "quiet", source: { kind: "stale", tag: STATE_TAG, afterMs: 60_000 } });
    const alarms = new Alarms([quiet, definition({ onDelayMs: 10_000 })], PLANT, { node: "n" });
    for (let publish = 0; publish < 40; publish += 1) {
      const [from, now] = [publish * 75_000, T0 + 86_400_000 + publish * 250];
      assert.deepEqual(alarms.push(seconds(from, 9, `${ASSET}._filler_v1.speed`), now).events, []);
      // One that breaks off while the pressure is high.
      const pressure = seconds(from, 9, TAG);
      assert.deepEqual(alarms.push(pressure.slice(0, 8), now + 10).events, []);
      assert.deepEqual(alarms.tick(now + 15), []);
      assert.deepEqual(alarms.push(pressure.slice(8), now + 20).events, []);
      assert.deepEqual(alarms.push(seconds(from, 6, STATE_TAG), now + 200).events, []);
    }
  });

  it("knows a silence, or that a delay is over, at once at the pace of the machine and soon after a leap of its time", () => {
    const quiet = definition({ alarm: "quiet", source: { kind: "stale", tag: STATE_TAG, afterMs: 60_000 } });
    const line = new Line(quiet, definition({ onDelayMs: 10_000 }));
    line.push(value(0, 6, STATE_TAG), value(0, 9), value(30_000, 11), value(39_000, 12), value(41_000, 12));
    assert.deepEqual(told(line.events.splice(0)), [[40_000, null, "unacknowledged"]]);
    line.push(...[50_000, 60_000, 61_000].map((at) => value(at, 12)));
    assert.deepEqual(told(line.events), [[60_000, null, "unacknowledged"]], "the clock goes on by whatever is heard");
    const leaping = new Alarms([quiet], PLANT, { node: "n" });
    leaping.push([value(0, 6, STATE_TAG), value(0, 9), value(600_000, 9)], T0);
    assert.deepEqual(told(leaping.tick(T0 + 4_999)), []);
    assert.deepEqual(told(leaping.tick(T0 + 5_000)), [[60_000, null, "unacknowledged"]]);
  });

  it("does not take the time of a condition, which may be that of people, for the time of a machine that has samples", () => {
    const quiet = definition({ alarm: "quiet", source: { kind: "stale", tag: TAG, afterMs: 60_000 } });
    const late = definition({ alarm: "late", source: { kind: "condition" }, onDelayMs: 10_000 });
    const alarms = new Alarms([quiet, late], PLANT, { node: "n" });
    const now = T0 + 86_400_000;
    alarms.push([value(0, 9)], now);
    alarms.push(alarmCondition(ASSET, now, { alarm: "overdue", active: false }), now);
    const beats = [5_000, 10_000, 15_000].flatMap((at, i) => alarms.push([value(at, 9)], now + 10_000 + i).events);
    assert.deepEqual(beats, []);
    assert.deepEqual(alarms.tick(now + 30_000), []);
    assert.equal(alarms.edge, T0 + 15_000, "what was not heard yet is caught up with after a restart");
    const elsewhere = "acme.galway.bottling.line02";
    const none = definition({ asset: elsewhere, alarm: "late", source: { kind: "condition" }, onDelayMs: 10_000 });
    const played = new Alarms([none], PLANT, { node: "n" });
    played.push(alarmCondition(elsewhere, T0, { alarm: "late", active: true }), now);
    const restored = new Alarms([none], PLANT, { node: "n" }, JSON.parse(JSON.stringify(played.state())) as AlarmsState, now);
    for (const one of [played, restored]) {
      assert.deepEqual(one.tick(now + 9_999), [], "equipment without samples lives in the time of its conditions");
      assert.deepEqual(told(one.tick(now + 10_000)), [[10_000, null, "unacknowledged"]]);
    }
  });

  it("takes the samples of one message in order of time, whichever tag is sent first", () => {
    const line = new Line(definition({ suppressedIn: ["Aborted"] }));
    const states = [value(0, 6, STATE_TAG), value(50_000, 9, STATE_TAG)];
    const { events } = line.alarms.push([...states, value(10_000, 11), value(20_000, 9), value(60_000, 11)], T0 + 75_000);
    assert.deepEqual(told(events), [
      [10_000, null, "unacknowledged"],
      [10_000, null, "rtn-unacknowledged"],
      [10_000, 50_000, "suppressed"],
      [50_000, null, "suppressed"],
    ]);
  });
});
