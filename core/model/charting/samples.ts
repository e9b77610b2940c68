/** What a chart hands on: its statistic, centre and limits as samples, so that a board can draw it. */
import type { Contract, ContractTag } from "../../connect/contract/index.ts";
import type { Sample } from "../../connect/sample/index.ts";
import type { ChartPart } from "../limits/index.ts";
import type { ChartedPoint } from "./governed-chart.ts";

/** Contract of the tags that a chart makes; one path per chart and part. */
export const SPC_CONTRACT = "_spc_v1";

/** Limits that have not changed are said again after so long, so that a board finds them in its window, ms. */
export const LIMITS_AGAIN_MS = 10 * 60_000;

export const CHART_SIGNALS = ["value", "centre", "lower", "upper", "sigma", "signal", "rules", "version"] as const;
export type ChartSignal = (typeof CHART_SIGNALS)[number];

/** `acme.galway.bottling.line01.filler01._spc_v1.fill-weight.value`; of a spread `….fill-weight.spread.value`. */
export function chartTag(of: { readonly asset: string; readonly chart: string }, part: ChartPart, signal: ChartSignal): string {
  return [of.asset, SPC_CONTRACT, of.chart, ...(part === "level" ? [] : [part]), signal].join(".");
}

const PROMISED: Readonly<Record<ChartSignal, ContractTag["type"]>> = {
  value: "float",
  centre: "float",
  lower: "float",
  upper: "float",
  sigma: "float",
  signal: "float",
  rules: "string",
  version: "int",
};

/** What the store holds these tags to, whatever a chart is called. */
export const CHART_CONTRACT: Contract = {
  name: SPC_CONTRACT,
  tags: new Map<string, ContractTag>(
    CHART_SIGNALS.flatMap((signal) => ["*", "*.spread"].map((path) => [`${path}.${signal}`, { type: PROMISED[signal] }] as const)),
  ),
};

interface Said {
  readonly at: number;
  readonly limits: string;
}

/** Turns points of one chart into samples: every statistic; limits when they change, and now and then. */
export class ChartSamples {
  readonly #of: { readonly asset: string; readonly chart: string };
  readonly #unit: string | undefined;
  readonly #said = new Map<ChartPart, Said>();

  constructor(of: { readonly asset: string; readonly chart: string }, unit?: string) {
    this.#of = of;
    this.#unit = unit;
  }

  samples(points: readonly ChartedPoint[]): Sample[] {
    return points.flatMap((point) => this.#samplesOf(point));
  }

  #samplesOf({ at, part, point, version }: ChartedPoint): Sample[] {
    const sample = (signal: ChartSignal, value: number | string | null, unit?: string): Sample => ({
      tag: chartTag(this.#of, part, signal),
      value,
      quality: value === null ? "GoodNoData" : "Good",
      timestamp: at,
      ...(unit === undefined || value === null ? {} : { unit }),
    });
    const { statistic, centre, lower, upper, sigma, hits } = point;
    const samples = [sample("value", statistic, this.#unit)];
    if (hits.length > 0) samples.push(sample("signal", statistic, this.#unit), sample("rules", hits.map(({ id }) => id).join(" ")));
    const limits = [centre, lower, upper, sigma, version].join(" ");
    const said = this.#said.get(part);
    if (said?.limits === limits && at - said.at < LIMITS_AGAIN_MS) return samples;
    this.#said.set(part, { at, limits });
    return [
      ...samples,
      sample("centre", centre, this.#unit),
      sample("lower", lower, this.#unit),
      sample("upper", upper, this.#unit),
      sample("sigma", sigma, this.#unit),
      sample("version", version),
    ];
  }
}
