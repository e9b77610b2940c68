/** `npm run new-node <module> <type>`: a declaration, a behaviour and a test that runs at once. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

const MODULES = ["connect", "model", "see", "operate", "govern"];
const root = path.resolve(import.meta.dirname, "..");
const [module = "", type = ""] = process.argv.slice(2);

if (!MODULES.includes(module) || !/^twin-[a-z][a-z0-9-]*$/.test(type)) {
  console.error(`Use: npm run new-node <${MODULES.join("|")}> twin-<name>`);
  process.exit(1);
}
const folder = path.join(root, "nodes", module, type);
if (existsSync(folder)) {
  console.error(`nodes/${module}/${type} exists already. Choose another name.`);
  process.exit(1);
}

const label = type.replace(/^twin-/, "").replace(/-/g, " ");
const files: Readonly<Record<string, string>> = {
  [`nodes/${module}/${type}/${type}.node.ts`]: declaration(),
  [`nodes/${module}/${type}/${type}.ts`]: behaviour(),
  [`test/nodes/${type}.test.ts`]: test(),
};
for (const [name, text] of Object.entries(files)) {
  mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
  writeFileSync(path.join(root, name), text);
  console.log(name);
}
spawnSync(process.execPath, ["node_modules/@biomejs/biome/bin/biome", "format", "--write", ...Object.keys(files)], { cwd: root });
console.log(`\nTry it: npx mocha test/nodes/${type}.test.ts\nThen say in ${type}.node.ts what the node does, and run npm run build.`);

function declaration(): string {
  return `import { Type } from "typebox";
import { declareNode } from "../../kit/declaration.ts";

export default declareNode({
  type: "${type}",
  module: "${module}",
  kind: "node",
  version: 1,
  label: "${label}",
  summary: "Passes samples on whose quality is at least the one chosen.",
  details: "Every other sample leaves on the reject output with the reason \`BAD_QUALITY\`.",
  inputs: [{ property: "payload", type: "Sample | Sample[]", help: "the samples to look at." }],
  outputs: [
    { name: "samples", label: "samples", help: "the samples that passed." },
    { name: "rejects", label: "rejects", help: "what was refused, with the reason." },
  ],
  icon: "font-awesome/fa-cube",
  config: Type.Object({
    quality: Type.Union([Type.Literal("Good"), Type.Literal("Uncertain")], {
      label: "Quality",
      help: "The lowest quality that passes.",
      default: "Good",
    }),
  }),
});
`;
}

function behaviour(): string {
  return `import { reject, type Sample } from "../../../core/connect/sample/index.ts";
import { defineNode } from "../../kit/define-node.ts";
import declaration from "./${type}.node.ts";

export default defineNode(declaration, (node) => {
  const passing = new Set<unknown>(node.config.quality === "Good" ? ["Good"] : ["Good", "Uncertain"]);
  return {
    onInput(message, send) {
      const samples = [message.payload].flat() as Sample[];
      const passed = samples.filter((sample) => passing.has(sample?.quality));
      node.reject(
        samples.filter((sample) => !passing.has(sample?.quality)).map((sample) => reject("BAD_QUALITY", sample)),
        message,
      );
      if (passed.length > 0) send({ samples: { ...message, payload: passed } });
      node.status("ok");
    },
  };
});
`;
}

function test(): string {
  return `import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import type { NodeMessageInFlow } from "node-red";
import helper from "node-red-node-test-helper";
import node from "../../nodes/${module}/${type}/${type}.ts";

const require = createRequire(import.meta.url);
const dataDir = mkdtempSync(path.join(tmpdir(), "${type}-"));
const SAMPLE = { tag: "acme.galway._raw.level", value: 1, quality: "Good", timestamp: 1_700_000_000_000 };

const load = async (): Promise<void> => {
  const flow = [
    { id: "f", type: "tab", label: "test" },
    { id: "n", z: "f", type: "${type}", version: 1, x: 0, y: 0, wires: [["samples"], ["rejects"]] },
    { id: "samples", z: "f", type: "helper", x: 0, y: 0 },
    { id: "rejects", z: "f", type: "helper", x: 0, y: 0 },
  ];
  await helper.load(node, flow);
};
const next = async (id: string): Promise<NodeMessageInFlow> => new Promise((resolve) => helper.getNode(id).once("input", resolve));

describe("${type}", () => {
  before(() => helper.init(require.resolve("node-red"), { twinline: { dataDir } } as never));
  after(() => rmSync(dataDir, { recursive: true, force: true }));
  beforeEach((done) => {
    helper.startServer(done);
  });
  afterEach(async () => {
    await helper.unload();
    await new Promise<void>((resolve) => helper.stopServer(resolve));
  });

  it("passes a good sample and keeps the other message properties", async () => {
    await load();
    const got = next("samples");
    helper.getNode("n").receive({ payload: SAMPLE, extra: 1 });
    const message = await got;
    assert.deepEqual([message.payload, message["extra"]], [[SAMPLE], 1]);
  });

  it("puts a bad sample on the reject output with its reason", async () => {
    await load();
    const got = next("rejects");
    helper.getNode("n").receive({ payload: { ...SAMPLE, quality: "Bad" } });
    assert.deepEqual(((await got).payload as { code: string }[]).map(({ code }) => code), ["BAD_QUALITY"]);
  });
});
`;
}
