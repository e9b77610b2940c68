/**
 * The bad-input corpus: whatever arrives, each input comes out as exactly one of sample, reject, counted duplicate,
 * counted exclusion or deferral, what comes out as sample keeps the contract, and nothing throws.
 */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { describe, it } from "mocha";
import type { TagDefinition } from "../../../core/connect/model/index.ts";
import { QUALITY_CODE, REJECT_CODES, type Sample } from "../../../core/connect/sample/index.ts";
import { type MapResult, readings, TagMap } from "../../../core/connect/tag-map/index.ts";
import { parseTag } from "../../../core/connect/tag-id/index.ts";
import { tagsOnly } from "../../support/tags-only.ts";

const NOW = 1_760_000_000_000;
const ASSET = "acme.galway.line01.m01";
const TYPES = ["float", "int", "int64", "bool", "string", "enum"] as const;
const tags: TagDefinition[] = TYPES.map((type) => ({
  id: `${ASSET}._m_v1.${type}`,
  asset: ASSET,
  signal: `_m_v1.${type}`,
  type,
  address: `ns=1;s=${type}`,
  range: { min: -1e6, max: 1e6 },
  ...(type === "float" ? { unit: "g" } : {}),
  ...(type === "enum" ? { values: { 1: "One", 2: "Two" } } : {}),
}));
const MODEL = tagsOnly(tags);

const newMap = (): TagMap =>
  new TagMap(
    [
      { address: "raw", tag: "acme.galway._raw.raw" },
      { address: "skip/**", exclude: true },
      { address: "any/{name}", tag: "acme.galway._raw.{name}" },
      { address: '$contains(address, "expr") ? value', match: "expression" },
    ],
    MODEL,
    { maxTags: 50 },
  );

const throwing = new Proxy(
  {},
  {
    get: () => {
      throw new Error("no");
    },
    getOwnPropertyDescriptor: () => {
      throw new Error("no");
    },
  },
);
/** Throws something that throws again when one asks it for its message. */
const throwingTwice = Object.defineProperty({ protocol: "opcua", address: "raw" }, "value", {
  enumerable: true,
  get: () => {
    throw throwing as Error;
  },
});
const cyclic: Record<string, unknown> = { value: 1 };
cyclic["self"] = cyclic;

const metacharacters = fc.constantFrom(
  "any/a.*",
  "any/${x}",
  "any/';--",
  "any/a\nb",
  "any/__proto__",
  "any/é",
  "__proto__",
  "constructor",
  "",
  ".*",
  "skip/a/b",
  "expr",
);
const address = fc.oneof(
  fc.constantFrom(...tags.map((tag) => tag.address as string), "raw", "any/b"),
  metacharacters,
  fc.string(),
  fc.string({ minLength: 1_025, maxLength: 1_100 }),
);
const hostileValue = fc.oneof(
  fc.constantFrom<unknown>(
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -0,
    1e308,
    2 ** 53,
    "9223372036854775808",
    "0x10",
    "1_000",
    "",
    " ",
    null,
    undefined,
    throwing,
    cyclic,
  ),
  fc.constantFrom<unknown>(Symbol("s"), () => 1, new Date(0), new Map(), [1], Buffer.from("1"), "x".repeat(65_537), 10n ** 30n),
  fc.anything(),
  fc.double(),
  fc.integer({ min: -5, max: 5 }),
);
const time = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: NOW - 5, max: NOW }) },
  fc.constantFrom<unknown>(0, -1, 1e300, Number.NaN, 1.5, "2026", null, NOW + 1e9, NOW - 1e12, 8.7e15, throwing, {}),
);
const unit = fc.constantFrom<unknown>(undefined, "g", "kg", "Cel", "", "parsecs", "g".repeat(100), 5, {}, "__proto__");
const quality = fc.constantFrom<unknown>(
  undefined,
  "Good",
  "Bad",
  "Uncertain",
  "GoodNoData",
  "nonsense",
  192,
  0,
  Number.NaN,
  {},
  "x".repeat(1_000),
);
const status = fc.constantFrom<unknown>(undefined, 0, 0x80000000, 0x40000000, -1, Number.NaN, "Good", {});
const received = fc.constantFrom<unknown>(NOW, NOW, NOW, undefined, Number.NaN, 1e300, "now");

const readingLike = fc.record(
  {
    protocol: fc.constantFrom<unknown>("opcua", "opcua", "", "p".repeat(100), 5),
    address,
    value: hostileValue,
    sourceTimestamp: time,
    unit,
    quality,
    status,
    received,
  },
  { requiredKeys: ["protocol", "address", "value"] },
);
const sampleLike = fc.record(
  {
    tag: fc.oneof(fc.constantFrom<unknown>(...tags.map((tag) => tag.id), "acme.galway._raw.x", "a.b._c.d", "..", 5), fc.string()),
    value: hostileValue,
    quality,
    timestamp: time,
    unit,
    status,
    received,
  },
  { requiredKeys: ["tag", "value"] },
);
const prototypeKeys = fc.constantFrom<unknown>(
  throwingTwice,
  JSON.parse('{"__proto__":{"address":"raw"},"value":1}'),
  JSON.parse('{"constructor":1,"address":"raw","protocol":"p","value":1}'),
  Object.create({ protocol: "opcua", address: "raw", value: 1 }),
  Object.defineProperty({ protocol: "opcua", address: "raw" }, "value", {
    enumerable: true,
    get: () => {
      throw new Error("no");
    },
  }),
);
const good = fc.record({
  protocol: fc.constant("opcua"),
  address: fc.constantFrom(...tags.map((tag) => tag.address as string), "raw", "skip/a"),
  value: fc.constantFrom<unknown>(0, 1, "1", null),
  sourceTimestamp: fc.integer({ min: NOW - 50, max: NOW }),
  received: fc.constant(NOW),
});
const input = fc.oneof(
  { weight: 2, arbitrary: good },
  { weight: 6, arbitrary: readingLike },
  { weight: 3, arbitrary: sampleLike },
  { weight: 1, arbitrary: prototypeKeys },
  { weight: 1, arbitrary: hostileValue },
);

function countOf(result: MapResult): number {
  return result.samples.length + result.rejects.length + result.duplicates + result.excluded + result.deferred.length;
}

function assertContract(sample: Sample): void {
  assert.ok("value" in parseTag(sample.tag), `tag ${sample.tag}`);
  assert.ok(Object.hasOwn(QUALITY_CODE, sample.quality));
  assert.ok(Number.isSafeInteger(sample.timestamp));
  assert.ok(sample.timestamp <= NOW + 2 * 600_000);
  const { value } = sample;
  if (value === null) assert.ok(sample.quality === "Bad" || sample.quality === "GoodNoData");
  else assert.ok(typeof value === "string" || typeof value === "boolean" || Number.isFinite(value), `value ${String(value)}`);
  if (sample.unit !== undefined) assert.equal(typeof sample.unit, "string");
  const type = MODEL.tags.get(sample.tag)?.type;
  if (value === null || type === undefined) return;
  if (type === "bool") assert.equal(typeof value, "boolean");
  else if (type === "string") assert.equal(typeof value, "string");
  else if (type === "int64") assert.ok(Number.isSafeInteger(value) || /^-?\d{16,19}$/.test(String(value)));
  else if (type === "float") assert.equal(typeof value, "number");
  else assert.ok(Number.isSafeInteger(value));
}

describe("bad input", () => {
  it("accounts for every input exactly once, whatever it is", async () => {
    let mapped = 0;
    const property = fc.asyncProperty(fc.array(input, { maxLength: 40 }), async (inputs) => {
      const map = newMap();
      const result = map.map(inputs, NOW);
      assert.equal(countOf(result), inputs.length);
      const evaluated = await map.evaluate(result.deferred, NOW);
      assert.equal(countOf(evaluated), result.deferred.length);
      assert.equal(evaluated.deferred.length, 0);
      for (const sample of [...result.samples, ...evaluated.samples]) assertContract(sample);
      for (const reject of [...result.rejects, ...evaluated.rejects]) {
        assert.ok(Object.hasOwn(REJECT_CODES, reject.code));
        assert.ok(reject.message.length < 2_000);
      }
      for (const reject of result.rejects) assert.ok(inputs.includes(reject.input));
      map.tick(NOW + 1e9);
      const restored = newMap();
      restored.restore(JSON.parse(JSON.stringify(map.state())) as ReturnType<TagMap["state"]>);
      mapped += result.samples.length;
    });
    await fc.assert(property, { numRuns: 500 });
    assert.ok(mapped > 100, `${mapped} passed; the corpus must also hold inputs that pass`);
  });

  it("accounts for the same inputs again as duplicates or rejects, never as samples", () => {
    const property = fc.property(fc.array(input, { maxLength: 20 }), (inputs) => {
      const map = newMap();
      map.map(inputs, NOW);
      const again = map.map(inputs, NOW);
      assert.equal(again.samples.length, 0);
      assert.equal(countOf(again), inputs.length);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it("understands or refuses every message, never both, never neither", () => {
    const payload = fc.oneof(
      hostileValue,
      fc.json(),
      fc.array(input, { maxLength: 5 }),
      readingLike,
      fc.array(fc.integer()),
      fc.dictionary(fc.string(), fc.anything()),
    );
    const message = fc.record(
      {
        payload,
        topic: fc.oneof(address, hostileValue),
        qos: hostileValue,
        statusCode: hostileValue,
        sourceTimestamp: time,
        modbusRequest: hostileValue,
        input: hostileValue,
        responseBuffer: hostileValue,
        values: hostileValue,
        items: hostileValue,
        datatype: fc.constantFrom<unknown>("Int64", "Double", 5),
        error: hostileValue,
      },
      { requiredKeys: ["payload"] },
    );
    const property = fc.property(message, (message) => {
      const { inputs, rejects } = readings(message, NOW, { maxValues: 1_000 });
      if (!(Array.isArray(message.payload) && message.payload.length === 0) && message.payload !== "[]") {
        assert.equal(inputs.length === 0, rejects.length > 0);
      }
      const map = newMap();
      assert.equal(countOf(map.map(inputs, NOW)), inputs.length);
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  it("holds its bound of tags against a flood of names", () => {
    const map = newMap();
    const flood = Array.from({ length: 1_000 }, (_, n) => ({ protocol: "mqtt", address: `any/n${n}`, value: n, received: NOW }));
    const result = map.map(flood, NOW);
    assert.equal(result.samples.length, 50);
    assert.equal(result.rejects.filter((reject) => reject.code === "TOO_LARGE").length, 950);
  });

  it("keeps the prototype clean", () => {
    newMap().map([JSON.parse('{"__proto__":{"polluted":1},"address":"raw","protocol":"p","value":1}')], NOW);
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  });
});
