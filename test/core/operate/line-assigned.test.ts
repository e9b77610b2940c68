import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { LineCalculator, type OeeLine, type OeeLineEvent } from "../../../core/operate/line/index.ts";
import type { AssignedStretch } from "../../../core/operate/oee/index.ts";
import { arrivals, feed, latest, MINUTE, reader, sample, shuffled, T0, truth } from "../../support/line-streams.ts";
import { at, inARow, lineOf } from "../../support/packing-line.ts";

const RUNS = { numRuns: 200 };
const NAMED = ["failure", "plannedDown", "external", "setup", "run"] as const;

/** What somebody says between two batches: part of a station's time is this, or (without a bucket) what the machine said. */
interface Said {
  readonly station: number;
  readonly after: number;
  readonly from: number;
  readonly length: number;
  readonly bucket: (typeof NAMED)[number] | null;
}

const said = fc.array(
  fc.record({
    station: fc.nat(3),
    after: fc.nat(12),
    from: fc.nat(25 * MINUTE),
    length: fc.integer({ min: 1, max: 8 * MINUTE }),
    bucket: fc.constantFrom(...NAMED, null),
  }),
  { minLength: 1, maxLength: 6 },
);

function tell(calculator: LineCalculator, line: OeeLine, { station, from, length, bucket }: Said) {
  const stations = [...line.stations.keys()];
  const stretch = { start: T0 + from, end: T0 + from + length };
  const stretches: AssignedStretch[] = bucket === null ? [] : [{ ...stretch, bucket }];
  const answer = calculator.assign(stations[station % stations.length] ?? "", stretch.start, stretch.end, stretches);
  if ("fault" in answer) throw new Error(answer.fault);
  return answer;
}

/** Batches with what is said in between; `resumed` after half of them, from a snapshot that keeps `keepMs`. */
async function live(line: OeeLine, batches: Sample[][], statements: readonly Said[], keepMs: number) {
  const events: OeeLineEvent[] = [];
  const recorded: Sample[] = [];
  let calculator = new LineCalculator(line);
  for (const [i, batch] of [...batches, []].entries()) {
    if (i === Math.floor(batches.length / 2))
      calculator = LineCalculator.restore(line, {}, JSON.parse(JSON.stringify(calculator.state(keepMs))));
    for (const one of statements.filter(({ after }) => Math.min(after, batches.length) === i)) {
      const { events: told, beyond } = tell(calculator, line, one);
      events.push(...told);
      if (beyond !== null) events.push(...(await calculator.recompute(beyond, reader(recorded), null)).events);
    }
    events.push(...(await feed(calculator, [batch], recorded)));
  }
  return { events, calculator };
}

function inOrder(statements: readonly Said[], batches: number): Said[] {
  return statements.toSorted((a, b) => Math.min(a.after, batches) - Math.min(b.after, batches));
}

function told(line: OeeLine, statements: readonly Said[]): LineCalculator {
  const calculator = new LineCalculator(line);
  for (const one of statements) tell(calculator, line, one);
  return calculator;
}

const minutesOf = (events: readonly OeeLineEvent[], field: "failure_ms" | "planned_down_ms" | "line_down_ms"): number =>
  events.reduce((sum, { data }) => sum + data[field], 0) / MINUTE;
/** How long `b` was blocked in minute 30. */
const blocked = (events: readonly OeeLineEvent[]): number | undefined =>
  events.find(({ start }) => start === T0 + 30 * MINUTE)?.data.stations.find((one) => one.station === "b")?.blocked_ms;

describe("assigned time of a line's stations", () => {
  it("said before, between or after the samples it ends in the same statements, numbered one after the other", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, said, async (arrival, statements) => {
        const { line, samples } = arrival;
        const batches = shuffled(arrival);
        const { events, calculator } = await live(line, batches, statements, Number.POSITIVE_INFINITY);
        const whole = told(line, inOrder(statements, batches.length));
        assert.deepEqual(latest(events), truth(line, samples, calculator.watermark ?? 0, whole));
        const revision = new Map<number, number>();
        for (const event of events) {
          assert.equal(event.revision, (revision.get(event.start) ?? 0) + 1);
          revision.set(event.start, event.revision);
        }
      }),
      RUNS,
    );
  });

  it("also when it is older than the memory after a restart, and is computed from recorded samples", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, said, async (arrival, statements) => {
        const { line, samples } = arrival;
        const batches = shuffled(arrival);
        const { events, calculator } = await live(line, batches, statements, 3 * MINUTE);
        const whole = told(line, inOrder(statements, batches.length));
        assert.deepEqual(latest(events), truth(line, samples, calculator.watermark ?? 0, whole));
      }),
      RUNS,
    );
  });

  const line = lineOf("constraint: b", inARow("a", "b"), { silenceMs: 2 * MINUTE });
  const standing = [
    ...["a", "b"].flatMap((one) => Array.from({ length: 61 }, (_, i) => sample(one, "beat", T0 + i * MINUTE, i))),
    sample("a", "state", T0, 6),
    sample("b", "state", T0, 6),
    sample("b", "state", T0 + 20 * MINUTE, 2),
    sample("b", "state", T0 + 24 * MINUTE, 6),
  ];

  it("of the constraint moves the line's time and what it lost, and states exactly those minutes again", () => {
    const calculator = new LineCalculator(line);
    calculator.push(standing);
    assert.equal(minutesOf(calculator.tick(), "line_down_ms"), 4);
    const [from, to] = [T0 + 20 * MINUTE, T0 + 22 * MINUTE];
    const answer = calculator.assign(at("b"), from, to, [{ start: from, end: to, bucket: "plannedDown" }]);
    assert.ok("events" in answer);
    assert.deepEqual(
      answer.events.map(({ start, revision }) => [(start - T0) / MINUTE, revision]),
      [
        [20, 2],
        [21, 2],
        [22, 2], // the stop begins here now
      ],
    );
    assert.deepEqual([minutesOf(answer.events, "planned_down_ms"), minutesOf(answer.events, "line_down_ms")], [2, 1]);
    const back = calculator.assign(at("b"), from, to, []);
    assert.equal(minutesOf("events" in back ? back.events : [], "line_down_ms"), 3);
  });

  it("that takes the flagged part of a wait leaves the part before it without a side, in the minute before too", () => {
    const calculator = new LineCalculator(line);
    const [wait, flagged, to] = [52_000, 62_000, 2 * MINUTE].map((ms) => T0 + 30 * MINUTE + ms) as [number, number, number];
    const waiting = [sample("b", "state", wait, 5), sample("b", "blocked", flagged, true), sample("b", "state", to, 6)];
    calculator.push([...standing, ...waiting]);
    assert.equal(blocked(calculator.tick()), 8_000);
    const from = flagged - 1_000;
    const answer = calculator.assign(at("b"), from, to, [{ start: from, end: to, bucket: "failure" }]);
    assert.equal(blocked("events" in answer ? answer.events : []), 0);
  });

  it("of a station that is in no line changes nothing, and a stretch outside its range is refused with nothing changed", () => {
    const calculator = new LineCalculator(line);
    calculator.push(standing);
    calculator.tick();
    const before = JSON.stringify(calculator.state());
    assert.deepEqual(calculator.assign(at("c"), T0, T0 + 1, []), { events: [], beyond: null });
    const wrong = calculator.assign(at("b"), T0, T0 + 1, [{ start: T0, end: T0 + 2, bucket: "failure" }]);
    assert.match("fault" in wrong ? wrong.fault : "", /reaches beyond/);
    assert.equal(JSON.stringify(calculator.state()), before);
  });

  it("is refused while too many corrections wait, with nothing changed", () => {
    const calculator = new LineCalculator(line);
    calculator.push(standing);
    calculator.tick();
    const resumed = LineCalculator.restore(line, {}, calculator.state(MINUTE));
    const before = JSON.stringify(resumed.state());
    const [start, end] = [T0 + 20 * MINUTE, T0 + 22 * MINUTE];
    const answer = resumed.assign(at("b"), start, end, [{ start, end, bucket: "failure" }], () => false);
    assert.match("fault" in answer ? answer.fault : "", /too many corrections wait/);
    assert.equal(JSON.stringify(resumed.state()), before);
  });

  it("that is no longer kept is read back by station; without a reader the correction is refused with the date", async () => {
    const calculator = new LineCalculator(line, { horizonMs: 10 * MINUTE, assignedMs: 10 * MINUTE });
    const old: AssignedStretch = { start: T0 + 20 * MINUTE, end: T0 + 24 * MINUTE, bucket: "plannedDown" };
    calculator.assign(at("b"), old.start, old.end, [old]);
    const beats = ["a", "b"].flatMap((one) => Array.from({ length: 120 }, (_, i) => sample(one, "beat", T0 + (61 + i) * MINUTE, i)));
    const recorded = [...standing, ...beats];
    await feed(calculator, [standing, beats], []);
    const late = sample("b", "state", T0 + 22 * MINUTE, 9);
    const { beyond } = calculator.push([late]);
    assert.ok(beyond !== null);
    const refused = await calculator.recompute(beyond, reader([...recorded, late]), null);
    assert.match(refused.rejects[0]?.message ?? "", /assigned time is kept/);
    const of = (station: string) => ({ assigned: () => Promise.resolve(station === at("b") ? [old] : []) });
    const { events, rejects } = await calculator.recompute(beyond, reader([...recorded, late]), null, of);
    assert.deepEqual([events, rejects], [[], []], "what people said of it holds whatever the machine says late");
  });
});
