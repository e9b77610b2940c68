import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  applicableRules,
  type ChartKind,
  ControlChart,
  DEFAULT_RULE_OPTIONS,
  DEFAULT_RULES,
  isLimits,
  limitsOf,
  readRuleSet,
  RULE_SETS,
  RuleEngine,
  type RuleOptions,
  type RuleSet,
  ruleSet,
  ruleText,
  type RunRule,
} from "../../../../core/model/spc/index.ts";
import { hitsOf } from "../../../support/spc-charts.ts";

/** Places from 1 at which a rule fires. */
function fires(rule: RunRule, z: readonly number[], options: Partial<RuleOptions> = {}): number[] {
  const engine = new RuleEngine({ rules: [rule], options: { ...DEFAULT_RULE_OPTIONS, ...options } });
  return hitsOf(engine, z).flatMap((bits, i) => (bits === 0 ? [] : [i + 1]));
}

const run3: RunRule = { id: "run", test: "run", length: 3 };
const trend3: RunRule = { id: "trend", test: "trend", length: 3 };
const twoOfThree: RunRule = { id: "zone", test: "zone", k: 2, n: 3, z: 2, side: "same" };

/** The rule in plain words, looking back over all points at every one. */
function plainly(rule: RunRule, z: readonly number[], options: RuleOptions): number[] {
  const found: number[] = [];
  for (let i = 0; i < z.length; i += 1) {
    const back = (n: number): number[] | undefined => (n > i + 1 ? undefined : z.slice(i + 1 - n, i + 1));
    if (firesAt(rule, z, i, back, options)) found.push(i + 1);
  }
  return found;
}

function steps(points: readonly number[]): number[] {
  return points.slice(1).map((one, j) => Math.sign(one - (points[j] ?? Number.NaN)));
}

function firesAt(rule: RunRule, z: readonly number[], i: number, back: (n: number) => number[] | undefined, options: RuleOptions): boolean {
  const now = z[i] ?? Number.NaN;
  const points = "length" in rule && options.lengths === "moves" ? rule.length + 1 : "length" in rule ? rule.length : 0;
  switch (rule.test) {
    case "limits":
      return Math.abs(now) > 3;
    case "zone": {
      const window = z.slice(Math.max(0, i + 1 - rule.n), i + 1);
      if (options.startUp === "full" && window.length < rule.n) return false;
      const beyond = (side: number): boolean => window.filter((one) => one * side > rule.z).length >= rule.k;
      const last = (side: number): boolean => options.lastPoint === "any" || now * side > rule.z;
      if (rule.side === "same") return [1, -1].some((side) => last(side) && beyond(side));
      return (last(1) || last(-1)) && window.filter((one) => Math.abs(one) > rule.z).length >= rule.k;
    }
    case "run": {
      const useful = options.onCentre === "skips" ? z.slice(0, i + 1).filter((one) => one !== 0) : z.slice(0, i + 1);
      if (now === 0 || useful.length < rule.length) return false;
      return useful.slice(-rule.length).every((one) => one * now > 0);
    }
    case "trend": {
      const moves = steps(back(points) ?? []);
      const tie = options.tie === "continues";
      return moves.length > 0 && [1, -1].some((way) => moves.every((one) => one === way || (tie && one === 0)));
    }
    case "alternation": {
      const moves = steps(back(points) ?? []);
      return moves.length > 0 && moves.every((one, j) => one !== 0 && (j === 0 || one === -(moves[j - 1] ?? 0)));
    }
    case "within":
      return back(rule.length)?.every((one) => Math.abs(one) <= rule.z) ?? false;
    case "outside": {
      const all = back(rule.length);
      if (all === undefined || !all.every((one) => Math.abs(one) > rule.z)) return false;
      return rule.sides === "any" || (all.some((one) => one > 0) && all.some((one) => one < 0));
    }
    default: {
      const [before, last] = back(2) ?? [0, 0];
      return (before ?? 0) * (last ?? 0) < 0 && Math.abs(before ?? 0) > rule.z && Math.abs(last ?? 0) > rule.z;
    }
  }
}

const length = fc.integer({ min: 3, max: 9 });
const line = fc.constantFrom(0.5, 1, 1.5, 2);
const anyRule: fc.Arbitrary<RunRule> = fc.oneof(
  fc.constant<RunRule>({ id: "r", test: "limits" }),
  fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 3 }), line, fc.constantFrom("same" as const, "any" as const))
    .map(([k, more, z, side]): RunRule => ({ id: "r", test: "zone", k, n: k + more, z, side })),
  fc
    .tuple(fc.constantFrom("run" as const, "trend" as const, "alternation" as const), length)
    .map(([test, n]): RunRule => ({ id: "r", test, length: n })),
  fc.tuple(length, line).map(([n, z]): RunRule => ({ id: "r", test: "within", length: n, z })),
  fc
    .tuple(length, line, fc.constantFrom("both" as const, "any" as const))
    .map(([n, z, sides]): RunRule => ({ id: "r", test: "outside", length: n, z, sides })),
  line.map((z): RunRule => ({ id: "r", test: "opposite", z })),
);
const anyOptions: fc.Arbitrary<RuleOptions> = fc.record({
  startUp: fc.constantFrom("full" as const, "partial" as const),
  lastPoint: fc.constantFrom("beyond" as const, "any" as const),
  lengths: fc.constantFrom("points" as const, "moves" as const),
  tie: fc.constantFrom("breaks" as const, "continues" as const),
  onCentre: fc.constantFrom("breaks" as const, "skips" as const),
  missing: fc.constant("skips" as const),
  afterSignal: fc.constant("keep" as const),
});
/** Coarse, so that ties, centres and lines are hit. */
const series = fc.array(
  fc.integer({ min: -7, max: 7 }).map((n) => n / 2 + 0),
  { maxLength: 60 },
);

function ids(kind: ChartKind): string[] {
  return applicableRules(kind, ruleSet("nelson")).rules.map(({ id }) => id);
}

describe("run rules", () => {
  it("of any kind and with any options fire exactly where a look back over all points says so", () => {
    fc.assert(
      fc.property(anyRule, anyOptions, series, (rule, options, z) => {
        assert.deepEqual(fires(rule, z, options), plainly(rule, z, options));
      }),
      { numRuns: 1000 },
    );
  });

  it("of one set do not disturb each other", () => {
    fc.assert(
      fc.property(fc.array(anyRule, { minLength: 1, maxLength: 31 }), anyOptions, series, (rules, options, z) => {
        const engine = new RuleEngine({ rules, options });
        const found = hitsOf(engine, z);
        for (const [r, rule] of rules.entries())
          assert.deepEqual(
            found.flatMap((bits, i) => ((bits & (1 << r)) === 0 ? [] : [i + 1])),
            fires(rule, z, options),
          );
      }),
      { numRuns: 100 },
    );
  });

  it("pass over a missing point, so that it neither breaks nor makes a pattern, or break at it on request", () => {
    const z = [1, 1, Number.NaN, 1, 1];
    assert.deepEqual(fires(run3, z), [4, 5]);
    assert.deepEqual(fires(run3, z, { missing: "breaks" }), []);
    assert.deepEqual(fires(trend3, [1, 2, Number.NaN, 3]), [4]);
    assert.deepEqual(fires(trend3, [1, 2, Number.NaN, 3], { missing: "breaks" }), []);
    assert.deepEqual(fires(twoOfThree, [2.5, Number.NaN, 0, 2.5]), [4]);
  });

  it("go on after a signal, or begin anew on request", () => {
    assert.deepEqual(fires(run3, [1, 1, 1, 1, 1, 1]), [3, 4, 5, 6]);
    assert.deepEqual(fires(run3, [1, 1, 1, 1, 1, 1], { afterSignal: "reset" }), [3, 6]);
  });

  it("take a point beyond a line strictly, and one within it inclusively", () => {
    assert.deepEqual(fires({ id: "N1", test: "limits" }, [3, -3]), []);
    assert.deepEqual(fires(twoOfThree, [2, 2, 2]), []);
    assert.deepEqual(fires({ id: "w", test: "within", length: 2, z: 1 }, [1, -1]), [2]);
  });

  it("are all reported, the most serious first", () => {
    const limits = limitsOf("i", { centre: 0, sigma: 1 });
    assert.ok(isLimits(limits));
    const chart = new ControlChart(limits, ruleSet("nelson"));
    const values = [1.1, 1.2, 1.3, 2.1, 2.2, 2.3, 2.4, 2.5, 3.1];
    const last = values.map((value) => chart.take({ values: [value] })).at(-1);
    assert.ok(last && "point" in last && last.point);
    assert.deepEqual(
      last.point.hits.map(({ id }) => id),
      ["N1", "N2", "N3", "N5", "N6"],
    );
  });

  it("are asked of a chart only where its points can answer", () => {
    assert.equal(ids("xbar").length, 8);
    assert.deepEqual(ids("p"), ["N1", "N2", "N3", "N4"]);
    assert.deepEqual(ids("r"), ["N1", "N2"]);
    for (const kind of ["mr", "ewma", "cusum", "ma"] as const) assert.deepEqual(ids(kind), ["N1"], kind);
  });

  it("default to rules 1 and 2 of Nelson", () => {
    assert.deepEqual(
      DEFAULT_RULES.rules.map((rule) => [rule.id, ruleText(rule)]),
      [
        ["N1", "beyond a control limit"],
        ["N2", "9 points in a row on one side of the centre"],
      ],
    );
  });

  it("of Westgard see two controls on opposite sides", () => {
    const set = ruleSet("westgard");
    const engine = new RuleEngine(set);
    const fired = [2.5, -2.1, -1.2].map((z) => engine.hits(engine.update(z, 0)).map(({ id }) => id));
    assert.deepEqual(fired, [[], ["R-4s"], []]);
  });

  it("from outside are data: unknown fields, impossible counts and equal names are refused with a sentence", () => {
    const options = DEFAULT_RULE_OPTIONS;
    const bad: unknown[] = [
      null,
      { rules: [], options },
      { rules: [{ id: "a", test: "limits", extra: 1 }], options },
      { rules: [{ id: "a", test: "zone", k: 4, n: 3, z: 1, side: "same" }], options },
      { rules: [{ id: "a", test: "run", length: 40 }], options },
      { rules: RULE_SETS.nelson, options: { ...options, tie: "perhaps" } },
      { rules: [run3, run3], options },
      JSON.parse('{"rules":[{"id":"a","test":"limits"}],"options":{},"__proto__":{"options":1}}'),
    ];
    for (const input of bad) {
      const found = readRuleSet(input);
      assert.ok("code" in found && found.code === "BAD_LIMITS" && found.message.endsWith("."), JSON.stringify(input));
    }
    const good: RuleSet = { rules: RULE_SETS.nelson, options };
    assert.equal(readRuleSet(good), good);
  });
});
