/** Several tags on one chart: the reference by way of samples, and a fault that no chart of one tag sees, laid to the right tags. */
import { type ChartDefinition, GovernedChart, subgroupsOf } from "../../../core/model/charting/index.ts";
import { blamedOf, studyBaseline } from "../../../core/model/limits/index.ts";
import { ControlChart, estimateLimits, mean, sd } from "../../../core/model/spc/index.ts";
import { reference } from "../../core/model/multivariate-cases.ts";
import { ASSET, MINUTE } from "../../support/spc-stream.ts";
import { ALPHA, approvedOf, asSamples, BEYOND, FILLING, filling, over, PRESSURE, TIME } from "../../support/vector-stream.ts";
import type { Proof, ProofResult } from "../proof.ts";

export const multivariate: Proof = {
  title: "several tags on one chart",
  run: async () => [boiler(), ...brokenCorrelation(), rate(1), rate(4)],
};

function boiler(): ProofResult {
  const { data, T2, "limits_alpha.0027": limits } = reference().boiler;
  const variables = (data[0] ?? []).map((_, i) => ({ tag: `${ASSET}._filler_v1.t${i}`, unit: null }));
  const source = { from: "vectors", variables, everyMs: MINUTE, of: "last" } as const;
  const tags = variables.map(({ tag }) => tag);
  const { subgroups } = subgroupsOf({ ...FILLING, source }, [...asSamples(data, tags), over(data.length)]);
  const found = studyBaseline(["t2"], subgroups, [], { width: { probability: ALPHA }, rules: BEYOND, parameters: { variables } });
  if ("reject" in found) return { claim: "boiler", figure: found.reject.message, bound: "limits", pass: false };
  const pairs: (readonly [number | undefined | null, number])[] = [
    ...T2.map((value, i) => [found.points[i]?.statistic, value] as const),
    [found.points[0]?.upper, limits.phaseI_beta],
    [found.limits.parameters.vectors?.limit, limits.phaseII_F],
  ];
  const farthest = Math.max(...pairs.map(([ours, theirs]) => Math.abs((ours ?? Number.POSITIVE_INFINITY) - theirs) / Math.max(1, theirs)));
  return {
    claim: `T² of ${T2.length} vectors of ${tags.length} tags, sent as samples, and both limits are those of the reference`,
    figure: `the farthest of ${pairs.length} figures is off by ${farthest.toPrecision(1)}`,
    bound: "≤ 1e-8 of each",
    pass: farthest <= 1e-8,
  };
}

const MACHINES = 200;

/** On many machines one minute has more pressure with the fill time that goes with less, both well within their usual range. */
function brokenCorrelation(): ProofResult[] {
  let [seen, alone, right] = [0, 0, 0];
  for (let seed = 1; seed <= MACHINES; seed += 1) {
    const baseline = filling(seed, 200);
    const chart = new GovernedChart(FILLING, [approvedOf("t2", baseline)]);
    const columns = [0, 1, 2].map((j) => baseline.map((row) => row[j] ?? 0));
    const wrong = columns.map((values, j) => mean(values) + (j < 2 ? 1.5 * sd(values) : 0));
    const { events } = chart.push([...asSamples([wrong]), over(1)]);
    const singles = columns.some((values, j) => {
      const made = estimateLimits(
        "i",
        values.map((value) => ({ values: [value] })),
        { rules: BEYOND },
      );
      if (!("limits" in made)) return true;
      return new ControlChart(made.limits, BEYOND).update(wrong[j] ?? 0) !== 0;
    });
    if (singles) alone += 1;
    if (events.length > 0) seen += 1;
    const blamed = blamedOf(events[0]?.data ?? {});
    const named = blamed?.variables
      .map(({ tag }) => tag)
      .toSorted()
      .join(" ");
    if (blamed?.together === true && named === [PRESSURE, TIME].toSorted().join(" ")) right += 1;
  }
  return [
    {
      claim: "two tags at 1.5 σ each that do not go together as usual are a signal, on charts of single tags they are none",
      figure: `T² signals on ${seen} of ${MACHINES} machines, a chart of a single tag on ${alone}`,
      bound: `${MACHINES} and 0`,
      pass: seen === MACHINES && alone === 0,
    },
    {
      claim: "the signal is laid to the two tags that do not go together, and to no other",
      figure: `right on ${right} of ${MACHINES} machines`,
      bound: "all",
      pass: right === MACHINES,
    },
  ];
}

/** With limits from baselines of 60 points: the rate holds on average over baselines, which is what Phase II limits promise. */
function rate(size: number): ProofResult {
  const [baselines, points] = [400, 500];
  const together = { ...FILLING, source: { ...FILLING.source, ...(size > 1 ? { size } : {}) } } as ChartDefinition;
  const what = size === 1 ? "vectors" : `subgroups of ${size} vectors`;
  let signals = 0;
  for (let seed = 1; seed <= baselines; seed += 1) {
    const chart = new ControlChart(approvedOf("t2", filling(seed, 60 * size), {}, together).limits, BEYOND);
    const rows = filling(seed + 10_000, points * size);
    for (let i = 0; i < rows.length; i += size) {
      const taken = chart.take({ values: rows.slice(i, i + size).flat() });
      if ("point" in taken && (taken.point?.hits.length ?? 0) > 0) signals += 1;
    }
  }
  const share = signals / (baselines * points);
  return {
    claim: `false alarms of ${baselines} charts with limits from 60 ${what} each are as many as asked for`,
    figure: `${(share * 100).toFixed(3)} % of ${baselines * points} ${what}`,
    bound: `${(ALPHA * 100).toFixed(2)} % ± 0.05`,
    pass: Math.abs(share - ALPHA) <= 0.0005,
  };
}
