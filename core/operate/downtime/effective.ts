/**
 * What holds about stops after everything that was said of them. Pure: the same stops and statements give the same parts,
 * in whatever order they are handed over.
 *
 * Precedence: an override before an assign, either before the automatic reason; among equals, the one recorded later where
 * they overlap. Each is clipped to the stop and to what goes before it, so no part is shorter than nothing.
 */
import type { LossClass } from "../../connect/model/index.ts";
import { type Extent, fit, type Misfit, stopsIn } from "./fit.ts";
import { Layer } from "./layer.ts";
import { firstWhere } from "./search.ts";
import type { DowntimeStatementData, StopStatement } from "./statement.ts";
import type { Stop } from "./stop.ts";

export interface StopPart {
  readonly start: number;
  /** Null in the last part of a stop that lasts. */
  readonly end: number | null;
  readonly reason: string | null;
  readonly bucket: LossClass;
  /** Who says so: a person, the controller's reason, or nobody but the state of the machine. */
  readonly by: "operator" | "automatic" | "machine";
  readonly author: string | null;
  readonly recorded: number | null;
  /** Id of the statement that names the reason, and the start of the stop that it was made about. */
  readonly statement: string | null;
  readonly statement_stop: number | null;
  readonly comments: readonly { readonly author: string; readonly recorded: number; readonly text: string }[];
}

export interface EffectiveStop {
  readonly stop: Stop;
  /** Start of the first stop of this occurrence: stops that were merged are one occurrence. */
  readonly occurrence: number;
  /** They fill the stop exactly, in order. */
  readonly parts: readonly StopPart[];
}

export interface ReviewedStatement {
  readonly statement: StopStatement;
  readonly why: Misfit;
}

export interface Effective {
  readonly stops: readonly EffectiveStop[];
  /** Statements that no longer fit the stops, in order of recording: to be looked at by a person. */
  readonly review: readonly ReviewedStatement[];
}

type NamingData = Extract<DowntimeStatementData, { readonly action: "assign" | "override" }>;
type Naming = StopStatement & { readonly data: NamingData };

interface Placed {
  readonly statement: StopStatement;
  readonly extent: Extent;
}

/** `stops` in order of start and without overlap; `statements` of the same machine, in any order. */
export function effectiveStops(stops: readonly Stop[], statements: readonly StopStatement[]): Effective {
  const review: ReviewedStatement[] = [];
  const placed: Placed[] = [];
  for (const statement of inForce(statements)) {
    const { extent, misfit } = fit(statement, stops);
    if (misfit !== null) review.push({ statement, why: misfit });
    placed.push({ statement, extent });
  }
  const said = new Said(placed);
  const occurrences = occurrencesOf(stops, placed);
  const result = stops.map((stop) => ({ stop, occurrence: occurrences.get(stop.start) ?? stop.start, parts: said.parts(stop) }));
  return { stops: result, review };
}

/**
 * What was not taken back, in order of recording. A revert reaches only what was said of the same stop, and one that was
 * itself reverted takes nothing back.
 */
export function inForce(statements: readonly StopStatement[]): StopStatement[] {
  const ordered = statements.toSorted((a, b) => a.recorded - b.recorded || a.sequence - b.sequence);
  const reverted = new Set<string>();
  const result: StopStatement[] = [];
  for (const statement of ordered.toReversed()) {
    const { stop, data } = statement;
    if (reverted.has(`${stop} ${data.id}`)) continue;
    if (data.action === "revert") reverted.add(`${stop} ${data.target}`);
    else result.push(statement);
  }
  return result.toReversed();
}

/** Everything that was said, laid over time in order of recording: overrides in a layer above the assigned reasons. */
class Said {
  readonly #assigned = new Layer<Naming>();
  readonly #overridden = new Layer<Naming>();
  readonly #cuts = new Set<number>();
  readonly #sorted: readonly number[];
  readonly #comments: Placed[] = [];

  constructor(placed: readonly Placed[]) {
    for (const one of placed) {
      const { statement, extent } = one;
      if (statement.data.comment !== undefined && statement.data.comment !== "") this.#comments.push(one);
      if (isNaming(statement)) this.#name(statement, extent);
      else if (statement.data.action === "split") this.#cuts.add(extent.from);
      else if (statement.data.action === "merge") this.#merge(extent);
    }
    this.#sorted = [...this.#cuts].toSorted((a, b) => a - b);
  }

  parts(stop: Stop): StopPart[] {
    const end = stop.end ?? Number.POSITIVE_INFINITY;
    const cuts = this.#sorted.slice(
      firstWhere(this.#sorted, (cut) => cut > stop.start),
      firstWhere(this.#sorted, (cut) => cut >= end),
    );
    const starts = [stop.start, ...cuts];
    return starts.map((start, i) => {
      const until = starts[i + 1] ?? stop.end;
      const naming = this.#overridden.at(start) ?? this.#assigned.at(start);
      return { start, end: until, ...named(stop, naming), comments: this.#commentsIn(start, until ?? Number.POSITIVE_INFINITY) };
    });
  }

  #name(statement: Naming, { from, to }: Extent): void {
    (statement.data.action === "override" ? this.#overridden : this.#assigned).paint(from, to, statement);
    this.#cuts.add(from).add(to);
  }

  /** What holds at the beginning holds for all of it; where nobody had said anything there, the first thing said inside. */
  #merge({ from, to }: Extent): void {
    for (const layer of [this.#assigned, this.#overridden]) layer.paint(from, to, layer.firstIn(from, to));
    for (const cut of this.#cuts) if (from < cut && cut < to) this.#cuts.delete(cut);
  }

  #commentsIn(from: number, to: number): StopPart["comments"] {
    return this.#comments
      .filter(({ extent }) => extent.from < to && extent.to > from)
      .map(({ statement: { author, recorded, data } }) => ({ author, recorded, text: data.comment ?? "" }));
  }
}

function isNaming(statement: StopStatement): statement is Naming {
  return statement.data.action === "assign" || statement.data.action === "override";
}

function named(stop: Stop, naming: Naming | undefined): Omit<StopPart, "start" | "end" | "comments"> {
  if (naming === undefined) {
    const by = stop.reason === null ? "machine" : "automatic";
    return { reason: stop.reason, bucket: stop.bucket, by, author: null, recorded: null, statement: null, statement_stop: null };
  }
  const { author, recorded, data, stop: about } = naming;
  return { reason: data.reason, bucket: data.bucket, by: "operator", author, recorded, statement: data.id, statement_stop: about };
}

/** Stops that merges join, to the start of the first of them. */
function occurrencesOf(stops: readonly Stop[], placed: readonly Placed[]): ReadonlyMap<number, number> {
  const result = new Map<number, number>();
  for (const { statement, extent } of placed) {
    if (statement.data.action !== "merge") continue;
    const joined = stopsIn(stops, extent);
    const firsts = new Set(joined.map(({ start }) => result.get(start) ?? start));
    const first = Math.min(...firsts);
    for (const { start } of stops) if (firsts.has(result.get(start) ?? start)) result.set(start, first);
  }
  return result;
}
