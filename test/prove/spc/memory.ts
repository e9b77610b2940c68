/** What a chart at work keeps in memory, and that it keeps no more the longer it runs. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { GovernedChart } from "../../../core/model/charting/index.ts";
import { ruleSet } from "../../../core/model/spc/index.ts";
import { noise, seeded } from "../../support/spc-charts.ts";
import { INDIVIDUALS, limits, sample, WEIGHT } from "../../support/spc-stream.ts";
import type { Proof } from "../proof.ts";

const CHARTS = 1_000;
const SAMPLES = 500;
const LONG = 1_000_000;
const MOST_BYTES = 16_384;
const GROWN_BYTES = 262_144;
const definition = {
  ...INDIVIDUALS,
  given: { limits: limits("i", 500, 2), spread: limits("mr", 500, 2), rules: ruleSet("nelson") },
};

export const memory: Proof = {
  title: "memory of control charts",
  async run(progress) {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const used = (): number => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const random = seeded(1);
    const push = (chart: GovernedChart, from: number, count: number): void => {
      for (let i = from; i < from + count; i += 1) chart.push([sample(WEIGHT, i * 1_000, 500 + 2 * noise(random))]);
    };
    const before = used();
    const charts = Array.from({ length: CHARTS }, () => new GovernedChart(definition));
    for (const chart of charts) push(chart, 0, SAMPLES);
    const each = (used() - before) / CHARTS;
    progress("a million samples");
    const chart = new GovernedChart(definition);
    push(chart, 0, SAMPLES);
    const short = used();
    push(chart, SAMPLES, LONG);
    const grown = used() - short;
    return [
      {
        claim: "memory of a chart at work: I and MR with Nelson's eight rules, ten samples waiting for late ones",
        figure: `${(each / 1_024).toFixed(1)} KiB each, of ${charts.length}`,
        bound: `≤ ${MOST_BYTES / 1_024} KiB`,
        pass: each <= MOST_BYTES,
      },
      {
        claim: `memory of a chart after ${LONG.toLocaleString("en")} further samples`,
        figure: `${(grown / 1_024).toFixed(1)} KiB more`,
        bound: `≤ ${GROWN_BYTES / 1_024} KiB`,
        pass: grown <= GROWN_BYTES,
      },
    ];
  },
};
