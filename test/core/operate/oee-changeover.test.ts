import assert from "node:assert/strict";
import type { Sample } from "../../../core/connect/sample/index.ts";
import {
  type AssignedStretch,
  atoms,
  byShift,
  LASTING,
  OeeCalculator,
  type OeeMachine,
  type PlannedWindow,
  sixBigLosses,
  type StatedOrder,
} from "../../../core/operate/oee/index.ts";
import { AssignedTime } from "../../../core/operate/oee/assigned.ts";
import { CHANGEOVER_REACH, standardOf } from "../../../core/operate/oee/changeover.ts";
import { Production } from "../../../core/operate/oee/production.ts";
import { feed, latest, machine, MINUTE, readingsOf, sample, shuffled, sum, T0 } from "../../support/oee-line.ts";

const STANDARDS = { still: { lemon: 10 * MINUTE, "*": 20 * MINUTE }, "*": { still: 15 * MINUTE } };
const HOUR = 60;

/** One shift from T0 on that never ends, unless the test says otherwise. */
const always = (from: number, to: number): PlannedWindow[] => [
  { start: from, end: to, planned: true, shift: "early", productionDay: "2026-03-10" },
];

/** With a break from minute 8 to 38. */
function withBreak(from: number, to: number): PlannedWindow[] {
  const of = { shift: "early", productionDay: "2026-03-10" };
  return [
    { start: from, end: at(8), planned: true, ...of },
    { start: at(8), end: at(38), planned: false, ...of },
    { start: at(38), end: to, planned: true, ...of },
  ];
}

function with_(change: Partial<OeeMachine["rules"]> = {}): OeeMachine {
  return machine({ microStopMs: 0, startUpMs: 0, silenceMs: null, changeovers: STANDARDS, plannedWindows: always, ...change });
}

const RUN = 6;
const STOPPED = 2;
const ABORTED = 9;
const at = (minute: number): number => T0 + Math.round(minute * MINUTE);

/** `[minute, state, mode, product]`: what the machine says from that minute on; mode 4 is Changeover, 1 Production. */
function says(...rows: readonly [number, number, number, string][]): Sample[] {
  return rows.flatMap(([minute, state, mode, product], i) => [
    sample("state", at(minute), state),
    sample("unit_mode", at(minute), mode),
    ...(rows[i - 1]?.[3] === product ? [] : [sample("product", at(minute), product)]),
  ]);
}

/** Minutes of set-up, and of it beyond the standard. */
function overrun(samples: readonly Sample[], until: number, of = with_(), more: { time?: AssignedStretch[]; orders?: StatedOrder[] } = {}) {
  const production = new Production({ orders: more.orders ?? [], counts: [] });
  const all = sum(atoms(readingsOf(samples, of), T0, at(until), of.rules, new AssignedTime(more.time ?? []), production));
  return [all.ms.setup / MINUTE, all.setupOverrunMs / MINUTE];
}

describe("the standard time of a changeover", () => {
  it("is the nearest entry of the table: both products, any to, any from, any of both", () => {
    const all = { still: { lemon: 1, "*": 2 }, "*": { lemon: 3, "*": 4 } };
    assert.deepEqual(
      [
        standardOf(all, "still", "lemon"),
        standardOf(all, "still", "cola"),
        standardOf(all, "cola", "lemon"),
        standardOf(all, null, "cola"),
      ],
      [1, 2, 3, 4],
    );
    assert.equal(standardOf({ still: { lemon: 1 } }, "lemon", "still"), null);
    assert.equal(standardOf({ still: { lemon: 1 } }, "__proto__", "toString"), null);
  });

  it("is used up from the beginning of the set-up on; what is beyond is overrun, to the millisecond", () => {
    const samples = says([0, RUN, 1, "still"], [5, STOPPED, 4, "lemon"], [17.5, RUN, 1, "lemon"]);
    assert.deepEqual(overrun(samples, 30), [12.5, 2.5]);
    assert.deepEqual(overrun(says([0, RUN, 1, "still"], [5, STOPPED, 4, "lemon"], [15, RUN, 1, "lemon"]), 30), [10, 0]);
    assert.deepEqual(overrun(samples, 30, with_({ changeovers: undefined as never })), [12.5, 0]);
  });

  it("is that of the pair: another product to go to, another time; none in the table, no overrun", () => {
    assert.deepEqual(overrun(says([0, RUN, 1, "still"], [5, STOPPED, 4, "cola"], [35, RUN, 1, "cola"]), 40), [30, 10]);
    assert.deepEqual(overrun(says([0, RUN, 1, "lemon"], [5, STOPPED, 4, "still"], [25, RUN, 1, "still"]), 40), [20, 5]);
    assert.deepEqual(overrun(says([0, RUN, 1, "lemon"], [5, STOPPED, 4, "cola"], [35, RUN, 1, "cola"]), 40), [30, 0]);
  });

  it("stands still in a break, which is no set-up, and goes on after it", () => {
    const samples = says([0, RUN, 1, "still"], [5, STOPPED, 4, "lemon"], [50, RUN, 1, "lemon"]);
    assert.deepEqual(overrun(samples, 60, with_({ plannedWindows: withBreak })), [15, 5]);
  });

  it("goes on over a shift boundary: the later shift has what is left of it, not a new one", () => {
    const shifts = (from: number, to: number): PlannedWindow[] => [
      { start: from, end: at(12), planned: true, shift: "early", productionDay: "2026-03-10" },
      { start: at(12), end: to, planned: true, shift: "late", productionDay: "2026-03-10" },
    ];
    const of = with_({ plannedWindows: shifts });
    const samples = says([0, RUN, 1, "still"], [5, STOPPED, 4, "lemon"], [20, RUN, 1, "lemon"]);
    const windows = byShift(atoms(readingsOf(samples, of), T0, at(30), of.rules));
    assert.deepEqual(
      windows.map(({ measures: { ms, setupOverrunMs } }) => [ms.setup / MINUTE, setupOverrunMs / MINUTE]),
      [
        [7, 0],
        [8, 5],
      ],
    );
  });

  it("holds once between two productions: a failure or another set-up on the way gives no new time, production does", () => {
    const failed = says(
      [0, RUN, 1, "still"],
      [5, STOPPED, 4, "lemon"],
      [12, ABORTED, 1, "lemon"],
      [20, STOPPED, 4, "lemon"],
      [28, RUN, 1, "lemon"],
    );
    assert.deepEqual(overrun(failed, 40), [15, 5]);
    // To cola first, then on to lemon: 4 + 9 minutes of the 10 from still to lemon.
    const nested = says([0, RUN, 1, "still"], [5, STOPPED, 4, "cola"], [9, STOPPED, 4, "lemon"], [18, RUN, 1, "lemon"]);
    assert.deepEqual(overrun(nested, 30), [13, 3]);
    const twice = says(
      [0, RUN, 1, "still"],
      [5, STOPPED, 4, "lemon"],
      [14, RUN, 1, "still"],
      [15, STOPPED, 4, "lemon"],
      [24, RUN, 1, "lemon"],
    );
    assert.deepEqual(overrun(twice, 40), [18, 0]);
  });

  it("holds for stated changeovers, whose trial runs are production but no end, and for set-up that people assigned", () => {
    const by = { source: "manual", author: "ada", recorded: T0 } as const;
    const what = { order: null, product: "lemon", ended: null, changeover: true, by };
    const samples = says(
      [0, RUN, 1, "still"],
      [5, STOPPED, 1, "still"],
      [13, RUN, 1, "still"],
      [14, STOPPED, 1, "still"],
      [20, RUN, 1, "still"],
    );
    assert.deepEqual(overrun(samples, 30, with_(), { orders: [{ start: at(5), end: at(20), ...what }] }), [14, 4]);
    assert.deepEqual(overrun(samples, 30), [0, 0]);
    const time = [{ start: at(5), end: at(13), bucket: "setup" as const }];
    const of = with_({ changeovers: { still: { still: 5 * MINUTE } } });
    assert.deepEqual(overrun(samples, 30, of, { time }), [8, 3]);
  });

  it("is followed for a day: set-up before that is forgotten, whatever is computed together", () => {
    const late = 5 + CHANGEOVER_REACH / MINUTE;
    const samples = says([0, RUN, 1, "still"], [5, STOPPED, 4, "lemon"], [9, STOPPED, 1, "lemon"], [late, STOPPED, 4, "lemon"]);
    const of = with_();
    const readings = readingsOf(samples, of);
    const until = at(late + 12);
    const whole = atoms(readings, T0, until, of.rules).map((one) => one.measures.setupOverrunMs);
    const single = Array.from({ length: late + 12 }, (_, i) => atoms(readings, at(i), at(i + 1), of.rules)[0]?.measures.setupOverrunMs);
    assert.deepEqual(whole, single);
    // The first minutes slide out of the day one by one: what is left of the ten is used up after 8 minutes, not after 6.
    assert.equal(whole.slice(-12).reduce((all, ms) => all + ms, 0) < 6 * MINUTE, true);
    assert.ok(HOUR < late);
  });

  it("is a loss of its own among the six, and they still add up", () => {
    const of = with_();
    const samples = says([0, RUN, 1, "still"], [5, STOPPED, 4, "lemon"], [17.5, RUN, 1, "lemon"]);
    const all = sum(atoms(readingsOf(samples, of), T0, at(30), of.rules));
    const { setup, setupOverrun } = sixBigLosses(all);
    assert.deepEqual([setup / MINUTE, setupOverrun / MINUTE], [10, 2.5]);
    const { setup: none, setupOverrun: noOverrun } = sixBigLosses(all, { ...of.options, setup: "exclude" });
    assert.deepEqual([none, noOverrun], [0, 0]);
  });

  it("is known after a restart with a short memory, which keeps no more counts than without standards", async () => {
    const rows = says([0, RUN, 1, "still"], [5, STOPPED, 4, "lemon"], [100, STOPPED, 4, "lemon"]);
    const counts = Array.from({ length: 100 }, (_, i) => sample("processed_count", at(i), i));
    const beats = Array.from({ length: 101 }, (_, i) => sample("heartbeat", at(i), i));
    const known = (of: OeeMachine) => {
      const calculator = new OeeCalculator(of);
      calculator.push([...rows, ...counts, ...beats]);
      calculator.tick(at(100));
      return calculator.state(5 * MINUTE);
    };
    const state = known(with_());
    assert.equal(state.readings.processed.times.length, known(with_({ changeovers: undefined as never })).readings.processed.times.length);
    const restored = OeeCalculator.restore(with_(), {}, JSON.parse(JSON.stringify(state)) as typeof state);
    restored.push([sample("heartbeat", at(120), 1)]);
    const events = restored.tick(at(120));
    assert.ok(events.length > 10 && events.every(({ data }) => data.setup_overrun_ms === MINUTE), "all of it is beyond the ten minutes");
  });

  it("is corrected as far as it reaches: late samples and what is assigned before it change the minutes after", async () => {
    const samples = says([0, RUN, 1, "still"], [5, STOPPED, 4, "lemon"], [25, RUN, 1, "lemon"], [30, RUN, 1, "lemon"]);
    const beats = Array.from({ length: 31 }, (_, i) => sample("heartbeat", at(i), i));
    const all = [...samples, ...beats];
    const truth = latest(await feed(new OeeCalculator(with_()), [all]));
    const delays = all.map((_, i) => (i % 3) * 9 * MINUTE);
    const batches = shuffled({ samples: all, delays, size: 2 });
    assert.deepEqual(latest(await feed(new OeeCalculator(with_()), batches)), truth);

    const calculator = new OeeCalculator(with_());
    await feed(calculator, [all]);
    // Two minutes of the set-up were a failure: the overrun begins two minutes later, and nothing else changes.
    const told = calculator.assign(at(6), at(8), [{ start: at(6), end: at(8), bucket: "failure" }]);
    const minutes = "fault" in told ? [] : told.events.map(({ start }) => (start - T0) / MINUTE);
    assert.deepEqual(minutes, [6, 7, 15, 16]);
    const by = { source: "manual", author: "ada", recorded: T0 } as const;
    const cola = { start: at(0), end: at(5), order: null, product: "cola", ended: null, changeover: false, by };
    const stated = calculator.stateProduction(T0, LASTING, { orders: [cola], counts: [] });
    const restated = "fault" in stated ? [] : [...new Set(stated.events.map(({ start }) => (start - T0) / MINUTE))];
    assert.deepEqual(restated, [0, 1, 2, 3, 4, 17, 18, 19, 20, 21, 22, 23, 24], "from cola to lemon there is no standard");
  });
});
