/** A control chart of fill weights at work beside a page: a week of subgroups, and the twin that judges by what is approved. */
import type { ChartPorts } from "../../adapters/charts/index.ts";
import type { PlantModel } from "../../core/connect/model/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import { type Charted, type ChartRequest, ChartSamples, chartsOf, GovernedChart } from "../../core/model/charting/index.ts";
import { chartPath, measurementOf, subgroupOf, versionOf, type LimitsVersion } from "../../core/model/limits/index.ts";
import { ruleSet } from "../../core/model/spc/index.ts";
import { MemoryLedger } from "./memory-ledger.ts";
import { noise, seeded } from "./spc-charts.ts";

export const FILLER = "acme.galway.bottling.line01.filler01";
export const FILL_WEIGHT = `${FILLER}.fill-weight`;
const HALF_HOUR = 30 * 60_000;
const WEEK = 7 * 24 * 60 * 60_000;

export const FILL_REQUEST: ChartRequest = {
  chart: "fill-weight",
  kinds: ["xbar", "r"],
  tag: "fill_weight",
  sizeTag: "",
  size: 5,
  everyMs: HALF_HOUR,
  graceMs: null,
  unit: "",
  byProduct: true,
  recipeTag: "",
  stageTag: "",
  latenessMs: 0,
  spanMs: 0,
  rules: ruleSet("nelson", ["N1", "N2"]),
  given: null,
  width: { sigmas: 3 },
  parameters: {},
  nominal: "",
  nominalSigma: "",
  estimator: null,
  reactionPlan: "Check filling valve 7, then call quality",
};

export interface TestChart {
  readonly ledger: MemoryLedger;
  readonly ports: ChartPorts;
  readonly chart: GovernedChart;
  /** Subgroups every half hour from `from` to `to`, ms before now; `shift` moves them. */
  fill(from: number, to: number, shift?: number): Promise<void>;
  /** Recorded subgroups are read no further than this while it is set; released with undefined. */
  holding: Promise<void> | undefined;
}

export function testChart(
  model: PlantModel,
  now: () => number,
  options: { readonly secondPerson?: boolean; readonly request?: Partial<ChartRequest>; readonly since?: number } = {},
): TestChart {
  const ledger = new MemoryLedger();
  const request = { ...FILL_REQUEST, ...options.request };
  const [definition] = chartsOf(model, { bind: "asset", target: FILLER }, request).charts;
  if (definition === undefined) throw new Error("The filler has no such chart.");
  const [chart, made] = [new GovernedChart(definition), new ChartSamples(definition)];
  const recorded: Sample[] = [];
  const random = seeded(11);
  const tags = [`${FILLER}._filler_v1.fill_weight`, `${FILLER}._filler_v1.product`] as const;
  const within = (ids: readonly string[], from: number, to: number): Sample[] =>
    ids.flatMap((id) => {
      const own = recorded.filter(({ tag, timestamp }) => tag === id && timestamp < to);
      const before = own.findLast(({ timestamp }) => timestamp < from);
      return [...(before === undefined ? [] : [before]), ...own.filter(({ timestamp }) => timestamp >= from)];
    });
  async function take({ points, events }: Charted): Promise<void> {
    recorded.push(...made.samples(points));
    if (events.length > 0) await ledger.record(events, { author: "node:twin-spc", reason: "signal" }, now());
  }
  const desk: TestChart = {
    ledger,
    chart,
    holding: undefined,
    ports: {
      model: () => model,
      charts: () => [{ chart, request, since: options.since ?? 0 }],
      ledger: () => ledger,
      now,
      secondPerson: options.secondPerson ?? false,
      samples: async (ids, from, to) => within(ids, from, to),
      async *pieces(ids, from, to) {
        yield within(ids, from, (from + to) / 2);
        await desk.holding;
        yield within(ids, (from + to) / 2, to);
      },
      state: async (statements, by) => {
        const entries = await ledger.record(statements as never, by, now());
        const versions = (await ledger.latest({ asset: chartPath(definition) })).flatMap((entry): LimitsVersion[] => {
          const version = versionOf(entry);
          return version === undefined ? [] : [version];
        });
        chart.govern(versions);
        for (const entry of entries) {
          const measured = definition.source.from === "hand" ? measurementOf(entry) : undefined;
          const subgroup = measured === undefined ? null : subgroupOf(measured);
          if (subgroup !== null) await take(chart.measure(subgroup));
        }
        return { entries, rejects: [] };
      },
    },
    async fill(from, to, shift = 0) {
      const samples: Sample[] = [{ tag: tags[1], value: "still-500", quality: "Good", timestamp: now() - from - 1 }];
      for (let ago = from; ago > to; ago -= HALF_HOUR)
        for (let i = 0; i < 5; i += 1)
          samples.push({ tag: tags[0], value: 501 + 2 * noise(random) + shift, quality: "Good", timestamp: now() - ago + i * 1_000 });
      recorded.push(...samples);
      await take(chart.push(samples));
    },
  };
  return desk;
}

/** A week under control but for an hour on its third day. */
export async function fillWeek(desk: TestChart): Promise<void> {
  await desk.fill(WEEK, WEEK / 2);
  await desk.fill(WEEK / 2, WEEK / 2 - 2 * HALF_HOUR, 9);
  await desk.fill(WEEK / 2 - 2 * HALF_HOUR, HALF_HOUR);
}

/** The answer, asked for again while it is being read and computed, as the page does. */
export async function answered<T extends { readonly status: number }>(ask: () => Promise<T>): Promise<T> {
  let answer = await ask();
  while (answer.status === 202) answer = await ask();
  return answer;
}
