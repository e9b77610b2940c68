import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { readings, type SourceReading, TagMap } from "../../../core/connect/tag-map/index.ts";
import { NOW, reading, value } from "../../support/mapped-filler.ts";

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
