/**
 * What a function node does without Twinline: it keeps the last values and asks simple questions of them at every message, with
 * plain array functions. The same eight rules on single values, and mean and deviation of a window.
 */

/** One hit per rule that the last value completes; `z` holds the last 15 values or more, the latest at its end. */
export function plainNelson(z: readonly number[]): number {
  const last = (n: number): readonly number[] | undefined => (z.length < n ? undefined : z.slice(-n));
  const every = (n: number, test: (value: number, i: number, all: readonly number[]) => boolean): boolean => last(n)?.every(test) ?? false;
  const now = z.at(-1) ?? 0;
  const count = (n: number, line: number, side: number): boolean =>
    now * side > line && (last(n)?.filter((one) => one * side > line).length ?? 0) >= n - 1;
  let hits = 0;
  if (Math.abs(now) > 3) hits |= 1;
  if (every(9, (one) => one > 0) || every(9, (one) => one < 0)) hits |= 2;
  if (every(6, (one, i, all) => i === 0 || one > (all[i - 1] ?? 0)) || every(6, (one, i, all) => i === 0 || one < (all[i - 1] ?? 0)))
    hits |= 4;
  if (every(14, (one, i, all) => i < 2 || (one - (all[i - 1] ?? 0)) * ((all[i - 1] ?? 0) - (all[i - 2] ?? 0)) < 0)) hits |= 8;
  if (count(3, 2, 1) || count(3, 2, -1)) hits |= 16;
  if (count(5, 1, 1) || count(5, 1, -1)) hits |= 32;
  if (every(15, (one) => Math.abs(one) <= 1)) hits |= 64;
  const eight = last(8);
  if (eight?.every((one) => Math.abs(one) > 1) && eight.some((one) => one > 0) && eight.some((one) => one < 0)) hits |= 128;
  return hits;
}

export function plainSd(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

export interface PlainChart {
  readonly path: string;
  readonly tag: string;
  readonly centre: number;
  readonly sigma: number;
  /** The last values in standard deviations from the centre. */
  readonly z: number[];
  said: number | null;
  open: { start: number; count: number; rules: Record<string, boolean>; points: unknown[] } | null;
}

export function plainChart(path: string, tag: string, centre: number, sigma: number): PlainChart {
  return { path, tag, centre, sigma, z: [], said: null, open: null };
}

/**
 * A chart of single values as an engineer would write it in a function node: the statistic of each, its limits now and then,
 * the rules that it breaks, and the beginning and end of each signal. It takes what comes in the order in which it comes.
 */
export function plainIndividuals(
  chart: PlainChart,
  samples: readonly { readonly tag: string; readonly value: unknown; readonly quality: string; readonly timestamp: number }[],
): { readonly rows: unknown[]; readonly events: unknown[] } {
  const rows: unknown[] = [];
  const events: unknown[] = [];
  for (const { tag, value, quality, timestamp } of samples) {
    if (tag !== chart.tag || quality === "Bad" || typeof value !== "number" || !Number.isFinite(value)) continue;
    const row = (name: string, what: unknown) => ({ tag: `${chart.path}.${name}`, value: what, quality: "Good", timestamp });
    chart.z.push((value - chart.centre) / chart.sigma);
    if (chart.z.length > 15) chart.z.shift();
    const hits = plainNelson(chart.z);
    rows.push(row("value", value));
    if (hits !== 0) {
      const rules = [1, 2, 3, 4, 5, 6, 7, 8].filter((_, bit) => (hits & (1 << bit)) !== 0).map((rule) => `N${rule}`);
      rows.push(row("signal", value), row("rules", rules.join(" ")));
      chart.open ??= { start: timestamp, count: 0, rules: {}, points: [] };
      chart.open.count += 1;
      for (const rule of rules) chart.open.rules[rule] = true;
      if (chart.open.points.length < 50) chart.open.points.push({ at: timestamp, statistic: value, rules });
      events.push({ kind: "signal", start: chart.open.start, end: null, count: chart.open.count, points: [...chart.open.points] });
    } else if (chart.open !== null) {
      events.push({ kind: "signal", start: chart.open.start, end: timestamp, count: chart.open.count, points: chart.open.points });
      chart.open = null;
    }
    if (chart.said !== null && timestamp - chart.said < 600_000) continue;
    chart.said = timestamp;
    const width = 3 * chart.sigma;
    rows.push(row("centre", chart.centre), row("lower", chart.centre - width), row("upper", chart.centre + width));
    rows.push(row("sigma", chart.sigma), row("version", 0));
  }
  return { rows, events };
}

/** All of it as the body of a function node has it. */
export const SPC_FUNCTION = [plainNelson, plainIndividuals].map(String).join("\n");
