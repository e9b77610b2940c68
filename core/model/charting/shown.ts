/** A chart as people see it: its points, its signals, its limits and what is thought of others. */
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import type { Said } from "../../connect/sample/index.ts";
import { covers, hasRole, type Person } from "../../govern/identity/index.ts";
import type { Specification } from "../capability/index.ts";
import {
  type BaselineStudy,
  type Blamed,
  blamedOf,
  type ChartPart,
  type ChartScope,
  type Exclusion,
  historyOf,
  type LimitsReview,
  type LimitsVersion,
  type Review,
  type SignalData,
  type SignalHistory,
  signalResponseOf,
  SPC_SIGNAL,
} from "../limits/index.ts";
import {
  type ChartKind,
  type ChartPoint,
  ControlChart,
  type Limits,
  ruleOf,
  type RuleSaying,
  ruleSaying,
  ruleText,
  type RunRule,
  saidOf,
} from "../spc/index.ts";
import { type RecordedCapability, recordingFault } from "./capability-record.ts";
import type { DrawnPoint } from "./drawn.ts";
import type { OfferedCauses, ShownPareto } from "./found-causes.ts";
import type { ShownMeasurement } from "./hand.ts";
import type { ListedChart } from "./overview.ts";
import { type ShownVariable, shownVariables } from "./shown-variables.ts";

export interface ShownChart {
  /** See `chartPath`. */
  readonly path: string;
  readonly asset: string;
  readonly label: string;
  readonly chart: string;
  readonly kinds: readonly [ChartKind, ChartKind?];
  readonly unit: string | null;
  /** By which it judges now; 0: limits that the node was given; null: none, it collects. */
  readonly version: number | null;
  readonly collected: number;
  /** Signals that nobody has closed. */
  readonly open: number;
  /** A signal lasts: the last point broke a rule. */
  readonly lasting: boolean;
  readonly proposed: boolean;
  /** Of a chart that people measure by hand; null of any other. */
  readonly byHand: ShownDue | null;
}

export interface ShownDue {
  readonly state: "due" | "overdue" | null;
  /** Since when, or when the next one is due; null: at no time that is near. */
  readonly at: number | null;
  /** Of the shift that runs. */
  readonly missed: number;
}

export interface ChartListView {
  readonly now: number;
  readonly zone: string;
  /** The one that wants somebody most first; see `worstFirst`. */
  readonly charts: readonly ListedChart[];
  /** How far the capability of all of them has been computed, 0 … 1. */
  readonly computed: number;
}

/** A rule in English, and what other languages say it with; null where that is not known. */
export interface ShownRule {
  readonly id: string;
  readonly text: string;
  readonly says: RuleSaying | null;
}

export interface ShownSignal extends SignalHistory {
  readonly start: number;
  /** Null: it lasts. */
  readonly end: number | null;
  readonly part: ChartPart;
  readonly rules: readonly ShownRule[];
  readonly count: number;
  /** Of its first point. */
  readonly statistic: number | null;
  readonly centre: number;
  /** Null of a chart of one variable. */
  readonly blamed: Blamed | null;
  readonly version: number;
  readonly reactionPlan: string | null;
}

export interface ShownLine {
  readonly centre: number;
  readonly lower: number | null;
  readonly upper: number | null;
}

export interface ShownVersion {
  readonly version: number;
  readonly status: LimitsVersion["status"];
  readonly inForce: boolean;
  readonly scope: ChartScope;
  readonly level: ShownLine;
  readonly spread: ShownLine | null;
  readonly sigma: number;
  readonly variables: readonly ShownVariable[] | null;
  readonly baseline: {
    readonly from: number;
    readonly to: number;
    /** What was left out, why, and by whom. */
    readonly excluded: readonly Exclusion[];
    /** What was looked at for it; null: the version does not say. */
    readonly asked: { readonly from: number; readonly to: number } | null;
    /** Signals of the baseline itself without a cause; null: the version does not say. */
    readonly unexplained: number | null;
  } | null;
  readonly proposed: LimitsVersion["proposed"];
  readonly decided: LimitsVersion["decided"];
  readonly retired: LimitsVersion["retired"];
  readonly from: number | null;
  readonly to: number | null;
  readonly review: LimitsReview | null;
  /** Who proposed it has approved it too. */
  readonly selfApproved: boolean;
}

export interface ChartView extends ShownChart {
  /** The site, as people name it. */
  readonly plant: string;
  readonly now: number;
  readonly zone: string;
  readonly hours: number;
  readonly person: { readonly name: string; readonly label: string } & ChartRights;
  readonly secondPerson: boolean;
  readonly circumstances: ChartScope;
  /** What limits can be for: fields of a scope that the chart knows. */
  readonly scopes: readonly (keyof ChartScope)[];
  readonly products: readonly { readonly id: string; readonly label: string }[];
  /** Of each product, as far as its properties say; null of a chart of counts, which has no capability. */
  readonly specifications: Readonly<Record<string, Specification>> | null;
  readonly reactionPlan: string | null;
  readonly rules: readonly ShownRule[];
  readonly points: { readonly level: readonly DrawnPoint[]; readonly spread: readonly DrawnPoint[] };
  /** Measurements by hand of this time that were taken back; their points stay as they were judged. */
  readonly withdrawn: readonly ShownMeasurement[];
  /** Earlier points of this time that are not shown. */
  readonly more: number;
  readonly signals: readonly ShownSignal[];
  readonly closed: readonly ShownSignal[];
  /** From which cause and action are chosen here; empty where the plant has no lists. */
  readonly offered: OfferedCauses;
  /** Which causes were found how often. */
  readonly pareto: readonly ShownPareto[];
  /** The newest first. */
  readonly versions: readonly ShownVersion[];
  /** Studies that somebody recorded, the newest first; some of them. */
  readonly capabilities: readonly RecordedCapability[];
}

export interface ChartRights {
  readonly responds: boolean;
  readonly reopens: boolean;
  readonly proposes: boolean;
  readonly decides: boolean;
  /** A capability, under the own name. */
  readonly records: boolean;
}

export interface StudiedPoint {
  readonly at: number;
  readonly value: number;
  readonly centre: number;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly sigma: number;
  readonly rules: readonly string[];
}

export interface StudyView {
  readonly from: number;
  readonly to: number;
  readonly subgroups: number;
  readonly level: ShownLine & { readonly sigma: number };
  readonly spread: (ShownLine & { readonly sigma: number }) | null;
  readonly variables: readonly ShownVariable[] | null;
  readonly points: { readonly level: readonly StudiedPoint[]; readonly spread: readonly StudiedPoint[] };
  /** Source times that break a rule and are not left out. */
  readonly signals: readonly {
    readonly at: number;
    readonly value: number | null;
    readonly rules: readonly ShownRule[];
    /** Of the chart of the spread. */
    readonly spreadRules: readonly ShownRule[];
    readonly blamed: Blamed | null;
  }[];
  readonly excluded: readonly Exclusion[];
  readonly warnings: readonly Said[];
  readonly refused: { readonly count: number; readonly first: Said | null };
}

export interface ReviewView extends Omit<Review, "both"> {
  readonly version: number;
  /** The version that it is compared with; 0: given limits; null: none. */
  readonly before: number | null;
}

export function chartRights(person: Person, asset: string): ChartRights {
  const within = covers(person, asset);
  return {
    responds: within && hasRole(person, "operator", "engineer", "supervisor", "quality"),
    reopens: within && hasRole(person, "engineer", "supervisor", "quality"),
    proposes: within && hasRole(person, "engineer", "quality"),
    decides: within && hasRole(person, "quality", "supervisor"),
    records: recordingFault(asset, person) === undefined,
  };
}

export function shownRule(rule: RunRule): ShownRule {
  return { id: rule.id, text: ruleText(rule), says: ruleSaying(rule) };
}

/** A rule as an event says it. */
function rememberedRule(said: SignalData["rules"][number]): ShownRule {
  const rule = ruleOf(said);
  return { ...said, says: rule === undefined ? null : ruleSaying(rule) };
}

/** The signal of an entry; undefined where it is none, or late data took it back. */
export function shownSignal(entry: LedgerEntry, responses: readonly LedgerEntry[]): ShownSignal | undefined {
  const { start, end, data } = entry;
  if (entry.kind !== SPC_SIGNAL || data["withdrawn"] === true) return undefined;
  // The twin is its author: the schema was kept when it was stated.
  const said = data as unknown as SignalData;
  return {
    ...historyOf(responses.flatMap((one) => signalResponseOf(one) ?? [])),
    start,
    end,
    part: said.part,
    rules: said.rules.map(rememberedRule),
    count: said.count,
    statistic: said.points[0]?.statistic ?? null,
    centre: said.centre,
    blamed: blamedOf(said) ?? null,
    version: said.limits_version,
    reactionPlan: said.reaction_plan,
  };
}

/** The lines that limits draw for a whole subgroup; no bounds where they depend on how much is inspected. */
export function shownLine(limits: Limits): ShownLine {
  const chart = new ControlChart(limits);
  const { size, parts } = limits.parameters;
  const part = Object.keys(parts ?? {})[0];
  const values = Array.from({ length: size === "varies" ? 1 : size }, () => limits.centre);
  const subgroup = { values, count: 0, ...(part === undefined ? {} : { part }) };
  // The first of a moving range draws nothing.
  const drawn = [chart.take(subgroup), chart.take(subgroup)].flatMap((taken) =>
    "point" in taken && taken.point !== null ? taken.point : [],
  );
  const last = drawn.at(-1);
  if (last === undefined || size === "varies") return { centre: last?.centre ?? limits.centre, lower: null, upper: null };
  return { centre: last.centre, lower: last.lower, upper: last.upper };
}

export function shownVersion(version: LimitsVersion, inForce: boolean): ShownVersion {
  const { limits, spread, baseline, proposed, decided, status, scope, retired, review } = version;
  return {
    version: version.version,
    status,
    inForce,
    scope,
    proposed,
    decided,
    retired,
    review,
    level: shownLine(limits),
    spread: spread === null ? null : shownLine(spread),
    sigma: limits.sigma,
    variables: shownVariables(limits),
    baseline:
      baseline === null
        ? null
        : {
            from: baseline.from,
            to: baseline.to,
            excluded: baseline.excluded,
            asked: baseline.asked ?? null,
            unexplained: baseline.unexplained ?? null,
          },
    from: version.effective_from,
    to: version.effective_to,
    selfApproved: decided !== null && status !== "rejected" && decided.by === proposed.by,
  };
}

/** Points that a picture can show; those that break rules are always among them. */
const MOST_STUDIED = 1_500;

/** `times` in the order of the study's points. */
export function shownStudy(
  study: BaselineStudy,
  times: readonly number[],
  window: { readonly from: number; readonly to: number },
): StudyView {
  const { limits, spread, points, spreadPoints, signals, rejects, warnings, baseline } = study;
  const every = Math.ceil(times.length / MOST_STUDIED);
  const drawn = (all: readonly (ChartPoint | null)[]): StudiedPoint[] =>
    all.flatMap((point, i) => {
      if (point === null || (point.hits.length === 0 && i % every !== 0)) return [];
      const { statistic: value, centre, lower, upper, sigma, hits } = point;
      return [{ at: times[i] ?? 0, value, centre, lower, upper, sigma, rules: hits.map(({ id }) => id) }];
    });
  const at = new Map(times.map((time, i) => [time, i]));
  return {
    from: window.from,
    to: window.to,
    subgroups: times.length,
    level: { ...shownLine(limits), sigma: limits.sigma },
    spread: spread === null ? null : { ...shownLine(spread), sigma: spread.sigma },
    variables: shownVariables(limits),
    points: { level: drawn(points), spread: drawn(spreadPoints) },
    signals: signals.slice(0, MOST_STUDIED).map((time) => {
      const [level, other] = [points[at.get(time) ?? -1], spreadPoints[at.get(time) ?? -1]];
      return {
        at: time,
        value: level?.statistic ?? null,
        rules: (level?.hits ?? []).map(shownRule),
        spreadRules: (other?.hits ?? []).map(shownRule),
        blamed: blamedOf({ contributions: level?.blamed }) ?? null,
      };
    }),
    excluded: baseline.excluded,
    warnings: warnings.map(({ message, says }) => ({ message, says })),
    refused: { count: rejects.length, first: rejects[0] === undefined ? null : saidOf(rejects[0].reject) },
  };
}
