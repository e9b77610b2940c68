import assert from "node:assert/strict";
import * as fc from "fast-check";
import { canonicalJson } from "../../../core/connect/event/index.ts";
import { checkAuthorship, checkStatement, LEDGER_LIMITS } from "../../../core/connect/ledger/index.ts";

const text = (value: unknown): string => {
  const json = canonicalJson(value);
  assert.ok("text" in json, JSON.stringify(json));
  return json.text;
};

/** The same value with the keys of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, item]) => [key, reversed(item)]),
  );
}

const json = fc.jsonValue().filter((value) => !/"(__proto__|constructor|prototype)":/.test(JSON.stringify(value)));

describe("canonical JSON", () => {
  it("spells equal values equally, whatever the order of their keys (property)", () => {
    fc.assert(fc.property(json, (value) => assert.equal(text(reversed(value)), text(value))));
  });

  it("is JSON that reads back as the same value (property)", () => {
    fc.assert(fc.property(json, (value) => assert.deepEqual(JSON.parse(text(value)), JSON.parse(JSON.stringify(value)))));
  });

  it("sorts keys by code unit and writes no spaces", () => {
    assert.equal(text({ b: [1, { z: null, a: true }], a: "x", B: -0 }), '{"B":0,"a":"x","b":[1,{"a":true,"z":null}]}');
  });

  it("takes an undefined property as absent, and refuses undefined in an array", () => {
    assert.equal(text({ a: undefined, b: 1 }), '{"b":1}');
    assert.ok("problem" in canonicalJson([undefined]));
  });

  it("refuses what JSON cannot hold, and names the field", () => {
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    const hostile = JSON.parse('{"a":{"__proto__":{"admin":true}}}') as unknown;
    for (const [value, field] of [
      [{ a: { b: Number.NaN } }, "data.a.b"],
      [{ a: [1, Infinity] }, "data.a[1]"],
      [{ at: new Date(0) }, "data.at"],
      [{ map: new Map() }, "data.map"],
      [{ f: () => 1 }, "data.f"],
      [{ n: 1n }, "data.n"],
      [hostile, "data.a.__proto__"],
    ] as const) {
      const result = canonicalJson(value);
      assert.ok("problem" in result && result.field === field, JSON.stringify(result));
    }
    const deep = canonicalJson(cyclic);
    assert.ok("problem" in deep && /deeper than 32/.test(deep.problem));
  });

  it("stops at the limit of size, also for arrays that are only long", () => {
    const limits = { maxChars: 20, maxDepth: 4 };
    assert.ok("text" in canonicalJson({ a: "0123456789" }, "data", limits));
    assert.ok("problem" in canonicalJson({ a: "01234567890123456789" }, "data", limits));
    assert.ok("problem" in canonicalJson(Object.assign([], { length: 2 ** 31 }), "data", limits));
  });
});

describe("what the ledger accepts", () => {
  const good = { kind: "oee.atom.v1", asset: "acme.galway.l1", start: 60_000, end: 120_000, data: { run_ms: 1 } };

  it("accepts a statement and an event, and leaves the revision to the ledger", () => {
    const checked = checkStatement({ ...good, revision: 7, evidence: { watermark: 5 } });
    assert.deepEqual(checked, { ...good, data: '{"run_ms":1}', evidence: '{"watermark":5}' });
  });

  it("refuses malformed fields with BAD_EVENT, the field's name and a sentence", () => {
    const faulty: readonly (readonly [string, unknown])[] = [
      ["payload", null],
      ["payload", [good]],
      ["payload", "x"],
      ["kind", { ...good, kind: "OEE" }],
      ["kind", { ...good, kind: "oee.atom" }],
      ["kind", { ...good, kind: `${"a".repeat(LEDGER_LIMITS.kindChars)}.v1` }],
      ["asset", { ...good, asset: "acme" }],
      ["asset", { ...good, asset: "acme.__proto__" }],
      ["asset", { ...good, asset: 3 }],
      ["start", { ...good, start: Number.NaN }],
      ["start", { ...good, start: 1.5 }],
      ["start", { ...good, start: 1e16 }],
      ["end", { ...good, end: 59_999 }],
      ["end", { ...good, end: undefined }],
      ["data", { ...good, data: [] }],
      ["data.x", { ...good, data: { x: Number.NaN } }],
      ["data.x", { ...good, data: { x: "x".repeat(LEDGER_LIMITS.jsonChars) } }],
      ["evidence", { ...good, evidence: "because" }],
      ["kind", Object.create(good)],
    ];
    for (const [field, input] of faulty) {
      const result = checkStatement(input);
      assert.ok(
        "code" in result && result.code === "BAD_EVENT" && result.field === field,
        `${field}: ${JSON.stringify(result).slice(0, 200)}`,
      );
      assert.equal(result.input, input);
    }
  });

  it("never throws, whatever it is given (property)", () => {
    const near = fc.record(
      {
        kind: fc.anything({ withNullPrototype: true }),
        asset: fc.anything(),
        start: fc.anything(),
        end: fc.anything(),
        data: fc.anything(),
        evidence: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(near, fc.anything({ withNullPrototype: true })), (input) => {
        const result = checkStatement(input);
        assert.ok("code" in result || typeof result.data === "string");
      }),
    );
  });

  it("wants an author and a reason", () => {
    assert.equal(checkAuthorship({ author: "node:twin-oee", reason: "first statement" }), undefined);
    assert.match(checkAuthorship({ author: " ", reason: "x" }) ?? "", /author/);
    assert.match(checkAuthorship({ author: "ann", reason: "" }) ?? "", /reason/);
    assert.match(checkAuthorship({ author: "ann", reason: "x".repeat(2_001) }) ?? "", /reason/);
  });
});
