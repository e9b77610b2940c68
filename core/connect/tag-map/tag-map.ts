/** The tag map: anything in, samples out. */
import { fingerprint } from "../fingerprint/index.ts";
import { LocalClock } from "../local-time/index.ts";
import type { PlantModel } from "../model/index.ts";
import { type Quality, REJECT_CODES, type Sample, type SampleValue } from "../sample/index.ts";
import { Destinations, EXCLUDED, UNMAPPED, Versions } from "./destinations.ts";
import { type TagLook, tagLook } from "./look.ts";
import { noteRejects } from "./observation.ts";
import { DEFAULT_OPTIONS, type TagMapOptions } from "./options.ts";
import { qualityOf } from "./quality.ts";
import type { SourceReading } from "./reading.ts";
import type { RecentState } from "./recent.ts";
import { badStatus, emptyResult, instant, type MapResult, messageOf, refuse, unmapped } from "./result.ts";
import { type TypedRegister, typedRegisters } from "./registers.ts";
import { Route } from "./route.ts";
import { timeFault } from "./time-fault.ts";
import { type UnmappedAddress, UnmappedAddresses } from "./unmapped.ts";
import { type CompiledRules, compileRules, type MapRule, type RuleProblem } from "./rules.ts";
import { show } from "./show.ts";
import type { ValueRule } from "./value.ts";
import { type Silence, watchTags } from "./watchdog.ts";

export interface TagMapState {
  readonly version: 1;
  readonly tags: Readonly<Record<string, RecentState>>;
}

/** The rules of a tag map are wrong; `problems` names every row and field. */
export class TagMapProblem extends Error {
  override readonly name = "TagMapProblem";
  readonly problems: readonly RuleProblem[];
  constructor(problems: readonly RuleProblem[]) {
    super(problems.map(({ row, field, message }) => (row === 0 ? message : `Row ${row}, ${field}: ${message}`)).join(" "));
    this.problems = problems;
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
const LONGEST_UNIT = 64;
const KEPT_UNMAPPED = 256;

/**
 * Maps readings and samples of any source to canonical samples, one tag map per node.
 *
 * An address is looked for in this order: exact rows, exclusion patterns, addresses of the plant model, pattern rows,
 * expression rows. What an address leads to is remembered, so that the second reading costs one lookup.
 *
 * `null`, and any reading of quality Bad or GoodNoData, becomes a sample with value `null`: a value the source itself
 * does not stand for must not enter a mean. Canonical samples are checked by the same rules and keep their value.
 *
 * const map = new TagMap([{ address: "ns=2;s=T", tag: "acme.galway._raw.t" }], undefined);
 * map.map([{ protocol: "opcua", address: "ns=2;s=T", value: 21.5, received: 1000 }], 1000).samples
 *   → [{ tag: "acme.galway._raw.t", value: 21.5, quality: "Good", timestamp: 1000, received: 1000, source: { … } }]
 *
 * @throws {TagMapProblem} when rules or plant model are wrong.
 */
export class TagMap {
  /** Content hash of rules, options and plant model. */
  readonly revision: string;
  /** Modbus values over several registers that rows and plant model address, for `readings`. */
  readonly registers: ReadonlyMap<string, TypedRegister>;
  readonly #options: TagMapOptions;
  readonly #rules: CompiledRules;
  readonly #destinations: Destinations;
  readonly #clock: LocalClock | undefined;
  #unmapped = new UnmappedAddresses(KEPT_UNMAPPED);

  constructor(rules: readonly MapRule[], model?: PlantModel, options: Partial<TagMapOptions> = {}) {
    this.#options = { ...DEFAULT_OPTIONS, ...options };
    this.revision = fingerprint(JSON.stringify([rules, this.#options, model?.revision ?? ""]));
    const compiled = compileRules(rules, model, this.#options.namespaces);
    if ("problems" in compiled) throw new TagMapProblem(compiled.problems);
    this.#rules = compiled;
    const { clock } = this.#options;
    this.#clock = clock && new LocalClock(clock.zone, clock.repeatedHour);
    this.registers = typedRegisters([...compiled.exact.keys(), ...compiled.model.keys()]);
    this.#destinations = new Destinations(compiled, model, this.#options, this.revision);
  }

  /** True when some readings may need `evaluate`. */
  get hasExpressions(): boolean {
    return this.#rules.expressions.length > 0;
  }

  /** Never throws. `now` is the time of reception for inputs that do not carry one. */
  map(inputs: readonly unknown[], now: number): MapResult {
    const result = emptyResult();
    for (let at = 0; at < inputs.length; at += 1) {
      const input = inputs[at];
      try {
        this.#one(input, now, result);
      } catch (error) {
        // Only hostile inputs get here: getters and proxies that throw.
        refuse(result, "INTERNAL", input, `The input could not be read: ${messageOf(error)}.`);
      }
    }
    noteRejects(result.rejects, now, this.#destinations.tags, this.#unmapped);
    return result;
  }

  /** Maps deferred readings with the expression rows, in order; one call at a time. Never rejects. */
  async evaluate(deferred: readonly SourceReading[], now: number): Promise<MapResult> {
    const result = emptyResult();
    for (const reading of deferred) await this.#evaluate(reading, now, result);
    noteRejects(result.rejects, now, this.#destinations.tags, this.#unmapped);
    return result;
  }

  /**
   * Finds tags that have fallen silent: no live sample for the tag's `expectedEveryMs`, in time of reception, counted
   * from its first sample. One STALE reject per episode. No sample is made at wall-clock time, because data time may
   * lag far behind it; see `staleMarker` for one at data time.
   */
  tick(now: number): Silence {
    return watchTags(this.#destinations.tags.values(), this.#options.staleMarker, now);
  }

  /** How many tags are stale now. */
  get staleTags(): number {
    let count = 0;
    for (const state of this.#destinations.tags.values()) if (state.stale) count += 1;
    return count;
  }

  state(): TagMapState {
    const tags = Object.create(null) as Record<string, RecentState>;
    for (const state of this.#destinations.tags.values()) if (Number.isFinite(state.recent.newest)) tags[state.tag] = state.recent.state();
    return { version: 1, tags };
  }

  /** Takes back a `state()`, also of other rules: what is remembered belongs to tags, not to rows. */
  restore(state: TagMapState): void {
    for (const [tag, recent] of Object.entries(state.tags)) this.#destinations.stateOf(tag)?.recent.restore(recent);
  }

  /** What is known of each tag that has been asked for or seen, for people who look; nothing is computed before. */
  looks(): readonly TagLook[] {
    const sources = this.#destinations.sources();
    return [...this.#destinations.tags.values()].map((state) => tagLook(state, sources.get(state.tag) ?? []));
  }

  /** Addresses that nothing maps, most frequent first. */
  unmapped(): readonly UnmappedAddress[] {
    return this.#unmapped.list();
  }

  /** Takes over what the tag map before this one has observed; `restore` is for what survives a restart. */
  continueFrom(before: TagMap): void {
    this.#unmapped = before.#unmapped;
    for (const { tag, observed, lastLive, stale } of before.#destinations.tags.values()) {
      const state = this.#destinations.stateOf(tag);
      if (state !== undefined) Object.assign(state, { observed, lastLive, stale });
    }
  }

  #one(input: unknown, now: number, result: MapResult): void {
    if (typeof input !== "object" || input === null)
      return refuse(result, "NOT_A_SAMPLE", input, `The input is ${show(input)}, not an object.`);
    if (Object.hasOwn(input, "__proto__") || Object.hasOwn(input, "constructor") || Object.hasOwn(input, "prototype")) {
      return refuse(result, "FORBIDDEN_KEY", input, REJECT_CODES.FORBIDDEN_KEY);
    }
    if (!Object.hasOwn(input, "value")) return refuse(result, "NOT_A_SAMPLE", input, 'The input has no "value".', "value");
    if (Object.hasOwn(input, "tag")) this.#sample(input as Sample, now, result);
    else if (Object.hasOwn(input, "address")) this.#reading(input as SourceReading, now, result);
    else refuse(result, "NOT_A_SAMPLE", input, 'The input has neither "tag" nor "address".');
  }

  /** A canonical sample passes as it is, if all of it is as the contract says. */
  #sample(sample: Sample, now: number, result: MapResult): void {
    const { tag, value, quality, timestamp, unit, status, received = now } = sample;
    if (typeof tag !== "string") return refuse(result, "NOT_A_SAMPLE", sample, `The tag is ${show(tag)}, not text.`, "tag");
    const route = this.#destinations.ofTag(tag);
    if (!(route instanceof Route)) return void result.rejects.push({ ...route, input: sample });
    if (quality !== "Good" && quality !== "Uncertain" && quality !== "Bad" && quality !== "GoodNoData") {
      return refuse(
        result,
        "NOT_A_SAMPLE",
        sample,
        `The quality is ${show(quality)}; use Good, Uncertain, Bad or GoodNoData.`,
        "quality",
        tag,
      );
    }
    if (status !== undefined && !Number.isFinite(status)) return badStatus(sample, status, tag, result);
    const fault = timeFault(timestamp, received, now, this.#options);
    if (fault !== undefined) return refuse(result, fault.code, sample, fault.message, fault.field, tag);
    if (value === null) {
      if (quality === "Good" || quality === "Uncertain") {
        return refuse(
          result,
          "NOT_A_SAMPLE",
          sample,
          `A sample without value cannot be ${quality}; null goes with Bad or GoodNoData.`,
          "value",
          tag,
        );
      }
      if (!this.#unitIsText(unit, sample, tag, result)) return;
      return this.#admit(sample, route, timestamp, null, quality, sample, received, result);
    }
    const rule = this.#ruleOf(route, unit, sample, result);
    if (rule === undefined) return;
    const converted = rule.convert(value);
    if (converted === undefined) return refuse(result, rule.code, sample, rule.message, "value", tag);
    let trusted: Quality = quality;
    if (rule.outside && (quality === "Good" || quality === "Uncertain")) {
      if (this.#options.outOfRange === "reject") return this.#outside(rule, converted, sample, tag, result);
      trusted = "Uncertain";
    }
    const target = route.unit ?? unit;
    const same = converted === value && trusted === quality && target === unit;
    const out = same ? sample : { ...sample, value: converted, quality: trusted, ...(target === undefined ? {} : { unit: target }) };
    this.#admit(sample, route, timestamp, converted, trusted, out, received, result);
  }

  #reading(reading: SourceReading, now: number, result: MapResult): void {
    const { protocol, address } = reading;
    if (typeof protocol !== "string" || typeof address !== "string") {
      return refuse(
        result,
        "NOT_A_SAMPLE",
        reading,
        "Protocol and address must be text.",
        typeof address === "string" ? "protocol" : "address",
      );
    }
    if (address.length > this.#options.longestAddress || protocol.length > LONGEST_UNIT) {
      return refuse(
        result,
        "TOO_LARGE",
        reading,
        `The address has ${address.length} characters; at most ${this.#options.longestAddress} are allowed.`,
        "address",
      );
    }
    const destination = this.#destinations.of(protocol, address);
    if (destination instanceof Route)
      return this.#convert(reading, destination, reading.value, reading.unit, reading.sourceTimestamp, now, result);
    if (destination instanceof Versions) {
      for (const route of destination.routes)
        this.#convert(reading, route, reading.value, reading.unit, reading.sourceTimestamp, now, result);
    } else if (destination === EXCLUDED) result.excluded += 1;
    else if (destination !== UNMAPPED) result.rejects.push({ ...destination, input: reading });
    else if (this.#rules.expressions.length > 0) result.deferred.push(reading);
    else unmapped(reading, result);
  }

  #convert(
    reading: SourceReading,
    route: Route,
    raw: unknown,
    unit: string | undefined,
    sourceTimestamp: number | undefined,
    now: number,
    result: MapResult,
  ): void {
    const { tag, definition } = route.state;
    const received = reading.received ?? now;
    const instant = sourceTimestamp === undefined ? undefined : this.#instantOf(reading, sourceTimestamp, route, received);
    if (typeof instant === "string") return refuse(result, "BAD_TIMESTAMP", reading, instant, "sourceTimestamp", tag);
    const timestamp = instant ?? reading.serverTimestamp ?? received;
    const fault = timeFault(timestamp, received, now, this.#options);
    if (fault !== undefined) return refuse(result, fault.code, reading, fault.message, fault.field, tag);
    const { status } = reading;
    if (status !== undefined && !Number.isFinite(status)) return badStatus(reading, status, tag, result);
    let quality = qualityOf(reading.quality, status, reading.protocol);
    let value: SampleValue = null;
    if (raw === null || raw === undefined) {
      if (quality !== "GoodNoData") quality = "Bad";
    } else if (quality !== "Bad" && quality !== "GoodNoData") {
      const rule = this.#ruleOf(route, unit, reading, result);
      if (rule === undefined) return;
      const converted = rule.convert(raw);
      if (converted === undefined) return refuse(result, rule.code, reading, rule.message, "value", tag);
      if (rule.outside) {
        if (this.#options.outOfRange === "reject") return this.#outside(rule, converted, reading, tag, result);
        quality = "Uncertain";
      }
      value = converted;
    }
    const sample: Writable<Sample> = { tag, value, quality, timestamp, received, source: route.source };
    if (status !== undefined) sample.status = status;
    const target = route.unit ?? (typeof unit === "string" && unit.length <= LONGEST_UNIT ? unit : undefined);
    if (target !== undefined) sample.unit = target;
    if (definition?.type === "int64" || (typeof value === "string" && typeof raw === "bigint")) sample.type = "int64";
    if (reading.historical === true) sample.historical = true;
    this.#admit(reading, route, timestamp, value, quality, sample, received, result);
  }

  /** The source time in UTC, or why what the source's clock shows is none. */
  #instantOf({ zoneless, historical }: SourceReading, shown: number, { state }: Route, received: number): number | string {
    const local = zoneless === true || this.#options.clock?.local === "all";
    if (!local || !Number.isFinite(shown)) return shown;
    if (this.#clock === undefined) return "The source time has no zone. Name the zone of the source's clock in the tag map.";
    return this.#clock.instantOf(shown, { received: historical === true ? undefined : received, newest: state.recent.newest });
  }

  #admit(
    input: unknown,
    route: Route,
    timestamp: number,
    value: SampleValue,
    quality: Quality,
    sample: Sample,
    received: number,
    result: MapResult,
  ): void {
    const { state } = route;
    const verdict = state.recent.admit(timestamp, value, quality);
    if (verdict === "duplicate") result.duplicates += 1;
    else if (verdict === "contradiction") {
      refuse(
        result,
        "DUPLICATE_TIMESTAMP",
        input,
        `Another value of ${state.tag} is already recorded at ${instant(timestamp)}.`,
        "timestamp",
        state.tag,
      );
    } else {
      if (sample.historical !== true) {
        state.lastLive = received;
        state.stale = false;
      }
      result.samples.push(sample);
    }
  }

  #unitIsText(unit: unknown, input: unknown, tag: string, result: MapResult): unit is string | undefined {
    if (unit === undefined || (typeof unit === "string" && unit.length <= LONGEST_UNIT)) return true;
    refuse(result, "WRONG_UNIT", input, `The unit is ${show(unit)}; send a UCUM code such as "g" or "Cel".`, "unit", tag);
    return false;
  }

  #ruleOf(route: Route, unit: unknown, input: unknown, result: MapResult): ValueRule | undefined {
    const { tag } = route.state;
    if (!this.#unitIsText(unit, input, tag, result)) return undefined;
    const rule = route.ruleFor(unit);
    if (rule === undefined)
      refuse(result, "WRONG_UNIT", input, `The unit ${show(unit)} cannot be converted to ${show(route.unit)}.`, "unit", tag);
    return rule;
  }

  #outside(rule: ValueRule, value: SampleValue, input: unknown, tag: string, result: MapResult): void {
    refuse(result, "OUT_OF_RANGE", input, `The value ${show(value)} of ${tag} must be ${rule.range()}.`, "value", tag);
  }

  async #evaluate(reading: SourceReading, now: number, result: MapResult): Promise<void> {
    for (const { rule, expression } of this.#rules.expressions) {
      if (rule.protocol !== "" && rule.protocol !== reading.protocol) continue;
      try {
        const answer = await expression.evaluate(reading);
        if (answer === undefined) continue;
        const route = this.#destinations.route(answer.tag, reading.protocol, reading.address, rule);
        if (!(route instanceof Route)) return void result.rejects.push({ ...route, input: reading });
        const raw = "value" in answer ? answer.value : reading.value;
        return this.#convert(
          reading,
          route,
          raw,
          answer.unit ?? reading.unit,
          answer.sourceTimestamp ?? reading.sourceTimestamp,
          now,
          result,
        );
      } catch (error) {
        return refuse(result, "EXPRESSION_FAILED", reading, `Row ${rule.row}: ${messageOf(error)}`, "address");
      }
    }
    unmapped(reading, result);
  }
}
