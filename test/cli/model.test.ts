import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { BROKEN_SHEETS, GOOD_SHEET } from "../support/broken-sheets.ts";
import { twinline } from "../support/command-line.ts";
import { plantFiles } from "../core/connect/plant-files.ts";

const BY = ["--apply", "--author", "anna", "--reason", "commissioning"];

describe("twinline model", () => {
  let dir = "";
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "twinline-cli-"));
    mkdirSync(path.join(dir, "plant"));
    for (const { name, text } of plantFiles()) writeFileSync(path.join(dir, "plant", name), text);
    put("tags.csv", GOOD_SHEET);
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const put = (name: string, text: string): void => writeFileSync(path.join(dir, name), text);
  const plant = (): string[] => readdirSync(path.join(dir, "plant")).filter((name) => !name.startsWith("."));

  it("import shows the difference and writes nothing until it is told to", async () => {
    const dry = await twinline(dir, "model", "import", "tags.csv");
    assert.equal(dry.code, 0, dry.err);
    assert.match(dry.out, /\+ tags acme\.galway\.hall\.line\.filler\._raw\.bowl_level/);
    assert.match(dry.out, /3 added, 1 changed, 0 removed\.\nNothing was written/);
    assert.ok(!plant().includes("tags.csv"));
    const done = await twinline(dir, "model", "import", "tags.csv", ...BY);
    assert.match(done.out, /Written as revision 2\.\n$/);
    assert.equal(readFileSync(path.join(dir, "plant", "tags.csv"), "utf8"), GOOD_SHEET);
  });

  it("import needs a reason to write", async () => {
    const { code, err } = await twinline(dir, "model", "import", "tags.csv", "--apply");
    assert.deepEqual([code, plant().includes("tags.csv")], [2, false]);
    assert.match(err, /Say why with --reason/);
  });

  it("import names file, row, column and field of every mistake, and writes nothing", async () => {
    for (const { what, text, at } of BROKEN_SHEETS) {
      put("broken.csv", text);
      const { code, err } = await twinline(dir, "model", "import", "broken.csv", ...BY);
      assert.equal(code, 1, what);
      for (const place of at) assert.ok(err.includes(`broken.csv:${place} `), `${what}: ${err}`);
    }
    assert.ok(!plant().includes("broken.csv"));
  });

  it("what is exported, edited in a spreadsheet with decimal comma and imported again, changes what was edited", async () => {
    await twinline(dir, "model", "import", "tags.csv", ...BY);
    const out = await twinline(dir, "model", "export", "hall.line.filler", "--excel", "--out", "edit.csv");
    assert.equal(out.out, "4 tags written to edit.csv.\n");
    const text = readFileSync(path.join(dir, "edit.csv"), "utf8");
    assert.ok(text.startsWith("\uFEFF") && text.includes(";1,2;"));
    put("edit.csv", text.replace(";1,2;", ";1,5;").replaceAll("\n", "\r\n"));
    const { out: difference } = await twinline(dir, "model", "import", "edit.csv", "--as", "tags.csv");
    assert.match(
      difference,
      /~ tags acme\.galway\.hall\.line\.filler\._filler_v1\.weight range "\{ max: 1\.2, min: 0 \}" → "\{ max: 1\.5, min: 0 \}"/,
    );
    // A sheet is replaced as a whole: what was not exported is not in it.
    assert.match(difference, /- tags acme\.galway\.hall\.line\._raw\.mode/);
  });

  it("copy makes a second line and refuses one that reads the first one's addresses", async () => {
    put("map.csv", "from,to\ns=Line,s=Line2\n");
    const copied = await twinline(dir, "model", "copy", "line", "line2", "--map", "map.csv", ...BY);
    assert.equal(copied.code, 0, copied.err);
    assert.deepEqual(
      plant().filter((name) => name.startsWith("line2")),
      ["line2.yaml"],
    );
    assert.match((await twinline(dir, "model", "check")).out, /10 tags, 9 assets/);
    put("map.csv", "from,to\nx,y\n");
    const refused = await twinline(dir, "model", "copy", "line", "line3", "--map", "map.csv");
    assert.equal(refused.code, 1);
    assert.match(refused.err, /"x" occurs in no address/);
  });

  it("history says who and why, and rollback brings every byte back", async () => {
    await twinline(dir, "model", "import", "tags.csv", ...BY);
    put("tags.csv", GOOD_SHEET.replace("PLC1.Tq", "PLC2.Tq"));
    await twinline(dir, "model", "import", "tags.csv", ...BY);
    assert.match(
      (await twinline(dir, "model", "history")).out,
      /^ {3}3 {2}2023-11-14T22:13:20\.000Z {2}[0-9a-f]{8} {2}anna: commissioning\n/,
    );
    const back = await twinline(dir, "model", "rollback", "2", ...BY);
    assert.match(back.out, /"ns=2;s=PLC2\.Tq" → "ns=2;s=PLC1\.Tq"/);
    assert.equal(readFileSync(path.join(dir, "plant", "tags.csv"), "utf8"), GOOD_SHEET);
  });

  it("freeze holds the class to its contract, and says what a next version means for readers", async () => {
    const frozen = await twinline(dir, "model", "freeze", "_filler_v1", ...BY);
    assert.equal(frozen.code, 0, frozen.err);
    const classes = path.join(dir, "plant", "classes.yaml");
    const yaml = readFileSync(classes, "utf8");
    writeFileSync(classes, yaml.replace("unit: g,", "unit: kg,"));
    assert.match((await twinline(dir, "model", "check")).err, /classes\.yaml:12:\d+ .*The contract _filler_v1 is frozen/);
    writeFileSync(classes, yaml.replace("unit: g,", "unit: kg,").replace("_filler_v1", "_filler_v2"));
    assert.match(
      (await twinline(dir, "model", "freeze", "_filler_v2")).out,
      /_filler_v1 → _filler_v2: weight: the unit changes from g to kg \(breaks readers of both\)/,
    );
  });

  it("check exits 1 on a broken golden pair", async () => {
    writeFileSync(
      path.join(dir, "plant", "golden.yaml"),
      'golden:\n  - { address: "s=Line.Filler.Weight", value: 1, expect: { tag: hall.line.filler._filler_v1.weight, value: 2 } }\n',
    );
    const { code, err } = await twinline(dir, "model", "check");
    assert.equal(code, 1);
    assert.match(err, /^golden\.yaml:2:1 golden: The golden pair is broken/);
  });

  it("says what to write instead when it is asked wrongly", async () => {
    for (const [args, says] of [
      [["modle"], /no "twinline modle"\. Did you mean "twinline model"/],
      [["model", "exprt"], /Did you mean "twinline model export"/],
      [["model", "import"], /Name the file/],
      [["model", "import", "none.csv"], /none\.csv cannot be read \(ENOENT\)/],
      [["model", "import", "tags.csv", "--as", "../x.csv"], /no name of a sheet/],
      [["model", "copy", "line", "line2"], /Name a map/],
      [["model", "rollback", "9"], /no revision "9"/],
      [["model", "export", "hall.lin"], /no equipment "hall\.lin"/],
      [["model", "check", "--nope"], /Unknown option '--nope'/],
    ] as const) {
      const { code, err } = await twinline(dir, ...args);
      assert.equal(code, 2, args.join(" "));
      assert.match(err, says);
    }
  });

  it("lists its commands, and each says how it is used", async () => {
    const { out } = await twinline(dir, "--help");
    for (const name of ["init", "run", "account", "model"]) assert.match(out, new RegExp(`^ {2}${name} `, "m"));
    assert.match((await twinline(dir, "model", "copy", "--help")).out, /^twinline model copy FROM TO --map FILE/);
  });
});
