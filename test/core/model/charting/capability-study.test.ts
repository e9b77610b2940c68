import assert from "node:assert/strict";
import { type CapabilityAsked, type CapabilityGround, type ChartDefinition, RecordedStudy } from "../../../../core/model/charting/index.ts";
import { isLimits, type Limits, limitsOf, ruleSet } from "../../../../core/model/spc/index.ts";
import { noise, seeded } from "../../../support/spc-charts.ts";
import { ASSET, MINUTE, PRODUCT, sample, T0 } from "../../../support/spc-stream.ts";

const WEIGHT = `${ASSET}._filler_v1.fill_weight`;
const SIZE = 5;
const DEFINITION: ChartDefinition = {
  asset: ASSET,
  chart: "weight",
  kinds: ["xbar", "r"],
  source: { from: "values", tag: WEIGHT, subgrouping: { by: "count", size: SIZE, everyMs: 0 } },
  unit: "g",
  circumstances: { product: PRODUCT },
  heartbeat: null,
  latenessMs: 0,
  spanMs: 0,
  given: null,
  reactionPlan: null,
};
const ASKED: CapabilityAsked = { from: T0, to: T0 + 1_000 * MINUTE, scope: {}, lower: 490, upper: 510, target: null };

function given(kind: "xbar" | "r", centre: number): Limits {
  const limits = limitsOf(kind, { centre, sigma: 2, parameters: { size: SIZE } });
  assert.ok(isLimits(limits));
  return limits;
}
const GROUND: CapabilityGround = {
  estimation: { rules: ruleSet("nelson", ["N1"]) },
  judged: { version: 1, limits: given("xbar", 500), spread: given("r", 2 * 2.325929), rules: ruleSet("nelson", ["N1"]) },
  closed: [],
  leftOut: [],
};

/** Forty subgroups in control, one per minute; `change` makes others of their values. */
function studyOf(
  change: (value: number, subgroup: number, i: number) => number = (value) => value,
  products: readonly string[] = ["a"],
): RecordedStudy {
  const random = seeded(5);
  const study = new RecordedStudy(DEFINITION, T0);
  study.take([sample(PRODUCT, -1, products[0] ?? "a")]);
  for (let k = 0; k < 40; k += 1) {
    if (k === 20 && products[1] !== undefined) study.take([sample(PRODUCT, k * MINUTE - 1, products[1])]);
    const values = Array.from({ length: SIZE }, (_, i) => change(500 + 1.5 * noise(random), k, i));
    study.take(values.map((value, i) => sample(WEIGHT, k * MINUTE + i * 1_000, value)));
  }
  study.end(ASKED.to);
  return study;
}
const at = (subgroup: number): number => T0 + subgroup * MINUTE + (SIZE - 1) * 1_000;

/** The signals for which nothing is stated. */
const refusedOf = (study: RecordedStudy, ground: CapabilityGround, asked = ASKED): unknown => {
  const answer = study.capability(asked, ground);
  return answer.refused === null ? null : answer.signals.map((one) => [one.at, one.parts]);
};

const plotOf = (model: NonNullable<CapabilityAsked["model"]>) => {
  const answer = studyOf().capability({ ...ASKED, model }, GROUND);
  assert.ok(answer.refused === null);
  return { plot: answer.probability, parameters: answer.stated.model.parameters };
};

describe("the capability of recorded values", () => {
  /** One subgroup far off, with a value so far from its others that its range is out too. */
  const bothOut = studyOf((value, k, i) => (k === 7 ? 510 + (i === 0 ? 15 : 0) : value));
  it("is not stated while a signal of either chart of the pair has no cause: closing the one explains nothing of the other", () => {
    const closed = (...parts: readonly ("level" | "spread")[]) => ({
      ...GROUND,
      closed: parts.map((part) => ({ start: at(7), end: at(8), part })),
    });
    assert.deepEqual(refusedOf(bothOut, GROUND), [[at(7), ["level", "spread"]]]);
    assert.deepEqual(refusedOf(bothOut, closed("level")), [[at(7), ["level", "spread"]]]);
    assert.equal(refusedOf(bothOut, closed("level", "spread")), null);
  });

  it("is stated where the baseline of the limits was made without the point, and where a cause is given with the question", () => {
    assert.equal(refusedOf(bothOut, { ...GROUND, leftOut: [at(7)] }), null);
    assert.equal(refusedOf(bothOut, GROUND, { ...ASKED, explained: [{ at: at(7), cause: "valve 7 leaked" }] }), null);
    assert.match(bothOut.capability({ ...ASKED, explained: [{ at: at(7), cause: " " }] }, GROUND).refused?.message ?? "", /name it/);
  });

  it("needs no second cause for the range from a point whose cause is known to the next one", () => {
    const limits = limitsOf("i", { centre: 500, sigma: 1.5 });
    const range = limitsOf("mr", { centre: 0, sigma: 1.5 });
    assert.ok(isLimits(limits) && isLimits(range));
    const single: ChartDefinition = {
      ...DEFINITION,
      kinds: ["i", "mr"],
      source: { from: "values", tag: WEIGHT, subgrouping: { by: "count", size: 1, everyMs: 0 } },
    };
    const study = new RecordedStudy(single, T0);
    study.take(Array.from({ length: 40 }, (_, k) => sample(WEIGHT, k * MINUTE, k === 9 ? 520 : 500 + (k % 3) - 1)));
    study.end(ASKED.to);
    const ground: CapabilityGround = { ...GROUND, judged: { version: 1, limits, spread: range, rules: ruleSet("nelson", ["N1"]) } };
    const [out, next] = [9, 10].map((k) => T0 + k * MINUTE);
    assert.deepEqual(refusedOf(study, ground), [
      [out, ["level", "spread"]],
      [next, ["spread"]],
    ]);
    assert.equal(refusedOf(study, ground, { ...ASKED, explained: [{ at: out ?? 0, cause: "valve 7 leaked" }] }), null);
  });

  it("has no index of the variation within while no chart vouches for the values", () => {
    const names = (judged: CapabilityGround["judged"]) => {
      const answer = studyOf().capability(ASKED, { ...GROUND, judged });
      assert.ok(answer.refused === null);
      return answer.stated.indices.map(({ name }) => name);
    };
    assert.ok(names(GROUND.judged).includes("Cpk"));
    assert.deepEqual(
      names(null).filter((name) => name.startsWith("C")),
      [],
    );
    assert.ok(names(null).includes("Ppk"));
  });

  it("draws the values against the distribution that was chosen, and against none where percentiles were measured", () => {
    const [normal, lognormal] = [plotOf("normal"), plotOf("lognormal")];
    assert.equal(normal.plot?.points.length, 40 * SIZE);
    const middle = (plot: typeof normal.plot): number => plot?.scale.find(({ p }) => p === 0.5)?.quantile ?? Number.NaN;
    assert.equal(middle(normal.plot), normal.parameters["mean"]);
    assert.ok(Math.abs(middle(lognormal.plot) - Math.exp(lognormal.parameters["meanLog"] ?? 0)) < 1e-9);
    assert.equal(plotOf("empirical").plot, null);
  });

  it("is that of one product: of several it is refused until one is chosen", () => {
    const both = studyOf((value) => value, ["a", "b"]);
    assert.match(both.capability(ASKED, GROUND).refused?.message ?? "", /several products.*\(a, b\)/);
    const one = both.capability({ ...ASKED, scope: { product: "b" } }, GROUND);
    assert.equal(one.refused === null ? one.stated.n : 0, 20 * SIZE);
    assert.equal(studyOf().capability(ASKED, GROUND).refused, null);
  });
});
