/** What must hold of a control chart whatever is charted: few cases in `npm test`, many in proofs. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import { type ChartDefinition, GovernedChart } from "../../core/model/charting/index.ts";
import type { LimitsVersion } from "../../core/model/limits/index.ts";
import { CHART_KINDS, ControlChart, ruleSet } from "../../core/model/spc/index.ts";
import { exampleOf, seeded } from "./spc-charts.ts";
import { anyHistory, definitions, INDIVIDUALS, joined, last, limits, pushed, T0, version, versions } from "./spc-stream.ts";

export interface ChartProperty {
  readonly name: string;
  /** Throws, with the smallest counterexample, when one of `numRuns` cases does not hold. */
  check(numRuns: number): void;
}

const NELSON = ruleSet("nelson");
const viaJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const governing = (definition: ChartDefinition): readonly LimitsVersion[] => (definition === INDIVIDUALS ? versions : []);

export const SNAPSHOT_PROPERTY: ChartProperty = {
  name: "of every kind goes on from a snapshot as if it had never stopped, to the last bit",
  check(numRuns) {
    fc.assert(
      fc.property(fc.constantFrom(...CHART_KINDS), fc.integer(), fc.integer({ min: 0, max: 40 }), (kind, seed, stop) => {
        const random = seeded(seed);
        const { limits: of, subgroup } = exampleOf(kind);
        const subgroups = Array.from({ length: 60 }, () => subgroup(random));
        const whole = new ControlChart(of, NELSON);
        const points = subgroups.map((one) => whole.take(one));
        const before = new ControlChart(of, NELSON);
        for (const one of subgroups.slice(0, stop)) before.take(one);
        const after = new ControlChart(viaJson(of), viaJson(NELSON));
        assert.ok(after.restore(viaJson(before.snapshot())));
        assert.deepEqual(
          subgroups.slice(stop).map((one) => after.take(one)),
          points.slice(stop),
        );
        assert.deepEqual(after.snapshot(), whole.snapshot());
      }),
      { numRuns },
    );
  },
};

/** Versions in every state that the ledger can have them in, of centres of their own. */
const anyVersions = fc
  .array(
    fc.record({
      status: fc.constantFrom("proposed", "approved", "rejected", "retired"),
      from: fc.nat(300_000),
      lasts: fc.integer({ min: 1, max: 200_000 }),
      product: fc.constantFrom(undefined, "still", "lemon"),
    }),
    { maxLength: 6 },
  )
  .map((all) =>
    all.map(({ status, from, lasts, product }, i): LimitsVersion => {
      const one = version(i + 1, from, limits("i", 495 + i), product === undefined ? {} : { product });
      if (status === "approved") return one;
      if (status === "retired") return { ...one, status, retired: one.decided, effective_to: T0 + from + lasts };
      return { ...one, status, decided: status === "rejected" ? one.decided : null, effective_from: null };
    }),
  );

export const CHARTING_PROPERTIES: readonly ChartProperty[] = [
  {
    name: "says the same live, in one piece, and after arrival in another order within its patience",
    check(numRuns) {
      fc.assert(
        fc.property(definitions, anyHistory, fc.array(fc.nat(9_000), { maxLength: 80 }), (definition, history, delays) => {
          const known = governing(definition);
          const whole = pushed(definition, [...history, last], known);
          const live = new GovernedChart(definition, known);
          assert.deepEqual(joined([...history, last].map((one) => live.push([one]))), whole);
          const shuffled = history
            .map((one, i) => ({ one, arrives: one.timestamp + (delays[i] ?? 0) }))
            .toSorted((a, b) => a.arrives - b.arrives);
          const late = new GovernedChart(definition, known);
          assert.deepEqual(joined([...shuffled.map(({ one }) => one), last].map((one) => late.push([one]))), whole);
        }),
        { numRuns },
      );
    },
  },
  {
    name: "goes on after a restart from its snapshot as if there had been none",
    check(numRuns) {
      fc.assert(
        fc.property(definitions, anyHistory, fc.nat(80), (definition, history, cut) => {
          const known = governing(definition);
          const whole = pushed(definition, [...history, last], known);
          const first = new GovernedChart(definition, known);
          const before = history.slice(0, cut).map((one) => first.push([one]));
          const second = new GovernedChart(definition, known, viaJson(first.state()));
          assert.deepEqual(joined([...before, ...[...history.slice(cut), last].map((one) => second.push([one]))]), whole);
        }),
        { numRuns },
      );
    },
  },
  {
    name: "is judged by approved versions alone, and no limit moves by itself",
    check(numRuns) {
      fc.assert(
        fc.property(anyVersions, anyHistory, fc.boolean(), (known, history, isGiven) => {
          const definition = { ...INDIVIDUALS, given: isGiven ? INDIVIDUALS.given : null };
          const before = viaJson(known);
          const { points } = pushed(definition, [...history, last], known);
          for (const { at, part, point, version: by } of points) {
            const judging = known.find((one) => one.version === by);
            if (judging === undefined) {
              assert.deepEqual([by, isGiven], [0, true]);
              if (part === "level") assert.deepEqual([point.centre, point.lower, point.upper], [500, 494, 506]);
              continue;
            }
            const { status, effective_from: from, effective_to: to, scope, limits: stated } = judging;
            assert.ok(status === "approved" || status === "retired", `version ${by} is ${status}`);
            assert.ok(from !== null && from <= at && (to === null || at < to), `version ${by} is not in force`);
            const product = history.findLast((one) => one.tag === INDIVIDUALS.circumstances.product && one.timestamp <= at)?.value;
            assert.ok(scope.product === undefined || scope.product === product, `version ${by} is for ${scope.product}`);
            assert.deepEqual([point.centre, point.lower, point.upper], [stated.centre, stated.centre - 3, stated.centre + 3]);
          }
          assert.deepEqual(viaJson(known), before);
        }),
        { numRuns },
      );
    },
  },
];
