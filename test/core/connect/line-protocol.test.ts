import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Point as PeerPoint } from "@influxdata/influxdb-client";
import {
  encodeBatch,
  encodeLine,
  formatInstant,
  joinLines,
  parseInstant,
  parseLine,
  type Point,
  splitLines,
  wellFormed,
} from "../../../core/connect/history/index.ts";

// Everything a tag can hold: no control characters, no backslash before a mark or the end, not "#…".
const word = fc
  .string({ unit: "binary", minLength: 1, maxLength: 12 })
  .map((s) => wellFormed(s).replace(/[\p{Cc}#]/gu, "x"))
  .filter((s) => !/\\(?:[,= ]|$)/.test(s));
const key = word.filter((s) => !["time", "_field", "_measurement", "__proto__", "constructor", "prototype"].includes(s));
const anyText = fc.string({ unit: "binary", maxLength: 40 }).map((s) => wellFormed(s));
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((v) => v + 0);
const point: fc.Arbitrary<Point> = fc
  .record({
    measurement: word.filter((m) => !["telemetry", "oee", "event"].includes(m)),
    tags: fc.dictionary(key, word, { maxKeys: 4, noNullPrototype: true }),
    fields: fc.dictionary(key, fc.oneof(number, anyText, fc.boolean()), { minKeys: 1, maxKeys: 5, noNullPrototype: true }),
    time: fc.integer({ min: -9_223_372_036_853, max: 9_223_372_036_853 }).map((t) => t + 0),
    revision: fc.integer({ min: 0, max: 999_999 }),
  })
  .map(({ revision, ...rest }) => (revision === 0 ? rest : { ...rest, revision }));

function encoded(p: Point): string {
  const line = encodeLine(p);
  assert.equal(typeof line, "string", JSON.stringify(line));
  return line as string;
}
function refusal(p: Point): string {
  const line = encodeLine(p);
  assert.notEqual(typeof line, "string", "encoded");
  return (line as { code: string }).code;
}

describe("line protocol", () => {
  it("reads back exactly the point that was written", () => {
    fc.assert(
      fc.property(point, (p) => assert.deepEqual(parseLine(encoded(p)), p)),
      { numRuns: 2000 },
    );
  });

  it("says the same as the InfluxData client about every point that both accept", () => {
    fc.assert(
      fc.property(point, (p) => {
        // The peer escapes newlines in text and knows no revisions; both are ours alone.
        const fields = Object.entries(p.fields).filter(([, v]) => typeof v !== "string" || !/[\r\n]/.test(v));
        fc.pre(fields.length > 0);
        const peer = new PeerPoint(p.measurement).timestamp(formatInstant(p.time, p.revision ?? 0));
        for (const [name, value] of Object.entries(p.tags)) peer.tag(name, value);
        for (const [name, value] of fields) {
          if (typeof value === "number") peer.floatField(name, value);
          else if (typeof value === "boolean") peer.booleanField(name, value);
          else peer.stringField(name, value);
        }
        const line = peer.toLineProtocol();
        assert.ok(line);
        assert.deepEqual(parseLine(line), parseLine(encoded({ ...p, fields: Object.fromEntries(fields) })));
      }),
      { numRuns: 1000 },
    );
  });

  it("writes one spelling per series, whatever the order of the tags", () => {
    const a = encoded({ measurement: "m", tags: { z: "1", a: "2" }, fields: { v: 1 }, time: 1 });
    assert.equal(a, encoded({ measurement: "m", tags: { a: "2", z: "1" }, fields: { v: 1 }, time: 1 }));
    assert.equal(a, "m,a=2,z=1 v=1 1000000");
  });

  it("types the fields by the measurement, not by the value", () => {
    const row = { measurement: "telemetry", tags: { asset: "a" }, time: 1 };
    assert.equal(encoded({ ...row, fields: { v: 3, q: 192 } }), "telemetry,asset=a v=3,q=192i 1000000");
    assert.equal(refusal({ ...row, fields: { q: 1.5 } }), "WRONG_TYPE");
    assert.equal(refusal({ ...row, fields: { v: "3" } }), "WRONG_TYPE");
    assert.equal(refusal({ ...row, fields: { s: 3 } }), "WRONG_TYPE");
  });

  it("refuses, with its code, what a store could not give back", () => {
    const good: Point = { measurement: "m", tags: { a: "b" }, fields: { v: 1 }, time: 1 };
    for (const v of [Number.NaN, Number.POSITIVE_INFINITY]) assert.equal(refusal({ ...good, fields: { v } }), "NOT_FINITE");
    for (const a of ["", "x\ny", "x\u0000", "x\\", "x\\,y", "x\\ y", "\t"])
      assert.equal(refusal({ ...good, tags: { a } }), "STORE_REFUSED");
    for (const name of ["time", "constructor", "", "a\nb"]) assert.equal(refusal({ ...good, fields: { [name]: 1 } }), "STORE_REFUSED");
    assert.equal(refusal({ ...good, tags: JSON.parse('{"__proto__":"x"}') as Record<string, string> }), "STORE_REFUSED");
    assert.equal(refusal({ ...good, fields: {} }), "STORE_REFUSED");
    for (const time of [1.5, Number.NaN, 1e15]) assert.equal(refusal({ ...good, time }), "BAD_TIMESTAMP");
    for (const revision of [-1, 1_000_000, 0.5]) assert.equal(refusal({ ...good, revision }), "BAD_TIMESTAMP");
    assert.equal(refusal({ ...good, fields: { s: "x".repeat(30_000) } }), "TOO_LARGE");
    assert.equal(refusal({ ...good, fields: { v: null as never } }), "WRONG_TYPE");
  });

  it("keeps the good points of a batch and gives back the rest", () => {
    const good: Point = { measurement: "m", tags: {}, fields: { v: 1 }, time: 1 };
    const { batch, rejects } = encodeBatch([good, { ...good, fields: { v: Number.NaN } }, good]);
    assert.equal(batch.count, 2);
    assert.deepEqual(
      rejects.map((r) => [r.code, r.field]),
      [["NOT_FINITE", "v"]],
    );
  });

  it("is exact in nanoseconds beyond 2^53 and before 1970", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -9_223_372_036_853, max: 9_223_372_036_853 }),
        fc.integer({ min: 0, max: 999_999 }),
        (time, revision) => {
          const written = formatInstant(time, revision);
          assert.equal(written, String(BigInt(time) * 1_000_000n + BigInt(revision)));
          assert.deepEqual(parseInstant(written), { time: time + 0, revision });
        },
      ),
    );
  });

  it("cuts a batch into its lines, also where texts contain newlines and quotes", () => {
    fc.assert(
      fc.property(fc.array(point, { maxLength: 6 }), (points) => {
        const lines = points.map(encoded);
        assert.deepEqual(splitLines(joinLines(lines).lines), lines);
      }),
      { numRuns: 500 },
    );
  });

  it("explains a malformed line instead of guessing", () => {
    for (const line of [
      "",
      "m",
      "m v=1",
      "m v= 1",
      "m v=1, 1",
      'm v="x 1',
      "m v=1 1.5",
      "m,a v=1 1",
      "m,a= v=1 1",
      "m __proto__=1 1",
      "m v=0x1 1",
      "m v=99999999999999999i 1",
      "m v=1 99999999999999999999",
    ]) {
      assert.equal(typeof parseLine(line), "string", line);
    }
    fc.assert(fc.property(fc.string({ maxLength: 60 }), (line) => void parseLine(line)));
  });
});
