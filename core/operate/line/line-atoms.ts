/**
 * Line OEE: one-minute atoms of a line, from everything known about its stations. Live operation, replay and recompute
 * all go through this one pure function, so they cannot differ.
 */
import {
  addMeasures,
  type Atom,
  atoms,
  bad,
  type Bucket,
  type Measures,
  NOTHING,
  sameAtom,
  sumMeasures,
  timeElements,
  withdrawn,
} from "../oee/index.ts";
import { changeoversOf } from "../oee/production.ts";
import { type Condition, type ConditionSegment, conditions, indexAt, isWaiting } from "./conditions.ts";
import { CulpritSearch, isDown, OUTSIDE, UNKNOWN } from "./culprit.ts";
import type { StationGroup } from "./graph.ts";
import { type OeeLine, reachOf } from "./line.ts";
import type { LineStation, StationReadings } from "./stations.ts";

/** What a station cost the line, and how long it waited itself, ms. */
export interface StationShare {
  /** Station path, `outside` or `unknown`. */
  readonly station: string;
  readonly lostMs: number;
  readonly blockedMs: number;
  readonly starvedMs: number;
}

/** Sums over all stations, for the weighted method. */
export interface WeightedSum {
  readonly pbt: number;
  readonly apt: number;
  readonly idealTotalUs: number;
  readonly idealScrapUs: number;
  readonly unrated: number;
}

/**
 * `measures` are those of the bottleneck method: time and units of the constraint, good units of the line's end, all
 * with the ideal cycle of the constraint; what the constraint made and the end does not count as good is scrap.
 */
export interface LineAtom extends Atom {
  /** Stations of the constraint. */
  readonly constraint: readonly string[];
  /** How long the line was down; the stations' `lostMs` add up to it. */
  readonly downMs: number;
  /** Every station, then `outside` and `unknown`. */
  readonly shares: readonly StationShare[];
  readonly weighted: WeightedSum;
}

/** Atoms that fill [from, to) (integer ms), cut where the shift, the plan or the product of the lead station changes. */
export function lineAtoms(known: StationReadings, from: number, to: number, line: OeeLine): LineAtom[] {
  const timelines = new Map(
    [...line.stations].map(([path, { machine }]) => {
      const { readings, flags, said } = known.of(path);
      return [
        path,
        conditions(readings, flags, from - reachOf(line), to, machine.rules, said.assigned, changeoversOf(said.production)),
      ] as const;
    }),
  );
  const search = new CulpritSearch(line.graph, timelines, line.detection, line.priority);
  return stationAtoms(line.lead, known, from, to, line).map((cut) => lineAtom(cut, known, line, timelines, search));
}

function stationAtoms(station: string, known: StationReadings, from: number, to: number, line: OeeLine): Atom[] {
  const { readings, said } = known.of(station);
  const { machine } = line.stations.get(station) as LineStation;
  return atoms(readings, from, to, machine.rules, said.assigned, said.production);
}

function lineAtom(
  { start, end, product, order, shift, productionDay, measures }: Atom,
  known: StationReadings,
  line: OeeLine,
  timelines: ReadonlyMap<string, readonly ConditionSegment[]>,
  search: CulpritSearch,
): LineAtom {
  const constraint = line.constraintOf(product);
  const planned = measures.ms.notPlanned === 0;
  const stated = new Map([...line.stations.keys()].map((path) => [path, stationAtoms(path, known, start, end, line)] as const));
  const lost = planned ? lostBy(search, constraint, start, end) : new Map<string, number>();
  const shares = [...line.stations.keys(), ...NO_STATION].map((station): StationShare => {
    const waited = (condition: Condition): number => (planned ? spent(timelines.get(station) ?? [], condition, start, end) : 0);
    return { station, lostMs: lost.get(station) ?? 0, blockedMs: waited("blocked"), starvedMs: waited("starved") };
  });
  return {
    start,
    end,
    product,
    order,
    shift,
    productionDay,
    idealCycleUs: cycleOf(constraint, product, line, start),
    measures: bottleneck(constraint, stated, line, timelines, { start, end, planned }),
    constraint: constraint.stations,
    downMs: [...lost.values()].reduce((sum, ms) => sum + ms, 0),
    shares,
    weighted: weighted(stated, line),
  };
}

/** Every millisecond in which the line is down, by culprit. */
function lostBy(search: CulpritSearch, constraint: StationGroup, from: number, to: number): Map<string, number> {
  const lost = new Map<string, number>();
  for (let at = from; at < to; ) {
    const { culprit, until } = search.at(constraint, at);
    const end = Math.min(to, until);
    if (culprit !== null) lost.set(culprit, (lost.get(culprit) ?? 0) + end - at);
    at = end;
  }
  return lost;
}

function spent(segments: readonly ConditionSegment[], condition: Condition, from: number, to: number): number {
  let ms = 0;
  for (let i = indexAt(segments, from); i < segments.length && (segments[i] as ConditionSegment).start < to; i += 1) {
    const segment = segments[i] as ConditionSegment;
    if (segment.condition === condition) ms += Math.min(to, segment.end) - Math.max(from, segment.start);
  }
  return ms;
}

function bottleneck(
  constraint: StationGroup,
  stated: ReadonlyMap<string, readonly Atom[]>,
  line: OeeLine,
  timelines: ReadonlyMap<string, readonly ConditionSegment[]>,
  cut: { readonly start: number; readonly end: number; readonly planned: boolean },
): Measures {
  const of = (group: StationGroup): readonly Atom[] => group.stations.flatMap((station) => stated.get(station) ?? []);
  const made = of(constraint).map(({ product, measures }) => rated(measures.total, cycleOf(constraint, product, line, cut.start)));
  const good = of(line.graph.end).map(({ product, measures }) =>
    rated(measures.total - bad(measures, line.options).units, cycleOf(constraint, product, line, cut.start)),
  );
  const [all, passed] = [sumMeasures(made), sumMeasures(good)];
  const own = sumMeasures(of(constraint).map(({ measures }) => measures));
  const isGroup = constraint.stations.length > 1;
  return {
    ...NOTHING,
    // Cells side by side have stops of their own, but the group as such has none to count.
    ...(isGroup ? {} : { stops: own.stops, failures: own.failures, microStops: own.microStops, orderMs: own.orderMs }),
    leftOut: own.leftOut,
    ms: isGroup ? groupTime(constraint, timelines, cut) : own.ms,
    total: all.total,
    scrap: all.total - passed.total,
    idealTotalUs: all.idealTotalUs,
    idealScrapUs: all.idealTotalUs - passed.idealTotalUs,
    unrated: all.unrated + passed.unrated,
  };
}

function rated(units: number, cycleUs: number | null): Measures {
  return cycleUs === null
    ? { ...NOTHING, total: units, unrated: Math.abs(units) }
    : { ...NOTHING, total: units, idealTotalUs: units * cycleUs };
}

/** Of parallel cells together: each is as fast as it is. */
function cycleOf({ stations }: StationGroup, product: string, line: OeeLine, at: number): number | null {
  const cycles = stations.map((station) => line.stations.get(station)?.machine.rules.idealCycleUs(product, at) ?? null);
  if (cycles.length === 1) return cycles[0] ?? null;
  return cycles.includes(null) ? null : Math.round(1 / cycles.reduce<number>((sum, cycle) => sum + 1 / (cycle as number), 0));
}

/** Parallel cells run together while enough of them do; else they do what the first that does not run does. No micro-stops. */
function groupTime(
  { stations, minimumRunning }: StationGroup,
  timelines: ReadonlyMap<string, readonly ConditionSegment[]>,
  { start, end, planned }: { readonly start: number; readonly end: number; readonly planned: boolean },
): Measures["ms"] {
  const ms = { ...NOTHING.ms };
  const cells = stations.map((station) => timelines.get(station)).filter((cell) => cell !== undefined);
  for (let at = start; at < end; ) {
    const now = cells.map((cell) => cell[indexAt(cell, at)] as ConditionSegment);
    const until = Math.min(end, ...now.map((segment) => segment.end));
    const idle = now.filter(({ condition }) => condition !== "run");
    const enough = now.length - idle.length >= Math.min(minimumRunning, now.length);
    const first = (idle.find(({ condition }) => isDown(condition)) ?? idle[0])?.condition ?? "run";
    const bucket: Bucket = enough ? "run" : isWaiting(first) ? "external" : (first as Exclude<typeof first, "blocked" | "starved">);
    ms[planned ? bucket : "notPlanned"] += until - at;
    at = until;
  }
  return ms;
}

function weighted(stated: ReadonlyMap<string, readonly Atom[]>, line: OeeLine): WeightedSum {
  const sum = [...stated.values()].flat().reduce((all, { measures }) => addMeasures(all, measures), NOTHING);
  const { pbt, apt } = timeElements(sum, line.options);
  return { pbt, apt, idealTotalUs: sum.idealTotalUs, idealScrapUs: bad(sum, line.options).idealUs, unrated: sum.unrated };
}

const NO_STATION = [OUTSIDE, UNKNOWN] as const;
const WEIGHTED = ["pbt", "apt", "idealTotalUs", "idealScrapUs", "unrated"] as const;

/** See `withdrawn` of a machine's atom. */
export function withdrawnLine(atom: LineAtom): LineAtom {
  const shares = atom.shares.map(({ station }) => ({ station, lostMs: 0, blockedMs: 0, starvedMs: 0 }));
  return { ...atom, ...withdrawn(atom), downMs: 0, shares, weighted: { pbt: 0, apt: 0, idealTotalUs: 0, idealScrapUs: 0, unrated: 0 } };
}

/** The same statement: nothing that a reader could see differs. */
export function sameLineAtom(a: LineAtom, b: LineAtom): boolean {
  return (
    sameAtom(a, b) &&
    a.constraint.join() === b.constraint.join() &&
    WEIGHTED.every((key) => a.weighted[key] === b.weighted[key]) &&
    a.shares.every((share, i) => {
      const other = b.shares[i];
      return share.lostMs === other?.lostMs && share.blockedMs === other.blockedMs && share.starvedMs === other.starvedMs;
    })
  );
}
