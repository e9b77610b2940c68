import assert from "node:assert/strict";
import { type EventEmitter, once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import helper from "node-red-node-test-helper";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import { activeEnergy, ENERGY_ATOM, type EnergyAtomEvent, energyAtomOf, sumEnergy } from "../../core/operate/energy/index.ts";
import type { Clock } from "../../core/connect/replay/index.ts";
import { DOWNTIME_STATEMENT } from "../../core/operate/downtime/index.ts";
import type { HistorianService } from "../../nodes/connect/twin-historian/historian-service.ts";
import historianDeclaration from "../../nodes/connect/twin-historian/twin-historian.node.ts";
import twinHistorian from "../../nodes/connect/twin-historian/twin-historian.ts";
import twinPlant from "../../nodes/connect/twin-plant/twin-plant.ts";
import { REAL_CLOCK } from "../../nodes/kit/clock.ts";
import { defineNode } from "../../nodes/kit/define-node.ts";
import { behind } from "../../nodes/kit/running.ts";
import type { RecordedSamples } from "../../nodes/operate/bound/recorded.ts";
import twinEnergy from "../../nodes/operate/twin-energy/twin-energy.ts";
import twinOee from "../../nodes/operate/twin-oee/twin-oee.ts";
import { MemoryLedger } from "../support/memory-ledger.ts";

const require = createRequire(import.meta.url);
const userDir = mkdtempSync(path.join(tmpdir(), "twinline-energy-"));
const MINUTE = 60_000;
const HOUR = 3_600_000;
const LINE = "acme.galway.bottling.line01";
const FILLER = `${LINE}.filler01`;
/** Some hours ago, at the start of an hour that is planned: the demo site's breaks begin at 2, 10 and 18 o'clock. */
const T0 = plannedHour(Math.floor(Date.now() / HOUR) * HOUR - 5 * HOUR);

function plannedHour(time: number): number {
  const local = Number(new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Dublin", hour: "2-digit", hourCycle: "h23" }).format(time));
  return [2, 10, 18].includes(local) ? time - HOUR : time;
}

function sample(name: string, time: number, value: Sample["value"], asset = FILLER): Sample {
  return { tag: `${asset}._${asset.endsWith("filler01") ? "filler" : "capper"}_v1.${name}`, value, quality: "Good", timestamp: time };
}

/** 40 minutes of a machine that draws 12 kW while it runs and 3 kW while it is held, its registers read every ten seconds. */
function recording(asset = FILLER): Sample[] {
  const samples: Sample[] = [sample("state", T0, 6, asset), sample("unit_mode", T0, 1, asset), sample("product", T0, "still-500", asset)];
  let active = 500;
  for (let time = T0; time <= T0 + 40 * MINUTE; time += 10_000) {
    const made = Math.round((time - T0) / 550);
    const held = time > T0 + 15 * MINUTE && time <= T0 + 20 * MINUTE;
    if (time > T0) active += (held ? 3 : 12) / 360;
    samples.push(sample("heartbeat", time, ((time - T0) / 5000) % 65_536, asset));
    samples.push(sample("active_energy", time, Math.round(active * 1e6) / 1e6, asset));
    samples.push(sample("reactive_energy", time, Math.round(active * 5e5) / 1e6, asset));
    samples.push(sample("processed_count", time, made, asset), sample("defective_count", time, 0, asset));
    if (time === T0 + 15 * MINUTE) samples.push(sample("state", time, 11, asset));
    if (time === T0 + 20 * MINUTE) samples.push(sample("state", time, 6, asset));
  }
  return samples;
}

const tab = { id: "f", type: "tab", label: "energy" };
const plant = { id: "galway", type: "twin-plant", name: "Galway", version: 1, directory: "plant", watch: false };
const historian = { id: "hist", type: "twin-historian", name: "H", version: 1, store: "embedded", folder: "historian", plant: "galway" };
const energy = (config: object = {}): object => ({
  id: "energy",
  z: "f",
  x: 0,
  y: 0,
  type: "twin-energy",
  name: "Energy",
  version: 1,
  plant: "galway",
  bind: "asset",
  target: FILLER,
  factors: [{ from: "2020-01-01", gramsPerKwh: 400 }],
  demandLimitKw: 15,
  wires: [["events"], ["samples"], ["rejects"]],
  ...config,
});
/** The five minutes in which the machine is held are a micro-stop by this one. */
const oee = (config: object = {}): object => ({
  id: "oee",
  z: "f",
  x: 0,
  y: 0,
  type: "twin-oee",
  name: "OEE",
  version: 1,
  plant: "galway",
  bind: "asset",
  target: LINE,
  microStopSeconds: 600,
  wires: [[], [], []],
  ...config,
});
const sinks = ["events", "samples", "rejects"].map((id) => ({ id, z: "f", x: 0, y: 0, type: "helper" }));

interface Got {
  readonly events: EnergyAtomEvent[];
  readonly samples: Sample[];
  readonly rejects: Reject[];
}

/** Deploys, collects what leaves, and waits for the node to have started. */
const deploy = (...nodes: object[]): Promise<Got> => deployWith(twinHistorian, ...nodes);

async function deployWith(historianNode: unknown, ...nodes: object[]): Promise<Got> {
  const got: Got = { events: [], samples: [], rejects: [] };
  const types = [twinPlant, historianNode, twinOee, twinEnergy];
  await helper.load(types as never, [tab, plant, ...sinks, ...nodes] as never, () => {
    for (const port of ["events", "samples", "rejects"] as const)
      helper.getNode(port).on("input", (message) => (got[port] as unknown[]).push(...((message as { payload: unknown[] }).payload ?? [])));
  });
  const started = await behind(helper.getNode("energy"))?.started;
  if (started?.ok !== true) throw new Error(started?.fault);
  return got;
}

async function turns(count = 5): Promise<void> {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function send(payload: unknown): Promise<void> {
  helper.getNode("energy").receive({ payload });
  await turns();
}

function latest(events: readonly EnergyAtomEvent[]): unknown[] {
  const rows = new Map(
    events.map((event) => [`${event.start}/${event.data.product}/${event.data.order}/${event.data.shift}`, event] as const),
  );
  return [...rows.values()]
    .filter((event) => event.end !== event.start)
    .toSorted((a, b) => a.start - b.start)
    .map(({ start, end, data }) => ({ start, end, data }));
}

/** Which bucket the energy of the held minutes is in. */
function heldAs(events: readonly EnergyAtomEvent[]): string[] {
  const { active } = sumEnergy(events.map((event) => energyAtomOf(event).measures));
  return (["hold", "micro"] as const).filter((bucket) => active[bucket] > 0);
}

function init(more: object = {}): void {
  const twinline = { dataDir: path.join(userDir, "twinline"), ...more };
  helper.init(require.resolve("node-red"), { userDir, twinline, logging: { console: { level: "off" } } } as never);
}

function forgetSnapshots(): void {
  rmSync(path.join(userDir, "twinline"), { recursive: true, force: true });
}

describe("twin-energy", () => {
  beforeEach((done) => {
    rmSync(userDir, { recursive: true, force: true });
    cpSync(path.resolve(import.meta.dirname, "../../plant/site"), path.join(userDir, "plant"), { recursive: true });
    init();
    helper.startServer(done);
  });
  afterEach(async () => {
    await helper.unload();
    await new Promise<void>((resolve) => helper.stopServer(resolve));
  });
  after(() => rmSync(userDir, { recursive: true, force: true }));

  it("states the energy of one machine by bucket, with the units of its OEE and the factor of the day, and publishes figures", async () => {
    const got = await deploy(energy());
    await send(recording());
    const atoms = got.events.map(energyAtomOf);
    assert.ok(got.events.every((event) => event.kind === ENERGY_ATOM && event.asset === FILLER && event.revision === 1));
    assert.deepEqual([atoms[0]?.start, atoms.at(-1)?.end], [T0, T0 + 39 * MINUTE]);
    const whole = sumEnergy(atoms.map(({ measures }) => measures));
    assert.equal(activeEnergy(whole), Math.round(34 * 0.2e6 + 5 * 0.05e6));
    assert.ok(Math.abs(whole.active.hold - 0.25e6) <= 1, `${whole.active.hold}`); // registers are rounded to the mWh
    assert.equal(whole.unfactored, 0);
    assert.ok(Math.abs(whole.emitted / activeEnergy(whole) - 400) < 1e-3);
    const published = (name: string): Sample | undefined => got.samples.find(({ tag }) => tag === `${FILLER}._energy_v1.${name}`);
    assert.ok(Math.abs(Number(published("power")?.value) - 12) < 1e-3);
    assert.equal(published("demand_limit")?.value, 15);
    assert.ok(Math.abs(Number(published("month.peak_demand")?.value) - 12) < 1e-3);
    assert.ok(Math.abs(Number(published("shift.power_factor")?.value) - 2 / Math.sqrt(5)) < 1e-6);
    assert.deepEqual(got.rejects, []);
  });

  it("after a restart in the middle ends like an uninterrupted run, on its snapshot alone", async () => {
    const all = recording();
    const uninterrupted = await deploy(energy());
    await send(all);
    const expected = latest(uninterrupted.events);
    await helper.unload();
    forgetSnapshots();

    const before = await deploy(energy());
    await send(all.slice(0, 500));
    await helper.unload();
    const after = await deploy(energy());
    await send(all.slice(480)); // the source resumes with an overlap
    assert.deepEqual(latest([...before.events, ...after.events]), expected);
  });

  it("reads back what was recorded while it was gone, from a real historian", async () => {
    const all = recording();
    const uninterrupted = await deploy(energy());
    await send(all);
    const expected = latest(uninterrupted.events);
    await helper.unload();
    forgetSnapshots();

    await deploy(historian, energy({ historian: "hist" }));
    const service = (await behind(helper.getNode("hist"))?.started) as unknown as { api: HistorianService };
    const report = await service.api.record(all);
    assert.deepEqual(report.rejects, []);
    assert.equal(await service.api.flush(5_000), true);
    await helper.unload();

    const resumed = await deploy(historian, energy({ historian: "hist" }));
    await turns(20);
    assert.deepEqual(latest(resumed.events), expected);
  });

  it("reads back what was recorded while it was gone from there on, also when the historian has it hours after the start", async () => {
    const all = recording();
    const live = [
      sample("heartbeat", T0 + 4 * HOUR, 1),
      sample("active_energy", T0 + 4 * HOUR, 600),
      sample("heartbeat", T0 + 4.1 * HOUR, 2),
    ];
    const uninterrupted = await deploy(energy());
    await send(all);
    await send(live);
    const expected = latest(uninterrupted.events);
    await helper.unload();
    forgetSnapshots();

    const before = await deploy(energy());
    await send(all.slice(0, 500));
    await helper.unload();
    let flushed = false;
    const api: RecordedSamples = {
      historian: { readSamples: async ({ from, to }) => all.filter(({ timestamp }) => timestamp >= from && timestamp < to) },
      ledger: new MemoryLedger(),
      subscribe: () => () => undefined,
      flush: async () => flushed,
      stats: async () => ({ deletedBefore: null }),
    };
    const later: (() => void)[] = [];
    const after: Clock["after"] = (ms, job) => {
      if (ms < 1_000) return REAL_CLOCK.after(ms, job);
      later.push(job);
      return () => undefined;
    };
    init({ replay: true, clock: { now: () => Date.now(), after, every: () => () => undefined } });
    const node = defineNode(historianDeclaration, () => ({ api }));
    // The snapshot of the session before is read; in a replay none is written.
    const resumed = await deployWith(node, historian, energy({ historian: "hist" }));
    await send(live);
    flushed = true;
    for (const job of later.splice(0)) job();
    await turns(40);
    assert.deepEqual(latest([...before.events, ...resumed.events]), expected);
    assert.deepEqual(resumed.rejects, []);
  });

  it("publishes figures that the historian's contract takes", async () => {
    const got = await deploy(historian, energy());
    await send(recording());
    const service = (await behind(helper.getNode("hist"))?.started) as unknown as { api: HistorianService };
    assert.ok(got.samples.length > 0);
    assert.deepEqual((await service.api.record(got.samples)).rejects, []);
  });

  it("a late reading of the register leaves as revision 2 of exactly the minutes it changes", async () => {
    const got = await deploy(energy());
    const all = recording();
    const late = all.filter(
      ({ tag, timestamp }) => tag.endsWith("active_energy") && timestamp > T0 + 5 * MINUTE && timestamp < T0 + 7 * MINUTE,
    );
    await send(all.filter((one) => !late.includes(one)));
    const first = got.events.length;
    const moved = late.slice(3, 4).map((one) => ({ ...one, value: Number(one.value) - 0.01 }));
    await send(moved);
    assert.deepEqual(
      got.events.slice(first).map(({ start, revision }) => [(start - T0) / MINUTE, revision]),
      [
        [5, 2],
        [6, 2],
      ],
    );
    const sums = latest(got.events) as { data: Record<string, number> }[];
    const whole = sums.reduce((sum, { data }) => sum + (data["active_kwh"] ?? 0), 0);
    assert.ok(Math.abs(whole - 7.05) < 1e-5, `${whole}`);
  });

  it("gives energy to what people say that a stop was, and to the orders they and an MES state, and keeps to it over a restart", async () => {
    const before = await deploy(historian, energy({ historian: "hist" }));
    const service = (await behind(helper.getNode("hist"))?.started) as { api: HistorianService };
    await send(recording());
    const first = before.events.length;
    const [start, end] = [T0 + 15 * MINUTE, T0 + 20 * MINUTE];
    const said = {
      id: "said-0001",
      action: "assign",
      from: start,
      to: null,
      reason: "changeover",
      bucket: "setup",
      seen_end: end,
      made: T0,
    };
    const entry = { kind: DOWNTIME_STATEMENT, asset: FILLER, start, end, data: said };
    assert.deepEqual((await service.api.state([entry as never], { author: "ann", reason: "terminal" })).rejects, []);
    await turns();
    const again = before.events.slice(first);
    assert.deepEqual(
      again.map((event) => [(event.start - T0) / MINUTE, event.revision, event.data["setup_h"], event.data["hold_h"]]),
      [15, 16, 17, 18, 19].map((minute) => [minute, 2, MINUTE / HOUR, 0]),
    );
    assert.ok(Math.abs(sumEnergy(again.map((event) => energyAtomOf(event).measures)).active.setup - 250_000) <= 10);
    const order = (kind: string, minute: number, id: string, action: string, number: string): object => {
      const at = T0 + minute * MINUTE;
      return { kind, asset: FILLER, start: at, end: at, data: { id, made: at, action, order: number } };
    };
    const orders = [
      order("order.mes.v1", 25, "order-0001", "start", "4700"),
      order("order.manual.v1", 27, "order-0002", "start", "4711"),
      order("order.manual.v1", 29, "order-0003", "stop", "4711"),
    ];
    assert.deepEqual((await service.api.state(orders as never, { author: "ann", reason: "terminal" })).rejects, []);
    await turns();
    const of = (latest(before.events) as EnergyAtomEvent[]).map(({ start: at, data }) => [(at - T0) / MINUTE, data.order]);
    assert.deepEqual(of.slice(24, 31), [
      [24, "~"],
      [25, "4700"],
      [26, "4700"],
      [27, "4711"],
      [28, "4711"],
      [29, "4700"],
      [30, "4700"],
    ]);
    await helper.unload();
    const after = await deploy(historian, energy({ historian: "hist" }));
    await turns();
    assert.deepEqual(latest([...before.events, ...after.events]), latest(before.events));
  });

  it("binds to a class with an isolated state per machine, and takes one factor tag for all", async () => {
    const tag = `${FILLER}._filler_v1.product_temperature`; // any tag of the model will do to carry the factor
    const wrongUnit = deploy(energy({ bind: "class", target: "packml-machine", factorTag: tag }));
    await assert.rejects(wrongUnit, /No meter is bound/);
    await helper.unload();
    const got = await deploy(energy({ bind: "class", target: "packml-machine" }));
    await send([...recording(FILLER), ...recording(`${LINE}.capper01`).slice(0, 200)]);
    const of = (asset: string) => got.events.filter((event) => event.asset === asset);
    assert.equal(of(FILLER).at(-1)?.end, T0 + 39 * MINUTE);
    assert.ok((of(`${LINE}.capper01`).at(-1)?.end ?? 0) < T0 + 10 * MINUTE);
  });

  it("takes micro-stop and silence from the twin-oee that stands for the machine, and its own where none runs", async () => {
    const beside = await deploy(energy(), oee());
    await send(recording());
    assert.deepEqual(heldAs(beside.events), ["micro"]);
    await helper.unload();
    forgetSnapshots();
    const elsewhere = oee({ id: "oee2", target: `${LINE}.capper01` });
    const { events } = await deploy(energy(), oee({ d: true }), elsewhere);
    await send(recording());
    assert.deepEqual(heldAs(events), ["hold"]);
  });

  it("follows another threshold of the twin-oee from when it is deployed, though it is not deployed itself", async () => {
    const got = await deploy(energy(), oee({ microStopSeconds: 0 }));
    await send(recording().filter(({ timestamp }) => timestamp < T0 + 10 * MINUTE));
    const runtime = helper as unknown as { _redNodes: { setFlows(...flows: unknown[]): Promise<unknown> }; _events: EventEmitter };
    // The node has heard it before this, since it listened first.
    const deployed = once(runtime._events, "flows:started");
    await runtime._redNodes.setFlows([tab, plant, ...sinks, energy(), oee()], {}, "nodes");
    await deployed;
    await send(recording().filter(({ timestamp }) => timestamp >= T0 + 10 * MINUTE));
    assert.deepEqual(heldAs(got.events), ["micro"]);
  });

  it("rejects what is no register, with its reason", async () => {
    const got = await deploy(energy());
    await send([{ nonsense: true }, sample("active_energy", T0, "much"), sample("active_energy", T0, -1)]);
    assert.deepEqual(
      got.rejects.map(({ code }) => code),
      ["NOT_A_SAMPLE", "WRONG_TYPE", "OUT_OF_RANGE"],
    );
  });

  it("says what is wrong when nothing with a meter is bound", async () => {
    await assert.rejects(deploy(energy({ target: LINE })), /has no asset .*line01 with the role energyActive/);
  });
});
