import assert from "node:assert/strict";
import { describe, it } from "mocha";
import * as fc from "fast-check";
import {
  DEFAULT_HEALTH,
  FINDINGS,
  healthCounts,
  plantHealth,
  readHealthOptions,
  type TagHealth,
} from "../../../core/connect/health/index.ts";
import type { Equipment, PlantModel, TagDefinition } from "../../../core/connect/model/index.ts";
import { type SourceReading, TagMap } from "../../../core/connect/tag-map/index.ts";
import { tagsOnly } from "../../support/tags-only.ts";

const NOW = 1_760_000_000_000;
const FILLER = "acme.galway.line01.filler01";
const signal = (name: string): string => `_filler_v1.${name}`;
const id = (name: string): string => `${FILLER}.${signal(name)}`;
const tag = (name: string, more: Partial<TagDefinition>): TagDefinition => ({
  id: id(name),
  asset: FILLER,
  signal: signal(name),
  type: "float",
  address: `ns=2;s=${name}`,
  ...more,
});

const MODEL: PlantModel = {
  ...tagsOnly([
    tag("weight", { unit: "g", range: { min: 0, max: 1_000 }, expectedEveryMs: 5_000 }),
    tag("speed", { unit: "/min" }),
    tag("count", { type: "int", unit: "{bottles}" }),
    tag("state", { type: "int" }),
    tag("twin_a", { address: "ns=2;s=shared" }),
    tag("twin_b", { address: "ns=2;s=shared" }),
    { ...tag("weight", { address: "ns=2;s=versions" }), id: `${FILLER}._other_v1.weight`, signal: "_other_v1.weight" },
    { ...tag("weight", { address: "ns=2;s=versions" }), id: `${FILLER}._other_v2.weight`, signal: "_other_v2.weight" },
  ]),
  equipment: new Map<string, Equipment>([
    [FILLER, { path: FILLER, kind: "WorkCell", level: 3, parent: null, roles: { state: signal("state") }, feeds: [] }],
  ]),
};

/** What a tag map takes: it refuses a model in which two tags read one address, and then feeds nothing. */
const MAPPED: PlantModel = { ...MODEL, tags: new Map([...MODEL.tags].filter(([key]) => key !== id("twin_b"))) };

let at = NOW;
const reading = (name: string, value: unknown, more: Partial<SourceReading> = {}): SourceReading => ({
  protocol: "opcua",
  address: `ns=2;s=${name}`,
  value,
  sourceTimestamp: at,
  received: at,
  ...more,
});

/** Feeds one reading a second, with the tick that the node makes. */
function feed(map: TagMap, name: string, values: readonly unknown[]): void {
  for (const value of values) {
    at += 1_000;
    map.map([reading(name, value)], at);
    map.tick(at);
  }
}

const judged = (map: TagMap, now = at, named = true): ReadonlyMap<string, TagHealth> => plantHealth(MODEL, map.looks(), () => named, now);
const findings = (map: TagMap, name: string, now = at): readonly string[] => judged(map, now).get(id(name))?.findings ?? ["not judged"];

describe("tag health", () => {
  let map: TagMap;
  beforeEach(() => {
    at = NOW;
    map = new TagMap([], MAPPED);
  });

  it("is silent before the first sample, and well after it", () => {
    assert.deepEqual(findings(map, "weight"), ["silent"]);
    feed(map, "weight", [500]);
    assert.deepEqual(findings(map, "weight"), []);
  });

  it("is stale when the plant model expects more, and only then", () => {
    feed(map, "weight", [500]);
    feed(map, "speed", [80]);
    map.tick(at + 6_000);
    assert.deepEqual(findings(map, "weight", at + 6_000), ["stale"]);
    assert.deepEqual(findings(map, "speed", at + 6_000), []);
  });

  it("is bad when the source says so", () => {
    map.map([reading("weight", 500, { quality: "Bad" })], at);
    assert.deepEqual(findings(map, "weight"), ["bad"]);
  });

  for (const [finding, value, more] of [
    ["wrong-type", "n/a", {}],
    ["wrong-unit", 5, { unit: "Cel" }],
    ["out-of-range", 5_000, {}],
  ] as const) {
    it(`is ${finding} for as long as a refusal is recent, or nothing good came after it`, () => {
      feed(map, "weight", [500]);
      at += 1_000;
      map.map([reading("weight", value, more)], at);
      assert.deepEqual(findings(map, "weight"), [finding]);
      assert.deepEqual(findings(map, "weight", at + 3_600_000), [finding], "an hour later, still the last that was heard");
      feed(map, "weight", [501]);
      assert.deepEqual(findings(map, "weight"), [finding], "good again, but worth showing");
      assert.deepEqual(findings(map, "weight", at + DEFAULT_HEALTH.rejectsMs + 1), []);
    });
  }

  it("keeps the last reason and how often, per code", () => {
    map.map([reading("weight", "n/a"), reading("weight", 5_000), reading("weight", 6_000)], at);
    const rejects = judged(map)
      .get(id("weight"))
      ?.look?.rejects.map(({ code, count, message }) => [code, count, message]);
    assert.deepEqual(rejects, [
      ["WRONG_TYPE", 1, 'The value "n/a" is not a number.'],
      ["OUT_OF_RANGE", 2, `The value 6000 of ${id("weight")} must be from 0 to 1000.`],
    ]);
  });

  it("is out of range also where the tag map lets such values pass as Uncertain", () => {
    const lenient = new TagMap([], MAPPED, { outOfRange: "uncertain" });
    feed(lenient, "weight", [5_000]);
    assert.deepEqual(findings(lenient, "weight"), ["out-of-range"]);
  });

  it("is duplicated when two tags read one address, unless they are versions of one contract", () => {
    map.map([reading("shared", 1), reading("versions", 1)], at);
    assert.deepEqual(findings(map, "twin_a"), ["duplicated"]);
    assert.deepEqual(findings(map, "twin_b"), ["duplicated", "silent"]);
    assert.deepEqual(judged(map).get(`${FILLER}._other_v1.weight`)?.findings, []);
  });

  it("is duplicated when two addresses that feed it contradict each other", () => {
    const two = new TagMap([{ address: "ns=9;s=copy", tag: id("speed") }], MAPPED);
    two.map([reading("speed", 80)], at);
    two.map([reading("speed", 80, { address: "ns=9;s=copy" })], at);
    assert.deepEqual(findings(two, "speed"), [], "two sources that agree");
    two.map([reading("speed", 90, { address: "ns=9;s=copy" })], at);
    assert.deepEqual(findings(two, "speed"), ["duplicated"]);
  });

  it("is unused when it plays no role and nothing names it", () => {
    feed(map, "count", [1]);
    feed(map, "state", [6]);
    assert.deepEqual(judged(map, at, false).get(id("count"))?.findings, ["unused"]);
    assert.deepEqual(judged(map, at, false).get(id("state"))?.findings, [], "the state is read by OEE");
  });

  describe("frozen", () => {
    const changing = Array.from({ length: 30 }, (_, n) => 80 + (n % 7));

    it("means a measured value that rests ten times longer than it ever has, and a minute at least", () => {
      feed(map, "speed", changing);
      assert.deepEqual(findings(map, "speed", at + 60_000), []);
      assert.deepEqual(findings(map, "speed", at + 60_001), ["frozen"]);
    });

    it("is told of a speed from which the state of a machine is derived too", () => {
      const machine = MODEL.equipment.get(FILLER);
      assert.ok(machine);
      const equipment = new Map([[FILLER, { ...machine, roles: { speed: signal("speed") } }]]);
      feed(map, "speed", changing);
      const judged = plantHealth({ ...MODEL, equipment }, map.looks(), () => true, at + 60_001);
      assert.deepEqual(judged.get(id("speed"))?.findings, ["frozen"]);
    });

    it("waits longer for what has rested before", () => {
      feed(map, "speed", [...changing, ...Array.from({ length: 59 }, () => 99), ...changing]);
      assert.deepEqual(findings(map, "speed", at + 500_000), []);
      assert.deepEqual(findings(map, "speed", at + 700_000), ["frozen"]);
    });

    it("ends with the next change", () => {
      feed(map, "speed", changing);
      at += 120_000;
      assert.deepEqual(findings(map, "speed"), ["frozen"]);
      feed(map, "speed", [42]);
      assert.deepEqual(findings(map, "speed"), []);
    });

    it("is told of no count, no state, nothing that stands at 0 and nothing that hardly changes", () => {
      feed(map, "count", changing);
      feed(map, "state", changing);
      feed(map, "speed", [...changing, 0]);
      feed(map, "weight", changing.slice(0, 5));
      for (const name of ["count", "state", "speed"]) assert.deepEqual(findings(map, name, at + 3_600_000), [], name);
      assert.ok(!findings(map, "weight", at + 3_600_000).includes("frozen"));
    });

    it("survives a plant model that is read again", () => {
      feed(map, "speed", changing);
      const next = new TagMap([], MAPPED);
      next.restore(map.state());
      next.continueFrom(map);
      assert.deepEqual(findings(next, "speed", at + 61_000), ["frozen"]);
    });
  });

  it("judges a tag that several tag maps feed by the newest sample and by the refusals of all", () => {
    const other = new TagMap([], MAPPED);
    feed(map, "weight", [500]);
    feed(other, "weight", [501, "n/a"]);
    map.map([reading("weight", "n/a")], at);
    const weight = plantHealth(MODEL, [...map.looks(), ...other.looks()], () => true, at).get(id("weight"));
    assert.equal(weight?.look?.latest?.value, 501);
    assert.deepEqual(
      weight?.look?.rejects.map(({ code, count }) => [code, count]),
      [["WRONG_TYPE", 2]],
    );
  });

  it("counts each tag once as all, once as ok or not, and once per finding", () => {
    feed(map, "weight", [500]);
    const counts = healthCounts(judged(map, at, false).values());
    assert.deepEqual([counts.all, counts.ok, counts.silent, counts.unused, counts.duplicated], [8, 1, 7, 7, 2]);
  });

  it("never throws, whatever was fed, and lists each finding once in order of gravity", () => {
    const anything = fc.record({
      protocol: fc.constantFrom("opcua", "", "mqtt"),
      address: fc.oneof(fc.constantFrom("ns=2;s=weight", "ns=2;s=speed", "ns=2;s=shared"), fc.string()),
      value: fc.anything(),
      unit: fc.constantFrom(undefined, "g", "Cel"),
    });
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 30 }), fc.integer({ min: 0, max: 1e12 }), (inputs, later) => {
        const fed = new TagMap([], MAPPED);
        fed.map(inputs, NOW);
        fed.tick(NOW + later);
        for (const { findings } of judged(fed, NOW + later).values()) {
          const order = findings.map((finding) => FINDINGS.indexOf(finding));
          assert.deepEqual(
            order,
            [...new Set(order)].sort((a, b) => a - b),
          );
        }
      }),
    );
  });
});

describe("the options of tag health", () => {
  it("are the defaults where a site says nothing", () => {
    assert.deepEqual(readHealthOptions(undefined), { options: DEFAULT_HEALTH, faults: [] });
    assert.deepEqual(readHealthOptions({ frozenFactor: 3 }).options, { ...DEFAULT_HEALTH, frozenFactor: 3 });
  });

  it("are refused with a sentence when they are no number above 0, or unknown", () => {
    const { options, faults } = readHealthOptions(JSON.parse('{ "frozenFactor": "3", "frozenLeastMs": -1, "__proto__": 1, "frozen": 1 }'));
    assert.deepEqual(options, DEFAULT_HEALTH);
    assert.equal(faults.length, 4);
    assert.match(faults[0] ?? "", /^frozenFactor is no number above 0; 10 is used\.$/);
  });
});

describe("addresses that nothing maps", () => {
  it("are counted, most frequent first", () => {
    const map = new TagMap([], MAPPED);
    for (const name of ["a", "b", "b"]) map.map([reading(name, 1)], NOW);
    assert.deepEqual(map.unmapped(), [
      { protocol: "opcua", address: "ns=2;s=b", count: 2, at: NOW },
      { protocol: "opcua", address: "ns=2;s=a", count: 1, at: NOW },
    ]);
  });

  it("cannot fill the memory, and a frequent one is found among a flood of others", () => {
    const map = new TagMap([], MAPPED);
    for (let n = 0; n < 5_000; n += 1) map.map([reading(`flood${n}`, 1), reading("often", 1)], NOW);
    const [first, ...others] = map.unmapped();
    assert.deepEqual([first?.address, first?.count], ["ns=2;s=often", 5_000]);
    assert.equal(others.length, 255);
  });

  it("are not listed when they cannot be read twice, and nothing is thrown", () => {
    const map = new TagMap([], MAPPED);
    let reads = 0;
    const hostile = {
      protocol: "opcua",
      value: 1,
      get address() {
        reads += 1;
        if (reads > 2) throw new Error("no more");
        return "ns=2;s=hostile";
      },
    };
    assert.equal(map.map([hostile], NOW).rejects.length, 1);
    assert.deepEqual(map.unmapped(), []);
  });
});
