import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import vm from "node:vm";
import { type FlowNode, type Runtime, startRuntime } from "../support/runtime.ts";

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}
interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly "node-red": { readonly nodes: Readonly<Record<string, string>>; readonly plugins: Readonly<Record<string, string>> };
}

const ALLOWED = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/,
  /^dist\/(core|adapters|nodes|dashboards|cli|editor)\/.*\.(js|d\.ts|html|json|css|svg|png)$/,
  /^dist\/settings\/(editor-audit|profile)\.(js|d\.ts)$/,
  /^(examples\/.*\.json|resources\/kit\.js|settings\/hardened\.settings\.cjs)$/,
  /^templates\/.*\.(ya?ml|md)$/,
  /^dashboards\/grafana\/.*\.(json|ya?ml)$/,
];

/** The package named by a static import, a re-export, a dynamic import or a require. */
const IMPORT = /(?:^(?:import|export)\s(?:[^;"]*?from\s)?|(?<![.\w])(?:import|require)\()"((?:@[^/"]+\/)?[^./"][^/"]*)/gm;

/** What a user installs: the tarball, in a user directory of its own, without this repository. */
describe("the packed package", function () {
  this.timeout(90_000);
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
  let dir: string;
  let installed: string;
  let packed: Packed;
  let runtime: Runtime;

  before(async () => {
    dir = mkdtempSync(path.join(tmpdir(), "twinline-package-"));
    const printed = JSON.parse(
      execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", dir], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      }),
    ) as Packed[] | Record<string, Packed>;
    const first = Object.values(printed)[0];
    assert.ok(first);
    packed = first;
    const userDir = path.join(dir, "user");
    installed = path.join(userDir, "node_modules", "@twinline", "node-red");
    mkdirSync(installed, { recursive: true });
    execFileSync("tar", ["-xzf", path.join(dir, path.basename(packed.filename)), "-C", installed, "--strip-components=1"]);
    for (const name of Object.keys(manifest.dependencies)) {
      const link = path.join(userDir, "node_modules", name);
      mkdirSync(path.dirname(link), { recursive: true });
      symlinkSync(path.resolve("node_modules", name), link);
    }
    runtime = await startRuntime({ userDir, nodesDir: [], twinline: { dataDir: path.join(dir, "data") } });
  });
  after(async () => {
    await runtime?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it("holds what users need and nothing else", () => {
    const unexpected = packed.files.map((file) => file.path).filter((file) => !ALLOWED.some((pattern) => pattern.test(file)));
    assert.deepEqual(unexpected, []);
    for (const needed of [
      "LICENSE",
      "README.md",
      "resources/kit.js",
      ...Object.values(manifest["node-red"].nodes),
      ...Object.values(manifest["node-red"].plugins),
    ])
      assert.ok(
        packed.files.some((file) => file.path === needed),
        `${needed} is not packed`,
      );
  });

  it("depends on nothing that it does not name", () => {
    const named = new Set([...Object.keys(manifest.dependencies), "node-red"]);
    const imported = new Set<string>();
    for (const file of readdirSync(path.join(installed, "dist"), { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".js") || file.includes(`${path.sep}public${path.sep}`)) continue;
      const text = readFileSync(path.join(installed, "dist", file), "utf8");
      for (const [, name = ""] of text.matchAll(IMPORT)) if (!name.startsWith("node:")) imported.add(name);
    }
    assert.deepEqual(
      [...imported].filter((name) => !named.has(name)),
      [],
    );
  });

  it("loads every node from a user directory and deploys the template", async () => {
    const response = await fetch(`${runtime.url}/admin/nodes`, { headers: { accept: "application/json" } });
    const sets = ((await response.json()) as { module: string; types: string[]; err?: string }[]).filter(
      (set) => set.module === "@twinline/node-red",
    );
    assert.deepEqual(
      sets.flatMap((set) => set.err ?? []),
      [],
    );
    assert.deepEqual(sets.flatMap((set) => set.types).toSorted(), Object.keys(manifest["node-red"].nodes).toSorted());
    const flow = JSON.parse(readFileSync(path.join(installed, "examples", "bottling-line-oee.json"), "utf8")) as FlowNode[];
    await runtime.deploy(flow);
    assert.ok(runtime.node("tw-oee"));
  });

  it("loads its part of the editor, in each language that the package speaks", async () => {
    const plugins = (await (await fetch(`${runtime.url}/admin/plugins`, { headers: { accept: "application/json" } })).json()) as {
      readonly id: string;
      readonly module: string;
      readonly err?: string;
    }[];
    const own = plugins.filter(({ module }) => module === "@twinline/node-red");
    assert.deepEqual(
      own.map(({ id, err }) => [id, err]),
      Object.keys(manifest["node-red"].plugins).map((name) => [`@twinline/node-red/${name}`, undefined]),
    );
    const script = readFileSync(path.join(installed, "dist", "editor", "plugin.html"), "utf8").replaceAll(/<\/?script[^>]*>/g, "");
    assert.ok(new vm.Script(script), "the browser part is one script");
    const english = await catalogue("en-US");
    assert.match(english["signIn"] ?? "", /^Sign in/);
    assert.match((await catalogue("de"))["signIn"] ?? "", /^Melden Sie sich/);
    assert.deepEqual(Object.keys(await catalogue("de")), Object.keys(english));

    async function catalogue(language: string): Promise<Readonly<Record<string, string>>> {
      const answer = await fetch(`${runtime.url}/admin/plugins/messages?lng=${language}`);
      return ((await answer.json()) as Record<string, Record<string, string>>)["@twinline/node-red/twinline-editor"] ?? {};
    }
  });

  it("replays a flow by its command, with the nodes of the user directory, and not the live flow that is there", () => {
    const userDir = path.join(dir, "user");
    const node = { z: "tab", type: "twin-record", x: 0, y: 0 };
    const flow = [
      { id: "tab", type: "tab" },
      { ...node, id: "in", wires: [["map"]] },
      { ...node, id: "map", type: "twin-tag-map", version: 1, wires: [["out"], ["out"]] },
      { ...node, id: "out", wires: [] },
    ];
    writeFileSync(path.join(userDir, "test.json"), JSON.stringify(flow));
    const [header, entry] = [
      { format: "twinline-recording", version: 1, created: 1000, nodes: [] },
      { at: 1000, node: "in", message: { topic: "a", payload: 1 } },
    ];
    writeFileSync(path.join(userDir, "run.jsonl"), `${JSON.stringify(header)}\n${JSON.stringify(entry)}\n`);
    const command = path.join(installed, manifest.bin["twinline"] ?? "");
    const replay = (...args: string[]): string =>
      execFileSync(
        process.execPath,
        [command, "replay", "test.json", "run.jsonl", "--node-red", path.resolve("node_modules/node-red"), ...args],
        {
          cwd: userDir,
          encoding: "utf8",
        },
      );
    assert.match(replay("--update"), /expects 1 messages/);
    assert.match(replay(), /Equal: all 1 expected/);
    assert.match(readFileSync(command, "utf8"), /^#!\/usr\/bin\/env node\n/);
  });

  it("offers the mathematics without Node-RED", async () => {
    const core = (await import(path.join(installed, "dist", "core", "operate", "oee", "index.js"))) as { ratios: unknown };
    assert.equal(typeof core.ratios, "function");
    assert.ok(Object.hasOwn(manifest.exports, "./core/*"));
  });
});
