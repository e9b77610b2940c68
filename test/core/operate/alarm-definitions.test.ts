import assert from "node:assert/strict";
import { Value } from "typebox/value";
import {
  ALARM_STATE_DATA,
  alarmCondition,
  type AlarmDefinition,
  Alarms,
  type AlarmStateEvent,
  limitFaults,
  type LimitKind,
  retired,
} from "../../../core/operate/alarm/index.ts";
import { ack, ASSET, definition, entry, Line, PLANT, shelve, STATE_TAG, T0, TAG, told, value } from "../../support/alarm-line.ts";

const NODE = { node: "n" };

/** What ended, when, and why. */
const over = (events: readonly AlarmStateEvent[]): unknown[] =>
  events.map(({ asset, end, data }) => [asset.slice(ASSET.length + 1), (end ?? T0) - T0, data.state, data.ended_because]);

const limit = (at: number): AlarmDefinition => definition({ source: { kind: "high", tag: TAG, limit: at, deadband: 0 } });

/** The same alarms with other definitions, as after a deploy or a change of the plant model. */
function redefined(line: Line, definitions: readonly AlarmDefinition[]): Alarms {
  return new Alarms(definitions, PLANT, NODE, JSON.parse(JSON.stringify(line.alarms.state())) as ReturnType<Alarms["state"]>);
}

const restarted = (alarms: Alarms, now: number): readonly AlarmStateEvent[] => [...alarms.reconcile(now), ...alarms.judge()];

const condition = (time: number, active = true): unknown => alarmCondition(ASSET, T0 + time, { alarm: "seal", active });
const owned = (defines: boolean): typeof PLANT => ({
  ...PLANT,
  ownerOf: (path) => (path === `${ASSET}.seal` ? { name: "Line alarms", defines } : undefined),
});

describe("alarm: definitions that change while it is active", () => {
  it("removed, it ends with that reason, whatever its state, and is not ended a second time from the ledger", () => {
    const line = new Line(definition(), definition({ alarm: "kept", source: { kind: "low", tag: TAG, limit: 2, deadband: 0 } }));
    line.push(value(0, 11));
    const again = redefined(line, [definition({ alarm: "kept", source: { kind: "low", tag: TAG, limit: 2, deadband: 0 } })]);
    const ended = again.reconcile(T0 + 5_000);
    assert.deepEqual(over(ended), [["pressure_H", 5_000, "normal", "definition-removed"]]);
    assert.deepEqual([ended[0]?.revision, ended[0]?.data.active, ended[0]?.data.returned], [2, false, null]);
    assert.ok(Value.Check(ALARM_STATE_DATA, ended[0]?.data));
    assert.deepEqual(again.adopt(line.events.map(entry), T0 + 9_000), []);
    assert.deepEqual(again.reconcile(T0 + 9_000), [], "once");
    assert.equal(Object.hasOwn(again.state().points, `${ASSET}.pressure_H`), false);
  });

  it("removed while it is shelved, it is kept quiet no more", () => {
    const line = new Line();
    line.push(value(0, 11));
    line.respond(shelve(1_000, 60_000));
    assert.deepEqual(over(redefined(line, []).reconcile(T0 + 5_000)), [["pressure_H", 5_000, "normal", "definition-removed"]]);
  });

  it("without a snapshot, the ledger tells what is left over of a removed one", () => {
    const line = new Line();
    line.push(value(0, 11));
    const ended = new Alarms([], PLANT, NODE).adopt(line.events.map(entry), T0 + 9_000);
    assert.deepEqual(over(ended), [["pressure_H", 9_000, "normal", "definition-removed"]]);
  });

  it("raised by another node for a machine that is in the plant model no more, it ends too", () => {
    const line = new Line();
    line.alarms.push([alarmCondition(ASSET, T0, { alarm: "spc", active: true })], T0);
    const gone = new Alarms([], { ...PLANT, knows: () => false }, NODE, line.alarms.state());
    assert.deepEqual(over(gone.reconcile(T0 + 1_000)), [["spc", 1_000, "normal", "definition-removed"]]);
    assert.equal(gone.size, 0);
  });

  it("gone for good with its node, it ends at its machine's time and stays ended, and nobody keeps quiet what comes back", () => {
    const line = new Line(definition(), definition({ alarm: "quiet" }));
    line.push(value(0, 11));
    line.respond(shelve(1_000, 3_600_000));
    const { events, state } = retired(line.alarms.state(), NODE, T0 + 5_000, () => false);
    assert.deepEqual(over(events), [
      ["pressure_H", 5_000, "normal", "definition-removed"],
      ["quiet", 5_000, "normal", "definition-removed"],
    ]);
    const back = new Alarms([definition()], PLANT, NODE, JSON.parse(JSON.stringify(state)) as typeof state);
    const [anew, ...more] = restarted(back, T0 + 9_000);
    assert.deepEqual([anew?.revision, anew?.data.state, more.length], [1, "unacknowledged", 0]);
    assert.ok((anew?.start ?? T0) > T0 + 1_000, "never at the instant of the one that ended");
    assert.deepEqual(over(back.restate()).slice(0, 1), over(events).slice(0, 1));
  });

  it("gone while another node goes on with it, it says nothing of it any more", () => {
    const line = new Line();
    line.push(value(0, 11));
    const { events, state } = retired(line.alarms.state(), NODE, T0 + 5_000, () => true);
    assert.deepEqual([events, new Alarms([], PLANT, NODE, state).reconcile(T0 + 9_000)], [[], []]);
    assert.deepEqual(new Alarms([definition()], PLANT, NODE, state).restate(), []);
  });

  it("with another limit it goes on, and the value that is there is judged by it at once", () => {
    const line = new Line();
    line.push(value(0, 11));
    assert.deepEqual(restarted(redefined(line, [limit(10.5)]), T0 + 1_000), []);
    const wider = redefined(line, [limit(12)]);
    assert.deepEqual(told(restarted(wider, T0 + 1_000)), [[0, null, "rtn-unacknowledged"]]);
    assert.equal(wider.state().points[`${ASSET}.pressure_H`]?.open?.data.limit, 10, "what raised it stays said");

    const calm = new Line(limit(12));
    calm.push(value(0, 11));
    const [raised] = restarted(redefined(calm, [limit(10)]), T0 + 1_000);
    assert.deepEqual([raised?.data.state, raised?.data.value, raised?.data.limit], ["unacknowledged", 11, 10]);
  });

  it("does not judge by a new limit a value that was followed by a bad one", () => {
    const line = new Line(definition({ source: { kind: "high", tag: TAG, limit: 12, deadband: 0 } }));
    line.push(value(0, 11), value(1_000, null));
    assert.deepEqual(restarted(redefined(line, [definition()]), T0 + 2_000), []);
  });

  it("that watches something else under the same name is another alarm: the old one ends with that reason", () => {
    const line = new Line();
    line.push(value(0, 11));
    const state = definition({ source: { kind: "state", tag: STATE_TAG, states: ["Aborted"] } });
    const again = redefined(line, [state]);
    assert.deepEqual(over(again.reconcile(T0 + 5_000)), [["pressure_H", 5_000, "normal", "definition-changed"]]);
    assert.deepEqual(told(again.push([value(6_000, 9, STATE_TAG)], T0 + 6_000).events), [[6_000, null, "unacknowledged"]]);
    const fromLedger = new Alarms([state], PLANT, NODE).adopt(line.events.map(entry), T0 + 9_000);
    assert.deepEqual(over(fromLedger), [["pressure_H", 9_000, "normal", "definition-changed"]]);
  });

  it("and what somebody has shelved stays shelved, but its condition is not known until the new tag tells it", () => {
    const line = new Line();
    line.push(value(0, 11));
    line.respond(ack(0, 500));
    line.respond(shelve(1_000, 60_000));
    const other = definition({ source: { kind: "high", tag: STATE_TAG, limit: 10, deadband: 0 } });
    const again = redefined(line, [other]);
    assert.deepEqual(again.reconcile(T0 + 5_000), []);
    assert.deepEqual(told(again.tick(T0 + 61_000)), [[1_000, 61_000, "normal"]]);
  });
});

describe("alarm: one name, one owner", () => {
  it("ends what another node has taken over with that reason", () => {
    const line = new Line(definition({ alarm: "seal" }));
    line.push(value(0, 11));
    const left = new Alarms([], owned(true), NODE, line.alarms.state());
    assert.deepEqual(over(left.reconcile(T0 + 1_000)), [["seal", 1_000, "normal", "other-node"]]);
    const handing = new Alarms([], { ...owned(true), handsOver: true }, NODE, line.alarms.state());
    assert.deepEqual(handing.reconcile(T0 + 1_000), [], "with a ledger between them it goes on there");
    assert.deepEqual(handing.adopt(line.events.map(entry), T0 + 1_000), [], "and does not end from the ledger either");
  });

  it("refuses a condition under the name of an alarm that watches something itself, here or in another node, and says where", () => {
    const here = new Alarms([definition({ alarm: "seal" })], PLANT, NODE).push([condition(0)], T0);
    assert.match(here.rejects[0]?.message ?? "", /seal watches something else\. Give the condition another name\.$/);
    const { events, rejects } = new Alarms([], owned(true), NODE).push([condition(0)], T0);
    assert.deepEqual(events, []);
    assert.deepEqual([rejects[0]?.code, rejects[0]?.field], ["BAD_EVENT", "data.alarm"]);
    assert.match(
      rejects[0]?.message ?? "",
      /seal is the alarm of the node Line alarms\. Wire the condition into that node alone, or give it another name\.$/,
    );
  });

  it("refuses a condition that another node has taken already, and ends its own when another node defines it since", () => {
    assert.equal(new Alarms([], owned(false), NODE).push([condition(0)], T0).rejects.length, 1);
    const first = new Alarms([], PLANT, NODE);
    first.push([condition(0)], T0);
    const kept = new Alarms([], owned(false), NODE, first.state());
    assert.deepEqual(over(kept.push([condition(1_000, false)], T0 + 1_000).events), [["seal", 0, "rtn-unacknowledged", undefined]]);
    const left = new Alarms([], owned(true), NODE, first.state());
    assert.deepEqual(over(left.push([condition(1_000)], T0 + 1_000).events), [["seal", 1_000, "normal", "other-node"]]);
    assert.equal(left.has(`${ASSET}.seal`), false);
  });
});

const at = (kind: LimitKind, level: number, deadband = 0): AlarmDefinition =>
  definition({ alarm: kind, source: { kind, tag: TAG, limit: level, deadband } });

describe("alarm: limits of one tag", () => {
  it("in order, with deadbands narrower than the way between low and high, are no fault", () => {
    assert.deepEqual(limitFaults([at("low-low", 1, 2), at("high", 9, 2), at("low", 2, 2), at("high-high", 10, 2)]), []);
    assert.deepEqual(
      limitFaults([at("high", 9), definition({ source: { kind: "high-high", tag: `${TAG}2`, limit: 5, deadband: 0 } })]),
      [],
    );
  });

  it("out of order are said, with both", () => {
    assert.deepEqual(limitFaults([at("high-high", 10), at("high", 10)]), [
      `The limits of ${TAG} are out of order: high (10) is not below high-high (10). Correct one of them.`,
    ]);
    assert.equal(limitFaults([at("low-low", 12), at("low", 3), at("high", 11)]).length, 2);
  });

  it("with a deadband that leaves no way back between low and high are said", () => {
    assert.match(
      limitFaults([at("low", 2), at("high", 9, 7)])[0] ?? "",
      /^A deadband of .* from low \(2\) to high \(9\): the alarm returns only/,
    );
  });
});
