import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { bound, good, ignition, noted, problems, row, sample, speed, TAGS, why } from "./tag-import-samples.ts";

const udt = (name: string, rest: object): object => ({ name, tagType: "UdtType", ...rest });
const types = (...tags: object[]): object => ({ name: "_types_", tagType: "Folder", tags });
const instance = (typeId: string, rest: object = {}): object => ({ name: "M1", tagType: "UdtInstance", typeId, ...rest });
const range = (engLimitMode?: string): unknown => {
  const { min, max } = row(ignition([{ ...speed, engLow: -5, engHigh: 70, ...(engLimitMode === undefined ? {} : { engLimitMode }) }]));
  return [min, max];
};

describe("import of an Ignition export", () => {
  it("reads instances with what their UDT definitions say, parameters put in, from Ignition's own server", () => {
    const { rows } = good(ignition(sample("ignition.json"), { folders: "equipment" }));
    assert.deepEqual(rows, [
      {
        equipment: "bottling.line02.filler01",
        tag: "fill_weight",
        address: `${TAGS}[default]Filler01/FillWeight`,
        type: "float",
        unit: "g",
        min: 0,
        max: 900,
        description: "Net weight of the last bottle",
      },
      {
        equipment: "bottling.line02.filler01",
        tag: "motor.speed",
        address: `${TAGS}[default]Filler01/Motor/Speed`,
        type: "int",
        unit: "/min",
      },
      { equipment: "bottling.line02", tag: "line_state", address: `${TAGS}[default]Line State`, type: "int" },
      {
        equipment: "bottling.line02",
        tag: "last_change",
        address: `${TAGS}[default]Last Change`,
        type: "string",
        description: "When the product changed",
      },
      { equipment: "bottling.line02.recipe", tag: "total", address: `${TAGS}[default]Recipe/Total`, type: "int64" },
    ]);
  });

  it("reads the item path and the scaling instead, when the twin reads what Ignition reads", () => {
    const { rows } = good(ignition(sample("ignition.json"), { via: "source" }));
    assert.deepEqual(
      rows.map(({ tag, address, scale }) => [tag, address, scale]),
      [
        ["filler01.fill_weight", "ns=1;s=[PLC1]Filler.Weight", undefined],
        ["filler01.motor.speed", "ns=1;s=[PLC1]Filler.M1.Speed", { rawLow: 0, rawHigh: 27648, low: 0, high: 3000 }],
        ["line_state", undefined, undefined],
        ["last_change", undefined, undefined],
        ["recipe.total", "ns=1;s=[PLC1]Total", undefined],
      ],
    );
  });

  it("notes scaling that Ignition has applied already, or the twin would apply it twice", () => {
    const result = ignition(sample("ignition.json"));
    assert.ok(good(result).rows.every(({ scale }) => scale === undefined));
    assert.match(why(result, "scaleMode"), /applies it before/);
  });

  it("gives arrays no row and notes all of them", () => {
    const expected = { name: "Temperatures", tagType: "AtomicTag", valueSource: "opc", dataType: "Float4Array" };
    assert.deepEqual(noted(ignition(sample("ignition.json")), "Recipe/Temperatures"), expected);
  });

  for (const [dataType, type] of Object.entries({
    Int1: "int",
    Int2: "int",
    Int4: "int",
    Int8: "int64",
    Float4: "float",
    Float8: "float",
  })) {
    it(`${dataType} is ${type}`, () => assert.equal(row(ignition([{ ...speed, dataType }])).type, type));
  }
  for (const [dataType, type] of Object.entries({ Boolean: "bool", String: "string", DateTime: "string" })) {
    it(`${dataType} is ${type} and has no unit`, () => {
      const result = ignition([{ ...speed, dataType, engUnit: "g" }]);
      assert.deepEqual([row(result).type, row(result).unit], [type, undefined]);
      assert.match(why(result, "engUnit"), /has no unit/);
    });
  }

  it("writes units in UCUM and notes what is none", () => {
    assert.equal(row(ignition([{ ...speed, engUnit: "°C" }])).unit, "Cel");
    assert.equal(row(ignition([{ ...speed, engUnit: "m3/h" }])).unit, "m3/h");
    const result = ignition([{ ...speed, engUnit: "frobs" }]);
    assert.equal(row(result).unit, undefined);
    assert.deepEqual(noted(result, "Speed")["engUnit"], "frobs");
  });

  it("takes engLow and engHigh for a range only where Ignition enforces them", () => {
    assert.deepEqual(range("Clamp_Both"), [-5, 70]);
    assert.deepEqual(range("Clamp_Low"), [-5, undefined]);
    assert.deepEqual(range("Clamp_High"), [undefined, 70]);
    assert.deepEqual(range("No_Clamp"), [undefined, undefined]);
    assert.deepEqual(range(), [undefined, undefined]);
  });

  it("carries no unit and no range for a value that arrives unscaled", () => {
    const limits = { engUnit: "bar", engLow: 0, engHigh: 9, engLimitMode: "Clamp_Both" };
    for (const scaling of [
      { scaleMode: "SquareRoot", rawLow: 0, rawHigh: 1, scaledLow: 0, scaledHigh: 1 },
      { scaleMode: "Linear", rawHigh: 5 },
    ]) {
      const result = ignition([{ ...speed, ...scaling, ...limits }], { via: "source" });
      assert.deepEqual(row(result), { equipment: "bottling.line02", tag: "speed", type: "float", address: "ns=1;s=[PLC1]Speed" });
      assert.deepEqual(noted(result, "Speed"), { name: "Speed", ...scaling, ...limits });
    }
  });

  it("describes by documentation, else by tooltip", () => {
    assert.equal(row(ignition([{ ...speed, tooltip: "short" }])).description, "short");
    const result = ignition([{ ...speed, documentation: "long", tooltip: "short" }]);
    assert.equal(row(result).description, "long");
    assert.equal(noted(result, "Speed")["tooltip"], "short");
  });

  it("puts what was exported as one folder at the place itself, and a provider's tags below it", () => {
    const folder = { name: "Filler 01", tagType: "Folder", tags: [{ name: "Motor", tagType: "Folder", tags: [speed] }] };
    const exported = row(ignition(folder, { basePath: "Plant/Line02", provider: "edge" }));
    assert.deepEqual([exported.tag, exported.address], ["motor.speed", `${TAGS}[edge]Plant/Line02/Filler 01/Motor/Speed`]);
    const whole = row(ignition({ name: "edge", tagType: "Provider", tags: [folder] }));
    assert.deepEqual([whole.tag, whole.address], ["filler_01.motor.speed", `${TAGS}[edge]Filler 01/Motor/Speed`]);
    assert.equal(row(ignition(speed)).tag, "speed");
    const twice = { name: "motor", tagType: "Folder", tags: [{ name: "motor", tagType: "Folder", tags: [speed] }] };
    assert.equal(noted(ignition(twice, { via: "source" }), "motor")["name"], "motor");
    assert.equal(noted(ignition(twice, { via: "source" }), "motor/motor")["name"], undefined);
  });

  for (const [name, segment] of Object.entries({
    FillWeight: "fill_weight",
    "Fill weight (net)": "fill_weight_net",
    OPCServer: "opc_server",
    Line02Speed: "line02_speed",
    PT101A: "pt101a",
    "PT-101": "pt-101",
    Füllgröße: "fullgrosse",
    __proto__: "proto",
  })) {
    it(`calls ${name} ${segment}`, () => assert.equal(row(ignition(`[{"name":"${name}","tagType":"AtomicTag"}]`)).tag, segment));
  }

  describe("with UDT definitions", () => {
    it("inherits from the definition's own definition, the nearest first", () => {
      const base = udt("Base", { tags: [{ ...speed, engUnit: "rpm", documentation: "base" }] });
      const motor = udt("Motor", { typeId: "Base", tags: [{ name: "Speed", documentation: "motor" }] });
      const { description, unit, type } = row(ignition([types(base, motor), instance("[default]_types_/Motor")]));
      assert.deepEqual([description, unit, type], ["motor", "/min", "float"]);
    });

    it("notes which definition is missing and leaves out what only it says", () => {
      const result = ignition([instance("Motor", { tags: [{ name: "Speed", tagType: "AtomicTag" }] })]);
      assert.deepEqual(Object.keys(row(result)), ["equipment", "tag", "address"]);
      assert.match(why(result, "typeId"), /"Motor" is not in this file/);
    });

    it("notes an address whose parameter has no value, for the instance that lacks it", () => {
      const motor = udt("Motor", { tags: [{ ...speed, opcItemPath: bound("ns=1;s=[{Device}]Speed") }] });
      const device = { name: "M2", tagType: "UdtInstance", typeId: "Motor", parameters: { Device: "PLC7" } };
      const result = ignition([types(motor), instance("Motor"), device], { via: "source" });
      assert.deepEqual(
        good(result).rows.map(({ tag, address }) => [tag, address]),
        [
          ["m1.speed", undefined],
          ["m2.speed", "ns=1;s=[PLC7]Speed"],
        ],
      );
      const missing = result.notes.filter(({ path }) => path === "M1/Speed").map((note) => `${note.property}: ${note.why}`);
      assert.ok(missing.includes("opcItemPath.binding: The parameter {Device} has no value in this file."), missing.join("\n"));
    });

    it("knows the names of the instance and of the one around it", () => {
      const inner = udt("Inner", { tags: [{ ...speed, documentation: bound("{ParentInstanceName} {InstanceName}") }] });
      const outer = udt("Outer", { tags: [{ name: "Sub", tagType: "UdtInstance", typeId: "Inner" }] });
      assert.equal(row(ignition([types(inner, outer), instance("Outer")])).description, "M1 Sub");
    });

    it("refuses definitions that hold or inherit from themselves", () => {
      const nested = udt("A", { tags: [{ name: "Again", tagType: "UdtInstance", typeId: "A" }] });
      assert.match(problems(ignition([types(nested), instance("A")])).join(), /"A" holds an instance of itself/);
      const inherited = [udt("A", { typeId: "B", tags: [speed] }), udt("B", { typeId: "A" })];
      assert.match(problems(ignition([types(...inherited), instance("A")])).join(), /inherits from itself/);
    });

    it("refuses a chain of thousands of definitions without running out of stack", () => {
      const chain = Array.from({ length: 5000 }, (_, index) =>
        udt(`L${index}`, { tags: [{ name: "Next", tagType: "UdtInstance", typeId: `L${index + 1}` }] }),
      );
      assert.match(problems(ignition([types(...chain), instance("L0")])).join(), /"L32" is nested in more than 32 others/);
      const heirs = Array.from({ length: 5000 }, (_, index) => udt(`L${index}`, { typeId: `L${index + 1}`, tags: [speed] }));
      assert.match(problems(ignition([types(...heirs), instance("L0")])).join(), /"L0" inherits from more than 32 others/);
    });

    it("notes a whole scale and limit when the parameter of one of their values is missing", () => {
      const scaling = { scaleMode: "Linear", rawLow: 0, rawHigh: bound("{Full}"), scaledLow: 0, scaledHigh: 100 };
      const limits = { engLow: bound("{Low}"), engHigh: 9, engLimitMode: "Clamp_Both" };
      const motor = udt("Motor", { tags: [{ ...speed, ...scaling, ...limits, dataType: "Float8" }] });
      const whole = { name: "M2", tagType: "UdtInstance", typeId: "Motor", parameters: { Full: 10, Low: -1 } };
      const result = ignition([types(motor), instance("Motor"), whole], { via: "source" });
      const [partial, full] = good(result).rows;
      assert.deepEqual([partial?.scale, partial?.min, partial?.max], [undefined, undefined, undefined]);
      assert.deepEqual([full?.scale, full?.min, full?.max], [{ rawLow: 0, rawHigh: 10, low: 0, high: 100 }, -1, 9]);
      const { scaleMode, rawLow, "rawHigh.binding": rawHigh, "engLow.binding": engLow, engHigh } = noted(result, "M1/Speed");
      assert.deepEqual([scaleMode, rawLow, rawHigh, engLow, engHigh], ["Linear", 0, "{Full}", "{Low}", 9]);
      assert.deepEqual(noted(result, "M2/Speed"), {});
    });

    it("carries the limit that it knows and notes the other, when its parameter is missing", () => {
      const motor = udt("Motor", { tags: [{ ...speed, engLow: bound("{Low}"), engHigh: 9, engLimitMode: "Clamp_Both" }] });
      const whole = { name: "M2", tagType: "UdtInstance", typeId: "Motor", parameters: { Low: -1 } };
      const result = ignition([types(motor), instance("Motor"), whole]);
      assert.deepEqual(
        good(result).rows.map(({ min, max }) => [min, max]),
        [
          [undefined, 9],
          [-1, 9],
        ],
      );
      const { "engLow.binding": engLow, engLimitMode } = noted(result, "M1/Speed");
      assert.deepEqual([engLow, engLimitMode], ["{Low}", "Clamp_Both"]);
    });

    it("refuses a short file that stands for more tags than an import may have", () => {
      const levels = Array.from({ length: 9 }, (_, level) => {
        const tags = Array.from({ length: 10 }, (_, index) => ({ name: `T${index}`, tagType: "UdtInstance", typeId: `L${level - 1}` }));
        return udt(`L${level}`, { tags: level === 0 ? [speed] : tags });
      });
      assert.match(problems(ignition([types(...levels), instance("L8")])).join(), /stands for more than 100000 tags/);
    });

    it("says that definitions alone are no tags", () => {
      assert.match(problems(ignition([types(udt("A", { tags: [speed] }))])).join(), /definitions alone are none/);
    });
  });

  it("reports everything that is wrong in one go, with line and path", () => {
    const text = `{ "name": "L", "tagType": "Folder", "tags": [
  { "name": "A", "tagType": "AtomicTag", "dataType": "Floaty" },
  { "tagType": "AtomicTag" },
  { "name": "C", "tagType": "OpcTag", "__proto__": 1, "dataType": "Int4" },
  { "name": "D", "tagType": "AtomicTag", "dataType": "Int4", "engLow": "low", "engLimitMode": "Clamp_Low" },
  { "name": "D", "tagType": "AtomicTag", "dataType": "Int4" },
  { "name": "d ", "tagType": "AtomicTag", "dataType": "Int4", "dataType": "Int8" },
  { "name": "???", "tagType": "AtomicTag" },
  { "name": "constructor", "tagType": "AtomicTag", "scaleMode": "Linear", "rawLow": 3, "rawHigh": 3, "scaledLow": 0, "scaledHigh": 1e999 },
  { "name": "x/y", "tagType": "AtomicTag" }
] }`;
    const lines = problems(ignition(text, { via: "source" }));
    for (const expected of [
      /tags.json:2:54 tags\[0\].dataType: The data type is not known/,
      /tags.json:3:3 tags\[1\].name: The tag has no name/,
      /tags.json:4:29 tags\[2\].tagType: The tagType is not known/,
      /tags.json:4:39 tags\[2\].__proto__: "__proto__" is never accepted/,
      /tags.json:5:72 tags\[3\].engLow: A number belongs here/,
      /tags.json:6:13 tags\[4\].name: "L\/D" is already given on line 5/,
      /tags.json:7:63 tags\[5\].dataType: The key "dataType" is given twice/,
      /tags.json:7:3 tags\[5\]: "L\/d " and "L\/D" would be one tag: d of bottling.line02 \(line 5\)/,
      /tags.json:8:3 tags\[6\]: The name "\?\?\?" gives no segment/,
      /tags.json:9:3 tags\[7\]: The name "constructor" gives no segment/,
      /tags.json:9:132 tags\[7\].scaledHigh: A number belongs here/,
      /tags.json:10:13 tags\[8\].name: This is no name of a tag/,
    ]) {
      assert.ok(
        lines.some((line) => expected.test(line)),
        `${expected.source} is not in\n${lines.join("\n")}`,
      );
    }
    assert.equal(lines.length, 12);
  });

  it("refuses equal ends of a raw range and a range that ends before it starts", () => {
    const scaling = { scaleMode: "Linear", rawLow: 3, rawHigh: 3, scaledLow: 0, scaledHigh: 1 };
    assert.match(problems(ignition([{ ...speed, ...scaling }], { via: "source" })).join(), /two different values/);
    const limits = { engLow: 3, engHigh: 2, engLimitMode: "Clamp_Both" };
    assert.match(problems(ignition([{ ...speed, ...limits }])).join(), /ends at 2 before it starts at 3/);
  });

  for (const [text, expected] of [
    ["", /1:1 \(file\): The file ends too early/],
    ['{"tags":[\n{"name" "A"}]}', /2:9 tags\[0\].name: A ":" belongs here/],
    ['{"tags":[],}', /1:12 \(file\): A key in quotes/],
    ['[{"name":"A"}] x', /1:16 \(file\): Something follows/],
    ['[{"name":"A\n"}]', /no|escape|line break/],
    ['["A', /never closed/],
    ["[01]", /A "," or "]" belongs here/],
    ["[+1]", /A JSON value belongs here/],
    ["[NaN]", /A JSON value belongs here/],
    ["{}", /no tag export/],
    ["7", /no tag export/],
    ['{"tags":{}}', /tags: "tags" must be a list/],
    ["[7]", /\[0\]: A tag belongs here/],
    ["[".repeat(200), /nested more than 100 levels/],
  ] as const) {
    it(`says what is wrong with ${JSON.stringify(text.slice(0, 20))}`, () => assert.match(problems(ignition(text)).join("\n"), expected));
  }

  it("refuses a file that is too large and a place that is none", () => {
    assert.match(problems(ignition(" ".repeat(32 * 1024 * 1024 + 1))).join(), /at most 33554432/);
    for (const equipment of ["", "a..b", "_x", "__proto__", "a b"]) {
      assert.match(problems(ignition([speed], { equipment })).join(), /\(options\).equipment/);
    }
  });

  it("keeps in notes what no double holds", () => {
    const result = ignition(`[{"name":"A","tagType":"AtomicTag","value":9007199254740993,"x":{"y":[],"z":{}},"big":1e999}]`);
    assert.deepEqual(noted(result, "A"), { value: "9007199254740993", "x.y": "[]", "x.z": "{}", big: "1e999" });
  });
});
