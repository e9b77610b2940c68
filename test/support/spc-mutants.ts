/**
 * Errors of other SPC programs, each as the wrong arithmetic beside a case that tells it from the right one. Where they were
 * seen stands in the design notes; nothing here is their code.
 */
import { indexOf, isRefusal, capability } from "../../core/model/capability/index.ts";
import { normalQuantile } from "../../core/model/distribution/index.ts";
import {
  type BaselineOptions,
  type ChartKind,
  ControlChart,
  controlConstants,
  mean,
  range,
  ruleSet,
  sd,
  SlidingWindow,
  type Subgroup,
} from "../../core/model/spc/index.ts";
import { estimated, given, noise, seeded, singles } from "./spc-charts.ts";

export interface SpcMutant {
  /** The error, in a few words. */
  readonly error: string;
  /** What is right, by its definition and not by the code under test. */
  readonly expected: () => number | string | null;
  readonly ours: () => number | string | null;
  /** What the error makes of the same case. */
  readonly wrong: () => number | string | null;
}

/** Nine digits, so that the order of a sum makes no difference. */
function figure(value: number | null | undefined): number | string | null {
  return typeof value === "number" && Number.isFinite(value) ? Number(value.toPrecision(9)) : String(value);
}

const random = seeded(23);
/** Subgroups of six that wander far: what varies between them is much more than what varies within. */
const wandering = Array.from({ length: 20 }, (_, i) => Array.from({ length: 6 }, () => 5 * Math.sin(i) + 0.1 * noise(random)));
const subgroups = wandering.map((values): Subgroup => ({ values }));
const six = controlConstants(6);
const meanRange = mean(wandering.map((one) => range(one)));
const meanSd = mean(wandering.map((one) => sd(one)));
const limitsOf = (kind: ChartKind, of: readonly Subgroup[], options: BaselineOptions = {}) => estimated(kind, of, options).points.at(0);

/** Deviation of the last ten of forty values, as a window that takes the incoming item's share away has it. */
const rising = Array.from({ length: 40 }, (_, i) => 100 + i + noise(random));
function wrongEviction(): number {
  let [sum, squares] = [0, 0];
  for (const [i, value] of rising.entries()) {
    sum += value - (i >= 10 ? (rising[i - 10] ?? 0) : 0);
    squares += i >= 10 ? 0 : value * value;
  }
  return Math.sqrt((squares - (sum * sum) / 10) / 9);
}

/** A deviation of thousandths after 1e9 has passed through a window of ten. */
const spiked = Array.from({ length: 60 }, (_, i) => (i === 20 ? 1e9 : 10 + 0.003 * noise(random)));
function windowSd(values: readonly number[]): number {
  const window = new SlidingWindow(10);
  for (const value of values) window.push(value);
  return window.sd;
}
function runningSd(values: readonly number[]): number {
  let [sum, squares] = [0, 0];
  for (const [i, value] of values.entries()) {
    const leaving = i >= 10 ? (values[i - 10] ?? 0) : 0;
    sum += value - leaving;
    squares += value * value - leaving * leaving;
  }
  return Math.sqrt(Math.abs(squares - (sum * sum) / 10) / 9);
}

/** Rules that three means of four values break, 1.2 σ of a single value from the centre. */
function zonesOfMeans(size: number): string {
  const chart = new ControlChart(given("xbar", { centre: 0, sigma: 1, parameters: { size } }), ruleSet("westernElectric"));
  const hits = [1.2, 0, 1.2].flatMap((x) => {
    const taken = chart.take({ values: Array.from({ length: size }, () => x) });
    return "point" in taken && taken.point !== null ? taken.point.hits.map(({ id }) => id) : ["refused"];
  });
  return hits.join(" ") || "none";
}

/** 30 values a standard deviation off target. */
const offTarget = Array.from({ length: 30 }, (_, i) => 1 + normalQuantile((i + 0.5) / 30));
const [offMean, offSd] = [mean(offTarget), sd(offTarget)];
const aboutTarget = Math.sqrt(mean(offTarget.map((x) => x * x)));
/** Lower end of 95 % of Cpm with so many degrees of freedom, by Wilson and Hilferty's cube root. */
const lowerEnd = (degrees: number): number => {
  const share = 2 / (9 * degrees);
  return (4 / (3 * aboutTarget)) * Math.sqrt((1 - share + normalQuantile(0.025) * Math.sqrt(share)) ** 3);
};
function lowerCpm(): number | undefined {
  const answer = capability(offTarget, { lower: -4, upper: 4, target: 0 }, {});
  return isRefusal(answer) ? undefined : indexOf(answer, "Ppm")?.interval?.lower;
}
const boyles = (xi: number): number => (30 * (1 + xi * xi) ** 2) / (1 + 2 * xi * xi);
const unsquared = (xi: number): number => boyles(xi) / (1 + xi * xi);

const screened = [10, 11, 10, 11, 10, 40, 10, 11, 10, 11];
const movingRanges = screened.slice(1).map((x, i) => Math.abs(x - (screened[i] ?? 0)));

export const SPC_MUTANTS: readonly SpcMutant[] = [
  {
    error: "a window subtracts the squares of the item that comes instead of the one that goes",
    expected: () => figure(sd(rising.slice(-10))),
    ours: () => figure(windowSd(rising)),
    wrong: () => figure(wrongEviction()),
  },
  {
    error: "running sums stay wrong for ever after one spike has left the window",
    expected: () => figure(sd(spiked.slice(-10))),
    ours: () => figure(windowSd(spiked)),
    wrong: () => figure(runningSd(spiked)),
  },
  {
    error: "R̄ is the range of all values",
    expected: () => figure(meanRange),
    ours: () => figure(limitsOf("r", subgroups)?.centre),
    wrong: () => figure(range(wandering.flat())),
  },
  {
    error: "S̄ is the standard deviation of all values",
    expected: () => figure(meanSd),
    ours: () => figure(limitsOf("s", subgroups)?.centre),
    wrong: () => figure(sd(wandering.flat())),
  },
  {
    error: "the lower limit of S has the factor of another chart",
    expected: () => figure(six.B3 * meanSd),
    ours: () => figure(limitsOf("s", subgroups)?.lower),
    wrong: () => figure(six.D3 * meanSd),
  },
  {
    error: "a part of a subgroup that is left over moves the limits",
    expected: () => figure(meanRange / six.d2),
    ours: () => figure(estimated("xbar", [...subgroups, { values: [1e6, -1e6] }], { sigma: "R/d2" }).limits.sigma),
    wrong: () => figure(mean([...wandering.map((one) => range(one)), 2e6]) / six.d2),
  },
  {
    error: "zones of X̄ lie at σ of single values",
    expected: () => "WE2",
    ours: () => zonesOfMeans(4),
    wrong: () => zonesOfMeans(1),
  },
  {
    error: "a series shorter than the window of a rule crashes or counts as one that broke it",
    expected: () => "none",
    ours: () => {
      const chart = new ControlChart(given("i", { centre: 0, sigma: 1 }), ruleSet("nelson"));
      return [0.5, 0.6, 0.7].map((x) => chart.update(x)).some((hits) => hits !== 0) ? "hits" : "none";
    },
    wrong: () => ([0.5, 0.6, 0.7].slice(-15).every((x) => Math.abs(x) < 1) ? "hits" : "none"),
  },
  {
    error: "the interval of Cpm has n(1 + ξ²)/(1 + 2ξ²) degrees of freedom, for Boyles's numerator is not squared",
    expected: () => lowerEnd(boyles(offMean / offSd)).toFixed(2),
    ours: () => lowerCpm()?.toFixed(2) ?? null,
    wrong: () => lowerEnd(unsquared(offMean / offSd)).toFixed(2),
  },
  {
    error: "a normal quantile is right to two digits",
    expected: () => figure(2.9999769927034),
    ours: () => figure(normalQuantile(0.99865)),
    wrong: () => figure(2.9904),
  },
  {
    error: "d2 has three decimals",
    expected: () => figure(2.325928947281),
    ours: () => figure(controlConstants(5).d2),
    wrong: () => figure(2.326),
  },
  {
    error: "moving ranges are screened without being asked",
    expected: () => figure(mean(movingRanges) / controlConstants(2).d2),
    ours: () => figure(estimated("i", singles(screened)).limits.sigma),
    wrong: () => figure(mean(movingRanges.filter((one) => one < 3.267 * mean(movingRanges))) / controlConstants(2).d2),
  },
  {
    error: "limits are estimated anew at every point",
    expected: () => figure(3),
    ours: () => {
      const chart = new ControlChart(given("i", { centre: 0, sigma: 1 }));
      const taken = [1, 9, 1, 9].map((x) => chart.take({ values: [x] })).at(-1);
      return figure(taken !== undefined && "point" in taken ? taken.point?.upper : null);
    },
    wrong: () => figure(mean([1, 9, 1, 9]) + (3 * 8) / controlConstants(2).d2),
  },
];
