import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { Reject, Sample } from "../../../core/connect/sample/index.ts";
import { type MapRule, type SourceReading, TagMap } from "../../../core/connect/tag-map/index.ts";
import { FILLER, MODEL, NOW, outcome, reading, value } from "../../support/mapped-filler.ts";

const raw = (rules: readonly MapRule[]): TagMap => new TagMap(rules, MODEL);

let time = NOW - 500_000;
/** A canonical sample, right but for what `more` changes. */
function canonical(more: Partial<Record<keyof Sample, unknown>> = {}): unknown {
  time += 1;
  return { tag: `${FILLER}._filler_v1.fill_weight`, value: 5, quality: "Good", timestamp: time, unit: "g", ...more };
}

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
