/**
 * All alarms of one node behind one stream of samples, rejects and conditions. Order decides, as for an operator: a
 * sample older than the last one of its tag changes nothing any more. Equal order, times included, gives equal events.
 */
import { isSample, type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import { HOLDS, type StateMap, stateOf } from "../state/index.ts";
import type { AlarmCounts, Alarmed, AlarmPlant, AlarmsState } from "./alarms-state.ts";
import { clockIn, clockStates, DataClock } from "./clock.ts";
import { claimsCondition, readCondition } from "./condition-event.ts";
import { type AlarmDefinition, alarmPath } from "./definition.ts";
import { FloodDetector } from "./flood.ts";
import { assetOf, inputsOf, isReject } from "./inputs.ts";
import type { AlarmPoint, Cause } from "./point.ts";
import { AlarmPoints, MOST_RAISED } from "./points.ts";
import { definitionRaised } from "./raised.ts";
import type { AlarmResponse } from "./response.ts";
import { type AlarmStateEvent, isAnnunciation } from "./state-event.ts";
import { isInhibited, isUnacknowledged } from "./states.ts";
import { Succession } from "./succession.ts";
import { faultOf, holds, isUsable } from "./watch.ts";

const NOTHING: Cause = { value: null, tag: null };

export class Alarms {
  readonly #plant: AlarmPlant;
  readonly #points: AlarmPoints;
  readonly #clocks = new Map<string, DataClock>();
  /** By conditions: whoever sends them may live in another time than the machine, e.g. in that of people. */
  readonly #said = new Map<string, DataClock>();
  readonly #tags: Map<string, AlarmsState["tags"][string]>;
  readonly #awaited: Map<string, number>;
  readonly #succession: Succession;
  readonly #rejected: Map<string, number>;
  readonly #flood: FloodDetector;
  #responded: number;
  #rejects: Reject[] = [];

  /** `evidence` names the node; it goes along with every statement. `now`: when this process began to listen. */
  constructor(
    definitions: readonly AlarmDefinition[],
    plant: AlarmPlant,
    evidence: { readonly [key: string]: string },
    from?: AlarmsState,
    now?: number,
  ) {
    this.#plant = plant;
    this.#tags = new Map(Object.entries(from?.tags ?? {}));
    this.#awaited = new Map(Object.entries(from?.awaited ?? {}));
    this.#rejected = new Map(Object.entries(from?.rejected ?? {}));
    this.#flood = new FloodDetector(from?.flood);
    this.#responded = from?.responded ?? 0;
    for (const [asset, clock] of Object.entries(from?.clocks ?? {})) this.#clocks.set(asset, new DataClock(clock, now));
    for (const [asset, clock] of Object.entries(from?.said ?? {})) this.#said.set(asset, new DataClock(clock, now));
    this.#points = new AlarmPoints(definitions, plant, evidence, from);
    this.#succession = new Succession(this.#points, plant, evidence);
  }

  get size(): number {
    return this.#points.size;
  }

  /** Whether it has an alarm of this path: defined here, or raised by another node without a row. */
  has(path: string): boolean {
    return this.#points.get(path) !== undefined;
  }

  /** Whether what is open of it began at `start`. */
  carries(path: string, start: number): boolean {
    return this.#points.get(path)?.current.open?.start === start;
  }

  /** After a start or a change of the definitions: what is defined no more, or watches something else now, ends with the reason. */
  reconcile(now: number): readonly AlarmStateEvent[] {
    return this.#succession.reconcile({ timeOf: (point) => this.#timeOf(point, now) });
  }

  /** Judges values that are known by the limits of the present: once what goes on is known, or it would be annunciated anew. */
  judge(): readonly AlarmStateEvent[] {
    return this.#counted(this.#points.all().flatMap((point) => [...this.#design(point), ...this.#judge(point)]));
  }

  /** Tags that alarms or suppression by design need. */
  get watched(): readonly string[] {
    const suppressing = this.#points.all().flatMap(({ definition: { asset, suppressedIn } }) => (suppressedIn.length > 0 ? [asset] : []));
    return [...new Set([...this.#points.tags, ...suppressing.flatMap((asset) => this.#plant.states.get(asset)?.tag ?? [])])];
  }

  /** Source time up to which every machine was heard that was heard at all; undefined before the first. */
  get edge(): number | undefined {
    // A machine that left the model keeps its clock and is caught up with no more.
    const edges = [...this.#clocks].flatMap(([asset, clock]) => (this.#points.isBound(asset) ? (clock.state()?.edge ?? []) : []));
    return edges.length === 0 ? undefined : Math.min(...edges);
  }

  /** Takes a `payload`: samples, rejects and conditions in any mix. Times after `latest` are refused. */
  push(payload: unknown, now: number, latest = Number.POSITIVE_INFINITY): Alarmed {
    this.#rejects = [];
    const events: AlarmStateEvent[] = [];
    const touched = new Set<string>();
    for (const input of inputsOf(payload)) {
      if (isSample(input)) events.push(...this.#sample(input, now, latest, touched));
      else if (claimsCondition(input)) events.push(...this.#condition(input, now, latest));
      else if (isReject(input)) events.push(...this.#refused(input, now));
      else this.#rejects.push(reject("NOT_A_SAMPLE", input, { field: "payload" }));
    }
    for (const asset of touched) events.push(...this.#elapse(asset, now));
    return { events: this.#counted(events), rejects: this.#rejects };
  }

  /** Time goes on: delays, silence of tags, what was kept quiet until a time. */
  tick(now: number): readonly AlarmStateEvent[] {
    const events = this.#points.assets.flatMap((asset) => this.#elapse(asset, now));
    return this.#counted(events);
  }

  /** What a person did, as the ledger has it. Taken once. */
  respond(response: AlarmResponse): readonly AlarmStateEvent[] {
    if (response.sequence <= this.#responded) return [];
    const point = this.#points.get(response.path);
    if (point === undefined) return [];
    this.#responded = response.sequence;
    return this.#counted(point.respond(response, this.#timeOf(point, response.recorded), this.#points.firstOut(point)));
  }

  /**
   * Compares with the ledger after a start or when another node is gone. `entries`: open statements of this node, and those
   * of others, open or ended, about alarms that are this node's now. What the ledger knows better is taken over, and what is
   * left over from before a kill or from a removed alarm is ended.
   */
  adopt(entries: readonly LedgerEntry[], now: number): readonly AlarmStateEvent[] {
    return this.#succession.adopt(entries, now, { judged: (point, until) => this.#judged(point, until, now) });
  }

  /** Once more what was stated last of each alarm. */
  restate(): readonly AlarmStateEvent[] {
    return this.#points.all().flatMap((point) => point.restate());
  }

  /** The machines' time at `now`. */
  timeAt(now: number): number {
    const times = [...(this.#clocks.size > 0 ? this.#clocks : this.#said).values()].map((clock) => clock.at(now));
    return times.length === 0 ? now : Math.max(...times);
  }

  /** Number of the last response that was taken; those before it are settled. */
  settleResponses(upTo: number): void {
    this.#responded = Math.max(this.#responded, upTo);
  }

  counts(now: number): AlarmCounts {
    let [active, unacknowledged, inhibited] = [0, 0, 0];
    for (const { current } of this.#points.all()) {
      if (isInhibited(current.state)) inhibited += 1;
      else if (current.active) active += 1;
      if (isUnacknowledged(current.state)) unacknowledged += 1;
    }
    const { recent, flood } = this.#flood.at(this.timeAt(now));
    return { active, unacknowledged, inhibited, recent, flood };
  }

  state(): AlarmsState {
    return {
      version: 1,
      ...this.#points.state(),
      clocks: clockStates(this.#clocks),
      said: clockStates(this.#said),
      tags: Object.fromEntries(this.#tags),
      awaited: Object.fromEntries(this.#awaited),
      responded: this.#responded,
      flood: this.#flood.state(),
      rejected: Object.fromEntries(this.#rejected),
    };
  }

  #sample(sample: Sample, now: number, latest: number, touched: Set<string>): AlarmStateEvent[] {
    const { tag, timestamp: time } = sample;
    const points = this.#points.ofTag(tag);
    const asset = assetOf(tag);
    const machine = asset === undefined ? undefined : this.#plant.states.get(asset);
    if (asset === undefined || !this.#points.isBound(asset)) return [];
    if (!Number.isSafeInteger(time)) return this.#refuse("BAD_TIMESTAMP", sample, "timestamp");
    if (time > latest) return this.#refuse("FUTURE_TIMESTAMP", sample, "timestamp");
    clockIn(this.#clocks, asset).hear(time, now);
    touched.add(asset);
    if (points.length === 0 && machine?.tag !== tag) return [];
    const fault = faultOf(points, sample);
    if (fault !== undefined) return this.#refuse(fault.code, sample, fault.field, fault.message);
    const [last, usable] = this.#tags.get(tag) ?? [Number.NEGATIVE_INFINITY, null];
    // Of two of one instant the later one holds, as in the historian.
    if (time < last) return [];
    this.#tags.set(tag, isUsable(sample) ? [time, time, sample.value] : [time, usable]);
    if (isUsable(sample)) this.#awaited.delete(tag);
    else if (usable === null && !this.#awaited.has(tag)) this.#awaited.set(tag, time);
    const events = machine?.tag === tag ? this.#suppress(asset, machine.map, sample) : [];
    for (const point of points) {
      const { source } = point.definition;
      const cause = { value: sample.value, tag };
      if (source.kind === "stale") {
        if (!isUsable(sample)) continue;
        // A silence that ended in this very message was one all the same.
        if (usable !== null && time - usable > source.afterMs)
          events.push(...point.observe(true, usable + source.afterMs, { value: null, tag }, this.#points.firstOut(point)));
        events.push(...point.observe(false, time, cause, this.#points.firstOut(point)));
      } else {
        const map = machine?.tag === tag ? machine.map : undefined;
        events.push(...point.observe(holds(point.definition, sample, point.current.raw, map), time, cause, this.#points.firstOut(point)));
      }
    }
    return events;
  }

  /** The machine's state decides which alarms mean something. */
  #suppress(asset: string, map: StateMap, sample: Sample): AlarmStateEvent[] {
    const state = isUsable(sample) ? stateOf(sample.value, map) : undefined;
    if (state === undefined || state === HOLDS) return [];
    return this.#points.ofAsset(asset).flatMap((point) => {
      const { suppressedIn } = point.definition;
      return suppressedIn.length === 0 ? [] : point.suppress(suppressedIn.includes(state), sample.timestamp, this.#points.firstOut(point));
    });
  }

  #condition(input: unknown, now: number, latest: number): AlarmStateEvent[] {
    const read = readCondition(input);
    if ("problem" in read) return this.#refuse("BAD_EVENT", input, read.field, read.problem);
    const { asset, start: time, data } = read;
    if (!this.#plant.knows(asset))
      return this.#refuse("BAD_EVENT", input, "asset", `The plant model has no equipment ${asset.slice(0, 100)}.`);
    if (time > latest) return this.#refuse("FUTURE_TIMESTAMP", input, "start");
    const path = alarmPath({ asset, alarm: data.alarm });
    const known = this.#points.get(path);
    const owner = known === undefined || this.#points.isRaised(path) ? this.#plant.ownerOf?.(path) : undefined;
    if (owner !== undefined && (owner.defines || known === undefined)) {
      const what = `The alarm ${path} is the alarm of the node ${owner.name}.`;
      this.#refuse("BAD_EVENT", input, "data.alarm", `${what} Wire the condition into that node alone, or give it another name.`);
      return known === undefined ? [] : this.#leave(known, time);
    }
    const point = this.#points.raise(definitionRaised(read), data.active);
    if (point === undefined)
      return this.#refuse("TOO_LARGE", input, "data.alarm", `There are ${MOST_RAISED} alarms of other nodes already.`);
    if (point.definition.source.kind !== "condition")
      return this.#refuse(
        "BAD_EVENT",
        input,
        "data.alarm",
        `The alarm ${point.path} watches something else. Give the condition another name.`,
      );
    clockIn(this.#said, asset).hear(time, now);
    const cause: Cause = {
      value: data.value ?? null,
      tag: data.tag ?? null,
      limit: data.limit ?? null,
      ...(data.unit === undefined ? {} : { unit: data.unit }),
      ...(data.message === undefined ? {} : { message: data.message }),
    };
    const first = this.#points.firstOut(point);
    return data.active ? point.repeat(time, cause, first) : point.observe(false, time, cause, first);
  }

  /** What was raised here without a row is another node's to say from now on. */
  #leave(point: AlarmPoint, time: number): AlarmStateEvent[] {
    this.#points.leave(point);
    return point.end("other-node", time);
  }

  /** Where nothing was heard here, older samples are those that another node has judged. */
  #judged({ path, definition: { asset, source, suppressedIn }, current }: AlarmPoint, until: number, now: number): void {
    const suppressing = suppressedIn.length > 0 ? (this.#plant.states.get(asset)?.tag ?? []) : [];
    for (const tag of ["tag" in source ? source.tag : [], suppressing].flat()) {
      if (this.#tags.has(tag)) continue;
      this.#tags.set(tag, [until, null]);
      this.#awaited.set(tag, until);
    }
    if (source.kind === "rejects" && current.raw && !this.#rejected.has(path)) this.#rejected.set(path, now + source.quietMs);
  }

  /** What keeps it quiet by the definition of the present: a state that is left out of it would hold it down for ever. */
  #design(point: AlarmPoint): AlarmStateEvent[] {
    const { asset, suppressedIn } = point.definition;
    const machine = suppressedIn.length > 0 ? this.#plant.states.get(asset) : undefined;
    const [last, usable, value] = (machine === undefined ? undefined : this.#tags.get(machine.tag)) ?? [0, null];
    const state = machine === undefined || value === undefined || usable !== last ? undefined : stateOf(value, machine.map);
    if (state === HOLDS || (machine !== undefined && state === undefined)) return [];
    const time = this.#clocks.get(asset)?.state()?.edge ?? point.current.since;
    return point.suppress(state !== undefined && suppressedIn.includes(state), time, this.#points.firstOut(point));
  }

  /** Judges the last value of a tag once more, where it was a usable one; the same limit judges it the same. */
  #judge(point: AlarmPoint): AlarmStateEvent[] {
    const { asset, source } = point.definition;
    const [last, usable, value] = ("tag" in source ? this.#tags.get(source.tag) : undefined) ?? [0, null];
    const time = this.#clocks.get(asset)?.state()?.edge;
    if (!("tag" in source) || source.kind === "stale" || time === undefined || value === undefined || usable !== last) return [];
    const machine = this.#plant.states.get(asset);
    const sample: Sample = { tag: source.tag, value, quality: "Good", timestamp: last };
    const held = holds(point.definition, sample, point.current.raw, machine?.tag === source.tag ? machine.map : undefined);
    if (held === point.current.raw) return [];
    return point.observe(held, time, { value, tag: source.tag }, this.#points.firstOut(point));
  }

  /** Refused inputs tell no time that could be trusted: they count when they come. */
  #refused(refused: Reject, now: number): AlarmStateEvent[] {
    const asset = refused.tag === undefined ? undefined : assetOf(refused.tag);
    const own = this.#points.ofAsset(asset ?? "").filter(({ definition }) => definition.source.kind === "rejects");
    const points = own.length > 0 ? own : this.#points.ofAsset(this.#plant.home);
    return points.flatMap((point) => {
      const { source } = point.definition;
      if (source.kind !== "rejects" || (source.codes.length > 0 && !source.codes.includes(refused.code))) return [];
      this.#rejected.set(point.path, now + source.quietMs);
      return point.observe(true, now, { value: refused.code, tag: refused.tag ?? null }, this.#points.firstOut(point));
    });
  }

  #elapse(asset: string, now: number): AlarmStateEvent[] {
    return this.#points.ofAsset(asset).flatMap((point) => {
      const { source } = point.definition;
      const time = source.kind === "rejects" ? now : this.#clock(asset).settledAt(now);
      const first = this.#points.firstOut(point);
      const events: AlarmStateEvent[] = [];
      if (source.kind === "stale") {
        const since = this.#tags.get(source.tag)?.[1] ?? this.#awaited.get(source.tag);
        if (since !== undefined && time - since > source.afterMs && !point.current.raw)
          events.push(...point.observe(true, since + source.afterMs, { value: null, tag: source.tag }, first));
      }
      const quiet = this.#rejected.get(point.path);
      if (quiet !== undefined && now >= quiet) {
        this.#rejected.delete(point.path);
        events.push(...point.observe(false, quiet, NOTHING, first));
      }
      return [...events, ...point.tick(time, first), ...point.due(now, time, first)];
    });
  }

  /** The clock that the alarm lives by. */
  #timeOf({ definition: { asset, source } }: AlarmPoint, now: number): number {
    return source.kind === "rejects" ? now : this.#clock(asset).at(now);
  }

  #clock(asset: string): DataClock {
    return this.#clocks.get(asset) ?? this.#said.get(asset) ?? new DataClock();
  }

  #counted(events: readonly AlarmStateEvent[]): readonly AlarmStateEvent[] {
    for (const { start, revision, data } of events) if (revision === 1 && isAnnunciation(data)) this.#flood.annunciate(start);
    return events;
  }

  #refuse(code: Reject["code"], input: unknown, field: string, message?: string): [] {
    this.#rejects.push(reject(code, input, { field, ...(message === undefined ? {} : { message }) }));
    return [];
  }
}
