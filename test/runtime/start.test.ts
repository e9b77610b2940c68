import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { anyFreePort, isFree } from "../../settings/ports.ts";
import { eventually } from "../support/site.ts";
import { parseSiteArgs } from "../../settings/arguments.ts";

interface Started {
  readonly child: ChildProcess;
  output(): string;
  ended(): Promise<number | null>;
}

function start(args: readonly string[]): Started {
  const child = spawn(process.execPath, ["scripts/start.ts", ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, INFLUX_URL: "" },
  });
  let output = "";
  const exit = new Promise<number | null>((resolve) => {
    child.once("exit", resolve);
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return { child, output: () => output, ended: () => exit };
}

describe("npm start", function () {
  this.timeout(90_000);
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "twinline-start-"));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  function startSite(port: number, plantPort: number): Started {
    const ports = ["--port", String(port), "--plant-port", String(plantPort)];
    return start([...ports, "--historian", "embedded", "--hours", "1", "--dir", path.join(dir, "site")]);
  }

  it("prints where to look and how to sign in within 60 s, and stops cleanly on Ctrl-C", async () => {
    const [port, plantPort] = [await anyFreePort(), await anyFreePort()];
    const run = startSite(port, plantPort);
    const began = Date.now();
    await new Promise<void>((resolve, reject) => {
      run.child.stdout?.on("data", () => {
        if (run.output().includes("Ctrl-C stops it")) resolve();
      });
      void run.ended().then(() => reject(new Error(run.output())));
    });
    assert.ok(Date.now() - began < 60_000);
    for (const expected of [`http://127.0.0.1:${port}/boards`, `http://127.0.0.1:${port}/editor/`, "sign in as", "embedded historian"])
      assert.ok(run.output().includes(expected), `${expected} is missing in:\n${run.output()}`);
    run.child.kill("SIGINT");
    assert.equal(await run.ended(), 0);
    assert.ok(await isFree(port));
    assert.ok(await isFree(plantPort));
  });

  it("leaves no process of ours behind when it is killed", async () => {
    const [port, plantPort] = [await anyFreePort(), await anyFreePort()];
    const run = startSite(port, plantPort);
    await eventually(60_000, async () => (run.output().includes("Ctrl-C stops it") ? true : undefined));
    run.child.kill("SIGKILL");
    await run.ended();
    await eventually(20_000, async () => ((await isFree(port)) && (await isFree(plantPort)) ? true : undefined));
  });

  it("says which port is taken and how to choose another", async () => {
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, "127.0.0.1", () => resolve((taken.address() as { port: number }).port));
    });
    try {
      const run = start([
        "--port",
        String(port),
        "--plant-port",
        String(await anyFreePort()),
        "--historian",
        "embedded",
        "--dir",
        path.join(dir, "site"),
      ]);
      assert.equal(await run.ended(), 1);
      assert.match(run.output(), new RegExp(`port ${port} \\(Node-RED\\) is taken: choose another with --port`));
    } finally {
      taken.close();
    }
  });

  it("refuses options it does not understand, with the usage", async () => {
    const run = start(["--port", "http"]);
    assert.equal(await run.ended(), 2);
    assert.match(run.output(), /--port is "http"; it must be a whole number from 1 to 65535/);
    assert.match(run.output(), /--plant-port N/);
  });

  it("takes options from flags first, then from the environment", () => {
    assert.equal(parseSiteArgs([], { TWINLINE_PORT: "2000" }).port, 2000);
    assert.equal(parseSiteArgs(["--port", "3000"], { TWINLINE_PORT: "2000" }).port, 3000);
    assert.equal(parseSiteArgs([], { INFLUX_URL: "http://127.0.0.1:8086" }).influxUrl, "http://127.0.0.1:8086");
  });
});
