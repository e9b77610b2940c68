import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  formatTag,
  fromInfluxTags,
  fromMqttTopic,
  fromSparkplug,
  LIMITS,
  parseTag,
  splitTag,
  type TagId,
  toInfluxTags,
  toMqttTopic,
  toSparkplug,
} from "../../../core/connect/tag-id/index.ts";

const LETTERS = "ABCXYZabcxyz0189-";
const RESERVED = new Set(["constructor", "prototype", "__proto__"]);
const plain = fc.string({ unit: fc.constantFrom(...LETTERS.split("")), minLength: 1, maxLength: 12 }).filter((text) => !RESERVED.has(text));
const underscored = plain.map((text) => `_${text}`);
const anyId: fc.Arbitrary<TagId> = fc.record(
  {
    asset: fc.array(plain, { minLength: 2, maxLength: 8 }).map((levels) => levels.join(".")),
    contract: underscored,
    path: fc.array(fc.oneof(plain, underscored), { maxLength: 4 }),
    name: fc.oneof(plain, underscored),
  },
  { noNullPrototype: true },
);

function valueOf<T>(parsed: { readonly value: T } | { readonly problem: string }): T {
  assert.ok("value" in parsed, "problem" in parsed ? parsed.problem : "");
  return parsed.value;
}

describe("canonical tag id", () => {
  it("takes the first segment that starts with _ for the contract, later ones for path and name", () => {
    assert.deepEqual(valueOf(parseTag("acme.galway.bottling.line01.filler01._filler_v1.motor._inner.fill_weight")), {
      asset: "acme.galway.bottling.line01.filler01",
      contract: "_filler_v1",
      path: ["motor", "_inner"],
      name: "fill_weight",
    });
  });

  it("is made of enterprise and site at least: acme._raw.energy names no site", () => {
    assert.match(problemOf("acme._raw.energy"), /needs at least enterprise and site/);
  });

  for (const [text, expected] of [
    ["", /names no contract/],
    ["acme.galway", /names no contract/],
    ["acme.galway._raw", /ends with its contract/],
    ["acme.galway._.x", /only "_"/],
    ["acme..galway._raw.x", /equipment level is empty/],
    [".acme.galway._raw.x", /equipment level is empty/],
    ["acme.galway._raw.x.", /tag name is empty/],
    ["acme.galway._raw..x", /path segment is empty/],
    ["acme.gal way._raw.x", /may hold only letters/],
    ["acme.galway._raw.größe", /may hold only letters/],
    ["acme.galway._raw.a/b", /may hold only letters/],
    ["acme.galway._raw.a#", /may hold only letters/],
    ["acme.galway._raw.a\nb=1 2", /may hold only letters/],
    ["acme.galway._raw.__proto__", /reserved word/],
    ["acme.constructor._raw.x", /reserved word/],
    [`acme.galway._raw.${"x".repeat(LIMITS.segment + 1)}`, /65 characters; at most 64/],
    [`acme.galway._raw.${"x.".repeat(300)}x`, /characters; at most 512/],
    [`acme.galway._raw.${"x.".repeat(LIMITS.segments)}x`, /segments; at most 32/],
  ] as const) {
    it(`refuses ${JSON.stringify(text.slice(0, 40))} with a sentence that says why`, () => assert.match(problemOf(text), expected));
  }

  it("comes back from format and parse, split and join, for every id", () => {
    fc.assert(
      fc.property(anyId, (id) => {
        const text = formatTag(id);
        assert.deepEqual(valueOf(parseTag(text)), id);
        const { asset, signal } = splitTag(text);
        assert.equal(asset, id.asset);
        assert.equal(`${asset}.${signal}`, text);
      }),
    );
  });

  it("never throws and never accepts what would not come back, for any text", () => {
    const hostile = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom(".", "_", "a", "~", ":", "/", "+") }));
    fc.assert(
      fc.property(hostile, (text) => {
        const parsed = parseTag(text);
        if ("value" in parsed) assert.equal(formatTag(parsed.value), text);
        else assert.match(parsed.problem, /^The .*\.$/s);
      }),
      { numRuns: 500 },
    );
  });
});

describe("encodings of a tag id", () => {
  it("MQTT: dots become slashes, with or without UMH's prefix, and back", () => {
    assert.equal(toMqttTopic("acme.galway.bottling._raw.x", "umh/v1"), "umh/v1/acme/galway/bottling/_raw/x");
    fc.assert(
      fc.property(anyId, fc.constantFrom(undefined, "umh/v1", "twin"), (id, prefix) => {
        assert.deepEqual(valueOf(fromMqttTopic(toMqttTopic(formatTag(id), prefix), prefix)), id);
      }),
    );
  });

  it("MQTT: a topic with wildcards, dots or a foreign prefix is no tag", () => {
    for (const topic of ["acme/galway/#", "acme/+/_raw/x", "acme/galway/_raw/a.b"]) assert.ok("problem" in fromMqttTopic(topic));
    assert.ok("problem" in fromMqttTopic("other/acme/galway/_raw/x", "umh/v1"));
  });

  it("Sparkplug: group enterprise:site, node area, device all below, metric from the contract on", () => {
    const name = toSparkplug(valueOf(parseTag("acme.galway.bottling.line01.filler01._filler_v1.motor.speed")));
    assert.deepEqual(name, { group: "acme:galway", node: "bottling", device: "line01:filler01", metric: "_filler_v1/motor/speed" });
    assert.deepEqual(toSparkplug(valueOf(parseTag("acme.galway._raw.power"))), { group: "acme:galway", node: "~", metric: "_raw/power" });
  });

  it("Sparkplug: comes back at every depth, and no two tags share a name", () => {
    fc.assert(
      fc.property(anyId, anyId, (id, other) => {
        const name = toSparkplug(id);
        assert.deepEqual(valueOf(fromSparkplug(name)), id);
        for (const part of [name.group, name.node, name.device ?? "x"]) assert.doesNotMatch(part, /[+/#]/);
        if (formatTag(id) !== formatTag(other)) assert.notDeepEqual(name, toSparkplug(other));
      }),
    );
  });

  it("Sparkplug: names that no tag has are refused", () => {
    for (const name of [
      { group: "acme", node: "bottling", metric: "_raw/x" },
      { group: "acme:galway", node: "~", device: "line01", metric: "_raw/x" },
      { group: "acme:galway", node: "bottling", device: "_raw:x", metric: "_raw/x" },
      { group: "acme:galway", node: "bottling", metric: "line01/_raw/x" },
      { group: "acme:galway", node: "bott.ling", metric: "_raw/x" },
    ]) {
      assert.ok("problem" in fromSparkplug(name), JSON.stringify(name));
    }
  });

  it("InfluxDB: asset and signal carry the identity, site and line are ~ where there is none", () => {
    const id = "acme.galway.bottling.line01._raw.temperature";
    assert.deepEqual(toInfluxTags(id), { asset: "acme.galway.bottling.line01", signal: "_raw.temperature", site: "~", line: "~" });
    assert.deepEqual(toInfluxTags(id, { site: "galway", line: "bottling.line01" }).line, "bottling.line01");
    fc.assert(fc.property(anyId, (tag) => assert.deepEqual(valueOf(fromInfluxTags(toInfluxTags(formatTag(tag)))), tag)));
    assert.ok("problem" in fromInfluxTags({ asset: "acme.galway._raw", signal: "_x.y" }));
  });
});

function problemOf(text: string): string {
  const parsed = parseTag(text);
  assert.ok("problem" in parsed, `${text} was accepted`);
  return parsed.problem;
}
