import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { SnapshotStore } from "../../adapters/files/snapshot-store.ts";

const STORE = path.resolve(import.meta.dirname, "../../adapters/files/snapshot-store.ts");

describe("the snapshot store", () => {
  let dir = "";
  let store: SnapshotStore;
  let warnings: string[] = [];
  const read = async (id: string): Promise<unknown> => store.read(id, (sentence) => warnings.push(sentence));

  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "twinline-snapshots-"));
    store = new SnapshotStore(dir);
    warnings = [];
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it("gives back what was written last, also through another instance", async () => {
    await Promise.all([1, 2, 3].map(async (n) => store.write("a", { n })));
    assert.deepEqual(await read("a"), { n: 3 });
    assert.deepEqual(await new SnapshotStore(dir).read("a", assert.fail), { n: 3 });
    assert.equal(await read("b"), undefined);
  });

  it("holds a whole state after kill -9 in the middle of writing", async () => {
    const script = `import { SnapshotStore } from ${JSON.stringify(STORE)};
      const store = new SnapshotStore(${JSON.stringify(dir)});
      for (let n = 0; ; n += 1) { await store.write("a", { n, filler: "x".repeat(200_000), end: n }); if (n === 5) console.log("going"); }`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: ["ignore", "pipe", "inherit"] });
    await once(child.stdout, "data");
    child.kill("SIGKILL");
    await once(child, "close");
    const state = (await read("a")) as { n: number; filler: string; end: number };
    assert.deepEqual([state.filler.length, state.end >= 5, state.end], [200_000, true, state.n]);
    assert.deepEqual(warnings, []);
  });

  for (const [what, text] of [
    ["half a file", '{"schema":1,"state":{"n":'],
    ["another file", '{"n":1}'],
    ["a newer schema", '{"schema":99,"state":{}}'],
    ["nothing", ""],
  ]) {
    it(`puts ${what} aside, says so and starts fresh`, async () => {
      writeFileSync(path.join(dir, "a.json"), text ?? "");
      assert.equal(await read("a"), undefined);
      assert.match(warnings.join(), /a\.json .* was put aside as a\.json\.corrupt-\d+; this node starts without it\./);
      const aside = readdirSync(dir).find((name) => name.includes(".corrupt-")) ?? "";
      assert.equal(readFileSync(path.join(dir, aside), "utf8"), text);
      await store.write("a", 1);
      assert.equal(await read("a"), 1);
    });
  }

  it("refuses a state that JSON would change silently, and keeps the last good one", async () => {
    await store.write("a", { n: 1 });
    for (const value of [Number.NaN, Infinity, new Map([[1, 2]]), new Float64Array(2)]) {
      await assert.rejects(store.write("a", { inner: value }), /state field "inner" is/);
    }
    assert.deepEqual(await read("a"), { n: 1 });
  });

  it("never leaves its directory, whatever the id says", async () => {
    const hostile = ["../../escape", "/etc/passwd", "a/b", "..", "x".repeat(500), "con:"];
    for (const id of hostile) await store.write(id, id);
    for (const id of hostile) assert.equal(await read(id), id);
    assert.equal(readdirSync(dir).length, hostile.length);
  });

  it("keeps the state of a removed node aside and finds it when the node comes back", async () => {
    await store.write("a", { n: 1 });
    await store.retire("a");
    assert.equal(readdirSync(dir).includes("a.json"), false);
    assert.deepEqual(await read("a"), { n: 1 });
    await store.retire("never written");
  });
});
