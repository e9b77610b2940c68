import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { type EnergyAtomEvent, EnergyCalculator } from "../../../core/operate/energy/index.ts";
import type { AssignedStretch, Beyond } from "../../../core/operate/oee/index.ts";
import {
  allDay,
  arrivals,
  feed,
  filler,
  latest,
  meter,
  MINUTE,
  plain,
  reader,
  sample,
  shuffled,
  T0,
  truth,
} from "../../support/energy-streams.ts";

const RUNS = { numRuns: 200 };

/** What somebody says between two batches: that time was this, or (without a bucket) what the machine said. */
interface Said {
  readonly after: number;
  readonly from: number;
  readonly length: number;
  readonly bucket: AssignedStretch["bucket"] | null;
}

const said = fc.array(
  fc.record({
    after: fc.nat(12),
    from: fc.nat(40 * MINUTE),
    length: fc.integer({ min: 1, max: 8 * MINUTE }),
    bucket: fc.constantFrom("failure", "plannedDown", "setup", "run", null),
  }),
  { minLength: 1, maxLength: 6 },
) satisfies fc.Arbitrary<Said[]>;

function tell(calculator: EnergyCalculator, { from, length, bucket }: Said): { events: readonly EnergyAtomEvent[]; beyond: Beyond | null } {
  const [start, end] = [T0 + from, T0 + from + length];
  const answer = calculator.assign(start, end, bucket === null ? [] : [{ start, end, bucket }]);
  if ("fault" in answer) throw new Error(answer.fault);
  return answer;
}

/** 20 minutes at 60 kW, the machine running, with one reading a minute and a stop from minute 5 to 10. */
function standing(): Sample[] {
  return [
    sample("state", T0, 6),
    sample("state", T0 + 5 * MINUTE, 2),
    sample("state", T0 + 10 * MINUTE, 6),
    ...Array.from({ length: 21 }, (_, minute) => [
      sample("heartbeat", T0 + minute * MINUTE, minute),
      sample("active_energy", T0 + minute * MINUTE, minute),
    ]).flat(),
  ];
}

const kwh = (events: readonly EnergyAtomEvent[], field: string): number => events.reduce((sum, { data }) => sum + Number(data[field]), 0);

describe("assigned time of a metered machine", () => {
  it("said before, between or after the samples it ends in the same atoms, also over a restart that forgets and asks the historian", async () => {
    await fc.assert(
      fc.asyncProperty(arrivals, said, fc.constantFrom(5 * MINUTE, 3_600_000), async (arrival, statements, keepMs) => {
        const batches = shuffled(arrival);
        const recorded: Sample[] = [];
        const events: EnergyAtomEvent[] = [];
        const whole = new EnergyCalculator(filler);
        let calculator = new EnergyCalculator(filler);
        for (const [i, batch] of [...batches, []].entries()) {
          if (i === Math.floor(batches.length / 2))
            calculator = new EnergyCalculator(filler, {}, JSON.parse(JSON.stringify(calculator.state(keepMs))));
          for (const one of statements.filter(({ after }) => Math.min(after, batches.length) === i)) {
            tell(whole, one);
            const told = tell(calculator, one);
            events.push(...told.events);
            if (told.beyond !== null) events.push(...(await calculator.recompute(told.beyond, reader(recorded), null)).events);
          }
          events.push(...(await feed(calculator, [batch], recorded)));
        }
        assert.deepEqual(latest(events), truth(arrival.samples, calculator.watermark ?? 0, whole));
      }),
      RUNS,
    );
  });

  it("takes its energy along into the other bucket, and states exactly those minutes again", () => {
    const calculator = new EnergyCalculator(plain);
    calculator.push(standing());
    const first = calculator.tick(T0 + 30 * MINUTE);
    const [start, end] = [T0 + 6 * MINUTE, T0 + 8.5 * MINUTE];
    const answer = calculator.assign(start, end, [{ start, end, bucket: "plannedDown" }]);
    assert.ok("events" in answer);
    assert.deepEqual(
      answer.events.map((event) => [(event.start - T0) / MINUTE, event.revision]),
      [
        [6, 2],
        [7, 2],
        [8, 2],
      ],
    );
    assert.deepEqual([kwh(answer.events, "planned_down_kwh"), kwh(answer.events, "stop_kwh")], [2.5, 0.5]);
    assert.equal(kwh(first, "active_kwh"), 20);
  });

  it("is refused with a sentence when it overlaps or nothing more can wait, and then nothing has changed", () => {
    const calculator = new EnergyCalculator(plain);
    calculator.push(standing());
    calculator.tick(T0 + 30 * MINUTE);
    const resumed = new EnergyCalculator(plain, {}, calculator.state(MINUTE));
    const before = JSON.stringify(resumed.state());
    const failure: AssignedStretch = { start: T0, end: T0 + MINUTE, bucket: "failure" };
    const wrong = resumed.assign(T0, T0 + MINUTE, [failure, failure]);
    assert.match("fault" in wrong ? wrong.fault : "", /overlap/);
    const full = resumed.assign(T0, T0 + MINUTE, [failure], () => false);
    assert.match("fault" in full ? full.fault : "", /too many corrections wait/);
    assert.equal(JSON.stringify(resumed.state()), before);
  });
});

describe("a calendar that has changed", () => {
  const unplanned = meter({
    machine: {
      ...plain.rules.machine,
      plannedWindows: (from, to) => allDay(from, to).map((one) => ({ ...one, planned: one.start >= T0 + 60 * MINUTE })),
    },
  });

  it("moves energy into unplanned time, in memory and, by the historian, beyond it", async () => {
    const samples = standing();
    const before = new EnergyCalculator(plain);
    before.push(samples);
    const stated = before.tick(T0 + 30 * MINUTE);
    const after = new EnergyCalculator(unplanned, {}, JSON.parse(JSON.stringify(before.state(10 * MINUTE))));
    const { events, beyond } = after.reconsider(plain, T0 - 24 * 60 * MINUTE);
    assert.ok(events.length > 0 && beyond !== null);
    const corrected = await after.recompute(beyond, reader(samples), null);
    assert.deepEqual(corrected.rejects, []);
    const all = [...stated, ...events, ...corrected.events];
    assert.deepEqual(latest(all), truth(samples, after.watermark ?? 0, new EnergyCalculator(unplanned)));
    assert.equal(kwh([...events, ...corrected.events], "not_planned_kwh"), 20);
  });

  it("that says the same states nothing again; nor does a cycle time, which energy does not know", () => {
    const calculator = new EnergyCalculator(plain);
    calculator.push(standing());
    calculator.tick(T0 + 30 * MINUTE);
    const slower = meter({ machine: { ...plain.rules.machine, idealCycleUs: () => 1 } });
    assert.deepEqual(calculator.reconsider(slower, 0), { events: [], beyond: null });
  });
});
