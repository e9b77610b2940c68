/** The packages of one machine as they come: figures of the running interval, an event per interval, and what somebody is to be told. */
import { type Quality, type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import { type Reading, Waiting } from "../charting/waiting.ts";
import { type FillDefinition, type FillTerms, termsOf } from "./definition.ts";
import { type FillWeightEvent, fillWeightEvent, type Part } from "./event.ts";
import { type FillConditionName, Judge, type Verdict } from "./judge.ts";
import { Packages, type PackagesState } from "./packages.ts";
import { weighed } from "./rules.ts";
import { fillSamples } from "./samples.ts";

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
  /** The historian was read up to this instant: what comes once more of before is passed over when it is settled already. */
  readonly readTo?: number;
}

interface PartState extends Omit<Part, "packages"> {
  readonly packages: PackagesState;
}

export interface FillState {
  readonly tag: string;
  readonly waiting: readonly Reading[];
  readonly settled: number | null;
  readonly clock: number | null;
  readonly product: string | null;
  readonly since: number | null;
  readonly begin: number | null;
  readonly known: boolean;
  readonly published: number | null;
  readonly last: number | null;
  readonly part: PartState | null;
  readonly active: readonly FillConditionName[];
}

/** How often figures of the running interval are published, in data time. */
const PUBLISH_EVERY = 10_000;
const USABLE: ReadonlySet<Quality> = new Set<Quality>(["Good", "Uncertain"]);

type Out = { readonly [K in keyof Filled]: Filled[K][number][] };

/**
 * Every sample waits for as long as late ones may take, then it is counted in order of source time: the same samples give the same
 * figures to the last bit, however they are split into messages, live, replayed and after a restart. A sample that comes later is
 * refused; what has been stated of an interval stays.
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
  /** Somebody has said what is being made. */
  #known: boolean;
  /** Intervals that began before are not known from their beginning: nothing is said of them. */
  #begin: number;
  #published: number;
  /** Of the last package that was counted. */
  #last: number;
  #part: Part | null = null;
  /** The open part was begun under other rules. */
  #outdated = false;

  constructor(definition: FillDefinition, state?: FillState) {
    const same = state?.tag === definition.tag ? state : undefined;
    this.definition = definition;
    this.#waiting = new Waiting(same?.waiting);
    this.#judge = new Judge(definition.rules, same?.active);
    this.#settled = same?.settled ?? Number.NEGATIVE_INFINITY;
    this.#clock = same?.clock ?? Number.NEGATIVE_INFINITY;
    this.#product = same?.product ?? null;
    this.#since = same?.since ?? null;
    this.#known = same?.known ?? false;
    this.#begin = same?.begin ?? Number.NEGATIVE_INFINITY;
    this.#published = same?.published ?? Number.NEGATIVE_INFINITY;
    this.#last = same?.last ?? Number.NEGATIVE_INFINITY;
    if (same?.part) this.#resume(same.part);
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
      waiting: this.#waiting.state(),
      settled: finite(this.#settled),
      clock: finite(this.#clock),
      product: this.#product,
      since: this.#since,
      begin: finite(this.#begin),
      known: this.#known,
      published: finite(this.#published),
      last: finite(this.#last),
      part: part === null ? null : { ...part, packages: part.packages.state() },
      active: this.#judge.active,
    };
  }

  #take(sample: Sample, { latest = Number.POSITIVE_INFINITY, readTo = Number.NEGATIVE_INFINITY }: FillBounds): Reject | null {
    const { tag, productTag, heartbeat } = this.definition;
    const [isWeight, isProduct] = [sample.tag === tag, sample.tag === productTag];
    if (!isWeight && !isProduct && sample.tag !== heartbeat) return null;
    let at = sample.timestamp;
    if (at > latest) return reject("FUTURE_TIMESTAMP", sample, { tag: sample.tag, field: "timestamp" });
    if (isWeight || isProduct) {
      if (at < this.#settled) {
        if (at <= readTo || !isProduct || this.#known) return at <= readTo ? null : this.#tooLate(sample);
        // What is being made may have been said once, long ago: it holds from now on, where nothing else is known.
        at = this.#settled;
      }
      const taken = isWeight ? this.#takeWeight(sample, at) : this.#takeProduct(sample, at);
      if (taken !== null) return taken;
    }
    if (at > this.#clock) this.#clock = at;
    return null;
  }

  #takeProduct(sample: Sample, at: number): Reject | null {
    const { tag, value, quality } = sample;
    // A product that cannot be read is still the one that is made.
    if (!USABLE.has(quality) || value === null) return null;
    if (this.#waiting.insert({ at, tag, value: String(value), rank: 0 }) === "conflict")
      return reject("DUPLICATE_TIMESTAMP", sample, { tag });
    this.#known = true;
    return null;
  }

  #takeWeight(sample: Sample, at: number): Reject | null {
    const { tag, value, quality, unit } = sample;
    const { tagUnit } = this.definition;
    if (!USABLE.has(quality) || value === null) return reject("BAD_QUALITY", sample, { tag, field: "quality" });
    if (typeof value !== "number") return reject("WRONG_TYPE", sample, { tag, field: "value" });
    if (!Number.isFinite(value)) return reject("NOT_FINITE", sample, { tag, field: "value" });
    if (unit !== undefined && unit !== tagUnit) {
      const message = `${tag} is in ${tagUnit}, not in ${JSON.stringify(unit)}. Convert it in a tag map.`;
      return reject("WRONG_UNIT", sample, { tag, field: "unit", message });
    }
    if (this.#waiting.insert({ at, tag, value, rank: 1 }) === "conflict") return reject("DUPLICATE_TIMESTAMP", sample, { tag });
    return null;
  }

  /** Counts what need not wait any longer, in order of time. */
  #settle(out: Out): void {
    const until = this.#clock - this.definition.latenessMs;
    if (!(until > this.#settled)) return;
    if (this.#outdated) this.#end(this.#settled, true, out);
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
      if (this.#since !== null) this.#since = at;
    }
  }

  #count(reading: Reading, out: Out): void {
    const { at } = reading;
    this.#since ??= at;
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
    if (this.#outdated) [this.#outdated, this.#since] = [false, at];
    if (part !== null && part.interval.start < this.#begin) return;
    this.#tell(this.#judge.close(part?.packages ?? null, all), part, at, null, out);
    if (part === null) return;
    if (this.#published < this.#last) this.#publish(part, out);
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

  /** What was counted under other rules, or in intervals of another kind, ends where it was left. */
  #resume({ packages, ...part }: PartState): void {
    this.#part = { ...part, packages: new Packages(part.terms.limits, packages) };
    const terms = termsOf(this.definition, part.product);
    const interval = this.definition.intervals.at(part.start);
    this.#outdated = !sameTerms(part.terms, terms) || interval.start !== part.interval.start || interval.end !== part.interval.end;
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

function sameTerms(a: FillTerms, b: FillTerms | string): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function finite(t: number): number | null {
  return Number.isFinite(t) ? t : null;
}
