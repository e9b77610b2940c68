/** One PackML machine of the line: takes bottles from the buffer before it, works on them, hands them on, and fails now and then. */
import { Meter } from "./meter.ts";
import { CHANGEOVER, BLOCKED, Mode, NEXT, ORDER_DONE, RUNNING, STARVED, State, type StopCause, TRANSIENT_MS } from "./packml.ts";
import type { Random } from "./random.ts";
import type { StationProfile } from "./profiles.ts";
import { Status, type TagValue, assetOf } from "./tags.ts";
import type { Truth } from "./truth.ts";
import type { Recipe, Works } from "./works.ts";

export interface Bottle {
  /** True net content in grams. */
  weight: number;
  /** Reject reason of the pusher's list; 0 while nothing is wrong with it. */
  reason: number;
}

/** What a machine sees of the line around it. */
export interface Surroundings {
  readonly truth: Truth;
  readonly recipe: Recipe;
  readonly rolloverAt: number;
  /** Whether people are at the line; the machine asks before it starts itself. */
  readonly working: boolean;
  publish(nodeId: string, value: TagValue, timestamp: number, status: number): void;
  /** The next bottle of the order for the infeed; false when the order is complete. */
  supply(): boolean;
  /** A machine has worked off the order. */
  completed(time: number): void;
  /** A bottle has left the last machine. */
  left(bottle: Bottle): void;
}

/** A machine waits this long for a bottle or for room before it calls itself suspended, ms. */
const PATIENCE_MS = 2000;
const SCAN_MS = 2000;
const HEARTBEAT_MS = 5000;

export class Machine {
  upstream: Machine | null = null;
  downstream: Machine | null = null;
  state: State = State.Stopped;
  mode: Mode = Mode.Production;
  /** Has worked off the present order. */
  finished = false;

  /** When something is due here next, ms; Infinity for never. */
  cycleDue = Infinity;
  stateDue = Infinity;
  commandDue = Infinity;
  scanDue: number;
  heartbeatDue: number;

  readonly #profile: StationProfile;
  readonly #around: Surroundings;
  readonly #random: Random;
  readonly #works: Works;
  readonly #meter: Meter;
  readonly #asset: string;
  readonly #published = new Map<string, TagValue>();
  readonly #waiting: Bottle[] = [];

  #bottle: Bottle | null = null;
  #done = false;
  #cause: StopCause = RUNNING;
  #fault: { readonly cause: StopCause; readonly ms: number } | null = null;
  #processed = 0;
  #defective = 0;
  #heartbeat = 0;
  /** Asset that kept this machine from working before it came into its present state. */
  #hindered: string;

  constructor(
    profile: StationProfile,
    around: Surroundings,
    random: Random,
    { works, meter }: { readonly works: Works; readonly meter: Meter },
    start: number,
    index: number,
  ) {
    this.#profile = profile;
    this.#around = around;
    this.#random = random;
    this.#works = works;
    this.#meter = meter;
    this.#asset = assetOf(profile.station);
    this.#hindered = this.#asset;
    this.scanDue = start + index * 137 + 211;
    this.heartbeatDue = start + index * 311 + 503;
  }

  get asset(): string {
    return this.#asset;
  }

  get nextDue(): number {
    return Math.min(this.cycleDue, this.stateDue, this.commandDue, this.scanDue, this.heartbeatDue);
  }

  /** Publishes every tag once; the beginning of the record. */
  begin(time: number): void {
    this.#cause = { code: 9, text: "Before start" };
    this.#heartbeat = 1;
    this.#publish("Heartbeat", 1, time);
    this.#publishCounts(time);
    this.#enter(State.Stopped, time);
    this.#publishValues(time);
    this.#publishProcess(time);
    this.#publishEnergy(time);
  }

  /** Does the one thing that is due at `time`, in a fixed order so that the same seed gives the same stream. */
  step(time: number): void {
    if (this.cycleDue === time) this.#finishCycle(time);
    else if (this.stateDue === time) this.#advance(time);
    else if (this.commandDue === time) this.#obey(time);
    else if (this.scanDue === time) this.#scan(time);
    else this.#beat(time);
  }

  /** People come or go: each machine follows after the moment its operator needs. */
  callOperator(time: number): void {
    this.commandDue = time + 500 + Math.floor(this.#random.between(0, 8000));
  }

  beginChangeover(time: number): void {
    this.mode = Mode.Changeover;
    this.#cause = CHANGEOVER;
    this.#enter(State.Resetting, time);
  }

  endChangeover(time: number): void {
    this.#publishCounts(time);
    this.mode = Mode.Production;
    this.finished = false;
    this.#works.prepare(this.#around.recipe);
    this.#cause = RUNNING;
    this.#enter(State.Idle, time);
    this.callOperator(time);
  }

  /** The truth about who keeps this machine from working at this instant; null while it works. */
  get hinderedBy(): string | null {
    const waits = this.state === State.Execute ? this.stateDue !== Infinity : this.#waitsForOthers;
    if (this.state === State.Execute && !waits) return null;
    const other = !waits ? null : this.#bottle ? this.downstream : this.upstream;
    // A neighbour that works again has not yet made up for what kept it before.
    return other === null ? this.#asset : (other.hinderedBy ?? other.#hindered);
  }

  get #waitsForOthers(): boolean {
    const { Suspending, Suspended, Unsuspending } = State;
    return this.state === Suspending || this.state === Suspended || this.state === Unsuspending;
  }

  get hasRoom(): boolean {
    return this.#waiting.length < this.#profile.buffer;
  }

  /** A bottle arrives in the buffer before this machine. */
  accept(bottle: Bottle, time: number): void {
    this.#waiting.push(bottle);
    if (this.state === State.Execute && !this.#bottle) this.#take(time);
    else this.#reconsider(time);
  }

  #advance(time: number): void {
    this.stateDue = Infinity;
    if (this.state === State.Execute) return this.#suspend(time);
    const next = NEXT[this.state];
    if (next === undefined) return;
    if (this.state === State.Unholding || this.state === State.Unsuspending || this.state === State.Starting) this.#cause = RUNNING;
    if (this.state === State.Clearing && !this.#around.working) this.#cause = RUNNING;
    this.#enter(next, time);
    if (next === State.Execute) this.#resume(time);
    else if (next === State.Suspended) this.#reconsider(time);
    else if (next === State.Complete) this.#around.completed(time);
  }

  /** Publishes and records a state with everything that changes with it, counts first: they belong to the state that ends. */
  #enter(state: State, time: number): void {
    this.#publishCounts(time);
    this.#meter.advance(time, this.state);
    this.#hindered = this.hinderedBy ?? this.#hindered;
    this.state = state;
    this.cycleDue = Infinity;
    this.stateDue = time + this.#stayIn(state);
    this.#publish("UnitMode", this.mode, time);
    this.#publish("Product", this.#around.recipe.id, time);
    this.#publish("StopReason", this.#cause.code, time);
    this.#publish("Blocked", state === State.Suspended && this.#cause === BLOCKED, time);
    this.#publish("Starved", state === State.Suspended && this.#cause === STARVED, time);
    this.#publish("State", state, time);
    this.#publishSpeed(time);
    const { id: product } = this.#around.recipe;
    this.#around.truth.begin(this.#asset, { start: time, state, mode: this.mode, reason: this.#cause.text, product });
  }

  #stayIn(state: State): number {
    if (state === State.Held || state === State.Aborted) return this.#fault?.ms ?? 1000;
    if (state === State.Stopped) return this.#around.working && this.#processed > 0 ? 2000 : Infinity;
    if (state === State.Idle && this.mode === Mode.Changeover) return Infinity;
    return TRANSIENT_MS[state] ?? Infinity;
  }

  #obey(time: number): void {
    this.commandDue = Infinity;
    if (this.#around.working) {
      if (this.state === State.Stopped) this.#enter(State.Resetting, time);
      return;
    }
    const { Stopped, Stopping, Aborting, Aborted, Clearing } = State;
    const cannotStop: readonly State[] = [Stopped, Stopping, Aborting, Aborted, Clearing];
    if (this.mode === Mode.Changeover || cannotStop.includes(this.state)) return;
    this.#cause = this.#around.recipe.idleCause;
    this.#enter(Stopping, time);
  }

  #resume(time: number): void {
    this.#fault = null;
    if (this.#bottle && this.#done) this.#discharge(time);
    else if (this.#bottle) this.cycleDue = time + this.#cycle();
    else this.#take(time);
  }

  #take(time: number): void {
    const bottle = this.upstream ? this.#waiting.shift() : this.#around.supply() ? { weight: 0, reason: 0 } : undefined;
    if (!bottle) {
      if (!this.upstream || this.upstream.finished) this.#complete(time);
      else this.stateDue = time + PATIENCE_MS;
      return;
    }
    this.#bottle = bottle;
    this.#done = false;
    this.stateDue = Infinity;
    this.cycleDue = time + this.#cycle();
    this.upstream?.roomMade(time);
  }

  roomMade(time: number): void {
    if (this.state === State.Execute && this.#bottle && this.#done) this.#discharge(time);
    else this.#reconsider(time);
  }

  #finishCycle(time: number): void {
    this.cycleDue = Infinity;
    const bottle = this.#bottle;
    if (!bottle) return;
    this.#done = true;
    this.#processed++;
    this.#around.truth.processed(this.#asset, time);
    if (this.#works.treat(bottle, time)) {
      this.#defective++;
      this.#around.truth.defective(this.#asset, time);
    }
    this.#fault = this.#drawFault();
    this.#discharge(time);
    if (this.#fault && this.state === State.Execute) this.#fail(this.#fault, time);
  }

  #discharge(time: number): void {
    const bottle = this.#bottle;
    if (!bottle) return;
    if (this.downstream && !this.downstream.hasRoom) {
      this.stateDue = time + PATIENCE_MS;
      return;
    }
    // Free before handing over: the next machine answers at once that it has room again.
    this.#bottle = null;
    this.#done = false;
    this.stateDue = Infinity;
    if (this.downstream) this.downstream.accept(bottle, time);
    else this.#around.left(bottle);
    if (!this.#fault) this.#take(time);
  }

  /** One draw per bottle: times between failures are exponential in running time. */
  #drawFault(): { cause: StopCause; ms: number } | null {
    const cycle = this.#around.recipe.cycleMs[this.#profile.station];
    const draw = this.#random.next();
    const { microStops, breakdowns } = this.#profile;
    const material = this.#works.exhausted();
    if (material) return { cause: material, ms: Math.round(this.#random.between(35_000, 80_000)) };
    const micro = cycle / microStops.everyMs;
    if (draw < micro) return { cause: this.#pick(microStops.causes), ms: Math.round(this.#random.between(5000, 60_000)) };
    if (draw >= micro + cycle / breakdowns.everyMs) return null;
    const ms = Math.round(Math.min(Math.max(this.#random.logNormal(breakdowns.medianMs, 0.6), 90_000), 3_600_000));
    return { cause: this.#pick(breakdowns.causes), ms };
  }

  #pick(causes: readonly StopCause[]): StopCause {
    return causes[Math.floor(this.#random.next() * causes.length)] ?? RUNNING;
  }

  #fail(fault: { cause: StopCause; ms: number }, time: number): void {
    this.#cause = fault.cause;
    this.#enter(this.#profile.breakdowns.causes.includes(fault.cause) ? State.Aborting : State.Holding, time);
    this.#fault = fault;
  }

  #suspend(time: number): void {
    this.#cause = this.#bottle ? BLOCKED : STARVED;
    this.#enter(State.Suspending, time);
  }

  /** A suspended machine waits until it is worth starting again: some room behind it or some bottles before it. */
  #reconsider(time: number): void {
    if (this.state !== State.Suspended || this.stateDue !== Infinity) return;
    const roomy = !this.downstream || this.downstream.#profile.buffer - this.downstream.#waiting.length >= this.#profile.restart;
    const supplied = this.#waiting.length >= this.#profile.restart || this.upstream?.finished === true;
    if (this.#cause === BLOCKED ? roomy : supplied) this.stateDue = time + 200;
  }

  #complete(time: number): void {
    this.finished = true;
    this.#cause = ORDER_DONE;
    this.#enter(State.Completing, time);
    this.downstream?.upstreamFinished(time);
  }

  upstreamFinished(time: number): void {
    if (this.state === State.Execute && !this.#bottle) this.#take(time);
    else this.#reconsider(time);
  }

  /** Milliseconds for the next bottle: recipe, set speed, a little scatter; slower while few bottles wait (accumulation control). */
  #cycle(): number {
    const low = this.upstream && this.#waiting.length < 4 ? this.#profile.slowFactor : 1;
    return Math.max(1, Math.round(this.#setCycle() * low * (1 + 0.015 * Math.abs(this.#random.normal()))));
  }

  #setCycle(): number {
    return this.#around.recipe.cycleMs[this.#profile.station] * this.#works.pace;
  }

  #scan(time: number): void {
    const round = Math.round(time / SCAN_MS);
    this.scanDue = time + SCAN_MS;
    this.#publishCounts(time);
    this.#publishValues(time);
    if (round % 5 === 0) this.#publishProcess(time);
    if (round % 5 === 1) this.#publishEnergy(time);
    if (round % 3 === 0) this.#publishSpeed(time);
  }

  #beat(time: number): void {
    this.heartbeatDue = time + HEARTBEAT_MS;
    this.#heartbeat = (this.#heartbeat + 1) % 65_536;
    this.#publish("Heartbeat", this.#heartbeat, time);
  }

  #publishCounts(time: number): void {
    this.#publish("ProcessedCount", this.#processed % this.#around.rolloverAt, time);
    this.#publish("DefectiveCount", this.#defective % this.#around.rolloverAt, time);
  }

  #publishSpeed(time: number): void {
    this.#publish("MachSpeed", round2(60_000 / this.#setCycle()), time);
    const scatter = 1 - 0.01 * Math.abs(this.#random.normal());
    this.#publish("CurMachSpeed", this.state === State.Execute ? round2((60_000 / this.#setCycle()) * scatter) : 0, time);
  }

  #publishValues(time: number): void {
    for (const { name, value, status } of this.#works.perBottle(time)) this.#publish(name, value, time, status);
  }

  #publishProcess(time: number): void {
    for (const { name, value, status } of this.#works.process(time)) this.#publish(name, value, time, status);
  }

  /** The meter's registers, every ten seconds. */
  #publishEnergy(time: number): void {
    this.#meter.advance(time, this.state);
    this.#publish("ActiveEnergy", this.#meter.active, time);
    this.#publish("ReactiveEnergy", this.#meter.reactive, time);
  }

  /** Only changes are published; a change of status is one. */
  #publish(name: string, value: TagValue, time: number, status: number = Status.Good): void {
    const key = status === Status.Good ? value : `${status}`;
    if (this.#published.get(name) === key) return;
    this.#published.set(name, key);
    this.#around.publish(`Line01.${this.#profile.station}.${name}`, value, time, status);
  }
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
