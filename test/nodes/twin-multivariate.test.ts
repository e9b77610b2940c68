import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import helper from "node-red-node-test-helper";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import { type SignalEvent, SPC_LIMITS } from "../../core/model/limits/index.ts";
import type { AlarmConditionEvent } from "../../core/operate/alarm/index.ts";
import type { HistorianService } from "../../nodes/connect/twin-historian/historian-service.ts";
import twinHistorian from "../../nodes/connect/twin-historian/twin-historian.ts";
import twinPlant from "../../nodes/connect/twin-plant/twin-plant.ts";
import { behind } from "../../nodes/kit/running.ts";
import german from "../../nodes/model/twin-multivariate/locales/de/twin-multivariate.json" with { type: "json" };
import { blamingConditions } from "../../nodes/model/twin-multivariate/conditions.ts";
import twinMultivariate from "../../nodes/model/twin-multivariate/twin-multivariate.ts";
import { fill } from "../../nodes/kit/texts.ts";
import { ASSET, MINUTE, sample, T0 } from "../support/spc-stream.ts";
import { approvedOf, asSamples, filling, over, PRESSURE, TIME } from "../support/vector-stream.ts";

const require = createRequire(import.meta.url);
const userDir = mkdtempSync(path.join(tmpdir(), "twinline-multivariate-"));
const GERMAN: Readonly<Record<string, string>> = german["twin-multivariate"].texts;
const CHART = `${ASSET}.filling`;
/** More pressure, and the time that goes with less. */
const BROKEN = [1.63, 4_030, 6];

const PORTS = ["samples", "events", "conditions", "rejects"] as const;
const tab = { id: "f", type: "tab", label: "multivariate" };
const plant = { id: "galway", type: "twin-plant", name: "Galway", version: 1, directory: "plant", watch: false };
const historian = { id: "hist", type: "twin-historian", name: "H", version: 1, store: "embedded", folder: "historian", plant: "galway" };
const chart = (config: object): object => ({
  id: "chart",
  z: "f",
  x: 0,
  y: 0,
  type: "twin-multivariate",
  name: "Filling",
  version: 1,
  plant: "galway",
  bind: "asset",
  target: ASSET,
  historian: "hist",
  chart: "filling",
  tags: "bowl_pressure\nfill_time\nproduct_temperature",
  everySeconds: 60,
  priority: "medium",
  reactionPlan: "Look at the valve",
  wires: PORTS.map((port) => [port]),
  ...config,
});
const sinks = PORTS.map((id) => ({ id, z: "f", x: 0, y: 0, type: "helper" }));

interface Got {
  readonly samples: Sample[];
  readonly events: SignalEvent[];
  readonly conditions: AlarmConditionEvent[];
  readonly rejects: Reject[];
}

async function deploy(config: object = {}): Promise<Got> {
  const got: Got = { samples: [], events: [], conditions: [], rejects: [] };
  await helper.load(
    [twinPlant, twinHistorian, twinMultivariate] as never,
    [tab, plant, historian, ...sinks, chart(config)] as never,
    () => {
      for (const port of PORTS)
        helper
          .getNode(port)
          .on("input", (message) => (got[port] as unknown[]).push(...((message as { payload: unknown[] }).payload ?? [])));
    },
  );
  const started = await behind(helper.getNode("chart"))?.started;
  if (started?.ok !== true) throw new Error(started?.fault);
  return got;
}

async function turns(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function send(...payload: unknown[]): Promise<void> {
  helper.getNode("chart").receive({ payload });
  await turns();
}

/** What the page of control charts states when somebody has approved limits. */
async function approve(): Promise<void> {
  const outcome = await behind(helper.getNode("hist"))?.started;
  assert.ok(outcome?.ok);
  const data = approvedOf("t2", filling(1, 120));
  const statement = { kind: SPC_LIMITS, asset: CHART, start: T0, end: T0, data };
  const { rejects } = await (outcome.api as HistorianService).state([statement], { author: "quinn", reason: "control charts" });
  assert.deepEqual(rejects, []);
  await turns();
}

const drawn = (samples: readonly Sample[], signal: string): unknown[] =>
  samples
    .filter(({ tag }) => tag === `${ASSET}._spc_v1.filling.${signal}`)
    .map(({ timestamp, value }) => [(timestamp - T0) / MINUTE, value]);

describe("twin-multivariate", () => {
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
