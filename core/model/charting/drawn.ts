/** A chart as it was judged, from the samples that it made. */
import type { Sample } from "../../connect/sample/index.ts";
import type { ChartPart } from "../limits/index.ts";
import { CHART_SIGNALS, type ChartSignal, chartTag } from "./samples.ts";

export interface DrawnPoint {
  /** Source time, ms UTC. */
  readonly at: number;
  readonly value: number;
  /** Null: not known so early in what was read. */
  readonly centre: number | null;
  /** Null: no limit on that side. */
  readonly lower: number | null;
  readonly upper: number | null;
  readonly sigma: number | null;
  readonly version: number | null;
  /** Ids of the rules that it broke. */
  readonly rules: readonly string[];
}

export function drawnTags(of: { readonly asset: string; readonly chart: string }, part: ChartPart): string[] {
  return CHART_SIGNALS.map((signal) => chartTag(of, part, signal));
}

/** The points of one part, in order of time; limits hold until others are said. Samples of other tags are passed over. */
export function drawnPoints(
  samples: readonly Sample[],
  of: { readonly asset: string; readonly chart: string },
  part: ChartPart,
  from: number,
): DrawnPoint[] {
  const signals = new Map<string, ChartSignal>(CHART_SIGNALS.map((signal) => [chartTag(of, part, signal), signal]));
  const known = { centre: null, lower: null, upper: null, sigma: null, version: null } as Record<string, number | null>;
  const rules = new Map<number, readonly string[]>();
  const own = samples.flatMap((sample) => {
    const signal = signals.get(sample.tag);
    if (signal === "rules" && typeof sample.value === "string") rules.set(sample.timestamp, sample.value.split(" "));
    return signal === undefined ? [] : [{ at: sample.timestamp, signal, value: sample.value }];
  });
  // Limits of an instant hold for its value.
  own.sort((a, b) => a.at - b.at || Number(a.signal === "value") - Number(b.signal === "value"));
  const points: DrawnPoint[] = [];
  for (const { at, signal, value } of own) {
    if (Object.hasOwn(known, signal)) known[signal] = typeof value === "number" ? value : null;
    else if (signal === "value" && typeof value === "number" && at >= from)
      points.push({
        ...(known as Pick<DrawnPoint, "centre" | "lower" | "upper" | "sigma" | "version">),
        at,
        value,
        rules: rules.get(at) ?? [],
      });
  }
  return points;
}
