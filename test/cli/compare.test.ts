import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { twinline } from "../support/command-line.ts";
import { COMPARED, comparedPlant } from "../support/compared-plant.ts";

describe("twinline compare", () => {
  let dir: string;
  const sheet = (text: string): void => writeFileSync(path.join(dir, "sheet.csv"), text);
  const run = (...args: string[]) => twinline(dir, "compare", "sheet.csv", ...args);

  before(async () => {
    dir = await comparedPlant();
  });
  after(() => rmSync(dir, { recursive: true, force: true }));

  it("finds nothing where the sheet says what the latest revisions say, in the style of any spreadsheet", async () => {
    for (const text of [
      "date,shift,equipment,oee,availability,planned_min,run_min,total,good\n2026-03-10,early,hall.line.filler,0.75,93.3 %,450,420,40500,40500\n",
      "\uFEFFDate;Shift;OEE %;Availability (%);total\n10.03.2026;early;75,0;93,33;40500\n",
    ]) {
      sheet(text);
      const { code, out, err } = await run("--equipment", "filler");
      assert.equal(err, "");
      assert.match(out, /^\d figures equal, 0 different\.\n$/);
      assert.equal(code, 0);
    }
  });

  it("says what differs and how the figure here comes about", async () => {
    sheet("date,shift,oee,availability,total\n2026-03-10,early,0.78,0.90,40510\n");
    const { code, out } = await run("--equipment", COMPARED, "--units", "10");
    assert.equal(code, 1);
    assert.deepEqual(out.trim().split("\n"), [
      "line 2  2026-03-10 early  oee: yours 78.00 %, here 75.00 %  (337.5 min ideal time of the good units / 450.0 min planned)",
      "line 2  2026-03-10 early  availability: yours 90.00 %, here 93.33 %  (420.0 min running / 450.0 min planned)",
      "1 figure equal, 2 different.",
    ]);
  });

  it("names shifts without data, and the shifts that there are", async () => {
    sheet("date,shift,oee\n2026-03-10,Fruehschicht,0.75\n2026-03-11,early,0.75\n");
    const { code, out } = await run("--equipment", "filler");
    assert.equal(code, 1);
    assert.match(out, /line 2 {2}2026-03-10 Fruehschicht {2}no data here; there is .*early/);
    assert.match(out, /line 3 {2}2026-03-11 early {2}no data here; there is nothing of that day/);
    assert.match(out, /0 figures equal, 0 different, 2 shifts without data/);
  });

  for (const [what, text, says] of [
    ["an unknown column", "date,shift,oeee\n2026-03-10,early,0.7\n", /sheet\.csv:1:3 .*Did you mean "oee"/],
    ["a missing column", "date,oee\n2026-03-10,0.7\n", /sheet\.csv:1:1 .*no column "shift"/],
    ["a percentage without its sign", "date,shift,oee\n2026-03-10,early,78\n", /sheet\.csv:2:3 .*Write "78 %"/],
    ["a date with slashes", "date,shift,oee\n03/10/2026,early,0.78\n", /sheet\.csv:2:1 .*no date of the calendar/],
    ["a day that does not exist", "date,shift,oee\n2026-02-30,early,0.78\n", /sheet\.csv:2:1 .*no date/],
    ["no shift", "date,shift,oee\n2026-03-10,,0.78\n", /sheet\.csv:2:2 .*shift is missing/],
    ["a shift twice", "date,shift,oee\n2026-03-10,early,0.78\n2026-03-10,early,0.78\n", /sheet\.csv:3:1 .*on line 2 already/],
    ["text for a number", "date,shift,total\n2026-03-10,early,many\n", /sheet\.csv:2:3 .*no number/],
    ["no figure", "date,shift\n2026-03-10,early\n", /sheet\.csv:1:1 .*no figure to compare/],
  ] as const)
    it(`refuses ${what} at its line and column`, async () => {
      sheet(text);
      const { code, err } = await run("--equipment", "filler");
      assert.equal(code, 2);
      assert.match(err, says);
    });

  it("asks for the machine, and for a history that is there", async () => {
    sheet("date,shift,oee\n2026-03-10,early,0.75\n");
    assert.match((await run()).err, /--equipment PATH/);
    assert.match((await run("--equipment", "fillet")).err, /no equipment "fillet"/);
    assert.match((await run("--equipment", "filler", "--history", "none.sqlite")).err, /There is no history at .*none\.sqlite/);
    assert.match((await run("--equipment", "filler", "--points", "few")).err, /--points is a number/);
  });
});
