import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { anyFreePort } from "../../settings/ports.ts";
import { eventually } from "../support/site.ts";

const NODE = "22.13.1";
const NODE_RED = "4.1.15";

function npm(cwd: string, ...args: string[]): void {
  execFileSync("npm", [...args, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], { cwd, stdio: "ignore" });
}

/** What package.json promises in `engines` and `node-red.version`, tried on the lowest of both. */
describe(`the packed package on Node ${NODE} and Node-RED ${NODE_RED}`, function () {
  this.timeout(600_000);
  let dir: string;
  let nodeRed: ChildProcess | undefined;
  let url: string;

  before(async () => {
    dir = mkdtempSync(path.join(tmpdir(), "twinline-lowest-"));
    const runtime = path.join(dir, "runtime");
    const userDir = path.join(dir, "user");
    for (const folder of [runtime, userDir]) {
      mkdirSync(folder);
      writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name: "lowest", private: true }));
    }
    npm(runtime, "install", `node-${process.platform}-${process.arch}@${NODE}`, `node-red@${NODE_RED}`);
    npm(process.cwd(), "pack", "--pack-destination", dir);
    npm(userDir, "install", path.join(dir, "twinline-node-red-0.1.0.tgz"));
    const port = await anyFreePort();
    url = `http://127.0.0.1:${port}`;
    const settings = path.join(userDir, "settings.cjs");
    writeFileSync(
      settings,
      `module.exports = { uiHost: "127.0.0.1", uiPort: ${port}, flowFile: "flows.json", credentialSecret: "test" };\n`,
    );
    const binary = path.join(runtime, "node_modules", ".bin", "node");
    assert.equal(execFileSync(binary, ["--version"], { encoding: "utf8" }).trim(), `v${NODE}`);
    nodeRed = spawn(binary, [path.join(runtime, "node_modules", "node-red", "red.js"), "--userDir", userDir, "--settings", settings], {
      stdio: "ignore",
    });
    await eventually(60_000, async () =>
      (await fetch(`${url}/nodes`, { headers: { accept: "application/json" } })).ok ? true : undefined,
    );
  });
  after(async () => {
    if (nodeRed) {
      const gone = new Promise((resolve) => nodeRed?.once("exit", resolve));
      nodeRed.kill("SIGTERM");
      await gone;
    }
    rmSync(dir, { recursive: true, force: true });
  });

  it("loads every node without an error", async () => {
    const manifest = JSON.parse(readFileSync("package.json", "utf8")) as { "node-red": { nodes: Record<string, string> } };
    const sets = (await (await fetch(`${url}/nodes`, { headers: { accept: "application/json" } })).json()) as {
      module: string;
      types: string[];
      err?: string;
    }[];
    const own = sets.filter((set) => set.module === "@twinline/node-red");
    assert.deepEqual(
      own.flatMap((set) => set.err ?? []),
      [],
    );
    assert.deepEqual(own.flatMap((set) => set.types).toSorted(), Object.keys(manifest["node-red"].nodes).toSorted());
  });

  it("deploys the template", async () => {
    const flow = readFileSync(path.join("flows", "bottling-line-oee.json"), "utf8");
    const response = await fetch(`${url}/flows`, { method: "POST", headers: { "content-type": "application/json" }, body: flow });
    assert.equal(response.status, 204, await response.text());
  });
});
