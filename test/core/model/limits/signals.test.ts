import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  historyOf,
  measurementOf,
  responseFault,
  reviewLimits,
  type SignalEvent,
  Signals,
  type SignalResponse,
  signalResponseOf,
  SPC_MEASUREMENT,
  SPC_RESPONSE,
  studyBaseline,
  subgroupOf,
  takenOf,
  type TimedSubgroup,
} from "../../../../core/model/limits/index.ts";
import { ControlChart, isLimits, type Limits, limitsOf, ruleSet } from "../../../../core/model/spc/index.ts";

const T0 = Date.UTC(2026, 2, 10, 9);
const RULES = ruleSet("nelson", ["N1", "N2"]);
const N1 = ruleSet("nelson", ["N1"]);
const SUBJECT = {
  asset: "acme.galway.bottling.line01.filler01",
  chart: "fill-weight",
  part: "level" as const,
  tag: null,
  limitsVersion: 3,
  reactionPlan: null,
};

function limits(centre = 0): Limits {
  const given = limitsOf("i", { centre, sigma: 1 });
  assert.ok(isLimits(given));
  return given;
}

function run(values: readonly number[]): SignalEvent[] {
  const chart = new ControlChart(limits(), RULES);
  const signals = new Signals(SUBJECT, chart.rules);
  return values.flatMap((value, i) => {
    const taken = chart.take({ values: [value] });
    assert.ok("point" in taken && taken.point !== null);
    return signals.take(T0 + i, taken.point) ?? [];
  });
}

function fault(given: readonly TimedSubgroup[], exclusions: { at: number; cause: string }[]): string {
  const result = studyBaseline(["i"], given, exclusions);
  return "reject" in result ? result.reject.message : "";
}

function judged(centre: number) {
  return { limits: limits(centre), spread: null, rules: N1 };
}

describe("signals of a control chart", () => {
  it("are one from the first point that breaks a rule to the first that breaks none, one revision per change", () => {
    const events = run([0, 4, -5, 0.1, -0.1]);
    assert.deepEqual(
      events.map(({ start, end, revision, data }) => [start - T0, end === null ? null : end - T0, revision, data.count]),
      [
        [1, null, 1, 1],
        [1, null, 2, 2],
        [1, 3, 3, 2],
      ],
    );
    assert.equal(events[0]?.asset, `${SUBJECT.asset}.fill-weight`);
    assert.deepEqual(
      events.at(-1)?.data.points.map(({ at, statistic, rules }) => [at - T0, statistic, rules]),
      [
        [1, 4, ["N1"]],
        [2, -5, ["N1"]],
      ],
    );
  });

  it("name every rule that was broken on the way, the most serious first, whichever came first", () => {
    const events = run([...Array.from({ length: 9 }, () => 0.5), 4, -0.5]);
    assert.deepEqual(
      events.at(-1)?.data.rules.map(({ id }) => id),
      ["N1", "N2"],
    );
  });

  it("of a thousand points list the first fifty and count all", () => {
    const last = run(Array.from({ length: 1_000 }, () => 9)).at(-1)?.data;
    assert.deepEqual([last?.points.length, last?.count], [50, 1_000]);
  });

  it("go on after a restart as if there had been none", () => {
    const values = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.nat(59), (all, cut) => {
        const chart = new ControlChart(limits(), RULES);
        let signals = new Signals(SUBJECT, chart.rules);
        const events: SignalEvent[] = [];
        all.forEach((value, i) => {
          if (i === cut) signals = new Signals(SUBJECT, chart.rules, JSON.parse(JSON.stringify(signals.open)) as Signals["open"]);
          const taken = chart.take({ values: [value] });
          if ("point" in taken && taken.point !== null) events.push(...[signals.take(T0 + i, taken.point) ?? []].flat());
        });
        assert.deepEqual(events, run(all));
      }),
    );
  });

  it("never end before they began, whatever came late", () => {
    const chart = new ControlChart(limits(), RULES);
    const signals = new Signals(SUBJECT, chart.rules);
    const taken = chart.take({ values: [5] });
    assert.ok("point" in taken && taken.point !== null);
    signals.take(T0, taken.point);
    assert.equal(signals.end(T0 - 600_000)?.end, T0);
  });

  it("end where other limits come into force, so that no signal is judged by two versions", () => {
    const chart = new ControlChart(limits(), RULES);
    const signals = new Signals(SUBJECT, chart.rules);
    const taken = chart.take({ values: [5] });
    assert.ok("point" in taken && taken.point !== null);
    signals.take(T0, taken.point);
    const ended = signals.judgedBy({ ...SUBJECT, limitsVersion: 4 }, chart.rules, T0 + 7);
    assert.deepEqual([ended?.end, ended?.data.limits_version], [T0 + 7, 3]);
    assert.equal(signals.take(T0 + 8, taken.point)?.data.limits_version, 4);
  });
});

describe("what people say of a signal", () => {
  const response = (sequence: number, data: object, author = "olga"): SignalResponse => {
    const entry = {
      id: sequence,
      kind: SPC_RESPONSE,
      asset: "a.b.chart",
      start: T0,
      end: null,
      revision: sequence,
      author,
      reason: "x",
      recorded: T0 + sequence,
      data,
    };
    const read = signalResponseOf(entry as never);
    assert.ok(read);
    return read;
  };
  const close = response(1, { id: "closing-1", made: T0, action: "close", cause: "worn valve", done: "valve 7 replaced" });
  const reopen = response(2, { id: "reopen-01", made: T0, action: "reopen", comment: "it came back" }, "quinn");
  const operator = { name: "olga", label: "Olga", roles: ["operator"], scope: ["*"] } as const;

  it("closes it with cause, action and name, and a reopening opens it again, in whatever order they are read", () => {
    assert.deepEqual(historyOf([close]).closed, { by: "olga", at: T0 + 1, cause: "worn valve", done: "valve 7 replaced" });
    assert.equal(historyOf([reopen, close]).closed, null);
    assert.deepEqual(historyOf([close, close]), historyOf([close]));
  });

  it("is refused without a cause, without an action, or in words that are blank", () => {
    for (const data of [{ cause: "worn" }, { done: "x" }, { cause: " ", done: "x" }, { cause: "x", done: "x", extra: 1 }]) {
      const entry = { kind: SPC_RESPONSE, data: { id: "closing-1", made: T0, action: "close", ...data } };
      assert.equal(signalResponseOf(entry as never), undefined, JSON.stringify(data));
    }
  });

  it("is refused where it does not fit: closed twice, reopened by an operator, from another plant", () => {
    const closed = historyOf([close]);
    assert.match(responseFault("a.b", close.data, closed, operator)?.message ?? "", /closed by olga already/);
    assert.match(responseFault("a.b", reopen.data, closed, operator)?.message ?? "", /role engineer/);
    assert.match(responseFault("a.b", reopen.data, historyOf([]), operator)?.message ?? "", /is open/);
    assert.match(responseFault("a.b", close.data, historyOf([]), { ...operator, scope: ["c"] })?.message ?? "", /no part in a\.b/);
    assert.match(responseFault("a.b", close.data, historyOf([]), { ...operator, roles: ["viewer"] })?.message ?? "", /role operator/);
    assert.equal(responseFault("a.b", close.data, historyOf([]), operator), undefined);
  });
});

describe("the study of a baseline", () => {
  const subgroups: TimedSubgroup[] = Array.from({ length: 30 }, (_, i) => ({
    at: T0 + i,
    subgroup: { values: [i === 11 ? 40 : Math.sin(i * 2.3)] },
  }));

  it("lists what breaks a rule, and leaves it out only for a cause", () => {
    const first = studyBaseline(["i"], subgroups, [], { rules: N1 });
    assert.ok("limits" in first);
    assert.deepEqual(first.signals, [T0 + 11]);
    const second = studyBaseline(["i"], subgroups, [{ at: T0 + 11, cause: "scale was touched" }], { rules: N1 });
    assert.ok("limits" in second);
    assert.ok(second.limits.sigma < first.limits.sigma / 2);
    assert.deepEqual([second.signals, second.baseline.excluded.length], [[], 1]);
    assert.ok((second.points[11]?.hits.length ?? 0) > 0, "what is left out is still judged");
  });

  it("of a pair estimates both charts, and lists what breaks a rule of either", () => {
    const both = studyBaseline(["i", "mr"], subgroups, [{ at: T0 + 11, cause: "scale was touched" }], { rules: N1 });
    assert.ok("limits" in both);
    assert.deepEqual([both.limits.kind, both.spread?.kind, both.spreadPoints.length], ["i", "mr", 30]);
    assert.equal(studyBaselineSignals(["i"]).length, 1);
    assert.ok(studyBaselineSignals(["i", "mr"]).includes(T0 + 12), "the range after the outlier");
  });

  function studyBaselineSignals(kinds: readonly ["i", "mr"?]): readonly number[] {
    const study = studyBaseline(kinds, subgroups, [], { rules: N1 });
    assert.ok("limits" in study);
    return study.signals;
  }

  it("refuses an exclusion without a cause or without a subgroup, and a baseline out of order", () => {
    assert.match(fault(subgroups, [{ at: T0 + 11, cause: " " }]), /only for a cause/);
    assert.match(fault(subgroups, [{ at: T0 + 500, cause: "x" }]), /no subgroup at 2026-03-10T09:00:00\.500Z/);
    assert.match(fault(subgroups.toReversed(), []), /not in order of time/);
    assert.match(fault([...subgroups, ...subgroups.slice(29)], []), /same source time/);
  });
});

describe("the review of limits before they are approved", () => {
  const week: TimedSubgroup[] = Array.from({ length: 100 }, (_, i) => ({
    at: T0 + i,
    subgroup: { values: [i === 40 ? 5 : i === 60 ? -5 : 0] },
  }));
  const window = { from: T0, to: T0 + 100 };

  it("says which signals both versions give, and which only one", () => {
    const { summary, onlyBefore, onlyAfter, both } = reviewLimits(judged(0), judged(2.5), week, window);
    assert.deepEqual(
      [onlyBefore, onlyAfter, both].map((list) => list.map(({ at }) => at - T0)),
      [[40], [], [60]],
    );
    assert.deepEqual(summary, { ...window, subgroups: 100, signals_before: 2, signals_after: 1, only_before: 1, only_after: 0 });
  });

  it("without a version in force says so, and does not count nothing as none", () => {
    assert.equal(reviewLimits(null, judged(0), week, window).summary.signals_before, null);
  });

  it("begins runs anew at each stage, as the chart itself does", () => {
    const steady = Array.from({ length: 12 }, (_, i) => ({ at: T0 + i, subgroup: { values: [0.5] } }));
    const after = { limits: limits(), spread: null, rules: ruleSet("nelson", ["N2"]) };
    const signals = (restarts: number[]) => reviewLimits(null, after, steady, window, restarts).summary.signals_after;
    assert.deepEqual([signals([]), signals([T0 + 6]), signals([T0 + 2])], [4, 0, 2]);
  });
});

const entry = (at: number, data: object) =>
  ({
    kind: SPC_MEASUREMENT,
    asset: "a.b.weight",
    start: at,
    author: "olga",
    data: { id: "measured1", asset: "a.b", chart: "weight", due: null, ...data },
  }) as never;

describe("measurements by hand", () => {
  it("become subgroups, and one that was taken back becomes none", () => {
    const one = measurementOf(entry(T0, { values: [1, 2, 3] }));
    assert.ok(one);
    assert.deepEqual(subgroupOf(one), { at: T0, subgroup: { values: [1, 2, 3] } });
    const back = measurementOf(entry(T0, { values: [1, 2, 3], withdrawn: "wrong product" }));
    assert.ok(back);
    assert.equal(subgroupOf(back), null);
  });

  it("answer the instant that they were due for, the first one counting", () => {
    const read = [
      entry(T0 + 9, { due: T0, values: [1] }),
      entry(T0 + 5, { due: T0, values: [1] }),
      entry(T0 + 1, { due: T0, values: [1], withdrawn: "x" }),
    ];
    assert.deepEqual([...takenOf(read.map((one) => measurementOf(one) as never))], [[T0, T0 + 5]]);
  });

  it("that are no numbers, too many or of unknown fields are none", () => {
    for (const data of [
      { values: [Number.NaN] },
      { values: Array.from({ length: 51 }, () => 1) },
      { values: ["1"] },
      { x: 1 },
      { count: -1 },
    ])
      assert.equal(measurementOf(entry(T0, data)), undefined, JSON.stringify(data));
  });
});
