/** What a chart would have taken of recorded values, and what people ask of it: limits of a baseline, a review, a capability. */
import type { Reject, Sample } from "../../connect/sample/index.ts";
import {
  type BaselineStudy,
  type ChartScope,
  type Exclusion,
  type Judged,
  type Review,
  reviewLimits,
  studyBaseline,
  type TimedSubgroup,
} from "../limits/index.ts";
import type { BaselineOptions } from "../spc/index.ts";
import type { CapabilityAnswer } from "./capability-view.ts";
import { type CapabilityAsked, type CapabilityGround, statedCapability } from "./capability-study.ts";
import { type ChartDefinition, isShortRun } from "./definition.ts";
import { inScope, newest, productsOf, type RecordedSubgroups, SubgroupReading } from "./recorded-subgroups.ts";
import { shownStudy, type StudyView } from "./shown.ts";

export interface BaselineAsked {
  readonly from: number;
  readonly to: number;
  readonly scope: ChartScope;
  readonly exclusions: readonly Exclusion[];
}

/** Subgroups of a stretch of time: how many, of what, and when the first of them was complete, ms UTC. */
export interface RecordedMaking {
  readonly subgroups: number;
  readonly from: number | null;
  readonly products: readonly string[];
  /** Of the last of them. */
  readonly circumstances: ChartScope;
}

export type ProposedLimits = Pick<BaselineStudy, "limits" | "spread" | "baseline">;

const MOST_LISTED = 100;

/** Its methods take and give plain data, so that it can live in another thread: a month of a fast line computes for seconds. */
export class RecordedStudy {
  readonly #definition: ChartDefinition;
  readonly #reading: SubgroupReading;
  #piece: Sample[] = [];
  #measured: readonly TimedSubgroup[] | null = null;

  /** Values before `from`, ms UTC, say only what was being made. */
  constructor(definition: ChartDefinition, from: number) {
    this.#definition = definition;
    this.#reading = new SubgroupReading(definition, from);
  }

  /** Recorded samples by the piece, the pieces in order of time; `more`: the rest of this piece follows. */
  take(samples: readonly Sample[], more = false): void {
    for (const sample of samples) this.#piece.push(sample);
    if (more) return;
    this.#reading.take(this.#piece);
    this.#piece = [];
  }

  /** Measurements by hand, in order of time, instead of what samples say; those tell only what was being made. */
  measured(subgroups: readonly TimedSubgroup[]): void {
    this.#measured = subgroups;
  }

  /** All samples before `to` have been taken. */
  end(to: number): void {
    this.#reading.end(to);
  }

  /** As somebody looks at it. */
  study(asked: BaselineAsked, estimation: BaselineOptions): StudyView | { readonly reject: Reject } {
    const { study, times } = this.#studied(asked, estimation);
    return "reject" in study ? study : shownStudy(study, times, asked);
  }

  /** As somebody proposes it. */
  proposed(asked: BaselineAsked, estimation: BaselineOptions): ProposedLimits | { readonly reject: Reject } {
    const { study } = this.#studied(asked, estimation);
    if ("reject" in study) return study;
    const { limits, spread, baseline } = study;
    return { limits, spread, baseline };
  }

  /** What limits would have said beside those in force; of signals the newest. */
  review(
    before: Judged | null,
    after: Judged & { readonly scope: ChartScope },
    window: { readonly from: number; readonly to: number },
  ): Pick<Review, "summary" | "onlyBefore" | "onlyAfter"> {
    const { subgroups, restarts } = inScope(this.#recorded, after.scope);
    const stages = isShortRun(this.#definition) ? [] : restarts;
    const { summary, onlyBefore, onlyAfter } = reviewLimits(before, after, subgroups, window, stages);
    return { summary, onlyBefore: onlyBefore.slice(-MOST_LISTED), onlyAfter: onlyAfter.slice(-MOST_LISTED) };
  }

  capability(asked: CapabilityAsked, ground: CapabilityGround): CapabilityAnswer {
    return statedCapability(this.#definition, this.#recorded, asked, ground);
  }

  /** What there is to state a capability of; `last`: of so many subgroups, the newest. */
  made(last?: number): RecordedMaking {
    const recorded = newest(this.#recorded, last);
    const { subgroups, stages } = recorded;
    const until = subgroups.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
    return {
      subgroups: subgroups.length,
      from: subgroups[0]?.at ?? null,
      products: productsOf(recorded),
      circumstances: stages.findLast(({ at }) => at <= until)?.circumstances ?? {},
    };
  }

  get #recorded(): RecordedSubgroups {
    const { subgroups, stages } = this.#reading;
    return { subgroups: this.#measured ?? subgroups, stages };
  }

  #studied({ scope, exclusions }: BaselineAsked, estimation: BaselineOptions) {
    const { subgroups } = inScope(this.#recorded, scope);
    return { study: studyBaseline(this.#definition.kinds, subgroups, exclusions, estimation), times: subgroups.map(({ at }) => at) };
  }
}
