/** A new site, as a user makes it: `init`, `account add`, `run`. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readPlantDirectory } from "../../adapters/files/plant-files.ts";
import { anyFreePort } from "../../settings/ports.ts";
import { twinline } from "../support/command-line.ts";
import { eventually } from "../support/site.ts";

const BIN = path.resolve("dist/cli/twinline.js");

describe("a new site", function () {
  this.timeout(60_000);
  let parent = "";
  before(() => {
    parent = mkdtempSync(path.join(tmpdir(), "twinline-init-"));
  });
  after(() => rmSync(parent, { recursive: true, force: true }));

  it("is a folder of text with a plant model that loads under its own names", async () => {
    const { code, out, err } = await twinline(parent, "init", "mine", "--enterprise", "acme", "--site", "4711", "--zone", "Europe/Dublin");
    assert.equal(code, 0, err);
    assert.match(out, /A site for acme\.4711 is in mine/);
    assert.deepEqual(readdirSync(path.join(parent, "mine")).toSorted(), [".gitignore", "README.md", "flows.json", "package.json", "plant"]);
    const reading = await readPlantDirectory(path.join(parent, "mine", "plant"));
    assert.ok("model" in reading);
    assert.deepEqual([reading.model.enterprise, reading.model.site, reading.model.zone], ["acme", "4711", "Europe/Dublin"]);
    assert.ok(reading.model.classes.size >= 5);
    assert.deepEqual(reading.warnings, []);
  });

  it("is refused in a folder that holds something, and with names that no tag could carry", async () => {
    const full = await twinline(parent, "init", "mine");
    assert.equal(full.code, 2);
    assert.match(full.err, /is not empty; nothing was written/);
    const bad = await twinline(parent, "init", "bad", "--site", "my site");
    assert.equal(bad.code, 2);
    assert.match(bad.err, /may hold only letters/);
    const zone = await twinline(parent, "init", "zone", "--zone", "Dublin");
    assert.match(zone.err, /Dublin/);
  });

  it("does not run before somebody can sign in, then runs behind its sign-in and stops cleanly", async () => {
    const dir = path.join(parent, "mine");
    const refused = await twinline(dir, "run");
    assert.equal(refused.code, 2);
    assert.match(refused.err, /Nobody could sign in yet/);
    const added = spawnSync(process.execPath, [BIN, "account", "add", "anna", "--roles", "engineer"], {
      cwd: dir,
      input: "a long password\n",
      encoding: "utf8",
    });
    assert.equal(added.status, 0, added.stderr);
    const pin = spawnSync(process.execPath, [BIN, "account", "pin", "anna"], { cwd: dir, input: "824613\n", encoding: "utf8" });
    assert.deepEqual([pin.status, pin.stdout], [0, 'The account "anna" has a new PIN.\n'], pin.stderr);
    const port = await anyFreePort();
    const child = spawn(process.execPath, [BIN, "run", "--port", String(port)], { cwd: dir, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
    const exited = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
    try {
      await eventually(30_000, async () => ((await fetch(`http://127.0.0.1:${port}/boards`)).ok ? true : undefined)).catch(
        (error: unknown) => assert.fail(`${String(error)}\n${said}`),
      );
      assert.equal((await fetch(`http://127.0.0.1:${port}/editor/flows`)).status, 401);
    } finally {
      child.kill("SIGINT");
    }
    assert.equal(await exited, 0, said);
    assert.equal(statSync(path.join(dir, ".secrets", "credential-secret")).mode & 0o077, 0);
    assert.doesNotMatch(readFileSync(path.join(dir, "flows.json"), "utf8"), /password"\s*:\s*"[^"]/);
  });

  it("does not run in a folder that is no site, nor on a port that is none", async () => {
    writeFileSync(path.join(parent, "x"), "");
    assert.match((await twinline(parent, "run")).err, /is no site/);
    assert.match((await twinline(path.join(parent, "mine"), "run", "--port", "99999")).err, /is no port/);
  });
});
