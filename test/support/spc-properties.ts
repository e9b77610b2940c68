/** What must hold of a control chart whatever is charted: few cases in `npm test`, many in proofs. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Sample } from "../../core/connect/sample/index.ts";
import { type Charted, type ChartDefinition, GovernedChart, RecordedStudy } from "../../core/model/charting/index.ts";
import type { LimitsVersion } from "../../core/model/limits/index.ts";
import { ControlChart, type Subgroup } from "../../core/model/spc/index.ts";
import { anyReadings, AT_WORK, DENSE, historyOf, VARIANTS } from "./every-chart.ts";
import { seeded } from "./spc-charts.ts";
import { anyHistory, definitions, INDIVIDUALS, joined, last, limits, pushed, T0, version, versions } from "./spc-stream.ts";

export interface ChartProperty {
  readonly name: string;
  /** Throws, with the smallest counterexample, when one of `numRuns` cases does not hold. */
  check(numRuns: number): void;
}

const viaJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;
const governing = (definition: ChartDefinition): readonly LimitsVersion[] => (definition === INDIVIDUALS ? versions : []);

export const SNAPSHOT_PROPERTY: ChartProperty = {
  name: "of every kind, under each of its options, goes on from a snapshot as if it had never stopped, to the last bit",
  check(numRuns) {
    fc.assert(
      fc.property(
        fc.constantFrom(...VARIANTS),
        fc.integer(),
        fc.integer({ min: 0, max: 40 }),
        ({ limits: of, rules, subgroup }, seed, stop) => {
          const random = seeded(seed);
          const subgroups = Array.from(
            { length: 60 },
            (_, i): Subgroup => (i % 13 === 12 ? { values: [null], quality: "Bad" } : subgroup(random)),
          );
          const whole = new ControlChart(of, rules);
          const points = subgroups.map((one) => whole.take(one));
          const before = new ControlChart(of, rules);
          for (const one of subgroups.slice(0, stop)) before.take(one);
          const after = new ControlChart(viaJson(of), viaJson(rules));
          assert.ok(after.restore(viaJson(before.snapshot())));
          assert.deepEqual(
            subgroups.slice(stop).map((one) => after.take(one)),
            points.slice(stop),
          );
          assert.deepEqual(after.snapshot(), whole.snapshot());
        },
      ),
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

/** What a chart said, instant by instant, up to where what was recorded ends as well. */
const UNTIL = T0 + 385_000;
const ruled = ({ points }: Charted): Record<number, string[]> => {
  const said: Record<number, string[]> = {};
  for (const { at, part, point } of points)
    if (at < UNTIL && point.hits.length > 0) said[at] = [...(said[at] ?? []), ...point.hits.map(({ id }) => id), part];
  return said;
};

/** Each holds for every kind of chart and option, in turn; `numRuns` cases in all, and one that is the same each time. */
function ofEvery(
  name: string,
  holds: (definition: ChartDefinition, history: readonly Sample[], more: readonly number[]) => Charted,
): ChartProperty {
  return {
    name,
    check(numRuns) {
      for (const [variant, definition] of AT_WORK) {
        const judged = holds(definition, [...historyOf(definition, DENSE), last], [0, 8_000, 3_000]);
        assert.ok(judged.points.length > 0, `${variant}: nothing was drawn`);
        const property = fc.property(anyReadings, fc.array(fc.nat(9_000), { minLength: 1, maxLength: 120 }), (readings, more) => {
          holds(definition, [...historyOf(definition, readings), last], more);
        });
        fc.assert(property, { numRuns: Math.ceil(numRuns / AT_WORK.length) });
      }
    },
  };
}

export const EVERY_CHART_PROPERTIES: readonly ChartProperty[] = [
  ofEvery(
    "of every kind, under each of its options, says the same live, in one piece, and after arrival in another order within its patience",
    (definition, history, delays) => {
      const whole = pushed(definition, history);
      const live = new GovernedChart(definition);
      assert.deepEqual(joined(history.map((one) => live.push([one]))), whole);
      const shuffled = history
        .slice(0, -1)
        .map((one, i) => ({ one, arrives: one.timestamp + (delays[i % delays.length] ?? 0) }))
        .toSorted((a, b) => a.arrives - b.arrives);
      const late = new GovernedChart(definition);
      assert.deepEqual(joined([...shuffled.map(({ one }) => one), ...history.slice(-1)].map((one) => late.push([one]))), whole);
      return whole;
    },
  ),
  ofEvery(
    "of every kind, under each of its options, goes on after a restart from its snapshot as if there had been none",
    (definition, history, [cut = 0]) => {
      const whole = pushed(definition, history);
      const first = new GovernedChart(definition);
      const at = cut % history.length;
      const before = first.push(history.slice(0, at));
      const second = new GovernedChart(viaJson(definition), [], viaJson(first.state()));
      assert.deepEqual(joined([before, second.push(history.slice(at))]), whole);
      return whole;
    },
  ),
  ofEvery("of every kind, under each of its options, says in a review of what was recorded what it said live", (definition, history) => {
    const whole = pushed(definition, history);
    const study = new RecordedStudy(definition, T0);
    study.take(history);
    study.end(UNTIL + 10_000);
    assert.ok(definition.given !== null);
    const { summary, onlyAfter } = study.review(null, { ...definition.given, scope: {} }, { from: T0, to: UNTIL });
    const reviewed = Object.fromEntries(onlyAfter.map(({ at, rules, parts }) => [at, [...rules, ...parts].toSorted()]));
    const live = Object.entries(ruled(whole)).map(([at, said]) => [at, [...new Set(said)].toSorted()] as const);
    // A review lists the newest hundred, and counts all.
    assert.deepEqual(reviewed, Object.fromEntries(live.slice(-100)));
    assert.equal(summary.signals_after, live.length);
    return whole;
  }),
];
