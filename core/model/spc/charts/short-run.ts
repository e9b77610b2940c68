/** Short runs: several parts on one chart, as deviations from nominal (DNOM) or standardised by part (Z). */
import type { ChartParameters, Limits } from "../limits.ts";
import type { CheckedSubgroup } from "../subgroup.ts";
import {
  atQuantiles,
  atSigmas,
  BY_INDIVIDUALS,
  type ChartDeclaration,
  type Estimate,
  type EstimateOptions,
  memoryless,
  sigmasOf,
  type Stream,
} from "./declaration.ts";
import { NORMAL } from "./in-control.ts";
import { individuals, movingRange, rangesInControl } from "./variables.ts";

type Parts = ChartParameters["parts"];

const dnom = {
  label: "DNOM",
  subgroup: "part",
  plotted: "Deviation from the nominal value of its part.",
  rules: "all",
  probability: true,
  least: 2,
  sigmas: BY_INDIVIDUALS,
  estimate: estimateDeviations,
  stream: (limits) => single(limits, (subgroup) => deviation(subgroup, limits.parameters.parts)),
  inControl: () => NORMAL,
} as const satisfies ChartDeclaration;

const z = {
  ...dnom,
  label: "Z",
  plotted: "Deviation from the nominal value of its part, in σ of that part.",
  least: 1,
  sigmas: [],
  estimate: () => ({ centre: 0, sigma: 1 }),
  stream: (limits) => single(limits, (subgroup) => standardised(subgroup, limits.parameters.parts)),
} as const satisfies ChartDeclaration;

export const SHORT_RUN = {
  dnom,
  "dnom-mr": {
    ...dnom,
    label: "Moving range of DNOM",
    plotted: "Distance to the deviation before.",
    rules: "limits",
    stream: (limits) => movingRange(limits, (subgroup) => deviation(subgroup, limits.parameters.parts), limits.sigma),
    inControl: (limits) => rangesInControl(limits, limits.sigma),
  },
  z,
  "z-mr": {
    ...z,
    label: "Moving range of Z",
    plotted: "Distance to the standardised value before.",
    rules: "limits",
    stream: (limits) => movingRange(limits, (subgroup) => standardised(subgroup, limits.parameters.parts), limits.sigma),
    inControl: (limits) => rangesInControl(limits, limits.sigma),
  },
} as const satisfies Readonly<Record<string, ChartDeclaration>>;

/** As an I chart of the deviations; parts may not differ much in σ. */
function estimateDeviations(baseline: readonly (CheckedSubgroup | null)[], { sigma, parameters }: EstimateOptions): Estimate {
  return individuals(
    baseline.map((one) => (one === null ? Number.NaN : deviation(one, parameters.parts))),
    sigma,
  );
}

function single({ centre, sigma, width }: Limits, of: (subgroup: CheckedSubgroup) => number): Stream {
  const sigmas = sigmasOf(width);
  return memoryless((subgroup, point) => {
    point.statistic = of(subgroup);
    point.centre = centre;
    point.sigma = sigma;
    if ("sigmas" in width) atSigmas(point, sigmas);
    else atQuantiles(point, centre - sigmas * sigma, centre + sigmas * sigma);
  });
}

function deviation({ x, part }: CheckedSubgroup, parts: Parts): number {
  return x - (parts?.[part]?.nominal ?? Number.NaN);
}

function standardised({ x, part }: CheckedSubgroup, parts: Parts): number {
  const { nominal, sigma } = parts?.[part] ?? { nominal: Number.NaN };
  return (x - nominal) / (sigma ?? Number.NaN);
}
