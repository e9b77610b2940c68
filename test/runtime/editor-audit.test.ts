import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { AUDIT_LIMITS, EditorAudit } from "../../settings/editor-audit.ts";

/** 16 bytes a line: `{"n":100000000}\n`. */
const entry = (number: number): object => ({ n: 100_000_000 + number });
const numberIn = (name: string): number => Number(name.split(".").at(-2));

describe("the audit trail of the editor", () => {
  const { error } = console;
  let directory: string;
  let file: string;
  let said: string[];
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "twinline-audit-"));
    file = path.join(directory, "editor-audit.jsonl");
    said = [];
    console.error = (text: string) => said.push(text);
  });
  afterEach(() => {
    console.error = error;
    rmSync(directory, { recursive: true, force: true });
  });

  const numbers = (name: string): number[] =>
    readFileSync(path.join(directory, name), "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { n: number }).n - 100_000_000);

  it("is put aside at its size, ten files are kept, and only the owner can read them", () => {
    const audit = new EditorAudit(file, { ...AUDIT_LIMITS, maxBytes: 40 });
    for (let number = 0; number < 30; number += 1) audit.append(entry(number));
    assert.equal(readdirSync(directory).length, 11);
    assert.deepEqual(numbers("editor-audit.jsonl"), [28, 29]);
    assert.deepEqual(numbers("editor-audit.1.jsonl"), [26, 27]);
    assert.deepEqual(numbers("editor-audit.10.jsonl"), [8, 9]);
    for (const name of readdirSync(directory)) assert.equal(statSync(path.join(directory, name)).mode & 0o777, 0o600);
    assert.deepEqual(said, []);
  });

  it("keeps 10 MiB and ten files by default", () => {
    writeFileSync(file, `${"x".repeat(10 * 2 ** 20 - 17)}\n`);
    const audit = new EditorAudit(file);
    audit.append(entry(1));
    assert.deepEqual(readdirSync(directory), ["editor-audit.jsonl"], "it fits to the byte");
    audit.append(entry(2));
    assert.deepEqual(numbers("editor-audit.jsonl"), [2]);
    assert.equal(AUDIT_LIMITS.keep, 10);
  });

  it("takes back what others could read", () => {
    writeFileSync(file, "{}\n");
    chmodSync(file, 0o644);
    new EditorAudit(file).append(entry(1));
    assert.equal(statSync(file).mode & 0o777, 0o600);
  });

  it("has every entry once and in order, over any sizes and restarts", () => {
    const property = fc.property(
      fc.array(fc.record({ text: fc.string({ maxLength: 60 }), restart: fc.boolean() }), { maxLength: 40 }),
      (steps) => {
        const here = mkdtempSync(path.join(directory, "run-"));
        const open = (): EditorAudit => new EditorAudit(path.join(here, "a.jsonl"), { maxBytes: 100, keep: 100, maxWaiting: 10 });
        let audit = open();
        for (const { text, restart } of steps) {
          audit.append({ text });
          if (restart) audit = open();
        }
        const aside = readdirSync(here).filter((name) => name !== "a.jsonl");
        const oldestFirst = aside.toSorted((one, other) => numberIn(other) - numberIn(one));
        const lines = (steps.length === 0 ? [] : [...oldestFirst, "a.jsonl"]).flatMap((name) =>
          readFileSync(path.join(here, name), "utf8").trimEnd().split("\n"),
        );
        assert.deepEqual(
          lines.map((line) => (JSON.parse(line) as { text: string }).text),
          steps.map(({ text }) => text),
        );
      },
    );
    fc.assert(property, { numRuns: 50 });
  });

  it("goes on in the same file when it cannot be put aside", () => {
    mkdirSync(path.join(directory, "editor-audit.1.jsonl"));
    const audit = new EditorAudit(file, { ...AUDIT_LIMITS, maxBytes: 20, keep: 1 });
    for (let number = 0; number < 3; number += 1) audit.append(entry(number));
    assert.deepEqual(numbers("editor-audit.jsonl"), [0, 1, 2]);
    assert.match(said.join("\n"), /cannot be put aside/);
  });

  it("holds entries while the disk is full, says aloud what it cannot hold, and writes the others when there is room again", function () {
    if (process.platform !== "linux") this.skip();
    symlinkSync("/dev/full", file);
    const audit = new EditorAudit(file, { ...AUDIT_LIMITS, maxWaiting: 2 });
    for (let number = 0; number < 3; number += 1) audit.append(entry(number));
    assert.match(said[0] ?? "", /cannot be written: ENOSPC.* Free disk space .* 1 entries wait/);
    assert.equal(said.at(-1), 'Not in the audit log: {"n":100000000}');
    rmSync(file);
    audit.append(entry(3));
    assert.deepEqual(numbers("editor-audit.jsonl"), [1, 2, 3]);
  });

  it("ends a line that a power cut left unfinished before the next", () => {
    appendFileSync(file, '{"n":1000');
    new EditorAudit(file).append(entry(1));
    assert.equal(readFileSync(file, "utf8"), '{"n":1000\n{"n":100000001}\n');
  });

  it("survives an entry that is no JSON", () => {
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    const audit = new EditorAudit(file);
    audit.append(cyclic);
    assert.match(said.join("\n"), /cannot be written/);
    audit.append(entry(1));
    assert.deepEqual(numbers("editor-audit.jsonl"), [1]);
  });
});
