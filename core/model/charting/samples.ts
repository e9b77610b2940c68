/** What a chart hands on: its statistic, centre and limits as samples, so that a board can draw it. */
import type { Contract, ContractTag } from "../../connect/contract/index.ts";
import type { Sample } from "../../connect/sample/index.ts";
import type { ChartPart } from "../limits/index.ts";
import type { ChartPoint } from "../spc/index.ts";
import type { ChartDefinition } from "./definition.ts";
import type { ChartedPoint } from "./governed-chart.ts";

/** Contract of the tags that a chart makes; one path per chart and part. */
export const SPC_CONTRACT = "_spc_v1";

/** Limits that have not changed are said again after so long, so that a board finds them in its window, ms. */
export const LIMITS_AGAIN_MS = 10 * 60_000;

/** Ends of zones, and how many σ from the centre they lie. */
const ZONES = { upper_2s: 2, upper_1s: 1, lower_1s: -1, lower_2s: -2 } as const;
const ZONE_SIGNALS = ["upper_2s", "upper_1s", "lower_1s", "lower_2s"] as const;
export const CHART_SIGNALS = ["value", "centre", "lower", "upper", "sigma", ...ZONE_SIGNALS, "signal", "rules", "version"] as const;
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
  upper_2s: "float",
  upper_1s: "float",
  lower_1s: "float",
  lower_2s: "float",
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
  readonly point: ChartPoint;
  readonly version: number;
}

/** Turns points of one chart into samples: every statistic; limits when they change, and now and then. */
export class ChartSamples {
  readonly #unit: string | undefined;
  /** Made once: a chart at line rate says them thousands of times a second. */
  readonly #tags: Readonly<Record<ChartPart, ReadonlyMap<ChartSignal, string>>>;
  readonly #said: Record<ChartPart, Said | null> = { level: null, spread: null };

  constructor(of: Pick<ChartDefinition, "asset" | "chart" | "unit">) {
    this.#unit = of.unit ?? undefined;
    const tags = (part: ChartPart) => new Map(CHART_SIGNALS.map((signal) => [signal, chartTag(of, part, signal)]));
    this.#tags = { level: tags("level"), spread: tags("spread") };
  }

  samples(points: readonly ChartedPoint[]): Sample[] {
    const samples: Sample[] = [];
    for (const point of points) this.#add(point, samples);
    return samples;
  }

  #add({ at, part, point, version }: ChartedPoint, to: Sample[]): void {
    const { statistic, hits } = point;
    to.push(this.#sample(part, "value", statistic, at, this.#unit));
    if (hits.length > 0)
      to.push(this.#sample(part, "signal", statistic, at, this.#unit), this.#sample(part, "rules", hits.map(({ id }) => id).join(" "), at));
    const said = this.#said[part];
    if (said !== null && said.version === version && sameLimits(said.point, point) && at - said.at < LIMITS_AGAIN_MS) return;
    this.#said[part] = { at, point, version };
    for (const limit of ["centre", "lower", "upper", "sigma"] as const) to.push(this.#sample(part, limit, point[limit], at, this.#unit));
    for (const zone of ZONE_SIGNALS) to.push(this.#sample(part, zone, zoneOf(point, ZONES[zone]), at, this.#unit));
    to.push(this.#sample(part, "version", version, at));
  }

  #sample(part: ChartPart, signal: ChartSignal, value: number | string | null, timestamp: number, unit?: string): Sample {
    const tag = this.#tags[part].get(signal) as string;
    if (value === null) return { tag, value, quality: "GoodNoData", timestamp };
    return unit === undefined ? { tag, value, quality: "Good", timestamp } : { tag, value, quality: "Good", timestamp, unit };
  }
}

/** A zone ends where the limits end. */
function zoneOf({ centre, sigma, lower, upper }: ChartPoint, sigmas: number): number | null {
  const end = centre + sigmas * sigma;
  return (sigmas > 0 && upper !== null && end > upper) || (sigmas < 0 && (lower === null || end < lower)) ? null : end;
}

function sameLimits(a: ChartPoint, b: ChartPoint): boolean {
  return a.centre === b.centre && a.lower === b.lower && a.upper === b.upper && a.sigma === b.sigma;
}
