import assert from "node:assert/strict";
import * as fc from "fast-check";
import { bucketOf, PACKML_TIME_MODEL, timeModelOf } from "../../../core/operate/oee/index.ts";
import { PACKML_STATES } from "../../../core/operate/packml/index.ts";
import { HOLDS, reasonOf, SEMI_E10, STATE_PROFILES, type StateMap, stateOf, UMH_CODES } from "../../../core/operate/state/index.ts";

const CUSTOM: StateMap = {
  profile: "custom",
  states: {
    1: "Execute",
    2: { state: "Held", reason: "mechanical.jam" },
    3: { state: "Held", reason: "safety.guard" },
    4: { bucket: "failure", reason: "drive", loss: "equipmentFailure" },
    5: { bucket: "stop", loss: "minorStop" },
    6: { bucket: "plannedDown" },
    true: "Idle",
  },
};

/** The bucket of a value in Production, and the automatic reason. */
function meant(map: StateMap, value: unknown): readonly unknown[] {
  const state = stateOf(value, map);
  if (typeof state !== "string") return [state];
  return [bucketOf(timeModelOf(map), state, "Production"), reasonOf(map, state)];
}

describe("the state of a machine from its own codes", () => {
  it("is a PackML state or a bucket, with the reason that the table gives it", () => {
    assert.deepEqual(meant(CUSTOM, 1), ["run", undefined]);
    assert.deepEqual(meant(CUSTOM, 2), ["hold", { reason: "mechanical.jam" }]);
    assert.deepEqual(meant(CUSTOM, 3), ["hold", { reason: "safety.guard" }]);
    assert.deepEqual(meant(CUSTOM, 4), ["failure", { reason: "drive", loss: "equipmentFailure" }]);
    assert.deepEqual(meant(CUSTOM, 5), ["stop", { loss: "minorStop" }]);
    assert.deepEqual(meant(CUSTOM, 6), ["plannedDown", undefined]);
    assert.deepEqual(meant(CUSTOM, true), ["stop", undefined]);
  });

  it("moves with the class's time model where it names a PackML state, and can be overridden by its own name", () => {
    const external = timeModelOf(CUSTOM, { states: { Held: "external" } });
    assert.equal(bucketOf(external, "Held (mechanical.jam)", undefined), "external");
    assert.equal(bucketOf(external, "failure (drive)", undefined), "failure");
    const own = timeModelOf(CUSTOM, { states: { "Held (safety.guard)": "setup" } });
    assert.deepEqual(
      ["Held (safety.guard)", "Held (mechanical.jam)", "Held"].map((state) => bucketOf(own, state, undefined)),
      ["setup", "hold", "hold"],
    );
    assert.deepEqual(timeModelOf({ profile: "packml-opcua" }), PACKML_TIME_MODEL);
  });

  it("two codes with one meaning are one state, so that a change between them is no change", () => {
    const map: StateMap = { profile: "custom", states: { 7: { bucket: "stop", reason: "a" }, 8: { bucket: "stop", reason: "a" } } };
    assert.equal(stateOf(7, map), stateOf(8, map));
  });
});

describe("published state models", () => {
  it("SEMI E10: the six states by number, name or letters", () => {
    const map: StateMap = { profile: "semi-e10" };
    const buckets = ["run", "external", "plannedDown", "plannedDown", "failure", "plannedDown"];
    assert.deepEqual(
      [1, 2, 3, 4, 5, 6].map((number) => meant(map, number)[0]),
      buckets,
    );
    for (const { number, name, short } of SEMI_E10)
      for (const value of [number, name, name.toUpperCase(), short, short.toLowerCase()]) assert.equal(stateOf(value, map), name);
    assert.deepEqual(meant(map, "UDT"), ["failure", { loss: "equipmentFailure" }]);
    for (const value of [0, 7, 1.5, "PR", "1", true, null, Number.NaN]) assert.equal(stateOf(value, map), undefined);
  });

  it("United Manufacturing Hub: each code stands for itself and for the finer ones behind it", () => {
    const map: StateMap = { profile: "umh" };
    assert.equal(UMH_CODES.length, 22);
    for (const code of UMH_CODES) assert.equal(stateOf(code, map), stateOf(code + 9_999, map));
    assert.equal(new Set(UMH_CODES.map((code) => stateOf(code, map))).size, 22);
    assert.deepEqual(meant(map, 10_000), ["run", undefined]);
    assert.deepEqual(meant(map, 20_000), ["run", { loss: "reducedSpeed" }]);
    assert.deepEqual(meant(map, 40_100), ["stop", undefined]);
    assert.deepEqual(meant(map, 50_000), ["stop", { loss: "minorStop" }]);
    assert.deepEqual(meant(map, 100_000), ["setup", { loss: "setupAndAdjustment" }]);
    assert.deepEqual(meant(map, 180_000), ["failure", { loss: "equipmentFailure" }]);
    assert.deepEqual(meant(map, 210_000), ["plannedDown", undefined]);
    assert.deepEqual(meant(map, 30_000), ["unknown", undefined]);
    for (const value of [0, 9_999, 230_000, -10_000, 10_000.5, "10000", null]) assert.equal(stateOf(value, map), undefined);
  });

  it("nothing but Execute, Productive and the producing codes is ever run, whatever the value", () => {
    const value = fc.oneof(
      fc.integer(),
      fc.double(),
      fc.string(),
      fc.boolean(),
      fc.constantFrom(null, "__proto__", "constructor", "toString"),
    );
    const profile = fc.constantFrom(...STATE_PROFILES.filter((name) => name !== "derived"));
    const running = new Set(["Execute", "Productive", "Full speed", "Reduced speed"]);
    fc.assert(
      fc.property(profile, value, (name, seen) => {
        const map = { profile: name, ...(name === "custom" ? { states: CUSTOM.states } : {}) } as StateMap;
        const state = stateOf(seen, map);
        if (typeof state === "string") assert.equal(bucketOf(timeModelOf(map), state, undefined) === "run", running.has(state));
        else assert.equal(bucketOf(timeModelOf(map), null, undefined), "unknown");
      }),
      { numRuns: 1000 },
    );
  });

  it("every PackML state has a bucket of its own, and only Execute is run", () => {
    assert.deepEqual(Object.keys(PACKML_TIME_MODEL.states).toSorted(), [...PACKML_STATES].toSorted());
    assert.deepEqual(
      PACKML_STATES.filter((state) => bucketOf(PACKML_TIME_MODEL, state, undefined) === "run"),
      ["Execute"],
    );
  });
});

describe("a state from a speed", () => {
  const map = { profile: "derived", from: "speed", above: 10, hysteresis: 4, unit: "/min" } as const;

  it("runs above the threshold, stops at the threshold less the hysteresis, and holds in between", () => {
    assert.deepEqual(
      [10.1, 10, 6.1, 6, 0, -3].map((speed) => stateOf(speed, map)),
      ["Execute", HOLDS, HOLDS, "Stopped", "Stopped", "Stopped"],
    );
    for (const value of ["12", null, true, Number.NaN, Number.POSITIVE_INFINITY]) assert.equal(stateOf(value, map), undefined);
  });

  it("without a hysteresis every speed decides", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (speed) => {
        assert.equal(stateOf(speed, { ...map, hysteresis: 0 }), speed > 10 ? "Execute" : "Stopped");
      }),
    );
  });
});
