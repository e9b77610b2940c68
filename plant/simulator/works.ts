/** What each kind of machine does to a bottle, and the process values it measures while doing so. */
import type { Bottle } from "./machine.ts";
import type { StopCause } from "./packml.ts";
import { MATERIAL } from "./profiles.ts";
import type { Random } from "./random.ts";
import { type Station, Status, type TagValue } from "./tags.ts";

/** A product as the line is set up for it. Weights in grams, torque in newton centimetres. */
export interface Product {
  readonly id: string;
  readonly netWeight: number;
  readonly tolerance: number;
  readonly torque: number;
  readonly cycleMs: Readonly<Record<Station, number>>;
}

export interface Recipe extends Product {
  /** Why the line stands while nobody is there. */
  readonly idleCause: StopCause;
}

export interface Measured {
  readonly name: string;
  readonly value: TagValue;
  readonly status?: number;
}

/** The process of one machine. `treat` returns whether this machine made the bottle defective or found it so. */
export class Works {
  /** Factor on the cycle time that the operators chose for this order. */
  pace = 1;
  protected recipe: Recipe;
  protected readonly random: Random;

  constructor(random: Random, recipe: Recipe) {
    this.random = random;
    this.recipe = recipe;
  }

  prepare(recipe: Recipe): void {
    this.recipe = recipe;
    this.pace = 1 + 0.06 * this.random.next();
  }

  treat(_bottle: Bottle, _time: number): boolean {
    return false;
  }

  /** A material that ran out just now and must be refilled. */
  exhausted(): StopCause | null {
    return null;
  }

  perBottle(_time: number): readonly Measured[] {
    return [];
  }

  process(_time: number): readonly Measured[] {
    return [];
  }
}

class Infeed extends Works {
  #level = 900;

  override process(): readonly Measured[] {
    this.#level = Math.round(Math.min(1800, Math.max(200, this.#level + 0.02 * (900 - this.#level) + 25 * this.random.normal())));
    return [{ name: "BufferLevel", value: this.#level }];
  }
}

class Filler extends Works {
  #weight = 500;
  #fillTime = 3600;
  #drift = 0;
  #temperature = 6;
  #pressure = 1.6;
  #preparedAt = 0;

  override prepare(recipe: Recipe): void {
    super.prepare(recipe);
    this.#drift = 1.5 * this.random.normal();
    this.#preparedAt = 0;
  }

  override treat(bottle: Bottle, time: number): boolean {
    if (this.#preparedAt === 0) this.#preparedAt = time;
    this.#drift += -0.0004 * this.#drift + 0.05 * this.random.normal();
    const draw = this.random.next();
    const valveFault =
      draw < 0.0045 ? -(this.recipe.tolerance + 2 + 18 * this.random.next()) : draw > 0.9991 ? this.recipe.tolerance + 6 : 0;
    bottle.weight = this.recipe.netWeight + 1.5 + this.#drift + 2.1 * this.random.normal() + valveFault;
    const deviation = bottle.weight - this.recipe.netWeight;
    if (Math.abs(deviation) > this.recipe.tolerance) bottle.reason = deviation < 0 ? 1 : 2;
    this.#weight = bottle.weight;
    this.#fillTime = 7.2 * bottle.weight + 12 * this.random.normal();
    return bottle.reason !== 0;
  }

  override perBottle(time: number): readonly Measured[] {
    // The scale settles for a minute after each changeover.
    const settling = this.#preparedAt !== 0 && time - this.#preparedAt < 60_000;
    const status = settling ? Status.UncertainSensorNotAccurate : Status.Good;
    return [
      { name: "FillWeight", value: round(this.#weight, 2), status },
      { name: "FillTime", value: round(this.#fillTime, 1) },
    ];
  }

  override process(): readonly Measured[] {
    this.#temperature += 0.02 * (6 - this.#temperature) + 0.05 * this.random.normal();
    this.#pressure += 0.05 * (1.6 - this.#pressure) + 0.01 * this.random.normal();
    return [
      { name: "ProductTemperature", value: round(this.#temperature, 2) },
      { name: "BowlPressure", value: round(this.#pressure, 3) },
    ];
  }
}

class Capper extends Works {
  #torque = 170;
  #head = 1;
  #caps = 88;
  #sensorBrokenUntil = 0;

  override treat(bottle: Bottle, time: number): boolean {
    this.#head = (this.#head % 12) + 1;
    this.#caps -= 0.004;
    if (this.#caps < 35) this.#caps = 95;
    if (this.random.next() < 0.00006) this.#sensorBrokenUntil = time + 20_000 + Math.round(40_000 * this.random.next());
    const worn = this.#head === 7 ? -9 : 0;
    this.#torque = this.recipe.torque + worn + 7 * this.random.normal();
    const missing = this.random.next() < 0.0011;
    const loose = Math.abs(this.#torque - this.recipe.torque) > 30;
    if (bottle.reason === 0 && (missing || loose)) bottle.reason = missing ? 3 : 4;
    if (missing) this.#torque = 2;
    return missing || loose;
  }

  override perBottle(time: number): readonly Measured[] {
    const status = time < this.#sensorBrokenUntil ? Status.BadSensorFailure : Status.Good;
    return [
      { name: "Torque", value: round(this.#torque, 1), status },
      { name: "Head", value: this.#head },
    ];
  }

  override process(): readonly Measured[] {
    return [{ name: "CapsLevel", value: round(this.#caps, 1) }];
  }
}

class Checkweigher extends Works {
  #weight = 500;
  #verdict = 0;

  override treat(bottle: Bottle): boolean {
    this.#weight = bottle.weight + 0.25 * this.random.normal();
    const deviation = this.#weight - this.recipe.netWeight;
    this.#verdict = Math.abs(deviation) <= this.recipe.tolerance ? 0 : deviation < 0 ? 1 : 2;
    if (this.#verdict !== 0) bottle.reason = this.#verdict;
    return this.#verdict !== 0;
  }

  override perBottle(): readonly Measured[] {
    return [
      { name: "NetWeight", value: round(this.#weight, 2) },
      { name: "RejectReason", value: this.#verdict },
    ];
  }
}

class Labeller extends Works {
  #offset = 0;
  #left = 4200;
  #empty = false;

  override treat(bottle: Bottle): boolean {
    this.#left -= 1;
    if (this.#left === 0) {
      this.#empty = true;
      this.#left = 6000;
    }
    const skewed = this.random.next() < 0.0022;
    this.#offset = skewed ? 5 + 3 * this.random.next() : 0.6 * this.random.normal();
    if (bottle.reason === 0 && skewed) bottle.reason = 5;
    return skewed;
  }

  override exhausted(): StopCause | null {
    const empty = this.#empty;
    this.#empty = false;
    return empty ? MATERIAL : null;
  }

  override perBottle(): readonly Measured[] {
    return [
      { name: "LabelOffset", value: round(this.#offset, 2) },
      { name: "LabelsLeft", value: this.#left },
    ];
  }
}

class RejectPusher extends Works {
  #reason = 0;
  #air = 6.2;

  override treat(bottle: Bottle): boolean {
    if (bottle.reason !== 0) this.#reason = bottle.reason;
    return bottle.reason !== 0;
  }

  override perBottle(): readonly Measured[] {
    return [{ name: "RejectReason", value: this.#reason }];
  }

  override process(): readonly Measured[] {
    this.#air += 0.1 * (6.2 - this.#air) + 0.03 * this.random.normal();
    return [{ name: "AirPressure", value: round(this.#air, 2) }];
  }
}

export const WORKS: Readonly<Record<Station, new (random: Random, recipe: Recipe) => Works>> = {
  Infeed01: Infeed,
  Filler01: Filler,
  Capper01: Capper,
  Checkweigher01: Checkweigher,
  Labeller01: Labeller,
  Rejectpusher01: RejectPusher,
};

function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
