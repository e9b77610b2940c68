/**
 * Signals of a control chart: `spc.signal.v1`. Points that break rules one after the other are one signal, from the first of
 * them to the first point that breaks none. Each change is the next revision. A signal is closed only by a person who names
 * cause and action; see `response.ts`.
 */
import { type Static, Type } from "typebox";
import type { TwinEvent } from "../../connect/event/index.ts";
import { type ChartPoint, MOST_CHARTED, ruleText, type RunRule } from "../spc/index.ts";
import { type ChartPart, chartPath } from "./version.ts";

export const SPC_SIGNAL = "spc.signal.v1";

/** Points that a signal lists; of a longer one the first and the count remain. */
export const MOST_POINTS = 50;

const instant = Type.Integer();
const strict = { additionalProperties: false } as const;

export const SIGNAL_DATA = Type.Object(
  {
    asset: Type.String({ description: "Equipment path. The event's own `asset` is this and the chart's name." }),
    chart: Type.String(),
    part: Type.Union([Type.Literal("level"), Type.Literal("spread")], {
      description: "Of a pair: the level of the process, or its spread.",
    }),
    tag: Type.Union([Type.String(), Type.Null()], { description: "What is charted, where it is one tag." }),
    rules: Type.Array(Type.Object({ id: Type.String(), text: Type.String() }, strict), {
      description: "All rules that its points broke, the most serious first.",
    }),
    points: Type.Array(Type.Object({ at: instant, statistic: Type.Number(), rules: Type.Array(Type.String()) }, strict), {
      maxItems: MOST_POINTS,
      description: "Points that broke a rule, in order of time; no more than the first 50.",
    }),
    count: Type.Integer({ minimum: 1, description: "How many points broke a rule." }),
    centre: Type.Number(),
    lower: Type.Union([Type.Number(), Type.Null()]),
    upper: Type.Union([Type.Number(), Type.Null()]),
    limits_version: Type.Integer({ minimum: 0, description: "By which it was judged; 0: limits that the node was given." }),
    contributions: Type.Optional(
      Type.Array(Type.Object({ tag: Type.String(), share: Type.Number({ minimum: 0, maximum: 1 }), z: Type.Number() }, strict), {
        maxItems: MOST_CHARTED,
        description: "Of several variables at its first point: share of the statistic that goes with each; the most to blame first.",
      }),
    ),
    reaction_plan: Type.Union([Type.String({ maxLength: 2_000 }), Type.Null()], { description: "What to do, or where that is written." }),
    withdrawn: Type.Boolean({ description: "Late data showed that no signal starts here." }),
  },
  strict,
);

export type SignalData = Static<typeof SIGNAL_DATA>;
export type SignalEvent = TwinEvent<SignalData>;

/** An alarm's name has 64 characters. */
const SUFFIXES = { level: "", spread: "_spread", overdue: "_overdue", capability: "_capability" } as const;
const ROOM = { level: 53, spread: 53, overdue: 52, capability: 49 } as const;

/** Name of the alarm that signals of a chart raise, a measurement of it that is overdue, or a capability below its minimum; begun with the chart's name. */
export function alarmOfChart(chart: string, about: ChartPart | "overdue" | "capability"): string {
  return `spc_${chart.slice(0, ROOM[about])}${SUFFIXES[about]}`;
}

export interface ChartSubject {
  readonly asset: string;
  readonly chart: string;
  readonly part: ChartPart;
  readonly tag: string | null;
  readonly limitsVersion: number;
  readonly reactionPlan: string | null;
}

/** Of a signal that lasts; plain JSON. */
export interface SignalState {
  readonly start: number;
  readonly revision: number;
  readonly data: SignalData;
}

/** Makes signals of the points of one chart, in order of time. */
export class Signals {
  #subject: ChartSubject;
  /** In the order of seriousness; said once, as a chart at line rate tells many signals. */
  #rules: SignalData["rules"];
  #open: SignalState | null;

  constructor(subject: ChartSubject, rules: readonly RunRule[], open: SignalState | null = null) {
    this.#subject = subject;
    this.#rules = rules.map(said);
    this.#open = open;
  }

  get open(): SignalState | null {
    return this.#open;
  }

  /** What the point makes of the signal: it begins, goes on or ends; null where there is none. */
  take(at: number, point: ChartPoint): SignalEvent | null {
    if (point.hits.length === 0) return this.end(at);
    const before = this.#open;
    const hit = { at, statistic: point.statistic, rules: point.hits.map(({ id }) => id) };
    const seen = new Set([...(before?.data.rules.map(({ id }) => id) ?? []), ...hit.rules]);
    const contributions = before === null ? point.blamed : before.data.contributions;
    const points = before === null ? [hit] : [...before.data.points, hit].slice(0, MOST_POINTS);
    const data: SignalData = {
      asset: this.#subject.asset,
      chart: this.#subject.chart,
      part: this.#subject.part,
      tag: this.#subject.tag,
      rules: this.#rules.filter(({ id }) => seen.has(id)),
      points,
      count: (before?.data.count ?? 0) + 1,
      centre: point.centre,
      lower: point.lower,
      upper: point.upper,
      limits_version: this.#subject.limitsVersion,
      ...(contributions === undefined ? {} : { contributions: [...contributions] }),
      reaction_plan: this.#subject.reactionPlan,
      withdrawn: false,
    };
    this.#open = { start: before?.start ?? at, revision: (before?.revision ?? 0) + 1, data };
    return this.#event(this.#open, null);
  }

  /** The signal is over: a point broke no rule, a new stage began, or other limits came into force. */
  end(at: number): SignalEvent | null {
    const before = this.#open;
    this.#open = null;
    // A measurement that somebody entered late may lie before the one that began it.
    return before === null ? null : this.#event({ ...before, revision: before.revision + 1 }, Math.max(at, before.start));
  }

  /** From here on judged by other limits; a signal that lasts ends at `at`. */
  judgedBy(subject: ChartSubject, rules: readonly RunRule[], at: number): SignalEvent | null {
    const ended = this.end(at);
    [this.#subject, this.#rules] = [subject, rules.map(said)];
    return ended;
  }

  #event({ start, revision, data }: SignalState, end: number | null): SignalEvent {
    return { kind: SPC_SIGNAL, asset: chartPath(data), start, end, revision, data };
  }
}

function said(rule: RunRule): SignalData["rules"][number] {
  return { id: rule.id, text: ruleText(rule) };
}
