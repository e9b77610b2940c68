import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import helper from "node-red-node-test-helper";
import { HistorianUnavailable, type TagRange } from "../../core/connect/history/index.ts";
import type { LedgerEntry } from "../../core/connect/ledger/index.ts";
import type { Clock } from "../../core/connect/replay/index.ts";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import { type LimitsVersion, type SignalEvent, SPC_LIMITS, SPC_MEASUREMENT, SPC_SIGNAL } from "../../core/model/limits/index.ts";
import { isLimits, type Limits, limitsOf, ruleSet } from "../../core/model/spc/index.ts";
import type { AlarmStateEvent } from "../../core/operate/alarm/index.ts";
import type { HistorianService } from "../../nodes/connect/twin-historian/historian-service.ts";
import historianDeclaration from "../../nodes/connect/twin-historian/twin-historian.node.ts";
import twinHistorian from "../../nodes/connect/twin-historian/twin-historian.ts";
import twinPlant from "../../nodes/connect/twin-plant/twin-plant.ts";
import { fields, readConfiguration } from "../../nodes/kit/configuration.ts";
import { defineNode } from "../../nodes/kit/define-node.ts";
import { fill } from "../../nodes/kit/texts.ts";
import { REAL_CLOCK } from "../../nodes/kit/clock.ts";
import { behind } from "../../nodes/kit/running.ts";
import { AdminRefusal } from "../../nodes/kit/node.ts";
import { endpoints } from "../../nodes/model/twin-spc/endpoints.ts";
import german from "../../nodes/model/twin-spc/locales/de/twin-spc.json" with { type: "json" };
import { ruleIn } from "../../nodes/model/charts/conditions.ts";
import declaration from "../../nodes/model/twin-spc/twin-spc.node.ts";
import twinSpc from "../../nodes/model/twin-spc/twin-spc.ts";
import type { RecordedSamples } from "../../nodes/operate/bound/recorded.ts";
import twinAlarm from "../../nodes/operate/twin-alarm/twin-alarm.ts";
import { MemoryLedger } from "../support/memory-ledger.ts";

const GERMAN: Readonly<Record<string, string>> = german["twin-spc"].texts;
const require = createRequire(import.meta.url);
const userDir = mkdtempSync(path.join(tmpdir(), "twinline-spc-"));
const FILLER = "acme.galway.bottling.line01.filler01";
const CHART = `${FILLER}.fill-weight`;
const MINUTE = 60_000;
/** The node refuses samples from the future. */
const T0 = Math.floor(Date.now() / MINUTE) * MINUTE - 60 * MINUTE;
const SECOND = 1_000;

function sample(name: string, second: number, value: Sample["value"]): Sample {
  return { tag: `${FILLER}._filler_v1.${name}`, value, quality: "Good", timestamp: T0 + second * SECOND };
}
const weights = (from: number, ...values: number[]): Sample[] => values.map((value, i) => sample("fill_weight", from + i, value));
const beat = (second: number): Sample => sample("heartbeat", second, second);

const tab = { id: "f", type: "tab", label: "spc" };
const plant = { id: "galway", type: "twin-plant", name: "Galway", version: 1, directory: "plant", watch: false };
const historian = { id: "hist", type: "twin-historian", name: "H", version: 1, store: "embedded", folder: "historian", plant: "galway" };
const PORTS = ["samples", "events", "conditions", "rejects"] as const;
const spc = (config: object = {}): object => ({
  id: "spc",
  z: "f",
  x: 0,
  y: 0,
  type: "twin-spc",
  name: "Fill weight",
  version: 2,
  plant: "galway",
  bind: "asset",
  target: FILLER,
  chart: "fill-weight",
  kind: "i-mr",
  tag: "fill_weight",
  size: 1,
  everySeconds: 0,
  limits: "given",
  centre: 500,
  sigma: 2,
  rules: "1, 2",
  reactionPlan: "Check valve 7",
  wires: PORTS.map((port) => [port]),
  ...config,
});
const APPROVED = { limits: "approved", historian: "hist", centre: "", sigma: "" };
const sinks = PORTS.map((id) => ({ id, z: "f", x: 0, y: 0, type: "helper" }));

interface Got {
  readonly samples: Sample[];
  readonly events: SignalEvent[];
  readonly conditions: { asset: string; start: number; data: { alarm: string; active: boolean; message?: string; priority?: string } }[];
  readonly rejects: Reject[];
}

async function deploy(config: object = {}, ...more: object[]): Promise<Got> {
  return deployWith(twinHistorian, config, ...more);
}

async function deployWith(historianType: unknown, config: object = {}, ...more: object[]): Promise<Got> {
  const got: Got = { samples: [], events: [], conditions: [], rejects: [] };
  await helper.load([twinPlant, historianType, twinSpc, twinAlarm] as never, [tab, plant, ...sinks, spc(config), ...more] as never, () => {
    for (const port of PORTS)
      helper.getNode(port).on("input", (message) => (got[port] as unknown[]).push(...((message as { payload: unknown[] }).payload ?? [])));
  });
  const started = await behind(helper.getNode("spc"))?.started;
  if (started?.ok !== true) throw new Error(started?.fault);
  await turns();
  return got;
}

async function turns(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function send(...payload: unknown[]): Promise<void> {
  helper.getNode("spc").receive({ payload });
  await turns();
}

async function service(): Promise<HistorianService> {
  const outcome = await behind(helper.getNode("hist"))?.started;
  assert.ok(outcome?.ok);
  return outcome.api as HistorianService;
}

/** A twin-historian whose recorded samples a test answers itself. */
function answering(readSamples: (range: TagRange) => Promise<Sample[]>): unknown {
  const api: RecordedSamples = {
    historian: { readSamples },
    ledger: new MemoryLedger(),
    subscribe: () => () => undefined,
    flush: async () => true,
    stats: async () => ({ deletedBefore: null }),
  };
  return defineNode(historianDeclaration, () => ({ api }));
}

function limits(kind: "i" | "mr", centre: number): Limits {
  const made = limitsOf(kind, { centre, sigma: 2 });
  assert.ok(isLimits(made));
  return made;
}

/** What the page of control charts states when somebody has approved limits. */
function approved(number: number, second: number, centre: number, over: Partial<LimitsVersion> = {}): object {
  const deed = { by: "quinn", at: T0, comment: "as calibrated" };
  const data: LimitsVersion = {
    asset: FILLER,
    chart: "fill-weight",
    version: number,
    scope: {},
    limits: limits("i", centre),
    spread: limits("mr", centre),
    rules: ruleSet("nelson", ["N1"]),
    baseline: null,
    status: "approved",
    proposed: deed,
    decided: deed,
    effective_from: T0 + second * SECOND,
    retired: null,
    effective_to: null,
    review: null,
    ...over,
  };
  return { kind: SPC_LIMITS, asset: CHART, start: T0 + number, end: T0 + number, data };
}

async function state(to: HistorianService, ...statements: object[]): Promise<void> {
  const { rejects } = await to.state(statements, { author: "quinn", reason: "control charts" });
  assert.deepEqual(rejects, []);
  await turns();
}

/** What the entry page states. */
function measurement(second: number, value: number, over: object = {}): object {
  const at = T0 + second * SECOND;
  const data = { id: `measured-${second}`, asset: FILLER, chart: "fill-weight", due: null, values: [value], ...over };
  return { kind: SPC_MEASUREMENT, asset: CHART, start: at, end: at, data };
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

const drawn = (samples: readonly Sample[], signal: string): unknown[] =>
  samples
    .filter(({ tag }) => tag === `${FILLER}._spc_v1.fill-weight.${signal}`)
    .map(({ timestamp, value }) => [(timestamp - T0) / SECOND, value]);
const told = (events: readonly SignalEvent[]): unknown[] =>
  events.map(({ asset, start, end, revision, data }) => [
    asset.slice(FILLER.length + 1),
    (start - T0) / SECOND,
    end === null ? null : (end - T0) / SECOND,
    revision,
    data.rules.map(({ id }) => id).join(" "),
  ]);
/** What a ledger and a historian make of it: equal statements and equal samples are one. */
const once = (...parts: readonly (readonly object[])[]): string[] =>
  [...new Set(parts.flat().map((one) => JSON.stringify(one)))].toSorted();

/** The form of a new node, and what was typed into it. */
function form(over: object = {}): object {
  return {
    ...Object.fromEntries(fields(declaration).flatMap(([key, field]) => (field.default === undefined ? [] : [[key, field.default]]))),
    plant: "galway",
    target: FILLER,
    chart: "fill-weight",
    tag: "fill_weight",
    ...over,
  };
}

/** What the dialog asks, of nodes that are deployed. */
async function ask(what: string, body: unknown, apis: Readonly<Record<string, unknown>> = {}): Promise<Record<string, unknown>> {
  const endpoint = endpoints.find(({ path: at }) => at === `spc/${what}`) ?? assert.fail(what);
  const person = { name: "quinn", label: "Quinn", roles: ["quality"], scope: ["*"] } as const;
  const find = <T>(id: string): T => {
    if (Object.hasOwn(apis, id)) return apis[id] as T;
    throw new AdminRefusal(404, "NOT_FOUND", "Deploy first.");
  };
  return (await endpoint.handle({ params: {}, query: {}, body, person }, find)) as Record<string, unknown>;
}

/** Interval and number of migrations of a chart by hand as it was saved; its unit only where it is given. */
const saved = (over: object): unknown => {
  const { unit: _unit, ...before } = spc({ tag: "", historian: "hist", everySeconds: 300, ...over }) as Record<string, unknown>;
  const read = readConfiguration(declaration, "unit" in over ? { ...before, unit: over.unit } : before);
  return read.ok ? [read.config["everySeconds"], read.migrated.length] : read.faults;
};

/** Why the dialog shows nothing, as it says so in German. */
const said = async (over: object, text?: string): Promise<string> => {
  const refused = await ask("preview", { form: form(over), ...(text !== undefined && { pasted: text }) }).catch((error: unknown) => error);
  assert.ok(refused instanceof AdminRefusal && refused.said !== undefined);
  return fill(GERMAN[refused.said.text] ?? "", refused.said.values);
};

/** A rule as a twin in German says it. */
const inGerman = (id: string, text: string): string =>
  ruleIn({ text: (key, values = {}) => fill(GERMAN[key] ?? key, values) }, { id, text });

async function api(id: string): Promise<unknown> {
  const outcome = await behind(helper.getNode(id))?.started;
  return outcome?.ok === true ? outcome.api : undefined;
}

describe("twin-spc", () => {
  let clock: Clock | undefined;

  beforeEach((done) => {
    rmSync(userDir, { recursive: true, force: true });
    cpSync(path.resolve(import.meta.dirname, "../../plant/site"), path.join(userDir, "plant"), { recursive: true });
    helper.init(require.resolve("node-red"), {
      userDir,
      twinline: { dataDir: path.join(userDir, "twinline"), ...(clock === undefined ? {} : { replay: true, clock }) },
      logging: { console: { level: "off" } },
    } as never);
    helper.startServer(done);
  });
  afterEach(async () => {
    await helper.unload();
    await new Promise<void>((resolve) => helper.stopServer(resolve));
  });
  after(() => rmSync(userDir, { recursive: true, force: true }));

  it("judges by given limits: statistic and limits as samples, one signal with its revisions, and what is to be done", async () => {
    const got = await deploy();
    await send(...weights(0, 500, 503, 507, 508, 501), beat(60));
    assert.deepEqual(drawn(got.samples, "value"), [
      [0, 500],
      [1, 503],
      [2, 507],
      [3, 508],
      [4, 501],
    ]);
    assert.deepEqual(drawn(got.samples, "upper"), [[0, 506]]);
    assert.deepEqual(drawn(got.samples, "rules"), [
      [2, "N1"],
      [3, "N1"],
    ]);
    assert.deepEqual(told(got.events), [
      ["fill-weight", 2, null, 1, "N1"],
      ["fill-weight", 2, null, 2, "N1"],
      ["fill-weight", 2, 4, 3, "N1"],
    ]);
    const [first] = got.events;
    assert.deepEqual(
      [first?.kind, first?.data.limits_version, first?.data.reaction_plan, first?.data.upper],
      [SPC_SIGNAL, 0, "Check valve 7", 506],
    );
    assert.deepEqual(got.rejects, []);
  });

  it("refuses with a reason what it cannot judge, and goes on", async () => {
    const got = await deploy();
    await send(null, { tag: "__proto__" }, JSON.parse('{"__proto__": {"tag": "x", "timestamp": 1}}'), sample("fill_weight", 0, "heavy"));
    await send({ ...sample("fill_weight", 0, 1), timestamp: Date.now() + 60 * MINUTE }, sample("fill_weight", 1, Number.NaN));
    await send(sample("fill_weight", 2, 500), beat(60));
    await send(sample("fill_weight", 3, 500), sample("fill_time", 3, 1));
    assert.deepEqual(
      got.rejects.map(({ code }) => code),
      ["NOT_A_SAMPLE", "NOT_A_SAMPLE", "NOT_A_SAMPLE", "WRONG_TYPE", "FUTURE_TIMESTAMP", "NOT_FINITE", "ANCIENT_TIMESTAMP"],
    );
    assert.deepEqual(drawn(got.samples, "value"), [[2, 500]]);
  });

  it("begins a new stage with a change of product: a run does not reach across it", async () => {
    const got = await deploy({ rules: "2" });
    const eight = Array.from({ length: 8 }, () => 501);
    await send(sample("product", 0, "still-500"), ...weights(1, ...eight), sample("product", 20, "still-750"), ...weights(21, 501));
    await send(...weights(22, ...eight), beat(60));
    assert.deepEqual(told(got.events), [["fill-weight", 29, null, 1, "N2"]]);
  });

  it("raises the alarm in a twin-alarm while the signal lasts", async () => {
    const states: AlarmStateEvent[] = [];
    const alarm = { id: "alarm", z: "f", x: 0, y: 0, type: "twin-alarm", name: "A", version: 1, plant: "galway", bind: "asset" };
    const heard = { id: "heard", z: "f", x: 0, y: 0, type: "helper" };
    const config = { priority: "medium", wires: [[], [], ["alarm", "conditions"], []] };
    const got = await deploy(config, { ...alarm, target: FILLER, alarms: [], wires: [["heard"], [], []] }, heard);
    await behind(helper.getNode("alarm"))?.started;
    helper.getNode("heard").on("input", ({ payload }) => states.push(...(payload as AlarmStateEvent[])));
    await send(...weights(0, 500, 507, 508, 501), beat(60));
    await turns();
    assert.deepEqual(
      got.conditions.map(({ start, data }) => [(start - T0) / SECOND, data.alarm, data.active]),
      [
        [1, "spc_fill-weight", true],
        [3, "spc_fill-weight", false],
      ],
    );
    assert.deepEqual(
      states.map(({ asset, data }) => [asset, data.state, data.priority]),
      [
        [`${FILLER}.spc_fill-weight`, "unacknowledged", "medium"],
        [`${FILLER}.spc_fill-weight`, "rtn-unacknowledged", "medium"],
      ],
    );
    assert.match(states[0]?.data.message ?? "", /^fill-weight: .*\. Check valve 7$/);
  });

  it("only collects until limits are approved in the ledger; they hold from their instant on, and after a restart too", async () => {
    const first = await deploy(APPROVED, historian);
    await send(...weights(0, 500, 520), beat(20));
    assert.deepEqual([first.samples, first.events], [[], []]);
    await state(await service(), approved(1, 30, 500), approved(2, 30, 900, { status: "proposed", decided: null, effective_from: null }));
    await send(...weights(29, 500, 500, 507), beat(60));
    assert.deepEqual(drawn(first.samples, "version"), [[30, 1]]);
    assert.deepEqual(told(first.events), [["fill-weight", 31, null, 1, "N1"]]);
    await helper.unload();

    const again = await deploy(APPROVED, historian);
    await send(...weights(61, 507), beat(90));
    await state(await service(), approved(3, 90, 507));
    await send(...weights(91, 507), beat(120));
    assert.deepEqual(told(again.events), [
      ["fill-weight", 31, null, 2, "N1"],
      ["fill-weight", 31, 91, 3, "N1"],
    ]);
    assert.deepEqual(drawn(again.samples, "version"), [
      [61, 1],
      [91, 3],
    ]);
  });

  const HISTORY = [
    sample("product", 0, "still-500"),
    ...weights(1, 500, 501, 507, 508, 500, 493, 499, 512, 501, 501, 501),
    sample("product", 20, "still-750"),
    ...weights(21, 501, 501, 501, 501, 501, 501, 501, 501, 501, 500, 507),
    beat(60),
  ];

  it("after a restart in the middle, on its snapshot alone, says what it would have said without one", async () => {
    const whole = await deploy();
    await send(...HISTORY);
    await helper.unload();
    rmSync(path.join(userDir, "twinline"), { recursive: true, force: true });
    const before = await deploy();
    await send(...HISTORY.slice(0, 10), beat(19));
    await helper.unload();
    const after = await deploy();
    await send(...HISTORY.slice(10));
    assert.deepEqual(told([...before.events, ...after.events]), told(whole.events));
    assert.deepEqual(drawn([...before.samples, ...after.samples], "value"), drawn(whole.samples, "value"));
  });

  it("after a kill reads back what was recorded, once: nothing is lost, and nobody is called for what is over", async () => {
    const whole = await deploy();
    await send(...HISTORY);
    await helper.unload();
    rmSync(path.join(userDir, "twinline"), { recursive: true, force: true });

    const killed = await deploy({ historian: "hist" }, historian);
    await send(...HISTORY.slice(0, 6), beat(16));
    const store = await service();
    assert.deepEqual((await store.record([...HISTORY, beat(16)])).rejects, []);
    assert.ok(await store.flush(5_000));
    await helper.unload();
    rmSync(path.join(userDir, "twinline", "snapshots"), { recursive: true, force: true });
    const again = await deploy({ historian: "hist" }, historian);
    await send(...HISTORY); // the source sends what it held back
    assert.deepEqual(once(killed.events, again.events), once(whole.events));
    assert.deepEqual(drawn(again.samples, "value"), drawn(whole.samples, "value"));
    assert.deepEqual(again.rejects, []);
    const open = again.conditions.filter(({ data }) => data.active).map(({ start }) => (start - T0) / SECOND);
    assert.deepEqual(open, [31], "of five signals the one that lasts");
  });

  it("ends a signal of given limits that are others after a redeploy, and begins its runs anew", async () => {
    const before = await deploy();
    await send(...weights(0, 500, 507), beat(30));
    await helper.unload();
    const after = await deploy({ centre: 506 });
    await send(...weights(31, 507), beat(60));
    assert.deepEqual(told([...before.events, ...after.events]), [
      ["fill-weight", 1, null, 1, "N1"],
      ["fill-weight", 1, 31, 2, "N1"],
    ]);
  });

  it("takes measurements by hand from the ledger in order, also those made while it was gone, and none that was taken back", async () => {
    const hand = { tag: "", kind: "i", historian: "hist" };
    const first = await deploy(hand, historian);
    const store = await service();
    await state(store, measurement(0, 500), measurement(10, 507));
    await state(store, measurement(5, 500, { values: [1, 2] }));
    assert.deepEqual(told(first.events), [["fill-weight", 10, null, 1, "N1"]]);
    assert.deepEqual(
      first.rejects.map(({ code }) => code),
      ["WRONG_SUBGROUP"],
    );
    await helper.unload();

    await deploy({ ...hand, chart: "other" }, historian);
    await state(await service(), measurement(20, 508), measurement(30, 499, { withdrawn: "wrong scale" }));
    await helper.unload();
    const again = await deploy(hand, historian);
    await state(await service(), measurement(40, 500));
    assert.deepEqual(drawn(again.samples, "value"), [
      [20, 508],
      [40, 500],
    ]);
    assert.deepEqual(told(again.events), [
      ["fill-weight", 10, null, 2, "N1"],
      ["fill-weight", 10, 40, 3, "N1"],
    ]);
  });

  describe("measured by hand after a plan", () => {
    const HOURLY = { tag: "", kind: "i", historian: "hist", everySeconds: 3_600, graceMinutes: 10 };
    const HOUR = 60 * MINUTE;
    /** 11:00 of the early shift in Dublin. */
    const ELEVEN = Date.UTC(2026, 2, 10, 11);
    let now = ELEVEN;
    let ticks: (() => void)[] = [];
    let ledger: MemoryLedger;
    let listeners: ((entries: readonly LedgerEntry[]) => void)[] = [];
    before(() => {
      clock = {
        now: () => now,
        every(_ms, job) {
          ticks.push(job);
          return () => void (ticks = ticks.filter((one) => one !== job));
        },
        after: (ms, job) => REAL_CLOCK.after(ms, job),
      };
    });
    beforeEach(() => {
      [ledger, listeners, ticks] = [new MemoryLedger(), [], []];
    });
    after(() => {
      clock = undefined;
    });
    const store = defineNode(historianDeclaration, () => ({
      api: {
        historian: { readSamples: async () => [] },
        ledger,
        subscribe(listener) {
          listeners.push(listener);
          return () => void (listeners = listeners.filter((one) => one !== listener));
        },
        flush: async () => true,
        stats: async () => ({ deletedBefore: null }),
      } satisfies RecordedSamples,
    }));
    async function stated(data: object): Promise<void> {
      const statement = { kind: SPC_MEASUREMENT, asset: CHART, start: ELEVEN + 72 * MINUTE, end: ELEVEN + 72 * MINUTE, data };
      const entries = await ledger.record([statement as never], { author: "anna", reason: "measured" }, now);
      for (const listener of listeners) listener(entries);
      await turns();
    }
    const later = async (minutes: number): Promise<void> => {
      now = ELEVEN + minutes * MINUTE;
      for (const tick of ticks) tick();
      await turns();
    };
    const alarms = ({ conditions }: Got): unknown[] =>
      conditions.map(({ start, data }) => [data.alarm, data.active, (start - ELEVEN) / MINUTE]);

    it("says that a measurement is overdue until it is made or the next is due, also after a restart", async () => {
      now = ELEVEN;
      const got = await deployWith(store, HOURLY, historian);
      for (const minutes of [0, 10, 11, 30, 60, 71]) await later(minutes);
      assert.deepEqual(alarms(got), [
        ["spc_fill-weight_overdue", false, 0],
        ["spc_fill-weight_overdue", true, 10],
        ["spc_fill-weight_overdue", false, 60],
        ["spc_fill-weight_overdue", true, 70],
      ]);
      assert.match(got.conditions[1]?.data.message ?? "", /^fill-weight: the measurement of 11:00 is overdue\. Measure 1 and enter/);
      assert.equal(got.conditions[1]?.data.priority, "low");
      await helper.unload();

      const again = await deployWith(store, HOURLY, historian);
      await later(72);
      assert.deepEqual(alarms(again), [["spc_fill-weight_overdue", true, 70]], "what began before the restart holds from then");
      const data = { id: "measured-1", asset: FILLER, chart: "fill-weight", due: ELEVEN + HOUR, values: [500] };
      await stated(data);
      assert.deepEqual(alarms(again).slice(1), [["spc_fill-weight_overdue", false, 72]], "at once");
      assert.deepEqual(again.samples.find(({ tag }) => tag.endsWith(".value"))?.value, 500);
      await stated({ ...data, withdrawn: "wrong scale" });
      assert.deepEqual(alarms(again).slice(2), [["spc_fill-weight_overdue", true, 70]], "taken back, it answers nothing");
    });

    it("only ends what was said before where nobody is to be called any more, and refuses a plan that nobody could keep", async () => {
      now = ELEVEN + 20 * MINUTE;
      const got = await deployWith(store, { ...HOURLY, priority: "none" }, historian);
      await later(21);
      assert.deepEqual(alarms(got), [["spc_fill-weight_overdue", false, 21]], "once, also of before a restart");
      await helper.unload();
      await assert.rejects(deployWith(store, { ...HOURLY, everySeconds: 30 }, historian), /the interval is 60 s or more/);
    });
  });

  it("keeps a chart by hand without a plan where it was saved before there were plans, and with its plan where it was saved since", () => {
    assert.deepEqual(saved({ version: 1 }), [0, 1]);
    assert.deepEqual(saved({ version: undefined, tag: undefined }), [0, 1]);
    assert.deepEqual(saved({ version: 1, unit: "" }), [300, 1], "saved since: the form has written the unit");
    assert.deepEqual(saved({ version: 2 }), [300, 0]);
    assert.deepEqual(saved({ version: 1, tag: "fill_weight" }), [300, 1], "a chart of a tag never had a plan");
  });

  it("says at deploy what the form lacks", async () => {
    assert.match(await fault({ target: `${FILLER}9` }), /No machine has this chart/);
    assert.match(await fault({ tag: "weight" }), /has no tag "weight"; it has .*fill_weight/);
    assert.match(await fault({ tag: "product" }), /product is no number/);
    assert.match(await fault({ sigma: "" }), /need a centre, and a standard deviation/);
    assert.match(await fault({ limits: "approved" }), /in the ledger of a historian/);
    assert.match(await fault({ rules: "1, 9" }), /rules 1, 9 are not of this set; it has N1, N2/);
    assert.match(await fault({ ownRules: "6 trend\nsix" }), /Line 2 of the own rules, “six”, is no rule.*2 of 3 beyond 2 sigma one side/);
    assert.match(await fault({ rules: "none" }), /Choose a rule of the set/);
    assert.match(await fault({ kind: "xbar-r" }), /subgroups of 2 or more values/);
    assert.match(await fault({ estimator: "pooled" }), /not estimated that way; choose another estimate/);
    assert.match(await fault({ kind: "p", tag: "defective_count", centre: 0.02 }), /needs the interval of which it counts/);
    assert.match(await fault({ kind: "p", tag: "defective_count", centre: 2, everySeconds: 60 }), /mean proportion is 2/);
    assert.match(await fault({ kind: "dnom-mr", centre: 0, nominal: "net-weight" }), /No product has the number "net-weight"/);
  });

  it("judges by rules of one's own, with the options of the form", async () => {
    const got = await deploy({ rules: "none", ownRules: "2 of 3 beyond 1 sigma any side\n4 trend", startUp: "partial", priority: "low" });
    await send(...weights(0, 503, 497, 500, 500, 500.5, 501, 501.5), beat(60));
    assert.deepEqual(drawn(got.samples, "rules"), [
      [1, "2-of-3-beyond-1-any-side"],
      [6, "4-trend"],
    ]);
    assert.deepEqual(
      got.conditions.filter(({ data }) => data.active).map(({ data }) => data.message?.split(". ")[0]),
      ["fill-weight: 2 of 3 points beyond 1 σ", "fill-weight: 4 points in a row steadily rising or falling"],
    );
  });

  it("calls in German where the plant speaks German, and as the event says it where the rule is not known by its parts", () => {
    assert.equal(inGerman("N1", "beyond a control limit"), "jenseits einer Eingriffsgrenze");
    assert.equal(
      inGerman("2-of-3-beyond-1-any-side", "2 of 3 points beyond 1 σ"),
      "2 von 3 Punkten jenseits von 1 σ",
      "of a rule of one's own too",
    );
    assert.equal(inGerman("N1", "beyond a specification"), "beyond a specification");
  });

  describe("in its dialog", () => {
    it("says how many false alarms rules, chart and interval cost, and which rules it passes over", async () => {
      const five = await ask("rates", { form: form({ rules: "1" }) });
      const often = await ask("rates", { form: form({ rules: "all", everySeconds: 10 }) });
      // X̄ by the normal distribution, and R likewise: 0.27 % each, 288 times a day.
      assert.ok(Math.abs(Number(five["perDay"]) - 2 * 288 * 0.0027) < 0.01, String(five["perDay"]));
      assert.ok(Number(often["perDay"]) > 117, "8640 points, one in 73.65 of X̄ alone");
      assert.deepEqual([five["passedOver"], five["machines"]], [[], 1]);
      assert.deepEqual((await ask("rates", { form: form({ kind: "c", rules: "all" }) }))["passedOver"], ["N5", "N6", "N7", "N8"]);
      const own = await ask("rates", { form: form({ kind: "i", rules: "1", ownRules: "9 on one side", everySeconds: 60 }) });
      assert.ok(Math.abs(Number(own["perDay"]) - 6.645) < 0.001, "written like Nelson 2, and as often for nothing");
      const cusum = await ask("rates", { form: form({ kind: "cusum", everySeconds: 0 }) });
      assert.deepEqual([Math.round(1_000 / Number(cusum["perThousand"])), cusum["perDay"]], [465, null]);
    });

    it("shows the chart of pasted values by limits of the form, or by what they give themselves", async () => {
      const given = { kind: "i-mr", limits: "given", centre: 500, sigma: 2, rules: "1" };
      const judged = await ask("preview", { form: form(given), pasted: "500\n501,5\n507.2\n" });
      assert.deepEqual(judged["estimated"], false);
      assert.deepEqual(
        (judged["level"] as { value: number; upper: number; rules: string[] }[]).map(({ value, upper, rules }) => [value, upper, rules]),
        [
          [500, 506, []],
          [501.5, 506, []],
          [507.2, 506, ["N1"]],
        ],
      );
      const estimated = await ask("preview", { form: form({ size: 2 }), pasted: "10 12; 11 13\n9 11\n7" });
      assert.deepEqual([estimated["centre"], estimated["estimated"], (estimated["level"] as []).length], [11, true, 3]);
      const counts = await ask("preview", { form: form({ kind: "p", limits: "given", centre: 0.1 }), pasted: "3,100\n4 100" });
      assert.deepEqual(
        (counts["level"] as { value: number }[]).map(({ value }) => value),
        [0.03, 0.04],
      );
    });

    it("shows the last recorded values of the machine, of short runs by product", async () => {
      const got = await deployWith(
        answering(async ({ from, to }) =>
          [
            sample("product", 0, "still-500"),
            ...weights(1, 500, 501),
            sample("product", 20, "still-750"),
            ...weights(21, 751, 790),
            beat(60),
          ]
            .map((one) => ({ ...one, timestamp: one.timestamp + 30 * MINUTE }))
            .filter(({ timestamp }) => timestamp >= from && timestamp < to),
        ),
        { historian: "hist" },
        historian,
      );
      assert.deepEqual(got.rejects, []);
      const short = { kind: "dnom-mr", nominal: "net_weight", everySeconds: 0, limits: "given", centre: 0, sigma: 2, historian: "hist" };
      const shown = await ask("preview", { form: form(short) }, { galway: await api("galway"), hist: await api("hist") });
      assert.deepEqual(
        (shown["level"] as { value: number }[]).map(({ value }) => value),
        [0, 1, 1, 40],
      );
    });

    it("answers with a sentence where there is nothing to show, and takes nothing that is not of the form", async () => {
      const pasted = (over: object, text: string): Promise<unknown> => ask("preview", { form: form(over), pasted: text });
      await assert.rejects(pasted({}, "500\nheavy"), /Row 2 does not hold numbers only/);
      await assert.rejects(pasted({}, "1 2 3 4 5"), /Too few usable subgroups: this chart needs 2 at the least/);
      await assert.rejects(pasted({ size: 2 }, "1 1\n1 1\n1 1"), /do not vary/);
      await assert.rejects(pasted({ kind: "p", limits: "given", centre: 2 }, "3 100"), /a share between 0 and 1, not 2/);
      await assert.rejects(pasted({ kind: "i", estimator: "pooled" }, "1"), /not estimated that way/);
      await assert.rejects(pasted({ kind: "p" }, "3"), /Row 1 does not hold a count, and the inspected units/);
      await assert.rejects(pasted({ rules: "12" }, "1"), /rules 12 are not of this set/);
      await assert.rejects(pasted({ kind: "dnom-mr" }, "1"), /of which product/);
      await assert.rejects(ask("preview", { form: form() }), /Choose a plant and a historian/);
      await assert.rejects(ask("rates", { form: form({ size: 5_000 }) }), /not complete yet: size/);
      await assert.rejects(ask("rates", { form: form({ more: 1 }) }), /not complete yet/);
      await assert.rejects(ask("rates", { form: form(), pasted: "1".repeat(100_001) }), /not complete yet: pasted/);
    });
  });

  it("gives its dialog every such sentence by its key and words, so that the form says it in its language", async () => {
    assert.equal(await said({}, "500\nheavy"), "Zeile 2 enthält nicht nur Zahlen.");
    assert.equal(
      await said({}, "1 2 3 4 5"),
      "Zu wenige brauchbare Stichproben: Diese Karte braucht mindestens 2, und 25, um etwas zu sagen.",
    );
    assert.equal(await said({ size: 5_000 }), "Das Formular ist noch nicht vollständig: size.");
    assert.equal(await said({ chart: undefined }), "Das Formular ist noch nicht vollständig: chart.", "what is empty is not there");
    assert.equal(await said({ rules: "none" }), "Eine Regel des Satzes wählen oder eine eigene schreiben.");
    assert.equal(await said({}), "Eine Anlage und einen Historian wählen und zuerst bereitstellen.");
  });

  it("every text of the declaration exists in German", () => {
    const { config, texts } = declaration;
    const german = require("../../nodes/model/twin-spc/locales/de/twin-spc.json") as Record<string, Record<string, object>>;
    assert.deepEqual(Object.keys(german["twin-spc"]?.["texts"] ?? {}), Object.keys(texts ?? {}));
    assert.deepEqual(Object.keys(german["twin-spc"]?.["fields"] ?? {}), Object.keys(config.properties));
  });

  describe("while the historian is away", () => {
    const jobs: { readonly ms: number; readonly job: () => void }[] = [];
    before(() => {
      clock = {
        now: () => Date.now(),
        after: (ms, job) => {
          if (ms < SECOND) return REAL_CLOCK.after(ms, job);
          jobs.push({ ms, job });
          return () => undefined;
        },
        every: () => () => undefined,
      };
    });
    beforeEach(() => void jobs.splice(0));
    after(() => {
      clock = undefined;
    });
    const ring = async (ms: number): Promise<void> => {
      for (const one of jobs.filter((job) => job.ms === ms)) one.job();
      await turns();
      await turns();
    };
    const missed = weights(0, 500, 507);
    let absent = true;
    const store = answering(async ({ from, to }) => {
      if (absent) throw new HistorianUnavailable("away");
      return missed.filter(({ timestamp }) => timestamp >= from && timestamp < to);
    });
    beforeEach(() => {
      absent = true;
    });

    it("live values wait for it, so that those that were missed come first", async () => {
      const got = await deployWith(store, { kind: "i", historian: "hist" }, historian);
      await send(...weights(2, 508, 500), beat(60));
      assert.deepEqual(got.events, []);
      absent = false;
      await ring(5_000);
      assert.deepEqual(drawn(got.samples, "value"), [
        [0, 500],
        [1, 507],
        [2, 508],
        [3, 500],
      ]);
      assert.deepEqual(told(got.events).at(-1), ["fill-weight", 1, 3, 3, "N1"]);
      assert.deepEqual(got.rejects, []);
    });

    it("but not for longer than five minutes: then it goes on, and what was missed stays out", async () => {
      const got = await deployWith(store, { kind: "i", historian: "hist" }, historian);
      await send(...weights(2, 508, 500), beat(60));
      await ring(5 * MINUTE);
      assert.deepEqual(drawn(got.samples, "value"), [
        [2, 508],
        [3, 500],
      ]);
      absent = false;
      await ring(5_000);
      assert.equal(drawn(got.samples, "value").length, 2);
      assert.deepEqual(got.rejects, []);
    });
  });
});
