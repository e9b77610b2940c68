import assert from "node:assert/strict";
import helper from "node-red-node-test-helper";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import { type SignalEvent, SPC_LIMITS } from "../../core/model/limits/index.ts";
import type { AlarmConditionEvent } from "../../core/operate/alarm/index.ts";
import { fill } from "../../nodes/kit/texts.ts";
import { blamingConditions } from "../../nodes/model/twin-multivariate/conditions.ts";
import german from "../../nodes/model/twin-multivariate/locales/de/twin-multivariate.json" with { type: "json" };
import twinMultivariate from "../../nodes/model/twin-multivariate/twin-multivariate.ts";
import { HISTORIAN, historianService, NodeBench, turns } from "../support/node-bench.ts";
import { ASSET, MINUTE, sample, T0 } from "../support/spc-stream.ts";
import { approvedOf, asSamples, filling, over, PRESSURE, TIME } from "../support/vector-stream.ts";

const GERMAN: Readonly<Record<string, string>> = german["twin-multivariate"].texts;
const CHART = `${ASSET}.filling`;
/** More pressure, and the time that goes with less. */
const BROKEN = [1.63, 4_030, 6];

interface Got {
  readonly samples: Sample[];
  readonly events: SignalEvent[];
  readonly conditions: AlarmConditionEvent[];
  readonly rejects: Reject[];
}

const bench = new NodeBench<Got>(
  {
    id: "chart",
    type: "twin-multivariate",
    version: 1,
    target: ASSET,
    historian: "hist",
    chart: "filling",
    tags: "bowl_pressure\nfill_time\nproduct_temperature",
    everySeconds: 60,
    priority: "medium",
    reactionPlan: "Look at the valve",
  },
  ["samples", "events", "conditions", "rejects"],
  twinMultivariate,
);
const deploy = (config: object = {}): Promise<Got> => bench.deploy(config, HISTORIAN);
const send = (...payload: readonly unknown[]): Promise<void> => bench.send(payload);

/** What the page of control charts states when somebody has approved limits. */
async function approve(): Promise<void> {
  const data = approvedOf("t2", filling(1, 120));
  const statement = { kind: SPC_LIMITS, asset: CHART, start: T0, end: T0, data };
  const { rejects } = await (await historianService()).state([statement], { author: "quinn", reason: "control charts" });
  assert.deepEqual(rejects, []);
  await turns();
}

const drawn = (samples: readonly Sample[], signal: string): unknown[] =>
  samples
    .filter(({ tag }) => tag === `${ASSET}._spc_v1.filling.${signal}`)
    .map(({ timestamp, value }) => [(timestamp - T0) / MINUTE, value]);

describe("twin-multivariate", () => {
  bench.freshForEach();

  it("collects until limits are approved, then signals, blames the tags that do not go together, and goes on after a restart", async () => {
    const first = await deploy();
    await send(...asSamples([[1.6, 4_000, 6], BROKEN]), over(2));
    assert.deepEqual([first.samples, first.events], [[], []]);
    await approve();
    await send(...asSamples([[1.6, 4_000, 6], BROKEN], undefined, 3), over(5));
    assert.deepEqual(drawn(first.samples, "version"), [[3.25, 1]]);
    assert.deepEqual(drawn(first.samples, "rules"), [[4.25, "beyond-limits"]]);
    const [signal] = first.events;
    assert.deepEqual([first.events.length, signal?.asset, signal?.start, signal?.end], [1, CHART, T0 + 4.25 * MINUTE, null]);
    assert.deepEqual(
      signal?.data.contributions
        ?.slice(0, 2)
        .map(({ tag }) => tag)
        .toSorted(),
      [PRESSURE, TIME],
    );
    const [condition] = first.conditions;
    assert.match(
      condition?.data.message ?? "",
      /^filling: (bowl_pressure, fill_time|fill_time, bowl_pressure) do not go together as usual \(.+\)\. Look at the valve$/,
    );
    assert.ok(condition?.data.tag === PRESSURE || condition?.data.tag === TIME);
    const speaker = { text: (key: string, values: Readonly<Record<string, string | number>> = {}) => fill(GERMAN[key] ?? key, values) };
    const [told] = blamingConditions(first.events, { priority: "low", onDelayMs: 0, over: new Set() }, speaker);
    assert.match(told?.data.message ?? "", /passen nicht wie sonst zusammen \(jenseits einer Eingriffsgrenze\)\. Look at the valve$/);
    await helper.unload();
    const second = await deploy();
    await send(...asSamples([[1.6, 4_000, 6]], undefined, 5), over(6));
    assert.deepEqual(
      second.events.map(({ start, end, revision }) => [(start - T0) / MINUTE, end === null ? null : (end - T0) / MINUTE, revision]),
      [[4.25, 5.25, 2]],
    );
    assert.deepEqual(
      second.conditions.map(({ data }) => data.active),
      [false],
    );
  });

  it("refuses a vector that is not whole by what it lacks, and what is no sample", async () => {
    const got = await deploy();
    await approve();
    await send(null, sample(TIME, 5_000, 4_000), over(1));
    assert.deepEqual(
      got.rejects.map(({ code, message }) => [code, message.split(";")[0]]),
      [
        ["NOT_A_SAMPLE", got.rejects[0]?.message.split(";")[0]],
        ["BAD_QUALITY", "No usable value of bowl_pressure, product_temperature"],
      ],
    );
    const known = got.rejects.length;
    const infinite = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => sample(PRESSURE, 61_000, value));
    const bad = sample(PRESSURE, 62_000, null, "Bad");
    await send(...infinite, sample(PRESSURE, 61_000, "high"), { ...sample(PRESSURE, 61_000, 1_600), unit: "mbar" }, bad);
    // Of one tag of three: no vector.
    await send(...asSamples([[1.6, 4_000, 6]], undefined, 1).slice(1), ...asSamples([[1.6, 4_000, 6]], undefined, 2), over(3));
    assert.deepEqual(
      got.rejects.slice(known).map(({ code, message }) => [code, message.split(";")[0]?.match(/No usable .*/)?.[0]]),
      [
        ...["NOT_FINITE", "NOT_FINITE", "NOT_FINITE", "WRONG_TYPE", "WRONG_UNIT", "BAD_QUALITY"].map((code) => [code, undefined]),
        ["BAD_QUALITY", "No usable value of bowl_pressure"],
      ],
    );
    assert.deepEqual(got.rejects[known + 5]?.input, bad);
    assert.deepEqual(drawn(got.samples, "version"), [[2.25, 1]], "the next whole one is judged");
  });

  it("does not start without tags that the machine has as numbers, each once", async () => {
    for (const [tags, fault] of [
      ["fill_time", /2 to 10 tags, not 1/],
      ["fill_time, fill_time", /named twice/],
      ["fill_time\nproduct", /is no number/],
      ["fill_time\nspeed of light", /has no tag "speed of light"/],
    ] as const) {
      await assert.rejects(deploy({ tags }), fault);
      await helper.unload();
    }
  });
});
