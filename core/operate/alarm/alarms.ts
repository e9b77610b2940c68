/**
 * All alarms of one node behind one stream of samples, rejects and conditions. Order decides, as for an operator: a
 * sample older than the last one of its tag changes nothing any more. Equal order, times included, gives equal events.
 */
import { type Reject, reject, REJECT_CODES, type Sample } from "../../connect/sample/index.ts";
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import { parseTag } from "../../connect/tag-id/index.ts";
import { isSample } from "../oee/index.ts";
import { HOLDS, type StateMap, stateOf } from "../state/index.ts";
import { DataClock, type DataClockState } from "./clock.ts";
import { type AlarmConditionEvent, claimsCondition, readCondition } from "./condition-event.ts";
import { type AlarmDefinition, alarmPath } from "./definition.ts";
import { FloodDetector, type FloodState } from "./flood.ts";
import { AlarmPoint, type AlarmPointState, type Cause } from "./point.ts";
import type { AlarmResponse } from "./response.ts";
import { alarmOf, type AlarmStateData, type AlarmStateEvent, isAnnunciation } from "./state-event.ts";
import { isInhibited, isUnacknowledged } from "./states.ts";
import { holds, isUsable } from "./watch.ts";

/** What the plant model says of the machines; asked again after a change of the model by making a new `Alarms`. */
export interface AlarmPlant {
  /** How a machine names its states, and which tag carries them. */
  readonly states: ReadonlyMap<string, { readonly tag: string; readonly map: StateMap }>;
  /** Whether there is such equipment, so that another node may raise an alarm of it. */
  knows(asset: string): boolean;
  /** Where rejects belong that name no tag of a bound machine. */
  readonly home: string;
}

export interface AlarmsState {
  readonly version: 1;
  readonly points: Readonly<Record<string, AlarmPointState>>;
  readonly clocks: Readonly<Record<string, DataClockState>>;
  /** Time of the last sample, and of the last usable one (null before the first), per watched tag. */
  readonly tags: Readonly<Record<string, readonly [last: number, usable: number | null]>>;
  /** Alarms that other nodes have raised without a row of their own. */
  readonly raised: readonly AlarmDefinition[];
  /** Number of the last response in the ledger that was taken. */
  readonly responded: number;
  readonly flood: FloodState;
  /** Until when refused inputs keep an alarm up. */
  readonly rejected: Readonly<Record<string, number>>;
}

export interface Alarmed {
  readonly events: readonly AlarmStateEvent[];
  readonly rejects: readonly Reject[];
}

export interface AlarmCounts {
  /** Alarms whose condition holds and that are not inhibited. */
  readonly active: number;
  readonly unacknowledged: number;
  readonly inhibited: number;
  /** Annunciations in the last 10 min. */
  readonly recent: number;
  readonly flood: boolean;
}

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
  readonly #tags: Map<string, readonly [number, number | null]>;
  readonly #raised: AlarmDefinition[] = [];
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
    for (const definition of definitions) this.#add(definition, from);
    for (const definition of from?.raised ?? []) {
      if (this.#points.has(alarmPath(definition)) || !plant.knows(definition.asset)) continue;
      this.#raised.push(definition);
      this.#add(definition, from);
    }
  }

  get size(): number {
    return this.#points.size;
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
    for (const input of Array.isArray(payload) ? (payload as unknown[]) : [payload]) {
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
      if (closed?.start === start || (open?.start === start && open.revision >= revision)) continue;
      const newest = !entries.some((other) => other.asset === asset && other.start > start);
      if (point !== undefined && newest && start >= (latest ?? start)) {
        point.adopt({ start, revision, data: stated.data });
        continue;
      }
      const end = Math.max(start, since ?? now);
      const data = { ...stated.data, state: state ?? "normal", active: false };
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
    const times = [...this.#clocks.values()].flatMap((clock) => (clock.state() === undefined ? [] : clock.at(now)));
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
    const clocks = [...this.#clocks].flatMap(([asset, clock]) => {
      const state = clock.state();
      return state === undefined ? [] : [[asset, state] as const];
    });
    return {
      version: 1,
      points: Object.fromEntries([...this.#points].map(([path, point]) => [path, point.current])),
      clocks: Object.fromEntries(clocks),
      tags: Object.fromEntries(this.#tags),
      raised: [...this.#raised],
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
    push(this.#byAsset, definition.asset, point);
    if ("tag" in definition.source) push(this.#byTag, definition.source.tag, point);
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
    this.#clock(asset).hear(time, now);
    touched.add(asset);
    if (points.length === 0 && machine?.tag !== tag) return [];
    const [last, usable] = this.#tags.get(tag) ?? [Number.NEGATIVE_INFINITY, null];
    if (time <= last) return [];
    this.#tags.set(tag, [time, isUsable(sample) ? time : usable]);
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
    const point = this.#points.get(alarmPath({ asset, alarm: data.alarm })) ?? this.#raise(read);
    if (point === undefined)
      return this.#refuse("TOO_LARGE", input, "data.alarm", `There are ${MOST_RAISED} alarms of other nodes already.`);
    if (point.definition.source.kind !== "condition")
      return this.#refuse(
        "BAD_EVENT",
        input,
        "data.alarm",
        `The alarm ${point.path} watches something else. Give the condition another name.`,
      );
    this.#clock(asset).hear(time, now);
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
  #known({ asset, alarm, source, priority, class: kind, message, unit, group }: AlarmStateData): AlarmPoint | undefined {
    if (source !== "condition" || !this.#plant.knows(asset) || this.#raised.length >= MOST_RAISED) return undefined;
    const definition: AlarmDefinition = {
      asset,
      alarm,
      source: { kind: "condition" },
      priority,
      class: kind,
      message,
      ...(unit === null ? {} : { unit }),
      onDelayMs: 0,
      offDelayMs: 0,
      latching: false,
      ...(group === null ? {} : { group }),
      suppressedIn: [],
    };
    this.#raised.push(definition);
    return this.#add(definition);
  }

  #raise({ asset, data }: AlarmConditionEvent): AlarmPoint | undefined {
    if (this.#raised.length >= MOST_RAISED) return undefined;
    const definition: AlarmDefinition = {
      asset,
      alarm: data.alarm,
      source: { kind: "condition" },
      priority: data.priority ?? "low",
      class: data.class ?? "process",
      message: data.message ?? data.alarm,
      ...(data.unit === undefined ? {} : { unit: data.unit }),
      onDelayMs: data.on_delay_ms ?? 0,
      offDelayMs: data.off_delay_ms ?? 0,
      latching: data.latching ?? false,
      ...(data.group === undefined ? {} : { group: data.group }),
      suppressedIn: [],
    };
    this.#raised.push(definition);
    return this.#add(definition);
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
      const time = this.#timeOf(point, now);
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
    const known = this.#clocks.get(asset);
    if (known !== undefined) return known;
    const clock = new DataClock();
    this.#clocks.set(asset, clock);
    return clock;
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

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [item]);
  else known.push(item);
}

function assetOf(tag: string): string | undefined {
  const parsed = parseTag(tag);
  return "value" in parsed ? parsed.value.asset : undefined;
}

/** A reject of any node, as it leaves on its reject output. */
function isReject(input: unknown): input is Reject {
  if (typeof input !== "object" || input === null || !Object.hasOwn(input, "code") || !Object.hasOwn(input, "message")) return false;
  const { code, message, tag } = Object.assign(Object.create(null) as Record<string, unknown>, input);
  return (
    typeof code === "string" &&
    Object.hasOwn(REJECT_CODES, code) &&
    typeof message === "string" &&
    (tag === undefined || typeof tag === "string")
  );
}
