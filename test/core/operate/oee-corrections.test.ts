import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { EnergyCalculator } from "../../../core/operate/energy/index.ts";
import { LineCalculator } from "../../../core/operate/line/index.ts";
import {
  type Beyond,
  Corrections,
  OeeCalculator,
  type PushBounds,
  readerWithout,
  type SampleReader,
} from "../../../core/operate/oee/index.ts";
import * as energy from "../../support/energy-streams.ts";
import * as lines from "../../support/line-streams.ts";
import * as oee from "../../support/oee-line.ts";

const MINUTE = 60_000;
const ROOMY = { corrections: 100, samples: 1_000 };
const sample = (minute: number, value = 6): Sample => ({ tag: "a.b._c_v1.state", value, quality: "Good", timestamp: minute * MINUTE });
/** Stretches in minutes, each with one late sample at its beginning. */
const beyond = (begin: number, ...stretches: (readonly [number, number])[]): Beyond => ({
  stretches: stretches.map(([from, to]) => ({ from: from * MINUTE, to: to * MINUTE })),
  begin,
  samples: stretches.map(([from]) => sample(from)),
});

describe("corrections that wait", () => {
  it("are one where they overlap or touch on the same machine, and stay apart elsewhere", () => {
    const corrections = new Corrections(ROOMY);
    assert.ok(corrections.add("m1", beyond(0, [0, 10])));
    assert.ok(corrections.add("m2", beyond(0, [5, 15])));
    assert.ok(corrections.add("m1", beyond(0, [20, 30])));
    assert.ok(corrections.add("m1", beyond(0, [40, 50])));
    assert.ok(corrections.add("m1", beyond(0, [10, 20])));
    assert.deepEqual(
      corrections
        .state()
        .map(({ asset, beyond: { stretches, samples } }) => [
          asset,
          stretches.map(({ from, to }) => [from / MINUTE, to / MINUTE]),
          samples.length,
        ]),
      [
        ["m1", [[0, 30]], 3],
        ["m2", [[5, 15]], 1],
        ["m1", [[40, 50]], 1],
      ],
    );
  });

  it("keep the instant before which nothing had been stated when the first of them came", () => {
    const corrections = new Corrections(ROOMY);
    corrections.add("m1", beyond(9 * MINUTE, [5, 10]));
    corrections.add("m1", beyond(5 * MINUTE, [2, 6]));
    assert.deepEqual(
      corrections.state().map((one) => one.beyond.begin),
      [9 * MINUTE],
    );
  });

  it("hold a sample once, however often it comes", () => {
    const corrections = new Corrections({ corrections: 1, samples: 1 });
    for (let i = 0; i < 5; i += 1) assert.ok(corrections.add("m1", beyond(0, [0, 10])));
    assert.deepEqual(corrections.next()?.beyond.samples, [sample(0)]);
  });

  it("refuse what does not fit and then hold what they held; what joins needs no place", () => {
    const corrections = new Corrections({ corrections: 2, samples: 3 });
    assert.ok(corrections.add("m1", beyond(0, [0, 10])));
    assert.ok(corrections.add("m1", beyond(0, [20, 30])));
    const before = corrections.state();
    assert.equal(corrections.add("m2", beyond(0, [0, 10])), false, "a third correction");
    assert.equal(corrections.add("m1", beyond(0, [5, 6], [25, 26])), false, "a fourth sample");
    assert.deepEqual(corrections.state(), before);
    assert.ok(corrections.add("m1", beyond(0, [5, 6])));
    assert.equal(corrections.state().length, 2);
  });

  it("never join one that is being worked on; when that had to be postponed, they do", () => {
    const corrections = new Corrections(ROOMY);
    corrections.add("m1", beyond(0, [0, 10]));
    const first = corrections.next();
    corrections.add("m1", beyond(0, [5, 15]));
    assert.equal(corrections.state().length, 2, "a restart loses neither");
    corrections.postponed();
    corrections.add("m1", beyond(0, [8, 9]));
    assert.equal(corrections.state().length, 1);
    assert.notDeepEqual(corrections.next(), first);
    corrections.settled(true);
    assert.equal(corrections.next(), undefined);
  });

  it("are made once more with what they overlap and was made, each time once; not with what was refused, nor elsewhere", () => {
    const corrections = new Corrections(ROOMY);
    const made = (asset: string, what: Beyond, refused = false): unknown[] => {
      corrections.add(asset, what);
      const samples: unknown[] = [];
      for (let next = corrections.next(); next !== undefined; next = corrections.next()) {
        samples.push(next.beyond.samples.map(({ timestamp }) => timestamp / MINUTE));
        corrections.settled(!refused);
      }
      return samples;
    };
    assert.deepEqual(made("m1", beyond(0, [0, 10])), [[0]]);
    assert.deepEqual(made("m1", beyond(0, [5, 15])), [[5], [5, 0]]);
    assert.deepEqual(made("m1", beyond(0, [15, 20])), [[15], [15, 5, 0]]);
    assert.deepEqual(made("m1", beyond(0, [30, 40])), [[30]]);
    assert.deepEqual(made("m2", beyond(0, [0, 10])), [[0]]);
    assert.deepEqual(made("m1", beyond(0, [32, 35]), true), [[32]]);
    assert.deepEqual(made("m1", beyond(0, [33, 34])), [[33], [33, 30]]);
    assert.deepEqual(corrections.state(), []);
  });

  it("stay in the order in which they came, each in the place of the first that it joins", () => {
    const corrections = new Corrections(ROOMY);
    for (const from of [0, 20, 40]) corrections.add("m1", beyond(0, [from, from + 10]));
    corrections.add("m1", beyond(0, [9, 10], [41, 42], [45, 46], [48, 49]));
    assert.deepEqual(
      corrections.state().map((one) => one.beyond.samples.length),
      [6, 1],
    );
  });

  it("are made without what came since near them, also after a restart, and take it in when another joins them", () => {
    const before = new Corrections(ROOMY);
    before.add("m1", beyond(0, [0, 10]));
    before.add("m1", beyond(0, [60, 70]));
    before.add("m2", beyond(0, [0, 10]));
    before.meanwhile("m1", [sample(12)], 5 * MINUTE);
    const restored = new Corrections(ROOMY, JSON.parse(JSON.stringify(before.state())) as ReturnType<Corrections["state"]>);
    for (const corrections of [before, restored]) {
      assert.deepEqual(corrections.next()?.beyond.samples, [sample(0)]);
      assert.deepEqual([...corrections.others()], [sample(12), sample(60)]);
      corrections.postponed();
      corrections.add("m1", beyond(0, [5, 6]));
      assert.deepEqual(corrections.next()?.beyond.samples, [sample(0), sample(5), sample(12)]);
      assert.deepEqual([...corrections.others()], [sample(60)]);
      corrections.settled(true);
      assert.equal(corrections.next()?.since, undefined, "it is far away");
    }
  });

  it("hold no more of what came since than fits, and it takes no room from them", () => {
    const corrections = new Corrections({ corrections: 10, samples: 2 });
    corrections.add("m1", beyond(0, [0, 10]));
    corrections.meanwhile("m1", [sample(1), sample(2), sample(3)], 0);
    assert.equal(corrections.next()?.since?.length, 2);
    assert.ok(corrections.add("m1", beyond(0, [20, 30])));
  });

  it("go on after a restart from what was stored", () => {
    const corrections = new Corrections(ROOMY);
    corrections.add("m1", beyond(0, [0, 10]));
    const restored = new Corrections(ROOMY, JSON.parse(JSON.stringify(corrections.state())) as ReturnType<Corrections["state"]>);
    restored.add("m1", beyond(0, [5, 15]));
    assert.equal(restored.state()[0]?.beyond.samples.length, 2);
  });

  it("stay within their bounds and lose nothing that they took", () => {
    const limits = { corrections: 4, samples: 12 };
    const stretch = fc.tuple(fc.nat(60), fc.integer({ min: 1, max: 8 })).map(([from, length]) => [from, from + length] as const);
    const step = fc.record({
      asset: fc.constantFrom("m1", "m2"),
      stretches: fc.array(stretch, { minLength: 1, maxLength: 3 }).map((all) => all.toSorted((a, b) => a[0] - b[0])),
    });
    const property = fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const corrections = new Corrections(limits);
      const taken = new Set<string>();
      for (const { asset, stretches } of steps) {
        const one = beyond(0, ...stretches);
        if (corrections.add(asset, one)) for (const { timestamp } of one.samples) taken.add(`${asset} ${timestamp}`);
      }
      const state = corrections.state();
      const held = state.flatMap(({ asset, beyond: { samples } }) => samples.map(({ timestamp }) => `${asset} ${timestamp}`));
      assert.deepEqual(new Set(held), taken);
      assert.ok(state.length <= limits.corrections && held.length <= limits.samples);
      for (const {
        beyond: { stretches, samples },
      } of state)
        for (const { timestamp } of samples) assert.ok(stretches.some(({ from, to }) => from <= timestamp && timestamp < to));
    });
    fc.assert(property, { numRuns: 1_000 });
  });
});

interface Corrected<E> {
  push(samples: readonly Sample[], bounds: PushBounds): { readonly events: readonly E[]; readonly beyond: Beyond | null };
  recompute(beyond: Beyond, read: SampleReader, rawFrom: null): Promise<{ readonly events: readonly E[] }>;
}

function meter(name: string, at: number, value = name === "state" ? 6 : at): Sample {
  return energy.sample(name, oee.T0 + at, value);
}

/** Pushes one after the other; what waits is made when all are recorded. `besides`: those that correct nothing. */
async function correctedAfter<E>(
  calculator: Corrected<E>,
  late: readonly Sample[],
  read: SampleReader,
  besides: readonly Sample[],
): Promise<E[]> {
  const corrections = new Corrections(ROOMY);
  const bounds: PushBounds = {
    accepts: (beyond) => corrections.add("m1", beyond),
    meanwhile: (...of) => corrections.meanwhile("m1", ...of),
  };
  const pushed = late.map((one) => calculator.push([one], bounds));
  assert.deepEqual(
    late.filter((_, i) => pushed[i]?.beyond === null),
    besides,
  );
  const events = pushed.flatMap((one) => one.events);
  const own = readerWithout(read, () => corrections.others());
  for (let next = corrections.next(); next !== undefined; next = corrections.next()) {
    events.push(...(await calculator.recompute(next.beyond, own, null)).events);
    corrections.settled(true);
  }
  return events;
}

describe("what came while a correction waits", () => {
  const T0 = oee.T0;
  /** 20 minutes with a beat every 10 s but for 90 s of silence around the tenth minute, from which on all is in memory. */
  const heard = Array.from({ length: 121 }, (_, i) => i * 10_000).filter((at) => at <= 550_000 || at >= 640_000);
  /** The late beat leaves gaps of 30 and 60 s, which are no silence; after it the other one changes nothing, before it it would have. */
  const [LATE, SINCE] = [580_000, 610_000];

  it("does not hide from it what was stated of a machine", async () => {
    const base = [oee.sample("state", T0, 6), ...heard.map((at) => oee.sample("heartbeat", T0 + at, at))];
    const late = [oee.sample("heartbeat", T0 + LATE, LATE), oee.sample("heartbeat", T0 + SINCE, SINCE)] as const;
    const before = new OeeCalculator(oee.line);
    const events = await oee.feed(before, [base]);
    const calculator = OeeCalculator.restore(oee.line, {}, before.state(9 * MINUTE));
    events.push(...(await correctedAfter(calculator, late, oee.reader([...base, ...late]), [late[1]])));
    assert.deepEqual(oee.latest(events), oee.truth([...base, ...late], calculator.watermark ?? 0));
  });

  it("does not hide from it what was stated of a line", async () => {
    const line = lines.packing("any");
    const stations = ["feeder", "packer1", "packer2", "palletizer"];
    const beats = (station: string): Sample[] =>
      (station === "feeder" ? heard : Array.from({ length: 121 }, (_, i) => i * 10_000)).map((at) =>
        lines.sample(station, "beat", T0 + at, at),
      );
    const base = stations.flatMap((one) => [lines.sample(one, "state", T0, 6), ...beats(one)]);
    const late = [lines.sample("feeder", "beat", T0 + LATE, LATE), lines.sample("feeder", "beat", T0 + SINCE, SINCE)] as const;
    const before = new LineCalculator(line);
    const events = await lines.feed(before, [base]);
    const calculator = LineCalculator.restore(line, {}, before.state(9 * MINUTE));
    events.push(...(await correctedAfter(calculator, late, lines.reader([...base, ...late]), [late[1]])));
    assert.deepEqual(lines.latest(events), lines.truth(line, [...base, ...late], calculator.watermark ?? 0));
  });

  it("is made after what it was judged with: a count after the one before it, however far back that lies", async () => {
    const base = [231_221, 583_387, 969_105].map((at) => oee.sample("heartbeat", T0 + at, at));
    const counts = [oee.sample("rework_count", T0 + 60_000, 1), oee.sample("rework_count", T0 + 703_387, 4)];
    const late = [oee.sample("state", T0 + 643_387, 6), ...counts];
    const before = new OeeCalculator(oee.line);
    const events = await oee.feed(before, [base]);
    const calculator = OeeCalculator.restore(oee.line, {}, before.state(MINUTE));
    events.push(...(await correctedAfter(calculator, late, oee.reader([...base, ...late]), [])));
    assert.deepEqual(oee.latest(events), oee.truth([...base, ...late], calculator.watermark ?? 0));
  });

  it("and a register likewise", async () => {
    const base = [231_221, 583_387, 2_169_105].map((at) => meter("heartbeat", at));
    const registers = [meter("active_energy", 60_000), meter("active_energy", 703_387)];
    const late = [meter("state", 643_387), ...registers];
    const before = new EnergyCalculator(energy.plain);
    const events = await energy.feed(before, [base]);
    const calculator = new EnergyCalculator(energy.plain, {}, before.state(MINUTE));
    events.push(...(await correctedAfter(calculator, late, energy.reader([...base, ...late]), [])));
    const truth = energy.truth([...base, ...late], calculator.watermark ?? 0, new EnergyCalculator(energy.plain));
    assert.deepEqual(energy.latest(events), truth);
  });
});

describe("a late sample of a line", () => {
  it("is never taken for what was known before it, however long it holds", async () => {
    const line = lines.packing();
    const stations = ["feeder", "packer1", "packer2", "palletizer"];
    const beats = Array.from({ length: 85 }, (_, i) => i * 5 * MINUTE);
    const base = stations.flatMap((one) => [
      lines.sample(one, "state", oee.T0, 6),
      ...beats.map((at) => lines.sample(one, "beat", oee.T0 + at, at)),
    ]);
    const late = lines.sample("feeder", "state", oee.T0 + 20 * MINUTE, 99);
    const before = new LineCalculator(line);
    const events = await lines.feed(before, [base]);
    const calculator = LineCalculator.restore(line, {}, before.state(MINUTE));
    events.push(...(await lines.feed(calculator, [[late]], [...base])));
    assert.deepEqual(lines.latest(events), lines.truth(line, [...base, late], calculator.watermark ?? 0));
  });
});
