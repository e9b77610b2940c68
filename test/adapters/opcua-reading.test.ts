import assert from "node:assert/strict";
import * as fc from "fast-check";
import { DataType, DataValue, StatusCodes, Variant, VariantArrayType } from "node-opcua-client";
import { addressOf, isNodeId, nodeIdOf } from "../../adapters/opcua/address.ts";
import { Continuity } from "../../adapters/opcua/continuity.ts";
import { hasOverflowed, qualityOf, readingOf } from "../../adapters/opcua/reading.ts";
import type { SourceReading } from "../../core/connect/tag-map/reading.ts";

function reading(address: string, sourceTimestamp: number, value: unknown = sourceTimestamp): SourceReading {
  return { protocol: "opcua", address, value, sourceTimestamp, received: 1 };
}

function valueOf(dataType: DataType, value: unknown, arrayType = VariantArrayType.Scalar): unknown {
  return readingOf("a", new DataValue({ value: new Variant({ dataType, value, arrayType }) }), 1).value;
}

describe("OPC UA readings", () => {
  it("take quality from the severity bits of OPC 10000-4, with overflow as Uncertain", () => {
    assert.equal(qualityOf(0x00000000), "Good");
    assert.equal(qualityOf(0x00a50000), "GoodNoData");
    assert.equal(qualityOf(0x40930000), "Uncertain");
    assert.equal(qualityOf(0x808c0000), "Bad");
    assert.equal(qualityOf(0xc0000000), "Bad", "the reserved severity is not trusted");
    assert.equal(qualityOf(0x00000480), "Uncertain");
    assert.equal(hasOverflowed(0x00000400), false);
  });

  it("carry 64-bit integers as decimal strings without loss", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (n) => {
        const words = [Number(n >> 32n), Number(n & 0xffffffffn)];
        assert.equal(valueOf(DataType.UInt64, words), n.toString());
        assert.equal(valueOf(DataType.Int64, words), BigInt.asIntN(64, n).toString());
      }),
    );
    assert.equal(
      readingOf(
        "a",
        new DataValue({ value: new Variant({ dataType: DataType.UInt64, value: [0, 5], arrayType: VariantArrayType.Scalar }) }),
        1,
      ).type,
      "int64",
    );
  });

  it("are plain JSON for every kind of value", () => {
    assert.equal(valueOf(DataType.DateTime, new Date(0)), "1970-01-01T00:00:00.000Z");
    assert.equal(valueOf(DataType.ByteString, Buffer.from("hi")), "aGk=");
    assert.equal(valueOf(DataType.LocalizedText, { text: "Fülle" }), "Fülle");
    assert.deepEqual(valueOf(DataType.Double, new Float64Array([1, 2]), VariantArrayType.Array), [1, 2]);
    assert.equal(valueOf(DataType.Null, null), null);
  });

  it("keep status, both times and type", () => {
    const dataValue = new DataValue({
      value: new Variant({ dataType: DataType.Float, value: 1.5 }),
      statusCode: StatusCodes.UncertainSensorNotAccurate,
      sourceTimestamp: new Date(5),
      serverTimestamp: new Date(7),
    });
    assert.deepEqual(readingOf("a", dataValue, 9), {
      protocol: "opcua",
      address: "a",
      value: 1.5,
      status: 0x40930000,
      quality: "Uncertain",
      sourceTimestamp: 5,
      serverTimestamp: 7,
      received: 9,
      type: "Float",
    });
  });
});

describe("OPC UA addresses", () => {
  it("name the namespace by its URI, whatever number the server gives it", () => {
    const namespaces = ["http://opcfoundation.org/UA/", "urn:server", "urn:twinline:demo-plant"];
    assert.equal(nodeIdOf("nsu=urn:twinline:demo-plant;s=A.B;C", namespaces), "ns=2;s=A.B;C");
    assert.equal(nodeIdOf("nsu=urn:other;s=A", namespaces), null);
    assert.equal(addressOf("ns=2;s=A.B;C", namespaces), "nsu=urn:twinline:demo-plant;s=A.B;C");
    assert.equal(addressOf("i=85", namespaces), "i=85");
  });

  it("are recognised, and nothing else is", () => {
    for (const good of ["i=85", "ns=2;s=Line 1", "nsu=urn:x;g=72962b91-fa75-4ae6-8d28-b404dc7daf63"]) assert.ok(isNodeId(good), good);
    for (const bad of ["", "Line01/State", "ns=x;s=A", "s=", "ns=2;i=abc", `s=${"x".repeat(5000)}`]) assert.ok(!isNodeId(bad), bad);
  });
});

describe("continuity of an OPC UA feed", () => {
  it("marks a loss once per tag, 1 ms after the largest source time, never at wall time", () => {
    const continuity = new Continuity();
    assert.deepEqual(continuity.lose(["a"], 99), [], "nothing was delivered, so nothing is lost");
    continuity.deliver([reading("a", 10), reading("b", 30)]);
    const markers = continuity.lose(["a", "b", "never"], 1_000_000);
    assert.deepEqual(
      markers.map((m) => [m.address, m.value, m.quality, m.sourceTimestamp]),
      [
        ["a", null, "Bad", 31],
        ["b", null, "Bad", 31],
      ],
    );
    assert.deepEqual(continuity.lose(["a", "b"], 1_000_001), []);
  });

  it("asserts the held value right after the marker when history begins with the last reading", () => {
    const continuity = new Continuity({ last: { a: 10, b: 30 }, marker: 31 });
    const bridged = continuity.bridge("a", [reading("a", 10, "held"), reading("a", 500, "next")], undefined, true, 7);
    assert.deepEqual(bridged.find((r) => r.sourceTimestamp === 32)?.value, "held");
    assert.equal(continuity.asserting, false);
  });

  it("leaves the gap marked when history does not reach back, and asserts the present value at the new data time", () => {
    const continuity = new Continuity({ last: { a: 10, b: 30 }, marker: null });
    const [marker] = continuity.bridge("a", [reading("a", 400)], undefined, true, 7);
    assert.deepEqual([marker?.quality, marker?.sourceTimestamp], ["Bad", 31]);
    const present = new Map([
      ["a", reading("a", 20, "old but true")],
      ["b", reading("b", 900)],
    ]);
    const again = continuity.assert(present, 7);
    assert.deepEqual(
      again.map((r) => [r.value, r.sourceTimestamp]),
      [["old but true", 900]],
    );
    assert.deepEqual(continuity.assert(present, 7), []);
  });

  for (const restarted of [false, true])
    it(`asserts a value that did not change again after every further gap${restarted ? ", over a restart too" : ""}`, () => {
      let continuity = new Continuity();
      continuity.deliver([reading("a", 10, "held"), reading("b", 30)]);
      for (const [gap, marker] of [31, 131, 231].entries()) {
        assert.deepEqual(
          continuity.lose(["a"], 1).map((r) => r.sourceTimestamp),
          [marker],
        );
        const again = continuity.bridge("a", [], reading("a", 10, "held"), false, 7);
        assert.deepEqual(
          again.map((r) => [r.value, r.sourceTimestamp]),
          [["held", marker + 1]],
          `gap ${gap + 1}`,
        );
        continuity.deliver(again);
        continuity.close();
        if (restarted) continuity = new Continuity(JSON.parse(JSON.stringify(continuity.state())));
        continuity.deliver([reading("b", marker + 99)]);
      }
    });

  it("asserts nothing of a server that went back in time: an old count must not look like a reset", () => {
    const continuity = new Continuity({ last: { count: 1000, beat: 1000 }, marker: null });
    continuity.bridge("count", [], undefined, false, 7);
    const restored = new Map([
      ["count", reading("count", 400, 12)],
      ["beat", reading("beat", 405)],
    ]);
    assert.deepEqual(continuity.assert(restored, 7), []);
    assert.equal(continuity.asserting, true, "it still waits for something newer");
  });

  it("never puts two readings of a tag at the instant of its marker", () => {
    const times = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(times, fc.integer({ min: 0, max: 40 }), fc.boolean(), (instants, cut, complete) => {
        const sorted = instants.toSorted((a, b) => a - b);
        const continuity = new Continuity();
        continuity.deliver(sorted.filter((t) => t <= cut).map((t) => reading("a", t)));
        const markers = continuity.lose(["a"], 0);
        const from = continuity.lastOf("a") ?? 0;
        const bridged = continuity.bridge(
          "a",
          sorted.filter((t) => t >= from && t !== (markers[0]?.sourceTimestamp ?? -1)).map((t) => reading("a", t)),
          undefined,
          complete,
          0,
        );
        const all = [...markers, ...bridged].map((r) => r.sourceTimestamp);
        assert.equal(all.length, new Set(all).size);
      }),
    );
  });

  it("survives a snapshot: the state is plain JSON and resumes equal", () => {
    const continuity = new Continuity();
    continuity.deliver([reading("a", 10), reading("b", 30)]);
    const state = JSON.parse(JSON.stringify(continuity.state()));
    assert.deepEqual(new Continuity(state).state(), continuity.state());
  });
});
