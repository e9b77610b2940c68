import assert from "node:assert/strict";
import { Value } from "typebox/value";
import type { LedgerEntry } from "../../../core/connect/ledger/index.ts";
import { reject } from "../../../core/connect/sample/index.ts";
import {
  ALARM_STATE_DATA,
  alarmCondition,
  alarmPerformance,
  Alarms,
  annunciationsOf,
  isBeyond,
  mayRespond,
  readResponse,
} from "../../../core/operate/alarm/index.ts";
import {
  ack,
  ASSET,
  definition,
  ID,
  Line,
  PLANT,
  refused,
  reset,
  response,
  shelve,
  STATE_TAG,
  T0,
  TAG,
  told,
  value,
} from "../../support/alarm-line.ts";

describe("alarm: one annunciation from start to end", () => {
  it("is one statement with a revision per change: unacknowledged, acknowledged by a named person with time and comment, normal", () => {
    const line = new Line();
    line.push(value(0, 9), value(1_000, 11));
    line.respond(ack(1_000, 2_000, "on my way"));
    line.push(value(3_000, 9));
    assert.deepEqual(told(line.events), [
      [1_000, null, "unacknowledged"],
      [1_000, null, "acknowledged"],
      [1_000, 3_000, "normal"],
    ]);
    assert.deepEqual(
      line.events.map(({ revision, asset }) => [revision, asset]),
      [1, 2, 3].map((revision) => [revision, `${ASSET}.pressure_H`]),
    );
    const last = line.events.at(-1)?.data;
    assert.deepEqual(last?.acknowledged, { by: "mary", at: T0 + 2_000, comment: "on my way" });
    assert.deepEqual([last?.value, last?.limit, last?.returned, last?.active], [11, 10, T0 + 3_000, false]);
    for (const { data } of line.events) assert.ok(Value.Check(ALARM_STATE_DATA, data));
  });

  it("waits for somebody also when the condition is gone, and each recurrence until then is an annunciation of its own", () => {
    const line = new Line();
    line.push(value(0, 11), value(1_000, 9), value(2_000, 12), value(3_000, 9));
    assert.deepEqual(told(line.events), [
      [0, null, "unacknowledged"],
      [0, null, "rtn-unacknowledged"],
      [0, 2_000, "unacknowledged"],
      [2_000, null, "unacknowledged"],
      [2_000, null, "rtn-unacknowledged"],
    ]);
    assert.deepEqual(line.respond(ack(0, 4_000)), [], "what is over cannot be acknowledged any more");
    assert.deepEqual(told(line.respond(ack(2_000, 5_000))), [[2_000, 5_000, "normal"]]);
  });

  it("latched, stays until it is acknowledged and then reset", () => {
    const line = new Line(definition({ latching: true }));
    line.push(value(0, 11), value(1_000, 9));
    assert.deepEqual(line.respond(reset(1_500)), []);
    line.respond(ack(0, 2_000));
    line.respond(reset(3_000));
    assert.deepEqual(
      told(line.events).map(([, , state]) => state),
      ["unacknowledged", "latched-unacknowledged", "latched-acknowledged", "normal"],
    );
  });

  it("takes a response once, however often it is told of it", () => {
    const line = new Line();
    line.push(value(0, 11));
    const given = ack(0, 1_000);
    assert.equal(line.respond(given).length, 1);
    assert.equal(line.respond(given).length, 0);
  });
});

describe("alarm: what annunciates it", () => {
  it("is beyond a limit strictly, and back inside only by the deadband", () => {
    const high = { kind: "high", tag: TAG, limit: 10, deadband: 2 } as const;
    const low = { ...high, kind: "low" } as const;
    assert.deepEqual(
      [10, 10.1].map((v) => isBeyond(v, high, false)),
      [false, true],
    );
    assert.deepEqual(
      [8.1, 8].map((v) => isBeyond(v, high, true)),
      [true, false],
    );
    assert.deepEqual(
      [10, 9.9].map((v) => isBeyond(v, low, false)),
      [false, true],
    );
    assert.deepEqual(
      [11.9, 12].map((v) => isBeyond(v, low, true)),
      [true, false],
    );
  });

  it("must hold for the on-delay and be gone for the off-delay; the instants are those of the condition, not of the tick", () => {
    const line = new Line(definition({ onDelayMs: 5_000, offDelayMs: 3_000 }));
    line.push(value(0, 11), value(4_000, 9), value(6_000, 11));
    assert.equal(line.events.length, 0);
    line.tick(10_900);
    assert.equal(line.events.length, 0);
    line.tick(12_345);
    line.push(value(13_000, 9), value(14_000, 11), value(15_000, 9));
    line.tick(19_000);
    assert.deepEqual(told(line.events), [
      [11_000, null, "unacknowledged"],
      [11_000, null, "rtn-unacknowledged"],
    ]);
    assert.equal(line.events.at(-1)?.data.returned, T0 + 18_000);
  });

  it("does not let a delay elapse over a past that is played fast", () => {
    const alarms = new Alarms([definition({ onDelayMs: 60_000 })], PLANT, { node: "n" });
    const now = T0 + 86_400_000;
    assert.deepEqual(alarms.push([value(0, 11)], now).events, []);
    assert.deepEqual(alarms.tick(now + 1_000), []);
    assert.deepEqual(alarms.push([value(30_000, 9)], now + 2_000).events, []);
  });

  it("is neither raised nor cleared by a value of bad quality", () => {
    const line = new Line(definition({ onDelayMs: 2_000 }));
    line.push(value(0, 11), value(1_000, null));
    line.tick(10_000);
    assert.equal(line.events.length, 0);
    line.push(value(11_000, 11), value(14_000, 11), value(15_000, null));
    // One second before it and one after it: what is not known is no part of the delay.
    assert.deepEqual(told(line.events), [[12_000, null, "unacknowledged"]]);
  });

  it("is annunciated although the quality flickers: delays stand still while the condition is not known", () => {
    const line = new Line(definition({ onDelayMs: 10_000, offDelayMs: 5_000 }));
    for (let second = 0; second < 20; second += 1) line.push(value(1_000 * second, second % 5 === 4 ? null : 11));
    assert.deepEqual(told(line.events), [[12_000, null, "unacknowledged"]]);
    for (let second = 20; second < 30; second += 1) line.push(value(1_000 * second, second % 5 === 4 ? null : 9));
    assert.equal(line.events.at(-1)?.data.returned, T0 + 26_000);
  });

  it("begins its delay anew where the condition is another one when it is known again", () => {
    const line = new Line(definition({ onDelayMs: 10_000 }));
    line.push(value(0, 11), value(8_000, null), value(9_000, 9), value(10_000, 11), value(19_000, 11));
    assert.deepEqual(line.events, []);
    line.push(value(20_000, 11));
    assert.deepEqual(told(line.events), [[20_000, null, "unacknowledged"]]);
  });

  it("passes over a sample that is older than the last one of its tag", () => {
    const line = new Line();
    line.push(value(1_000, 9));
    assert.deepEqual(line.alarms.push([value(500, 99), value(999, 99)], T0 + 2_000), { events: [], rejects: [] });
  });

  it("of two samples of one instant the later one holds, as in the historian, and either again changes nothing more", () => {
    const down = { alarm: "down", source: { kind: "state", tag: STATE_TAG, states: ["Stopping", "Aborted"] } } as const;
    const line = new Line(definition(), definition({ ...down, onDelayMs: 1_000, suppressedIn: [] }));
    line.push(value(0, 7, STATE_TAG), value(0, 2, STATE_TAG), value(0, 11), value(0, 9));
    assert.deepEqual(told(line.tick(60_000)), [], "Stopping lasted no time at all");
    assert.deepEqual(told(line.events), [
      [0, null, "unacknowledged"],
      [0, null, "rtn-unacknowledged"],
    ]);
    assert.deepEqual(line.push(value(0, 9), value(0, 2, STATE_TAG)), [], "read again from the historian");
  });

  it("goes on when the clock of the source, or of this computer, goes backwards", () => {
    const line = new Line(definition({ onDelayMs: 5_000 }));
    line.push(value(10_000, 9), value(11_000, 12));
    assert.deepEqual(line.alarms.push([value(2_000, 9)], T0 + 12_000).events, [], "an old value clears nothing");
    assert.deepEqual(line.tick(-3_600_000), [], "and time does not run back");
    assert.deepEqual(line.alarms.push([value(15_000, 12)], T0 - 3_600_000).events, []);
    assert.deepEqual(told(line.alarms.push([value(16_000, 12)], T0 - 3_599_000).events), [[16_000, null, "unacknowledged"]]);
  });

  it("can be a state of the machine by its name", () => {
    const line = new Line(definition({ alarm: "down", source: { kind: "state", tag: STATE_TAG, states: ["Aborted", "Held"] } }));
    line.push(value(0, 6, STATE_TAG), value(1_000, 9, STATE_TAG), value(2_000, 6, STATE_TAG));
    assert.deepEqual(told(line.events), [
      [1_000, null, "unacknowledged"],
      [1_000, null, "rtn-unacknowledged"],
    ]);
  });

  it("can be the silence of a tag, of one tag or of the whole machine, and a silence that one message ends was one", () => {
    const line = new Line(definition({ alarm: "quiet", source: { kind: "stale", tag: TAG, afterMs: 10_000 } }));
    line.push(value(0, 1));
    line.tick(9_000);
    assert.equal(line.events.length, 0);
    line.tick(11_000);
    assert.deepEqual(told(line.events), [[10_000, null, "unacknowledged"]]);
    line.push(value(20_000, 1));
    line.respond(response({ id: ID, made: T0, action: "acknowledge", occurrence: T0 + 10_000 }, 20_500, "quiet"));
    line.events.length = 0;
    line.push(value(40_000, 1));
    assert.deepEqual(told(line.events), [
      [30_000, null, "unacknowledged"],
      [30_000, null, "rtn-unacknowledged"],
    ]);
  });

  it("can be refused inputs, of the machine that the reject names or else of the whole node, until none come any more", () => {
    const source = { kind: "rejects", codes: ["STALE"], quietMs: 60_000 } as const;
    const line = new Line(definition({ alarm: "rejects", source }), definition({ asset: "acme.galway", alarm: "rejects", source }));
    assert.deepEqual(line.alarms.push([reject("UNMAPPED", {}, { tag: TAG })], T0).events, []);
    const [own] = line.alarms.push([refused(TAG)], T0).events;
    assert.deepEqual([own?.asset, own?.data.value], [`${ASSET}.rejects`, "STALE"]);
    assert.equal(line.alarms.push([refused()], T0).events[0]?.asset, "acme.galway.rejects");
    line.alarms.push([refused(TAG)], T0 + 30_000);
    assert.deepEqual(told(line.tick(60_000)), [[0, null, "rtn-unacknowledged"]]);
    assert.deepEqual(told(line.tick(90_000)), [[0, null, "rtn-unacknowledged"]]);
  });

  it("can be what another node says, with or without a row of its own; saying it again before anybody acknowledged it is a re-alarm", () => {
    const { alarms } = new Line(definition({ alarm: "spc", source: { kind: "condition" }, priority: "high", message: "Out of control" }));
    const say = (alarm: string, active: boolean, at: number, more: object = {}) =>
      alarms.push([alarmCondition(ASSET, T0 + at, { alarm, active, ...more })], T0 + at);
    const [raised] = say("spc", true, 0, { value: 3.2, message: "Rule 1" }).events;
    assert.deepEqual([raised?.data.priority, raised?.data.message, raised?.data.value], ["high", "Rule 1", 3.2]);
    const [again] = say("spc", true, 1_000, { value: 4 }).events;
    assert.deepEqual([again?.revision, again?.start, again?.data.realarms, again?.data.value], [2, T0, 1, 4]);
    const [other] = say("model_drift", true, 2_000, { priority: "critical", unit: "g" }).events;
    assert.deepEqual([other?.data.priority, other?.data.unit], ["critical", "g"]);
    assert.equal(say("model_drift", false, 3_000).events[0]?.data.state, "rtn-unacknowledged");
  });

  it("knows which of a group came first", () => {
    const low = definition({ alarm: "pressure_L", source: { kind: "low", tag: TAG, limit: 5, deadband: 0 }, group: "trip" });
    const down = definition({ alarm: "down", source: { kind: "state", tag: STATE_TAG, states: ["Aborted"] }, group: "trip" });
    const line = new Line(down, low);
    line.push(value(0, 4), value(1, 9, STATE_TAG));
    assert.deepEqual(
      line.events.map(({ data }) => [data.alarm, data.first_out]),
      [
        ["pressure_L", true],
        ["down", false],
      ],
    );
  });
});

describe("alarm: kept from annunciating", () => {
  it("shelved by a person until a time: a period of its own, and annunciated afterwards if it still holds", () => {
    const line = new Line();
    line.push(value(0, 11));
    line.respond(shelve(1_000, 60_000));
    line.push(value(2_000, 9), value(3_000, 11));
    line.tick(59_000);
    line.tick(60_500);
    assert.deepEqual(told(line.events).slice(1, 3), [
      [0, 1_000, "shelved"],
      [1_000, null, "shelved"],
    ]);
    assert.equal(line.events[2]?.data.inhibited?.by, "mary");
    assert.deepEqual(
      told(line.events)
        .slice(3)
        .map(([start, , state]) => [start, state]),
      [
        [1_000, "unacknowledged"],
        [60_500, "unacknowledged"],
      ],
    );
  });

  it("suppressed by design in states in which it means nothing; a shelving outlives that without a call in between", () => {
    const line = new Line(definition({ suppressedIn: ["Stopped"] }));
    line.push(value(0, 2, STATE_TAG), value(1_000, 11));
    line.respond(shelve(2_000, 90_000));
    line.push(value(3_000, 6, STATE_TAG));
    assert.deepEqual(told(line.events), [
      [0, null, "suppressed"],
      [0, 3_000, "shelved"],
      [3_000, null, "shelved"],
    ]);
    assert.deepEqual(
      told(line.tick(90_000)).map(([start, , state]) => [start, state]),
      [
        [3_000, "unacknowledged"],
        [90_000, "unacknowledged"],
      ],
    );
  });

  it("out of service until somebody returns it, whatever the design says meanwhile", () => {
    const line = new Line(definition({ suppressedIn: ["Stopped"] }));
    line.push(value(0, 6, STATE_TAG), value(500, 11));
    line.respond(response({ id: ID, made: T0, action: "remove-from-service", comment: "vessel emptied" }, 1_000));
    line.push(value(2_000, 2, STATE_TAG), value(3_000, 9));
    const [, opened] = line.respond(response({ id: ID, made: T0, action: "return-to-service" }, 4_000));
    assert.equal(opened?.data.state, "suppressed");
    assert.deepEqual(opened?.data.inhibited, { by: null, at: T0 + 4_000, comment: null, until: null, as: "suppressed" });
  });

  it("a shelved alarm is no annunciation and is in no figure", () => {
    const line = new Line();
    line.respond(shelve(0, 60_000));
    line.push(value(2_000, 11));
    assert.equal(line.alarms.counts(T0 + 2_000).recent, 0);
    assert.deepEqual(annunciationsOf(line.events as unknown as LedgerEntry[]), []);
    assert.equal(line.alarms.counts(T0 + 2_000).inhibited, 1);
  });
});

const person = (...roles: ("viewer" | "operator" | "engineer")[]) => ({ name: "mary", label: "Mary", roles, scope: ["*"] });

describe("alarm: responses of people", () => {
  it("need a role: operators acknowledge and shelve, engineers take out of service, viewers look", () => {
    assert.equal(mayRespond(person("operator"), { action: "acknowledge" }), undefined);
    assert.equal(mayRespond(person("viewer"), { action: "acknowledge" })?.status, 403);
    assert.equal(mayRespond(person("operator"), { action: "remove-from-service" })?.status, 403);
    assert.equal(mayRespond(person("engineer"), { action: "remove-from-service" }), undefined);
  });

  it("are strict: a comment where one is owed, a time that is now, shelving for a day at most, no foreign keys", () => {
    const good = { id: ID, made: T0, action: "shelve", until: T0 + 3_600_000, comment: "valve is being changed" };
    assert.deepEqual(readResponse(good, T0), good);
    const { comment: _, ...without } = good;
    for (const bad of [
      without,
      { ...good, comment: "" },
      { ...good, until: T0 },
      { ...good, until: T0 + 25 * 3_600_000 },
      { ...good, made: T0 - 7_200_000 },
      { ...good, extra: 1 },
      JSON.parse(`{"__proto__": ${JSON.stringify(good)}}`),
      null,
      "shelve",
    ]) {
      const read = readResponse(bad, T0);
      assert.equal("status" in read && read.status, 400, JSON.stringify(bad));
    }
  });
});

describe("alarm: bad input", () => {
  it("refuses with a reason what is neither sample, reject nor condition, and goes on", () => {
    const { alarms } = new Line();
    const codes = (payload: unknown): string[] => alarms.push(payload, T0, T0 + 1_000).rejects.map(({ code }) => code);
    assert.deepEqual(
      codes([null, 7, { tag: TAG }, JSON.parse('{"__proto__": {"code": "STALE", "message": ""}}')]),
      Array(4).fill("NOT_A_SAMPLE"),
    );
    assert.deepEqual(codes({ ...value(0, 1), timestamp: 0.5 }), ["BAD_TIMESTAMP"]);
    assert.deepEqual(codes(value(2_000, 1)), ["FUTURE_TIMESTAMP"]);
    const condition = alarmCondition(ASSET, T0, { alarm: "a", active: true });
    assert.deepEqual(codes({ ...condition, asset: "nobody.knows" }), ["BAD_EVENT"]);
    assert.deepEqual(codes({ ...condition, data: { alarm: "a b", active: true } }), ["BAD_EVENT"]);
    assert.deepEqual(codes({ ...condition, data: { alarm: "a" } }), ["BAD_EVENT"]);
    assert.deepEqual(codes({ ...condition, data: { alarm: "pressure_H", active: true } }), ["BAD_EVENT"]);
    assert.equal(alarms.push([value(0, 11)], T0).events.length, 1);
  });

  it("refuses NaN, infinities, texts and values of another unit, which neither raise it nor clear it, and says why", () => {
    const alarms = new Alarms([definition({ unit: "g" })], PLANT, { node: "n" });
    const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, "11", true].map((one, i) => value(i, one));
    const refusedOf = (samples: unknown): string[] => {
      const { events, rejects } = alarms.push(samples, T0);
      assert.deepEqual(events, []);
      return rejects.map(({ code }) => code);
    };
    assert.deepEqual(refusedOf(bad), ["NOT_FINITE", "NOT_FINITE", "NOT_FINITE", "WRONG_TYPE", "WRONG_TYPE"]);
    assert.deepEqual(refusedOf({ ...value(10, 600), unit: "mg" }), ["WRONG_UNIT"]);
    assert.equal(alarms.push({ ...value(20, 11), unit: "g" }, T0).events.length, 1);
    assert.deepEqual(refusedOf({ ...value(30, 0.009), unit: "kg" }), ["WRONG_UNIT"]);
    assert.equal(alarms.counts(T0).active, 1);
  });

  it("refuses a number that is none where only silence is watched: it is no sign of life", () => {
    const stale = definition({ source: { kind: "stale", tag: TAG, afterMs: 5_000 } });
    const line = new Line(stale);
    line.push(value(0, 1), value(4_000, Number.NaN));
    line.tick(30_000);
    assert.deepEqual(told(line.events), [[5_000, null, "unacknowledged"]]);
  });
});

describe("alarm: performance", () => {
  it("says that there is nothing to estimate where there is no time or no alarm", () => {
    const none = alarmPerformance([], 0, 0);
    assert.deepEqual(
      [none.averagePer10min, none.shareInFlood, none.shareOfBadActors, none.meanTimeToAcknowledge],
      [null, null, null, null],
    );
  });

  it("does not make a rate per 10 min of less than 10 min", () => {
    const one = { alarm: "a", priority: "low", time: 0, returned: null } as const;
    assert.deepEqual([alarmPerformance([one], 0, 599_999).averagePer10min, alarmPerformance([one], 0, 600_000).averagePer10min], [null, 1]);
  });

  it("counts a stale alarm that began long before the time looked at", () => {
    const hour = 3_600_000;
    const { stale, annunciated } = alarmPerformance([{ alarm: "a", priority: "low", time: 0, returned: null }], 25 * hour, 26 * hour);
    assert.deepEqual([stale, annunciated], [["a"], 0]);
  });
});
