/** The charts of the bound machines, with the versions of limits that are known of them. */
import type { LedgerEntry } from "../../../core/connect/ledger/index.ts";
import type { Binding, PlantModel } from "../../../core/connect/model/index.ts";
import type { Sample } from "../../../core/connect/sample/index.ts";
import {
  type ChartRequest,
  ChartSamples,
  chartsOf,
  GovernedChart,
  type GovernedChartState,
  tagsOf,
} from "../../../core/model/charting/index.ts";
import {
  chartPath,
  type LimitsVersion,
  type Measurement,
  measurementOf,
  SPC_LIMITS,
  SPC_MEASUREMENT,
  versionOf,
} from "../../../core/model/limits/index.ts";
import type { LedgerReader } from "../../../core/operate/downtime/index.ts";
import { AHEAD, HORIZON, OLDEST } from "../../operate/bound/horizons.ts";

const MOST_ENTRIES = 10_000;
/** Of a chart, in a snapshot: what it may still be judged by while the ledger is away. */
const MOST_SAVED = 100;

export interface BoundChart {
  readonly path: string;
  readonly chart: GovernedChart;
  readonly samples: ChartSamples;
  /** When its sampling plan became known, ms UTC; null without one. */
  readonly since: number | null;
}

export interface ChartsSaved {
  readonly version: 1;
  /** By the path of the chart, all of them. */
  readonly charts: Readonly<Record<string, GovernedChartState>>;
  readonly versions: Readonly<Record<string, readonly LimitsVersion[]>>;
  /** Place in the ledger of the last measurement that was taken. */
  readonly measured: Readonly<Record<string, number>>;
  /** When the sampling plan of a chart became known; missing in what an earlier release saved, whose plans count from ever. */
  readonly since?: Readonly<Record<string, number>>;
  /** Live samples were judged before what was missed: since when, and how many readings each had by then. The charts are as before. */
  readonly ahead?: { readonly since: number; readonly taken: Readonly<Record<string, number>> };
}

/** A measurement in the ledger, and its place there. */
export interface Measured {
  readonly path: string;
  readonly id: number;
  readonly measurement: Measurement;
}

export class BoundCharts {
  #charts: ReadonlyMap<string, BoundChart> = new Map();
  #byTag: ReadonlyMap<string, readonly BoundChart[]> = new Map();
  readonly #versions: Map<string, readonly LimitsVersion[]>;
  readonly #measured: Map<string, number>;
  #since: ReadonlyMap<string, number>;

  constructor(saved?: ChartsSaved) {
    this.#versions = new Map(Object.entries(saved?.versions ?? {}));
    this.#measured = new Map(Object.entries(saved?.measured ?? {}));
    const always = Object.keys(saved?.charts ?? {}).map((path) => [path, 0] as const);
    this.#since = new Map(saved?.since === undefined ? always : Object.entries(saved.since));
  }

  get all(): readonly BoundChart[] {
    return [...this.#charts.values()];
  }

  get tags(): readonly string[] {
    return [...this.#byTag.keys()];
  }

  /** Everything before this instant has been judged by all of them; null: one of them has judged nothing yet. */
  get settled(): number | null {
    const all = this.all.filter(({ chart }) => tagsOf(chart.definition).length > 0).map(({ chart }) => chart.settled);
    return all.includes(null) ? null : Math.min(...(all as number[]));
  }

  hearing(tag: string): readonly BoundChart[] {
    return this.#byTag.get(tag) ?? [];
  }

  /** Charts go on from their state. Returns why machines have none; without any chart those of before stay. */
  bind(model: PlantModel, binding: Binding, request: ChartRequest, now: number, states = this.#states()): readonly string[] {
    const { charts: definitions, faults } = chartsOf(model, binding, request);
    if (definitions.length === 0) return faults;
    const charts = definitions.map((definition) => {
      const path = chartPath(definition);
      const state = Object.hasOwn(states, path) ? states[path] : undefined;
      const chart = new GovernedChart(definition, this.#versions.get(path) ?? [], state);
      const planned = definition.source.from === "hand" && definition.source.plan !== null;
      return { path, chart, samples: new ChartSamples(definition), since: planned ? (this.#since.get(path) ?? now) : null };
    });
    this.#since = new Map(charts.flatMap(({ path, since }) => (since === null ? [] : [[path, since] as const])));
    this.#charts = new Map(charts.map((one) => [one.path, one]));
    const byTag = new Map<string, BoundChart[]>();
    for (const one of charts) for (const tag of tagsOf(one.chart.definition)) byTag.set(tag, [...(byTag.get(tag) ?? []), one]);
    this.#byTag = byTag;
    return faults;
  }

  /** A version that the ledger states of one of the charts; false for anything else. */
  govern(entry: LedgerEntry): boolean {
    const one = this.#charts.get(entry.asset);
    const version = one === undefined ? undefined : versionOf(entry);
    if (one === undefined || version === undefined) return false;
    const others = (this.#versions.get(one.path) ?? []).filter((other) => other.version !== version.version);
    this.#versions.set(one.path, [...others, version]);
    one.chart.govern(this.#versions.get(one.path) ?? []);
    return true;
  }

  /** A measurement by hand of one of the charts; undefined for anything else. */
  measured(entry: LedgerEntry): Measured | undefined {
    const one = this.#charts.get(entry.asset);
    const measurement = one?.chart.definition.source.from === "hand" ? measurementOf(entry) : undefined;
    return measurement === undefined ? undefined : { path: entry.asset, id: entry.id, measurement };
  }

  /** The chart that takes it, unless it has taken it already. */
  taking({ path, id }: Measured): BoundChart | undefined {
    if (id <= (this.#measured.get(path) ?? 0)) return undefined;
    this.#measured.set(path, id);
    return this.#charts.get(path);
  }

  /** All that people have said of the charts: versions become known, measurements are returned. */
  async readLedger(ledger: LedgerReader, now: number): Promise<readonly Measured[]> {
    const found: Measured[] = [];
    for (const { path, chart } of this.all) {
      for (const entry of await ledger.latest({ kind: SPC_LIMITS, asset: path, limit: MOST_ENTRIES })) this.govern(entry);
      if (chart.definition.source.from !== "hand") continue;
      const from = now - (this.#measured.has(path) ? OLDEST : HORIZON);
      const range = { kind: SPC_MEASUREMENT, asset: path, from, to: now + AHEAD, limit: MOST_ENTRIES };
      for (const entry of await ledger.latest(range)) found.push(...[this.measured(entry)].filter((one) => one !== undefined));
    }
    return found;
  }

  state(): ChartsSaved {
    return {
      version: 1,
      charts: this.#states(),
      versions: Object.fromEntries([...this.#versions].map(([path, versions]) => [path, inEffect(versions)])),
      measured: Object.fromEntries(this.#measured),
      since: Object.fromEntries(this.#since),
    };
  }

  #states(): ChartsSaved["charts"] {
    return Object.fromEntries(this.all.map(({ path, chart }) => [path, chart.state()]));
  }
}

function inEffect(versions: readonly LimitsVersion[]): readonly LimitsVersion[] {
  return versions.filter(({ effective_from: from }) => from !== null).slice(-MOST_SAVED);
}

/** Enough of a sample to find the chart that judges the rest of it. */
export function isSample(input: unknown): input is Sample {
  if (typeof input !== "object" || input === null || !Object.hasOwn(input, "tag") || !Object.hasOwn(input, "timestamp")) return false;
  const { tag, timestamp } = input as Record<string, unknown>;
  return typeof tag === "string" && Number.isSafeInteger(timestamp);
}
