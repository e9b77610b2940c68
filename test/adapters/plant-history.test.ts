import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PlantHistory, type FileChange, type PlantRevision } from "../../adapters/files/plant-history.ts";
import { formatChange } from "../../core/connect/model/index.ts";
import { TagMap } from "../../core/connect/tag-map/index.ts";
import { BROKEN_SHEETS, GOOD_SHEET } from "../support/broken-sheets.ts";
import { plantFiles } from "../core/connect/plant-files.ts";

const BY = { author: "anna", reason: "commissioning", now: 1_000 };
const GOLDEN = `golden:
  - { address: "ns=2;s=PLC1.Wt", value: 13824, expect: { tag: hall.line.filler._filler_v1.weight, value: 0.6, unit: kg } }
`;

const sheet = (text: string | null): FileChange => new Map([["lines.csv", text]]);

describe("the history of the plant files", () => {
  let directory = "";
  let history: PlantHistory;

  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), "twinline-plant-"));
    for (const { name, text } of plantFiles()) writeFileSync(path.join(directory, name), text);
    history = new PlantHistory(directory);
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const contents = (): Record<string, string> =>
    Object.fromEntries(
      readdirSync(directory)
        .filter((name) => !name.startsWith("."))
        .toSorted()
        .map((name) => [name, readFileSync(path.join(directory, name), "utf8")]),
    );
  async function apply(change: FileChange, by = BY): Promise<PlantRevision> {
    const done = await history.apply(await history.stage(change), by);
    if ("refused" in done) assert.fail(done.refused);
    return done;
  }

  it("staging shows what would be added, changed and removed, and writes nothing", async () => {
    await apply(sheet(GOOD_SHEET));
    const before = contents();
    const fewer = GOOD_SHEET.split("\n").toSpliced(2, 1).join("\n").replace("PLC1.Tq", "PLC2.Tq");
    const { changes } = await history.stage(sheet(`${fewer}hall.line,speed,ns=2;s=PLC1.Spd,float\n`));
    assert.deepEqual(
      changes?.map(formatChange),
      [
        '~ tags acme.galway.hall.line.capper._raw.torque address "ns=2;s=PLC1.Tq" → "ns=2;s=PLC2.Tq"',
        "- tags acme.galway.hall.line.filler._raw.bowl_level",
        "+ tags acme.galway.hall.line._raw.speed",
      ].toSorted((a, b) => (a.slice(2) < b.slice(2) ? -1 : 1)),
    );
    assert.deepEqual(contents(), before);
  });

  it("keeps author, reason, time and all texts of each revision, and what stood there before the first", async () => {
    await apply(sheet(GOOD_SHEET));
    const [last, first, ...others] = await history.revisions();
    assert.deepEqual([last?.number, last?.author, last?.reason, last?.recorded], [2, "anna", "commissioning", 1_000]);
    assert.deepEqual([first?.number, first?.reason, others.length], [1, "files edited by hand", 0]);
    assert.deepEqual(
      (await history.files(1)).map(({ name }) => name),
      plantFiles()
        .map(({ name }) => name)
        .toSorted(),
    );
  });

  it("refuses a change that does not load, and changes nothing, for each of fifty broken sheets", async () => {
    await apply(sheet(GOOD_SHEET));
    const before = contents();
    for (const { what, text } of BROKEN_SHEETS) {
      const done = await history.apply(await history.stage(sheet(text)), BY);
      assert.ok("refused" in done, what);
    }
    assert.deepEqual(contents(), before);
    assert.equal((await history.revisions()).length, 2);
  });

  it("refuses a change that breaks a golden pair, and changes nothing", async () => {
    await apply(
      new Map([
        ["lines.csv", GOOD_SHEET],
        ["golden.yaml", GOLDEN],
      ]),
    );
    const before = contents();
    const staged = await history.stage(sheet(GOOD_SHEET.replace("27648", "32767")));
    assert.ok("problems" in staged.after);
    assert.match(staged.after.problems[0]?.message ?? "", /golden pair is broken.*0\.506/);
    assert.ok("refused" in (await history.apply(staged, BY)));
    assert.deepEqual(contents(), before);
  });

  it("a rollback is the next revision and maps a recording to the same bytes", async () => {
    const readings = Array.from({ length: 200 }, (_, at) => ({
      protocol: "opcua",
      address: "ns=2;s=PLC1.Wt",
      value: at * 100,
      received: at,
    }));
    const replay = async (): Promise<string> => {
      const { after } = await history.stage(new Map());
      assert.ok("model" in after);
      return JSON.stringify(new TagMap([], after.model).map(readings, 1_000).samples);
    };
    const good = await apply(sheet(GOOD_SHEET));
    const [texts, samples] = [contents(), await replay()];
    await apply(
      new Map([
        ["lines.csv", GOOD_SHEET.replace("27648", "32767")],
        ["more.yaml", "products: {}\n"],
      ]),
    );
    assert.notEqual(await replay(), samples);
    const back = await apply(await history.changeBackTo(good.number), { author: "ben", reason: "rollback to 2", now: 3_000 });
    assert.deepEqual([back.number, back.fingerprint], [4, good.fingerprint]);
    assert.deepEqual(contents(), texts);
    assert.equal(await replay(), samples);
  });

  it("keeps what was edited by hand in between as a revision of its own", async () => {
    await apply(sheet(GOOD_SHEET));
    writeFileSync(path.join(directory, "lines.csv"), GOOD_SHEET.replace("PLC1.Tq", "PLC9.Tq"));
    await apply(sheet(null));
    const [, byHand] = await history.revisions();
    assert.equal(byHand?.reason, "files edited by hand");
    const kept = (await history.files(byHand?.number ?? 0)).find(({ name }) => name === "lines.csv");
    assert.match(kept?.text ?? "", /PLC9\.Tq/);
  });

  it("refuses a change whose files were changed after its difference was shown", async () => {
    const staged = await history.stage(sheet(GOOD_SHEET));
    writeFileSync(path.join(directory, "extra.yaml"), "products: {}\n");
    const done = await history.apply(staged, BY);
    assert.ok("refused" in done);
    assert.match(done.refused, /changed after the difference was shown/);
  });

  it("finishes a change that a crash interrupted after it was recorded", async () => {
    await apply(sheet(GOOD_SHEET));
    await apply(sheet(GOOD_SHEET.replace("PLC1.Tq", "PLC2.Tq")));
    const wanted = contents();
    // As after kill -9 between the record and the files.
    writeFileSync(path.join(directory, "lines.csv"), GOOD_SHEET);
    writeFileSync(path.join(directory, ".history", "applied"), "2\n");
    await new PlantHistory(directory).recover();
    assert.deepEqual(contents(), wanted);
  });

  it("says which revision is missing or damaged", async () => {
    await apply(sheet(GOOD_SHEET));
    await assert.rejects(history.files(7), /no revision 7/);
    truncateSync(path.join(directory, ".history", "000001.json.gz"), 20);
    await assert.rejects(history.files(1), /Revision 1 of the plant files is damaged/);
  });

  it("writes nothing outside the directory", async () => {
    for (const name of ["../x.yaml", "a/b.csv", ".hidden.yaml", "notes.txt"])
      await assert.rejects(history.stage(new Map([[name, ""]])), RangeError);
  });
});
