/** The bottling line: six machines in a row, orders of several products, shifts and breaks, advanced event by event. */
import type { ShiftCalendar } from "../../core/connect/model/index.ts";
import { Counter } from "./counter.ts";
import { type Bottle, Machine, type Surroundings } from "./machine.ts";
import { Meter } from "./meter.ts";
import { BREAK, NO_SHIFT, type StopCause } from "./packml.ts";
import { PROFILES } from "./profiles.ts";
import { Random } from "./random.ts";
import { Schedule } from "./schedule.ts";
import type { TagChange } from "./tags.ts";
import { Truth } from "./truth.ts";
import { type Product, type Recipe, WORKS } from "./works.ts";

export interface LineOptions {
  readonly seed: number;
  /** First instant of the simulation, ms UTC. */
  readonly start: number;
  readonly products: readonly Product[];
  readonly calendar: ShiftCalendar;
  /** Counters roll over to 0 at this value; 2^32 (the width of the type) by default. */
  readonly rolloverAt?: number;
}

const AMBIENT_MS = 20_000;

/**
 * Deterministic: the same options give the same changes, however `advanceTo` is called.
 *
 * ```ts
 * const line = new BottlingLine({ seed: 7, start, products, calendar });
 * line.advanceTo(start + 3_600_000);              // TagChange[] in time order
 * line.truth.summary("acme.galway.bottling.line01.filler01", start, start + 3_600_000);
 * ```
 */
export class BottlingLine implements Surroundings {
  readonly truth = new Truth();
  readonly rolloverAt: number;
  recipe: Recipe;
  working = false;

  readonly #schedule: Schedule;
  readonly #products: readonly Product[];
  readonly #orders: Random;
  readonly #climate: Random;
  readonly #machines: readonly Machine[];
  readonly #counter: Counter;
  #time: number;
  #changes: TagChange[] = [];
  readonly #latest = new Map<string, number>();
  #orderLeft: number;
  #edgeDue: number;
  #changeoverDue = Infinity;
  #ambientDue: number;
  #ambient = NaN;
  #begun = false;

  constructor(options: LineOptions) {
    const first = options.products[0];
    if (!first) throw new RangeError("products: the line needs at least one product");
    if (!Number.isSafeInteger(options.start)) throw new RangeError("start: must be integer milliseconds UTC");
    this.rolloverAt = options.rolloverAt ?? 4_294_967_296;
    this.#schedule = new Schedule(options.calendar);
    this.#products = options.products;
    this.#orders = new Random(options.seed, "orders");
    this.#climate = new Random(options.seed, "climate");
    this.recipe = { ...first, idleCause: BREAK };
    this.#orderLeft = this.#orderSize();
    this.#time = options.start;
    this.#edgeDue = options.start;
    this.#ambientDue = options.start;
    this.#machines = PROFILES.map((profile, index) => {
      const works = new WORKS[profile.station](new Random(options.seed, `${profile.station}.works`), this.recipe);
      works.prepare(this.recipe);
      // A stream of its own, so that metering shifts nothing else.
      const meter = new Meter(profile.station, new Random(options.seed, `${profile.station}.meter`), options.start);
      return new Machine(profile, this, new Random(options.seed, profile.station), { works, meter }, options.start, index);
    });
    this.#counter = new Counter(options.start, this.rolloverAt, new Random(options.seed, "counter"), ({ nodeId, value, timestamp }) =>
      this.publish(nodeId, value, timestamp, 0),
    );
    this.#machines.forEach((machine, index) => {
      machine.upstream = this.#machines[index - 1] ?? null;
      machine.downstream = this.#machines[index + 1] ?? null;
    });
  }

  /** Plant time reached so far, ms UTC. */
  get time(): number {
    return this.#time;
  }

  /** Per asset, the asset that keeps it from working at this instant; null while it works. */
  get hinderedBy(): ReadonlyMap<string, string | null> {
    return new Map(this.#machines.map((machine) => [machine.asset, machine.hinderedBy]));
  }

  /** Everything that changed in (time, to], in time order. The first call also yields every tag at the start. */
  advanceTo(to: number): TagChange[] {
    if (!this.#begun) {
      this.#begun = true;
      for (const machine of this.#machines) machine.begin(this.#time);
      this.#counter.begin(this.#time);
    }
    for (;;) {
      const own = Math.min(this.#edgeDue, this.#changeoverDue, this.#ambientDue, this.#counter.due);
      let next: Machine | undefined;
      let due = own;
      for (const machine of this.#machines) {
        const candidate = machine.nextDue;
        if (candidate < due) {
          due = candidate;
          next = machine;
        }
      }
      if (due > to) break;
      this.#time = due;
      if (next) next.step(due);
      else this.#stepLine(due);
    }
    this.#time = Math.max(this.#time, to);
    const changes = this.#changes;
    this.#changes = [];
    this.#latest.clear();
    return changes;
  }

  publish(nodeId: string, value: TagChange["value"], timestamp: number, status: number): void {
    // Within one millisecond only the last word counts: a controller publishes a tag once per scan.
    const index = this.#latest.get(nodeId);
    if (index !== undefined && this.#changes[index]?.timestamp === timestamp) this.#changes[index] = { nodeId, value, timestamp, status };
    else this.#latest.set(nodeId, this.#changes.push({ nodeId, value, timestamp, status }) - 1);
  }

  supply(): boolean {
    if (this.#orderLeft === 0) return false;
    this.#orderLeft--;
    return true;
  }

  completed(time: number): void {
    if (!this.working || this.#changeoverDue !== Infinity || !this.#machines.every((m) => m.finished)) return;
    this.#changeoverDue = time + Math.round(this.#orders.between(9, 19) * 60_000);
    for (const machine of this.#machines) machine.beginChangeover(time);
  }

  left(bottle: Bottle): void {
    if (bottle.reason === 0) this.#counter.passed();
  }

  #stepLine(time: number): void {
    if (this.#edgeDue === time) this.#shiftEdge(time);
    else if (this.#changeoverDue === time) this.#endChangeover(time);
    else if (this.#ambientDue === time) this.#publishAmbient(time);
    else this.#counter.scan(time);
  }

  #shiftEdge(time: number): void {
    const { working, reason, until } = this.#schedule.at(time);
    this.#edgeDue = until;
    const idleCause: StopCause = reason === "NoShift" ? NO_SHIFT : BREAK;
    this.recipe = { ...this.recipe, idleCause };
    this.working = working;
    for (const machine of this.#machines) machine.callOperator(time);
    this.completed(time);
  }

  #endChangeover(time: number): void {
    this.#changeoverDue = Infinity;
    const others = this.#products.filter((p) => p.id !== this.recipe.id);
    const next = others[Math.floor(this.#orders.next() * others.length)] ?? this.#products[0];
    if (next) this.recipe = { ...next, idleCause: this.recipe.idleCause };
    this.#orderLeft = this.#orderSize();
    for (const machine of this.#machines) machine.endChangeover(time);
  }

  #publishAmbient(time: number): void {
    this.#ambientDue = time + AMBIENT_MS;
    const day = Math.sin((2 * Math.PI * ((time % 86_400_000) - 32_400_000)) / 86_400_000);
    const value = Math.round((19 + 3 * day + 0.2 * this.#climate.normal()) * 10) / 10;
    if (value === this.#ambient) return;
    this.#ambient = value;
    this.publish("Line01.AmbientTemperature", value, time, 0);
  }

  #orderSize(): number {
    return Math.round(this.#orders.between(7000, 13_000));
  }
}
