import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import helper from "node-red-node-test-helper";
import type { Clock } from "../../core/connect/replay/index.ts";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import { EUROPEAN_FILL_WEIGHT, FillStream, type FillWeightEvent } from "../../core/model/fill-weight/index.ts";
import type { AlarmConditionEvent, AlarmStateEvent } from "../../core/operate/alarm/index.ts";
import type { HistorianService } from "../../nodes/connect/twin-historian/historian-service.ts";
import historianDeclaration from "../../nodes/connect/twin-historian/twin-historian.node.ts";
import twinHistorian from "../../nodes/connect/twin-historian/twin-historian.ts";
import type { PlantService } from "../../nodes/connect/twin-plant/plant-service.ts";
import twinPlant from "../../nodes/connect/twin-plant/twin-plant.ts";
import twinStore from "../../nodes/connect/twin-store/twin-store.ts";
import { REAL_CLOCK } from "../../nodes/kit/clock.ts";
import { fields } from "../../nodes/kit/configuration.ts";
import { defineNode } from "../../nodes/kit/define-node.ts";
import { behind } from "../../nodes/kit/running.ts";
import type { FillsSaved } from "../../nodes/model/twin-fill-weight/bound-fills.ts";
import { fillRequest } from "../../nodes/model/twin-fill-weight/fill-request.ts";
import declaration from "../../nodes/model/twin-fill-weight/twin-fill-weight.node.ts";
import twinFillWeight from "../../nodes/model/twin-fill-weight/twin-fill-weight.ts";
import type { RecordedSamples } from "../../nodes/operate/bound/recorded.ts";
import twinAlarm from "../../nodes/operate/twin-alarm/twin-alarm.ts";
import { filler, recordingOf } from "../support/fill-stream.ts";

const require = createRequire(import.meta.url);
const userDir = mkdtempSync(path.join(tmpdir(), "twinline-fill-"));
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

const PORTS = ["samples", "events", "conditions", "rejects"] as const;
const tab = { id: "f", type: "tab", label: "fill weight" };
const plant = { id: "galway", type: "twin-plant", name: "Galway", version: 1, directory: "plant", watch: false };
const historian = { id: "hist", type: "twin-historian", name: "H", version: 1, store: "embedded", folder: "historian", plant: "galway" };
const store = { id: "store", z: "f", x: 0, y: 0, type: "twin-store", name: "S", version: 1, historian: "hist", wires: [["rejects"]] };
const fill = (config: object): object => ({
  id: "fill",
  z: "f",
  x: 0,
  y: 0,
  type: "twin-fill-weight",
  name: "Fill weight",
  version: 1,
  plant: "galway",
  bind: "asset",
  target: FILLER,
  wires: PORTS.map((port) => [port]),
  ...config,
});
const sinks = PORTS.map((id) => ({ id, z: "f", x: 0, y: 0, type: "helper" }));

interface Got {
  readonly samples: Sample[];
  readonly events: FillWeightEvent[];
  readonly conditions: AlarmConditionEvent[];
  readonly rejects: Reject[];
}

async function deploy(config: object = {}, ...more: object[]): Promise<Got> {
  return deployWith(twinHistorian, config, ...more);
}

async function deployWith(historianType: unknown, config: object, ...more: object[]): Promise<Got> {
  const got: Got = { samples: [], events: [], conditions: [], rejects: [] };
  const types = [twinPlant, historianType, twinStore, twinFillWeight, twinAlarm];
  await helper.load(types as never, [tab, plant, ...sinks, fill(config), ...more] as never, () => {
    for (const port of PORTS)
      helper.getNode(port).on("input", (message) => (got[port] as unknown[]).push(...((message as { payload: unknown[] }).payload ?? [])));
  });
  const started = await behind(helper.getNode("fill"))?.started;
  if (started?.ok !== true) throw new Error(started?.fault);
  await turns();
  return got;
}

async function turns(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function send(...payload: unknown[]): Promise<void> {
  helper.getNode("fill").receive({ payload });
  await turns();
}

async function service(): Promise<HistorianService> {
  const outcome = await behind(helper.getNode("hist"))?.started;
  assert.ok(outcome?.ok);
  return outcome.api as HistorianService;
}

/** The sentence with which a deploy fails. */
async function fault(config: object): Promise<string> {
  const failed = await deploy(config).then(
    () => "",
    (error: Error) => error.message,
  );
  await helper.unload();
  return failed;
}

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

describe("twin-fill-weight", () => {
  let clock: Clock | undefined;

  beforeEach((done) => {
    rmSync(userDir, { recursive: true, force: true });
    cpSync(path.resolve(import.meta.dirname, "../../plant/site"), path.join(userDir, "plant"), { recursive: true });
    const twinline = { dataDir: path.join(userDir, "twinline"), ...(clock === undefined ? {} : { replay: true, clock }) };
    helper.init(require.resolve("node-red"), { userDir, twinline, logging: { console: { level: "off" } } } as never);
    helper.startServer(done);
  });
  afterEach(async () => {
    await helper.unload();
    await new Promise<void>((resolve) => helper.stopServer(resolve));
  });
  after(() => rmSync(userDir, { recursive: true, force: true }));

  it("states the packages of every product and hour, publishes the running figures, and calls for a package below T2", async () => {
    const got = await deploy();
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

  it("is kept by the store: events in the ledger, their rows and the samples in the historian", async () => {
    const got = await deploy({ wires: [["store"], ["store"], [], ["rejects"]] }, historian, store);
    await behind(helper.getNode("store"))?.started;
    await send(...HISTORY);
    const kept = await service();
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
    await deploy({ wires: [[], [], ["alarm"], []] }, { ...alarm, target: FILLER, alarms: [], wires: [["heard"], [], []] }, heard);
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
    const whole = await deploy();
    await send(...HISTORY);
    await helper.unload();
    rmSync(path.join(userDir, "twinline"), { recursive: true, force: true });
    const before = await deploy();
    await send(...HISTORY.slice(0, 7));
    await helper.unload();
    const after = await deploy();
    await send(...HISTORY.slice(7));
    assert.deepEqual([...before.events, ...after.events], whole.events);
    assert.deepEqual([...before.samples, ...after.samples], whole.samples);
    assert.deepEqual([...before.conditions, ...after.conditions], whole.conditions);
  });

  it("after a kill reads back what was recorded, once: nothing is lost, and nobody is called for what is over", async () => {
    const whole = await deploy();
    await send(...HISTORY);
    await helper.unload();
    rmSync(path.join(userDir, "twinline"), { recursive: true, force: true });

    const killed = await deploy({ historian: "hist" }, historian);
    await send(...HISTORY.slice(0, 7));
    const kept = await service();
    assert.deepEqual((await kept.record(HISTORY)).rejects, []);
    assert.ok(await kept.flush(5_000));
    await helper.unload();
    rmSync(path.join(userDir, "twinline", "snapshots"), { recursive: true, force: true });
    const again = await deploy({ historian: "hist" }, historian);
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
    const first = await deploy({ historian: "hist" }, historian);
    const kept = await service();
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
    const again = await deploy({ historian: "hist" }, historian);
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
    await deploy({ historian: "hist" }, historian);
    await send(...HISTORY.filter(({ timestamp }) => timestamp !== T0 + 2 * SECOND));
    await send(...HISTORY.filter(({ timestamp }) => timestamp === T0 + 2 * SECOND));
    const file = path.join(userDir, "twinline", "snapshots", "fill.json");
    const deadline = Date.now() + 5_000;
    let kept: readonly unknown[] = [];
    while (kept.length === 0 && Date.now() < deadline) {
      await turns();
      kept = savedIn(file).streams[`${FILLER}.fill_weight`]?.stated.late ?? [];
    }
    assert.deepEqual(kept, [{ from: T0 + SECOND, to: T0 + HOUR }]);
  });

  it("ends what it has raised where it counts no more, and where nobody is to be called any more", async () => {
    await deploy();
    await send(STILL, ...weights(1, 501, 460, 502), beat(20));
    await helper.unload();
    const silent = await deploy({ priority: "none" });
    await send(...weights(30, 460), beat(7_300));
    assert.deepEqual(ended(silent), [[FILLER, "fill_weight_below_t2", false, undefined]]);
    await send(...weights(7_400, 460), beat(7_420));
    assert.equal(silent.conditions.length, 1, "nobody is called");
    await helper.unload();
    const other = await deploy({ target: "acme.galway.bottling.line01.checkweigher01", tag: "net_weight", nominal: 500 });
    assert.deepEqual(ended(other), [[FILLER, "fill_weight_below_t2", false, undefined]]);
  });

  it("knows what a machine makes that comes with another plant model", async () => {
    const file = path.join(userDir, "plant", "line01.yaml");
    const without = readFileSync(file, "utf8");
    const [block = ""] = /^ {2}bottling\.line01\.filler01:\n(?: {4}.*\n)+/mu.exec(without) ?? [];
    const with02 = without.replace(block, block + block.replaceAll("iller01", "iller02").replace(/^ {4}feeds:.*\n/mu, ""));
    writeFileSync(file, with02);
    const got = await deploy({ historian: "hist", bind: "class", target: "filler" }, historian);
    const kept = await service();
    assert.deepEqual((await kept.record([second(sample("product", 0, "lemon-330"))])).rejects, []);
    const outcome = await behind(helper.getNode("galway"))?.started;
    assert.ok(outcome?.ok);
    for (const text of [without, with02]) {
      writeFileSync(file, text);
      const reading = await (outcome.api as PlantService).reload();
      assert.ok("model" in reading, JSON.stringify(reading));
      await turns();
    }
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

  describe("while the historian is away at the start", () => {
    const jobs: { readonly ms: number; readonly job: () => void }[] = [];
    const held = (ms: number, job: () => void) => {
      jobs.push({ ms, job });
      return () => undefined;
    };
    before(() => {
      const after = (ms: number, job: () => void) => (ms < SECOND ? REAL_CLOCK.after(ms, job) : held(ms, job));
      clock = { now: () => Date.now(), after, every: held };
    });
    beforeEach(() => void jobs.splice(0));
    after(() => {
      clock = undefined;
    });
    const ring = async (ms: number): Promise<void> => {
      for (const one of jobs.filter((job) => job.ms === ms)) one.job();
      for (let i = 0; i < 10; i += 1) await turns();
    };

    it("counts what came meanwhile as soon as it is back, also when live packages were counted before", async () => {
      const stopped = new FillStream(filler());
      stopped.push(HISTORY.slice(0, 4));
      const file = path.join(userDir, "twinline", "snapshots", "fill.json");
      mkdirSync(path.dirname(file), { recursive: true });
      const state = { version: 1, streams: { [`${FILLER}.fill_weight`]: stopped.state() }, corrections: [] };
      writeFileSync(file, JSON.stringify({ schema: 1, state }));
      let drained = false;
      const store: RecordedSamples = {
        historian: { readSamples: async (range) => [...(await recordingOf(HISTORY).read({ ...range, carryIn: true }))] },
        ledger: {} as RecordedSamples["ledger"],
        subscribe: () => () => undefined,
        flush: async () => drained,
        stats: async () => ({ deletedBefore: null }),
      };
      const got = await deployWith(
        defineNode(historianDeclaration, () => ({ api: store })),
        { historian: "hist" },
        historian,
      );
      await send(...HISTORY.slice(-4));
      assert.equal(got.events.length, 0, "they wait for what was missed");
      await ring(5 * MINUTE);
      assert.deepEqual(
        got.events.map(({ data }) => [data.product, data.packages]),
        [
          ["still-500", 3],
          ["still-500", 3],
        ],
      );
      drained = true;
      await ring(5 * SECOND);
      await ring(5 * SECOND);
      const last = new Map(got.events.map(({ start, data }) => [`${start} ${data.product}`, data.packages]));
      assert.deepEqual(
        [...last].map(([, packages]) => packages),
        [8, 0, 3, 3],
      );
      assert.deepEqual(got.rejects, []);
    });
  });

  it("refuses with a reason what it cannot count, and goes on", async () => {
    const got = await deploy();
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
    assert.match(await fault({ target: `${FILLER}9` }), /No machine is weighed here/);
    assert.match(await fault({ tag: "weight" }), /has no tag "weight"; it has .*fill_weight/);
    assert.match(await fault({ tag: "fill_time" }), /contents need one of mass or volume/);
    assert.match(await fault({ bands: [{ to: 100, error: 60, as: "percent" }] }), /Row 1 .* below 50 %/);
  });

  it("has a form whose defaults are the European figures", () => {
    const defaults = Object.fromEntries(fields(declaration).map(([key, field]) => [key, field.default]));
    const request = fillRequest(defaults as never);
    assert.deepEqual(typeof request === "object" ? request.rules : request, EUROPEAN_FILL_WEIGHT);
  });
});
