/** The packages of one machine as they come: figures of the running interval, an event per interval, and what somebody is to be told. */
import { type Quality, type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import { type Reading, Waiting } from "../charting/waiting.ts";
import { type FillDefinition, rulesOf, termsOf } from "./definition.ts";
import { type FillWeightEvent, fillWeightEvent, type Part } from "./event.ts";
import { type FillConditionName, Judge, type Verdict } from "./judge.ts";
import { Packages, type PackagesState } from "./packages.ts";
import { weighed } from "./rules.ts";
import { fillSamples } from "./samples.ts";
import { Stated, type StatedPart, type StatedState, type Stretch } from "./stated.ts";

interface Held {
  /** Content, share or mean, and the limit that it is held against; null where no package was made since. */
  readonly value: number | null;
  readonly limit: number | null;
  readonly count: number;
  readonly packages: number;
}

/** A condition that begins or ends at `at`, with the figures of that instant. */
export interface FillCondition extends Verdict, Held {
  readonly at: number;
  readonly product: string | null;
}

export interface Filled {
  readonly samples: readonly Sample[];
  readonly events: readonly FillWeightEvent[];
  readonly conditions: readonly FillCondition[];
  readonly rejects: readonly Reject[];
}

export interface FillBounds {
  /** Samples after this instant are refused: the clock of their source is wrong. */
  readonly latest?: number;
  /** The historian was read up to this instant: what comes once more of before is passed over when it is settled already, without `oldest`. */
  readonly readTo?: number;
  /** Late samples from this instant on make their intervals different (see `FillStream.late`); without it they are refused. */
  readonly oldest?: number;
}

interface PartState extends Omit<Part, "packages"> {
  readonly packages: PackagesState;
}

export interface FillState {
  readonly tag: string;
  /** Under which the open part was begun (`rulesOf`). */
  readonly rules: string;
  readonly waiting: readonly Reading[];
  readonly settled: number | null;
  readonly clock: number | null;
  readonly product: string | null;
  readonly since: number | null;
  readonly begin: number | null;
  readonly first: number | null;
  readonly productAt: number | null;
  readonly stated: StatedState;
  readonly published: number | null;
  readonly last: number | null;
  readonly part: PartState | null;
  readonly active: readonly FillConditionName[];
}

/** A product that was said late may change what was stated so long after. */
const PRODUCT_REACH = 26 * 3_600_000;
/** How often figures of the running interval are published, in data time. */
const PUBLISH_EVERY = 10_000;
const USABLE: ReadonlySet<Quality> = new Set<Quality>(["Good", "Uncertain"]);

type Out = { readonly [K in keyof Filled]: Filled[K][number][] };

/**
 * Every sample waits for as long as late ones may take, then it is counted in order of source time: the same samples give the same
 * figures to the last bit, however they are split into messages, live, replayed and after a restart. What comes later makes its
 * interval different, which is counted again from recorded samples when it is over (`late`, `recount`), or is refused.
 */
export class FillStream {
  readonly definition: FillDefinition;
  readonly #waiting: Waiting;
  readonly #judge: Judge;
  #settled: number;
  #clock: number;
  #product: string | null;
  /** What is being made is so since then, or was first seen then; null before the first package. */
  #since: number | null;
  /** The first package that was counted, or since when these rules hold: what was before cannot be counted again. */
  #first: number | null;
  /** Of the latest sample that said what is being made. */
  #productAt: number;
  readonly #stated: Stated;
  /** Intervals that began before are not known from their beginning: nothing is said of them. */
  #begin: number;
  #published: number;
  /** Of the last package that was counted. */
  #last: number;
  #part: Part | null = null;
  readonly #rules: string;
  /** The rules of the open part, where they are no more those of the definition. */
  #outdated: string | null = null;

  constructor(definition: FillDefinition, state?: FillState) {
    const same = state?.tag === definition.tag ? state : undefined;
    this.definition = definition;
    this.#waiting = new Waiting(same?.waiting);
    this.#judge = new Judge(definition.rules, same?.active);
    this.#settled = same?.settled ?? Number.NEGATIVE_INFINITY;
    this.#clock = same?.clock ?? Number.NEGATIVE_INFINITY;
    this.#product = same?.product ?? null;
    this.#since = same?.since ?? null;
    this.#first = same?.first ?? null;
    this.#productAt = same?.productAt ?? Number.NEGATIVE_INFINITY;
    this.#stated = new Stated(same?.stated);
    this.#begin = same?.begin ?? Number.NEGATIVE_INFINITY;
    this.#published = same?.published ?? Number.NEGATIVE_INFINITY;
    this.#last = same?.last ?? Number.NEGATIVE_INFINITY;
    this.#rules = rulesOf(definition);
    if (same?.part) this.#part = { ...same.part, packages: new Packages(same.part.terms.limits, same.part.packages) };
    if (same !== undefined && same.settled !== null && same.rules !== this.#rules) this.#outdate(same.rules, same.settled);
  }

  /** Everything before this instant has been counted; null before the first sample. */
  get settled(): number | null {
    return finite(this.#settled);
  }

  /** The packages of the running interval; null between intervals. */
  get part(): Part | null {
    return this.#part;
  }

  get active(): readonly FillConditionName[] {
    return this.#judge.active;
  }

  /** Samples are known from this instant on, ms: of an interval that began before nothing is said. Only before the first sample. */
  begin(at: number): void {
    if (this.settled === null) this.#begin = at;
  }

  /** Every package from this instant on is known. Only before the first sample. */
  from(at: number): void {
    if (this.settled === null) [this.#since, this.#first] = [at, at];
  }

  /** What was before cannot be counted again. */
  get countedFrom(): number | null {
    return this.#first === null ? null : Math.max(this.#first, this.#stated.keptFrom ?? this.#first);
  }

  get stated(): readonly StatedPart[] {
    return this.#stated.state().parts;
  }

  /** Stretches that late samples make different: another list whenever there is one more. */
  get differing(): readonly Stretch[] {
    return this.#stated.late;
  }

  /** Stretches of stated intervals that late samples make different; they are forgotten where `takes` answers true. See `recount`. */
  late(takes: (stretch: Stretch) => boolean): void {
    this.#stated.hand(this.#settled, takes);
  }

  /** These parts are stated now; returns what was. */
  restated(stretch: Stretch, parts: readonly StatedPart[]): readonly StatedPart[] {
    return this.#stated.replace(stretch, parts);
  }

  /** All samples of until `to`. */
  count(samples: readonly Sample[], to: number): Filled {
    this.#clock = to + this.definition.latenessMs;
    return this.push(samples);
  }

  /** What comes in one message finds its place, whatever its order: sources send tag by tag. Samples of other tags are passed over. */
  push(samples: readonly Sample[], bounds: FillBounds = {}): Filled {
    const out: Out = { samples: [], events: [], conditions: [], rejects: [] };
    for (const sample of samples) {
      const refused = this.#take(sample, bounds);
      if (refused !== null) out.rejects.push(refused);
    }
    this.#settle(out);
    return out;
  }

  state(): FillState {
    const part = this.#part;
    return {
      tag: this.definition.tag,
      rules: this.#outdated ?? this.#rules,
      waiting: this.#waiting.state(),
      settled: finite(this.#settled),
      clock: finite(this.#clock),
      product: this.#product,
      since: this.#since,
      begin: finite(this.#begin),
      first: this.#first,
      productAt: finite(this.#productAt),
      stated: this.#stated.state(),
      published: finite(this.#published),
      last: finite(this.#last),
      part: part === null ? null : { ...part, packages: part.packages.state() },
      active: this.#judge.active,
    };
  }

  #take(sample: Sample, bounds: FillBounds): Reject | null {
    const { latest = Number.POSITIVE_INFINITY } = bounds;
    const { tag, productTag, heartbeat } = this.definition;
    const { timestamp: at } = sample;
    const [isWeight, isProduct] = [sample.tag === tag, sample.tag === productTag];
    if (!isWeight && !isProduct && sample.tag !== heartbeat) return null;
    if (at > latest) return reject("FUTURE_TIMESTAMP", sample, { tag: sample.tag, field: "timestamp" });
    if ((isWeight || isProduct) && at < this.#settled) return this.#takeLate(sample, isProduct, bounds);
    const refused = isWeight
      ? (this.#weightFault(sample) ?? this.#insert(sample, at, 1))
      : isProduct
        ? this.#takeProduct(sample, at)
        : null;
    if (refused === null && at > this.#clock) this.#clock = at;
    return refused;
  }

  #takeProduct(sample: Sample, at: number): Reject | null {
    // A product that cannot be read is still the one that is made.
    if (!USABLE.has(sample.quality) || sample.value === null) return null;
    const refused = this.#insert({ ...sample, value: String(sample.value) }, at, 0);
    if (refused === null) this.#productAt = Math.max(this.#productAt, sample.timestamp);
    return refused;
  }

  #takeLate(sample: Sample, isProduct: boolean, { readTo = Number.NEGATIVE_INFINITY, oldest }: FillBounds): Reject | null {
    const { timestamp: at } = sample;
    if (oldest === undefined && at <= readTo) return null;
    // What is being made may have been said a while ago: it holds from now on, where nothing later is known.
    const newer = isProduct && at > this.#productAt;
    const refused = newer ? this.#takeProduct(sample, this.#settled) : isProduct ? null : this.#weightFault(sample);
    if (refused !== null) return refused;
    const { intervals } = this.definition;
    const first = this.countedFrom;
    // Of what nothing later is known everything was made that has been counted.
    const since = newer && first !== null ? Math.max(at, first) : at;
    const interval = intervals.at(since);
    if (oldest === undefined || since < oldest || first === null || since < first || interval.start < this.#begin)
      return newer || at <= readTo ? null : this.#tooLate(sample);
    const from = Math.max(interval.start, first);
    const last = isProduct ? intervals.at(Math.min(this.#settled, since + PRODUCT_REACH)) : interval;
    // The running one apart: the others are over.
    if (from < last.start) this.#stated.differs(from, last.start);
    this.#stated.differs(Math.max(from, last.start), last.end);
    return null;
  }

  #insert({ tag, value }: Sample, at: number, rank: number): Reject | null {
    const taken = this.#waiting.insert({ at, tag, value, rank });
    return taken === "conflict" ? reject("DUPLICATE_TIMESTAMP", { tag, value, quality: "Good", timestamp: at }, { tag }) : null;
  }

  #weightFault(sample: Sample): Reject | null {
    const { tag, value, quality, unit } = sample;
    const { tagUnit } = this.definition;
    if (!USABLE.has(quality) || value === null) return reject("BAD_QUALITY", sample, { tag, field: "quality" });
    if (typeof value !== "number") return reject("WRONG_TYPE", sample, { tag, field: "value" });
    if (!Number.isFinite(value)) return reject("NOT_FINITE", sample, { tag, field: "value" });
    if (unit === undefined || unit === tagUnit) return null;
    const message = `${tag} is in ${tagUnit}, not in ${JSON.stringify(unit)}. Convert it in a tag map.`;
    return reject("WRONG_UNIT", sample, { tag, field: "unit", message });
  }

  /** Counts what need not wait any longer, in order of time. */
  #settle(out: Out): void {
    const until = this.#clock - this.definition.latenessMs;
    if (!(until > this.#settled)) return;
    if (this.#outdated !== null) this.#end(this.#settled, true, out);
    this.#settled = until;
    for (let reading = this.#waiting.next(until); reading !== undefined; reading = this.#waiting.next(until)) this.#read(reading, out);
    this.#reach(until, out);
  }

  #read(reading: Reading, out: Out): void {
    const { at, rank, value } = reading;
    this.#reach(at, out);
    if (rank === 1) this.#count(reading, out);
    else if (value !== this.#product) {
      this.#end(at, true, out);
      this.#product = value as string;
      if (this.#since !== null) this.#since = Math.max(this.#since, at);
    }
  }

  #count(reading: Reading, out: Out): void {
    const { at } = reading;
    this.#since ??= at;
    this.#first ??= at;
    const part = this.#part ?? this.#opened(at);
    if (typeof part === "string") return void out.rejects.push(refused(reading, "NO_NOMINAL", part));
    const { terms, packages } = part;
    const content = weighed((reading.value as number) * this.definition.factor - terms.tare);
    if (!(content > 0)) {
      const message = `There is no package: its content would be ${content} ${this.definition.unit}, the tare is ${terms.tare}.`;
      return void out.rejects.push(refused(reading, "OUT_OF_RANGE", message));
    }
    packages.add(content);
    this.#part = part;
    this.#last = at;
    if (part.interval.start < this.#begin) return;
    const verdicts = this.#judge.judge(packages, content);
    if (verdicts.length > 0) this.#tell(verdicts, part, at, content, out);
    if (at - this.#published >= PUBLISH_EVERY) this.#publish(part, out);
  }

  #opened(at: number): Part | string {
    const terms = termsOf(this.definition, this.#product);
    if (typeof terms === "string") return terms;
    const interval = this.definition.intervals.at(at);
    const start = Math.max(interval.start, this.#since ?? at);
    return { interval, start, product: this.#product, terms, packages: new Packages(terms.limits) };
  }

  /** Time goes on to `at`. */
  #reach(at: number, out: Out): void {
    if (this.#part !== null && at >= this.#part.interval.end) this.#end(this.#part.interval.end, false, out);
  }

  /** `all`: not only the interval is over, but what is made in it. */
  #end(at: number, all: boolean, out: Out): void {
    const part = this.#part;
    this.#part = null;
    this.#outdated = null;
    if (part !== null && part.interval.start < this.#begin) return;
    this.#tell(this.#judge.close(part?.packages ?? null, all), part, at, null, out);
    if (part === null) return;
    if (this.#published < this.#last) this.#publish(part, out);
    this.#stated.add(part);
    out.events.push(fillWeightEvent(this.definition, part, at));
  }

  #publish(part: Part, out: Out): void {
    this.#published = this.#last;
    out.samples.push(...fillSamples(this.definition, part, this.#last));
  }

  /** `content`: of the package that makes it so; null where an interval or a product ends, `part` too where nothing was made since. */
  #tell(verdicts: readonly Verdict[], part: Part | null, at: number, content: number | null, out: Out): void {
    for (const { name, active } of verdicts)
      out.conditions.push({ name, active, at, product: part?.product ?? this.#product, ...this.#held(name, part?.packages, content) });
  }

  #held(name: FillConditionName, packages: Packages | undefined, content: number | null): Held {
    if (packages === undefined) return { value: null, limit: null, count: 0, packages: 0 };
    const { belowT1Share, belowT2Share } = this.definition.rules;
    const { n, mean, belowT1, belowT2, limits } = packages;
    if (name === "mean") return { value: mean, limit: limits.nominal, count: n, packages: n };
    if (name === "below_t1") return { value: belowT1 / n, limit: belowT1Share, count: belowT1, packages: n };
    if (belowT2Share > 0) return { value: belowT2 / n, limit: belowT2Share, count: belowT2, packages: n };
    return { value: content ?? packages.minimum, limit: limits.t2, count: belowT2, packages: n };
  }

  /** What was counted under other rules ends where it was left, and is not counted again by those of today. */
  #outdate(rules: string, at: number): void {
    this.#outdated = rules;
    if (this.#since !== null) this.#since = at;
    if (this.#first !== null) this.#first = at;
  }

  #tooLate(sample: Sample): Reject {
    const seconds = ((this.#clock - sample.timestamp) / 1000).toFixed(1);
    const message = `It came ${seconds} s after newer ones, when packages had been counted further; the historian keeps it. Let the node wait longer if that happens often.`;
    return reject("ANCIENT_TIMESTAMP", sample, { tag: sample.tag, field: "timestamp", message });
  }
}

function refused({ at, tag, value }: Reading, code: "NO_NOMINAL" | "OUT_OF_RANGE", message: string): Reject {
  return reject(code, { tag, value, quality: "Good", timestamp: at }, { tag, message });
}

function finite(t: number): number | null {
  return Number.isFinite(t) ? t : null;
}
