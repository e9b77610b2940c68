import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import type { NodeStatus } from "node-red";
import helper from "node-red-node-test-helper";
import type { Person } from "../../core/govern/identity/index.ts";
import { endpoints } from "../../nodes/connect/twin-plant/endpoints.ts";
import type { PlantService } from "../../nodes/connect/twin-plant/plant-service.ts";
import declaration from "../../nodes/connect/twin-plant/twin-plant.node.ts";
import twinPlant from "../../nodes/connect/twin-plant/twin-plant.ts";
import { behind } from "../../nodes/kit/running.ts";

const require = createRequire(import.meta.url);
const site = path.resolve(import.meta.dirname, "../../plant/site");
const userDir = mkdtempSync(path.join(tmpdir(), "twinline-plant-"));
const directory = path.join(userDir, "plant");
const settings = { userDir, twinline: { dataDir: path.join(userDir, "twinline") }, logging: { console: { level: "off" } } };

const tab = { id: "f", type: "tab", label: "plant" };
const plantNode = (config: object = {}): object => ({
  id: "galway",
  type: "twin-plant",
  name: "Galway",
  version: 1,
  directory,
  watch: false,
  ...config,
});

interface Started {
  readonly ok: boolean;
  readonly api?: PlantService;
  readonly fault?: string;
}

/** The node's outcome once its behaviour has started or failed. */
async function started(config: object = {}): Promise<Started> {
  await helper.load(twinPlant, [tab, plantNode(config)] as never);
  return (await behind(helper.getNode("galway"))?.started) as Started;
}

/** What the log of Node-RED got from the node. */
function logged(): readonly string[] {
  return (helper.log().args as { msg: unknown }[][]).map(([line]) => String(line?.msg));
}

function edit(name: string, change: (text: string) => string): void {
  const file = path.join(directory, name);
  writeFileSync(file, change(readFileSync(file, "utf8")));
}

const nextStatus = async (wanted: (status: NodeStatus) => boolean): Promise<NodeStatus> =>
  new Promise((resolve) => {
    helper.getNode("galway").on(
      "call:status" as never,
      ((call: { firstArg: NodeStatus }) => {
        if (wanted(call.firstArg)) resolve(call.firstArg);
      }) as never,
    );
  });

const eve: Person = { name: "eve", label: "Eve", roles: ["engineer"], scope: ["*"] };

/** What an endpoint answers to a signed-in person; that nobody else gets in is the kit's own test. */
async function ask(path: string, api: PlantService | undefined, query: Record<string, string> = {}, person = eve): Promise<unknown> {
  const endpoint = endpoints.find((candidate) => candidate.path === path);
  return endpoint?.handle({ person, params: { id: "galway" }, query, body: undefined }, <T>() => api as T);
}

describe("twin-plant", () => {
  beforeEach((done) => {
    rmSync(directory, { recursive: true, force: true });
    cpSync(site, directory, { recursive: true });
    helper.init(require.resolve("node-red"), settings as never);
    helper.startServer(done);
  });
  afterEach(async () => {
    await helper.unload();
    await new Promise<void>((resolve) => helper.stopServer(resolve));
  });
  after(() => rmSync(userDir, { recursive: true, force: true }));

  it("loads the demo site and hands its model to other nodes", async () => {
    const { ok, api } = await started();
    assert.equal(ok, true);
    assert.equal(api?.model.tags.get("acme.galway.bottling.line01.filler01._filler_v1.fill_weight")?.unit, "g");
    assert.equal(api?.problems.length, 0);
  });

  it("takes a relative directory from Node-RED's user directory", async () => {
    const { api } = await started({ directory: "plant" });
    assert.equal(api?.directory, directory);
  });

  it("fails at deploy with the first problem in the sentence and every problem logged", async () => {
    edit("line01.yaml", (text) => text.replace("class: filler", "class: fillr").replace("class: capper", "class: caper"));
    const { ok, fault } = await started();
    assert.equal(ok, false);
    assert.match(fault ?? "", /^The plant model has 2 problems\. The first: line01\.yaml:\d+:\d+ .*Did you mean "filler"\?/);
    const listed = logged().filter((line) => /^line01\.yaml:\d+:\d+ /.test(line));
    assert.equal(listed.length, 2);
    assert.match(listed[1] ?? "", /Did you mean "capper"\?/);
  });

  it("says what to do when the directory does not exist", async () => {
    const { ok, fault } = await started({ directory: path.join(userDir, "nowhere") });
    assert.equal(ok, false);
    assert.match(fault ?? "", /There is no directory .*nowhere\. Create it/);
  });

  it("keeps the last good model when a file turns faulty, and takes the repaired one", async () => {
    const { api } = await started();
    const before = api?.model.revision;
    const heard: string[] = [];
    const stop = api?.subscribe((model) => heard.push(model.revision));
    edit("products.yaml", (text) => text.replace("idealCycleSeconds:", "idealCycleSecond:"));
    assert.equal("problems" in ((await api?.reload()) ?? {}), true);
    assert.equal(api?.model.revision, before);
    assert.equal(api?.problems[0]?.file, "products.yaml");
    edit("products.yaml", (text) => text.replace("idealCycleSecond:", "idealCycleSeconds:").replace("0.42", "0.43"));
    await api?.reload();
    assert.equal(api?.problems.length, 0);
    assert.notEqual(api?.model.revision, before);
    assert.deepEqual(heard, [api?.model.revision]);
    stop?.();
  });

  it("takes over the tags of a class that no machine uses, although the revision stays", async () => {
    edit("classes.yaml", (text) => `${text}\n  spare:\n    contract: _spare_v1\n    tags:\n      level: { type: float }\n`);
    const { api } = await started();
    const before = api?.model.revision;
    edit("classes.yaml", (text) => text.replace("level: { type: float }", "level: { type: int }"));
    await api?.reload();
    assert.equal(api?.model.classes.get("spare")?.tags.get("level")?.type, "int");
    assert.equal(api?.model.revision, before);
  });

  it("does not call listeners when only a comment changed", async () => {
    const { api } = await started();
    let calls = 0;
    api?.subscribe(() => (calls += 1));
    edit("site.yaml", (text) => `# another remark\n${text}`);
    await api?.reload();
    assert.equal(calls, 0);
  });

  it("follows changes of the files when asked to", async () => {
    const { api } = await started({ watch: true });
    const before = api?.model.revision;
    const changed = new Promise<string>((resolve) => api?.subscribe((model) => resolve(model.revision)));
    edit("classes.yaml", (text) => text.replace("max: 1200", "max: 1300"));
    assert.notEqual(await changed, before);
  });

  it("shows in its status that faulty files are not in use", async () => {
    await started({ watch: true });
    const degraded = nextStatus((status) => typeof status === "object" && status.fill === "yellow");
    edit("classes.yaml", (text) => text.replace("unit: g", "unit: gramme"));
    const status = await degraded;
    assert.match(String((status as { text?: string }).text), /problems in the files; revision [0-9a-f]{8} stays in use/);
  });

  it("finds tags and assets by words, case ignored, for the pickers of the editor", async () => {
    const { api } = await started();
    const tags = (await ask("plant/:id/tags", api, { search: "FILLER01 weight" })) as { id: string; unit: string }[];
    assert.deepEqual(
      tags.map(({ id, unit }) => [id, unit]),
      [["acme.galway.bottling.line01.filler01._filler_v1.fill_weight", "g"]],
    );
    const assets = (await ask("plant/:id/assets", api, { search: "capper" })) as { id: string; line: string }[];
    assert.deepEqual(
      assets.map(({ id, line }) => [id, line]),
      [["acme.galway.bottling.line01.capper01", "bottling.line01"]],
    );
    assert.equal(((await ask("plant/:id/tags", api)) as unknown[]).length, 50);
  });

  it("shows people only the equipment in their scope", async () => {
    const { api } = await started();
    const person = { ...eve, scope: ["acme.galway.bottling.line01.capper01"] };
    const assets = (await ask("plant/:id/assets", api, {}, person)) as { id: string }[];
    assert.deepEqual(
      assets.map(({ id }) => id),
      ["acme.galway.bottling.line01.capper01"],
    );
    assert.deepEqual(await ask("plant/:id/tags", api, { search: "filler01" }, person), []);
  });

  it("lists the problems of a plant that did not start, and hears of the repair on reload", async () => {
    edit("site.yaml", (text) => text.replace("kind: Area", "kind: Aria"));
    await started();
    const broken = (await ask("plant/:id/problems", undefined)) as { problems: { line: number; suggestion: string }[] };
    assert.deepEqual(
      broken.problems.map(({ line, suggestion }) => [line, suggestion]),
      [[10, "Area"]],
    );
    edit("site.yaml", (text) => text.replace("kind: Aria", "kind: Area"));
    assert.deepEqual(((await ask("plant/:id/reload", undefined)) as { problems: unknown[] }).problems, []);
  });

  it("answers 404 for a plant that is not deployed", async () => {
    await assert.rejects(async () => ask("plant/:id/problems", undefined), { status: 404 });
  });

  it("has a German translation for each of its texts and fields", () => {
    const german = JSON.parse(
      readFileSync(path.join(import.meta.dirname, "../../nodes/connect/twin-plant/locales/de/twin-plant.json"), "utf8"),
    ) as {
      "twin-plant": { texts: object; fields: object };
    };
    assert.deepEqual(Object.keys(german["twin-plant"].texts), Object.keys(declaration.texts ?? {}));
    assert.deepEqual(Object.keys(german["twin-plant"].fields), Object.keys(declaration.config.properties));
  });
});
