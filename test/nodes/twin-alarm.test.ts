import assert from "node:assert/strict";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import helper from "node-red-node-test-helper";
import { ThreadEnded } from "../../adapters/threads/remote-thread.ts";
import { announceAlarms } from "../../adapters/alarms/deployed.ts";
import type { LedgerEntry, Statement } from "../../core/connect/ledger/index.ts";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import {
  ALARM_RESPONSE,
  ALARM_STATE,
  alarmCondition,
  type AlarmResponseData,
  type AlarmStateEvent,
} from "../../core/operate/alarm/index.ts";
import type { Clock } from "../../core/connect/replay/index.ts";
import { HistorianService } from "../../nodes/connect/twin-historian/historian-service.ts";
import historianDeclaration from "../../nodes/connect/twin-historian/twin-historian.node.ts";
import twinHistorian from "../../nodes/connect/twin-historian/twin-historian.ts";
import twinPlant from "../../nodes/connect/twin-plant/twin-plant.ts";
import twinStore from "../../nodes/connect/twin-store/twin-store.ts";
import { REAL_CLOCK } from "../../nodes/kit/clock.ts";
import { defineNode } from "../../nodes/kit/define-node.ts";
import { behind } from "../../nodes/kit/running.ts";
import type { RecordedSamples } from "../../nodes/operate/bound/recorded.ts";
import declaration from "../../nodes/operate/twin-alarm/twin-alarm.node.ts";
import twinAlarm from "../../nodes/operate/twin-alarm/twin-alarm.ts";
import { inGerman } from "../support/in-german.ts";
import { MemoryLedger } from "../support/memory-ledger.ts";
import { stated } from "../support/node-bench.ts";

const require = createRequire(import.meta.url);
const userDir = mkdtempSync(path.join(tmpdir(), "twinline-alarm-"));
const LINE = "acme.galway.bottling.line01";
const FILLER = `${LINE}.filler01`;
const WEIGHT = `${FILLER}.fill_weight_HH`;
const ABORTED = `${FILLER}.state_state`;
const HOUR = 3_600_000;
const T0 = Math.floor(Date.now() / 1000) * 1000 - 60_000;

function sample(name: string, time: number, value: Sample["value"]): Sample {
  return { tag: `${FILLER}._filler_v1.${name}`, value, quality: "Good", timestamp: T0 + time };
}

const row = (over: object): object => ({
  kind: "high-high",
  tag: "fill_weight",
  limit: 510,
  priority: "high",
  onDelay: 0,
  offDelay: 0,
  ...over,
});
const ROWS = [
  row({ message: "Too much", deadband: 2 }),
  row({ kind: "state", tag: "", values: "Aborted", limit: undefined, priority: "medium" }),
  row({ kind: "rejects", tag: "", limit: undefined, priority: "low" }),
];
const tab = { id: "f", type: "tab", label: "alarms" };
const plant = { id: "galway", type: "twin-plant", name: "Galway", version: 1, directory: "plant", watch: false };
const alarm = (config: object = {}): object => ({
  id: "alarm",
  z: "f",
  x: 0,
  y: 0,
  type: "twin-alarm",
  name: "Alarms",
  version: 1,
  plant: "galway",
  bind: "asset",
  target: FILLER,
  modelAlarms: false,
  alarms: ROWS,
  wires: [["events"], ["samples"], ["rejects"]],
  ...config,
});
const stored = [
  { id: "hist", type: "twin-historian", name: "H", version: 1, store: "embedded", folder: "historian", plant: "galway" },
  { id: "store", z: "f", x: 0, y: 0, type: "twin-store", name: "S", version: 1, historian: "hist", wires: [["rejects"]] },
];
const STORED = { historian: "hist", wires: [["events", "store"], ["samples", "store"], ["rejects"]] };
const sinks = ["events", "samples", "rejects"].map((id) => ({ id, z: "f", x: 0, y: 0, type: "helper" }));

interface Got {
  readonly events: AlarmStateEvent[];
  readonly samples: Sample[];
  readonly rejects: Reject[];
}

const deploy = (config: object = {}, ...more: object[]): Promise<Got> => deployWith(twinHistorian, config, ...more);

async function deployWith(historianNode: unknown, config: object, ...more: object[]): Promise<Got> {
  const got: Got = { events: [], samples: [], rejects: [] };
  await helper.load(
    [twinPlant, twinAlarm, historianNode, twinStore] as never,
    [tab, plant, ...sinks, alarm(config), ...more] as never,
    () => {
      for (const port of ["events", "samples", "rejects"] as const)
        helper
          .getNode(port)
          .on("input", (message) => (got[port] as unknown[]).push(...((message as { payload: unknown[] }).payload ?? [])));
    },
  );
  const started = await behind(helper.getNode("alarm"))?.started;
  if (started?.ok !== true) throw new Error(started?.fault);
  await turns();
  return got;
}

/** "Modified nodes": what is as before goes on. "Full": all nodes stop and start. */
async function redeploy(...flows: object[]): Promise<void> {
  return deployAgain("nodes", ...flows);
}

async function deployAgain(type: "nodes" | "full", ...flows: object[]): Promise<void> {
  const { _redNodes: nodes, _events: events } = helper as unknown as {
    _redNodes: { setFlows(flows: object[], secrets: object, type: string): Promise<void> };
    _events: NodeJS.EventEmitter;
  };
  const started = once(events, "flows:started");
  await nodes.setFlows([tab, plant, ...sinks, ...flows], {}, type);
  await started;
  for (const id of ["alarm", "second"]) await behind(helper.getNode(id))?.started;
  await turns();
}

/** What nodes of any type logged as errors. */
function errors(): unknown[] {
  return (helper.log().args as unknown as { level: number; msg: unknown }[][])
    .flat()
    .flatMap(({ level, msg }) => (level <= 20 ? [msg] : []));
}

function init(more: object = {}): void {
  const twinline = { dataDir: path.join(userDir, "twinline"), ...more };
  helper.init(require.resolve("node-red"), { userDir, twinline, logging: { console: { level: "off" } } } as never);
}

async function turns(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function send(payload: unknown): Promise<void> {
  helper.getNode("alarm").receive({ payload });
  await turns();
}

/** To two nodes, as one wire would. */
const both = async (...samples: Sample[]): Promise<void> => {
  helper.getNode("second").receive({ payload: samples });
  await send(samples);
};

async function historian(): Promise<HistorianService> {
  const outcome = await behind(helper.getNode("hist"))?.started;
  assert.ok(outcome?.ok);
  await behind(helper.getNode("store"))?.started;
  return outcome.api as HistorianService;
}

/** What the alarm list does when somebody presses a button. */
async function respond(service: HistorianService, alarmPath: string, data: AlarmResponseData): Promise<void> {
  const statement = { kind: ALARM_RESPONSE, asset: alarmPath, start: data.made, end: data.made, data };
  const { rejects } = await service.state([statement], { author: "mary", reason: "alarm list" });
  assert.deepEqual(rejects, []);
}

/** What the ledger has of each alarm: its statements with all revisions in short. */
async function story(service: HistorianService): Promise<Record<string, unknown[]>> {
  const all: Record<string, unknown[]> = {};
  for (const { asset, start } of await service.ledger.latest({ kind: ALARM_STATE }))
    for (const { end, data, evidence } of await service.ledger.revisions(ALARM_STATE, asset, start)) {
      const { state, acknowledged, inhibited, first_out: first, ended_because: because } = data;
      (all[asset] ??= []).push([start, end, state, acknowledged, inhibited, first, because, evidence?.["node"]]);
    }
  return all;
}

/** With one more revision, by the next owner. */
const taken = (revisions: unknown[]): unknown[] => [...revisions, [...(revisions.at(-1) as unknown[]).slice(0, -1), "second"]];

/** The second node has what was told, and ends it in time. */
async function goesOn(told: Record<string, unknown[]>): Promise<void> {
  const service = await historian();
  const expected = Object.fromEntries(Object.entries(told).map(([path, revisions]) => [path, taken(revisions)]));
  assert.deepEqual(await story(service), expected, "each is said once more as the next one's, and no more than that");
  const over = stated(service, "normal");
  helper.getNode("second").receive({ payload: [sample("fill_weight", 9_000, 512), sample("fill_weight", 10_000, 505)] });
  await over;
  const weight = (await story(service))[WEIGHT] ?? [];
  assert.deepEqual((weight.at(-1) as unknown[]).slice(0, 3), [T0 + 1_000, T0 + 10_000, "normal"]);
  assert.deepEqual(errors(), []);
}

const told = (events: readonly AlarmStateEvent[]): unknown[] => events.map(({ asset, data, revision }) => [asset, data.state, revision]);

/** A historian that a test lets behind: it has `reaches` of what was recorded, and says whether that is all. */
function behindhand(recorded: readonly Sample[]) {
  const marks = new Set<unknown>();
  const ledger = new MemoryLedger();
  const made = {
    reaches: 1,
    flushed: false,
    marks,
    ledger,
    broken: false,
    reading: Promise.resolve(),
    tell: (_entries: readonly LedgerEntry[]): void => undefined,
  };
  const api: RecordedSamples & Pick<HistorianService, "state"> = {
    historian: {
      readSamples: async ({ tags, from, to }) =>
        recorded.slice(0, made.reaches).filter(({ tag, timestamp: at }) => tags.some(({ id }) => id === tag) && at >= from && at < to),
    },
    ledger: {
      latest: async (filter) => {
        await made.reading;
        if (made.broken) throw new ThreadEnded("The SQLite thread has ended.");
        return ledger.latest(filter);
      },
      revisions: async (...key) => ledger.revisions(...key),
    },
    subscribe: (listener) => {
      made.tell = listener;
      return () => undefined;
    },
    flush: async (_timeoutMs, since) => {
      marks.add(since);
      return made.flushed;
    },
    stats: async () => ({ deletedBefore: null }),
    state: async () => ({ entries: [], rejects: [] }),
  };
  return Object.assign(made, { api, node: defineNode(historianDeclaration, () => ({ api })) });
}

/** Jobs for later wait until they are rung. */
function held() {
  const later: (() => void)[] = [];
  const after: Clock["after"] = (ms, job) => {
    if (ms < 1_000) return REAL_CLOCK.after(ms, job);
    later.push(job);
    return () => undefined;
  };
  init({ replay: true, clock: { now: () => Date.now(), after, every: () => () => undefined } });
  const ring = async (): Promise<void> => {
    for (const job of later.splice(0)) job();
    await turns();
  };
  return { ring, later };
}

/** What the node shows, as soon as this is in it. */
async function statusSays(words: string): Promise<string> {
  const node = helper.getNode("alarm") as unknown as NodeJS.EventEmitter & { status: { args: { text: string }[][] } };
  const last = (): string => node.status.args.at(-1)?.[0]?.text ?? "";
  while (!last().includes(words)) await once(node, "call:status");
  return last();
}

/** What was stated, as another node would have left it. */
const leftBy = (node: string, events: readonly AlarmStateEvent[]): Statement[] =>
  events.map(({ kind, asset, start, end, data }) => ({ kind, asset, start, end, data, evidence: { node } }));

/** Each once: a start states once more what was stated last. */
const distinct = (events: readonly AlarmStateEvent[]): unknown[] =>
  [...new Set(told(events).map((one) => JSON.stringify(one)))].map((one) => JSON.parse(one) as unknown);

describe("twin-alarm", () => {
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

  it("raises alarms from limits, states, rejects and conditions, and publishes how many there are", async () => {
    const got = await deploy();
    await send([sample("fill_weight", 0, 505), sample("fill_weight", 1_000, 512), sample("state", 2_000, 9)]);
    await send([{ code: "STALE", message: "No new value.", input: {}, tag: `${FILLER}._filler_v1.heartbeat` }]);
    await send(alarmCondition(FILLER, T0 + 3_000, { alarm: "spc_rule_1", active: true, message: "Beyond 3 sigma" }));
    await send([sample("fill_weight", 4_000, 509), sample("fill_weight", 5_000, 508)]);
    assert.deepEqual(told(got.events), [
      [WEIGHT, "unacknowledged", 1],
      [`${FILLER}.state_state`, "unacknowledged", 1],
      [`${FILLER}.rejects`, "unacknowledged", 1],
      [`${FILLER}.spc_rule_1`, "unacknowledged", 1],
      [WEIGHT, "rtn-unacknowledged", 2],
    ]);
    const [first] = got.events;
    assert.deepEqual([first?.data.message, first?.data.unit, first?.data.limit, first?.data.value], ["Too much", "g", 510, 512]);
    const last = (name: string): unknown => got.samples.findLast(({ tag }) => tag === `${FILLER}._alarm_v1.${name}`)?.value;
    assert.deepEqual([last("active"), last("unacknowledged"), last("inhibited")], [3, 4, 0]);
    assert.deepEqual(got.rejects, []);
  });

  it("refuses with a reason what is neither sample, reject nor condition, and goes on", async () => {
    const got = await deploy();
    await send([null, { tag: "__proto__" }, { ...sample("fill_weight", 0, 1), timestamp: Date.now() + 3_600_000 }]);
    await send(JSON.parse('{"__proto__": {"kind": "alarm.condition.v1"}}'));
    await send(alarmCondition("acme.galway.nowhere", T0, { alarm: "a", active: true }));
    assert.deepEqual(
      got.rejects.map(({ code }) => code),
      ["NOT_A_SAMPLE", "NOT_A_SAMPLE", "FUTURE_TIMESTAMP", "NOT_A_SAMPLE", "BAD_EVENT"],
    );
    await send([sample("fill_weight", 1_000, 512)]);
    assert.equal(got.events.length, 1);
  });

  it("takes what people do from the ledger, by name and with their comment; after a restart too, and what they did meanwhile", async () => {
    await deploy(STORED, ...stored);
    const service = await historian();
    const raised = stated(service, "unacknowledged");
    await send([sample("fill_weight", 1_000, 512)]);
    await raised;
    const acknowledged = stated(service, "acknowledged");
    await respond(service, WEIGHT, {
      id: "response1",
      made: T0 + 2_000,
      action: "acknowledge",
      occurrence: T0 + 1_000,
      comment: "valve 3",
    });
    await acknowledged;
    await helper.unload();

    const again = await deploy(STORED, ...stored);
    assert.deepEqual(told(again.events), [[WEIGHT, "acknowledged", 2]], "said once more, which is no new revision");
    const back = await historian();
    const over = stated(back, "normal");
    await send([sample("fill_weight", 9_000, 505)]);
    await over;
    const entries = await back.ledger.revisions(ALARM_STATE, WEIGHT, T0 + 1_000);
    assert.deepEqual(
      entries.map(({ revision, end, data }) => [revision, end, data["state"]]),
      [
        [1, null, "unacknowledged"],
        [2, null, "acknowledged"],
        [3, T0 + 9_000, "normal"],
      ],
    );
    const by = entries.at(-1)?.data["acknowledged"] as { by: string; comment: string };
    assert.deepEqual([by.by, by.comment], ["mary", "valve 3"]);
    assert.ok(await back.flush(10_000));
    const { series } = await back.historian.query({
      measurement: "alarm",
      from: T0,
      to: T0 + 3_600_000,
      columns: ["annunciated", "active_ms", "open", "state", "by"].map((field) => ({ as: field, field })),
      by: ["asset", "alarm", "priority"],
      latestRevision: { atomMs: 1 },
    });
    assert.deepEqual(series, [
      { tags: { asset: FILLER, alarm: "fill_weight_HH", priority: "high" }, rows: [[T0 + 1_000, 1, 8_000, 0, "normal", "mary"]] },
    ]);
  });

  it("takes what people did while it was down, also when somebody responds to another alarm before that is read", async () => {
    await deploy(STORED, ...stored);
    const raised = stated(await historian(), "unacknowledged");
    await send([sample("fill_weight", 1_000, 512), sample("state", 1_000, 9)]);
    await raised;
    await helper.unload();
    await helper.load([twinPlant, twinHistorian, twinStore] as never, [tab, plant, ...stored] as never);
    await respond(await historian(), WEIGHT, { id: "response1", made: T0 + 2_000, action: "acknowledge", occurrence: T0 + 1_000 });
    await helper.unload();

    const subscribe = Reflect.get(HistorianService.prototype, "subscribe");
    let responding: Promise<void> | undefined;
    HistorianService.prototype.subscribe = function (listener) {
      HistorianService.prototype.subscribe = subscribe;
      const unsubscribe = this.subscribe(listener);
      responding = respond(this, ABORTED, { id: "response2", made: T0 + 3_000, action: "acknowledge", occurrence: T0 + 1_000 });
      return unsubscribe;
    };
    const again = await deploy(STORED, ...stored);
    await responding;
    const states = new Map(again.events.map(({ asset, data }) => [asset, data.state]));
    assert.deepEqual([states.get(WEIGHT), states.get(ABORTED)], ["acknowledged", "acknowledged"]);
  });

  it("after a kill goes on from the ledger and the recorded samples: no alarm is lost, none is stated twice", async () => {
    await deploy(STORED, ...stored);
    const service = await historian();
    await send([sample("fill_weight", 0, 505)]);
    // The alarm comes and goes, and the process dies before the next snapshot.
    await service.record([sample("fill_weight", 0, 505), sample("fill_weight", 1_000, 512), sample("fill_weight", 2_000, 505)]);
    const raised = stated(service, "rtn-unacknowledged");
    await send([sample("fill_weight", 1_000, 512), sample("fill_weight", 2_000, 505)]);
    await raised;
    await helper.unload();
    rmSync(path.join(userDir, "twinline", "snapshots"), { recursive: true, force: true });
    const again = await deploy(STORED, ...stored);
    const back = await historian();
    const acknowledged = stated(back, "normal");
    await respond(back, WEIGHT, { id: "response1", made: T0 + 3_000, action: "acknowledge", occurrence: T0 + 1_000 });
    await acknowledged;
    assert.deepEqual(told(again.events), [
      [WEIGHT, "rtn-unacknowledged", 2],
      [WEIGHT, "normal", 3],
    ]);
    assert.equal((await back.ledger.latest({ kind: ALARM_STATE })).length, 1);
  });

  it("waits until the historian has what was recorded while it was down: what comes meanwhile moves the beginning of that no further", async () => {
    await deploy({ historian: "hist" }, ...stored);
    await send([sample("fill_weight", 0, 505), sample("state", 0, 6)]);
    await helper.unload();
    const store = behindhand([sample("fill_weight", 1_000, 512), sample("state", 2_000, 9)]);
    const { ring, later } = held();
    const got = await deployWith(store.node, { historian: "hist" }, ...stored.slice(0, 1));
    await send([sample("fill_weight", 9_000, 505)]);
    store.reaches = 2;
    await ring();
    assert.deepEqual(distinct(got.events), [
      [WEIGHT, "unacknowledged", 1],
      [WEIGHT, "rtn-unacknowledged", 2],
    ]);
    store.flushed = true;
    await ring();
    assert.deepEqual(distinct(got.events).slice(2), [[ABORTED, "unacknowledged", 1]]);
    await ring();
    assert.deepEqual([store.marks.size, later.length], [1, 0], "and asks no more");
  });

  describe("while the ledger cannot be read", () => {
    const acknowledge = { id: "response1", made: T0 + 2_000, action: "acknowledge", occurrence: T0 + 1_000 };

    /** As the historian does it. */
    async function tell(store: ReturnType<typeof behindhand>): Promise<void> {
      const statement = { kind: ALARM_RESPONSE, asset: WEIGHT, start: T0 + 2_000, end: T0 + 2_000, data: acknowledge };
      store.tell(await store.ledger.record([statement], { author: "mary", reason: "alarm list" }, Date.now()));
      await turns();
    }

    it("at the start, it watches all the same, says so whatever the figures are, and takes what people did when it can", async () => {
      const [{ ring }, store] = [held(), behindhand([])];
      Object.assign(store, { broken: true, flushed: true });
      const got = await deployWith(store.node, { historian: "hist" }, ...stored.slice(0, 1));
      await statusSays("away");
      await send([sample("fill_weight", 1_000, 512), {}]);
      assert.match(await statusSays("rejected"), /away/);
      await tell(store);
      await ring();
      assert.deepEqual(distinct(got.events), [[WEIGHT, "unacknowledged", 1]]);
      store.broken = false;
      await ring();
      assert.deepEqual(distinct(got.events).slice(1), [[WEIGHT, "acknowledged", 2]]);
      await statusSays("1 active, 0 to acknowledge");
    });

    it("when another node is gone, what people do is taken at once, and what was left as soon as it can be read", async () => {
      const [{ ring }, store] = [held(), behindhand([])];
      store.flushed = true;
      const { events } = await deployWith(store.node, { historian: "hist" }, ...stored.slice(0, 1));
      await send([sample("state", 1_000, 9)]);
      await helper.unload();
      const got = await deployWith(store.node, { historian: "hist" }, ...stored.slice(0, 1));
      await send([sample("fill_weight", 1_000, 512)]);
      await store.ledger.record(leftBy("gone", events), { author: "node:twin-alarm", reason: "state" }, Date.now());
      store.broken = true;
      announceAlarms(store.api, "gone");
      await new Promise((done) => setTimeout(done, 0));
      await tell(store);
      assert.deepEqual(distinct(got.events), [
        [WEIGHT, "unacknowledged", 1],
        [WEIGHT, "acknowledged", 2],
      ]);
      store.broken = false;
      await ring();
      assert.deepEqual(distinct(got.events).slice(2), [[ABORTED, "unacknowledged", 2]]);
    });

    it("and while it is being read, what people do to other alarms is taken, however late the one that was left was stated", async () => {
      const store = behindhand([]);
      store.flushed = true;
      held();
      const { events } = await deployWith(store.node, { historian: "hist" }, ...stored.slice(0, 1));
      await send([sample("state", 1_000, 9)]);
      await helper.unload();
      const got = await deployWith(store.node, { historian: "hist" }, ...stored.slice(0, 1));
      await send([sample("fill_weight", 1_000, 512)]);
      const { promise, resolve } = Promise.withResolvers<void>();
      store.reading = promise;
      announceAlarms(store.api, "gone");
      await new Promise((done) => setTimeout(done, 0));
      await tell(store);
      await store.ledger.record(leftBy("gone", events), { author: "node:twin-alarm", reason: "state" }, Date.now());
      resolve();
      await turns();
      assert.deepEqual(distinct(got.events).slice(1), [
        [ABORTED, "unacknowledged", 2],
        [WEIGHT, "acknowledged", 2],
      ]);
    });
  });

  it("reads what it missed while it was down after another restart, when the historian had not got it before", async () => {
    await deploy({ historian: "hist" }, ...stored);
    await send([sample("fill_weight", 0, 505), sample("state", 0, 6)]);
    await helper.unload();
    const store = behindhand([sample("state", 1_000, 6), sample("state", 2_000, 9)]);
    await deployWith(store.node, { historian: "hist" }, ...stored.slice(0, 1));
    await send([sample("fill_weight", 9_000, 505)]);
    await helper.unload();
    Object.assign(store, { reaches: 2, flushed: true });
    const got = await deployWith(store.node, { historian: "hist" }, ...stored.slice(0, 1));
    assert.deepEqual(distinct(got.events), [[ABORTED, "unacknowledged", 1]]);
  });

  it("is refused at deploy where another node at the same historian defines one of its alarms, and names it; a condition too", async () => {
    const second = alarm({ ...STORED, id: "second", name: "Line alarms", alarms: [...ROWS, row({ kind: "low", limit: 490 })] });
    const got = await deploy(STORED, second, ...stored);
    const outcome = await behind(helper.getNode("second"))?.started;
    const sentence = `${WEIGHT} is an alarm of the node Alarms already. Give it another name or leave it out of one of the two, then deploy both.`;
    assert.equal(outcome?.ok === false && outcome.fault, sentence);
    await helper.unload();

    const other = alarm({ ...STORED, id: "second", name: "Line alarms", alarms: [row({ kind: "low", limit: 490 })] });
    await deploy(STORED, other, ...stored);
    assert.equal((await behind(helper.getNode("second"))?.started)?.ok, true);
    const refused: Reject[] = got.rejects;
    helper.getNode("rejects").on("input", (message) => refused.push(...(message as { payload: Reject[] }).payload));
    await send(alarmCondition(FILLER, T0, { alarm: "fill_weight_L", active: true }));
    assert.match(
      refused.at(-1)?.message ?? "",
      /fill_weight_L is the alarm of the node Line alarms\. Wire the condition into that node alone/,
    );
  });

  it("takes the alarms of the plant model once: a row anywhere stands in, and when a node goes, the other has what it had", async () => {
    const own = row({ kind: "state", tag: "", values: "Aborted", limit: undefined, alarm: "aborted", priority: "low" });
    const second = alarm({ ...STORED, id: "second", name: "Line alarms", modelAlarms: true, alarms: [own] });
    const got = await deploy({ ...STORED, modelAlarms: true, alarms: [] }, second, ...stored);
    assert.equal((await behind(helper.getNode("second"))?.started)?.ok, true);
    const by = (): unknown[] => got.events.map(({ asset, evidence }) => [asset.slice(FILLER.length + 1), evidence?.["node"]]);
    await both(sample("state", 0, 9), sample("bowl_pressure", 0, 2.5), sample("bowl_pressure", 11_000, 2.5));
    assert.deepEqual(by(), [
      ["aborted", "second"],
      ["bowl_pressure_H", "alarm"],
    ]);
    got.events.length = 0;
    await (helper.getNode("alarm") as unknown as { close(removed: boolean): Promise<void> }).close(true);
    const hot = stated(await historian(), "unacknowledged");
    helper.getNode("second").receive({ payload: [sample("product_temperature", 20_000, 15), sample("product_temperature", 90_000, 15)] });
    await hot;
    assert.deepEqual(by(), [
      ["bowl_pressure_H", "second"],
      ["product_temperature_H", "second"],
    ]);
    assert.deepEqual(errors(), []);
  });

  it("keeps its alarms over a redeploy; gone, another node goes on with them as acknowledged and shelved, and keeps them from then on", async () => {
    const first = { ...STORED, modelAlarms: true, alarms: [] };
    const second = alarm({ ...first, id: "second", name: "Line alarms" });
    const got = await deploy(first, second, ...stored);
    const service = await historian();
    const [pressure, temperature] = [`${FILLER}.bowl_pressure_H`, `${FILLER}.product_temperature_H`];
    const [raised, shelved] = [stated(service, "unacknowledged"), stated(service, "shelved")];
    await both(sample("bowl_pressure", 0, 2.5), sample("bowl_pressure", 11_000, 2.5));
    await raised;
    const acknowledged = stated(service, "acknowledged");
    const start = got.events[0]?.start ?? 0;
    await respond(service, pressure, { id: "response1", made: T0 + 12_000, action: "acknowledge", occurrence: start });
    const until = Date.now() + 3_600_000;
    await respond(service, temperature, { id: "response2", made: T0 + 12_000, action: "shelve", until, comment: "sensor" });
    await Promise.all([acknowledged, shelved]);
    const latest = async (): Promise<unknown[]> =>
      (await service.ledger.latest({ kind: ALARM_STATE }))
        .toSorted((a, b) => a.asset.localeCompare(b.asset))
        .map(({ asset, end, data, evidence }) => [
          asset.slice(FILLER.length + 1),
          end === null ? null : end - T0,
          data["state"],
          evidence?.["node"],
        ]);
    const open = [
      ["bowl_pressure_H", null, "acknowledged", "alarm"],
      ["product_temperature_H", null, "shelved", "alarm"],
    ];
    assert.deepEqual(await latest(), open);

    got.events.length = 0;
    const again = alarm({ ...first, name: "Filler alarms" });
    await redeploy(again, second, ...stored);
    await both(sample("bowl_pressure", 20_000, 2.6), sample("bowl_pressure", 40_000, 2.6));
    assert.deepEqual([await latest(), got.events.every(({ data }) => data.state !== "unacknowledged")], [open, true]);

    await redeploy(second, ...stored);
    await turns();
    helper.getNode("second").receive({ payload: [sample("bowl_pressure", 50_000, 2.6), sample("bowl_pressure", 60_000, 2.6)] });
    await turns();
    const theirs = open.map((one) => [...one.slice(0, 3), "second"]);
    assert.deepEqual(await latest(), theirs, "nothing is ended, nothing is annunciated anew");

    await redeploy(again, second, ...stored);
    const over = stated(service, "normal");
    await both(sample("bowl_pressure", 61_000, 1), sample("bowl_pressure", 90_000, 1));
    await over;
    assert.deepEqual((await latest()).filter((one) => (one as unknown[])[0] === "bowl_pressure_H").length, 1);
    const ended = (await service.ledger.revisions(ALARM_STATE, pressure, start)).at(-1);
    assert.deepEqual([ended?.data["state"], ended?.data["ended_because"], ended?.evidence?.["node"]], ["normal", undefined, "second"]);

    await deployAgain("full", again, second, ...stored);
    const whole = await historian();
    assert.deepEqual(
      (await whole.ledger.latest({ kind: ALARM_STATE, asset: temperature })).map(({ end, data, evidence }) => [
        end,
        data["state"],
        evidence?.["node"],
      ]),
      [[null, "shelved", "alarm"]],
      "the first has it again, and it goes on there too",
    );
    assert.deepEqual(errors(), []);
  });

  describe("without its owner, the next one goes on with what is open as it stands, and nothing is stated or called twice", () => {
    const [PRESSURE, REFUSED] = [`${FILLER}.bowl_pressure_H`, `${FILLER}.rejects`];
    const rows = [
      row({ message: "Too much", deadband: 2 }),
      row({ kind: "state", tag: "", values: "Aborted", limit: undefined, latching: true, group: "stop" }),
      row({ kind: "rejects", tag: "", limit: undefined }),
      row({ kind: "high", tag: "bowl_pressure", limit: 2 }),
    ];
    const before = alarm({ ...STORED, id: "second", name: "Line alarms", alarms: [row({ kind: "low", limit: 490 })] });
    const after = alarm({ ...STORED, id: "second", name: "Line alarms", alarms: [...rows, row({ kind: "low", limit: 490 })] });

    /** Four alarms of the first node: acknowledged, latched and first of its group, shelved, and out of service. */
    async function kept(): Promise<Record<string, unknown[]>> {
      await deploy({ ...STORED, alarms: rows }, before, ...stored);
      const service = await historian();
      const states = ["latched-unacknowledged", "acknowledged", "shelved", "out-of-service"].map((state) => stated(service, state));
      const raised = stated(service, "unacknowledged");
      await both(sample("fill_weight", 1_000, 512), sample("state", 1_000, 9), sample("state", 2_000, 6));
      await raised;
      // Somebody had shelved it and brought it back: that is over, and is not done again.
      await respond(service, PRESSURE, { id: "response0", made: T0 + 2_000, action: "shelve", until: Date.now() + HOUR, comment: "c" });
      await respond(service, PRESSURE, { id: "response1", made: T0 + 2_001, action: "unshelve" });
      await respond(service, WEIGHT, { id: "response2", made: T0 + 3_000, action: "acknowledge", occurrence: T0 + 1_000 });
      await respond(service, REFUSED, { id: "response3", made: T0 + 3_000, action: "shelve", until: Date.now() + HOUR, comment: "sensor" });
      await respond(service, PRESSURE, { id: "response4", made: T0 + 3_000, action: "remove-from-service", comment: "permit 17" });
      await Promise.all(states);
      return story(service);
    }

    it("after a full deploy, in which all nodes stop and start and its rows are the next one's", async () => {
      const told = await kept();
      await deployAgain("full", after, ...stored);
      await goesOn(told);
    });

    it("after a kill: with what the disk had then, and a flow without it", async () => {
      const told = await kept();
      const [disk, image] = [path.join(userDir, "twinline"), `${userDir}-killed`];
      cpSync(disk, image, { recursive: true });
      await helper.unload();
      rmSync(disk, { recursive: true, force: true });
      renameSync(image, disk);
      await helper.load([twinPlant, twinAlarm, twinHistorian, twinStore] as never, [tab, plant, ...sinks, after, ...stored] as never);
      assert.equal((await behind(helper.getNode("second"))?.started)?.ok, true);
      await turns();
      await goesOn(told);
    });

    it("and what no node has any more ends a minute later", async () => {
      await kept();
      await deployAgain("full", before, ...stored);
      const service = await historian();
      const over = stated(service, "normal");
      const now = Date.now;
      Date.now = () => now() + 61_000;
      try {
        await over;
      } finally {
        Date.now = now;
      }
      const latest = new Map((await service.ledger.latest({ kind: ALARM_STATE })).map((entry) => [entry.asset, entry]));
      assert.deepEqual(
        [...latest.values()].map(({ end, data, evidence }) => [end === null, data["ended_because"], evidence?.["node"]]),
        [1, 2, 3, 4].map(() => [false, "definition-removed", "second"]),
      );
    });
  });

  it("that fails after it was there gives its alarms to the others", async () => {
    mkdirSync(path.join(userDir, "twinline", "snapshots", "second.json"), { recursive: true });
    const both = { ...STORED, modelAlarms: true, alarms: [] };
    const got = await deploy({ ...both, id: "second", name: "Line alarms" }, alarm(both), ...stored);
    assert.equal((await behind(helper.getNode("second"))?.started)?.ok, false);
    // Inputs wait while it looks in the ledger for what the other has left.
    const raised = once(helper.getNode("events"), "input");
    await send([sample("bowl_pressure", 0, 2.5), sample("bowl_pressure", 11_000, 2.5)]);
    await raised;
    assert.deepEqual(
      got.events.map(({ asset }) => asset.slice(FILLER.length + 1)),
      ["bowl_pressure_H"],
    );
  });

  it("disabled and enabled again, it leaves ended what ended then, and judges anew", async () => {
    await deploy(STORED, ...stored);
    const service = await historian();
    const raised = stated(service, "unacknowledged");
    await send([sample("fill_weight", 1_000, 512)]);
    await raised;
    const over = stated(service, "normal");
    await redeploy(...stored);
    await over;
    const anew = stated(service, "unacknowledged");
    await redeploy(alarm(STORED), ...stored);
    await anew;
    const returned = stated(service, "rtn-unacknowledged");
    await send([sample("fill_weight", 9_000, 505)]);
    await returned;
    const revisions = await service.ledger.revisions(ALARM_STATE, WEIGHT, T0 + 1_000);
    assert.deepEqual(
      revisions.map(({ end, data }) => [end === null, data["ended_because"]]),
      [
        [true, undefined],
        [false, "definition-removed"],
      ],
    );
    assert.equal((await service.ledger.latest({ kind: ALARM_STATE })).length, 2);
  });

  it("ends its open alarms with that reason when it is removed", async () => {
    await deploy(STORED, ...stored);
    const service = await historian();
    const [raised, over] = [stated(service, "unacknowledged"), stated(service, "normal")];
    await send([sample("fill_weight", 1_000, 512)]);
    await raised;
    await (helper.getNode("alarm") as unknown as { close(removed: boolean): Promise<void> }).close(true);
    await over;
    const last = (await service.ledger.revisions(ALARM_STATE, WEIGHT, T0 + 1_000)).at(-1);
    assert.deepEqual([last?.data["ended_because"], last?.author], ["definition-removed", "node:twin-alarm"]);
  });

  it("says at deploy when nothing is bound", async () => {
    await assert.rejects(deploy({ target: `${LINE}.nowhere` }), /No equipment is bound/);
  });

  it("every text of the declaration exists in German", () => {
    inGerman(declaration, "alarms", declaration.config.properties.alarms.items.properties);
  });
});
