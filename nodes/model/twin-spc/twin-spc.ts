import { deployCharts } from "../../../adapters/charts/deployed.ts";
import type { LedgerEntry } from "../../../core/connect/ledger/index.ts";
import { reject, type Reject, type Sample } from "../../../core/connect/sample/index.ts";
import {
  type Charted,
  ChartSamples,
  chartsOf,
  GovernedChart,
  type GovernedChartState,
  type IntakeBounds,
  tagsOf,
} from "../../../core/model/charting/index.ts";
import {
  chartPath,
  type LimitsVersion,
  measurementOf,
  type SignalEvent,
  SPC_LIMITS,
  subgroupOf,
  versionOf,
} from "../../../core/model/limits/index.ts";
import { alarmCondition } from "../../../core/operate/alarm/index.ts";
import type { PlantService } from "../../connect/twin-plant/plant-service.ts";
import { defineNode } from "../../kit/define-node.ts";
import type { Send, TwinMessage } from "../../kit/node.ts";
import { isAway, readerOf, recordedPieces, type RecordedSamples } from "../../operate/twin-oee/bound-machines.ts";
import { chartRequest, rulesOf } from "./chart-request.ts";
import declaration from "./twin-spc.node.ts";

const SNAPSHOT_EVERY = 10_000;
const RETRY_AFTER = 5_000;
/** A source's clock may be a little ahead; further ahead it would drive the data clock. */
const AHEAD = 5 * 60_000;
/** A chart without a snapshot begins with what was recorded so lately. */
const HORIZON = 24 * 3_600_000;
const MOST_VERSIONS = 10_000;

interface Saved {
  readonly version: 1;
  /** By the path of the chart. */
  readonly charts: Readonly<Record<string, GovernedChartState>>;
}

interface Bound {
  readonly chart: GovernedChart;
  readonly samples: ChartSamples;
}

export default defineNode(declaration, async (node) => {
  const { config } = node;
  const plant = node.api<PlantService>(config.plant, "twin-plant");
  const recorded = config.historian === undefined ? undefined : node.api<RecordedSamples>(config.historian, "twin-historian");
  const rules = rulesOf(config);
  if ("known" in rules) throw new Error(node.text("rules", { rules: config.rules, known: rules.known.join(", ") }));
  const request = chartRequest(config, rules);
  if (request === "given") throw new Error(node.text("given"));
  const wanted = request;
  const saved = await node.snapshot.read<Saved>();
  const versions = new Map<string, LimitsVersion[]>();
  let changed = false;
  let byTag = new Map<string, Bound[]>();
  let charts = bind(saved?.version === 1 ? saved.charts : {});

  function bind(states: Saved["charts"]): ReadonlyMap<string, Bound> {
    const { charts: definitions, faults } = chartsOf(plant.model, config, wanted);
    for (const fault of faults) node.log.warn(fault);
    if (definitions.length === 0)
      throw new Error(node.text("nothing", { bind: config.bind, target: config.target, fault: faults[0] ?? "" }));
    const bound = new Map<string, Bound>();
    byTag = new Map();
    for (const { unit, ...definition } of definitions) {
      const path = chartPath(definition);
      const state = Object.hasOwn(states, path) ? states[path] : undefined;
      const one = { chart: new GovernedChart(definition, versions.get(path) ?? [], state), samples: new ChartSamples(definition, unit) };
      bound.set(path, one);
      for (const tag of tagsOf(definition)) byTag.set(tag, [...(byTag.get(tag) ?? []), one]);
    }
    return bound;
  }

  function take(payload: unknown, send: Send, message: TwinMessage = {}, bounds: IntakeBounds = {}): void {
    const latest = node.now() + AHEAD;
    const lists = new Map<Bound, Sample[]>();
    const rejects: Reject[] = [];
    for (const input of Array.isArray(payload) ? (payload as unknown[]) : [payload]) {
      if (!isSample(input)) rejects.push(reject("NOT_A_SAMPLE", input));
      else
        for (const one of byTag.get(input.tag) ?? []) {
          const list = lists.get(one);
          if (list === undefined) lists.set(one, [input]);
          else list.push(input);
        }
    }
    for (const [one, samples] of lists) hand(one, one.chart.push(samples, { ...bounds, latest }), rejects, send, message);
    node.reject(rejects, message);
    if (lists.size > 0) show();
  }

  function hand(
    { samples }: Bound,
    { points, events, rejects: refused }: Charted,
    rejects: Reject[],
    send: Send,
    message: TwinMessage = {},
  ): void {
    changed = true;
    rejects.push(...refused);
    if (points.length > 0) send({ samples: { ...message, topic: "", payload: samples.samples(points) } });
    if (events.length === 0) return;
    send({ events: { ...message, topic: "", payload: events } });
    if (config.priority !== "none") send({ conditions: { ...message, topic: "", payload: events.flatMap(conditionOf) } });
  }

  /** The alarm holds from the first point that breaks a rule to the first that breaks none. */
  function conditionOf({ start, end, revision, data }: SignalEvent): object[] {
    if (end === null && revision > 1) return [];
    const { asset, chart, part, rules: broken, reaction_plan: plan } = data;
    const what = node.text("condition", {
      chart: part === "level" ? chart : `${chart} (${part})`,
      rules: broken.map(({ text }) => text).join("; "),
    });
    return [
      alarmCondition(asset, end ?? start, {
        alarm: `spc_${chart}${part === "level" ? "" : `_${part}`}`.slice(0, 64),
        active: end === null,
        message: plan === null ? what : `${what}. ${plan}`.slice(0, 1_000),
        priority: config.priority === "none" ? "low" : config.priority,
        class: "quality",
        ...(data.tag === null ? {} : { tag: data.tag }),
        value: data.points[0]?.statistic ?? null,
        on_delay_ms: Math.round(config.onDelaySeconds * 1000),
      }),
    ];
  }

  /** Approved limits and measurements by hand come from the ledger, by name and with author. */
  function heard(entries: readonly LedgerEntry[]): void {
    const rejects: Reject[] = [];
    for (const entry of entries) {
      const one = charts.get(entry.asset);
      if (one === undefined) continue;
      const version = versionOf(entry);
      if (version !== undefined) govern(entry.asset, version);
      const measured = one.chart.definition.source.from === "hand" ? measurementOf(entry) : undefined;
      const subgroup = measured === undefined ? null : subgroupOf(measured);
      if (subgroup !== null) hand(one, one.chart.measure(subgroup), rejects, node.send);
    }
    node.reject(rejects);
    show();
  }

  function govern(path: string, version: LimitsVersion): void {
    const others = (versions.get(path) ?? []).filter((one) => one.version !== version.version);
    versions.set(path, [...others, version]);
    charts.get(path)?.chart.govern(versions.get(path) ?? []);
    changed = true;
  }

  async function readVersions(from: RecordedSamples): Promise<void> {
    for (const path of charts.keys()) {
      const entries = await from.ledger.latest({ kind: SPC_LIMITS, asset: path, limit: MOST_VERSIONS });
      for (const version of entries.flatMap((entry) => versionOf(entry) ?? [])) govern(path, version);
    }
  }

  async function catchUp(from: RecordedSamples): Promise<void> {
    node.status("busy", node.text("reading"));
    await readVersions(from);
    // Charts resume what they were judging by once the versions are known.
    if (saved?.version === 1) charts = bind(saved.charts);
    await from.flush(RETRY_AFTER);
    const read = readerOf(from, () => plant.model);
    for (const { chart } of charts.values()) {
      const [tags, end] = [tagsOf(chart.definition), node.now() + AHEAD];
      for await (const samples of recordedPieces(read, tags, chart.settled ?? end - HORIZON, end)) {
        if (node.closing.aborted) return;
        take(samples, node.send, {}, { again: true });
      }
    }
  }

  async function tryCatchUp(from: RecordedSamples): Promise<void> {
    try {
      await catchUp(from);
    } catch (error) {
      if (!isAway(error)) throw error;
      node.status("degraded", node.text("away"));
      node.after(RETRY_AFTER, () => tryCatchUp(from));
      return;
    }
    show();
  }

  function show(): void {
    const all = [...charts.values()].map(({ chart }) => chart);
    const signals = all.flatMap((chart) => chart.signals);
    const first = all[0];
    if (signals.length > 0) {
      const rule = signals[0]?.data.rules[0]?.text ?? "";
      return node.status("degraded", node.text("signal", { count: signals.length, rule }));
    }
    const idle = all.find(({ version }) => version === null);
    if (idle !== undefined) return node.status("idle", node.text("collecting", { count: idle.collected }));
    if (all.length > 1 || first === undefined) return node.status("ok", node.text("many", { count: all.length }));
    node.status("ok", first.version === 0 ? node.text("given_control") : node.text("control", { version: first.version ?? 0 }));
  }

  async function save(): Promise<void> {
    if (!changed) return;
    changed = false;
    await node.snapshot.write<Saved>({ version: 1, charts: statesOf(charts) });
  }

  const unsubscribe = [
    plant.subscribe(node.guard(() => void (charts = bind(statesOf(charts))))),
    recorded?.subscribe(node.guard((entries) => heard(entries))),
    // The boards of the same historian find the charts here.
    recorded && deployCharts(recorded, () => [...charts.values()].map(({ chart }) => ({ chart, request: wanted }))),
  ];
  if (recorded !== undefined) await tryCatchUp(recorded);
  node.every(SNAPSHOT_EVERY, save);
  show();

  return {
    onInput: (message, send) => take(message.payload, send, message),
    async onClose(removed) {
      for (const end of unsubscribe) end?.();
      if (!removed) await save();
    },
  };
});

function statesOf(charts: ReadonlyMap<string, Bound>): Saved["charts"] {
  return Object.fromEntries([...charts].map(([path, { chart }]) => [path, chart.state()]));
}

function isSample(input: unknown): input is Sample {
  if (typeof input !== "object" || input === null || !Object.hasOwn(input, "tag") || !Object.hasOwn(input, "timestamp")) return false;
  const { tag, timestamp } = input as Record<string, unknown>;
  return typeof tag === "string" && Number.isSafeInteger(timestamp);
}
