import assert from "node:assert/strict";
import path from "node:path";
import { describe, it } from "mocha";
import { readPlantDirectory } from "../../../adapters/files/plant-files.ts";
import type { Reject, Sample } from "../../../core/connect/sample/index.ts";
import { type MapRule, normaliseAddress, type SourceReading, TagMap, TagMapProblem } from "../../../core/connect/tag-map/index.ts";
import { FILLER, MODEL, NOW, outcome, reading, value } from "../../support/mapped-filler.ts";

const raw = (rules: readonly MapRule[]): TagMap => new TagMap(rules, MODEL);

function expression(text: string): TagMap {
  return new TagMap([{ match: "expression", address: text }]);
}

async function evaluated(map: TagMap, input: SourceReading): Promise<unknown> {
  const { deferred } = map.map([input], NOW);
  const { samples, rejects } = await map.evaluate(deferred, NOW);
  const [only] = [...samples, ...rejects];
  return only === undefined ? undefined : "code" in only ? only.code : [only.tag, only.value];
}

describe("tag map: which tag an address leads to", () => {
  it("maps an address of the plant model without any row, with full provenance", () => {
    const input = reading("FillWeight", 505.5, { status: 0, serverTimestamp: 5 });
    assert.deepEqual(outcome(new TagMap([], MODEL), input), {
      tag: `${FILLER}._filler_v1.fill_weight`,
      value: 505.5,
      quality: "Good",
      timestamp: input.sourceTimestamp,
      received: NOW,
      source: { protocol: "opcua", address: "nsu=urn:p;s=F.FillWeight", mapping: "model@1" },
      status: 0,
      unit: "g",
    });
  });

  it("maps every address of the demo site to its tag", async () => {
    const site = await readPlantDirectory(path.resolve(import.meta.dirname, "../../../plant/site"));
    assert.ok("model" in site, "the demo site has problems");
    const addressed = [...site.model.tags.values()].filter((tag) => tag.address !== undefined);
    const inputs = addressed.map(({ address }) => reading("", null, { address: address as string }));
    const { samples } = new TagMap([], site.model).map(inputs, NOW);
    assert.ok(samples.length > 80, `${samples.length} tags`);
    assert.deepEqual(
      samples.map(({ tag }) => tag),
      addressed.map(({ id }) => id),
    );
  });

  it("prefers exact rows to exclusions, exclusions to the model, the model to patterns, earlier patterns to later ones", () => {
    const map = raw([
      { address: "nsu=urn:p;s=F.**", tag: "acme.galway._raw.pattern" },
      { address: "other/**", tag: "acme.galway._raw.first" },
      { address: "other/*", tag: "acme.galway._raw.second" },
      { address: "**.Serial", exclude: true },
      { address: "nsu=urn:p;s=F.Count", tag: "acme.galway._raw.exact" },
      { address: "x.Serial", tag: "acme.galway._raw.kept" },
    ]);
    const tag = (address: string): unknown => (outcome(map, reading("", 1, { address })) as Sample).tag;
    assert.equal(tag("nsu=urn:p;s=F.Count"), "acme.galway._raw.exact");
    assert.equal(tag("x.Serial"), "acme.galway._raw.kept");
    assert.equal(tag("nsu=urn:p;s=F.FillWeight"), `${FILLER}._filler_v1.fill_weight`);
    assert.equal(tag("nsu=urn:p;s=F.New"), "acme.galway._raw.pattern");
    assert.equal(tag("other/1"), "acme.galway._raw.first");
    const excluded = map.map([reading("Serial", "a")], NOW);
    assert.deepEqual([excluded.excluded, excluded.samples.length, excluded.rejects.length], [1, 0, 0]);
  });

  it("names the row and the content of the rules in provenance", () => {
    const rules = [{ id: "weights", address: "a", tag: "acme.galway._raw.w" }];
    const map = raw(rules);
    const sample = outcome(map, reading("", 1, { address: "a" })) as Sample;
    assert.equal(sample.source?.mapping, `weights@${map.revision}`);
    assert.equal(raw(rules).revision, map.revision);
    assert.notEqual(raw([{ id: "weights", address: "b", tag: "acme.galway._raw.w" }]).revision, map.revision);
  });

  it("fills captures into the tag, as they are, in lower case and in snake case", () => {
    const map = new TagMap([
      { address: "Line{n}/{machine}.{signal}", tag: "acme.galway.bottling.line{n}.{machine:lower}._raw.{signal:snake}" },
    ]);
    const sample = outcome(map, reading("", 1, { protocol: "mqtt", address: "Line07/Filler01.CurMachSpeed" })) as Sample;
    assert.equal(sample.tag, "acme.galway.bottling.line07.filler01._raw.cur_mach_speed");
  });

  it("keeps * within a level and lets ** cross levels", () => {
    const map = new TagMap([
      { address: "a/*/t", tag: "acme.galway._raw.one" },
      { address: "b/**/t", tag: "acme.galway._raw.many" },
    ]);
    const code = (address: string): unknown => value(map, reading("", 1, { address }));
    assert.equal(code("a/x/t"), 1);
    assert.equal(code("a/x/y/t"), "UNMAPPED");
    assert.equal(code("b/x/y/t"), 1);
  });

  it("matches a hostile address against many wildcards at once without hanging", () => {
    const map = new TagMap([{ address: `${"*a".repeat(15)}b`, tag: "acme.galway._raw.x" }]);
    assert.equal(value(map, reading("", 1, { address: "a".repeat(1_000) })), "UNMAPPED");
  });

  it("tells metacharacters of regular expressions from wildcards", () => {
    const map = new TagMap([{ address: "a.b+(c)[*]$", tag: "acme.galway._raw.x" }]);
    assert.equal(value(map, reading("", 1, { address: "a.b+(c)[7]$" })), 1);
    assert.equal(value(map, reading("", 1, { address: "aXbb(c)[7]$" })), "UNMAPPED");
  });

  it("applies a row only to its protocol, and prefers the row that names it", () => {
    const map = new TagMap([
      { address: "1", tag: "acme.galway._raw.any" },
      { protocol: "modbus", address: "1", tag: "acme.galway._raw.modbus" },
    ]);
    assert.equal((outcome(map, reading("", 1, { protocol: "modbus", address: "1" })) as Sample).tag, "acme.galway._raw.modbus");
    assert.equal((outcome(map, reading("", 1, { protocol: "s7", address: "1" })) as Sample).tag, "acme.galway._raw.any");
  });

  it("takes the spellings of one OPC UA node id for one address", () => {
    assert.equal(normaliseAddress(" ns=2;s=A.B;datatype=Double "), "ns=2;s=A.B");
    assert.equal(normaliseAddress("ns=0;i=2258"), "i=2258");
    assert.equal(normaliseAddress("nsu=http://opcfoundation.org/UA/;i=2258"), "i=2258");
    assert.equal(normaliseAddress("plant/ns=2"), "plant/ns=2");
    const map = new TagMap([], MODEL, { namespaces: ["", "urn:server", "urn:p"] });
    assert.equal(value(map, reading("", 3, { address: "ns=2;s=F.Count" })), 3);
  });

  it("rejects what no row maps, and a contract tag that the model does not know", () => {
    const unmapped = outcome(new TagMap([], MODEL), reading("Nowhere", 1)) as Reject;
    assert.equal(unmapped.code, "UNMAPPED");
    assert.match(unmapped.message, /F\.Nowhere/);
    const map = raw([{ address: "{x}", tag: "acme.galway._filler_v1.{x}" }]);
    assert.equal(value(map, reading("", 1, { address: "speed" })), "UNKNOWN_TAG");
    assert.equal(value(new TagMap([{ address: "{x}", tag: "acme.galway._raw.{x}" }]), reading("", 1, { address: "a b" })), "UNKNOWN_TAG");
  });

  it("says everything that is wrong with the rules, by row and field", () => {
    const rules: MapRule[] = [
      { address: "", tag: "acme.galway._raw.x" },
      { address: "a", tag: "nonsense" },
      { address: "b/{n}", tag: "acme.galway._raw.{m}" },
      { address: "c", tag: "acme.galway._raw.c", scale: { rawLow: 1, rawHigh: 1, low: 0, high: 100 } },
      { address: "d", tag: `${FILLER}._filler_v1.fill_weight`, unit: "Cel" },
      { address: "a", tag: "acme.galway._raw.twice" },
      { address: "(", match: "expression" },
    ];
    assert.throws(
      () => raw(rules),
      (error: unknown) => {
        assert.ok(error instanceof TagMapProblem);
        assert.deepEqual(
          error.problems.map(({ row, field }) => `${row} ${field}`),
          ["1 address", "2 tag", "3 address", "4 scale", "5 unit", "6 address", "7 address"],
        );
        return true;
      },
    );
  });
});

describe("tag map: expressions", () => {
  it("answers a tag, a tag with another value, or nothing", async () => {
    const map = expression(
      `$contains(address, "press") ? "acme.galway._raw.pressure" : value > 10 ? { "tag": "acme.galway._raw.big", "value": value / 10 }`,
    );
    assert.deepEqual(await evaluated(map, reading("pressure", 3)), ["acme.galway._raw.pressure", 3]);
    assert.deepEqual(await evaluated(map, reading("x", 50)), ["acme.galway._raw.big", 5]);
    assert.equal(await evaluated(map, reading("x", 5)), "UNMAPPED");
  });

  it("ends a hostile expression by its limits", async () => {
    for (const text of [
      "($f := function($n) { $f($n + 1) }; $f(0))",
      "($f := function($n) { 1 + $f($n + 1) }; $f(0))",
      "[1..100000]",
      '$pad("x", 100000000)',
      "$unknown(1)",
      '{ "tag": 7 }',
    ]) {
      assert.equal(await evaluated(expression(text), reading("x", 1)), "EXPRESSION_FAILED", text);
    }
  });

  it("refuses what would run input as code, hang, or differ on replay", () => {
    for (const text of ["$eval(value)", "$now()", "$millis()", "$random()", "address ~> /(a+)+$/", "($e := $eval; $e(value))"]) {
      assert.throws(() => expression(text), TagMapProblem, text);
    }
  });
});
