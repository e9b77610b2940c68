/** A chart, or a pair, at work: subgroups are judged by the version of limits that is in force, and signals come of it. */
import type { Reject, Sample } from "../../connect/sample/index.ts";
import {
  type ChartPart,
  type ChartScope,
  type Judged,
  limitsInForce,
  type LimitsVersion,
  type SignalEvent,
  Signals,
  type SignalState,
  type TimedSubgroup,
} from "../limits/index.ts";
import {
  type ChartPoint,
  CHARTS,
  type ChartSnapshot,
  checkSubgroup,
  ControlChart,
  isReject,
  type Subgroup,
  type SubgroupDemands,
  type Variables,
} from "../spc/index.ts";
import { type ChartDefinition, type CounterTag, isShortRun } from "./definition.ts";
import { Intake, type IntakeBounds, type IntakeState } from "./intake.ts";

export interface ChartedPoint {
  /** Source time, ms UTC. */
  readonly at: number;
  readonly part: ChartPart;
  readonly point: ChartPoint;
  /** By which it was judged; 0: limits that the node was given. */
  readonly version: number;
}

export interface Charted {
  readonly points: readonly ChartedPoint[];
  readonly events: readonly SignalEvent[];
  readonly rejects: readonly Reject[];
}

export interface GovernedChartState {
  /** What was charted. Of anything else the intake begins anew. */
  readonly charted: string;
  readonly intake: IntakeState;
  /** Of the limits in force; null while there are none. */
  readonly judging: {
    readonly version: number;
    /** The limits and rules: given ones may be others after a redeploy, under the same number. */
    readonly judged: string;
    readonly charts: readonly ChartSnapshot[];
    readonly signals: readonly (SignalState | null)[];
  } | null;
  readonly collected: number;
}

interface Judging {
  readonly version: number;
  readonly judged: Judged;
  readonly parts: readonly { readonly part: ChartPart; readonly chart: ControlChart; readonly signals: Signals }[];
}

export class GovernedChart {
  readonly definition: ChartDefinition;
  readonly #intake: Intake;
  /** What limits of any kind would ask of a subgroup. */
  readonly #demands: SubgroupDemands;
  #versions: readonly LimitsVersion[];
  #judging: Judging | null = null;
  /** Signals of limits that are no more; they end with the next subgroup. */
  #leftover: readonly Signals[] = [];
  #collected: number;

  constructor(definition: ChartDefinition, versions: readonly LimitsVersion[] = [], state?: GovernedChartState) {
    this.definition = definition;
    this.#demands = demandsOf(definition);
    this.#versions = versionsFor(definition, versions);
    const same = state !== undefined && [chartedKey(definition), keyBeforeUnits(definition)].includes(state.charted);
    this.#intake = new Intake(definition, same ? state.intake : undefined);
    this.#collected = same ? state.collected : 0;
    if (state?.judging) this.#resume(state.judging, same);
  }

  /** By which version it judges at present; 0: given limits; null: it only collects. */
  get version(): number | null {
    return this.#judging?.version ?? null;
  }

  get circumstances(): ChartScope {
    return this.#intake.circumstances;
  }

  get clock(): number | null {
    return this.#intake.clock;
  }

  get settled(): number | null {
    return this.#intake.settled;
  }

  /** Usable subgroups since it began. */
  get collected(): number {
    return this.#collected;
  }

  /** Readings that it has taken since it began. */
  get taken(): number {
    return this.#intake.taken;
  }

  /** Signals that last, of either part. */
  get signals(): readonly SignalState[] {
    const signals = [...this.#leftover, ...(this.#judging?.parts ?? []).map((part) => part.signals)];
    return signals.map(({ open }) => open).filter((open) => open !== null);
  }

  push(samples: readonly Sample[], bounds: IntakeBounds = {}): Charted {
    const rejects: Reject[] = [];
    for (const sample of samples) {
      const refused = this.#intake.take(sample, bounds);
      if (refused !== null) rejects.push(refused);
    }
    const points: ChartedPoint[] = [];
    const events: SignalEvent[] = [];
    this.#intake.settle((step) => {
      if ("circumstances" in step) this.#restage(step.at, events);
      else if ("unusable" in step) this.#skip(step.unusable, rejects);
      else this.#judge(step, points, events, rejects);
    });
    return { points, events, rejects };
  }

  /** A measurement by hand. It is judged when it comes: the order of a person's entries is the order of their work. */
  measure(subgroup: TimedSubgroup): Charted {
    const [points, events, rejects]: [ChartedPoint[], SignalEvent[], Reject[]] = [[], [], []];
    this.#judge(subgroup, points, events, rejects);
    return { points, events, rejects };
  }

  /** Other versions are known from here on; what has been judged stays as it was. */
  govern(versions: readonly LimitsVersion[]): void {
    this.#versions = versionsFor(this.definition, versions);
  }

  state(): GovernedChartState {
    const judging = this.#judging;
    return {
      charted: chartedKey(this.definition),
      intake: this.#intake.state(),
      judging:
        judging === null
          ? null
          : {
              version: judging.version,
              judged: judgedKey(judging.judged),
              charts: judging.parts.map(({ chart }) => chart.snapshot()),
              signals: judging.parts.map(({ signals }) => signals.open),
            },
      collected: this.#collected,
    };
  }

  /** The hot path: it makes nothing that is not handed on. */
  #judge({ at, subgroup }: TimedSubgroup, points: ChartedPoint[], events: SignalEvent[], rejects: Reject[]): void {
    this.#choose(at, events);
    const judging = this.#judging;
    if (judging === null) return this.#collect(subgroup, rejects);
    let refused = false;
    for (let i = 0; i < judging.parts.length; i += 1) {
      const { part, chart, signals } = judging.parts[i] as Judging["parts"][number];
      const taken = chart.take(subgroup);
      if ("reject" in taken) {
        // Both charts of a pair refuse the same subgroup; once is enough.
        if (!refused) rejects.push(taken.reject);
        refused = true;
        continue;
      }
      if (i === 0) this.#collected += 1;
      if (taken.point !== null) {
        points.push({ at, part, point: taken.point, version: judging.version });
        const event = signals.take(at, taken.point);
        if (event !== null) events.push(event);
      }
    }
  }

  /** While there are no limits: what none could judge is refused too, and does not count as collected. */
  #collect(subgroup: Subgroup, rejects: Reject[]): void {
    const checked = checkSubgroup(subgroup, this.#demands);
    if (isReject(checked)) rejects.push(checked);
    else this.#collected += 1;
  }

  /** To both charts of a pair it is a missing point. */
  #skip(unusable: Reject, rejects: Reject[]): void {
    rejects.push(unusable);
    for (const { chart } of this.#judging?.parts ?? []) chart.missing();
  }

  /** Runs do not reach across a change of circumstances. */
  #restage(at: number, events: SignalEvent[]): void {
    const before = this.#judging;
    this.#choose(at, events);
    if (before === null || before !== this.#judging || isShortRun(this.definition)) return;
    for (const { chart, signals } of before.parts) {
      chart.restart();
      const ended = signals.end(at);
      if (ended !== null) events.push(ended);
    }
  }

  #choose(at: number, events: SignalEvent[]): void {
    const version = this.#versions.length === 0 ? undefined : limitsInForce(this.#versions, this.#intake.circumstances, at);
    const number = version?.version ?? (this.definition.given === null ? null : 0);
    const changed = number !== (this.#judging?.version ?? null);
    if (!changed && this.#leftover.length === 0) return;
    for (const signals of [...this.#leftover, ...(changed ? (this.#judging?.parts ?? []).map((part) => part.signals) : [])]) {
      const ended = signals.end(at);
      if (ended !== null) events.push(ended);
    }
    this.#leftover = [];
    if (!changed) return;
    const judged = version ?? this.definition.given;
    this.#judging = judged === null || number === null ? null : this.#judgingBy(number, judged);
  }

  #judgingBy(version: number, judged: Judged, open: readonly (SignalState | null)[] = []): Judging {
    const { asset, chart: name, source, reactionPlan } = this.definition;
    const tag = source.from === "values" ? source.tag : null;
    const parts = [judged.limits, ...(judged.spread === null ? [] : [judged.spread])].map((limits, i) => {
      const part: ChartPart = i === 0 ? "level" : "spread";
      const chart = new ControlChart(limits, judged.rules);
      const signals = new Signals({ asset, chart: name, part, tag, limitsVersion: version, reactionPlan }, chart.rules, open[i] ?? null);
      return { part, chart, signals };
    });
    return { version, judged, parts };
  }

  /** Where the limits of before are unknown or others, the charts begin anew and signals that lasted end with the next subgroup. */
  #resume({ version, judged: before, charts, signals }: NonNullable<GovernedChartState["judging"]>, same: boolean): void {
    const judged = version === 0 ? this.definition.given : (this.#versions.find((one) => one.version === version) ?? null);
    const judging = judged === null ? null : this.#judgingBy(version, judged, signals);
    const resumed = same && judged !== null && judgedKey(judged) === before;
    if (judging !== null && resumed && judging.parts.every(({ chart }, i) => charts[i] !== undefined && chart.restore(charts[i])))
      this.#judging = judging;
    else this.#leftover = signals.flatMap((open) => (open === null ? [] : [new Signals(subjectOf(open), [], open)]));
  }
}

/** Its size and its parts are known only with limits. */
function demandsOf({ kinds, source }: ChartDefinition): SubgroupDemands {
  const { subgroup } = CHARTS[kinds[0]];
  const shape = subgroup === "part" ? "individual" : subgroup;
  return { shape, size: "varies", ...(source.from === "vectors" ? { variables: source.variables } : {}) };
}

/** Those that can judge it: versions of another kind of chart, in other units or of other tags were made for what had this name before. */
export function versionsFor(
  { kinds, unit, source }: Pick<ChartDefinition, "kinds" | "unit" | "source">,
  versions: readonly LimitsVersion[],
): readonly LimitsVersion[] {
  return versions.filter(
    ({ limits, unit: of }) =>
      limits.kind === kinds[0] &&
      (of === undefined || of === unit) &&
      (source.from !== "vectors" ||
        (sameVariables(source.variables, limits.parameters.variables) && (source.size ?? 1) === (limits.parameters.vectors?.n ?? 1))),
  );
}

function sameVariables(a: Variables, b: Variables = []): boolean {
  return a.length === b.length && a.every(({ tag, unit }, i) => tag === b[i]?.tag && unit === b[i].unit);
}

/** What is charted: of anything else a chart begins anew. */
export function chartedKey({ kinds, source, unit, circumstances, spanMs }: ChartDefinition): string {
  // When somebody is to measure is no part of what is measured.
  return JSON.stringify([kinds, source.from === "hand" ? { from: "hand" } : source, unit, circumstances, spanMs]);
}

/** As snapshots have it that were saved before units were charted: an upgrade is no reason to begin anew. */
function keyBeforeUnits({ kinds, source, circumstances, spanMs }: ChartDefinition): string {
  const known =
    source.from === "counters"
      ? { ...source, count: withoutUnit(source.count), size: source.size === null ? null : withoutUnit(source.size) }
      : source.from === "hand"
        ? { from: "hand" }
        : source;
  return JSON.stringify([kinds, known, circumstances, spanMs]);
}

function withoutUnit({ unit: _unit, ...rest }: CounterTag): object {
  return rest;
}

function judgedKey({ limits, spread, rules }: Judged): string {
  return JSON.stringify([limits, spread, rules]);
}

function subjectOf({ data: { asset, chart, part, tag, limits_version: limitsVersion, reaction_plan: reactionPlan } }: SignalState) {
  return { asset, chart, part, tag, limitsVersion, reactionPlan };
}
