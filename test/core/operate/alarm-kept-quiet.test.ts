/** What ends by itself and what calls again: re-alarms, planned ends, suppression by a changed design, first-out. */
import assert from "node:assert/strict";
import type { LedgerEntry } from "../../../core/connect/ledger/index.ts";
import { rowOf } from "../../../core/connect/spine/index.ts";
import {
  type AlarmDefinition,
  alarmPerformance,
  type AlarmResponseData,
  Alarms,
  type AlarmState,
  ALARM_STATES,
  annunciationsOf,
  nextState,
  readResponse,
} from "../../../core/operate/alarm/index.ts";
import {
  ack,
  ASSET,
  definition,
  entry,
  ID,
  Line,
  PLANT,
  response,
  shelve,
  STATE_TAG,
  T0,
  TAG,
  told,
  value,
} from "../../support/alarm-line.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const out = (at: number, until?: number): ReturnType<typeof response> =>
  response(
    { id: ID, made: T0 + at, action: "remove-from-service", comment: "permit 17", ...(until === undefined ? {} : { until: T0 + until }) },
    at,
  );

/** The same after a restart: from what was kept, as the disk has it. */
function restarted(line: Line, ...definitions: AlarmDefinition[]): Line {
  const next = new Line(...definitions);
  const kept = JSON.parse(JSON.stringify(line.alarms.state())) as ReturnType<Alarms["state"]>;
  next.alarms = new Alarms(definitions, PLANT, { node: "n" }, kept, T0);
  return next;
}

const latest = (line: Line): LedgerEntry[] => [
  ...new Map(line.events.map((event) => [`${event.asset} ${event.start}`, entry(event)] as const)).values(),
];

describe("alarm: re-alarm", () => {
  const REALARM = definition({ realarmMs: HOUR });

  it("leads from acknowledged to unacknowledged while the condition holds, and from nowhere else", () => {
    const states = Object.keys(ALARM_STATES) as AlarmState[];
    for (const latching of [false, true])
      for (const active of [false, true])
        assert.deepEqual(
          states.filter((state) => nextState(state, "re-alarm", { latching, active }) !== undefined),
          active ? ["acknowledged"] : [],
        );
    assert.equal(nextState("acknowledged", "re-alarm", { latching: true, active: true }), "unacknowledged");
  });

  it("is off unless the definition says otherwise", () => {
    const line = new Line();
    line.push(value(0, 11));
    line.respond(ack(0, 1_000));
    assert.deepEqual(line.tick(30 * DAY), []);
  });

  it("an acknowledged alarm that stands on is annunciated again so long after somebody acknowledged it: a statement of its own, the old one says why it ended", () => {
    const line = new Line(REALARM);
    line.push(value(0, 11));
    line.respond(ack(0, 10_000));
    assert.deepEqual(line.tick(10_000 + HOUR - 1), []);
    const events = line.tick(10_000 + HOUR);
    const at = 10_000 + HOUR;
    assert.deepEqual(told(events), [
      [0, at, "unacknowledged"],
      [at, null, "unacknowledged"],
    ]);
    const [before, again] = events;
    assert.deepEqual([before?.data.ended_because, before?.data.acknowledged?.by, before?.data.returned], ["re-alarm", "mary", null]);
    assert.deepEqual(
      [again?.revision, again?.data.realarms, again?.data.acknowledged, again?.data.value, again?.data.ended_because],
      [1, 1, null, 11, undefined],
    );
    assert.deepEqual(line.tick(at + 5 * HOUR), [], "unacknowledged it waits for somebody and calls no more");
    assert.deepEqual(line.respond(ack(0, at + 5 * HOUR)), [], "an acknowledgement of the earlier annunciation is none of this one");
    assert.equal(line.respond(ack(at, at + 6 * HOUR))[0]?.data.state, "acknowledged");
    assert.equal(line.tick(at + 7 * HOUR).at(-1)?.data.realarms, 2);
  });

  it("calls nobody while the alarm is about to return, nor of one that is latched, shelved or over", () => {
    const line = new Line(definition({ realarmMs: HOUR, offDelayMs: 60_000 }));
    line.push(value(0, 11));
    line.respond(ack(0, 0));
    line.push(value(HOUR - 30_000, 9));
    assert.deepEqual(told(line.tick(HOUR)), []);
    assert.deepEqual(told(line.tick(HOUR + 60_000)), [[0, HOUR + 30_000, "normal"]]);
    const latched = new Line(definition({ realarmMs: HOUR, latching: true }));
    latched.push(value(0, 11));
    latched.respond(ack(0, 0));
    latched.push(value(1_000, 9));
    assert.deepEqual(latched.tick(2 * HOUR), []);
    const quiet = new Line(REALARM);
    quiet.push(value(0, 11));
    quiet.respond(ack(0, 0));
    quiet.respond(shelve(1_000, 2 * HOUR));
    assert.deepEqual(quiet.tick(HOUR + 1_000), []);
  });

  it("is due when it was due although the twin was restarted meanwhile, from its own state or from the ledger alone", () => {
    const line = new Line(REALARM);
    line.push(value(0, 11));
    line.respond(ack(0, 10_000));
    const again = restarted(line, REALARM);
    assert.deepEqual(again.tick(10_000 + HOUR - 1), []);
    assert.deepEqual(
      told(again.tick(10_000 + HOUR)).map(([start, , state]) => [start, state]),
      [
        [0, "unacknowledged"],
        [10_000 + HOUR, "unacknowledged"],
      ],
    );
    const adopted = new Line(REALARM);
    adopted.alarms.adopt(latest(line), T0 + 20_000);
    assert.deepEqual(adopted.tick(10_000 + HOUR - 1), []);
    assert.equal(adopted.tick(10_000 + HOUR).at(-1)?.data.realarms, 1);
  });

  it("counts as an annunciation, and what stands through re-alarms for more than a day is stale; what was shelved in between stands anew", () => {
    const line = new Line(REALARM);
    line.push(value(0, 11));
    let start = 0;
    for (let hour = 0; hour < 24; hour += 2) {
      line.respond(ack(start, hour * HOUR));
      start = (line.tick((hour + 1) * HOUR).at(-1)?.start ?? Number.NaN) - T0;
      assert.equal(start, (hour + 1) * HOUR);
      line.tick((hour + 2) * HOUR);
    }
    const figures = alarmPerformance(annunciationsOf(latest(line)), T0, T0 + DAY + HOUR);
    assert.deepEqual([figures.annunciated, figures.stale, figures.chattering, figures.fleeting], [13, [`${ASSET}.pressure_H`], [], []]);
    const shelved = new Line();
    shelved.push(value(0, 11));
    shelved.respond(shelve(20 * HOUR, 21 * HOUR));
    shelved.tick(21 * HOUR);
    assert.deepEqual(alarmPerformance(annunciationsOf(latest(shelved)), T0, T0 + 30 * HOUR).stale, []);
  });
});

describe("alarm: figures of what was cut off", () => {
  it("an alarm that was shelved or suppressed within seconds did not go by itself", () => {
    const line = new Line(definition({ suppressedIn: ["Stopped"] }));
    line.push(value(0, 6, STATE_TAG), value(1_000, 11), value(4_000, 2, STATE_TAG));
    assert.deepEqual(alarmPerformance(annunciationsOf(latest(line)), T0, T0 + HOUR).fleeting, []);
    const gone = new Line();
    gone.push(value(0, 11), value(4_000, 9));
    assert.deepEqual(alarmPerformance(annunciationsOf(latest(gone)), T0, T0 + HOUR).fleeting, [gone.events[0]?.asset]);
  });

  it("in the historian it held until then, and what is not over has no such time yet", () => {
    const line = new Line();
    line.push(value(0, 11));
    line.respond(shelve(4_000, HOUR));
    line.tick(HOUR);
    const rows = latest(line).map((one) => rowOf(one, () => ({})).fields);
    assert.deepEqual(
      rows.map(({ annunciated, active_ms: held }) => [annunciated, held]),
      [
        [1, 4_000],
        [0, 0],
        [1, 0],
      ],
    );
  });
});

describe("alarm: out of service until a planned end", () => {
  it("returns to service by itself, and the ledger says that the planned end came; it calls where the condition holds", () => {
    const line = new Line();
    line.push(value(0, 9));
    line.respond(out(1_000, 8 * HOUR));
    assert.deepEqual(line.events.at(-1)?.data.inhibited, {
      by: "mary",
      at: T0 + 1_000,
      comment: "permit 17",
      until: T0 + 8 * HOUR,
      as: "out-of-service",
    });
    line.push(value(2_000, 11));
    assert.deepEqual(line.tick(8 * HOUR - 1), []);
    const events = line.tick(8 * HOUR);
    assert.deepEqual(told(events), [
      [1_000, 8 * HOUR, "unacknowledged"],
      [8 * HOUR, null, "unacknowledged"],
    ]);
    assert.deepEqual(
      events.map(({ data }) => data.ended_because),
      ["planned-end", undefined],
    );
  });

  it("without one it stays until somebody returns it, and that is no planned end", () => {
    const line = new Line();
    line.respond(out(1_000));
    assert.deepEqual(line.tick(400 * DAY), []);
    const [ended] = line.respond(response({ id: ID, made: T0, action: "return-to-service" }, 400 * DAY));
    assert.deepEqual([ended?.data.state, ended?.data.ended_because], ["normal", undefined]);
  });

  it("keeps its end over a restart and at another node; where the design keeps it quiet then, it stays so", () => {
    const quiet = definition({ suppressedIn: ["Stopped"] });
    const line = new Line(quiet);
    line.push(value(0, 6, STATE_TAG), value(500, 11));
    line.respond(out(1_000, HOUR));
    line.push(value(2_000, 2, STATE_TAG));
    const adopted = new Line(quiet);
    adopted.alarms.adopt(latest(line), T0 + 3_000);
    assert.equal(adopted.tick(HOUR)[0]?.data.ended_because, "planned-end");
    const again = restarted(line, quiet);
    assert.deepEqual(again.tick(HOUR - 1), []);
    assert.deepEqual(
      again.tick(HOUR).map(({ data }) => [data.state, data.ended_because]),
      [
        ["suppressed", "planned-end"],
        ["suppressed", undefined],
      ],
    );
  });

  it("may lie within a year, in the future", () => {
    const said = { id: ID, made: T0, action: "remove-from-service", comment: "permit 17" } as const satisfies AlarmResponseData;
    assert.deepEqual(readResponse({ ...said, until: T0 + 30 * DAY }, T0), { ...said, until: T0 + 30 * DAY });
    for (const until of [T0, T0 + 367 * DAY, 0.5, "tomorrow"]) {
      const read = readResponse({ ...said, until }, T0);
      assert.equal("status" in read && read.status, 400, String(until));
    }
    const late = new Line();
    assert.deepEqual(late.respond(out(2_000, 2_000)), [], "an end that has passed when it is recorded is none");
  });

  it("a shelving that is over by itself says so too", () => {
    const line = new Line();
    line.respond(shelve(0, HOUR));
    assert.equal(line.tick(HOUR)[0]?.data.ended_because, "planned-end");
    line.respond(shelve(2 * HOUR, 3 * HOUR));
    const [ended] = line.respond(response({ id: ID, made: T0, action: "unshelve" }, 2 * HOUR + 1_000));
    assert.equal(ended?.data.ended_because, undefined);
  });
});

describe("alarm: suppression by a design that changes", () => {
  const [calling, quiet] = [definition(), definition({ suppressedIn: ["Stopped"] })];

  it("ends where the state is left out of it, though the machine says nothing new", () => {
    const line = new Line(quiet);
    line.push(value(0, 2, STATE_TAG), value(1_000, 11));
    assert.equal(line.events.at(-1)?.data.state, "suppressed");
    const again = restarted(line, calling);
    assert.deepEqual(told(again.alarms.judge()), [
      [0, 1_000, "unacknowledged"],
      [1_000, null, "unacknowledged"],
    ]);
  });

  it("begins where the machine is in the state already", () => {
    const line = new Line(calling);
    line.push(value(0, 2, STATE_TAG), value(1_000, 11));
    assert.deepEqual(told(restarted(line, quiet).alarms.judge()), [
      [1_000, 1_000, "suppressed"],
      [1_001, null, "suppressed"],
    ]);
  });

  it("stays where nothing has changed, or the machine does not tell its state at present", () => {
    const line = new Line(quiet);
    line.push(value(0, 2, STATE_TAG), value(1_000, null, STATE_TAG), value(1_000, 11));
    assert.deepEqual(restarted(line, quiet).alarms.judge(), []);
  });
});

const first = (line: Line): unknown[] =>
  line.events.filter(({ revision }) => revision === 1).map(({ data }) => [data.alarm, data.first_out]);

describe("alarm: suppression by design that ends", () => {
  it("gives what held meanwhile its on-delay once more: it calls where it still holds then, and nobody where it does not", () => {
    const delayed = definition({ suppressedIn: ["Stopped"], onDelayMs: 10_000 });
    const line = new Line(delayed);
    line.push(value(0, 2, STATE_TAG), value(1_000, 11));
    line.tick(60_000);
    line.push(value(60_000, 6, STATE_TAG));
    line.tick(69_999);
    assert.deepEqual(told(line.events), [
      [0, null, "suppressed"],
      [0, 60_000, "normal"],
    ]);
    const quick = restarted(line, delayed);
    quick.push(value(69_999, 9));
    assert.deepEqual(quick.tick(90_000), []);
    assert.deepEqual(told(line.tick(70_000)), [[70_000, null, "unacknowledged"]]);
  });

  it("counts that delay from the end of the suppression also where the value was not known before it", () => {
    const line = new Line(definition({ suppressedIn: ["Stopped"], onDelayMs: 10_000 }));
    line.push(value(0, 2, STATE_TAG), value(1_000, 11));
    line.tick(40_000);
    line.push(value(50_000, null), value(60_000, 6, STATE_TAG), value(65_000, 11));
    line.tick(90_000);
    assert.deepEqual(told(line.events).at(-1), [75_000, null, "unacknowledged"]);
  });

  it("calls at once without an on-delay, and what is shelved beneath it stays shelved", () => {
    const line = new Line(definition({ suppressedIn: ["Stopped"], onDelayMs: 10_000 }));
    line.push(value(0, 2, STATE_TAG), value(1_000, 11));
    line.tick(60_000);
    line.respond(shelve(60_000, HOUR));
    line.push(value(61_000, 6, STATE_TAG));
    line.tick(80_000);
    assert.deepEqual(told(line.events).at(-1), [61_000, null, "shelved"]);
    assert.deepEqual(told(line.tick(HOUR)).at(-1), [HOUR, null, "unacknowledged"], "its delay is over by then");
    const prompt = new Line(definition({ suppressedIn: ["Stopped"] }));
    prompt.push(value(0, 2, STATE_TAG), value(1_000, 11), value(2_000, 6, STATE_TAG));
    assert.deepEqual(told(prompt.events).at(-1), [2_000, null, "unacknowledged"]);
  });
});

describe("alarm: a tag that brings no usable value from the beginning", () => {
  const quiet = definition({ alarm: "quiet", source: { kind: "stale", tag: TAG, afterMs: 10_000 } });

  it("is stale so long after it was first heard, over a restart too; a usable value ends that", () => {
    const line = new Line(quiet);
    line.push(value(0, null), value(5_000, null));
    const again = restarted(line, quiet);
    again.alarms.push([value(8_000, null)], T0 + 8_000);
    assert.deepEqual(again.tick(10_000), []);
    assert.deepEqual(told(again.tick(16_000)), [[10_000, null, "unacknowledged"]]);
    assert.deepEqual(told(again.push(value(17_000, 1))), [[10_000, null, "rtn-unacknowledged"]]);
    assert.deepEqual(told(again.tick(27_000)), []);
    assert.deepEqual(told(again.tick(33_000)).at(-1), [27_000, null, "unacknowledged"]);
  });

  it("is none where a usable value came in time", () => {
    const line = new Line(quiet);
    line.push(value(0, null), value(5_000, 1));
    assert.deepEqual(told(line.tick(12_000)), []);
  });
});

describe("alarm: first-out", () => {
  const low = definition({ alarm: "pressure_L", source: { kind: "low", tag: TAG, limit: 5, deadband: 0 }, group: "trip" });
  const down = definition({ alarm: "down", source: { kind: "state", tag: STATE_TAG, states: ["Aborted"] }, group: "trip" });

  it("is kept by what has gone already and nobody has acknowledged: what stopped the machine is often over before it stands", () => {
    const line = new Line(down, low);
    line.push(value(0, 4), value(100, 6), value(1_000, 9, STATE_TAG), value(2_000, 4));
    assert.deepEqual(first(line), [
      ["pressure_L", true],
      ["down", false],
      ["pressure_L", true],
    ]);
  });

  it("is free again when all of the group are over and acknowledged", () => {
    const line = new Line(down, low);
    line.push(value(0, 4), value(100, 6));
    line.respond(response({ id: ID, made: T0, action: "acknowledge", occurrence: T0 }, 500, "pressure_L"));
    line.push(value(1_000, 9, STATE_TAG));
    assert.deepEqual(first(line), [
      ["pressure_L", true],
      ["down", true],
    ]);
  });

  it("is not taken by what is out of service", () => {
    const line = new Line(down, low);
    line.respond(response({ id: ID, made: T0, action: "remove-from-service", comment: "sensor" }, 0, "pressure_L"));
    line.push(value(0, 4), value(1_000, 9, STATE_TAG));
    assert.deepEqual(first(line).at(-1), ["down", true]);
  });
});
