/**
 * The charts beside each other with the capability of each. It is computed in the thread of statistics, one chart after the other
 * while somebody looks, and kept: a list that is asked for every few seconds must cost nothing.
 */
import { HistorianUnavailable } from "../../core/connect/history/index.ts";
import type { PlantModel } from "../../core/connect/model/index.ts";
import {
  briefCapability,
  type BriefCapability,
  type CapabilityAnswer,
  chartedKey,
  type ChartListView,
  chartTag,
  type ListedChart,
  refusedBriefly,
  sayCharting,
  type ShownChart,
  specificationOf,
  tagOf,
  worstFirst,
} from "../../core/model/charting/index.ts";
import { refuse } from "../../core/model/capability/index.ts";
import { chartPath, type LimitsVersion } from "../../core/model/limits/index.ts";
import { ThreadEnded } from "../threads/remote-thread.ts";
import { type CapabilityDeskGround, recordedCapabilities, stateCapability } from "./capability-desk.ts";
import { hasCapability } from "./capability-ground.ts";
import type { DeployedChart } from "./deployed.ts";
import type { ChartPorts } from "./ports.ts";
import { Readings } from "./readings.ts";

type Asked = Parameters<typeof stateCapability>[0];
type Last = ListedChart["last"];

export interface Overviewed extends Omit<CapabilityDeskGround, "readings"> {
  readonly one: DeployedChart;
}

interface Job {
  readonly path: string;
  readonly question: string;
  readonly asked: Asked;
  readonly of: Overviewed;
}

interface Kept {
  readonly question: string;
  readonly brief: BriefCapability;
  readonly until: number;
}

const HOUR = 3_600_000;
/** As long as the review of new limits. */
const WINDOW_MS = 7 * 24 * HOUR;
const KEPT_MS = HOUR / 2;
/** Charts that take long are computed less often, so that all of them take no more than this share of the thread. */
const SHARE = 20;
/** Nobody looks any more. */
const LOOKED_MS = 60_000;

export class ChartOverview {
  readonly #ports: ChartPorts;
  /** Of its own: what people look at is not thrown out for it. */
  readonly #readings: Readings;
  readonly #kept = new Map<string, Kept>();
  readonly #waiting = new Map<string, Job>();
  #computing = false;
  #closed = false;
  #share = 0;
  #looked = 0;

  constructor(ports: ChartPorts) {
    this.#ports = ports;
    this.#readings = new Readings(ports);
  }

  close(): void {
    this.#closed = true;
    this.#waiting.clear();
    this.#readings.close();
  }

  /** The one that wants somebody most first. */
  async list(charts: readonly Overviewed[], shown: (chart: Overviewed) => Promise<ShownChart>): Promise<ChartListView> {
    const [now, model] = [this.#ports.now(), this.#ports.model()];
    const { known, computed } = await this.#capabilities(charts);
    const last = await this.#lastPoints(charts.map(({ one }) => one));
    const listed = await Promise.all(
      charts.map(async (of): Promise<ListedChart> => {
        const chart = await shown(of);
        const { definition, circumstances } = of.one.chart;
        const { product, ...others } = circumstances;
        const labelled = product === undefined ? {} : { product: model.products.get(product)?.label ?? product };
        const open = of.signals.filter(({ closed }) => closed === null).map(({ start }) => start);
        return {
          ...chart,
          line: lineOf(model, definition.asset),
          making: Object.values({ ...labelled, ...others }),
          limitsFrom: of.versions.find(({ version }) => version === chart.version)?.effective_from ?? null,
          last: last.get(chart.path) ?? null,
          oldest: open.at(-1) ?? null,
          capability: known.get(chart.path) ?? null,
        };
      }),
    );
    return { now, zone: model.zone, charts: listed.toSorted(worstFirst), computed };
  }

  /** What is known of each, by path, and how far it has come, 0 … 1; what is not known, or no more, begins to be computed. */
  async #capabilities(
    charts: readonly Overviewed[],
  ): Promise<{ readonly known: ReadonlyMap<string, BriefCapability>; readonly computed: number }> {
    const now = (this.#looked = this.#ports.now());
    const known = new Map<string, BriefCapability>();
    for (const of of charts) {
      const { definition } = of.one.chart;
      const path = chartPath(definition);
      const asked = hasCapability(definition) ? await this.#asked(of, now) : undefined;
      if (asked === undefined) known.set(path, refusedBriefly("NOT_MEASURED", sayCharting("notMeasured"), now));
      else if (asked.lower === null && asked.upper === null) known.set(path, refusedBriefly("NO_LIMITS", refuse("NO_LIMITS"), now));
      else {
        const job = { path, question: questionOf(asked, of), asked, of };
        const kept = this.#kept.get(path);
        if (kept?.question === job.question) known.set(path, kept.brief);
        if (kept?.question !== job.question || kept.until <= now) this.#waiting.set(path, job);
      }
    }
    void this.#work();
    const share = this.#computing ? this.#share : 0;
    return { known, computed: charts.length === 0 ? 1 : Math.min(1, (known.size + share) / charts.length) };
  }

  /** The last point of each, by path; none while the historian is away. */
  async #lastPoints(charts: readonly DeployedChart[]): Promise<ReadonlyMap<string, Last>> {
    const now = this.#ports.now();
    const tags = charts.flatMap(({ chart: { definition } }) => [
      chartTag(definition, "level", "value"),
      chartTag(definition, "level", "rules"),
    ]);
    const samples = tags.length === 0 ? [] : await this.#ports.samples(tags, now, now + HOUR).catch(noneWhileAway);
    const latest = new Map(samples.toSorted((a, b) => a.timestamp - b.timestamp).map((sample) => [sample.tag, sample]));
    return new Map(
      charts.map(({ chart: { definition } }) => {
        const [point, rules] = [latest.get(chartTag(definition, "level", "value")), latest.get(chartTag(definition, "level", "rules"))];
        const value = point?.value;
        if (point === undefined || typeof value !== "number") return [chartPath(definition), null];
        const broken = rules?.timestamp === point.timestamp && typeof rules.value === "string" ? rules.value.split(" ") : [];
        return [chartPath(definition), { at: point.timestamp, value, rules: broken }];
      }),
    );
  }

  /** Of the product that is made now, by its specification; where it has none by that of the last study that somebody recorded. */
  async #asked({ one: { chart }, model }: Overviewed, now: number): Promise<Asked> {
    const { product } = chart.circumstances;
    const [from, to, scope] = [now - WINDOW_MS, now, product === undefined ? {} : { product }];
    const made = product === undefined ? undefined : model().products.get(product);
    const { lower, upper, target } = made === undefined ? {} : specificationOf(made, tagOf(chart.definition));
    if (lower !== undefined || upper !== undefined)
      return { from, to, scope, lower: lower ?? null, upper: upper ?? null, target: target ?? null };
    const recorded = await recordedCapabilities(this.#ports.ledger(), chartPath(chart.definition));
    const last = recorded.find((study) => study.scope.product === product);
    return { from, to, scope, ...(last?.specification ?? { lower: null, upper: null, target: null }) };
  }

  async #work(): Promise<void> {
    if (this.#computing) return;
    this.#computing = true;
    try {
      for (let job = this.#next(); job !== undefined; job = this.#next()) {
        const begun = this.#ports.now();
        const brief = await this.#compute(job);
        const ended = this.#ports.now();
        if (brief === undefined) return;
        this.#kept.set(job.path, { question: job.question, brief, until: ended + Math.max(KEPT_MS, SHARE * (ended - begun)) });
        this.#readings.close();
      }
    } finally {
      this.#computing = false;
      this.#share = 0;
    }
  }

  #next(): Job | undefined {
    if (this.#ports.now() - this.#looked > LOOKED_MS) this.#waiting.clear();
    const [job] = this.#waiting.values();
    if (job !== undefined) this.#waiting.delete(job.path);
    return job;
  }

  /** Undefined: not now. */
  async #compute({ asked, of }: Job): Promise<BriefCapability | undefined> {
    this.#share = 0;
    try {
      for (;;) {
        const { status, body } = await stateCapability(asked, of.one, { ...of, readings: this.#readings });
        if (this.#closed) return undefined;
        if (status !== 202) return briefCapability(body as CapabilityAnswer, this.#ports.now());
        this.#share = (body as { readonly progress: number }).progress;
      }
    } catch (error) {
      if (error instanceof HistorianUnavailable) return undefined;
      // Kept like an answer: tried at every look, it would end what others compute again and again.
      const why = error instanceof ThreadEnded ? "the values may be too many" : String(error);
      return refusedBriefly("ENDED", { ...sayCharting("threadEnded"), message: `What computes has ended: ${why}.` }, this.#ports.now());
    }
  }
}

/** What a capability rests on beside the values that come meanwhile. */
function questionOf({ from: _from, to: _to, ...asked }: Asked, { one, versions, signals }: Overviewed): string {
  const decided = versions.map(({ version, status, effective_from }: LimitsVersion) => [version, status, effective_from]);
  const closed = signals.flatMap(({ start, part, closed }) => (closed === null ? [] : [[start, part]]));
  return JSON.stringify([chartedKey(one.chart.definition), one.chart.definition.given, asked, decided, closed]);
}

function noneWhileAway(error: unknown): [] {
  if (error instanceof HistorianUnavailable) return [];
  throw error;
}

/** The line that a machine stands in; null where it stands in none. */
function lineOf({ equipment }: PlantModel, asset: string): ListedChart["line"] {
  for (let at = equipment.get(asset); at !== undefined; at = at.parent === null ? undefined : equipment.get(at.parent))
    if (at.kind === "ProductionLine") return { path: at.path, label: at.label ?? at.path };
  return null;
}
