import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import helper from "node-red-node-test-helper";
import { readPlantDirectory } from "../../adapters/files/plant-files.ts";
import type { TwinEvent } from "../../core/connect/event/index.ts";
import type { Reject, Sample } from "../../core/connect/sample/index.ts";
import { OEE_LINE, type OeeLineEvent } from "../../core/operate/line/index.ts";
import { OEE_ATOM } from "../../core/operate/oee/index.ts";
import type { HistorianService } from "../../nodes/connect/twin-historian/historian-service.ts";
import twinHistorian from "../../nodes/connect/twin-historian/twin-historian.ts";
import twinPlant from "../../nodes/connect/twin-plant/twin-plant.ts";
import { behind } from "../../nodes/kit/running.ts";
import twinOee from "../../nodes/operate/twin-oee/twin-oee.ts";
import { SITE_DIR } from "../support/opcua.ts";
import { trueCulprits } from "../support/plant-culprits.ts";

const require = createRequire(import.meta.url);
const userDir = mkdtempSync(path.join(tmpdir(), "twinline-oee-line-"));
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const LINE = "acme.galway.bottling.line01";
/** Some hours ago: the node refuses samples from the future and does not state history beyond a month. */
const T0 = Math.floor(Date.now() / HOUR) * HOUR - 6 * HOUR;

interface Got {
  readonly events: TwinEvent[];
  readonly samples: Sample[];
  readonly rejects: Reject[];
}

const oee = (config: object): object => ({
  id: "oee",
  z: "f",
  x: 0,
  y: 0,
  type: "twin-oee",
  name: "",
  version: 1,
  plant: "galway",
  ...config,
});

const historian = { id: "hist", type: "twin-historian", name: "H", version: 1, store: "embedded", folder: "historian", plant: "galway" };

async function deploy(config: object, ...more: object[]): Promise<Got> {
  const got: Got = { events: [], samples: [], rejects: [] };
  const ports = ["events", "samples", "rejects"] as const;
  const sinks = ports.map((id) => ({ id, z: "f", x: 0, y: 0, type: "helper" }));
  const plant = { id: "galway", type: "twin-plant", name: "Galway", version: 1, directory: "plant", watch: false };
  const nodes = [{ id: "f", type: "tab", label: "" }, plant, ...more, ...sinks, { ...oee(config), wires: ports.map((id) => [id]) }];
  await helper.load([twinPlant, twinHistorian, twinOee] as never, nodes as never, () => {
    for (const port of ports)
      helper.getNode(port).on("input", (message) => (got[port] as unknown[]).push(...((message as { payload: unknown[] }).payload ?? [])));
  });
  const started = await behind(helper.getNode("oee"))?.started;
  if (started?.ok !== true) throw new Error(started?.fault);
  return got;
}

async function send(payload: unknown): Promise<void> {
  helper.getNode("oee").receive({ payload });
  for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** The next status text of the node that has this word. */
async function statusAbout(word: string): Promise<string> {
  return new Promise((resolve) => {
    const heard = ({ firstArg }: { firstArg: { text?: string } }): void => {
      if (firstArg.text?.includes(word) === true) resolve(firstArg.text);
    };
    helper.getNode("oee").on("call:status" as never, heard as never);
  });
}

function linesOf({ events }: Got): OeeLineEvent[] {
  return events.filter((event): event is OeeLineEvent => event.kind === OEE_LINE);
}

function latest(events: readonly OeeLineEvent[]): unknown[] {
  const rows = new Map(
    events.map((event) => [`${event.start}/${event.data.product}`, { start: event.start, end: event.end, data: event.data }]),
  );
  return [...rows.values()].filter(({ start, end }) => end !== start).toSorted((a, b) => a.start - b.start);
}

function minutesOf4711(got: Got): number[] {
  const own = (latest(linesOf(got)) as OeeLineEvent[]).filter(({ data }) => data.order === "4711");
  return own.map(({ start }) => (start - T0) / MINUTE);
}

describe("twin-oee bound to a line", () => {
  let samples: readonly Sample[];
  before(async () => {
    const reading = await readPlantDirectory(SITE_DIR);
    if (!("model" in reading)) throw new Error("The demo site has problems.");
    ({ samples } = trueCulprits(reading.model, { seed: 7, from: T0, to: T0 + 2 * HOUR }));
  });
  beforeEach((done) => {
    rmSync(userDir, { recursive: true, force: true });
    cpSync(SITE_DIR, path.join(userDir, "plant"), { recursive: true });
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

  it("states the minutes of all its stations and its own, with every lost millisecond given to a culprit, and publishes its figures", async () => {
    const got = await deploy({ bind: "asset", target: LINE });
    const shown = statusAbout("line");
    await send(samples);
    const machines = new Set(got.events.filter(({ kind }) => kind === OEE_ATOM).map(({ asset }) => asset));
    assert.equal(machines.size, 6);
    const lines = linesOf(got);
    assert.ok(lines.length >= 119, `${lines.length} minutes`);
    for (const { asset, data } of lines) {
      assert.equal(asset, LINE);
      assert.equal(
        data.stations.reduce((sum, { lost_ms }) => sum + lost_ms, 0),
        data.line_down_ms,
      );
    }
    assert.ok(got.samples.some(({ tag }) => tag === `${LINE}._oee_v1.shift.oee`));
    assert.deepEqual(got.rejects, []);
    assert.match(await shown, /^line OEE [\d.]+ % this shift$/);
  });

  it("a pattern that matches the line does so too; one that matches stations only states no line", async () => {
    const both = await deploy({ bind: "pattern", target: `${LINE}.**` });
    await send(samples.slice(0, 20_000));
    assert.ok(linesOf(both).length > 0);
    await helper.unload();
    const machines = await deploy({ bind: "pattern", target: `${LINE}.*` });
    await send(samples.slice(0, 20_000));
    assert.ok(machines.events.length > 0);
    assert.equal(linesOf(machines).length, 0);
  });

  it("goes on after a restart as if there had been none, and states corrections as the next revisions", async () => {
    const whole = await deploy({ bind: "asset", target: LINE });
    await send(samples);
    const expected = latest(linesOf(whole));
    await helper.unload();
    rmSync(path.join(userDir, "twinline"), { recursive: true, force: true });

    const late = samples.filter(
      ({ tag, timestamp }) => /labeller01.*\.(?:state|blocked|starved)$/.test(tag) && timestamp < T0 + 40 * MINUTE,
    );
    const rest = samples.filter((one) => !late.includes(one));
    const first = await deploy({ bind: "asset", target: LINE });
    await send(rest.slice(0, rest.length / 2));
    await helper.unload();
    const second = await deploy({ bind: "asset", target: LINE });
    await send(rest.slice(rest.length / 2));
    await send(late);
    const stated = [...linesOf(first), ...linesOf(second)];
    assert.deepEqual(latest(stated), expected);
    assert.ok(stated.some(({ revision }) => revision > 1));
  });

  it("takes the order that people state of the station that leads, and what they correct of it", async () => {
    const got = await deploy({ bind: "asset", target: LINE, historian: "hist" }, historian);
    const service = (await behind(helper.getNode("hist"))?.started) as { api: HistorianService };
    await send(samples.filter(({ timestamp }) => timestamp < T0 + 20 * MINUTE));
    const state = async (minute: number, id: string, data: object): Promise<void> => {
      const [asset, start] = [`${LINE}.filler01`, T0 + minute * MINUTE];
      const entry = { kind: "order.manual.v1", asset, start, end: start, data: { id, made: start, ...data } };
      assert.deepEqual((await service.api.state([entry as never], { author: "ann", reason: "terminal" })).rejects, []);
      await send([]);
    };
    await state(5, "order-0001", { action: "start", order: "4711" });
    await state(8, "order-0002", { action: "stop", order: "4711" });
    assert.deepEqual(minutesOf4711(got), [5, 6, 7]);
    await state(7, "order-0003", { action: "stop", order: "4711", replaces: "order-0002" });
    assert.deepEqual(minutesOf4711(got), [5, 6]);
  });

  it("a sample that cannot be read is refused once, by its machine; a flag by the line", async () => {
    const got = await deploy({ bind: "asset", target: LINE });
    const wrong = (name: string, value: Sample["value"]): Sample => ({
      tag: `${LINE}.filler01._filler_v1.${name}`,
      value,
      quality: "Good",
      timestamp: T0,
    });
    await send([wrong("state", 99), wrong("blocked", "yes"), { nonsense: true }]);
    assert.deepEqual(got.rejects.map(({ code }) => code).toSorted(), ["NOT_A_SAMPLE", "UNKNOWN_STATE", "WRONG_TYPE"]);
  });
});
