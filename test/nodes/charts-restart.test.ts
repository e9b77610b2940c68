import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { PlantModel } from "../../core/connect/model/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import type { ChartRequest } from "../../core/model/charting/index.ts";
import { ruleSet } from "../../core/model/spc/index.ts";
import { demoModel } from "../support/board-site.ts";
import { FILL_REQUEST } from "../support/chart-desk.ts";
import { ChartsSite } from "../support/charts-site.ts";
import { turns } from "../support/node-bench.ts";
import { approved, FILLER, measurement, MINUTE, sample, SECOND, T0, weights } from "../support/spc-node.ts";

const PATIENCE = 5 * MINUTE;
const SNAPSHOT = 10 * SECOND;
const LATENESS = 10;
const INDIVIDUALS: ChartRequest = {
  ...FILL_REQUEST,
  kinds: ["i", "mr"],
  size: 1,
  everyMs: 0,
  latenessMs: LATENESS * SECOND,
  given: { centre: 500, sigma: 2 },
  rules: ruleSet("nelson", ["N1", "N2", "N5"]),
};
const REQUESTS: readonly ChartRequest[] = [
  INDIVIDUALS,
  { ...INDIVIDUALS, kinds: ["ewma"], rules: ruleSet("nelson", ["N1"]), parameters: { lambda: 0.2 } },
  { ...INDIVIDUALS, kinds: ["xbar", "r"], size: 3 },
  { ...INDIVIDUALS, kinds: ["xbar", "r"], size: 2, everyMs: 20 * SECOND },
  { ...INDIVIDUALS, kinds: ["p"], tag: "defective_count", given: { centre: 0.02, sigma: 0.02 }, everyMs: MINUTE, byProduct: false },
];

/** Source times in seconds after T0, in order of time; each arrives with a delay that the charts wait for. */
const history = fc
  .uniqueArray(
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({
          name: fc.constant("fill_weight"),
          at: fc.nat(300),
          value: fc.oneof(fc.constantFrom(500, 501, 499, 507, 508), fc.double({ min: 490, max: 510, noNaN: true })),
          late: fc.nat(LATENESS - 1),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          name: fc.constant("product"),
          at: fc.nat(300),
          value: fc.constantFrom("still-500", "lemon-330"),
          late: fc.constant(0),
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          name: fc.constantFrom("processed_count", "defective_count"),
          at: fc.nat(300),
          value: fc.nat(500),
          late: fc.constant(0),
        }),
      },
      { weight: 1, arbitrary: fc.record({ name: fc.constant("heartbeat"), at: fc.nat(300), value: fc.nat(99), late: fc.constant(0) }) },
    ),
    { minLength: 20, maxLength: 80, selector: ({ name, at }) => `${name} ${at}` },
  )
  .map((all) => all.toSorted((a, b) => a.at + a.late - b.at - b.late || a.at - b.at).map(({ name, at, value }) => sample(name, at, value)));

/** Ends of the node: before which sample, how long it is gone, and how long the historian is away then, in samples. */
const ends = fc.array(
  fc.record({
    at: fc.nat(70),
    killed: fc.boolean(),
    /** Samples between the last snapshot and the end. */
    unsaved: fc.nat(8),
    gone: fc.nat(8),
    away: fc.oneof(fc.constant(0), fc.nat(20)),
    /** Samples until live ones wait no longer; more than `away`: they all wait. */
    patience: fc.nat(12),
    /** What a source sends once more after the start. */
    again: fc.nat(6),
  }),
  { minLength: 1, maxLength: 3 },
);

type Ends = typeof ends extends fc.Arbitrary<infer T> ? T : never;
const LAST = [sample("heartbeat", 400, 1)];

async function outcome(one: ChartsSite): Promise<object> {
  const alarms = [...one.alarms].filter(([, active]) => active).map(([alarm]) => alarm);
  const drawn = [...one.drawn].map(([at, value]) => `${at} ${value}`);
  return { signals: await one.signals(), drawn: drawn.toSorted(), alarms: alarms.toSorted() };
}

const means = (one: ChartsSite): unknown[] =>
  [...one.drawn].flatMap(([at, value]) => (at.startsWith(`${FILLER}._spc_v1.fill-weight.value`) ? value : []));
const beat = (at: number): Sample => sample("heartbeat", at, at);

describe("control charts that are killed, redeployed and started while the historian is away", () => {
  let model: PlantModel;
  before(async () => {
    model = await demoModel();
  });
  const site = (request: ChartRequest): ChartsSite => new ChartsSite(model, request, FILLER, T0 + 10 * MINUTE);

  async function whole(request: ChartRequest, samples: readonly Sample[]): Promise<ChartsSite> {
    const one = site(request);
    await one.start();
    for (const arriving of [...samples, ...LAST]) await one.deliver([arriving]);
    return one;
  }

  async function interrupted(request: ChartRequest, samples: readonly Sample[], cuts: Ends): Promise<ChartsSite> {
    const one = site(request);
    await one.start();
    let cut: Ends[number] | undefined;
    let since = 0;
    for (const [i, arriving] of samples.entries()) {
      if (cuts.some(({ at, unsaved }) => at - unsaved === i) && one.running) await one.ring(SNAPSHOT);
      const next = cuts.find(({ at }) => at === i);
      if (next !== undefined && one.running) {
        [cut, since] = [next, i];
        await one.stop(!next.killed);
      }
      if (cut !== undefined && i === since + cut.gone) {
        one.away = cut.away > 0;
        await one.start();
        await one.again(samples.slice(Math.max(0, i - cut.again), i));
      }
      if (cut !== undefined && i === since + cut.gone + cut.patience && one.running) await one.ring(PATIENCE);
      if (cut !== undefined && i === since + cut.gone + cut.away && one.running) await one.comeBack();
      await one.deliver([arriving]);
    }
    if (!one.running) await one.start();
    await one.comeBack();
    await one.deliver(LAST);
    return one;
  }

  it("state, draw and call in the end what they would have without", async () => {
    const property = fc.asyncProperty(fc.constantFrom(...REQUESTS), history, ends, async (request, samples, cuts) => {
      const one = await interrupted(request, samples, cuts);
      assert.deepEqual(await outcome(one), await outcome(await whole(request, samples)));
      assert.deepEqual(
        one.rejects.filter(({ code }) => code === "TOO_FEW"),
        [],
      );
    });
    await fc.assert(property, { numRuns: 150, endOnFailure: true });
  });

  it("let a start end while it still reads: what comes meanwhile waits, and more of it than a start can keep", async () => {
    const one = site({ ...INDIVIDUALS, kinds: ["i"], latenessMs: 0 });
    await one.deliver(weights(0, 500, 501));
    const open = one.hold(T0);
    const starting = one.start();
    await turns(20);
    await one.ring(SECOND);
    await starting;
    await one.deliver([...weights(10, 502), sample("heartbeat", 20, 1)]);
    assert.equal(one.drawn.size, 0, "it waits");
    open();
    await turns();
    assert.deepEqual([...one.drawn.values()], [500, 501, 502]);
  });

  describe("while the historian is away for longer than live samples wait", () => {
    const PAIRS: ChartRequest = { ...INDIVIDUALS, kinds: ["xbar", "r"], size: 2, latenessMs: 0, rules: ruleSet("nelson", ["N1"]) };

    /** Half a subgroup is known when it ends, the other half is missed, and what comes live is out of control without it. */
    async function overtaken(): Promise<ChartsSite> {
      const one = site(PAIRS);
      await one.start();
      await one.deliver([...weights(0, 500, 500, 505), beat(5)]);
      await one.stop(true);
      await one.deliver([...weights(10, 500), beat(15)]);
      one.away = true;
      await one.start();
      await one.deliver([...weights(20, 505), beat(25)]);
      assert.equal((await one.signals()).length, 0, "it waits");
      await one.ring(PATIENCE);
      return one;
    }

    it("they call and draw nothing; in order they are drawn, and a signal that is none is taken back with its alarm", async () => {
      const one = await overtaken();
      assert.deepEqual([(await one.signals()).length, [...one.alarms.values()], means(one)], [1, [true], [500]]);
      await one.comeBack();
      assert.deepEqual([(await one.signals()).length, [...one.alarms.values()], means(one)], [0, [false], [500, 502.5]]);
      await one.deliver([...weights(30, 507), beat(35)]);
      assert.deepEqual([(await one.signals()).length, [...one.alarms.values()], means(one)], [1, [true], [500, 502.5, 506]]);
    });

    it("they are judged once also when it is away again in the middle, and when nobody knows how often it was", async () => {
      const one = await overtaken();
      one.away = false;
      await one.ring(5 * SECOND);
      one.away = true;
      await one.ring(5 * SECOND);
      await one.deliver([...weights(30, 507), beat(35)]);
      await one.ring(PATIENCE);
      await one.stop(false);
      await one.start();
      await one.comeBack();
      assert.deepEqual([(await one.signals()).length, means(one)], [1, [500, 502.5, 506]]);
    });

    it("signals stay where a kill comes in the middle of reading: the one that was read back, and the one that is still to be read", async () => {
      const one = site({ ...INDIVIDUALS, kinds: ["i"], latenessMs: 0, rules: ruleSet("nelson", ["N1"]) });
      await one.deliver([...weights(-5 * 3_600, 500, 507, 500), ...weights(10, 500), beat(15)]);
      one.away = true;
      await one.start();
      await one.ring(PATIENCE);
      await one.deliver([...weights(20, 508), beat(25)]);
      one.away = false;
      await one.ring(5 * SECOND);
      const open = one.hold(T0 - 3_600 * SECOND);
      const reading = one.ring(5 * SECOND);
      while ((await one.signals()).length < 2) await turns();
      await one.ring(SNAPSHOT);
      await one.stop(false);
      open();
      await reading;
      assert.equal((await one.signals()).length, 2, "who was killed takes nothing back");
      await one.start();
      assert.equal((await one.signals()).length, 2);
      assert.deepEqual(means(one), [500, 507, 500, 500, 508]);
    });

    it("none is lost where live samples come in the middle of reading", async () => {
      const one = site(PAIRS);
      await one.deliver([...weights(-5 * 3_600, 500), ...weights(10, 500, 505), beat(15)]);
      one.away = true;
      await one.start();
      one.away = false;
      const open = one.hold(T0 - 3_600 * SECOND);
      const reading = one.ring(5 * SECOND);
      await turns(20);
      await one.deliver([...weights(20, 500), beat(25)]);
      await one.ring(PATIENCE);
      await one.deliver([...weights(30, 506), beat(35)]);
      open();
      await reading;
      await one.comeBack();
      await one.deliver([...weights(40, 500), beat(45)]);
      assert.deepEqual(means(one), [500, 502.5, 503]);
    });

    it("a chart whose tag is not recorded goes on from what it has taken, and says so", async () => {
      const one = await overtaken();
      one.lose();
      await one.comeBack();
      assert.deepEqual([(await one.signals()).length, [...one.alarms.values()]], [1, [true]]);
      assert.deepEqual(
        one.rejects.map(({ code, message }) => [code, message.split(";")[0]]),
        [["TOO_FEW", "4 samples were taken until the historian came back, but 3 are recorded"]],
      );
      await one.deliver([...weights(30, 500, 500), beat(35)]);
      assert.deepEqual([...one.alarms.values()], [false]);
    });

    it("what people approve and measure is known all the same, in the order in which they did", async () => {
      const one = site({ ...INDIVIDUALS, tag: "", unit: "g", kinds: ["i", "mr"], given: null, rules: ruleSet("nelson", ["N1"]) });
      await one.say(approved(1, 0, 500));
      await one.say(measurement(10, 507));
      one.away = true;
      await one.start();
      await one.say(measurement(20, 508));
      await one.ring(PATIENCE);
      await one.deliver(weights(30, 500));
      await one.comeBack();
      assert.deepEqual(means(one), [507, 508]);
      assert.equal((await one.signals()).length, 1);
    });
  });
});
