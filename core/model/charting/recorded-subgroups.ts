/** What a chart would take of recorded samples, for a baseline or a review. */
import type { Sample } from "../../connect/sample/index.ts";
import { type ChartScope, matches, type TimedSubgroup } from "../limits/index.ts";
import type { ChartDefinition } from "./definition.ts";
import { Intake, type Step } from "./intake.ts";

export interface Stage {
  /** Source time at which other circumstances began. */
  readonly at: number;
  readonly circumstances: ChartScope;
}

export interface RecordedSubgroups {
  readonly subgroups: readonly TimedSubgroup[];
  readonly stages: readonly Stage[];
}

/** Takes recorded samples by the piece, the pieces in order of time. What was measured before `from` says only what was being made. */
export class SubgroupReading implements RecordedSubgroups {
  readonly subgroups: TimedSubgroup[] = [];
  readonly stages: Stage[] = [];
  readonly #intake: Intake;
  readonly #measured: ReadonlySet<string>;
  readonly #singles: boolean;
  readonly #from: number;
  /** A value since the last subgroup could not be used. */
  #gap = false;

  constructor(definition: ChartDefinition, from = Number.NEGATIVE_INFINITY) {
    this.#intake = new Intake({ ...definition, latenessMs: 0 });
    const { source } = definition;
    const vectors = source.from === "vectors" ? source.variables.map(({ tag }) => tag) : [];
    this.#measured = new Set(source.from === "values" ? [source.tag] : vectors);
    this.#singles =
      source.from === "values" && source.subgrouping.by === "count" && source.subgrouping.size === 1 && source.subgrouping.everyMs === 0;
    this.#from = from;
  }

  take(samples: readonly Sample[]): void {
    for (const sample of samples.toSorted((a, b) => a.timestamp - b.timestamp))
      if (!this.#measured.has(sample.tag) || sample.timestamp >= this.#from)
        this.#intake.take(sample, { readTo: Number.POSITIVE_INFINITY });
    this.#intake.settle((step) => this.#keep(step));
  }

  /** All samples before `to` have been taken: what they end with is whole too. */
  end(to: number): void {
    this.#intake.reach(to);
    this.#intake.settle((step) => this.#keep(step));
  }

  #keep(step: Step): void {
    // What ended with that very instant was still made before it.
    if ("circumstances" in step) this.stages.push({ ...step, at: Math.max(step.at, (this.subgroups.at(-1)?.at ?? step.at - 1) + 1) });
    else if (step.at < this.#from) return;
    // Where each value is a subgroup, one that is missing has its place; whole subgroups only need enough of them.
    else if ("unusable" in step && this.#singles) this.subgroups.push({ at: step.at, subgroup: { values: [null], quality: "Bad" } });
    else if ("unusable" in step) this.#gap = true;
    else {
      this.subgroups.push(this.#gap ? { ...step, gap: true } : step);
      this.#gap = false;
    }
  }
}

/** The subgroups and stages of recorded samples, all at once. */
export function subgroupsOf(definition: ChartDefinition, samples: readonly Sample[]): RecordedSubgroups {
  const reading = new SubgroupReading(definition);
  reading.take(samples);
  reading.end(samples.reduce((latest, { timestamp }) => Math.max(latest, timestamp + 1), Number.NEGATIVE_INFINITY));
  return reading;
}

/** The products of which there are subgroups; none where nothing says what was made. */
export function productsOf({ subgroups, stages }: RecordedSubgroups): readonly string[] {
  const products = new Set(stages.flatMap(({ circumstances: { product } }) => product ?? []));
  return [...products].filter((product) => inScope({ subgroups, stages }, { product }).subgroups.length > 0);
}

/** The newest so many of them; undefined: all. */
export function newest({ subgroups, stages }: RecordedSubgroups, count: number | undefined): RecordedSubgroups {
  return { subgroups: count === undefined ? subgroups : subgroups.slice(-count), stages };
}

/** Those that were made in circumstances of this scope, and the instants at which runs begin anew. */
export function inScope(
  { subgroups, stages }: RecordedSubgroups,
  scope: ChartScope,
): { readonly subgroups: readonly TimedSubgroup[]; readonly restarts: readonly number[] } {
  let next = 0;
  let circumstances: ChartScope = {};
  const kept = subgroups.filter(({ at }) => {
    // What is said of an instant holds for what was measured at it.
    for (let stage = stages[next]; stage !== undefined && stage.at <= at; stage = stages[next]) {
      ({ circumstances } = stage);
      next += 1;
    }
    return matches(scope, circumstances);
  });
  return { subgroups: kept, restarts: stages.map(({ at }) => at) };
}
