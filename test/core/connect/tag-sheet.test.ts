import assert from "node:assert/strict";
import * as fc from "fast-check";
import { describe, it } from "mocha";
import { brokenPairs } from "../../../core/connect/golden/index.ts";
import { diffPlants, formatChange, loadPlant, type PlantModel } from "../../../core/connect/model/index.ts";
import { rowsOf, type TagRow, writeSheet } from "../../../core/connect/tag-sheet/index.ts";
import { TagMap } from "../../../core/connect/tag-map/index.ts";
import { BROKEN_SHEETS, GOOD_SHEET } from "../../support/broken-sheets.ts";
import { plantFiles } from "./plant-files.ts";

const ROOT = "acme.galway";

function load(sheet?: string, extra: readonly { name: string; text: string }[] = []): PlantModel {
  const reading = loadPlant([...plantFiles(), ...(sheet === undefined ? [] : [{ name: "lines.csv", text: sheet }]), ...extra]);
  if ("problems" in reading) assert.fail(reading.problems.map(({ message }) => message).join("\n"));
  return reading.model;
}

function changes(before: PlantModel, after: PlantModel): string[] {
  return diffPlants(before, after).map(formatChange);
}

describe("a tag sheet is a layer over the plant's YAML", () => {
  it("overrides what it states of a class's tag and leaves the rest", () => {
    const tag = load(GOOD_SHEET).tags.get(`${ROOT}.hall.line.filler._filler_v1.weight`);
    assert.deepEqual(tag, {
      id: `${ROOT}.hall.line.filler._filler_v1.weight`,
      asset: `${ROOT}.hall.line.filler`,
      signal: "_filler_v1.weight",
      type: "float",
      unit: "kg",
      range: { min: 0, max: 1.2 },
      description: "Net weight, last bottle",
      address: "ns=2;s=PLC1.Wt",
      source: { unit: "g", scale: { rawLow: 0, rawHigh: 27_648, low: 0, high: 1200 } },
    });
  });

  it("makes any other name a tag of its own under _raw", () => {
    const { tags } = load(GOOD_SHEET);
    assert.equal(tags.get(`${ROOT}.hall.line.filler._raw.bowl_level`)?.expectedEveryMs, 5000);
    assert.deepEqual(tags.get(`${ROOT}.hall.line._raw.mode`)?.values, { 0: "Off", 1: "On" });
  });

  it("puts the machine's prefix into its addresses", () => {
    const { tags } = load("equipment,tag,address,type\nhall.line.capper,head,{prefix}.Head,int\n");
    assert.equal(tags.get(`${ROOT}.hall.line.capper._raw.head`)?.address, "s=Line.Capper.Head");
  });

  it("changes nothing but what it states", () => {
    assert.deepEqual(changes(load(), load("equipment,tag,address\nhall.line.filler,weight,ns=2;s=PLC1.Wt\n")), [
      '~ tags acme.galway.hall.line.filler._filler_v1.weight address "s=Line.Filler.Weight" → "ns=2;s=PLC1.Wt"',
    ]);
  });

  it("is read the same with ; and decimal comma, tabs, CRLF, a byte order mark, spaces in the heading and blank rows", () => {
    const wanted = load(GOOD_SHEET);
    const rows = rowsOf(wanted);
    for (const style of [{ delimiter: ";", decimalComma: true, byteOrderMark: true }, { delimiter: "\t" }, {}] as const) {
      const sheet = writeSheet(rows, style)
        .replace("expected_every_seconds", "Expected every seconds")
        .replaceAll("\n", "\r\n")
        .replace("\r\n", "\r\n\r\n");
      assert.deepEqual(changes(wanted, load(sheet)), []);
    }
  });

  it("passes over columns that start with #", () => {
    assert.deepEqual(
      changes(load(GOOD_SHEET), load(GOOD_SHEET.replaceAll(/^([^,]*),/gm, "$1,#note,").replace("equipment,#note,", "equipment,#note,"))),
      [],
    );
  });

  it("applies scaling first and then the unit of the source", () => {
    const map = new TagMap([], load(GOOD_SHEET));
    const { samples } = map.map([{ protocol: "opcua", address: "ns=2;s=PLC1.Wt", value: 13_824, received: 1_000 }], 1_000);
    assert.deepEqual([samples[0]?.value, samples[0]?.unit], [0.6, "kg"]);
  });

  it("two sheets do not state the same tag", () => {
    const reading = loadPlant([...plantFiles(), { name: "a.csv", text: GOOD_SHEET }, { name: "b.csv", text: GOOD_SHEET }]);
    assert.ok("problems" in reading);
    assert.deepEqual(
      reading.problems.map(({ file, line }) => `${file}:${line}`),
      ["b.csv:2", "b.csv:3", "b.csv:4", "b.csv:5"],
    );
  });
});

describe("a broken sheet", () => {
  it("is one of fifty kinds", () => assert.equal(BROKEN_SHEETS.length, 50));

  for (const { what, text, at, says } of BROKEN_SHEETS) {
    it(`with ${what} is refused at its cells`, () => {
      const reading = loadPlant([...plantFiles(), { name: "lines.csv", text }]);
      assert.ok("problems" in reading, "it was accepted");
      assert.deepEqual(
        reading.problems.map(({ file, line, column }) => (file === "lines.csv" ? `${line}:${column}` : file)),
        at,
        reading.problems.map(({ message }) => message).join("\n"),
      );
      assert.match(reading.problems.map(({ message }) => message).join("\n"), says);
    });
  }
});

const sorted = (list: readonly TagRow[]): readonly TagRow[] =>
  list.toSorted((a, b) => (`${a.equipment} ${a.tag}` < `${b.equipment} ${b.tag}` ? -1 : 1));

describe("rows and sheets", () => {
  const word = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
  const anyText = fc.oneof(
    fc.string({ minLength: 1, maxLength: 40, unit: "binary" }),
    fc.constantFrom("=cmd|' /C calc'!A0", "+1", "-1", "@x", "'quoted'", "'", "''", "'=x", "a;b,c\td", 'say "x"', "line\nbreak"),
  );
  // Blanks at the ends are dropped, and a model's text is never empty.
  const text = anyText.map((value) => value.replaceAll(/[\r\0\uFFFD]/g, "").trim()).filter((value) => value !== "");
  const number = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }).map((value) => value + 0);
  const row: fc.Arbitrary<TagRow> = fc.record(
    {
      equipment: fc.constantFrom("hall", "hall.line", "hall.line.filler", "hall.line.capper"),
      tag: word.map((name) => `_raw.${name}`),
      type: fc.constantFrom("float", "int"),
      address: text.filter((value) => !/\{\w+\}/.test(value)),
      unit: fc.constantFrom("g", "kg", "%", "{bottles}/min"),
      min: number.filter((value) => value < 0),
      max: number.filter((value) => value >= 0),
      expectedEverySeconds: fc.integer({ min: 1, max: 30_000_000 }).map((ms) => ms / 1000),
      scale: fc
        .record({ rawLow: fc.constant(0), rawHigh: fc.constant(27_648), low: number, high: number }, { noNullPrototype: true })
        .filter(({ low, high }) => low !== high),
      description: text,
    },
    { requiredKeys: ["equipment", "tag", "type"], noNullPrototype: true },
  );
  const rows = fc.uniqueArray(row, { selector: ({ equipment, tag }) => `${equipment} ${tag}`, maxLength: 12 });
  const style = fc.constantFrom({}, { delimiter: ";", decimalComma: true, byteOrderMark: true } as const, { delimiter: "\t" } as const);

  it("lose nothing on the way through a spreadsheet, in any of its dialects", () => {
    fc.assert(
      fc.property(rows, style, (some, how) => {
        const read = rowsOf(load(writeSheet(some, how))).filter(({ tag }) => tag.startsWith("_raw."));
        assert.deepEqual(sorted(read), sorted(some));
      }),
    );
  });

  it("a whole model exported and laid over itself changes nothing", () => {
    const model = load(GOOD_SHEET);
    const exported = writeSheet(rowsOf(model));
    assert.deepEqual(changes(model, load(exported)), []);
    assert.equal(writeSheet(rowsOf(load(exported))), exported);
  });

  it("no cell is a formula to a spreadsheet", () => {
    fc.assert(
      fc.property(rows, (some) => {
        const [, ...lines] = writeSheet(
          some.map(({ scale: _scale, min: _min, max: _max, ...rest }) => rest),
          { delimiter: "\t" },
        ).split("\n");
        for (const cell of lines.flatMap((line) => line.split("\t"))) assert.doesNotMatch(cell, /^"?[=+\-@]/);
      }),
    );
  });
});

const golden = (pair: string): { name: string; text: string } => ({ name: "golden.yaml", text: `golden:\n  - ${pair}\n` });

describe("golden pairs", () => {
  const GOOD =
    '{ address: "ns=2;s=PLC1.Wt", value: 13824, expect: { tag: hall.line.filler._filler_v1.weight, value: 0.6, unit: kg, quality: Good } }';

  it("are kept by a mapping that gives what they expect", () => {
    const model = load(GOOD_SHEET, [golden(GOOD)]);
    assert.equal(model.golden.length, 1);
    assert.deepEqual(brokenPairs(model), []);
  });

  it("may expect a reject", () => {
    const pair = '{ address: "ns=2;s=PLC1.Wt", value: 99999, expect: { reject: OUT_OF_RANGE } }';
    assert.deepEqual(brokenPairs(load(GOOD_SHEET, [golden(pair)])), []);
  });

  const breaks: Readonly<Record<string, readonly [from: string, to: string, says: RegExp]>> = {
    "another scaling": ["27648", "32767", /value is 0\.506/],
    "another unit of the source": [",g,0,", ",kg,0,", /rejected OUT_OF_RANGE/],
    "another unit of the tag": [",,kg,0,1.2,", ",,g,0,1200,", /value is 600, the unit is g/],
    "another address": ["PLC1.Wt", "PLC1.Wt2", /rejected UNMAPPED/],
    "another tag": [
      "filler,weight,ns=2;s=PLC1.Wt,,",
      "filler,_raw.weight,ns=2;s=PLC1.Wt,float,",
      /the tag is acme\.galway\.hall\.line\.filler\._raw\.weight/,
    ],
  };
  for (const [what, [from, to, says]] of Object.entries(breaks)) {
    it(`are broken by ${what}, which is said with file and line`, () => {
      const [problem, ...others] = brokenPairs(load(GOOD_SHEET.replace(from, to), [golden(GOOD)]));
      assert.deepEqual([problem?.file, problem?.line, others.length], ["golden.yaml", 2, 0]);
      assert.match(problem?.message ?? "", says);
    });
  }

  it("that cannot be read are refused where they stand", () => {
    for (const [pair, says] of [
      ["{ value: 1, expect: { tag: a, value: 1 } }", /"address" is missing/],
      ["{ address: a, expect: { tag: a, value: 1 } }", /"value" is missing/],
      ["{ address: a, value: 1 }", /"expect" is missing/],
      ["{ address: a, value: [1], expect: { tag: a, value: 1 } }", /plain value/],
      ["{ address: a, value: 1, expect: { reject: OUT_OF_RNAGE } }", /Did you mean "OUT_OF_RANGE"/],
    ] as const) {
      const reading = loadPlant([...plantFiles(), golden(pair)]);
      assert.ok("problems" in reading);
      assert.match(reading.problems[0]?.message ?? "", says);
      assert.equal(reading.problems[0]?.line, 2);
    }
  });
});
