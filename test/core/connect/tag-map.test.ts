import assert from "node:assert/strict";
import path from "node:path";
import { describe, it } from "mocha";
import { readPlantDirectory } from "../../../adapters/files/plant-files.ts";
import type { TagDefinition } from "../../../core/connect/model/index.ts";
import type { Reject, Sample } from "../../../core/connect/sample/index.ts";
import {
  type MapRule,
  normaliseAddress,
  readings,
  type SourceReading,
  TagMap,
  TagMapProblem,
} from "../../../core/connect/tag-map/index.ts";
import { tagsOnly } from "../../support/tags-only.ts";

const NOW = 1_760_000_000_000;
const FILLER = "acme.galway.bottling.line01.filler01";

const TAGS: readonly Omit<TagDefinition, "asset" | "signal">[] = [
  {
    id: `${FILLER}._filler_v1.fill_weight`,
    type: "float",
    unit: "g",
    range: { min: 0, max: 1200 },
    address: "nsu=urn:p;s=F.FillWeight",
    expectedEveryMs: 5_000,
  },
  { id: `${FILLER}._filler_v1.count`, type: "int", range: { min: 0 }, address: "nsu=urn:p;s=F.Count" },
  { id: `${FILLER}._filler_v1.total`, type: "int64", address: "nsu=urn:p;s=F.Total" },
  { id: `${FILLER}._filler_v1.blocked`, type: "bool", address: "nsu=urn:p;s=F.Blocked" },
  { id: `${FILLER}._filler_v1.serial`, type: "string", address: "nsu=urn:p;s=F.Serial" },
  { id: `${FILLER}._filler_v1.state`, type: "enum", values: { 4: "Idle", 6: "Execute" }, address: "nsu=urn:p;s=F.State" },
  { id: `${FILLER}._filler_v1.temperature`, type: "float", unit: "Cel" },
];

const MODEL = tagsOnly(TAGS.map((tag) => ({ ...tag, asset: FILLER, signal: tag.id.slice(FILLER.length + 1) })));

let clock = NOW - 1_000_000;
function reading(name: string, value: unknown, more: Partial<SourceReading> = {}): SourceReading {
  clock += 1;
  return { protocol: "opcua", address: `nsu=urn:p;s=F.${name}`, value, sourceTimestamp: clock, received: NOW, ...more };
}

function outcome(map: TagMap, input: unknown): Sample | Reject {
  const { samples, rejects } = map.map([input], NOW);
  const [only] = [...samples, ...rejects];
  assert.ok(only, "neither sample nor reject");
  return only;
}

function value(map: TagMap, input: unknown): unknown {
  const out = outcome(map, input);
  return "code" in out ? out.code : out.value;
}

const raw = (rules: readonly MapRule[]): TagMap => new TagMap(rules, MODEL);

/** A canonical sample, right but for what `more` changes. */
function canonical(more: Partial<Record<keyof Sample, unknown>> = {}): unknown {
  clock += 1;
  return { tag: `${FILLER}._filler_v1.fill_weight`, value: 5, quality: "Good", timestamp: clock, unit: "g", ...more };
}

function expression(text: string): TagMap {
  return new TagMap([{ match: "expression", address: text }]);
}

async function evaluated(map: TagMap, input: SourceReading): Promise<unknown> {
  const { deferred } = map.map([input], NOW);
  const { samples, rejects } = await map.evaluate(deferred, NOW);
  const [only] = [...samples, ...rejects];
  return only === undefined ? undefined : "code" in only ? only.code : [only.tag, only.value];
}

function inputs(message: Record<string, unknown>): unknown {
  return readings(message, NOW).inputs;
}

function seen(message: Record<string, unknown>): readonly SourceReading[] {
  return readings(message, NOW).inputs as SourceReading[];
}

function addressed(message: Record<string, unknown>): unknown {
  return seen(message).map(({ address, value: of }) => ({ address, value: of }));
}

function mqtt(payload: unknown): unknown {
  return inputs({ topic: "a/b", qos: 0, retain: false, payload });
}

function refusals(message: Record<string, unknown>): string {
  return readings(message, NOW, { maxValues: 10, maxText: 30 })
    .rejects.map((reject) => reject.code)
    .join();
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

describe("tag map: values", () => {
  const map = new TagMap([], MODEL);

  it("lets the type of the tag win: numeric-looking serial numbers stay text", () => {
    assert.equal(value(map, reading("Serial", "0012345678901234567890")), "0012345678901234567890");
    assert.equal(value(map, reading("Serial", "1e5")), "1e5");
    assert.equal(value(map, reading("Serial", 42)), "42");
    assert.equal(value(map, reading("Count", "0012")), 12);
    assert.equal(value(map, reading("Count", "12 bottles")), "WRONG_TYPE");
    assert.equal(value(map, reading("FillWeight", "")), "WRONG_TYPE");
  });

  it("keeps text of raw tags as text", () => {
    const raw = new TagMap([{ address: "a", tag: "acme.galway._raw.a" }]);
    assert.equal(value(raw, reading("", "0042", { address: "a" })), "0042");
  });

  it("keeps 64-bit integers exact: numbers up to 2^53, decimal text beyond", () => {
    const exact = (input: unknown): unknown => {
      const out = outcome(map, reading("Total", input)) as Sample;
      return [out.value, out.type];
    };
    assert.deepEqual(exact(9_007_199_254_740_991n), [9_007_199_254_740_991, "int64"]);
    assert.deepEqual(exact("9223372036854775807"), ["9223372036854775807", "int64"]);
    assert.deepEqual(exact(-9_223_372_036_854_775_808n), ["-9223372036854775808", "int64"]);
    assert.equal(value(map, reading("Total", "9223372036854775808")), "WRONG_TYPE");
    assert.equal(value(map, reading("Total", 2 ** 60)), "WRONG_TYPE");
  });

  it("reads enumerations by number or by text, whatever the case", () => {
    assert.equal(value(map, reading("State", 6)), 6);
    assert.equal(value(map, reading("State", "execute")), 6);
    assert.equal(value(map, reading("State", "4")), 4);
    assert.equal(value(map, reading("State", "Dancing")), "WRONG_TYPE");
    assert.equal(value(map, reading("State", 99)), "OUT_OF_RANGE");
  });

  it("reads booleans only from true, false, 1 and 0", () => {
    assert.deepEqual(
      [true, 0, "TRUE", "0"].map((input) => value(map, reading("Blocked", input))),
      [true, false, true, false],
    );
    assert.equal(value(map, reading("Blocked", 2)), "WRONG_TYPE");
  });

  it("rejects NaN, infinities, fractions of whole numbers, objects and values out of range", () => {
    assert.equal(value(map, reading("FillWeight", Number.NaN)), "NOT_FINITE");
    assert.equal(value(map, reading("FillWeight", Number.NEGATIVE_INFINITY)), "NOT_FINITE");
    assert.equal(value(map, reading("Count", 1.5)), "WRONG_TYPE");
    assert.equal(value(map, reading("FillWeight", { a: 1 })), "WRONG_TYPE");
    const far = outcome(map, reading("FillWeight", 1_200.1)) as Reject;
    assert.equal(far.code, "OUT_OF_RANGE");
    assert.match(far.message, /1200\.1 .* from 0 to 1200/);
  });

  it("passes a value out of range as Uncertain when asked to", () => {
    const lenient = new TagMap([], MODEL, { outOfRange: "uncertain" });
    const sample = outcome(lenient, reading("FillWeight", 1_300)) as Sample;
    assert.deepEqual([sample.value, sample.quality], [1_300, "Uncertain"]);
  });

  it("scales 4 to 20 mA onto its range, and rounds what a whole-number tag gets", () => {
    const scaled = raw([
      { address: "mA", tag: `${FILLER}._filler_v1.fill_weight`, scale: { rawLow: 4, rawHigh: 20, low: 0, high: 1000 } },
      { address: "tenths", tag: `${FILLER}._filler_v1.count`, scale: { factor: 0.1, offset: 0 } },
    ]);
    assert.equal(value(scaled, reading("", 12, { address: "mA" })), 500);
    assert.equal(value(scaled, reading("", 123, { address: "tenths" })), 12);
  });

  it("converts the unit of the source, or of the row, to the unit of the tag", () => {
    const converted = raw([
      { address: "t", tag: `${FILLER}._filler_v1.temperature` },
      { address: "f", tag: `${FILLER}._filler_v1.temperature`, unit: "[degF]" },
    ]);
    const kilo = outcome(map, reading("FillWeight", 0.5, { unit: "kg" })) as Sample;
    assert.deepEqual([kilo.value, kilo.unit], [500, "g"]);
    assert.equal(Math.round(value(converted, reading("", 212, { address: "t", unit: "[degF]" })) as number), 100);
    assert.equal(Math.round(value(converted, reading("", 212, { address: "f" })) as number), 100);
    assert.equal(value(map, reading("FillWeight", 1, { unit: "Cel" })), "WRONG_UNIT");
    assert.equal(value(map, reading("FillWeight", 1, { unit: 7 as unknown as string })), "WRONG_UNIT");
    assert.equal(value(map, canonical({ value: null, quality: "GoodNoData", unit: 7 })), "WRONG_UNIT", "also where there is no value");
  });
});

describe("tag map: quality", () => {
  const map = new TagMap([], MODEL);
  const quality = (more: Partial<SourceReading>, raw: unknown = 1): unknown => {
    const sample = outcome(map, reading("FillWeight", raw, more)) as Sample;
    return [sample.quality, sample.value];
  };

  it("reads the severity of OPC UA status codes, and drops the value the source does not stand for", () => {
    assert.deepEqual(quality({ status: 0x00960000 }), ["Good", 1]);
    assert.deepEqual(quality({ status: 0x40900000 }), ["Uncertain", 1]);
    assert.deepEqual(quality({ status: 0x80310000 }), ["Bad", null]);
    assert.deepEqual(quality({ status: 0x00a50000 }), ["GoodNoData", null]);
  });

  it("lets a stated quality win over the status code, as word or as classic number", () => {
    assert.deepEqual(quality({ status: 0, quality: "Bad" }), ["Bad", null]);
    const stated = (word: unknown): unknown => quality({ quality: word as "Good" });
    assert.deepEqual(stated("UNCERTAIN"), ["Uncertain", 1]);
    assert.deepEqual(
      [192, 64, 0, 216, 500].map((code) => (stated(code) as unknown[])[0]),
      ["Good", "Uncertain", "Bad", "GoodNoData", "Uncertain"],
    );
    assert.deepEqual(stated("excellent"), ["Uncertain", 1]);
  });

  it("makes null Bad unless the source says there is no data", () => {
    assert.deepEqual(quality({}, null), ["Bad", null]);
    assert.deepEqual(quality({ quality: "GoodNoData" }, null), ["GoodNoData", null]);
  });

  it("keeps status, source time and historical, and takes server time, then reception, where source time is missing", () => {
    const { sourceTimestamp: _, ...without } = reading("FillWeight", 2);
    assert.equal((outcome(map, { ...without, serverTimestamp: NOW - 7 }) as Sample).timestamp, NOW - 7);
    assert.equal((outcome(map, without) as Sample).timestamp, NOW);
    const old = outcome(map, reading("FillWeight", 3, { historical: true, status: 0x40000000 })) as Sample;
    assert.deepEqual([old.historical, old.status], [true, 0x40000000]);
  });
});

describe("tag map: time", () => {
  it("accepts source times hours old, and rejects what is far ahead, ancient or no time", () => {
    const map = new TagMap([], MODEL);
    const at = (sourceTimestamp: unknown): unknown => value(map, reading("FillWeight", 1, { sourceTimestamp: sourceTimestamp as number }));
    assert.equal(at(NOW - 30 * 3_600_000), 1);
    assert.equal(at(NOW + 599_000), 1);
    assert.equal(at(NOW + 601_000), "FUTURE_TIMESTAMP");
    assert.equal(at(NOW / 1_000), "ANCIENT_TIMESTAMP");
    for (const wrong of [1.5, Number.NaN, "2026-01-01", 1e300]) assert.equal(at(wrong), "BAD_TIMESTAMP");
  });

  it("measures against reception, which itself may not lie ahead of now", () => {
    const map = new TagMap([], MODEL);
    const far = NOW + 10 * 86_400_000;
    assert.equal(value(map, reading("FillWeight", 1, { sourceTimestamp: far, received: far })), "FUTURE_TIMESTAMP");
  });
});

describe("tag map: duplicates", () => {
  it("drops and counts the identical sample, and rejects another value at the same instant", () => {
    const map = new TagMap([], MODEL);
    const first = reading("FillWeight", 500);
    const again = map.map([first, { ...first }, { ...first, value: 501 }, { ...first, status: 0x40000000 }], NOW);
    assert.deepEqual([again.samples.length, again.duplicates], [1, 1]);
    assert.deepEqual(
      again.rejects.map((reject) => reject.code),
      ["DUPLICATE_TIMESTAMP", "DUPLICATE_TIMESTAMP"],
    );
  });

  it("recognises duplicates out of order within the window, and across a restart", () => {
    const map = new TagMap([], MODEL, { recent: 4 });
    const inputs = [1, 2, 3, 4].map((n) => reading("FillWeight", n));
    map.map(inputs, NOW);
    const restarted = new TagMap([], MODEL, { recent: 4 });
    restarted.restore(JSON.parse(JSON.stringify(map.state())) as ReturnType<TagMap["state"]>);
    assert.deepEqual(restarted.state(), map.state());
    assert.equal(restarted.map(inputs.toReversed(), NOW).duplicates, 4);
    restarted.map([reading("FillWeight", 5)], NOW);
    assert.equal(restarted.map(inputs.slice(0, 1), NOW).samples.length, 1, "the oldest of five has left a window of four");
  });
});

describe("tag map: canonical samples pass through, checked", () => {
  const map = new TagMap([], MODEL);
  it("hands on the very same object when nothing is wrong", () => {
    const input = canonical({ status: 3, source: { protocol: "x", address: "y" } });
    assert.equal(map.map([input], NOW).samples[0], input);
    const bad = canonical({ quality: "Bad" });
    assert.equal(map.map([bad], NOW).samples[0], bad);
  });

  it("checks tag, quality, time, type, range and null", () => {
    assert.equal(value(map, canonical({ tag: `${FILLER}._filler_v1.nothing` })), "UNKNOWN_TAG");
    assert.equal(value(map, canonical({ tag: "acme.galway._raw.anything" })), 5);
    assert.equal(value(map, canonical({ quality: "good" })), "NOT_A_SAMPLE");
    assert.equal(value(map, canonical({ value: null })), "NOT_A_SAMPLE");
    assert.equal(value(map, canonical({ value: null, quality: "Bad" })), null);
    assert.equal(value(map, canonical({ value: "x" })), "WRONG_TYPE");
    assert.equal(value(map, canonical({ value: -1 })), "OUT_OF_RANGE");
    assert.equal(value(map, canonical({ timestamp: "now" })), "BAD_TIMESTAMP");
    assert.equal(value(map, canonical({ value: 1, unit: "kg" })), 1_000);
    assert.equal(value(map, canonical({ status: "Good" })), "NOT_A_SAMPLE");
  });
});

describe("tag map: stale watchdog", () => {
  it("reports a silent tag once per episode, in time of reception, even while source time lags by hours", () => {
    const map = new TagMap([], MODEL);
    const lagging = { sourceTimestamp: NOW - 8 * 3_600_000 };
    map.map([reading("FillWeight", 1, lagging)], NOW);
    assert.equal(map.tick(NOW + 5_000).rejects.length, 0);
    const [stale, ...others] = map.tick(NOW + 5_001).rejects;
    assert.deepEqual([stale?.code, stale?.tag, others.length, map.staleTags], ["STALE", `${FILLER}._filler_v1.fill_weight`, 0, 1]);
    assert.equal(map.tick(NOW + 60_000).rejects.length, 0);
    map.map([reading("FillWeight", 2, { sourceTimestamp: NOW - 3_600_000, received: NOW + 60_000 })], NOW + 60_000);
    assert.equal(map.staleTags, 0);
    assert.equal(map.tick(NOW + 65_001).rejects.length, 1);
  });

  it("makes no sample of its own unless asked, and then only at data time", () => {
    const silent = new TagMap([], MODEL);
    const marking = new TagMap([], MODEL, { staleMarker: true });
    const input = reading("FillWeight", 1, { sourceTimestamp: NOW - 8 * 3_600_000 });
    for (const map of [silent, marking]) map.map([input], NOW);
    assert.deepEqual(silent.tick(NOW + 6_000).samples, []);
    assert.deepEqual(marking.tick(NOW + 6_000).samples, [
      { tag: `${FILLER}._filler_v1.fill_weight`, value: null, quality: "Bad", timestamp: NOW - 8 * 3_600_000 + 1 },
    ]);
  });

  it("does not take backfilled history for a sign of life", () => {
    const map = new TagMap([], MODEL);
    map.map([reading("FillWeight", 1)], NOW);
    map.map([reading("FillWeight", 2, { historical: true, received: NOW + 4_000 })], NOW + 4_000);
    assert.equal(map.tick(NOW + 5_001).rejects.length, 1);
  });

  it("starts counting anew after a restart", () => {
    const map = new TagMap([], MODEL);
    map.map([reading("FillWeight", 1)], NOW);
    const restarted = new TagMap([], MODEL);
    restarted.restore(map.state());
    assert.equal(restarted.tick(NOW + 3_600_000).rejects.length, 0);
    assert.equal(restarted.tick(NOW + 3_605_001).rejects.length, 1);
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

describe("tag map: shapes of messages", () => {
  it("reads node-red-contrib-opcua: topic, value, status code object, dates", () => {
    const message = {
      topic: "ns=2;s=A",
      payload: 1.5,
      statusCode: { value: 0x80000000, name: "Bad" },
      sourceTimestamp: new Date(5),
      serverTimestamp: "1970-01-01T00:00:00.007Z",
    };
    assert.deepEqual(inputs(message), [
      { protocol: "opcua", address: "ns=2;s=A", value: 1.5, received: NOW, status: 0x80000000, sourceTimestamp: 5, serverTimestamp: 7 },
    ]);
  });

  it("reads MQTT: text, buffers and JSON objects with value and time", () => {
    const base = { protocol: "mqtt", address: "a/b", received: NOW };
    assert.deepEqual(mqtt("0042"), [{ ...base, value: "0042" }]);
    assert.deepEqual(mqtt(Buffer.from("21.5")), [{ ...base, value: "21.5" }]);
    const stamped = { ...base, value: 3, quality: 64, sourceTimestamp: 99 };
    assert.deepEqual(mqtt('{"value":3,"timestamp_ms":99,"quality":64}'), [stamped]);
    assert.deepEqual(mqtt({ value: 3, timestamp: 99, quality: 64 }), [stamped]);
    assert.deepEqual(mqtt("{not json"), [{ ...base, value: "{not json" }]);
    assert.deepEqual(mqtt({ value: 3, is_null: true }), [{ ...base, value: null }]);
  });

  it("reads a broken time as no time, so that the sample is rejected and not dated by guess", () => {
    const map = new TagMap([{ address: "a", tag: "acme.galway._raw.a" }]);
    const code = (timestamp: unknown): unknown => value(map, readings({ topic: "a", payload: { value: 1, timestamp } }, NOW).inputs[0]);
    assert.equal(code("yesterday"), "BAD_TIMESTAMP");
    assert.equal(code(1_759_999_999.5), "ANCIENT_TIMESTAMP");
  });

  it("reads node-red-contrib-modbus: an array from its base address", () => {
    const message = { topic: "poll", payload: [7, 8], modbusRequest: { unitid: "3", fc: 3, address: 100, quantity: 2 } };
    assert.deepEqual(inputs(message), [
      { protocol: "modbus", address: "3/holding/100", value: 7, received: NOW, type: "UInt16" },
      { protocol: "modbus", address: "3/holding/101", value: 8, received: NOW, type: "UInt16" },
    ]);
  });

  it("reads node-red-contrib-modbus's Modbus-Read, which says in input.payload what it asked for", () => {
    const input = { topic: "polling", payload: { unitid: "", fc: 3, address: "100", quantity: "2" }, unitId: 7 };
    const [first, second] = [
      { address: "7/holding/100", value: 7 },
      { address: "7/holding/101", value: 8 },
    ];
    assert.deepEqual(addressed({ topic: "", payload: [7, 8], responseBuffer: { data: [7, 8] }, input }), [first, second]);
    assert.deepEqual(addressed({ topic: "", payload: { data: [7, 8], buffer: Buffer.alloc(4) }, values: [7, 8], input }), [first, second]);
  });

  it("leaves out the coils that Modbus adds to fill a byte", () => {
    const message = {
      payload: [true, false, true, false, false, false, false, false],
      modbusRequest: { unitid: 1, fc: 1, address: 0, quantity: 3 },
    };
    assert.deepEqual(
      seen(message).map(({ address }) => address),
      ["1/coil/0", "1/coil/1", "1/coil/2"],
    );
  });

  it("reads values over several registers in the device's order of words and bytes", () => {
    const tag = "acme.galway._raw.x";
    const valueAt = (address: string, ...registers: number[]): unknown => {
      const map = new TagMap([{ protocol: "modbus", address, tag }]);
      const message = { payload: registers, modbusRequest: { unitid: 1, fc: 3, address: 10, quantity: registers.length } };
      const { inputs: read } = readings(message, NOW, { registers: map.registers });
      return read.length === 1 ? value(map, read[0]) : read.length;
    };
    // 123.456 as IEEE 754 single is 42F6E979.
    assert.equal(valueAt("1/holding/10/float32", 0x42f6, 0xe979), Math.fround(123.456));
    assert.equal(valueAt("1/holding/10/float32/CDAB", 0xe979, 0x42f6), Math.fround(123.456));
    assert.equal(valueAt("1/holding/10/float32/BADC", 0xf642, 0x79e9), Math.fround(123.456));
    assert.equal(valueAt("1/holding/10/float32/DCBA", 0x79e9, 0xf642), Math.fround(123.456));
    assert.equal(valueAt("1/holding/10/int16", 0xfff9), -7);
    assert.equal(valueAt("1/holding/10/uint32", 1, 2), 65_538);
    assert.equal(valueAt("1/holding/10/int32", 0xffff, 0xfffe), -2);
    assert.equal(valueAt("1/holding/10/float64/CDAB", 0, 0, 0, 0x3ff8), 1.5);
    assert.equal(valueAt("1/holding/10/int64", 0x7fff, 0xffff, 0xffff, 0xffff), "9223372036854775807");
    assert.equal(valueAt("1/holding/10/uint64", 0, 0, 0, 5), "5");
    assert.equal(valueAt("1/holding/10/float32", 0x42f6), "UNMAPPED", "half a value is none");
    assert.equal(valueAt("1/holding/10/float32", 0x42f6, 0xe979, 7), 2, "the register behind it is read on its own");
  });

  it("reads DataValues of node-red-contrib-opcua, one or several, with their own status and times", () => {
    const dataValue = { value: { dataType: 11, value: 1.5 }, statusCode: { value: 0x40000000 }, sourceTimestamp: new Date(5) };
    const first = { protocol: "opcua", address: "ns=2;s=A", value: 1.5, received: NOW, status: 0x40000000, sourceTimestamp: 5 };
    assert.deepEqual(inputs({ topic: "ns=2;s=A", payload: dataValue }), [first]);
    const items = [{ nodeId: "ns=2;s=A" }, { nodeId: "ns=2;s=B" }];
    const empty = { value: null, statusCode: { value: 0x80340000 } };
    const both = [first, { protocol: "opcua", address: "ns=2;s=B", value: null, received: NOW, status: 0x80340000 }];
    assert.deepEqual(inputs({ topic: items, payload: [dataValue, empty] }), both);
    assert.deepEqual(inputs({ topic: "readmultiple", items, payload: [dataValue, empty] }), both);
  });

  it("reads the values of node-opcua: 64-bit integers, localized text, dates, text that looks like JSON", () => {
    const read = (payload: unknown, more: object = {}): unknown =>
      seen({ topic: "ns=2;s=A", payload, statusCode: { value: 0 }, ...more })[0]?.value;
    assert.equal(read([0x7fffffff, 5], { datatype: "Int64" }), "9223372032559808517");
    assert.equal(read([0xffffffff, 0xffffffff], { topic: "ns=2;s=A;datatype=Int64" }), "-1");
    assert.equal(read([0xffffffff, 0xffffffff], { datatype: "UInt64" }), "18446744073709551615");
    assert.equal(read({ locale: "en", text: "Running" }), "Running");
    assert.equal(read(new Date(0)), "1970-01-01T00:00:00.000Z");
    assert.equal(read('{"a": 1}'), '{"a": 1}');
    assert.deepEqual(inputs({ topic: { namespace: 2, value: "A" }, payload: 1, statusCode: { value: 0 } }), [
      { protocol: "opcua", address: "ns=2;s=A", value: 1, received: NOW, status: 0 },
    ]);
    assert.equal(seen({ topic: "ns=2;s=A", payload: new Float32Array([1, 2]), statusCode: { value: 0 } }).length, 2);
  });

  it("takes a value for which the server's queue overflowed as Uncertain", () => {
    const map = new TagMap([{ address: "ns=2;s=A", tag: "acme.galway._raw.a" }]);
    const message = { topic: "ns=2;s=A", payload: 1, statusCode: { value: 0x0480 }, sourceTimestamp: new Date(NOW) };
    assert.equal(map.map(seen(message), NOW).samples[0]?.quality, "Uncertain");
  });

  it("rejects an empty message that reports a failed read", () => {
    const { rejects } = readings({ topic: "poll", payload: "", error: new Error("Timed out") }, NOW);
    assert.equal(rejects[0]?.code, "NOT_A_SAMPLE");
    assert.match(rejects[0]?.message ?? "", /Timed out/);
  });

  it("finds silence after the interval of a row, without a plant model", () => {
    const map = new TagMap([{ address: "a", tag: "acme.galway._raw.a", expectedEveryMs: 1_000 }]);
    map.map([{ protocol: "opcua", address: "a", value: 1, received: NOW }], NOW);
    assert.equal(map.tick(NOW + 1_000).rejects.length, 0);
    assert.deepEqual(
      map.tick(NOW + 1_001).rejects.map(({ code, tag }) => [code, tag]),
      [["STALE", "acme.galway._raw.a"]],
    );
  });

  it("reads an object of names, as node-red-contrib-s7 sends it", () => {
    const seen = readings({ payload: { speed: 3, running: true } }, NOW, { protocol: "s7" }).inputs;
    assert.deepEqual(seen, [
      { protocol: "s7", address: "speed", value: 3, received: NOW },
      { protocol: "s7", address: "running", value: true, received: NOW },
    ]);
    assert.deepEqual(inputs({ topic: "dev1", payload: { t: 1, timestamp: 5 } }), [
      { protocol: "message", address: "dev1/t", value: 1, received: NOW, sourceTimestamp: 5 },
    ]);
  });

  it("hands on readings and samples, alone or in arrays, without copying", () => {
    const list = [reading("FillWeight", 1)];
    assert.equal(inputs({ payload: list }), list);
    assert.deepEqual(readings({ payload: list[0] }, NOW), { inputs: list, rejects: [], single: true });
  });

  it("rejects what is no reading: no topic, hostile keys, dates, broken UTF-8, too much", () => {
    assert.equal(refusals({ payload: 5 }), "NOT_A_SAMPLE");
    assert.equal(refusals({ payload: {} }), "NOT_A_SAMPLE");
    assert.equal(refusals({ payload: { timestamp: 5 } }), "NOT_A_SAMPLE");
    assert.equal(refusals({ topic: "a", payload: '{"__proto__":{"x":1}}' }), "FORBIDDEN_KEY");
    assert.equal(refusals({ topic: "a", payload: new Date() }), "WRONG_TYPE");
    assert.equal(refusals({ topic: "a", payload: Buffer.from([0xff, 0xfe]) }), "WRONG_TYPE");
    assert.equal(refusals({ topic: "a", payload: "x".repeat(31) }), "TOO_LARGE");
    assert.equal(refusals({ topic: "a", payload: Array.from({ length: 11 }, () => 0) }), "TOO_LARGE");
  });
});
