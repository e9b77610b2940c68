import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import helper from "node-red-node-test-helper";
import { HistorianUnavailable, type TagRange } from "../../core/connect/history/index.ts";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import { byShift, OEE_ATOM, type OeeAtomEvent, atomOf, NOTHING, ratios, type Said } from "../../core/operate/oee/index.ts";
import {
  DOWNTIME_PART,
  DOWNTIME_STATEMENT,
  DOWNTIME_STOP,
  type DowntimePartEvent,
  type DowntimeStopEvent,
} from "../../core/operate/downtime/index.ts";
import historianDeclaration from "../../nodes/connect/twin-historian/twin-historian.node.ts";
import twinHistorian from "../../nodes/connect/twin-historian/twin-historian.ts";
import { HistorianService } from "../../nodes/connect/twin-historian/historian-service.ts";
import type { PlantService } from "../../nodes/connect/twin-plant/plant-service.ts";
import type { OeeLineData } from "../../core/operate/line/index.ts";
import twinPlant from "../../nodes/connect/twin-plant/twin-plant.ts";
import { defineNode } from "../../nodes/kit/define-node.ts";
import { behind } from "../../nodes/kit/running.ts";
import type { RecordedSamples } from "../../nodes/operate/bound/recorded.ts";
import declaration from "../../nodes/operate/twin-oee/twin-oee.node.ts";
import twinOee from "../../nodes/operate/twin-oee/twin-oee.ts";
import { MemoryLedger } from "../support/memory-ledger.ts";

const require = createRequire(import.meta.url);
const userDir = mkdtempSync(path.join(tmpdir(), "twinline-oee-"));
const MINUTE = 60_000;
const LINE = "acme.galway.bottling.line01";
const FILLER = `${LINE}.filler01`;
/** A whole hour, some hours ago: the node refuses samples from the future and does not state history beyond a month. */
const HOUR = 3_600_000;
/** Some hours ago, at the start of an hour that is planned: the demo site's breaks begin at 2, 10 and 18 o'clock. */
const T0 = plannedHour(Math.floor(Date.now() / HOUR) * HOUR - 5 * HOUR);

function plannedHour(time: number): number {
  const local = Number(new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Dublin", hour: "2-digit", hourCycle: "h23" }).format(time));
  return [2, 10, 18].includes(local) ? time - HOUR : time;
}

function sample(name: string, time: number, value: Sample["value"], asset = FILLER): Sample {
  return { tag: `${asset}._${asset.endsWith("filler01") ? "filler" : "capper"}_v1.${name}`, value, quality: "Good", timestamp: time };
}

/** 40 minutes of a machine: production with a stop of 4 minutes, counts every 10 s, a product change. */
function recording(asset = FILLER): Sample[] {
  const samples: Sample[] = [sample("state", T0, 6, asset), sample("unit_mode", T0, 1, asset), sample("product", T0, "still-500", asset)];
  for (let time = T0; time <= T0 + 40 * MINUTE; time += 5000) {
    const made = Math.round((time - T0) / 550);
    samples.push(sample("heartbeat", time, ((time - T0) / 5000) % 65_536, asset));
    if (time % 10_000 === 0)
      samples.push(sample("processed_count", time, made, asset), sample("defective_count", time, Math.floor(made / 50), asset));
    if (time === T0 + 15 * MINUTE) samples.push(sample("state", time + 1234, 9, asset));
    if (time === T0 + 19 * MINUTE) samples.push(sample("state", time + 1234, 6, asset));
    if (time === T0 + 25 * MINUTE) samples.push(sample("product", time + 777, "lemon-330", asset));
  }
  return samples;
}

const tab = { id: "f", type: "tab", label: "oee" };
const plant = { id: "galway", type: "twin-plant", name: "Galway", version: 1, directory: "plant", watch: false };
const historian = { id: "hist", type: "twin-historian", name: "H", version: 1, store: "embedded", folder: "historian", plant: "galway" };
const oee = (config: object = {}): object => ({
  id: "oee",
  z: "f",
  x: 0,
  y: 0,
  type: "twin-oee",
  name: "OEE",
  version: 2,
  plant: "galway",
  bind: "asset",
  target: FILLER,
  wires: [["events"], ["samples"], ["rejects"]],
  ...config,
});
const sinks = ["events", "samples", "rejects"].map((id) => ({ id, z: "f", x: 0, y: 0, type: "helper" }));

interface Got {
  readonly events: OeeAtomEvent[];
  readonly stops: DowntimeStopEvent[];
  readonly parts: DowntimePartEvent[];
  readonly samples: Sample[];
  readonly rejects: Reject[];
}

/** Deploys, collects what leaves, and waits for the node to have started. */
async function deploy(...nodes: object[]): Promise<Got> {
  return deployWith(twinHistorian, ...nodes);
}

async function deployWith(historianType: unknown, ...nodes: object[]): Promise<Got> {
  const got: Got = { events: [], stops: [], parts: [], samples: [], rejects: [] };
  await helper.load([twinPlant, historianType, twinOee] as never, [tab, plant, ...sinks, ...nodes] as never, () => {
    for (const port of ["samples", "rejects"] as const)
      helper.getNode(port).on("input", (message) => (got[port] as unknown[]).push(...((message as { payload: unknown[] }).payload ?? [])));
    helper.getNode("events").on("input", ({ payload }) => {
      for (const event of payload as (OeeAtomEvent | DowntimeStopEvent | DowntimePartEvent)[]) {
        if (event.kind === DOWNTIME_STOP) got.stops.push(event as DowntimeStopEvent);
        else if (event.kind === DOWNTIME_PART) got.parts.push(event as DowntimePartEvent);
        else got.events.push(event as OeeAtomEvent);
      }
    });
  });
  const started = await behind(helper.getNode("oee"))?.started;
  if (started?.ok !== true) throw new Error(started?.fault);
  return got;
}

async function send(payload: unknown): Promise<void> {
  helper.getNode("oee").receive({ payload });
  await turns();
}

async function turns(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function historianService(): Promise<HistorianService> {
  const started = await behind(helper.getNode("hist"))?.started;
  if (started?.ok !== true) throw new Error(started?.fault);
  return started.api as HistorianService;
}

/** A twin-historian whose recorded samples a test answers itself. */
function answering(readSamples: (range: TagRange) => Promise<Sample[]>, ledger = new MemoryLedger()): unknown {
  const api: RecordedSamples = {
    historian: { readSamples },
    ledger,
    subscribe: () => () => undefined,
    flush: async () => true,
    stats: async () => ({ deletedBefore: null }),
  };
  return defineNode(historianDeclaration, () => ({ api }));
}

function latest(events: readonly OeeAtomEvent[]): unknown[] {
  const rows = new Map(
    events.map((event) => [`${event.start}/${event.data.product}/${event.data.order}/${event.data.shift}`, event] as const),
  );
  return [...rows.values()]
    .filter((event) => event.end !== event.start)
    .toSorted((a, b) => a.start - b.start)
    .map(({ start, end, data }) => ({ start, end, data }));
}

async function unload(): Promise<void> {
  await helper.unload();
}

describe("twin-oee", () => {
  beforeEach((done) => {
    rmSync(userDir, { recursive: true, force: true });
    cpSync(path.resolve(import.meta.dirname, "../../plant/site"), path.join(userDir, "plant"), { recursive: true });
    helper.init(require.resolve("node-red"), {
      userDir,
      twinline: { dataDir: path.join(userDir, "twinline") },
      logging: { console: { level: "off" } },
    } as never);
    helper.startServer(done);
  });
  afterEach(async () => {
    await helper.unload();
    await new Promise<void>((resolve) => helper.stopServer(resolve));
  });
  after(() => rmSync(userDir, { recursive: true, force: true }));

  it("states the minutes of one machine with the plant model's cycle times and calendar, and publishes the running figures", async () => {
    const got = await deploy(oee());
    await send(recording());
    const atoms = got.events.map(atomOf);
    assert.ok(got.events.every((event) => event.kind === OEE_ATOM && event.asset === FILLER && event.revision === 1));
    assert.equal(atoms[0]?.start, T0);
    assert.equal(atoms.at(-1)?.end, T0 + 39 * MINUTE);
    assert.equal(atoms.find((atom) => atom.product === "still-500")?.idealCycleUs, 500_000);
    assert.equal(atoms.find((atom) => atom.product === "lemon-330")?.idealCycleUs, 480_000);
    const shift = byShift(atoms).at(-1);
    const published = got.samples.find((one) => one.tag === `${FILLER}._oee_v1.shift.availability`);
    assert.equal(published?.value, ratios(shift?.measures ?? NOTHING).availability);
    assert.equal(published?.timestamp, T0 + 39 * MINUTE);
    assert.equal(got.rejects.length, 0);
  });

  it("after a restart in the middle ends like an uninterrupted run, on its snapshot alone", async () => {
    const all = recording();
    const uninterrupted = await deploy(oee());
    await send(all);
    const expected = latest(uninterrupted.events);
    await unload();
    rmSync(path.join(userDir, "twinline"), { recursive: true, force: true });

    const before = await deploy(oee());
    await send(all.slice(0, 400));
    await unload();
    const after = await deploy(oee());
    await send(all.slice(380)); // the source resumes with an overlap
    assert.deepEqual(latest([...before.events, ...after.events]), expected);
  });

  it("after a kill reads back what was recorded since its last snapshot, from a real historian", async () => {
    const all = recording();
    const uninterrupted = await deploy(oee());
    await send(all);
    const expected = latest(uninterrupted.events);
    await unload();
    rmSync(path.join(userDir, "twinline"), { recursive: true, force: true });

    await deploy(historian, oee({ historian: "hist" }));
    await send(all.slice(0, 100));
    await unload(); // the snapshot of a close; what follows was recorded while the node was gone
    await deploy(historian, oee({ historian: "hist" }));
    const service = (await behind(helper.getNode("hist"))?.started) as unknown as { api: HistorianService };
    const report = await service.api.record(all);
    assert.deepEqual(report.rejects, []);
    assert.equal(await service.api.flush(5_000), true);
    await unload();

    const resumed = await deploy(historian, oee({ historian: "hist" }));
    for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(latest(resumed.events), expected);
  });

  it("states the stops of the machine with the reason its controller gives, once each over a restart", async () => {
    const all = [...recording(), sample("stop_reason", T0 + 15 * MINUTE + 1_300, 4)];
    const before = await deploy(oee());
    await send(all);
    await unload();
    const after = await deploy(oee());
    await turns();
    const [lasting, ended] = [T0 + 15 * MINUTE + 1_234, T0 + 19 * MINUTE + 1_234];
    assert.deepEqual(
      before.stops.map(({ asset, start, end, revision, data }) => [asset, start, end, revision, data.bucket, data.text, data.reason]),
      [[FILLER, lasting, ended, 1, "failure", "Drive fault", "drive-fault"]],
    );
    assert.deepEqual(after.stops, before.stops);
  });

  it("states exactly the minutes again of which people say that they were something else, also when it was gone meanwhile", async () => {
    const before = await deploy(historian, oee({ historian: "hist" }));
    const service = await historianService();
    await send(recording());
    const [stop] = before.stops;
    const first = before.events.length;
    const assign = { action: "assign", from: stop?.start, to: null, reason: "changeover", bucket: "setup", seen_end: stop?.end, made: T0 };
    const statement = (data: object): object => ({ kind: DOWNTIME_STATEMENT, asset: FILLER, start: stop?.start, end: stop?.end, data });
    const by = { author: "ann", reason: "terminal" };
    assert.deepEqual((await service.state([statement({ id: "said-0001", ...assign })], by)).rejects, []);
    await turns();
    const again = before.events.slice(first);
    assert.deepEqual(
      again.map(({ start, revision, data }) => [start, revision, data.setup_ms, data.failure_ms]),
      [15, 16, 17, 18, 19].map((minute) => [T0 + minute * MINUTE, 2, minute === 15 ? 58_766 : minute === 19 ? 1_234 : MINUTE, 0]),
    );
    const newest = new Map(before.parts.map((part) => [`${part.start} ${part.data.reason} ${part.data.loss}`, part.data] as const));
    const byReason = Map.groupBy(newest.values(), ({ reason, loss }) => `${reason} ${loss}`);
    assert.deepEqual(
      [...byReason].map(([name, minutes]) => [name, minutes.reduce((sum, one) => sum + one.duration_ms, 0)]),
      [
        ["~ failure", 0],
        ["changeover setup", 4 * MINUTE],
      ],
    );
    await unload();

    const away = await deploy(historian, oee({ historian: "hist" }));
    await turns();
    await unload();
    assert.deepEqual(latest([...before.events, ...away.events]), latest(before.events));
    const alone = await HistorianService.open(
      { directory: path.join(userDir, "twinline/historian"), queue: {}, minFreeBytes: 0, seriesOf: () => ({}), asset: FILLER } as never,
      { rawDays: null, maxBytes: null, minFreeBytes: 0 },
      assert.fail,
    );
    await alone.state([statement({ id: "said-0002", action: "revert", target: "said-0001", made: T0, seen_end: stop?.end })], by);
    await alone.close();
    const back = await deploy(historian, oee({ historian: "hist" }));
    await turns();
    const minutes = latest([...before.events, ...back.events]) as { start: number; data: { failure_ms: number; setup_ms: number } }[];
    assert.equal(
      minutes.reduce((sum, { data }) => sum + data.setup_ms, 0),
      0,
    );
    assert.equal(
      minutes.reduce((sum, { data }) => sum + data.failure_ms, 0),
      4 * MINUTE,
    );
  });

  it("states a stop again that a late sample shortens when it is no longer in memory, with the time that somebody named in it", async () => {
    const ledger = new MemoryLedger();
    const recorded: Sample[] = [];
    const store = answering(
      async ({ tags, from, to }) =>
        tags.flatMap(({ id }) => {
          const of = recorded.filter(({ tag }) => tag === id).toSorted((a, b) => a.timestamp - b.timestamp);
          const before = of.filter(({ timestamp }) => timestamp < from).slice(-1);
          return [...before, ...of.filter(({ timestamp }) => timestamp >= from && timestamp < to)];
        }),
      ledger,
    );
    const node = (): Promise<Got> => deployWith(store, historian, oee({ historian: "hist" }));
    const before = await node();
    recorded.push(...recording(), sample("heartbeat", T0 + 4 * HOUR, 1));
    await send(recorded);
    const stop = before.stops[0] ?? assert.fail("no stop was stated");
    await ledger.record(before.stops, { author: "node:twin-oee", reason: "stated" }, Date.now());
    await unload();
    const data = {
      id: "said-0001",
      action: "assign",
      from: stop.start,
      to: null,
      reason: "changeover",
      bucket: "setup",
      seen_end: stop.end,
      made: T0,
    };
    const statement = { kind: DOWNTIME_STATEMENT, asset: FILLER, start: stop.start, end: stop.end, data };
    await ledger.record([statement], { author: "ann", reason: "terminal" }, Date.now());

    const after = await node();
    await turns();
    const late = sample("state", T0 + 17 * MINUTE, 6);
    recorded.push(late);
    await send(late);
    for (let i = 0; i < 20; i += 1) await turns();
    assert.deepEqual(
      after.stops.map(({ start, end, revision }) => [start, end, revision]),
      [[stop.start, late.timestamp, 2]],
    );
    const minutes = latest([...before.events, ...after.events]) as { start: number; data: { failure_ms: number; setup_ms: number } }[];
    const stood = minutes.filter(({ data: { failure_ms, setup_ms } }) => failure_ms + setup_ms > 0);
    assert.deepEqual(
      stood.map(({ start, data: { failure_ms, setup_ms } }) => [(start - T0) / MINUTE, failure_ms, setup_ms]),
      [
        [15, 0, 58_766],
        [16, 0, MINUTE],
      ],
    );
  });

  it("hears what people state about orders and counts, live, while it was gone and on top of its snapshot, and refuses what cannot be", async () => {
    const before = await deploy(historian, oee({ historian: "hist" }));
    const service = await historianService();
    await send(recording());
    const first = before.events.length;
    const by = { author: "ann", reason: "terminal" };
    const statement = (kind: string, minute: number, id: string, data: object): object => {
      const start = T0 + minute * MINUTE;
      return { kind, asset: FILLER, start, end: start, data: { id, made: start, ...data } };
    };
    const start = statement("order.manual.v1", 5, "order-0001", { action: "start", order: "4711", product: "lemon-330" });
    const stop = statement("order.manual.v1", 8, "order-0002", { action: "stop", order: "4711" });
    const scrap = statement("count.manual.v1", 7.5, "count-0001", { good: 0, scrap: 9 });
    assert.deepEqual((await service.state([stop, start, scrap], by)).rejects, []);
    await turns();
    const own = (events: readonly OeeAtomEvent[]) => (latest(events) as OeeAtomEvent[]).filter(({ data }) => data.order === "4711");
    assert.deepEqual(
      own(before.events).map(({ start: at, data }) => [(at - T0) / MINUTE, data.product]),
      [5, 6, 7].map((minute) => [minute, "lemon-330"]),
    );
    const again = before.events.slice(first);
    assert.equal(Math.min(...again.map(({ start: at }) => at)), T0 + 4 * MINUTE, "the count at the instant of the start");
    const said = again.findLast(({ start: at, data }) => at === T0 + 7 * MINUTE && data.order === "4711")?.evidence?.["said"] as Said;
    assert.deepEqual([said.order?.author, said.order?.source, said.counts?.[0]?.author], ["ann", "manual", "ann"]);

    const wrong = [
      statement("count.manual.v1", 9, "count-0002", { good: -4 }),
      statement("order.manual.v1", 9, "order-0003", { action: "go" }),
    ];
    await service.state(wrong, by);
    await turns();
    assert.deepEqual(
      before.rejects.map(({ code }) => code),
      ["BAD_EVENT", "BAD_EVENT"],
    );
    assert.match(before.rejects[0]?.message ?? "", /good is -4/);
    await unload();

    const alone = await HistorianService.open(
      { directory: path.join(userDir, "twinline/historian"), queue: {}, minFreeBytes: 0, seriesOf: () => ({}), asset: FILLER } as never,
      { rawDays: null, maxBytes: null, minFreeBytes: 0 },
      assert.fail,
    );
    const shorter = statement("order.manual.v1", 7, "order-0004", { action: "stop", order: "4711", replaces: "order-0002" });
    await alone.state([shorter, statement("count.manual.v1", 10, "count-0003", { action: "revert", target: "count-0001" })], by);
    await alone.close();
    const back = await deploy(historian, oee({ historian: "hist" }));
    await turns();
    const all = [...before.events, ...back.events];
    assert.deepEqual(
      own(all).map(({ start: at }) => (at - T0) / MINUTE),
      [5, 6],
    );
    const scrapped = (latest(all) as OeeAtomEvent[]).reduce((sum, { data }) => sum + data.scrap, 0);
    assert.equal(
      scrapped,
      (latest(before.events.slice(0, first)) as OeeAtomEvent[]).reduce((sum, { data }) => sum + data.scrap, 0),
    );
  });

  it("tells what people say about a station's stop to its line too, which states exactly those minutes again", async () => {
    const got = await deploy(historian, oee({ historian: "hist", target: LINE }));
    const service = await historianService();
    await send(recording());
    const [stop] = got.stops;
    assert.ok(stop !== undefined);
    const stated = got.events.length;
    const setup = { id: "said-0001", action: "assign", from: stop.start, to: null, reason: "changeover", bucket: "setup", made: T0 };
    const { start, end } = stop;
    const entry = { kind: DOWNTIME_STATEMENT, asset: FILLER, start, end, data: { ...setup, seen_end: end } };
    assert.deepEqual((await service.state([entry as never], { author: "ann", reason: "terminal" })).rejects, []);
    await turns();
    const again = got.events.slice(stated).filter(({ asset }) => asset === LINE);
    assert.deepEqual(
      again.map(({ start: minute, revision, data }) => [(minute - T0) / MINUTE, revision, (data as unknown as OeeLineData).line_down_ms]),
      [15, 16, 17, 18, 19].map((minute) => [minute, 2, 0]),
    );
  });

  it("reads back two hours at a time and computes a thousand samples at a time, and gives others their turn in between", async () => {
    const beats = Array.from({ length: 3_000 }, (_, second) => sample("heartbeat", T0 + second * 1_000, second));
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      timer = setImmediate(turn);
    };
    let timer = setImmediate(turn);
    const reads: { readonly from: number; readonly to: number; readonly turns: number }[] = [];
    const read = async ({ from, to }: TagRange): Promise<Sample[]> => {
      reads.push({ from, to, turns });
      return beats.filter(({ timestamp }) => timestamp >= from && timestamp < to);
    };
    const got = await deployWith(answering(read), historian, oee({ historian: "hist" }));
    clearImmediate(timer);
    assert.equal(got.events.map(atomOf).at(-1)?.end, T0 + 49 * MINUTE);
    assert.ok(
      got.events.every(({ revision }) => revision === 1),
      "in order of time, nothing is stated twice",
    );
    for (const [index, { from, to, turns: before }] of reads.slice(0, -1).entries()) {
      assert.ok(to - from <= 2 * HOUR);
      const next = reads[index + 1];
      assert.equal(next?.from, to);
      const pieces = Math.ceil(beats.filter(({ timestamp }) => timestamp >= from && timestamp < to).length / 1_000);
      assert.ok((next?.turns ?? 0) - before >= pieces, `${pieces} pieces in ${(next?.turns ?? 0) - before} turns`);
    }
  });

  it("holds corrections for an absent historian within bounds, over a restart too, and rejects what does not fit", async () => {
    await deploy(oee());
    await send(recording());
    await unload();
    const late = Array.from({ length: 20_001 }, (_, second) => sample("heartbeat", T0 - 10 * HOUR + second * 1_000, second % 65_536));
    const away = answering(() => Promise.reject(new HistorianUnavailable("away")));
    const without = await deployWith(away, historian, oee({ historian: "hist" }));
    await send(late);
    assert.equal(without.rejects.length, late.length);
    assert.ok(
      without.rejects.every(({ code, message }) => code === "QUEUE_FULL" && /Send it again when the historian answers/.test(message)),
    );
    for (let at = 0; at < 1_200; at += 100) await send(late.slice(at, at + 100));
    assert.equal(without.rejects.length, late.length, "what fits is held");
    await unload();

    const back = answering(async ({ from, to }) => late.filter(({ timestamp }) => timestamp >= from && timestamp < to));
    const again = await deployWith(back, historian, oee({ historian: "hist" }));
    for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(Math.min(...again.events.map(({ start }) => start)), T0 - 10 * HOUR);
  });

  it("keeps an isolated state per machine when it is bound to a class or a pattern", async () => {
    const got = await deploy(oee({ bind: "pattern", target: `${LINE}.*er01` }));
    await send([...recording(FILLER), ...recording(`${LINE}.capper01`).slice(0, 100)]);
    const of = (asset: string) => got.events.filter((event) => event.asset === asset);
    assert.equal(of(FILLER).at(-1)?.end, T0 + 39 * MINUTE);
    assert.ok((of(`${LINE}.capper01`).at(-1)?.end ?? 0) < T0 + 10 * MINUTE);
    assert.equal(of(`${LINE}.capper01`).at(-1)?.data.ideal_cycle_ms, 420);
  });

  it("a late sample leaves as revision 2 of exactly the minutes it changes", async () => {
    const got = await deploy(oee());
    await send(recording());
    const first = got.events.length;
    await send([sample("state", T0 + 5 * MINUTE, 11), sample("state", T0 + 5 * MINUTE + 30_000, 6)]);
    const late = got.events.slice(first);
    assert.deepEqual(
      late.map((event) => [event.start, event.revision, event.data.hold_ms]),
      [[T0 + 5 * MINUTE, 2, 30_000]],
    );
  });

  it("refuses with a reason what is no sample, unreadable or from the future, and goes on", async () => {
    const got = await deploy(oee());
    await send([
      null,
      { tag: "__proto__" },
      sample("state", T0, 42),
      sample("processed_count", T0, -5),
      sample("heartbeat", Date.now() + 3_600_000, 1),
    ]);
    await send(JSON.parse('{"__proto__": {"tag": "x"}}'));
    assert.deepEqual(
      got.rejects.map((one) => one.code),
      ["NOT_A_SAMPLE", "NOT_A_SAMPLE", "UNKNOWN_STATE", "OUT_OF_RANGE", "FUTURE_TIMESTAMP", "NOT_A_SAMPLE"],
    );
    await send(recording().slice(1));
    assert.ok(got.events.length > 0);
  });

  it("a node saved before the options existed states what it stated: planned stops left out, set-up a loss", async () => {
    const changeover = [sample("unit_mode", T0 + 5 * MINUTE, 4), sample("unit_mode", T0 + 10 * MINUTE, 1)];
    const today = await deploy(oee());
    await send([...recording(), ...changeover]);
    const expected = latest(today.events);
    await unload();
    rmSync(path.join(userDir, "twinline"), { recursive: true, force: true });
    const former = await deploy(oee({ version: 1, unknown: "exclude" }));
    await send([...recording(), ...changeover]);
    assert.deepEqual(latest(former.events), expected);
    assert.ok(former.events.some(({ data }) => data.setup_ms === MINUTE && data.planned_ms === MINUTE));
  });

  it("takes its options: set-up left out, a mode left out of OEE and of counts, figures of the last minutes", async () => {
    const modes = [{ mode: "Changeover", time: "notPlanned", uncounted: true }];
    const got = await deploy(oee({ setup: "exclude", modes, rollingMinutes: 15 }));
    await send([...recording(), sample("unit_mode", T0 + 5 * MINUTE, 4), sample("unit_mode", T0 + 10 * MINUTE, 1)]);
    const inside = got.events.filter(({ start }) => start >= T0 + 6 * MINUTE && start < T0 + 9 * MINUTE);
    assert.ok(inside.length >= 3);
    for (const { data } of inside) assert.deepEqual([data.planned_ms, data.not_planned_ms, data.total], [0, MINUTE, 0]);
    assert.ok(inside.reduce((all, { data }) => all + (data.left_out ?? 0), 0) > 200);
    assert.equal(got.events[0]?.evidence?.["options"] !== undefined, true);
    assert.ok(got.samples.some(({ tag, value }) => tag === `${FILLER}._oee_v1.rolling.availability` && value !== null));
    assert.ok(got.samples.some(({ tag, value }) => tag === `${FILLER}._oee_v1.shift.final` && value === false));
  });

  it("warns once per shift, in the status and on the reject output, of an ideal cycle time that is too long", async () => {
    const got = await deploy(oee());
    const shown = new Promise<string>((resolve) => {
      const listen = ({ firstArg: { text = "" } }: { firstArg: { text?: string } }): void => {
        if (/ideal cycle time of .* too long/.test(text)) resolve(text);
      };
      helper.getNode("oee").on("call:status" as never, listen as never);
    });
    const fast = recording().map((one) => (one.tag.endsWith("processed_count") ? { ...one, value: Number(one.value) * 3 } : one));
    await send(fast.slice(0, 400));
    await send(fast.slice(400));
    const warnings = got.rejects.filter(({ field }) => field === "performance");
    assert.ok(warnings.length >= 1 && warnings.length <= 2, "one shift, or two where one ends in these 40 minutes");
    assert.equal(warnings[0]?.code, "OUT_OF_RANGE");
    assert.match(await shown, /^filler01: performance [12]\d\d\.\d %, ideal cycle time of .* too long/);
    assert.match(
      warnings[0]?.message ?? "",
      /filler01 makes more than it ideally can: performance [12]\d\d\.\d %.*ideal cycle time of .* is too long/,
    );
  });

  it("a new ideal cycle time in the plant files states again exactly the minutes from its date on", async () => {
    const got = await deploy(oee());
    await send(recording());
    const first = got.events.length;
    const service = (await behind(helper.getNode("galway"))?.started) as unknown as { api: PlantService };
    const file = path.join(userDir, "plant", "products.yaml");
    const from = new Date(T0 + 10 * MINUTE).toISOString().slice(0, 16);
    const written = readFileSync(file, "utf8");
    const changed = written.replace("filler01: 0.5 ", `filler01: [{ seconds: 0.5 }, { from: "${from}Z", seconds: 0.45 }] `);
    writeFileSync(
      file,
      changed === written
        ? written.replace("filler01: 0.5 }", `filler01: [{ seconds: 0.5 }, { from: "${from}Z", seconds: 0.45 }] }`)
        : changed,
    );
    await service.api.reload();
    for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
    const again = got.events.slice(first);
    assert.ok(again.length > 0 && again.every(({ revision, data }) => revision === 2 && data.product === "still-500"));
    assert.equal(again[0]?.start, T0 + 10 * MINUTE);
    assert.ok(again.every(({ data }) => data.ideal_cycle_ms === 450));
  });

  it("says at deploy when nothing is bound", async () => {
    await assert.rejects(deploy(oee({ target: `${LINE}.nowhere` })), /No equipment is bound/);
  });

  it("every text of the declaration exists in German", () => {
    const german = require("../../nodes/operate/twin-oee/locales/de/twin-oee.json") as Record<string, Record<string, object>>;
    assert.deepEqual(Object.keys(german["twin-oee"]?.["texts"] ?? {}), Object.keys(declaration.texts ?? {}));
    assert.deepEqual(Object.keys(german["twin-oee"]?.["fields"] ?? {}), Object.keys(declaration.config.properties));
  });
});
