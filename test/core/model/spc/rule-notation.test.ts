import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  DEFAULT_RULE_OPTIONS,
  inControlArl,
  type NotationFault,
  readRules,
  readRuleSet,
  RULE_EXAMPLES,
  RULE_SETS,
  RuleEngine,
  ruleOf,
  type RuleOptions,
  ruleText,
  type RunRule,
} from "../../../../core/model/spc/index.ts";
import { given, hitsOf } from "../../../support/spc-charts.ts";

function read(text: string): readonly RunRule[] {
  const rules = readRules(text);
  assert.ok(!("code" in rules), JSON.stringify(rules));
  return rules;
}

function faultOf(text: string, before: readonly RunRule[] = []): NotationFault {
  const fault = readRules(text, before);
  assert.ok("code" in fault, JSON.stringify(fault));
  assert.ok(fault.message.endsWith("."), fault.message);
  return fault;
}

/** Nelson's rules in the words of the notation. */
const NELSON = [
  "beyond limits",
  "9 on one side",
  "6 trend",
  "14 alternating",
  "2 of 3 beyond 2 sigma one side",
  "4 of 5 beyond 1 sigma one side",
  "15 within 1 sigma",
  "8 beyond 1 sigma both sides",
] as const;

/** Coarse, so that ties, the centre and the lines are hit. */
const series = fc.array(
  fc.integer({ min: -7, max: 7 }).map((n) => n / 2 + 0),
  { minLength: 20, maxLength: 200 },
);
const anyOptions: fc.Arbitrary<RuleOptions> = fc.record({
  startUp: fc.constantFrom("full" as const, "partial" as const),
  lastPoint: fc.constantFrom("beyond" as const, "any" as const),
  lengths: fc.constantFrom("points" as const, "moves" as const),
  tie: fc.constantFrom("breaks" as const, "continues" as const),
  onCentre: fc.constantFrom("breaks" as const, "skips" as const),
  missing: fc.constantFrom("skips" as const, "breaks" as const),
  afterSignal: fc.constantFrom("keep" as const, "reset" as const),
});

function hits(rules: readonly RunRule[], options: RuleOptions, z: readonly number[]): number[] {
  return hitsOf(new RuleEngine({ rules, options }), z);
}

describe("run rules of one's own", () => {
  it("written like Nelson's give the same hits as Nelson's, with any options", () => {
    const rules = read(NELSON.join("\n"));
    fc.assert(
      fc.property(series, anyOptions, (z, options) => {
        assert.deepEqual(hits(rules, options, z), hits(RULE_SETS.nelson, options, z));
      }),
      { numRuns: 300 },
    );
    const one = inControlArl(given("i", { centre: 0, sigma: 1 }), { rules, options: DEFAULT_RULE_OPTIONS });
    assert.equal(one.arl, 73.65, "and the same false alarms");
  });

  it("are known by their id alone, which is their notation", () => {
    const rules = read(RULE_EXAMPLES.join("\n"));
    assert.deepEqual(
      rules.map(({ id }) => id),
      [
        "2-of-3-beyond-2-one-side",
        "9-on-one-side",
        "6-trend",
        "14-alternating",
        "15-within-1",
        "8-beyond-1-both-sides",
        "opposite-beyond-2",
        "beyond-limits",
      ],
    );
    const length = fc.integer({ min: 3, max: 31 });
    const z = fc.integer({ min: 1, max: 100_000 }).map((n) => n / 1_000);
    const written = fc.oneof(
      fc
        .tuple(length, length, z, fc.constantFrom("one side", "any side", ""))
        .map(([a, b, s, side]) => `${Math.min(a, b)} of ${Math.max(a, b)} beyond ${s} sigma ${side}`),
      fc.tuple(length, fc.constantFrom("on one side", "trend", "alternating")).map(([n, what]) => `${n} ${what}`),
      fc.tuple(length, z).map(([n, s]) => `${n} within ${s} σ`),
      fc.tuple(length, z, fc.constantFrom("both sides", "any side", "")).map(([n, s, side]) => `${n} beyond ${s} sigma ${side}`),
      z.map((s) => `opposite beyond ${s} sigma`),
    );
    fc.assert(
      fc.property(written, (text) => {
        const [rule] = read(text);
        assert.ok(rule);
        assert.ok(!("code" in readRuleSet({ rules: [rule], options: DEFAULT_RULE_OPTIONS })), rule.id);
        assert.deepEqual(ruleOf({ id: rule.id, text: ruleText(rule) }), rule);
      }),
    );
  });

  it("may be written as people write: blanks, capitals, a decimal comma, σ, points in a row", () => {
    assert.deepEqual(read("  2 OF 3 Beyond 1,5σ  on the same side \n\n15 points in a row within 1"), [
      { id: "2-of-3-beyond-1.5-one-side", test: "zone", k: 2, n: 3, z: 1.5, side: "same" },
      { id: "15-within-1", test: "within", length: 15, z: 1 },
    ]);
    assert.deepEqual(read(""), []);
  });

  it("that cannot be are refused with the line and with what to do", () => {
    assert.equal(faultOf("6 trend\n\nsix trend").line, 3);
    assert.match(faultOf("six trend").message, /^Line 1, "six trend", is no run rule\. Write one per line, as in "2 of 3 beyond/);
    for (const text of ["2 of 3 beyond 2 sigma both sides", "9", "beyond", "constructor", "9 on one side please", "-2 trend"])
      assert.equal(faultOf(text).code, "unknown", text);
    for (const text of [
      "4 of 3 beyond 2 sigma",
      "0 of 3 beyond 2 sigma",
      "32 trend",
      "1 trend",
      "2 alternating",
      "15 within 0 sigma",
      "8 beyond 101",
    ])
      assert.equal(faultOf(text).code, "numbers", text);
    assert.equal(faultOf("15 within 1.2345 sigma").code, "numbers");
    assert.equal(faultOf("6 trend\n6 rising or falling").code, "twice");
    assert.equal(faultOf("9 on one side", RULE_SETS.nelson).code, "twice");
    const many = Array.from({ length: 28 }, (_, i) => `${i + 3} within 2`).join("\n");
    assert.equal(faultOf(many, RULE_SETS.nelson).code, "many");
  });
});

describe("what an event says of a rule", () => {
  it("leads back to the rule, of every published set", () => {
    for (const rule of Object.values(RULE_SETS).flat()) assert.deepEqual(ruleOf({ id: rule.id, text: ruleText(rule) }), rule);
    const any: RunRule = { id: "N8", test: "outside", length: 8, z: 1, sides: "any" };
    assert.deepEqual(ruleOf({ id: "N8", text: ruleText(any) }), any);
  });

  it("leads nowhere where the id was given to another rule, or is none", () => {
    assert.equal(ruleOf({ id: "N2", text: "7 points in a row on one side of the centre" }), undefined);
    assert.equal(ruleOf({ id: "toString", text: "" }), undefined);
    assert.equal(ruleOf({ id: "mine", text: "beyond a control limit" }), undefined);
  });
});
