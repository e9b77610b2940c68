import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Value } from "typebox/value";
import {
  abandoned,
  ALARM_STATE_DATA,
  alarmCondition,
  type AlarmResponseData,
  Alarms,
  type AlarmsState,
  type AlarmStateEvent,
} from "../../../core/operate/alarm/index.ts";
import {
  ack,
  ASSET,
  definition,
  entry,
  ID,
  Line,
  PLANT,
  refused,
  response,
  STATE_TAG,
  T0,
  TAG,
  told,
  value,
} from "../../support/alarm-line.ts";

describe("alarm: restarts", () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ what: fc.constant("value" as const), after: fc.nat(4_000), v: fc.constantFrom(4, 9, 11, 13, null) }),
      fc.record({ what: fc.constant("state" as const), after: fc.nat(4_000), v: fc.constantFrom(2, 6) }),
      fc.record({ what: fc.constant("tick" as const), after: fc.nat(9_000) }),
      fc.record({ what: fc.constant("ack" as const), after: fc.nat(500) }),
      fc.record({ what: fc.constantFrom("shelve" as const, "remove" as const), after: fc.nat(500), v: fc.integer({ min: 1, max: 9_000 }) }),
    ),
    { maxLength: 40 },
  );
  const DEFINITIONS = [
    definition({ onDelayMs: 1_500, suppressedIn: ["Stopped"], group: "g", realarmMs: 3_000 }),
    definition({
      alarm: "pressure_HH",
      source: { kind: "high-high", tag: TAG, limit: 12, deadband: 1 },
      latching: true,
      group: "g",
      realarmMs: 5_000,
    }),
    definition({ alarm: "quiet", source: { kind: "stale", tag: TAG, afterMs: 5_000 }, offDelayMs: 700 }),
  ];

  it("a snapshot at any step goes on as if nothing had happened; every statement is valid, in order and without overlap", () => {
    fc.assert(
      fc.property(steps, fc.nat(40), (all, cut) => {
        const run = (restore: boolean): AlarmStateEvent[] => {
          let alarms = new Alarms(DEFINITIONS, PLANT, { node: "n" });
          const events: AlarmStateEvent[] = [];
          let [time, number] = [0, 0];
          for (const [i, step] of all.entries()) {
            if (restore && i === cut) {
              const state = JSON.parse(JSON.stringify(alarms.state())) as AlarmsState;
              alarms = new Alarms(DEFINITIONS, PLANT, { node: "n" }, state);
            }
            time += step.after;
            number += 1;
            const now = T0 + time;
            if (step.what === "value") events.push(...alarms.push([value(time, step.v)], now).events);
            else if (step.what === "state") events.push(...alarms.push([value(time, step.v, STATE_TAG)], now).events);
            else if (step.what === "tick") events.push(...alarms.tick(now));
            else
              for (const { alarm } of DEFINITIONS) {
                const open = events.findLast(({ data, end }) => data.alarm === alarm && end === null);
                const action = step.what === "shelve" ? "shelve" : "remove-from-service";
                const data: AlarmResponseData =
                  step.what === "ack"
                    ? { id: ID, made: now, action: "acknowledge", occurrence: open?.start ?? 0 }
                    : { id: ID, made: now, action, until: now + step.v, comment: "c" };
                number += 1;
                events.push(...alarms.respond({ path: `${ASSET}.${alarm}`, author: "mary", recorded: now, sequence: number, data }));
              }
          }
          return events;
        };
        const events = run(false);
        assert.deepEqual(run(true), events);
        for (const path of new Set(events.map(({ asset }) => asset))) {
          const own = events.filter(({ asset }) => asset === path);
          const latest = [...new Map(own.map((event) => [event.start, event] as const)).values()].toSorted((a, b) => a.start - b.start);
          for (const [i, event] of latest.entries()) {
            assert.ok(Value.Check(ALARM_STATE_DATA, event.data));
            assert.ok(event.end === null ? i === latest.length - 1 : event.end >= event.start);
            const next = latest[i + 1];
            if (next !== undefined) assert.ok((event.end ?? 0) <= next.start);
          }
          const revisions = own.map(({ start, revision }) => `${start} ${revision}`);
          assert.equal(new Set(revisions).size, revisions.length);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("can be kept while a watched tag has had no usable value", () => {
    const line = new Line(...DEFINITIONS);
    line.push(value(0, null));
    const kept = line.alarms.state();
    assert.deepEqual(JSON.parse(JSON.stringify(kept)), kept);
    line.alarms = new Alarms(DEFINITIONS, PLANT, { node: "n" }, kept);
    line.push(value(9_000, null));
    line.push(value(10_000, 9), value(20_000, 9));
    assert.deepEqual(told(line.events.filter(({ data }) => data.alarm === "quiet")), [
      [5_000, null, "unacknowledged"],
      [5_000, null, "rtn-unacknowledged"],
      [5_000, 15_000, "unacknowledged"],
      [15_000, null, "unacknowledged"],
    ]);
  });

  it("catches up from the machine that was heard the longest ago, not from one that has left", () => {
    const other = "acme.galway.bottling.line01.capper01";
    const both = [
      definition(),
      definition({ asset: other, source: { kind: "high", tag: `${other}._raw.torque`, limit: 10, deadband: 0 } }),
    ];
    const alarms = new Alarms(both, PLANT, { node: "n" });
    alarms.push([value(1_000, 4), value(9_000, 4, `${other}._raw.torque`)], T0 + 9_000);
    assert.equal(alarms.edge, T0 + 1_000);
    assert.equal(new Alarms(both.slice(1), PLANT, { node: "n" }, alarms.state()).edge, T0 + 9_000);
  });

  it("takes over from the ledger what a kill took from the snapshot, and ends what is left over", () => {
    const line = new Line();
    line.push(value(0, 9));
    const saved = JSON.parse(JSON.stringify(line.alarms.state())) as AlarmsState;
    line.push(value(1_000, 11));
    line.respond(ack(1_000, 2_000));
    const stated = line.events.map(entry);
    const again = new Alarms([definition()], PLANT, { node: "n" }, saved);
    const [first = assert.fail()] = stated;
    const removed = { ...first, asset: `${ASSET}.gone` };
    const ended = again.adopt([...stated.slice(-1), removed], T0 + 9_000);
    assert.deepEqual(
      ended.map(({ asset, start, end, data }) => [asset, start - T0, (end ?? 0) - T0, data.state]),
      [[`${ASSET}.gone`, 1_000, 9_000, "normal"]],
    );
    assert.deepEqual(told(again.push([value(3_000, 11), value(4_000, 9)], T0 + 9_000).events), [[1_000, 4_000, "normal"]]);
  });

  it("what another node has left goes on as it stands and is stated as this one's; what that one has judged is not judged again", () => {
    const definitions = [
      definition({ latching: true, group: "g" }),
      definition({ alarm: "pressure_HH", source: { kind: "high-high", tag: TAG, limit: 12, deadband: 0 } }),
    ];
    const line = new Line(...definitions);
    line.push(value(0, 9), value(1_000, 11), value(1_500, 13));
    line.respond(response({ id: ID, made: T0 + 2_000, action: "acknowledge", occurrence: T0 + 1_500 }, 2_000, "pressure_HH"));
    line.push(value(3_000, 9));
    const stated = [...new Map(line.events.map((event) => [`${event.asset} ${event.start}`, entry(event)])).values()];
    const next = new Alarms(definitions, PLANT, { node: "next" });
    const taken = next.adopt(stated, T0 + 4_000);
    assert.deepEqual(
      taken.map(({ asset, revision, data, evidence }) => [asset, revision, data.state, data.first_out, evidence?.["node"]]),
      [[`${ASSET}.pressure_H`, 3, "latched-unacknowledged", true, "next"]],
    );
    assert.deepEqual(next.push([value(1_000, 11), value(1_500, 13), value(2_900, 9)], T0 + 4_000).events, []);
    assert.deepEqual(told(next.push([value(5_000, 11)], T0 + 5_000).events), [
      [1_000, 5_000, "unacknowledged"],
      [5_000, null, "unacknowledged"],
    ]);
  });

  it("refused inputs that another node has counted are over by quiet in this one", () => {
    const rejects = definition({ alarm: "rejects", source: { kind: "rejects", codes: [], quietMs: 10_000 } });
    const line = new Line(rejects);
    const { events } = line.alarms.push([refused(TAG)], T0);
    const next = new Alarms([rejects], PLANT, { node: "next" });
    assert.equal(next.adopt(events.map(entry), T0 + 5_000).length, 1);
    assert.deepEqual(next.tick(T0 + 14_000), []);
    const [over] = next.tick(T0 + 16_000);
    assert.deepEqual([over?.start, over?.data.state, over?.data.returned], [T0, "rtn-unacknowledged", T0 + 15_000]);
  });

  it("what nobody goes on with ends with that reason, and what has ended is left alone", () => {
    const line = new Line();
    line.push(value(0, 11));
    const open = line.events.map(entry);
    const over = abandoned([...open, { ...(open[0] ?? assert.fail()), start: T0 - 9_000, end: T0 - 8_000 }], { node: "next" }, T0 + 60_000);
    assert.deepEqual(
      over.map(({ start, end, revision, data, evidence }) => [
        start - T0,
        (end ?? 0) - T0,
        revision,
        data.ended_because,
        evidence?.["node"],
      ]),
      [[0, 60_000, 2, "definition-removed", "next"]],
    );
  });

  it("keeps what another node had raised without a row just before a kill", () => {
    const line = new Line();
    const [raised = assert.fail()] = line.alarms.push(
      [alarmCondition(ASSET, T0, { alarm: "spc", active: true, priority: "high" })],
      T0,
    ).events;
    const again = new Alarms([definition()], PLANT, { node: "n" });
    assert.deepEqual(again.adopt([entry(raised)], T0 + 9_000), []);
    const [returned] = again.push([alarmCondition(ASSET, T0 + 1_000, { alarm: "spc", active: false })], T0 + 9_000).events;
    assert.deepEqual([returned?.start, returned?.data.state, returned?.data.priority], [T0, "rtn-unacknowledged", "high"]);
  });

  it("does not take the time in which the twin was down for a silence of the machine", () => {
    const quiet = definition({ alarm: "quiet", source: { kind: "stale", tag: TAG, afterMs: 10_000 } });
    const line = new Line(quiet);
    line.push(value(0, 1));
    const again = new Alarms([quiet], PLANT, { node: "n" }, line.alarms.state(), T0 + 3_600_000);
    assert.deepEqual(again.tick(T0 + 3_601_000), []);
    assert.equal(again.tick(T0 + 3_611_000).length, 1);
  });
});
