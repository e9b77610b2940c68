import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseCsv } from "../../core/connect/csv/index.ts";
import { plantFiles } from "../core/connect/plant-files.ts";
import { type Said, twinline } from "../support/command-line.ts";

const SAMPLES = path.resolve("test/core/connect/samples");

describe("twinline import", () => {
  let dir = "";
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "twinline-import-"));
    mkdirSync(path.join(dir, "plant"));
    for (const { name, text } of plantFiles()) writeFileSync(path.join(dir, "plant", name), text);
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const ignition = (...more: string[]): Promise<Said> =>
    twinline(dir, "import", "ignition", path.join(SAMPLES, "ignition.json"), "--into", "hall.line", "--out", "new.csv", ...more);
  const kepware = (...more: string[]): Promise<Said> =>
    twinline(dir, "import", "kepware", path.join(SAMPLES, "kepware.csv"), "--into", "hall.line", "--out", "new.csv", ...more);

  for (const [name, run] of [
    ["Ignition", () => ignition("--notes", "notes.csv")],
    ["Kepware", () => kepware("--prefix", "Channel1.Device1", "--notes", "notes.csv")],
  ] as const) {
    it(`makes a sheet of an export of ${name} that the plant takes, and counts and lists what it does not carry`, async () => {
      const { code, out, err } = await run();
      assert.equal(code, 0, err);
      const [, tags, notes] = /^(\d+) tags written to new\.csv\. (\d+) notes/.exec(out) ?? [];
      const listed = parseCsv(readFileSync(path.join(dir, "notes.csv"), "utf8")).records.length - 1;
      assert.equal(listed, Number(notes));
      const counts = [...out.matchAll(/^ +(\d+) {2}/gm)].map(([, number]) => Number(number));
      assert.equal(
        counts.reduce((sum, number) => sum + number, 0),
        listed,
      );
      const sheet = readFileSync(path.join(dir, "new.csv"), "utf8");
      // A tag whose type the export does not state needs one from a person.
      const typed = sheet.split("\n").filter((line, at) => at === 0 || line.split(",")[3] !== "");
      writeFileSync(path.join(dir, "typed.csv"), `${typed.filter((line) => line !== "").join("\n")}\n`);
      const laid = await twinline(dir, "model", "import", "typed.csv");
      assert.equal(laid.code, 0, laid.err);
      assert.ok(Number(tags) > 0 && laid.out.includes("+ tags acme.galway.hall.line._raw."));
    });
  }

  it("writes nothing when the file has a problem, and says all of them with their lines", async () => {
    writeFileSync(
      path.join(dir, "bad.json"),
      '{ "name": "x", "tagType": "Folder", "tags": [\n{ "name": "a", "tagType": "AtomicTag", "dataType": "Int5" },\n{ "tagType": "AtomicTag" } ] }',
    );
    const { code, err } = await twinline(dir, "import", "ignition", "bad.json", "--into", "hall.line", "--out", "new.csv");
    assert.equal(code, 1);
    assert.match(err, /^bad\.json:2:\d+ /m);
    assert.match(err, /^bad\.json:3:\d+ /m);
    assert.ok(!readdirSync(dir).includes("new.csv"));
  });

  it("says what to write instead when it is asked wrongly", async () => {
    for (const [said, says] of [
      [await kepware(), /Name channel and device with --prefix/],
      [await ignition("--via", "kepware"), /"kepware" is none of ignition, source/],
      [await twinline(dir, "import", "ignition", "x.json", "--out", "y.csv"), /x\.json cannot be read/],
      [await twinline(dir, "import", "kepwar"), /Did you mean "twinline import kepware"/],
    ] as const) {
      assert.equal(said.code, 2);
      assert.match(said.err, says);
    }
  });
});
