import assert from "node:assert/strict";
import {
  type ChartPoint,
  ControlChart,
  controlConstants,
  DEFAULT_RULE_OPTIONS,
  estimateLimits,
  isLimits,
  limitsOf,
  mean,
  readRuleSet,
  RULE_SETS,
  RuleEngine,
  type RuleOptions,
  type RuleSetName,
  ruleSet,
  type Subgroup,
} from "../../../../core/model/spc/index.ts";
import { hitsOf } from "../../../support/spc-charts.ts";
import { near, referenceOrSkip } from "../../../support/spc-reference.ts";

type Hits = Readonly<Record<string, readonly number[]>>;
interface Cross {
  readonly cases: Readonly<
    Record<
      string,
      {
        readonly z: readonly number[];
        readonly qcc3: Hits;
        readonly Rspc1_2_2: Readonly<Record<"R1" | "R2" | "R5" | "R6" | "R7" | "R8", readonly number[]>> &
          Readonly<Record<`${"jmp" | "minitab"}_${"tieBreaks" | "tieContinues"}`, Hits>>;
      }
    >
  >;
}
type Nelson = Readonly<Record<`N${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8}`, readonly number[]>>;

/** Places from 1 at which each rule of a set fires on standardised points. */
function hits(
  name: RuleSetName,
  z: readonly number[],
  options: Partial<RuleOptions> = {},
  side: "both" | "any" = "both",
): Record<string, number[]> {
  const set = ruleSet(name, undefined, options);
  const rules = set.rules.map((rule) => (rule.test === "outside" ? { ...rule, sides: side } : rule));
  const engine = new RuleEngine({ rules, options: set.options });
  const found = hitsOf(engine, z);
  return Object.fromEntries(rules.map(({ id }, r) => [id, found.flatMap((bits, i) => ((bits & (1 << r)) === 0 ? [] : [i + 1]))]));
}

const picked = (all: Record<string, number[]>, names: readonly string[]): unknown => names.map((name) => all[name]);

function points(chart: ControlChart, subgroups: readonly Subgroup[]): ChartPoint[] {
  return subgroups.map((subgroup) => {
    const taken = chart.take(subgroup);
    assert.ok("point" in taken && taken.point !== null);
    return taken.point;
  });
}

describe("run rules against two other programs", () => {
  it("fire where qcc has them, with the defaults of this house", function () {
    const { cases } = referenceOrSkip<Cross>(this, "spc/rules_cross.json");
    let compared = 0;
    for (const [name, { z, qcc3 }] of Object.entries(cases)) {
      const { WE1, WE2, WE3, WE4, NEL1, NEL2, NEL3, NEL4, NEL5, NEL6, NEL7, NEL8 } = qcc3;
      assert.deepEqual(hits("westernElectric", z), { WE1, WE2, WE3, WE4 }, name);
      assert.deepEqual(hits("nelson", z), { N1: NEL1, N2: NEL2, N3: NEL3, N4: NEL4, N5: NEL5, N6: NEL6, N7: NEL7, N8: NEL8 }, name);
      compared += 12;
    }
    assert.ok(compared >= 240);
  });

  it("fire where Rspc has them, with its choices by their names: partial start, ties, points or moves, any side", function () {
    const { cases } = referenceOrSkip<Cross>(this, "spc/rules_cross.json");
    for (const [name, { z, Rspc1_2_2: theirs }] of Object.entries(cases)) {
      const ours = hits("nelson", z, { startUp: "partial" }, "any");
      assert.deepEqual(
        picked(ours, ["N1", "N2", "N5", "N6", "N7", "N8"]),
        [theirs.R1, theirs.R2, theirs.R5, theirs.R6, theirs.R7, theirs.R8],
        name,
      );
      for (const [lengths, program] of [
        ["points", "jmp"],
        ["moves", "minitab"],
      ] as const)
        for (const [tie, word] of [
          ["breaks", "tieBreaks"],
          ["continues", "tieContinues"],
        ] as const) {
          const { R3, R4 } = theirs[`${program}_${word}`];
          assert.deepEqual(picked(hits("nelson", z, { lengths, tie }), ["N3", "N4"]), [R3, R4], `${name}, ${program}, ${word}`);
        }
    }
  });

  it("fire where the published examples have them: parts, circuit boards, trucks", function () {
    interface Published {
      readonly sas_parts: { mean: number[]; range: number[]; n: number; grand: number; sigma: number; z: number[]; nelson: Nelson };
      readonly sas_circuit3: { fail: number[]; n: number; npbar: number; UCL: number; LCL: number; nelson: Nelson };
      readonly sas_trucks3: { defects: number[]; cbar: number; UCL: number; LCL: number; nelson: Nelson };
    }
    const { sas_parts: parts, sas_circuit3: circuit, sas_trucks3: trucks } = referenceOrSkip<Published>(this, "spc/published_cases.json");

    assert.ok(near(mean(parts.mean), parts.grand) && near(mean(parts.range) / controlConstants(parts.n).d2, parts.sigma, 1e-7));
    const xbar = limitsOf("xbar", { centre: parts.grand, sigma: parts.sigma });
    assert.ok(isLimits(xbar));
    const values = parts.mean.map((one): Subgroup => ({ values: Array.from({ length: parts.n }, () => one) }));
    const z = points(new ControlChart(xbar), values).map((point) => point.z);
    for (const [i, one] of z.entries()) assert.ok(near(one, parts.z[i] ?? Number.NaN, 1e-6), `z ${i + 1}`);
    assert.deepEqual(hits("nelson", z), parts.nelson);

    const np = estimateLimits(
      "np",
      circuit.fail.map((count) => ({ count, size: circuit.n })),
    );
    assert.ok("limits" in np);
    const drawn = np.points as ChartPoint[];
    assert.ok(near(drawn[0]?.centre ?? null, circuit.npbar));
    assert.ok(near(drawn[0]?.upper ?? null, circuit.UCL) && near(drawn[0]?.lower ?? null, circuit.LCL));
    assert.deepEqual(
      hits(
        "nelson",
        drawn.map((point) => point.z),
      ),
      circuit.nelson,
    );

    const c = estimateLimits(
      "c",
      trucks.defects.map((count) => ({ count })),
    );
    assert.ok("limits" in c && near(c.limits.centre, trucks.cbar));
    const [truck] = c.points as ChartPoint[];
    assert.ok(near(truck?.upper ?? null, trucks.UCL));
    assert.equal(truck?.lower, trucks.LCL);
    assert.deepEqual(
      hits(
        "nelson",
        (c.points as ChartPoint[]).map((point) => point.z),
      ),
      trucks.nelson,
    );
  });

  it("sets of rules are valid data", () => {
    for (const rules of Object.values(RULE_SETS)) {
      const set = { rules: [...rules], options: DEFAULT_RULE_OPTIONS };
      assert.equal(readRuleSet(set), set);
    }
  });
});
