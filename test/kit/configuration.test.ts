import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Type } from "typebox";
import { accepts, type Constraint } from "../../nodes/kit/browser/check.ts";
import { migrate, readConfiguration } from "../../nodes/kit/configuration.ts";
import { declareNode } from "../../nodes/kit/declaration.ts";
import { declarationFaults } from "../../scripts/build/declarations.ts";
import pump from "./fixtures/nodes/connect/twin-kit-pump/twin-kit-pump.node.ts";

const read = (saved: Record<string, unknown>, credentials = {}) => readConfiguration(pump, { version: 3, ...saved }, credentials);
const faults = (saved: Record<string, unknown>): readonly string[] => {
  const result = read(saved);
  return result.ok ? [] : result.faults;
};
const config = (saved: Record<string, unknown>): Record<string, unknown> => {
  const result = read(saved);
  assert.ok(result.ok, JSON.stringify(result));
  return result.config;
};

describe("the saved configuration of a node", () => {
  it("gets the defaults for what was left empty", () => {
    assert.deepEqual(config({ interval: "", tag: "", mode: null }), {
      interval: 1_000,
      factor: 1,
      mode: "gentle",
      loud: false,
      code: "AB",
      rows: [],
    });
  });

  it("turns text from forms and environment variables into numbers and yes or no", () => {
    const { interval, factor, loud } = config({ interval: "250", factor: "0.5", loud: "true" });
    assert.deepEqual([interval, factor, loud], [250, 0.5, true]);
  });

  it("names the label, the value seen and what is allowed", () => {
    assert.deepEqual(faults({ interval: 5 }), ['"Interval" is 5, but must be a whole number from 10 to 60000 ms.']);
    assert.deepEqual(faults({ factor: 0 }), ['"Factor" is 0, but must be a number above 0.']);
    assert.deepEqual(faults({ factor: "abc" }), ['"Factor" is "abc", but must be a number above 0.']);
    assert.deepEqual(faults({ mode: "quiet" }), ['"Mode" is "quiet", but must be one of "fast", "gentle".']);
    assert.deepEqual(faults({ code: "abc" }), ['"Code" is "abc", but must be a text of the form ^[A-Z]{2}$.']);
    assert.deepEqual(faults({ rows: "x" }), ['"Rows" is "x", but must be a list of at most 50 entries.']);
  });

  it("names the row and the column of a table", () => {
    const row = { address: "a", kind: "level", active: true };
    assert.deepEqual(faults({ rows: [row, { ...row, gain: -1 }] }), ['"Rows", row 2, "Gain" is -1, but must be a number from 0 %.']);
    assert.deepEqual(faults({ rows: [{ kind: "level" }] }), ['"Rows", row 1, "Address" is empty, but must be a text that is not empty.']);
  });

  it("treats an empty cell as not given, never as zero", () => {
    assert.deepEqual(config({ rows: [{ address: "a", gain: "" }] })["rows"], [{ address: "a", kind: "level", active: true }]);
  });

  it("drops keys that are not declared, prototype keys among them", () => {
    const hostile = JSON.parse(
      '{"__proto__":{"polluted":1},"extra":2,"rows":[{"address":"a","__proto__":{"polluted":1},"constructor":3}]}',
    ) as Record<string, unknown>;
    const kept = config(hostile);
    assert.equal(Object.hasOwn(kept, "extra"), false);
    assert.deepEqual(Object.keys((kept["rows"] as object[])[0] ?? {}).sort(), ["active", "address", "kind"]);
    assert.equal(({} as Record<string, unknown>)["polluted"], undefined);
  });

  it("keeps secrets apart from the rest", () => {
    const result = read({ token: "in the flow" }, { token: "s3cret" });
    assert.ok(result.ok);
    assert.deepEqual([result.secrets, result.config["token"]], [{ token: "s3cret" }, undefined]);
  });

  it("is brought from any older version to today's, step by step", () => {
    const result = readConfiguration(pump, { version: 1, seconds: 2, mode: "quiet" });
    assert.ok(result.ok);
    assert.deepEqual([result.config["interval"], result.config["mode"]], [2_000, "gentle"]);
    assert.deepEqual(result.migrated, ["seconds became milliseconds", "the mode quiet is called gentle"]);
    assert.deepEqual(migrate(pump, { version: 3, mode: "quiet" }), { config: { version: 3, mode: "quiet" }, changes: [] });
  });

  it("from a newer release is refused with what to do", () => {
    assert.match(faults({ version: 4 })[0] ?? "", /saved by a newer release .* Update @twinline\/node-red\./);
    assert.match(faults({ version: "x" })[0] ?? "", /not a whole number/);
  });

  it("is never changed by reading it", () => {
    const saved = { version: 1, seconds: 2, rows: [{ address: "a" }] };
    const before = structuredClone(saved);
    readConfiguration(pump, saved);
    assert.deepEqual(saved, before);
  });

  it("is judged alike by the form and at deploy time, whatever stands in it", () => {
    const odd = fc.oneof(
      fc.integer(),
      fc.double(),
      fc.string(),
      fc.boolean(),
      fc.constantFrom("", null, undefined, "AB", "fast", "12", " ", "1e3", "x"),
    );
    const row = fc.record(
      { address: fc.oneof(fc.string(), fc.constant("")), gain: odd, kind: odd, active: fc.boolean() },
      { requiredKeys: ["address"] },
    );
    const fields = Object.keys(pump.config.properties).filter((key) => !["link", "tag", "asset", "token", "note", "loud"].includes(key));
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.oneof(odd, fc.array(row, { maxLength: 3 })), (key, value) => {
        const schema = (pump.config.properties as Record<string, unknown>)[key] as Constraint;
        fc.pre(typeof value !== "boolean" || schema.type === "boolean"); // a form never saves one there
        fc.pre(!(Array.isArray(value) && schema.type !== "array"));
        assert.equal(accepts(schema, value), faults({ [key]: value }).length === 0, `${key}: ${JSON.stringify(value)}`);
      }),
      { numRuns: 2_000 },
    );
  });
});

const declare = (config: Parameters<typeof Type.Object>[0], more = {}): readonly string[] =>
  declarationFaults({
    folder: "nodes/connect/twin-a",
    declaration: {
      ...declareNode({
        type: "twin-a",
        module: "connect",
        kind: "node",
        version: 1,
        label: "a",
        summary: "s",
        details: "d",
        icon: "i",
        config: Type.Object(config),
      }),
      ...more,
    },
  });

describe("a declaration", () => {
  it("without fault is accepted", () => {
    assert.deepEqual(declare({ a: Type.String({ label: "A", help: "h", default: "" }) }), []);
    assert.deepEqual(declarationFaults({ folder: "nodes/connect/twin-kit-pump", declaration: pump }), []);
  });

  for (const [what, fault, config, more] of [
    ["a field without help", /needs a label and a help/, { a: Type.String({ label: "A" }) }],
    ["a field named like Node-RED's own", /Node-RED uses itself/, { wires: Type.String({ label: "A", help: "h" }) }],
    ["a default that it would refuse", /the default of "A" is 0/, { a: Type.Number({ label: "A", help: "h", minimum: 1, default: 0 }) }],
    ["a secret that is required", /must be optional/, { a: Type.String({ label: "A", help: "h", secret: true }) }],
    ["a missing migration", /needs the migrations 2/, {}, { version: 2 }],
    ["a config widget that refers to nothing", /which configuration node/, { a: Type.String({ label: "A", help: "h", widget: "config" }) }],
    [
      "a migration that reads a field it does not name",
      /a migration reads "old"/,
      {},
      { version: 2, migrations: [{ to: 2, change: "c", up: (c: { old?: 1 }) => ({ a: c.old }) }] },
    ],
    ["another folder", /must lie in nodes\/model\/twin-a/, {}, { module: "model" }],
  ] as const) {
    it(`with ${what} is refused by the build`, () => assert.match(declare(config, more).join(" "), fault));
  }
});
