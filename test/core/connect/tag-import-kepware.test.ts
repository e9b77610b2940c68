import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { importKepware } from "../../../core/connect/tag-import/index.ts";
import { good, HEADER, kepware, noted, problems, record, row, sample, why } from "./tag-import-samples.ts";

describe("import of a Kepware CSV", () => {
  it("reads tags from Kepware's own server, where scaling is done", () => {
    const { rows } = good(kepware(sample("kepware.csv"), { folders: "equipment" }));
    assert.deepEqual(rows, [
      {
        equipment: "bottling.line02.filler01",
        tag: "fill_weight",
        address: "nsu=KEPServerEX;s=Ch1.PLC1.Filler01.FillWeight",
        type: "float",
        unit: "g",
        description: "Net weight, last bottle",
      },
      {
        equipment: "bottling.line02.filler01",
        tag: "motor.speed",
        address: "nsu=KEPServerEX;s=Ch1.PLC1.Filler01.Motor.Speed",
        type: "int",
        unit: "/min",
        description: 'M1 says "speed"\nsecond line',
      },
      {
        equipment: "bottling.line02.filler01",
        tag: "flow",
        address: "nsu=KEPServerEX;s=Ch1.PLC1.Filler01.Flow",
        type: "float",
        unit: "l/min",
      },
      {
        equipment: "bottling.line02",
        tag: "total",
        address: "nsu=KEPServerEX;s=Ch1.PLC1.Total",
        type: "int64",
        unit: "{bottles}",
        description: "Since commissioning",
      },
      { equipment: "bottling.line02", tag: "changed", address: "nsu=KEPServerEX;s=Ch1.PLC1.Changed", type: "string" },
    ]);
  });

  it("reads device addresses with the scaling in the row; a square root becomes notes, with the unit that it would give", () => {
    const result = kepware(sample("kepware.csv"), { via: "source" });
    assert.deepEqual(
      good(result).rows.map(({ tag, address, unit, scale }) => [tag, address, unit, scale]),
      [
        ["filler01.fill_weight", "DB10.DBW4", "g", { rawLow: 0, rawHigh: 27648, low: 0, high: 1200 }],
        ["filler01.motor.speed", "DB10.DBW6", "/min", { rawLow: 0, rawHigh: 1, low: 0, high: -1 }],
        ["filler01.flow", "DB10.DBD8", undefined, undefined],
        ["total", "DB10.DBD30", "{bottles}", undefined],
        ["changed", "DB10.DBD40", undefined, undefined],
      ],
    );
    const { Scaling, "Raw High": rawHigh, "Eng Units": unit } = noted(result, "Filler01.Flow");
    assert.deepEqual([Scaling, rawHigh, unit], ["Square Root", "100", "l/min"]);
  });

  it("negates after scaling", () => {
    const ends = { "Raw Low": "0", "Raw High": "10", "Scaled Low": "-5", "Scaled High": "20", "Negate Value": "1" };
    const { scale } = row(
      kepware(record({ "Tag Name": "a", Address: "1", "Data Type": "Word", Scaling: "Linear", ...ends }), { via: "source" }),
    );
    assert.deepEqual(scale, { rawLow: 0, rawHigh: 10, low: 5, high: -20 });
  });

  for (const [type, expected] of Object.entries({
    Boolean: "bool",
    Char: "int",
    Byte: "int",
    Short: "int",
    Word: "int",
    Long: "int",
    DWord: "int",
    BCD: "int",
    LBCD: "int",
    LLong: "int64",
    QWord: "int64",
    Float: "float",
    Double: "float",
    String: "string",
    Date: "string",
    Default: undefined,
  })) {
    it(`${type} is ${expected ?? "left open"}`, () => {
      assert.equal(row(kepware(record({ "Tag Name": "a", Address: "1", "Data Type": type }))).type, expected);
    });
  }

  it("takes a scaled value for a double where the file does not say, as Kepware does", () => {
    const ends = { Scaling: "Linear", "Raw Low": "0", "Raw High": "10", "Scaled Low": "0", "Scaled High": "1" };
    for (const via of ["kepware", "source"] as const) {
      assert.equal(row(kepware(record({ "Tag Name": "a", Address: "1", "Data Type": "Word", ...ends }), { via })).type, "float");
    }
  });

  it("gives a square root the scaled type where Kepware applies it, and the device's type where nobody does", () => {
    const cells = { "Tag Name": "a", Address: "1", "Data Type": "Word", Scaling: "Square Root", "Scaled Data Type": "Float" };
    assert.equal(row(kepware(record(cells))).type, "float");
    assert.equal(row(kepware(record(cells), { via: "source" })).type, "int");
  });

  it("reads columns in any order, with semicolons, and notes columns that it does not know", () => {
    const result = kepware("Owner;data type;Tag Name;Address\nshift A;Float;Speed;1");
    assert.equal(row(result).type, "float");
    assert.deepEqual(noted(result, "Speed"), { Owner: "shift A", Address: "1" });
    assert.match(why(kepware("Tag Name,Address,Data Type,__proto__\na,1,Float,x"), "__proto__"), /no place/);
  });

  it("takes the prefix and the namespace that it is told, and asks for a prefix", () => {
    const text = record({ "Tag Name": "a", Address: "1", "Data Type": "Float" });
    assert.equal(row(kepware(text, { prefix: "C.D.Group", namespace: "urn:kep" })).address, "nsu=urn:kep;s=C.D.Group.a");
    assert.match(problems(importKepware(text, { file: "t.csv", equipment: "line", via: "kepware" })).join(), /\(options\).prefix/);
    assert.match(problems(kepware(text, { prefix: "C" })).join(), /\(options\).prefix/);
    assert.match(problems(kepware(text, { namespace: "a;b" })).join(), /\(options\).namespace/);
  });

  it("reports everything that is wrong in one go, with line and column name", () => {
    const text = `${HEADER}
a,1,Flot,1,RO,100,,,,,,,,,,,
,2,Float,1,RO,100,,,,,,,,,,,
b,3,Word,1,RO,100,Linear,0,"32767,5",0,1,Float,,,,,
c,4,Word,1,RO,100,Cubic,,,,,,,,,,
d,,Word,1,RO,100,,,,,,,,,,,maybe
a-,6,Word,1,RO,100,Linear,5,5,0,1,Float,,,,,
D,7,Word,1,RO,100,,,,,,,,,,,
e,8,Word
g..h,9,Word,1,RO,100,,,,,,,,,,,
`;
    const lines = problems(kepware(text, { via: "source" }));
    for (const expected of [
      /tags.csv:2:5 Data Type: The data type is not known.*Did you mean "Float"/,
      /tags.csv:3:1 Tag Name: The tag has no name/,
      /tags.csv:4:28 Raw High: A number belongs here/,
      /tags.csv:5:19 Scaling: The scaling is not known/,
      /tags.csv:6:3 Address: The tag has no address/,
      /tags.csv:6:28 Negate Value: This says neither/,
      /tags.csv:7:29 Raw High: Raw Low and Raw High are equal/,
      /tags.csv:8:1 Tag Name: "D" and "d" would be one tag: d of bottling.line02 \(line 6\)/,
      /tags.csv:9:1 \(record\): This record has 3 fields/,
      /tags.csv:10:1 Tag Name: The name "" gives no segment/,
    ]) {
      assert.ok(
        lines.some((line) => expected.test(line)),
        `${expected.source} is not in\n${lines.join("\n")}`,
      );
    }
  });

  for (const [text, expected] of [
    ["", /The file is empty/],
    ["Name,Address,Data Type\na,1,Float", /The column "Tag Name" is missing/],
    ["Tag Nam,Address,Data Type\na,1,Float", /"Tag Nam" stands there instead/],
    ["Tag Name,Address,Data Type,ADDRESS\na,1,Float,2", /:1:28 \(header\): The column "Address" is given twice/],
    [`${HEADER}\n`, /no tag that a row can carry/],
    [`${HEADER}\n,,,,,,,,,,,,,,,,`, /no tag that a row can carry/],
  ] as const) {
    it(`says what is wrong with ${JSON.stringify(text.slice(0, 32))}`, () => assert.match(problems(kepware(text)).join("\n"), expected));
  }
});
