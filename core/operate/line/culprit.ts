/**
 * The culprit cell: whose stop keeps the line from running. Blocked is followed downstream and starved upstream, station
 * by station, to one that stands still by itself. Buffers delay: a station that runs again is passed for what last
 * stopped it, if that ended within the delay of the buffer between.
 */
import { type Condition, type ConditionSegment, indexAt, isOwnStop, isWaiting } from "./conditions.ts";
import { distances, type StationGraph, type StationGroup, type Way } from "./graph.ts";

/**
 * When the line is down, and how the culprit is found.
 * - `constraint`: down while the constraint (or too many of its parallel cells) stands still; found by walking.
 * - `any`: down while any station does; found by walking from the one nearest to the constraint.
 * - `keyReason`: down as by the constraint; the first station in own stop by declared priority, then by distance.
 * - `initial`: down as by the constraint; what the walk finds at the first instant of the stop holds to its end.
 */
export const DETECTIONS = ["constraint", "any", "keyReason", "initial"] as const;
export type Detection = (typeof DETECTIONS)[number];

/** How far back the first instant of a stop is sought; longer stops are walked afresh. */
export const INITIAL_WITHIN_MS = 8 * 3_600_000;

/** Neither a station: nobody is known to be, or what lies before the first or after the last station. */
export const UNKNOWN = "unknown";
export const OUTSIDE = "outside";

export interface Verdict {
  /** Whether the line is down, and by whom: a station, `outside` or `unknown`. */
  readonly culprit: string | null;
  /** Holds until here at least. */
  readonly until: number;
}

interface Found {
  readonly culprit: string;
  /** How long ago the walk had to look, ms, and how many stations away: the smaller is believed. */
  readonly age: number;
  readonly steps: number;
  readonly until: number;
}

const DOWN: ReadonlySet<Condition> = new Set(["blocked", "starved", "external", "stop", "hold", "failure"]);

/** Whether a line whose constraint is in this condition is down: not by plan, not set up, and not of unknown state. */
export function isDown(condition: Condition): boolean {
  return DOWN.has(condition);
}

const NEVER = Number.POSITIVE_INFINITY;
const NOBODY: Found = { culprit: UNKNOWN, age: NEVER, steps: NEVER, until: NEVER };

/** What is asked of the walk: the instant, and the instant looked at, which is earlier once something was passed. */
interface Step {
  readonly now: number;
  readonly at: number;
  readonly way: Way;
  readonly delayMs: number;
  readonly steps: number;
}

export class CulpritSearch {
  readonly #graph: StationGraph;
  readonly #conditions: ReadonlyMap<string, readonly ConditionSegment[]>;
  readonly #detection: Detection;
  readonly #priority: readonly string[];

  /** The conditions fill the time asked about and `StationGraph.reachMs` before it (`initial`: and `INITIAL_WITHIN_MS`). */
  constructor(
    graph: StationGraph,
    conditions: ReadonlyMap<string, readonly ConditionSegment[]>,
    detection: Detection,
    priority: readonly string[] = [],
  ) {
    this.#graph = graph;
    this.#conditions = conditions;
    this.#detection = detection;
    this.#priority = priority;
  }

  /** Whether the line with this constraint is down at `t`, by whom, and how long nothing of that changes. */
  at(constraint: StationGroup, t: number): Verdict {
    if (this.#detection === "any") return this.#any(constraint, t);
    const { down, until } = this.#state(constraint, t);
    if (!down) return { culprit: null, until };
    const found =
      this.#detection === "constraint"
        ? this.#walk(constraint, t)
        : this.#detection === "keyReason"
          ? this.#nearestOwnStop(constraint, t)
          : this.#initial(constraint, t);
    return { culprit: found.culprit, until: Math.min(until, found.until) };
  }

  #any(constraint: StationGroup, t: number): Verdict {
    const { other, until } = this.#state(constraint, t);
    if (other) return { culprit: null, until };
    let changes = until;
    for (const station of this.#byDistance(constraint)) {
      const group = this.#graph.groups.get(station) as StationGroup;
      const state = this.#state(group, t);
      changes = Math.min(changes, state.until);
      if (!state.down) continue;
      const found = this.#walk(group, t);
      return { culprit: found.culprit, until: Math.min(changes, found.until) };
    }
    return { culprit: null, until: changes };
  }

  #initial(constraint: StationGroup, t: number): Found {
    let begin = t;
    for (;;) {
      const before = begin - 1;
      if (before < t - INITIAL_WITHIN_MS) return this.#walk(constraint, t);
      if (!this.#state(constraint, before).down) break;
      begin = Math.max(t - INITIAL_WITHIN_MS, ...this.#segmentsAt(constraint.stations, before).map(({ start }) => start));
    }
    return { ...this.#walk(constraint, begin), until: begin + INITIAL_WITHIN_MS + 1 };
  }

  #nearestOwnStop(constraint: StationGroup, t: number): Found {
    const order = [...new Set([...this.#priority, ...this.#byDistance(constraint)])];
    let until = NEVER;
    for (const [steps, station] of order.entries()) {
      const segment = this.#segmentAt(station, t);
      if (segment === undefined) continue;
      until = Math.min(until, segment.end);
      if (isOwnStop(segment.condition)) return { culprit: station, age: 0, steps, until };
    }
    return { ...NOBODY, until };
  }

  /** From every member of the group that stands still; the nearest in time, then in steps, then in order of the model. */
  #walk({ stations }: StationGroup, t: number): Found {
    return best(
      stations.map((station) => {
        const segment = this.#segmentAt(station, t);
        if (segment === undefined || segment.condition === "run") return { ...NOBODY, until: segment?.end ?? NEVER };
        if (isOwnStop(segment.condition)) return { culprit: station, age: 0, steps: 0, until: segment.end };
        return this.#onward(station, segment.condition, { now: t, at: t, way: "downstream", delayMs: 0, steps: 0 }, segment.end);
      }),
    );
  }

  /** On from a station that waits, or cannot say what it does. */
  #onward(station: string, condition: Condition, step: Step, until: number): Found {
    if (condition === "unknown") return { ...NOBODY, until };
    const ways: readonly Way[] =
      condition === "blocked" ? ["downstream"] : condition === "starved" ? ["upstream"] : step.steps > 0 ? [step.way] : BOTH;
    const found = best(ways.map((way) => this.#neighbours(station, { ...step, way })));
    return { ...found, until: Math.min(found.until, until) };
  }

  #neighbours(station: string, step: Step): Found {
    const edges = this.#graph.nodes.get(station)?.[step.way] ?? [];
    if (edges.length === 0) return { culprit: OUTSIDE, age: step.now - step.at, steps: step.steps + 1, until: NEVER };
    return best(edges.map((edge) => this.#follow(edge.station, { ...step, delayMs: edge.delayMs, steps: step.steps + 1 })));
  }

  #follow(station: string, step: Step): Found {
    const segments = this.#conditions.get(station);
    // A station that says nothing, such as a conveyor, is passed through.
    if (segments === undefined) return this.#neighbours(station, step);
    const index = indexAt(segments, step.at);
    const segment = segments[index] as ConditionSegment;
    const live = step.at === step.now;
    const until = live ? segment.end : NEVER;
    if (holdsUp(segment.condition, step.way)) return this.#reached(station, segment, step, until);
    if (segment.condition === "unknown") return { ...NOBODY, until };
    for (let i = index - 1; i >= 0; i -= 1) {
      const earlier = segments[i] as ConditionSegment;
      if (earlier.end <= step.at - step.delayMs || earlier.condition === "unknown") break;
      if (!holdsUp(earlier.condition, step.way)) continue;
      const expires = live ? earlier.end + step.delayMs : NEVER;
      return this.#reached(station, earlier, { ...step, at: earlier.end - 1 }, Math.min(until, expires));
    }
    return { ...NOBODY, until };
  }

  #reached(station: string, { condition }: ConditionSegment, step: Step, until: number): Found {
    const { now, at, steps } = step;
    if (isOwnStop(condition)) return { culprit: station, age: now - at, steps, until };
    return this.#onward(station, condition, step, until);
  }

  /** `other`: not down, but not running either: set-up, planned or unknown time. */
  #state({ stations, minimumRunning }: StationGroup, t: number): { down: boolean; other: boolean; until: number } {
    const segments = this.#segmentsAt(stations, t);
    const until = Math.min(NEVER, ...segments.map(({ end }) => end));
    const running = segments.filter(({ condition }) => condition === "run").length;
    if (running >= Math.min(minimumRunning, segments.length)) return { down: false, other: false, until };
    const down = segments.some(({ condition }) => isDown(condition));
    return { down, other: !down, until };
  }

  #segmentsAt(stations: readonly string[], t: number): ConditionSegment[] {
    return stations.map((station) => this.#segmentAt(station, t)).filter((segment) => segment !== undefined);
  }

  #segmentAt(station: string, t: number): ConditionSegment | undefined {
    const segments = this.#conditions.get(station);
    return segments?.[indexAt(segments, t)];
  }

  /** The constraint first; at equal distance what comes after it before what comes before it. */
  #byDistance(constraint: StationGroup): readonly string[] {
    const steps = distances(this.#graph, constraint.stations);
    return [...steps].toSorted(([, a], [, b]) => a - b).map(([station]) => station);
  }
}

const BOTH: readonly Way[] = ["downstream", "upstream"];

/** Whether a station in this condition passes a stop on: waiting the same way counts, waiting the other way does not. */
function holdsUp(condition: Condition, way: Way): boolean {
  if (!isWaiting(condition)) return isOwnStop(condition);
  return condition !== (way === "downstream" ? "starved" : "blocked");
}

/** A station is believed before what lies outside, where the side of a wait is not known; then the nearest in time, then in steps. */
function nearer(a: Found, b: Found): boolean {
  const [outside, other] = [a.culprit === OUTSIDE, b.culprit === OUTSIDE];
  if (a.age !== NEVER && b.age !== NEVER && outside !== other) return other;
  return a.age < b.age || (a.age === b.age && a.steps < b.steps);
}

/** The first of the nearest. What is said of it holds only as long as what is said of the others. */
function best(all: readonly Found[]): Found {
  let result = NOBODY;
  for (const one of all) if (nearer(one, result)) result = one;
  return { ...result, until: Math.min(result.until, ...all.map(({ until }) => until)) };
}
