import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import helper from "node-red-node-test-helper";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import { EUROPEAN_FILL_WEIGHT, FillStream, type FillWeightEvent } from "../../core/model/fill-weight/index.ts";
import type { AlarmConditionEvent, AlarmStateEvent } from "../../core/operate/alarm/index.ts";
import type { PlantService } from "../../nodes/connect/twin-plant/plant-service.ts";
import twinStore from "../../nodes/connect/twin-store/twin-store.ts";
import { fields } from "../../nodes/kit/configuration.ts";
import { behind } from "../../nodes/kit/running.ts";
import type { FillsSaved } from "../../nodes/model/twin-fill-weight/bound-fills.ts";
import { fillRequest } from "../../nodes/model/twin-fill-weight/fill-request.ts";
import declaration from "../../nodes/model/twin-fill-weight/twin-fill-weight.node.ts";
import twinFillWeight from "../../nodes/model/twin-fill-weight/twin-fill-weight.ts";
import twinAlarm from "../../nodes/operate/twin-alarm/twin-alarm.ts";
import { filler, recordingOf } from "../support/fill-stream.ts";
import { answering, apiOf, HISTORIAN, historianService, NodeBench, rungClock, STORE, turns } from "../support/node-bench.ts";

const FILLER = "acme.galway.bottling.line01.filler01";
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];
/** The node refuses samples from the future. */
const T0 = Math.floor(Date.now() / HOUR) * HOUR - 4 * HOUR;

const sample = (name: string, second: number, value: Sample["value"]): Sample => ({
  tag: `${FILLER}._filler_v1.${name}`,
  value,
  quality: "Good",
  timestamp: T0 + second * SECOND,
});
const weights = (from: number, ...values: number[]): Sample[] => values.map((value, i) => sample("fill_weight", from + i, value));
const beat = (second: number): Sample => sample("heartbeat", second, second % 1_000);
const STILL = sample("product", 0, "still-500");

interface Got {
  readonly samples: Sample[];
  readonly events: FillWeightEvent[];
  readonly conditions: AlarmConditionEvent[];
  readonly rejects: Reject[];
}

const bench = new NodeBench<Got>(
  { id: "fill", type: "twin-fill-weight", version: 1, target: FILLER },
  ["samples", "events", "conditions", "rejects"],
  twinFillWeight,
  twinStore,
  twinAlarm,
);
const send = (...payload: readonly unknown[]): Promise<void> => bench.send(payload);

function savedIn(file: string): FillsSaved {
  try {
    return (JSON.parse(readFileSync(file, "utf8")) as { state: FillsSaved }).state;
  } catch {
    return { version: 1, streams: {}, corrections: [] };
  }
}

const second = (one: Sample): Sample => ({ ...one, tag: one.tag.replace("filler01", "filler02") });
const ended = ({ conditions }: Got): unknown[] => conditions.map(({ asset, data }) => [asset, data.alarm, data.active, data.priority]);
const told = (events: readonly FillWeightEvent[]): unknown[] =>
  events.map(({ start, end, data }) => [
    (start - T0) / MINUTE,
    ((end ?? 0) - T0) / MINUTE,
    data.product,
    data.packages,
    data.below_t1,
    data.giveaway,
  ]);
/** What a ledger and a historian make of it: equal statements and equal samples are one. */
const once = (...parts: readonly (readonly object[])[]): string[] =>
  [...new Set(parts.flat().map((one) => JSON.stringify(one)))].toSorted();

const HISTORY = [
  STILL,
  ...weights(1, 501, 502, 484, 503),
  ...weights(1_200, 499, 500, 502, 503),
  sample("product", 1_800, "lemon-330"),
  ...weights(1_900, 338, 339, 340),
  ...weights(3_700, 338, 300, 340),
  beat(7_300),
];

async function reload(file: string, text: string): Promise<void> {
  writeFileSync(file, text);
  const reading = await (await apiOf<PlantService>("galway")).reload();
  assert.ok("model" in reading, JSON.stringify(reading));
  await turns();
}

describe("twin-fill-weight", () => {
  bench.freshForEach();

  it("states the packages of every product and hour, publishes the running figures, and calls for a package below T2", async () => {
    const got = await bench.deploy();
    await send(...HISTORY);
    assert.deepEqual(told(got.events), [
      [1 / 60, 30, "still-500", 8, 1, -0.75],
      [30, 60, "lemon-330", 3, 0, 2],
      [60, 120, "lemon-330", 3, 1, -11],
    ]);
    const giveaway = got.samples.filter(({ tag }) => tag === `${FILLER}._fill_v1.fill_weight.giveaway`);
    assert.deepEqual([giveaway.at(-1)?.value, giveaway.at(-1)?.unit], [-11, "g"]);
    assert.deepEqual(
      got.conditions.map(({ start, data }) => [(start - T0) / SECOND, data.alarm, data.active, data.value, data.limit, data.priority]),
      [
        [3_701, "fill_weight_below_t2", true, 300, 317, "medium"],
        [7_200, "fill_weight_below_t2", false, 300, 317, "medium"],
      ],
    );
    assert.equal(got.conditions[0]?.data.message, "fill_weight: package of 300 g, below T2 of 317 g");
    assert.deepEqual(got.rejects, []);
  });

  it("refuses what is no weight, and counts the others as if it had not come", async () => {
    const got = await bench.deploy();
    const bad = { ...sample("fill_weight", 2, null), quality: "Bad" };
    const infinite = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => sample("fill_weight", 2, value));
    const kilograms = { ...sample("fill_weight", 2, 0.5), unit: "kg" };
    await send(
      ...HISTORY.slice(0, 2),
      ...infinite,
      sample("fill_weight", 2, "heavy"),
      kilograms,
      bad,
      { ...bad, value: 300 },
      ...HISTORY.slice(2),
    );
    assert.deepEqual(
      got.rejects.map(({ code }) => code),
      ["NOT_FINITE", "NOT_FINITE", "NOT_FINITE", "WRONG_TYPE", "WRONG_UNIT", "BAD_QUALITY", "BAD_QUALITY"],
    );
    assert.deepEqual(
      told(got.events).map((one) => (one as unknown[])[3]),
      [8, 3, 3],
    );
  });

  it("is kept by the store: events in the ledger, their rows and the samples in the historian", async () => {
    const got = await bench.deploy({ wires: [["store"], ["store"], [], ["rejects"]] }, HISTORIAN, STORE);
    await behind(helper.getNode("store"))?.started;
    await send(...HISTORY);
    const kept = await historianService();
    const deadline = Date.now() + 10_000;
    const rows = () =>
      kept.historian.query({
        measurement: "fill",
        from: T0,
        to: T0 + 2 * HOUR,
        where: [{ tag: "asset", in: [FILLER] }],
        columns: [
          { as: "packages", field: "packages", aggregate: "sum" },
          { as: "each", numerator: { field: "giveaway_total", aggregate: "sum" }, denominator: { field: "packages", aggregate: "sum" } },
        ],
        by: ["product", "weight", "line"],
        latestRevision: { atomMs: MINUTE },
      });
    while ((await rows()).series.length < 2 && Date.now() < deadline) await kept.flush(5_000);
    const { series } = await rows();
    assert.deepEqual(
      series.map(({ tags, rows: [row] }) => [tags["product"], tags["weight"], tags["line"], row?.[1]]),
      [
        ["lemon-330", "fill_weight", "bottling.line01", 6],
        ["still-500", "fill_weight", "bottling.line01", 8],
      ],
    );
    assert.ok(Math.abs(Number(series[1]?.rows[0]?.[2]) + 0.75e-3) < 1e-12);
    assert.equal((await kept.ledger.latest({ kind: "fill.weight.v1", from: T0, to: T0 + 2 * HOUR, limit: 10 })).length, 3);
    assert.deepEqual(got.rejects, []);
  });

  it("raises its conditions in a twin-alarm", async () => {
    const states: AlarmStateEvent[] = [];
    const alarm = { id: "alarm", z: "f", x: 0, y: 0, type: "twin-alarm", name: "A", version: 1, plant: "galway", bind: "asset" };
    const heard = { id: "heard", z: "f", x: 0, y: 0, type: "helper" };
    await bench.deploy({ wires: [[], [], ["alarm"], []] }, { ...alarm, target: FILLER, alarms: [], wires: [["heard"], [], []] }, heard);
    await behind(helper.getNode("alarm"))?.started;
    helper.getNode("heard").on("input", ({ payload }) => states.push(...(payload as AlarmStateEvent[])));
    await send(STILL, ...weights(1, ...Array.from({ length: 60 }, (_, i) => 498 + (i % 3))), beat(120));
    await turns();
    assert.deepEqual(
      states.map(({ asset, data }) => [asset, data.state, data.priority]),
      [[`${FILLER}.fill_weight_mean`, "unacknowledged", "medium"]],
    );
    assert.match(states[0]?.data.message ?? "", /mean 498\.98 g of 50 packages is below the nominal 500 g/);
  });

  it("after a restart in the middle, on its snapshot alone, states what it would have stated without one", async () => {
    const whole = await bench.deploy();
    await send(...HISTORY);
    await helper.unload();
    bench.forget();
    const before = await bench.deploy();
    await send(...HISTORY.slice(0, 7));
    await helper.unload();
    const after = await bench.deploy();
    await send(...HISTORY.slice(7));
    assert.deepEqual([...before.events, ...after.events], whole.events);
    assert.deepEqual([...before.samples, ...after.samples], whole.samples);
    assert.deepEqual([...before.conditions, ...after.conditions], whole.conditions);
  });

  it("after a kill reads back what was recorded, once: nothing is lost, and nobody is called for what is over", async () => {
    const whole = await bench.deploy();
    await send(...HISTORY);
    await helper.unload();
    bench.forget();

    const killed = await bench.deploy({ historian: "hist" }, HISTORIAN);
    await send(...HISTORY.slice(0, 7));
    const kept = await historianService();
    assert.deepEqual((await kept.record(HISTORY)).rejects, []);
    assert.ok(await kept.flush(5_000));
    await helper.unload();
    bench.forgetSnapshots();
    const again = await bench.deploy({ historian: "hist" }, HISTORIAN);
    await send(...HISTORY); // the source sends what it held back
    assert.deepEqual(once(killed.events, again.events), once(whole.events));
    assert.deepEqual(once(killed.samples, again.samples), once(whole.samples));
    assert.deepEqual(again.rejects, []);
    assert.deepEqual(
      again.conditions.map(({ data }) => data.active),
      [false],
    );
  });

  it("states an hour again with packages that came late, and takes back what they make otherwise", async () => {
    const first = await bench.deploy({ historian: "hist" }, HISTORIAN);
    const kept = await historianService();
    assert.deepEqual((await kept.record(HISTORY)).rejects, []);
    // The connection was away: the end of the first product and the beginning of the second come after the next hour.
    const gap = HISTORY.slice(7, 12);
    await send(...HISTORY.filter((one) => !gap.includes(one)));
    await send(...gap);
    assert.deepEqual(first.rejects, []);
    assert.deepEqual(
      told(first.events).map((one) => (one as unknown[]).slice(0, 4)),
      [
        [1 / 60, 60, "still-500", 8 - 2 + 1],
        [60, 120, "still-500", 3],
      ],
    );
    await helper.unload();
    const again = await bench.deploy({ historian: "hist" }, HISTORIAN);
    const deadline = Date.now() + 10_000;
    while (again.events.length < 4 && Date.now() < deadline) await turns();
    assert.deepEqual(
      again.events.map(({ start, revision, data }) => [(start - T0) / MINUTE, revision, data.product, data.packages]),
      [
        [1 / 60, 2, "still-500", 8],
        [30, 2, "lemon-330", 3],
        [60, 2, "still-500", 0],
        [60, 2, "lemon-330", 3],
      ],
    );
  });

  it("keeps at once, for a kill, that an interval is to be counted again", async () => {
    await bench.deploy({ historian: "hist" }, HISTORIAN);
    await send(...HISTORY.filter(({ timestamp }) => timestamp !== T0 + 2 * SECOND));
    await send(...HISTORY.filter(({ timestamp }) => timestamp === T0 + 2 * SECOND));
    const file = path.join(bench.userDir, "twinline", "snapshots", "fill.json");
    const deadline = Date.now() + 5_000;
    let kept: readonly unknown[] = [];
    while (kept.length === 0 && Date.now() < deadline) {
      await turns();
      kept = savedIn(file).streams[`${FILLER}.fill_weight`]?.stated.late ?? [];
    }
    assert.deepEqual(kept, [{ from: T0 + SECOND, to: T0 + HOUR }]);
  });

  it("ends what it has raised where it counts no more, and where nobody is to be called any more", async () => {
    await bench.deploy();
    await send(STILL, ...weights(1, 501, 460, 502), beat(20));
    await helper.unload();
    const silent = await bench.deploy({ priority: "none" });
    await send(...weights(30, 460), beat(7_300));
    assert.deepEqual(ended(silent), [[FILLER, "fill_weight_below_t2", false, undefined]]);
    await send(...weights(7_400, 460), beat(7_420));
    assert.equal(silent.conditions.length, 1, "nobody is called");
    await helper.unload();
    const other = await bench.deploy({ target: "acme.galway.bottling.line01.checkweigher01", tag: "net_weight", nominal: 500 });
    assert.deepEqual(ended(other), [[FILLER, "fill_weight_below_t2", false, undefined]]);
  });

  /** The plant model as it is, and with a second filler. */
  function models(): { readonly file: string; readonly without: string; readonly with02: string } {
    const file = path.join(bench.userDir, "plant", "line01.yaml");
    const without = readFileSync(file, "utf8");
    const [block = ""] = /^ {2}bottling\.line01\.filler01:\n(?: {4}.*\n)+/mu.exec(without) ?? [];
    return {
      file,
      without,
      with02: without.replace(block, block + block.replaceAll("iller01", "iller02").replace(/^ {4}feeds:.*\n/mu, "")),
    };
  }

  it("knows what a machine makes that comes with another plant model", async () => {
    const { file, without, with02 } = models();
    writeFileSync(file, with02);
    const got = await bench.deploy({ historian: "hist", bind: "class", target: "filler" }, HISTORIAN);
    const kept = await historianService();
    assert.deepEqual((await kept.record([second(sample("product", 0, "lemon-330"))])).rejects, []);
    for (const text of [without, with02]) await reload(file, text);
    const deadline = Date.now() + 5_000;
    for (let at = 60; got.samples.length === 0 && Date.now() < deadline; at += 20)
      await send(second(sample("fill_weight", at, 338)), second(beat(at + 15)));
    await send(second(beat(3_700)));
    assert.deepEqual(
      got.events.map(({ asset, data }) => [asset.split(".").at(-2), data.product, data.nominal]),
      [["filler02", "lemon-330", 337]],
    );
    assert.deepEqual(got.rejects, []);
  });

  const fillFile = (): string => path.join(bench.userDir, "twinline", "snapshots", "fill.json");

  function stoppedAfter(samples: readonly Sample[]): void {
    const stopped = new FillStream(filler());
    stopped.push(samples);
    mkdirSync(path.dirname(fillFile()), { recursive: true });
    const state = { version: 1, streams: { [`${FILLER}.fill_weight`]: stopped.state() }, corrections: [] };
    writeFileSync(fillFile(), JSON.stringify({ schema: 1, state }));
  }

  it("counts what was missed also when it starts once more before the historian is back", async () => {
    stoppedAfter(HISTORY.slice(0, 4));
    let drained = false;
    const store = answering(async (range) => [...(await recordingOf(HISTORY).read({ ...range, carryIn: true }))], {
      flush: async () => drained,
    });
    const first = await bench.deployWith(store, { historian: "hist" }, HISTORIAN);
    // More than can wait.
    await send(...HISTORY.slice(-4), ...Array.from({ length: 50_000 }, () => beat(7_300)));
    assert.equal(first.events.length, 2, "live packages are counted");
    await helper.unload();
    assert.notEqual(savedIn(fillFile()).resumedAt, undefined, "what was missed is owed");

    drained = true;
    const again = await bench.deployWith(store, { historian: "hist" }, HISTORIAN);
    await turns(50);
    const last = new Map([...first.events, ...again.events].map(({ start, data }) => [`${start} ${data.product}`, data.packages]));
    assert.deepEqual([...last.values()], [8, 0, 3, 3]);
    assert.deepEqual(again.rejects, []);
    await helper.unload();
    assert.equal(savedIn(fillFile()).resumedAt, undefined);
  });

  describe("while the historian is away at the start", () => {
    const clock = rungClock();
    before(() => {
      bench.clock = clock;
    });
    after(() => {
      bench.clock = undefined;
    });

    it("counts what came meanwhile as soon as it is back, also when live packages were counted before", async () => {
      stoppedAfter(HISTORY.slice(0, 4));
      let drained = false;
      const store = answering(async (range) => [...(await recordingOf(HISTORY).read({ ...range, carryIn: true }))], {
        flush: async () => drained,
      });
      const got = await bench.deployWith(store, { historian: "hist" }, HISTORIAN);
      await send(...HISTORY.slice(-4));
      assert.equal(got.events.length, 0, "they wait for what was missed");
      await clock.ring(5 * MINUTE);
      assert.deepEqual(
        got.events.map(({ data }) => [data.product, data.packages]),
        [
          ["still-500", 3],
          ["still-500", 3],
        ],
      );
      drained = true;
      await clock.ring(5 * SECOND);
      await clock.ring(5 * SECOND);
      const last = new Map(got.events.map(({ start, data }) => [`${start} ${data.product}`, data.packages]));
      assert.deepEqual(
        [...last].map(([, packages]) => packages),
        [8, 0, 3, 3],
      );
      assert.deepEqual(got.rejects, []);
    });

    it("asks what a machine makes that comes meanwhile until the queue has been read, and counts again what it has taken it for", async () => {
      const recording = [second(STILL)];
      let drained = true;
      const store = answering(async (range) => [...(await recordingOf(recording).read({ ...range, carryIn: true }))], {
        flush: async () => drained,
      });
      const got = await bench.deployWith(store, { historian: "hist", bind: "class", target: "filler" }, HISTORIAN);
      drained = false;
      const { file, with02 } = models();
      await reload(file, with02);
      const packages = [60, 80, 100].map((at) => second(sample("fill_weight", at, 338)));
      await send(...packages, second(beat(120)));
      recording.push(second(sample("product", 30, "lemon-330")), ...packages);
      drained = true;
      await clock.ring(5 * SECOND);
      await send(second(beat(3_700)));
      await clock.ring(5 * SECOND);
      const last = new Map(got.events.map(({ start, data }) => [`${start} ${data.product}`, data]));
      assert.deepEqual(
        [...last.values()].map(({ product, packages: count, nominal }) => [product, count, nominal]).filter(([, count]) => count !== 0),
        [["lemon-330", 3, 337]],
      );
    });
  });

  it("refuses with a reason what it cannot count, and goes on", async () => {
    const got = await bench.deploy();
    await send(null, { tag: "__proto__" }, sample("fill_weight", 0, "heavy"), { ...sample("fill_weight", 0, 501), unit: "kg" });
    await send({ ...sample("fill_weight", 0, 1), timestamp: Date.now() + 60 * MINUTE }, sample("product", 0, "constructor"));
    await send(...weights(1, 501), STILL, beat(60));
    await send(...weights(3, 501), sample("fill_time", 3, 1));
    assert.deepEqual(
      got.rejects.map(({ code }) => code),
      [
        "NOT_A_SAMPLE",
        "NOT_A_SAMPLE",
        "WRONG_TYPE",
        "WRONG_UNIT",
        "FUTURE_TIMESTAMP",
        "DUPLICATE_TIMESTAMP",
        "NO_NOMINAL",
        "ANCIENT_TIMESTAMP",
      ],
    );
    assert.match(got.rejects.find(({ code }) => code === "NO_NOMINAL")?.message ?? "", /give the product the property "net_weight"/);
  });

  it("says at deploy what the form lacks", async () => {
    assert.match(await bench.fault({ target: `${FILLER}9` }), /No machine is weighed here/);
    assert.match(await bench.fault({ tag: "weight" }), /has no tag "weight"; it has .*fill_weight/);
    assert.match(await bench.fault({ tag: "fill_time" }), /contents need one of mass or volume/);
    assert.match(await bench.fault({ bands: [{ to: 100, error: 60, as: "percent" }] }), /Row 1 .* below 50 %/);
  });

  it("has a form whose defaults are the European figures", () => {
    const defaults = Object.fromEntries(fields(declaration).map(([key, field]) => [key, field.default]));
    const request = fillRequest(defaults as never);
    assert.deepEqual(typeof request === "object" ? request.rules : request, EUROPEAN_FILL_WEIGHT);
  });
});
