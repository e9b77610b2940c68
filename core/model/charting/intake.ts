/** From samples to what a chart takes: subgroups and stages, in order of source time. The same for live, replay and baseline. */
import { type Quality, type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import { type ChartScope, sameScope, type TimedSubgroup } from "../limits/index.ts";
import { Collector, type CollectorState } from "./collector.ts";
import { Counters, type CountersState } from "./counters.ts";
import { type ChartDefinition, isShortRun } from "./definition.ts";
import { RareEvents, type RareEventsState } from "./rare-events.ts";
import { Vectors, type VectorsState } from "./vectors.ts";
import { type Reading, Waiting } from "./waiting.ts";

/** A subgroup, a value that cannot be used, or other circumstances from `at` on. */
export type Step =
  | TimedSubgroup
  | { readonly at: number; readonly unusable: Reject }
  | { readonly at: number; readonly circumstances: ChartScope };

export interface IntakeState {
  readonly waiting: readonly Reading[];
  /** Everything before this instant has been handed on; null before the first sample. */
  readonly settled: number | null;
  readonly clock: number | null;
  /** See `Intake.taken`; absent from states that were saved before it was counted. */
  readonly taken?: number;
  readonly circumstances: ChartScope;
  readonly values: CollectorState | null;
  readonly counters: CountersState | null;
  /** Absent from states that were saved before there were rare events. */
  readonly events?: RareEventsState | null;
  /** Absent but of a chart of several variables. */
  readonly vectors?: VectorsState;
}

export interface IntakeBounds {
  /** Samples after this instant are refused: the clock of their source is wrong. */
  readonly latest?: number;
  /** The historian was read up to this instant: what comes once more of before is passed over when it is settled already. */
  readonly readTo?: number;
}

type Field = keyof ChartScope;
const USABLE: ReadonlySet<Quality> = new Set<Quality>(["Good", "Uncertain"]);

export class Intake {
  readonly #definition: ChartDefinition;
  readonly #fields: ReadonlyMap<string, Field>;
  readonly #collector: Collector | null;
  readonly #counters: Counters | null;
  readonly #events: RareEvents | null;
  readonly #vectors: Vectors | null;
  /** The tags whose values are charted, with their unit; null: they have none. */
  readonly #measured: ReadonlyMap<string, string | null>;
  readonly #isShortRun: boolean;
  readonly #waiting: Waiting;
  #circumstances: ChartScope;
  #settled: number;
  #clock: number;
  #taken: number;

  constructor(definition: ChartDefinition, state?: IntakeState) {
    const { source, circumstances } = definition;
    this.#definition = definition;
    this.#fields = new Map(Object.entries(circumstances).map(([field, tag]) => [tag, field as Field]));
    this.#collector = source.from === "values" ? new Collector(source.subgrouping, definition.spanMs, state?.values ?? undefined) : null;
    this.#counters = source.from === "counters" ? new Counters(source, state?.counters ?? undefined) : null;
    this.#events = source.from === "events" ? new RareEvents(source, state?.events ?? undefined) : null;
    this.#vectors = source.from === "vectors" ? new Vectors(source, state?.vectors) : null;
    this.#measured = measuredTags(definition);
    this.#isShortRun = isShortRun(definition);
    this.#waiting = new Waiting(state?.waiting);
    this.#circumstances = state?.circumstances ?? {};
    this.#settled = state?.settled ?? Number.NEGATIVE_INFINITY;
    this.#clock = state?.clock ?? Number.NEGATIVE_INFINITY;
    this.#taken = state?.taken ?? 0;
  }

  get circumstances(): ChartScope {
    return this.#circumstances;
  }

  /** Largest source time that was seen; null before the first sample. */
  get clock(): number | null {
    return finite(this.#clock);
  }

  /** Everything before this instant has been judged. */
  get settled(): number | null {
    return finite(this.#settled);
  }

  /** Readings that found their place since it began. */
  get taken(): number {
    return this.#taken;
  }

  /** Takes a sample of one of its tags (others are passed over); what is refused comes back with the reason. */
  take(sample: Sample, { latest = Number.POSITIVE_INFINITY, readTo = Number.NEGATIVE_INFINITY }: IntakeBounds = {}): Reject | null {
    const { tag, timestamp: at } = sample;
    const field = this.#fields.get(tag);
    const unit = this.#measured.get(tag);
    const measured = unit !== undefined;
    if (field === undefined && !measured && tag !== this.#definition.heartbeat) return null;
    if (at > latest) return reject("FUTURE_TIMESTAMP", sample, { tag, field: "timestamp" });
    if (field === undefined && !measured) {
      this.#clock = Math.max(this.#clock, at);
      return null;
    }
    const value = USABLE.has(sample.quality) ? sample.value : null;
    if (measured && value !== null && typeof value !== "number") return reject("WRONG_TYPE", sample, { tag, field: "value" });
    // The store refuses it too, so a replay would not have it.
    if (measured && sample.unit !== undefined && sample.unit !== unit)
      return reject("WRONG_UNIT", sample, { tag, field: "unit", message: otherUnit(sample.unit, unit) });
    if (typeof value === "number" && !Number.isFinite(value)) return reject("NOT_FINITE", sample, { tag, field: "value" });
    if ((this.#counters !== null || this.#events !== null) && measured && typeof value === "number" && value < 0)
      return reject("OUT_OF_RANGE", sample, {
        tag,
        field: "value",
        message: `A counter says ${value}; it cannot count less than nothing.`,
      });
    if (at < this.#settled)
      return at <= readTo ? null : reject("ANCIENT_TIMESTAMP", sample, { tag, field: "timestamp", message: this.#tooLate(at) });
    const bad = measured && value === null ? { bad: sample } : {};
    const taken = this.#waiting.insert({ at, tag, value, rank: measured ? 1 : 0, ...bad });
    if (taken === "conflict") return reject("DUPLICATE_TIMESTAMP", sample, { tag, field: "timestamp" });
    if (taken === "taken") this.#taken += 1;
    this.#clock = Math.max(this.#clock, at);
    return null;
  }

  /** No sample comes that is older than `time`: what waited for one need not wait. */
  reach(time: number): void {
    this.#clock = Math.max(this.#clock, time);
  }

  /** Hands on what need not wait any longer, in order of time. */
  settle(take: (step: Step) => void): void {
    const until = this.#clock - this.#definition.latenessMs;
    if (!(until > this.#settled)) return;
    this.#settled = until;
    for (let reading = this.#waiting.next(until); reading !== undefined; reading = this.#waiting.next(until)) this.#read(reading, take);
    this.#reach(until, take);
  }

  state(): IntakeState {
    return {
      waiting: this.#waiting.state(),
      settled: finite(this.#settled),
      clock: finite(this.#clock),
      taken: this.#taken,
      circumstances: this.#circumstances,
      values: this.#collector?.state() ?? null,
      counters: this.#counters?.state() ?? null,
      events: this.#events?.state() ?? null,
      ...(this.#vectors === null ? {} : { vectors: this.#vectors.state() }),
    };
  }

  #read({ at, tag, value, bad }: Reading, take: (step: Step) => void): void {
    this.#reach(at, take);
    const field = this.#fields.get(tag);
    if (field !== undefined) {
      const changed = this.#changed(field, value === null ? undefined : String(value));
      if (changed !== null) take({ at, circumstances: changed });
    } else if (value === null) {
      // Of an interval that has its subgroup nothing is missing.
      if (this.#collector?.isDone !== true) take({ at, unusable: unusable(bad ?? { tag, value, quality: "Bad", timestamp: at }) });
    } else if (this.#counters !== null) this.#counters.read(tag, value as number);
    else if (this.#events !== null) this.#events.read(at, tag, value as number);
    else if (this.#vectors !== null) this.#vectors.read(tag, at, value as number);
    else {
      const whole = this.#collector?.add(at, value as number) ?? null;
      if (whole !== null) take(this.#isShortRun ? this.#ofPart(whole) : whole);
    }
  }

  /** Short runs: which product it is, is which part. */
  #ofPart({ at, subgroup }: TimedSubgroup): TimedSubgroup {
    const { product } = this.#circumstances;
    return product === undefined ? { at, subgroup } : { at, subgroup: { ...subgroup, part: product } };
  }

  #reach(at: number, take: (step: Step) => void): void {
    if (this.#counters !== null) for (const ended of this.#counters.reach(at)) take(ended);
    if (this.#events !== null) for (const ended of this.#events.reach(at)) take(ended);
    const ended = this.#collector?.reach(at) ?? this.#vectors?.reach(at) ?? null;
    if (ended !== null) take(ended);
  }

  /** A product that cannot be read is still the one that was made. */
  #changed(field: Field, value: string | undefined): ChartScope | null {
    if (value === undefined) return null;
    const circumstances = { ...this.#circumstances, [field]: value };
    if (sameScope(circumstances, this.#circumstances)) return null;
    this.#circumstances = circumstances;
    this.#collector?.discard();
    this.#counters?.discard();
    this.#events?.discard();
    this.#vectors?.discard();
    return circumstances;
  }

  #tooLate(at: number): string {
    const seconds = ((this.#clock - at) / 1000).toFixed(1);
    return `It came ${seconds} s after newer ones, when the chart had gone on; the historian keeps it. Let the chart wait longer if that happens often.`;
  }
}

function measuredTags({ source, unit }: ChartDefinition): ReadonlyMap<string, string | null> {
  if (source.from === "values") return new Map([[source.tag, unit]]);
  if (source.from === "hand") return new Map();
  if (source.from === "vectors") return new Map(source.variables.map((one) => [one.tag, one.unit]));
  const { count, size } = source;
  return new Map([count, ...(size === null ? [] : [size])].map((counter) => [counter.tag, counter.unit ?? null]));
}

function unusable(sample: Sample): Reject {
  const { tag, quality } = sample;
  const message = `The quality of the value is ${quality}, so it is no part of a subgroup. Look at the source of ${tag} where that lasts.`;
  return reject("BAD_QUALITY", sample, { tag, field: "quality", message });
}

function otherUnit(found: string, charted: string | null): string {
  return `"${found}" is not ${charted === null ? "without a unit" : `"${charted}"`}, as the chart and its limits are. Convert it in a tag map.`;
}

function finite(t: number): number | null {
  return Number.isFinite(t) ? t : null;
}
