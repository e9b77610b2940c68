import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import helper from "node-red-node-test-helper";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import { type OngoingCapabilityEvent, type Period, Periods } from "../../core/model/charting/index.ts";
import { SPC_RESPONSE, SPC_SIGNAL } from "../../core/model/limits/index.ts";
import type { AlarmConditionEvent, AlarmStateEvent } from "../../core/operate/alarm/index.ts";
import twinStore from "../../nodes/connect/twin-store/twin-store.ts";
import { behind } from "../../nodes/kit/running.ts";
import { fields } from "../../nodes/kit/configuration.ts";
import { capabilityRequest } from "../../nodes/model/twin-capability/capability-request.ts";
import declaration from "../../nodes/model/twin-capability/twin-capability.node.ts";
import twinCapability from "../../nodes/model/twin-capability/twin-capability.ts";
import type { CapabilitySaved } from "../../nodes/model/twin-capability/watched-charts.ts";
import twinSpc from "../../nodes/model/twin-spc/twin-spc.ts";
import twinAlarm from "../../nodes/operate/twin-alarm/twin-alarm.ts";
import { demoModel } from "../support/board-site.ts";
import { HISTORIAN, historianService, NodeBench, rungClock } from "../support/node-bench.ts";

const FILLER = "acme.galway.bottling.line01.filler01";
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];

/** What the form says of a new node. */
const FORM = Object.fromEntries(fields(declaration).flatMap(([key, field]) => (field.default === undefined ? [] : [[key, field.default]])));

interface Got {
  readonly samples: Sample[];
  readonly events: OngoingCapabilityEvent[];
  readonly conditions: AlarmConditionEvent[];
  readonly rejects: Reject[];
}

const bench = new NodeBench<Got>(
  { id: "cap", type: "twin-capability", version: 1, historian: "hist", chart: "fill-weight", latenessSeconds: 0 },
  ["samples", "events", "conditions", "rejects"],
  twinCapability,
  twinSpc,
  twinAlarm,
  twinStore,
);
const PLACED = { z: "f", x: 0, y: 0, name: "", plant: "galway", version: 1 };
/** Its limits are so wide that no value of these tests breaks them, unless one is far off. */
const SPC = {
  ...PLACED,
  id: "spc",
  type: "twin-spc",
  version: 2,
  bind: "asset",
  target: FILLER,
  historian: "hist",
  chart: "fill-weight",
  kind: "i-mr",
  tag: "fill_weight",
  size: 1,
  everySeconds: 0,
  limits: "given",
  centre: 500,
  sigma: 20,
  rules: "1",
  wires: [[], [], [], []],
};

const at = (name: string, timestamp: number, value: Sample["value"]): Sample => ({
  tag: `${FILLER}._filler_v1.${name}`,
  value,
  quality: "Good",
  timestamp,
});
/** One a minute, half of them `off` above and half of them `off` below 500 g: their standard deviation is off · √(n/(n−1)). */
const around500 = (from: number, off: number, n = 100): Sample[] =>
  Array.from({ length: n }, (_, i) => at("fill_weight", from + (i + 1) * MINUTE, 500 + (i % 2 === 0 ? off : -off)));
/** 15 g from the mean to the nearer limit of the product. */
const ppk = (off: number, n: number): number => 15 / (3 * off * Math.sqrt(n / (n - 1)));

async function shifts(): Promise<Periods> {
  const model = await demoModel();
  return new Periods(model.zone, model.calendars.get("three-shift"));
}
type Shift = Period & { readonly from: number };

/** The last `count` shifts that are over, the earliest first. */
async function over(count: number, now = Date.now()): Promise<Shift[]> {
  const periods = await shifts();
  const found: Shift[] = [];
  for (let end = now; found.length < count; end = found[0]?.from ?? end) found.unshift(periods.ended("shift", end) as Shift);
  return found;
}

async function record(...samples: readonly Sample[]): Promise<void> {
  const service = await historianService();
  assert.deepEqual((await service.record(samples)).rejects, []);
  assert.ok(await service.flush(5_000));
}

/** The study runs in a thread of its own. */
async function until(done: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; !done() && Date.now() < deadline; ) await new Promise((next) => setTimeout(next, 0));
  assert.ok(done());
}

const told = (events: readonly OngoingCapabilityEvent[]): unknown[] =>
  events.map(({ start, data }) => [start, data.shift, data.figures?.n ?? data.refused?.code, data.meets]);
const indexOf = (event: OngoingCapabilityEvent | undefined, name: string): number =>
  event?.data.figures?.indices.find((one) => one.name === name)?.value ?? Number.NaN;
const near = (got: number, expected: number): void => assert.ok(Math.abs(got - expected) < 1e-9, `${got} instead of ${expected}`);

describe("twin-capability", () => {
  bench.freshForEach();

  it("states the last shift that is over as figures, samples and a condition below the minimum, and after a restart what it missed, once", async () => {
    const [first, second] = (await over(2)) as [Shift, Shift];
    const alarm = { ...PLACED, id: "alarm", type: "twin-alarm", bind: "asset", target: FILLER, alarms: [], wires: [["heard"], [], []] };
    const config = { wires: [["samples", "store"], ["events", "store"], ["conditions", "alarm"], ["rejects"]] };
    const more = [HISTORIAN, SPC, alarm, { ...PLACED, id: "store", type: "twin-store", historian: "hist", wires: [["rejects"]] }];
    const heard: AlarmStateEvent[] = [];
    async function deploy(): Promise<Got> {
      const got = await bench.deploy(config, ...more, { ...PLACED, id: "heard", type: "helper" });
      helper.getNode("heard").on("input", ({ payload }) => heard.push(...(payload as AlarmStateEvent[])));
      for (const id of ["spc", "alarm", "store"]) await behind(helper.getNode(id))?.started;
      return got;
    }
    await bench.deploy({ chart: "none" }, HISTORIAN);
    await record(at("product", first.from - SECOND, "still-500"), ...around500(first.from, 1), ...around500(second.from, 5));
    await helper.unload();
    const got = await deploy();
    await until(() => got.conditions.length > 0);
    assert.deepEqual(told(got.events), [[second.from, second.shift, 100, false]]);
    const [event] = got.events as [OngoingCapabilityEvent];
    near(indexOf(event, "Ppk"), ppk(5, 100));
    const published = (signal: string) => got.samples.find(({ tag }) => tag === `${FILLER}._capability_v1.fill-weight.shift.${signal}`);
    assert.deepEqual([published("ppk")?.value, published("ppk")?.timestamp], [indexOf(event, "Ppk"), second.to]);
    const [condition] = got.conditions;
    assert.deepEqual([condition?.data.alarm, condition?.data.active, condition?.data.limit], ["spc_fill-weight_capability", true, 1.33]);
    assert.equal(condition?.data.message, "fill-weight: Ppk 0.99 of 100 values is below the minimum of 1.33.");
    await until(() => heard.some(({ data }) => data.alarm === "spc_fill-weight_capability" && data.state === "unacknowledged"));
    assert.deepEqual(got.rejects, [], "the store takes them too");
    await helper.unload();

    // As if it had been gone since before the first shift was over.
    const file = path.join(bench.userDir, "twinline", "snapshots", "cap.json");
    const saved = JSON.parse(readFileSync(file, "utf8")) as { state: CapabilitySaved };
    const [entry] = Object.values(saved.state.charts);
    assert.deepEqual([entry?.schedule.settled, entry?.schedule.stated.length], [second.to, 1]);
    const before = JSON.stringify(saved).replace(`"settled":${second.to}`, `"settled":${first.from}`);
    writeFileSync(file, before);
    const again = await deploy();
    await until(() => again.events.length > 0);
    await bench.send("now");
    await until(() => again.events.length > 1);
    assert.deepEqual(
      told(again.events).slice(0, 1),
      [[first.from, first.shift, 100, true]],
      "the second one is the same, and not said again",
    );
    assert.equal(again.events[1]?.data.refused?.code, "TOO_FEW", "nothing was made in the running shift");
    assert.deepEqual(
      again.conditions.map(({ start, data }) => [start, data.active]),
      [[second.to, true]],
      "nobody is called for what is past",
    );
  });

  describe("by a clock of its own", () => {
    let now = 0;
    const clock = rungClock(() => now);
    before(() => {
      bench.clock = clock;
    });
    after(() => {
      bench.clock = undefined;
    });

    /** The shift that was over last, with what was recorded of it; the node has stated it. */
    async function statedShift(off: number, over_: object = {}, ...more: readonly Sample[]): Promise<{ shift: Shift; got: Got }> {
      const [shift] = (await over(1)) as [Shift];
      now = shift.to + MINUTE;
      const got = await bench.deploy(over_, HISTORIAN, SPC);
      await behind(helper.getNode("spc"))?.started;
      await record(at("product", shift.from - SECOND, "still-500"), ...around500(shift.from, off), ...more);
      await clock.ring(5 * SECOND);
      await until(() => got.events.length > 0);
      return { shift, got };
    }

    it("states a period once more when values of it have come late, and says nothing where it comes out the same", async () => {
      const { shift, got } = await statedShift(5);
      const late = [at("fill_weight", shift.from + 3 * HOUR, 495), at("fill_weight", shift.from + 3 * HOUR + SECOND, 505)];
      await record(...late);
      await bench.send(late);
      now += 30 * SECOND;
      await clock.ring(5 * SECOND);
      assert.equal(got.events.length, 1, "more may come");
      now += 40 * SECOND;
      await clock.ring(5 * SECOND);
      await until(() => got.events.length === 2);
      assert.deepEqual(told(got.events), [
        [shift.from, shift.shift, 100, false],
        [shift.from, shift.shift, 102, false],
      ]);
      near(indexOf(got.events[1], "Ppk"), ppk(5, 102));
      await bench.send(late);
      now += 2 * MINUTE;
      await clock.ring(5 * SECOND);
      await bench.send({ tag: 5 });
      await bench.send("now");
      await until(() => got.events.length === 3);
      assert.equal(got.events[2]?.start, shift.to, "of the running shift: the late ones were counted before");
      assert.deepEqual(
        got.rejects.map(({ code }) => code),
        ["NOT_A_SAMPLE"],
      );
    });

    it("has a reason and no number while a signal has no cause; when somebody has found it, the period is stated", async () => {
      const [{ from }] = (await over(1)) as [Shift];
      const { shift, got } = await statedShift(1, {}, at("fill_weight", from + 3 * HOUR, 580));
      assert.deepEqual(told(got.events), [[shift.from, shift.shift, "OUT_OF_CONTROL", null]]);
      assert.deepEqual(got.conditions, [], "a refusal is no finding");
      const numbers = got.samples.filter(({ value }) => typeof value === "number").map(({ tag }) => tag.split(".").at(-1));
      assert.deepEqual(numbers, ["minimum"]);
      const service = await historianService();
      for (const part of ["level", "spread"] as const) {
        const asset = `${FILLER}.fill-weight${part === "spread" ? ".spread" : ""}`;
        const start = from + 3 * HOUR;
        const points = [{ at: start, statistic: 580, rules: ["N1"] }];
        const about = { asset: FILLER, chart: "fill-weight", part, tag: null, rules: [{ id: "N1", text: "beyond" }], points, count: 1 };
        const limits = { centre: 500, lower: 440, upper: 560, limits_version: 0, reaction_plan: null, withdrawn: false };
        const answer = { id: `deed-000${part}`, made: start, action: "close", cause: "scale was hit", done: "told" };
        const statements = [
          { kind: SPC_SIGNAL, asset, start, end: start + 2 * HOUR, data: { ...about, ...limits } },
          { kind: SPC_RESPONSE, asset, start, end: start, data: answer },
        ];
        assert.deepEqual((await service.state(statements, { author: "quinn", reason: "cause" })).rejects, []);
      }
      now += 2 * MINUTE;
      await clock.ring(5 * SECOND);
      await until(() => got.events.length === 2);
      const [, after] = got.events;
      assert.deepEqual([after?.start, after?.data.refused, after?.data.figures?.n], [shift.from, null, 101]);
    });

    it("refuses a shift of several products, and one whose product has no specification, unless the form gives one", async () => {
      const [{ from }] = (await over(1)) as [Shift];
      const { got } = await statedShift(5, {}, at("product", from + HOUR, "still-750"));
      assert.equal(got.events[0]?.data.refused?.code, "SEVERAL_PRODUCTS");
      await helper.unload();
      bench.forget();
      const other = await statedShift(5, { lower: 470, upper: 530, aim: 500 }, at("product", from, "sample-bottle"));
      near(indexOf(other.got.events[0], "Ppk"), 2 * ppk(5, 100));
    });

    it("states the last subgroups on a message, and waits for a chart that is not there", async () => {
      const [shift] = (await over(1)) as [Shift];
      now = shift.to + MINUTE;
      const got = await bench.deploy({ period: "subgroups", subgroups: 50, when: "message" }, HISTORIAN, SPC);
      await behind(helper.getNode("spc"))?.started;
      await record(at("product", shift.from - SECOND, "still-500"), ...around500(shift.from, 1, 50), ...around500(shift.from + HOUR, 5));
      await clock.ring(5 * SECOND);
      await bench.send("now");
      await until(() => got.events.length > 0);
      const [event] = got.events as [OngoingCapabilityEvent];
      assert.deepEqual([event.asset, event.start, event.data.subgroups], [`${FILLER}.fill-weight.subgroups`, now, 50]);
      near(indexOf(event, "Ppk"), ppk(5, 50));
      await helper.unload();
      const none = await bench.deploy({ chart: "other" }, HISTORIAN, SPC);
      await bench.send("now");
      assert.deepEqual([none.events, none.samples], [[], []]);
    });
  });

  it("does not start on a form that contradicts itself, and says what to do", async () => {
    const contradictions: readonly (readonly [object, RegExp])[] = [
      [{ period: "shift", when: "day" }, /at the end of each shift/],
      [{ model: "weibull", by: "bound" }, /compare the index itself/],
      [{ model: "weibull", index: "Cpk" }, /require Ppk/],
      [{ lower: 2, upper: 1 }, /below the upper/],
    ];
    for (const [form, sentence] of contradictions) {
      const request = capabilityRequest({ ...FORM, chart: "fill-weight", ...form } as Parameters<typeof capabilityRequest>[0]);
      assert.match(declaration.texts?.[request as string] ?? "", sentence);
    }
    await assert.rejects(bench.deploy({ lower: 2, upper: 1 }, HISTORIAN), /below the upper/);
  });
});
