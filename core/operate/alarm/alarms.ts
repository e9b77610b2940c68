/**
 * All alarms of one node behind one stream of samples, rejects and conditions. Order decides, as for an operator: a
 * sample older than the last one of its tag changes nothing any more. Equal order, times included, gives equal events.
 */
import { type Reject, reject, type Sample } from "../../connect/sample/index.ts";
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import { isSample } from "../oee/index.ts";
import { HOLDS, type StateMap, stateOf } from "../state/index.ts";
import type { AlarmCounts, Alarmed, AlarmPlant, AlarmsState } from "./alarms-state.ts";
import { clockIn, clockStates, DataClock } from "./clock.ts";
import { claimsCondition, readCondition } from "./condition-event.ts";
import { type AlarmDefinition, alarmPath } from "./definition.ts";
import { FloodDetector } from "./flood.ts";
import { assetOf, inputsOf, isReject, listUnder } from "./inputs.ts";
import { AlarmPoint, type Cause } from "./point.ts";
import { definitionRaised, definitionStated } from "./raised.ts";
import type { AlarmResponse } from "./response.ts";
import { alarmOf, type AlarmStateData, type AlarmStateEvent, isAnnunciation } from "./state-event.ts";
import { isInhibited, isUnacknowledged } from "./states.ts";
import { holds, isUsable } from "./watch.ts";

/** Alarms that other nodes may raise without a row. */
const MOST_RAISED = 2_000;
const NOTHING: Cause = { value: null, tag: null };

export class Alarms {
  readonly #plant: AlarmPlant;
  readonly #evidence: { readonly [key: string]: string };
  readonly #points = new Map<string, AlarmPoint>();
  readonly #byTag = new Map<string, AlarmPoint[]>();
  readonly #byAsset = new Map<string, AlarmPoint[]>();
  readonly #clocks = new Map<string, DataClock>();
  /** By conditions: whoever sends them may live in another time than the machine, e.g. in that of people. */
  readonly #said = new Map<string, DataClock>();
  readonly #tags: Map<string, AlarmsState["tags"][string]>;
  /** By path. */
  readonly #raised = new Map<string, AlarmDefinition>();
  /** What a saved state has and no definition has any more. */
  readonly #leftover: AlarmPoint[] = [];
  /** Statements that `reconcile` has ended, by path and start. */
  readonly #ended = new Set<string>();
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
    this.#evidence = evidence;
    this.#tags = new Map(Object.entries(from?.tags ?? {}));
    this.#rejected = new Map(Object.entries(from?.rejected ?? {}));
    this.#flood = new FloodDetector(from?.flood);
    this.#responded = from?.responded ?? 0;
    for (const [asset, clock] of Object.entries(from?.clocks ?? {})) this.#clocks.set(asset, new DataClock(clock, now));
    for (const [asset, clock] of Object.entries(from?.said ?? {})) this.#said.set(asset, new DataClock(clock, now));
    for (const definition of definitions) this.#add(definition, from);
    for (const definition of from?.raised ?? []) {
      if (this.#points.has(alarmPath(definition)) || !plant.knows(definition.asset)) continue;
      this.#raised.set(alarmPath(definition), definition);
      this.#add(definition, from);
    }
    for (const [path, saved] of Object.entries(from?.points ?? {})) {
      if (this.#points.has(path) || saved.open === null) continue;
      this.#leftover.push(new AlarmPoint(definitionStated(saved.open.data), evidence, saved));
    }
  }

  get size(): number {
    return this.#points.size;
  }

  /** Whether it has an alarm of this path: defined here, or raised by another node without a row. */
  has(path: string): boolean {
    return this.#points.has(path);
  }

  /** Whether what is open of it began at `start`. */
  carries(path: string, start: number): boolean {
    return this.#points.get(path)?.current.open?.start === start;
  }

  /**
   * After a start or a change of the definitions: what is defined no more, or watches something else now, ends with the
   * reason; values that are known are judged by the limits of the present.
   */
  reconcile(now: number): readonly AlarmStateEvent[] {
    const gone = this.#leftover.splice(0).flatMap((point) => {
      const because = this.#plant.ownerOf?.(point.path)?.defines === true ? "other-node" : "definition-removed";
      return point.end(because, this.#timeOf(point, now));
    });
    const points = [...this.#points.values()];
    const changed = points.flatMap((point) => (point.isChanged ? point.end("definition-changed", this.#timeOf(point, now)) : []));
    for (const { asset, start } of [...gone, ...changed]) this.#ended.add(`${asset} ${start}`);
    return this.#counted([...gone, ...changed, ...points.flatMap((point) => this.#judge(point))]);
  }

  /** Tags that alarms or suppression by design need. */
  get watched(): readonly string[] {
    const suppressing = [...this.#byAsset].filter(([, points]) => points.some(({ definition }) => definition.suppressedIn.length > 0));
    return [...new Set([...this.#byTag.keys(), ...suppressing.flatMap(([asset]) => this.#plant.states.get(asset)?.tag ?? [])])];
  }

  /** Source time up to which every machine was heard that was heard at all; undefined before the first. */
  get edge(): number | undefined {
    // A machine that left the model keeps its clock and is caught up with no more.
    const edges = [...this.#clocks].flatMap(([asset, clock]) => (this.#byAsset.has(asset) ? (clock.state()?.edge ?? []) : []));
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

  /** Time goes on: delays, silence of tags, shelving. */
  tick(now: number): readonly AlarmStateEvent[] {
    const events = [...this.#byAsset.keys()].flatMap((asset) => this.#elapse(asset, now));
    return this.#counted(events);
  }

  /** What a person did, as the ledger has it. Taken once. */
  respond(response: AlarmResponse): readonly AlarmStateEvent[] {
    if (response.sequence <= this.#responded) return [];
    const point = this.#points.get(response.path);
    if (point === undefined) return [];
    this.#responded = response.sequence;
    return this.#counted(point.respond(response, this.#timeOf(point, response.recorded), this.#firstOut(point)));
  }

  /**
   * Compares with the ledger after a start: `entries` are the open statements of this node. What the ledger knows better
   * is taken over, and what is left over from before a kill or from a removed alarm is ended.
   */
  adopt(entries: readonly LedgerEntry[], now: number): readonly AlarmStateEvent[] {
    const ended: AlarmStateEvent[] = [];
    for (const entry of entries.toSorted((a, b) => a.start - b.start)) {
      const stated = alarmOf(entry);
      if (stated === undefined || stated.end !== null) continue;
      const { kind, asset, start, revision } = entry;
      const point = this.#points.get(asset) ?? this.#known(stated.data);
      const { open, closed, latest, since, state } = point?.current ?? {};
      if (this.#ended.has(`${asset} ${start}`) || closed?.start === start || (open?.start === start && open.revision >= revision)) continue;
      const newest = !entries.some((other) => other.asset === asset && other.start > start);
      if (point !== undefined && newest && start >= (latest ?? start)) {
        point.adopt({ start, revision, data: stated.data });
        if (point.isChanged) ended.push(...point.end("definition-changed", now));
        continue;
      }
      const end = Math.max(start, since ?? now);
      const because = point === undefined ? { ended_because: "definition-removed" as const } : {};
      const data = { ...stated.data, state: state ?? "normal", active: false, ...because };
      ended.push({ kind, asset, start, end, revision: revision + 1, data, evidence: this.#evidence });
    }
    return ended;
  }

  /** Once more what was stated last of each alarm. */
  restate(): readonly AlarmStateEvent[] {
    return [...this.#points.values()].flatMap((point) => point.restate());
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
    for (const { current } of this.#points.values()) {
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
      points: Object.fromEntries([...this.#points].map(([path, point]) => [path, point.current])),
      clocks: clockStates(this.#clocks),
      said: clockStates(this.#said),
      tags: Object.fromEntries(this.#tags),
      raised: [...this.#raised.values()],
      responded: this.#responded,
      flood: this.#flood.state(),
      rejected: Object.fromEntries(this.#rejected),
    };
  }

  #add(definition: AlarmDefinition, from?: AlarmsState): AlarmPoint {
    const path = alarmPath(definition);
    const saved = from !== undefined && Object.hasOwn(from.points, path) ? from.points[path] : undefined;
    const point = new AlarmPoint(definition, this.#evidence, saved);
    this.#points.set(path, point);
    listUnder(this.#byAsset, definition.asset, point);
    if ("tag" in definition.source) listUnder(this.#byTag, definition.source.tag, point);
    return point;
  }

  #sample(sample: Sample, now: number, latest: number, touched: Set<string>): AlarmStateEvent[] {
    const { tag, timestamp: time } = sample;
    const points = this.#byTag.get(tag) ?? [];
    const asset = assetOf(tag);
    const machine = asset === undefined ? undefined : this.#plant.states.get(asset);
    if (asset === undefined || !this.#byAsset.has(asset)) return [];
    if (!Number.isSafeInteger(time)) return this.#refuse("BAD_TIMESTAMP", sample, "timestamp");
    if (time > latest) return this.#refuse("FUTURE_TIMESTAMP", sample, "timestamp");
    clockIn(this.#clocks, asset).hear(time, now);
    touched.add(asset);
    if (points.length === 0 && machine?.tag !== tag) return [];
    const [last, usable] = this.#tags.get(tag) ?? [Number.NEGATIVE_INFINITY, null];
    // Of two of one instant the later one holds, as in the historian.
    if (time < last) return [];
    this.#tags.set(tag, isUsable(sample) ? [time, time, sample.value] : [time, usable]);
    const events = machine?.tag === tag ? this.#suppress(asset, machine.map, sample) : [];
    for (const point of points) {
      const { source } = point.definition;
      const cause = { value: sample.value, tag };
      if (source.kind === "stale") {
        if (!isUsable(sample)) continue;
        // A silence that ended in this very message was one all the same.
        if (usable !== null && time - usable > source.afterMs)
          events.push(...point.observe(true, usable + source.afterMs, { value: null, tag }, this.#firstOut(point)));
        events.push(...point.observe(false, time, cause, this.#firstOut(point)));
      } else {
        const map = machine?.tag === tag ? machine.map : undefined;
        events.push(...point.observe(holds(point.definition, sample, point.current.raw, map), time, cause, this.#firstOut(point)));
      }
    }
    return events;
  }

  /** The machine's state decides which alarms mean something. */
  #suppress(asset: string, map: StateMap, sample: Sample): AlarmStateEvent[] {
    const state = isUsable(sample) ? stateOf(sample.value, map) : undefined;
    if (state === undefined || state === HOLDS) return [];
    return (this.#byAsset.get(asset) ?? []).flatMap((point) => {
      const { suppressedIn } = point.definition;
      return suppressedIn.length === 0 ? [] : point.suppress(suppressedIn.includes(state), sample.timestamp, this.#firstOut(point));
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
    const owner = known === undefined || this.#raised.has(path) ? this.#plant.ownerOf?.(path) : undefined;
    if (owner !== undefined && (owner.defines || known === undefined)) {
      const what = `The alarm ${path} is the alarm of the node ${owner.name}.`;
      this.#refuse("BAD_EVENT", input, "data.alarm", `${what} Wire the condition into that node alone, or give it another name.`);
      return known === undefined ? [] : this.#leave(known, time);
    }
    const point = known ?? this.#raise(definitionRaised(read));
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
      ...(data.message === undefined ? {} : { message: data.message }),
    };
    const first = this.#firstOut(point);
    return data.active ? point.repeat(time, cause, first) : point.observe(false, time, cause, first);
  }

  /** What another node raised shortly before a kill is in the ledger and in no snapshot. */
  #known(stated: AlarmStateData): AlarmPoint | undefined {
    if (stated.source !== "condition" || !this.#plant.knows(stated.asset)) return undefined;
    return this.#raise(definitionStated(stated));
  }

  #raise(definition: AlarmDefinition): AlarmPoint | undefined {
    if (this.#raised.size >= MOST_RAISED) return undefined;
    this.#raised.set(alarmPath(definition), definition);
    return this.#add(definition);
  }

  /** What was raised here without a row is another node's to say from now on. */
  #leave(point: AlarmPoint, time: number): AlarmStateEvent[] {
    this.#raised.delete(point.path);
    this.#points.delete(point.path);
    const others = (this.#byAsset.get(point.definition.asset) ?? []).filter((other) => other !== point);
    this.#byAsset.set(point.definition.asset, others);
    return point.end("other-node", time);
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
    return point.observe(held, time, { value, tag: source.tag }, this.#firstOut(point));
  }

  /** Refused inputs tell no time that could be trusted: they count when they come. */
  #refused(refused: Reject, now: number): AlarmStateEvent[] {
    const asset = refused.tag === undefined ? undefined : assetOf(refused.tag);
    const own = (this.#byAsset.get(asset ?? "") ?? []).filter(({ definition }) => definition.source.kind === "rejects");
    const points = own.length > 0 ? own : (this.#byAsset.get(this.#plant.home) ?? []);
    return points.flatMap((point) => {
      const { source } = point.definition;
      if (source.kind !== "rejects" || (source.codes.length > 0 && !source.codes.includes(refused.code))) return [];
      this.#rejected.set(point.path, now + source.quietMs);
      return point.observe(true, now, { value: refused.code, tag: refused.tag ?? null }, this.#firstOut(point));
    });
  }

  #elapse(asset: string, now: number): AlarmStateEvent[] {
    return (this.#byAsset.get(asset) ?? []).flatMap((point) => {
      const { source } = point.definition;
      const time = source.kind === "rejects" ? now : this.#clock(asset).settledAt(now);
      const first = this.#firstOut(point);
      const events: AlarmStateEvent[] = [];
      if (source.kind === "stale") {
        const usable = this.#tags.get(source.tag)?.[1] ?? null;
        if (usable !== null && time - usable > source.afterMs && !point.current.raw)
          events.push(...point.observe(true, usable + source.afterMs, { value: null, tag: source.tag }, first));
      }
      const quiet = this.#rejected.get(point.path);
      if (quiet !== undefined && now >= quiet) {
        this.#rejected.delete(point.path);
        events.push(...point.observe(false, quiet, NOTHING, first));
      }
      return [...events, ...point.tick(time, first), ...point.unshelveDue(now, time, first)];
    });
  }

  /** The clock that the alarm lives by. */
  #timeOf({ definition: { asset, source } }: AlarmPoint, now: number): number {
    return source.kind === "rejects" ? now : this.#clock(asset).at(now);
  }

  #clock(asset: string): DataClock {
    return this.#clocks.get(asset) ?? this.#said.get(asset) ?? new DataClock();
  }

  #firstOut(point: AlarmPoint): () => boolean {
    const { asset, group } = point.definition;
    return () =>
      !(this.#byAsset.get(asset) ?? []).some((other) => other !== point && other.definition.group === group && other.current.active);
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
