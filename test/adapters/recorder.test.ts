import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Recorder, type RecordingLimits } from "../../adapters/files/recorder.ts";
import type { AppendHandle, CreateFile } from "../../adapters/files/recording-file.ts";
import { entryLine, readRecording, type Recording } from "../../core/connect/recording/index.ts";
import { killedRecording } from "../support/killed-recording.ts";

const AT = Date.UTC(2026, 2, 3, 8);
const SECOND = 1000;
const LIMITS: RecordingLimits = { maxBytes: 1_000_000, maxAgeMs: 3_600_000, whenFull: "stop", keep: 2 };
const line = (n: unknown, at = AT): string => entryLine(at, "in", { payload: n }, ["payload"]);

describe("a recording on disk", () => {
  let root: string;
  let folder: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "twinline-recorder-"));
    folder = path.join(root, "recordings");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const files = (): string[] => readdirSync(folder).toSorted();
  function read(name: string): Recording {
    const reading = readRecording(readFileSync(path.join(folder, name), "utf8"));
    if ("problems" in reading) throw new Error(JSON.stringify(reading.problems));
    return reading.recording;
  }
  const payloads = (name: string): unknown[] => read(name).entries.map(({ message }) => message["payload"]);
  function recorder(limits: Partial<RecordingLimits> = {}, create?: CreateFile): Recorder {
    const made = new Recorder(folder, "line", "Europe/Dublin", create);
    made.join({ id: "in", name: "In", flow: "f1", limits: { ...LIMITS, ...limits } });
    made.start();
    return made;
  }

  it("begins with the first message and holds every line in order, with a header that says where it comes from", async () => {
    const one = recorder();
    one.join({ id: "out", name: "", flow: "f1", limits: LIMITS });
    await one.tend(AT);
    assert.throws(files, { code: "ENOENT" });
    for (let n = 0; n < 5000; n += 1) assert.ok(one.append(line(n), AT));
    await one.stop();
    assert.deepEqual(files(), ["line-20260303T080000000Z.jsonl"]);
    assert.deepEqual(
      payloads("line-20260303T080000000Z.jsonl"),
      Array.from({ length: 5000 }, (_, n) => n),
    );
    assert.deepEqual(read("line-20260303T080000000Z.jsonl").header, {
      format: "twinline-recording",
      version: 1,
      created: AT,
      zone: "Europe/Dublin",
      flow: "f1",
      nodes: [
        { id: "in", name: "In" },
        { id: "out", name: "" },
      ],
    });
  });

  it("has on disk after each second what was appended before", async () => {
    const one = recorder();
    one.append(line(1), AT);
    await one.tend(AT + SECOND);
    assert.deepEqual(payloads(files()[0] ?? ""), [1]);
    one.append(line(2), AT + SECOND);
    await one.tend(AT + 2 * SECOND);
    assert.deepEqual(payloads(files()[0] ?? ""), [1, 2]);
    const { lines, bytes } = one.stats;
    assert.deepEqual([lines, bytes], [2, readFileSync(path.join(folder, files()[0] ?? "")).length]);
    await one.stop();
  });

  it("records nothing while it is stopped, and makes a new file at each start, never writing into one that exists", async () => {
    const one = recorder();
    one.append(line(1), AT);
    await one.stop();
    assert.equal(one.append(line(2), AT), false);
    one.start();
    one.append(line(3), AT);
    await one.stop();
    assert.deepEqual(files().map(payloads), [[3], [1]]);
    assert.deepEqual(files(), ["line-20260303T080000000Z-2.jsonl", "line-20260303T080000000Z.jsonl"]);
  });

  it("stops at its size or age, and says so", async () => {
    for (const [limits, at] of [
      [{ maxBytes: 2000 }, AT],
      [{ maxAgeMs: 10 * SECOND }, AT + 10 * SECOND],
    ] as const) {
      const one = recorder(limits);
      assert.ok(one.append(line("x".repeat(2000)), AT));
      await one.tend(AT);
      assert.equal(one.append(line(2), at), false);
      assert.equal(one.stats.state.word, "full");
      assert.equal(one.stats.lines, 1);
      await one.stop();
    }
  });

  it("rotates, keeps the newest files and leaves those of others", async () => {
    mkdirSync(folder);
    for (const other of ["line-2.jsonl", "line-x-20260303T080000000Z.jsonl", "notes.txt"]) writeFileSync(path.join(folder, other), "");
    const one = recorder({ whenFull: "rotate", maxBytes: 200 });
    for (let n = 0; n < 5; n += 1) {
      assert.ok(one.append(line(`${n}${"x".repeat(200)}`), AT + n * SECOND));
      await one.tend(AT + n * SECOND);
    }
    await one.stop();
    assert.deepEqual(files(), [
      "line-2.jsonl",
      "line-20260303T080003000Z.jsonl",
      "line-20260303T080004000Z.jsonl",
      "line-x-20260303T080000000Z.jsonl",
      "notes.txt",
    ]);
  });

  it("goes by the strictest limits of all its nodes", async () => {
    const one = recorder({ whenFull: "rotate", maxBytes: 1_000_000 });
    one.join({ id: "out", name: "", flow: undefined, limits: { ...LIMITS, maxBytes: 200, whenFull: "stop" } });
    one.append(line("x".repeat(200)), AT);
    await one.tend(AT);
    assert.equal(one.append(line(2), AT), false);
    assert.equal(one.stats.state.word, "full");
    await one.leave("out");
    one.start();
    assert.ok(one.append(line(3), AT));
    await one.leave("in");
    assert.equal(one.stats.state.word, "stopped");
    assert.deepEqual(files().flatMap(payloads), [3, "x".repeat(200)]);
  });

  it("that cannot be made refuses, counts what it had taken, and begins anew by itself", async () => {
    writeFileSync(folder, "a file where the folder should be");
    const one = recorder();
    assert.ok(one.append(line(1), AT));
    await one.tend(AT);
    assert.equal(one.append(line(2), AT + SECOND), false);
    const { state, lost } = one.stats;
    assert.ok(state.word === "failing" && !state.diskFull);
    assert.equal(lost, 1);
    rmSync(folder);
    assert.ok(one.append(line(3), AT + 10 * SECOND));
    await one.stop();
    assert.deepEqual(files().flatMap(payloads), [3]);
  });

  it("on a full disk refuses, counts what it had taken, and goes on in a new file when there is space", async function () {
    if (!existsSync("/dev/full")) return this.skip();
    mkdirSync(folder);
    let space = false;
    /** The header still fits; the device that is always full stands for the disk after it. */
    const create = async (file: string): Promise<AppendHandle> => {
      const [real, full] = [await open(file, "ax"), await open("/dev/full", "a")];
      let header = true;
      return {
        appendFile: async (text) => {
          const target = header || space ? real : full;
          header = false;
          await target.appendFile(text);
        },
        sync: () => real.sync(),
        close: async () => {
          await Promise.all([real.close(), full.close()]);
        },
      };
    };
    const one = recorder({}, create);
    assert.ok(one.append(line(1), AT));
    await one.tend(AT);
    assert.ok(one.stats.state.word === "failing" && one.stats.state.diskFull);
    assert.equal(one.append(line(2), AT + SECOND), false);
    space = true;
    assert.ok(one.append(line(3), AT + 10 * SECOND));
    await one.stop();
    assert.equal(one.stats.lost, 1);
    assert.deepEqual(files().map(payloads), [[], [3]]);
    return undefined;
  });

  it("refuses what a disk that is too slow would pile up in memory", async () => {
    const stuck = Promise.withResolvers<void>();
    let writes = 0;
    const create = async (file: string): Promise<AppendHandle> => {
      const real = await open(file, "ax");
      return {
        appendFile: async (text) => {
          if (writes++ > 0) await stuck.promise;
          await real.appendFile(text);
        },
        sync: () => real.sync(),
        close: () => real.close(),
      };
    };
    const one = recorder({ maxBytes: 1e9 }, create);
    one.append(line(0), AT);
    while (one.stats.file === null) await new Promise((resolve) => setImmediate(resolve));
    const long = line("x".repeat(1_000_000));
    let taken = 0;
    while (one.append(long, AT)) taken += 1;
    assert.equal(taken, 16);
    assert.equal(one.stats.state.word, "recording");
    stuck.resolve();
    await one.stop();
    assert.equal(read(files()[0] ?? "").entries.length, 17);
  });

  it("killed in the middle of its work (SIGKILL) leaves every message that was written, in order, and at most one cut line", async function () {
    this.timeout(60_000);
    for (const reports of [1, 2, 3]) {
      const { written, read: left, problems, warnings } = await killedRecording(reports);
      assert.ok(written > 0 && left >= written, `${left} of ${written}`);
      assert.equal(problems, 0);
      assert.ok(warnings <= 1);
    }
  });
});
