import assert from "node:assert/strict";
import * as fc from "fast-check";
import { describe, it } from "mocha";
import { compareContracts, type Contract, ContractCheck, contractOf, frozenText, versionOf } from "../../../core/connect/contract/index.ts";
import { type ClassTag, loadPlant, type PlantModel } from "../../../core/connect/model/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import { TagMap } from "../../../core/connect/tag-map/index.ts";
import { CHART_CONTRACT } from "../../../core/model/charting/index.ts";
import { FILL_CONTRACT } from "../../../core/model/fill-weight/index.ts";
import { OEE_CONTRACT } from "../../../core/operate/oee/index.ts";
import { plantFiles } from "./plant-files.ts";

const FILLER = "acme.galway.hall.line.filler";

type Changes = Parameters<typeof plantFiles>[0];
function read(changes: Changes = {}, extra = ""): ReturnType<typeof loadPlant> {
  return loadPlant([...plantFiles(changes), { name: "contracts.yaml", text: extra }]);
}
function load(changes: Changes = {}, extra = ""): PlantModel {
  const reading = read(changes, extra);
  if ("problems" in reading) assert.fail(reading.problems.map(({ message }) => message).join("\n"));
  return reading.model;
}
function frozen(model: PlantModel, name = "_filler_v1"): string {
  const contract = contractOf(model, name);
  assert.ok(contract);
  return frozenText([contract]);
}

const sample = (tag: string, value: Sample["value"], more: Partial<Sample> = {}): Sample => ({
  tag,
  value,
  quality: "Good",
  timestamp: 1,
  ...more,
});

describe("a contract is checked on write", () => {
  const check = new ContractCheck(load(), [OEE_CONTRACT]);
  const said = (one: Sample): string => {
    const found = check.violation(one);
    assert.equal(found?.code ?? "CONTRACT_VIOLATION", "CONTRACT_VIOLATION");
    return found?.message ?? "";
  };

  it("a chart's tags are held to their types under the name that people gave it, in the unit of what is charted", () => {
    const charts = new ContractCheck(load(), [CHART_CONTRACT]);
    const told = (path: string, value: number | string): string | undefined =>
      charts.violation({ tag: `${FILLER}._spc_v1.${path}`, value, quality: "Good", timestamp: 0, unit: "g" })?.message;
    assert.equal(told("fill-weight.value", 501.2), undefined);
    assert.equal(told("fill-weight.spread.upper", 9.8), undefined);
    assert.equal(told("fill-weight.rules", "N1 N2"), undefined);
    assert.match(told("fill-weight.value", "much") ?? "", /is of type float/);
    assert.match(told("fill-weight.other", 1) ?? "", /has no "fill-weight.other"/);
    assert.match(told("value", 1) ?? "", /has no "value"/);
  });

  it("a fill weight's tags are held to their types under the name of what is weighed", () => {
    const fills = new ContractCheck(load(), [FILL_CONTRACT]);
    const told = (path: string, value: number | string): string | undefined =>
      fills.violation({ tag: `${FILLER}._fill_v1.${path}`, value, quality: "Good", timestamp: 0, unit: "g" })?.message;
    assert.equal(told("fill_weight.giveaway", 1.2), undefined);
    assert.match(told("fill_weight.below_t1", 1.5) ?? "", /is of type int/);
    assert.match(told("fill_weight.other", 1) ?? "", /has no "fill_weight.other"/);
  });

  it("what keeps it is written, and _raw always is", () => {
    for (const one of [
      sample(`${FILLER}._filler_v1.weight`, 500, { unit: "g" }),
      sample(`${FILLER}._filler_v1.weight`, 500),
      sample(`${FILLER}._filler_v1.weight`, null, { quality: "Bad" }),
      sample(`${FILLER}._filler_v1.state`, 6),
      sample(`${FILLER}._raw.anything.at.all`, "x"),
      sample("other.site._raw.x", true),
      sample(`${FILLER}._oee_v1.shift.oee`, 0.8, { unit: "1" }),
    ])
      assert.equal(said(one), "");
  });

  it("a path that it does not have is refused with the valid ones", () => {
    assert.equal(
      said(sample(`${FILLER}._filler_v1.wieght`, 1)),
      '_filler_v1 has no "wieght". Valid paths: state, count, weight. Did you mean "weight"?',
    );
    assert.match(said(sample(`${FILLER}._oee_v1.shift.oe`, 1)), /Valid paths: hour\.availability,.*Did you mean "shift\.oee"/);
  });

  it("a contract that the equipment does not keep is refused with those that it does", () => {
    assert.equal(
      said(sample(`${FILLER}._filler_v2.weight`, 1)),
      `"${FILLER}" keeps _filler_v1, not _filler_v2. Give it a class with that contract, or write to _raw. Did you mean "_filler_v1"?`,
    );
    assert.match(
      said(sample("acme.galway.hall.line.filer._filler_v1.weight", 1)),
      /no equipment.*Did you mean "acme\.galway\.hall\.line\.filler"/,
    );
  });

  it("another type, unit or enumeration is refused with what is promised", () => {
    assert.match(said(sample(`${FILLER}._filler_v1.weight`, "500")), /type float; "500" is not/);
    assert.match(said(sample(`${FILLER}._filler_v1.count`, 1.5)), /type int; 1\.5 is not/);
    assert.match(said(sample(`${FILLER}._filler_v1.weight`, 1, { unit: "kg" })), /stored in g, not in "kg"/);
    assert.match(said(sample(`${FILLER}._filler_v1.state`, 99)), /one of 4, 6; 99 is not/);
  });
});

describe("a frozen contract", () => {
  const text = frozen(load());

  it("loads with the class that made it, whatever its description, addresses and intervals become", () => {
    const model = load(
      {
        "classes.yaml": (yaml) =>
          yaml.replace('address: "{prefix}.Weight"', 'address: "{prefix}.W", description: new, expectedEverySeconds: 3'),
      },
      text,
    );
    assert.deepEqual([...(model.contracts.get("_filler_v1")?.keys() ?? [])], ["state", "count", "weight"]);
  });

  it("freezes to the same text again", () => assert.equal(frozen(load({}, text)), text));

  const drifts: Readonly<Record<string, readonly [from: string, to: string, says: RegExp]>> = {
    "another unit": [
      "unit: g,",
      "unit: kg,",
      /The unit of "weight" changes from g to kg\. The contract _filler_v1 is frozen\. Give the class filler the contract _filler_v2/,
    ],
    "another type": ["type: float, unit: g", "type: int, unit: g", /type of "weight" changes from float to int/],
    "another range": ["max: 1200", "max: 2000", /range of "weight"/],
    "another value, inherited": ["6: Execute", "6: Execute, 7: Held", /values of "state"/],
    "a tag more": ["contract: _filler_v1\n    tags:", "contract: _filler_v1\n    tags:\n      extra: { type: int }", /"extra" is added/],
    "a tag less": [
      '      weight: { type: float, unit: g, range: { min: 0, max: 1200 }, address: "{prefix}.Weight" }',
      "      {}",
      /"weight" is removed/,
    ],
  };
  for (const [what, [from, to, says]] of Object.entries(drifts)) {
    it(`refuses ${what}, and says which version to make`, () => {
      const reading = read({ "classes.yaml": (yaml) => yaml.replace(from, to) }, text);
      assert.ok("problems" in reading, "it was accepted");
      assert.match(reading.problems.map(({ message }) => message).join("\n"), says);
      assert.ok(reading.problems.every(({ file }) => file === "classes.yaml"));
    });
  }

  it("does not stand in the way of the next version", () => {
    const next: Changes = { "classes.yaml": (yaml) => yaml.replace("_filler_v1", "_filler_v2").replace("unit: g,", "unit: kg,") };
    assert.ok(load(next, text).tags.has(`${FILLER}._filler_v2.weight`));
  });
});

describe("two versions side by side", () => {
  const both: Changes = {
    "classes.yaml": (yaml) =>
      `${yaml}  filler-2: { extends: filler, contract: _filler_v2, tags: { weight: { unit: kg, sourceUnit: g } } }\n`,
    "site.yaml": (yaml) => yaml.replace("class: filler\n", "class: filler\n    also: [filler-2]\n"),
  };

  it("a machine keeps both, each in its own terms, from one reading", () => {
    const model = load(both);
    const { samples, rejects } = new TagMap([], model).map(
      [{ protocol: "opcua", address: "s=Line.Filler.Weight", value: 500, received: 1 }],
      1,
    );
    assert.deepEqual(rejects, []);
    assert.deepEqual(
      samples.map(({ tag, value, unit }) => [tag, value, unit]),
      [
        [`${FILLER}._filler_v2.weight`, 0.5, "kg"],
        [`${FILLER}._filler_v1.weight`, 500, "g"],
      ],
    );
    const check = new ContractCheck(model);
    assert.deepEqual(
      samples.map((sample) => check.violation(sample)),
      [undefined, undefined],
    );
  });

  it("an address that two different tags share is still no mapping", () => {
    const model = load({ "classes.yaml": (yaml) => yaml.replace("{prefix}.Weight", "{prefix}.Count") });
    assert.throws(() => new TagMap([], model), /gives the address/);
  });

  it("is not for the class that the machine has already, nor for a machine without one", () => {
    for (const [from, to, says] of [
      ["class: filler\n", "class: filler\n    also: [filler]\n", /is the machine's class already/],
      ["class: filler\n", "also: [filler]\n", /needs a "class"/],
      ["class: filler\n", "class: filler\n    also: [fillr]\n", /Did you mean "filler"/],
    ] as const) {
      const reading = read({ "site.yaml": (yaml) => yaml.replace(from, to) });
      assert.ok("problems" in reading);
      assert.match(reading.problems.map(({ message }) => message).join("\n"), says);
    }
  });
});

const contract = (tags: Readonly<Record<string, ClassTag>>): Contract => ({ name: "_m_v1", tags: new Map(Object.entries(tags)) });

const verdicts = (a: ClassTag | undefined, b: ClassTag | undefined): readonly string[] =>
  compareContracts(contract(a ? { t: a } : {}), contract(b ? { t: b } : {})).map(({ compatible, what }) => `${compatible}: ${what}`);

describe("compatibility of two versions", () => {
  const table: readonly (readonly [ClassTag | undefined, ClassTag | undefined, readonly string[]])[] = [
    [{ type: "int" }, { type: "int" }, []],
    [undefined, { type: "int" }, ["forward: it is added"]],
    [{ type: "int" }, undefined, ["backward: it is removed"]],
    [{ type: "int" }, { type: "float" }, ["backward: the type changes from int to float"]],
    [{ type: "float" }, { type: "int64" }, ["forward: the type changes from float to int64"]],
    [{ type: "string" }, { type: "int" }, ["none: the type changes from string to int"]],
    [{ type: "int", unit: "g" }, { type: "int", unit: "kg" }, ["none: the unit changes from g to kg"]],
    [
      { type: "int", range: { min: 0, max: 5 } },
      { type: "int", range: { min: -1 } },
      ["backward: the minimum changes from 0 to -1", "backward: the maximum changes from 5 to none"],
    ],
    [{ type: "int", range: { max: 5 } }, { type: "int", range: { max: 4 } }, ["forward: the maximum changes from 5 to 4"]],
    [{ type: "enum", values: { 0: "Off" } }, { type: "enum", values: { 0: "Off", 1: "On" } }, ['backward: the value 1 "On" is added']],
    [{ type: "enum", values: { 0: "Off" } }, { type: "enum", values: { 0: "On" } }, ['none: the value 0 changes from "Off" to "On"']],
  ];
  for (const [before, after, expected] of table)
    it(`${JSON.stringify(before) ?? "nothing"} → ${JSON.stringify(after) ?? "nothing"}`, () =>
      assert.deepEqual(verdicts(before, after), expected));

  it("the way back is compatible the other way round", () => {
    const tag: fc.Arbitrary<ClassTag> = fc.record(
      {
        type: fc.constantFrom("int", "float", "int64", "bool"),
        unit: fc.constantFrom("g", "kg"),
        range: fc.record({ min: fc.integer({ max: 0 }), max: fc.integer({ min: 0 }) }),
      },
      { requiredKeys: ["type"] },
    );
    const some = fc.dictionary(fc.constantFrom("a", "b", "c"), tag).map(contract);
    const mirrored = { full: "full", none: "none", backward: "forward", forward: "backward" } as const;
    fc.assert(
      fc.property(some, some, (a, b) => {
        const there = compareContracts(a, b).map(({ path, compatible }) => `${path} ${mirrored[compatible]}`);
        assert.deepEqual(
          compareContracts(b, a).map(({ path, compatible }) => `${path} ${compatible}`),
          there,
        );
        assert.deepEqual(compareContracts(a, a), []);
      }),
    );
  });

  it("versions are numbers at the end of a name", () => {
    assert.deepEqual(versionOf("_filler_v12"), { base: "_filler", version: 12 });
    assert.equal(versionOf("_raw"), undefined);
  });
});
