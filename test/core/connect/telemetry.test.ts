import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  encodeLine,
  fromRow,
  parseLine,
  splitLines,
  splitTag,
  storedForm,
  TelemetryEncoder,
  toPoint,
  type Point,
} from "../../../core/connect/history/index.ts";
import type { Quality, Sample } from "../../../core/connect/sample/index.ts";

const TAG = "acme.galway.bottling.line01.filler01._filler_v1.fill_weight";
const seriesOf = () => ({ site: "acme.galway", line: "acme.galway.bottling.line01" });

export const sampleArbitrary: fc.Arbitrary<Sample> = fc
  .record({
    tag: fc.constantFrom(TAG, "a.b._raw.x", "a.b.c._raw.p.q._x"),
    value: fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.string({ unit: "binary" }),
      fc.constantFrom("1", "0", "true", "1e3", "-7", "9007199254740993", "null", ""),
      fc.constant(null),
    ),
    quality: fc.constantFrom<Quality>("Good", "Uncertain", "Bad", "GoodNoData"),
    timestamp: fc.integer({ min: -1e12, max: 4e12 }),
    status: fc.option(fc.integer({ min: 0, max: 0xffffffff }), { nil: undefined }),
    type: fc.constantFrom(undefined, "float", "int64", "bool", "string"),
  })
  .map(({ status, type, ...s }) => ({
    ...s,
    quality: s.value === null ? "Bad" : s.quality,
    ...(status === undefined ? {} : { status }),
    ...(type === undefined ? {} : { type }),
  }));

/** The sample as it comes back from the stored line. */
function throughTheLine(sample: Sample, type?: string): Sample {
  const line = new TelemetryEncoder(seriesOf).line(sample);
  assert.equal(typeof line, "string", JSON.stringify(line));
  const { fields, time, tags } = parseLine(line as string) as Point;
  assert.equal(`${tags["asset"]}.${tags["signal"]}`, sample.tag);
  return fromRow(sample.tag, { time, ...fields }, type);
}

describe("telemetry rows", () => {
  it("stored form is what comes back from the stored line", () => {
    fc.assert(
      fc.property(sampleArbitrary, (sample) => assert.deepEqual(throughTheLine(sample, sample.type), storedForm(sample, sample.type))),
      { numRuns: 1000 },
    );
  });

  it("storing a stored form changes nothing", () => {
    fc.assert(
      fc.property(sampleArbitrary, fc.boolean(), (sample, typed) => {
        const type = typed ? sample.type : undefined;
        const once = storedForm(sample, type);
        assert.ok(!("code" in once));
        assert.deepEqual(storedForm(once, type), once);
      }),
      { numRuns: 1000 },
    );
  });

  it("the fast encoder and the general one write the same point, first time and again", () => {
    fc.assert(
      fc.property(fc.array(sampleArbitrary, { maxLength: 10 }), (samples) => {
        const encoder = new TelemetryEncoder(seriesOf);
        for (const sample of samples) {
          const line = encoder.line(sample);
          const general = encodeLine(toPoint(sample, seriesOf) as Point);
          assert.deepEqual(parseLine(line as string), parseLine(general as string));
        }
      }),
    );
  });

  it("booleans come back as booleans only where the tag is one", () => {
    const sample: Sample = { tag: TAG, value: true, quality: "Good", timestamp: 5 };
    assert.equal((storedForm(sample, "bool") as Sample).value, true);
    assert.equal((storedForm(sample) as Sample).value, 1);
  });

  it("a 64-bit integer keeps all its digits", () => {
    const sample: Sample = { tag: TAG, value: "9007199254740993", quality: "Good", timestamp: 5, type: "int64" };
    assert.deepEqual(storedForm(sample), sample);
    assert.deepEqual((toPoint(sample, seriesOf) as Point).fields, { q: 192, s: "9007199254740993", v: 9007199254740992 });
  });

  it("text that looks like a number stays text", () => {
    assert.equal((storedForm({ tag: TAG, value: "007", quality: "Good", timestamp: 5 }) as Sample).value, "007");
  });

  it("carries site and line, ~ where the plant has none", () => {
    const sample: Sample = { tag: TAG, value: 1, quality: "Good", timestamp: 5 };
    assert.deepEqual((toPoint(sample, () => ({})) as Point).tags, {
      asset: "acme.galway.bottling.line01.filler01",
      signal: "_filler_v1.fill_weight",
      site: "~",
      line: "~",
    });
  });

  it("refuses with a code what is not a sample, in every way it can be stored", () => {
    const good: Sample = { tag: TAG, value: 1, quality: "Good", timestamp: 5 };
    const cases: [Partial<Record<keyof Sample, unknown>>, string][] = [
      [{ value: Number.NaN }, "NOT_FINITE"],
      [{ value: Number.NEGATIVE_INFINITY }, "NOT_FINITE"],
      [{ value: null }, "NOT_A_SAMPLE"],
      [{ value: {} }, "NOT_A_SAMPLE"],
      [{ quality: "good" }, "NOT_A_SAMPLE"],
      [{ quality: "__proto__" }, "NOT_A_SAMPLE"],
      [{ status: 1.5 }, "NOT_A_SAMPLE"],
      [{ timestamp: 5.5 }, "BAD_TIMESTAMP"],
      [{ timestamp: "now" }, "BAD_TIMESTAMP"],
      [{ tag: "no_contract.here" }, "UNKNOWN_TAG"],
      [{ value: "x".repeat(30_000) }, "TOO_LARGE"],
    ];
    for (const [change, code] of cases) {
      const encoder = new TelemetryEncoder(seriesOf);
      for (const warm of [false, true]) {
        if (warm) encoder.line(good);
        const line = encoder.line({ ...good, ...change } as Sample);
        assert.equal(typeof line === "string" ? line : line.code, code, `${JSON.stringify(change).slice(0, 80)} ${warm}`);
      }
    }
  });

  it("a batch holds the good samples and rejects hold the others", () => {
    const encoder = new TelemetryEncoder(seriesOf);
    const good: Sample = { tag: TAG, value: 1.5, quality: "Good", timestamp: 1_764_000_000_000 };
    const { batch, rejects } = encoder.encode([good, { ...good, value: Number.NaN }]);
    assert.deepEqual(splitLines(batch.lines), [
      "telemetry,asset=acme.galway.bottling.line01.filler01,line=acme.galway.bottling.line01,signal=_filler_v1.fill_weight,site=acme.galway v=1.5,q=192i 1764000000000000000",
    ]);
    assert.deepEqual([batch.count, rejects.map((r) => r.code)], [1, ["NOT_FINITE"]]);
  });

  it("the signal begins at the first segment with an underscore", () => {
    assert.deepEqual(splitTag("a.b._raw.p._x"), { asset: "a.b", signal: "_raw.p._x" });
    for (const bad of ["", "a.b", "_raw.x", "a._", "a.b."]) assert.equal(splitTag(bad), undefined, bad);
  });
});
