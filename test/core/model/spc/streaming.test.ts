import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  CHART_KINDS,
  CHARTS,
  type ChartKind,
  type ChartPoint,
  type ChartSnapshot,
  ControlChart,
  DEFAULT_RULE_OPTIONS,
  estimateLimits,
  readLimits,
  RULE_SETS,
  type RuleSet,
  ruleSet,
  type Subgroup,
} from "../../../../core/model/spc/index.ts";
import { VARIANTS } from "../../../support/every-chart.ts";
import { estimated, exampleOf, given, noise, seeded, singles } from "../../../support/spc-charts.ts";
import { SNAPSHOT_PROPERTY } from "../../../support/spc-properties.ts";

const NELSON = ruleSet("nelson");
const viaJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** What a point is, whatever it is judged by. */
function withoutLimit(point: unknown): unknown {
  const { upper: _upper, beyond: _beyond, hits: _hits, blamed: _blamed, ...rest } = point as ChartPoint;
  return rest;
}

describe("a control chart", () => {
  it(SNAPSHOT_PROPERTY.name, () => SNAPSHOT_PROPERTY.check(150));

  it("says of many values at once what it says of each", () => {
    fc.assert(
      fc.property(
        fc.constantFrom<ChartKind>("i", "mr", "xbar", "ewma", "cusum", "ma"),
        fc.constantFrom({ sigmas: 3 }, { sigmas: 2 }, { probability: 0.01 }),
        fc.array(
          fc.oneof(
            fc.integer({ min: -9, max: 9 }).map((n) => n / 2),
            fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY),
          ),
          { maxLength: 80 },
        ),
        (kind, width, values) => {
          const limits = given(kind, { centre: 0, sigma: 1, width: CHARTS[kind].probability ? width : { sigmas: 3 } });
          const [many, one, each] = [1, 2, 3].map(() => new ControlChart(limits, NELSON)) as [ControlChart, ControlChart, ControlChart];
          const out = new Uint32Array(values.length);
          many.updateMany(Float64Array.from(values), out);
          assert.deepEqual(
            [...out],
            values.map((value) => one.update(value)),
          );
          const taken = singles(values).map((subgroup) => each.take(subgroup));
          assert.deepEqual(
            [...out].map((bits) => one.rules.filter((_, r) => (bits & (1 << r)) !== 0)),
            taken.map((result) => ("point" in result ? (result.point?.hits ?? []) : [])),
          );
          assert.deepEqual(many.snapshot(), each.snapshot());
        },
      ),
      { numRuns: 150 },
    );
  });

  it("replayed from its frozen limits says again what it said live, of every kind and under each of its options", () => {
    for (const { name, limits: from, rules, subgroup } of VARIANTS) {
      const random = seeded(7);
      const { kind, parameters, width } = from;
      const baseline = Array.from({ length: 40 }, () => subgroup(random));
      const phase1 = estimateLimits(kind, baseline, { parameters, rules, width });
      assert.ok("limits" in phase1, `${name}: ${JSON.stringify(phase1)}`);
      const stored = readLimits(viaJson(phase1.limits));
      assert.deepEqual(stored, phase1.limits, name);
      const [live, replayed] = [phase1.limits, stored].map((limits) => {
        const chart = new ControlChart(limits, rules);
        return baseline.map((one) => chart.take(one)).map((taken) => ("point" in taken ? taken.point : undefined));
      });
      assert.deepEqual(replayed, live, name);
      // The baseline of a T² chart has a limit of its own: what is judged by it differs, and nothing else.
      const compared = CHARTS[kind].phase1 === undefined ? (point: unknown) => point : withoutLimit;
      assert.deepEqual(live?.map(compared), phase1.points.map(compared), name);
      assert.ok(phase1.points.filter((point) => point !== null).length > 30, name);
    }
  });

  it("never moves its limits, whatever arrives", () => {
    const limits = given("i", { centre: 0, sigma: 1 });
    const text = JSON.stringify(limits);
    const chart = new ControlChart(limits);
    for (let i = 0; i < 100; i += 1) {
      const taken = chart.take({ values: [1e6] });
      assert.ok("point" in taken && taken.point?.upper === 3 && taken.point.lower === -3);
    }
    assert.equal(JSON.stringify(chart.limits), text);
  });

  it("begins anew with a new stage: no pattern and no sum reaches across a changeover", () => {
    for (const kind of CHART_KINDS) {
      const random = seeded(3);
      const { limits, subgroup } = exampleOf(kind);
      const [used, fresh] = [new ControlChart(limits, NELSON), new ControlChart(limits, NELSON)];
      for (let i = 0; i < 25; i += 1) used.take(subgroup(random));
      used.restart();
      assert.deepEqual(used.snapshot(), fresh.snapshot(), kind);
      const next = Array.from({ length: 20 }, () => subgroup(random));
      assert.deepEqual(
        next.map((one) => used.take(one)),
        next.map((one) => fresh.take(one)),
        kind,
      );
    }
  });

  it("refuses a snapshot of other limits or rules, or a damaged one, and stays as it was", () => {
    const chart = new ControlChart(given("ma", { centre: 0, sigma: 1, parameters: { window: 3 } }), NELSON);
    for (const value of [1, 2, 3, 4]) chart.update(value);
    const before = chart.snapshot();
    const damaged: ChartSnapshot[] = [
      { ...before, kind: "i" },
      { ...before, stream: before.stream.slice(1) },
      { ...before, stream: before.stream.with(0, Number.NaN) },
      { ...before, stream: [] },
      { ...before, rules: { ...before.rules, windows: [0] } },
      { ...before, rules: { ...before.rules, places: [0] } },
      { ...before, rules: { ...before.rules, lastMove: 4 } },
      { ...before, rules: { ...before.rules, last: Number.NaN } },
      { ...before, rules: { ...before.rules, seen: -1 } },
      new ControlChart(given("ma", { centre: 0, sigma: 1, parameters: { window: 4 } }), NELSON).snapshot(),
      new ControlChart(given("ewma", { centre: 0, sigma: 1 }), NELSON).snapshot(),
    ];
    for (const snapshot of damaged) {
      assert.equal(chart.restore(snapshot), false, JSON.stringify(snapshot));
      assert.deepEqual(chart.snapshot(), before);
    }
  });

  it("refuses a snapshot of the same kind under other limits or rules, whatever differs", () => {
    const parameters = { lambda: 0.2, asymptotic: false, size: 1 };
    const base = { centre: 0, sigma: 1, parameters };
    const rules = { rules: RULE_SETS.nelson.slice(0, 2), options: DEFAULT_RULE_OPTIONS };
    const made = (over: object, set: RuleSet = rules) => new ControlChart(given("ewma", { ...base, ...over }), set);
    const saved = made({});
    for (const value of [1, 2, 3]) saved.update(value);
    const snapshot = viaJson(saved.snapshot());
    const others = [
      made({ centre: 500 }),
      made({ sigma: 2 }),
      made({ width: { sigmas: 2 } }),
      made({ parameters: { ...parameters, lambda: 0.9 } }),
      made({ parameters: { ...parameters, asymptotic: true } }),
      made({ parameters: { ...parameters, size: "varies" } }),
      made({}, { ...rules, options: { ...DEFAULT_RULE_OPTIONS, missing: "breaks" } }),
      made({}, { ...rules, rules: [{ id: "other", test: "limits" }] }),
    ];
    for (const other of others) {
      const before = other.snapshot();
      assert.equal(other.restore(snapshot), false, JSON.stringify(other.limits));
      assert.deepEqual(other.snapshot(), before);
    }
    const { of: _of, ...old } = snapshot;
    const baseline = { subgroups: 30, units: 30, estimator: null, excluded: [], refused: [] };
    const same = [
      [made({}), snapshot],
      [made({ parameters: { asymptotic: false, size: 1, lambda: 0.2 } }), snapshot],
      [made({ baseline }), snapshot],
      [made({}), old],
    ] as const;
    for (const [chart, taken] of same) {
      assert.equal(chart.restore(taken), true);
      assert.deepEqual(chart.snapshot(), snapshot);
    }
  });

  it("refuses streaks longer than any rule lets them grow, which would run over into the streak beside them", () => {
    const chart = new ControlChart(given("i", { centre: 0, sigma: 1 }), NELSON);
    for (const value of [1, 2, 3, 4]) chart.update(value);
    const before = chart.snapshot();
    for (const streaks of ["places", "moves"] as const) {
      const damaged = before.rules[streaks].with(0, 0xff);
      assert.equal(chart.restore({ ...before, rules: { ...before.rules, [streaks]: damaged } }), false);
      assert.deepEqual(chart.snapshot(), before);
    }
  });

  it("costs the same however long it has run", () => {
    const chart = new ControlChart(given("i", { centre: 0, sigma: 1 }), NELSON);
    const random = seeded(1);
    for (let i = 0; i < 1000; i += 1) chart.update(noise(random));
    const small = JSON.stringify(chart.snapshot()).length;
    for (let i = 0; i < 100_000; i += 1) chart.update(noise(random));
    assert.ok(JSON.stringify(chart.snapshot()).length < small + 60);
  });

  it("of a Bad or missing sample neither draws a point nor breaks a run, unless the option says so", () => {
    const limits = given("i", { centre: 0, sigma: 1 });
    const bad: Subgroup = { values: [null], quality: "Bad" };
    const eight = singles([1, 1, 1, 1, 1, 1, 1, 1]);
    for (const [missing, expected] of [
      ["skips", ["N2"]],
      ["breaks", []],
    ] as const) {
      const chart = new ControlChart(limits, { rules: RULE_SETS.nelson.slice(0, 2), options: { ...DEFAULT_RULE_OPTIONS, missing } });
      for (const one of eight) chart.take(one);
      const refused = chart.take(bad);
      assert.ok("reject" in refused && refused.reject.code === "BAD_QUALITY");
      const taken = chart.take({ values: [1] });
      assert.ok("point" in taken && taken.point);
      assert.deepEqual(
        taken.point.hits.map(({ id }) => id),
        expected,
      );
    }
  });

  it("does not let a Bad sample into a limit", () => {
    const good = singles([1, 2, 3, 2, 1, 3, 2]);
    const mixed: Subgroup[] = [...good.slice(0, 3), { values: [999], quality: "Bad" }, { values: [null] }, ...good.slice(3)];
    const [plain, with_] = [estimated("i", good), estimated("i", mixed)];
    assert.equal(with_.limits.centre, plain.limits.centre);
    assert.equal(with_.limits.sigma, plain.limits.sigma);
    assert.deepEqual(with_.limits.baseline?.refused, [3, 4]);
    assert.deepEqual(
      with_.rejects.map(({ at, reject }) => [at, reject.code]),
      [
        [3, "BAD_QUALITY"],
        [4, "BAD_QUALITY"],
      ],
    );
  });
});
