/** Packages of one product in one interval: counts and sums from which every figure follows, in constant memory. */
import type { FillLimits } from "./rules.ts";

/** A sum and what rounding has taken from it (Neumaier), so that nothing is lost to the size of what came before. */
type Sum = readonly [total: number, lost: number];

export interface PackagesState {
  readonly n: number;
  /** Of the deviations from the nominal content, and of their squares. */
  readonly deviations: Sum;
  readonly squares: Sum;
  readonly minimum: number;
  readonly maximum: number;
  readonly belowT1: number;
  readonly belowT2: number;
}

/**
 * Sums are taken of deviations from the nominal content: near it they are small, and mean and standard deviation stay exact
 * (LRE ≥ 8 on NIST's NumAcc4, ≥ 12 on Michelso).
 */
export class Packages {
  readonly limits: FillLimits;
  #n = 0;
  #sum = 0;
  #sumLost = 0;
  #squares = 0;
  #squaresLost = 0;
  #minimum = 0;
  #maximum = 0;
  #belowT1 = 0;
  #belowT2 = 0;

  constructor(limits: FillLimits, state?: PackagesState) {
    this.limits = limits;
    if (state === undefined) return;
    [this.#n, this.#belowT1, this.#belowT2] = [state.n, state.belowT1, state.belowT2];
    [this.#minimum, this.#maximum] = [state.minimum, state.maximum];
    [this.#sum, this.#sumLost] = state.deviations;
    [this.#squares, this.#squaresLost] = state.squares;
  }

  /** A net content in g or ml. */
  add(content: number): void {
    const { nominal, t1, t2 } = this.limits;
    if (this.#n === 0 || content < this.#minimum) this.#minimum = content;
    if (this.#n === 0 || content > this.#maximum) this.#maximum = content;
    this.#n += 1;
    if (content < t1) {
      this.#belowT1 += 1;
      if (content < t2) this.#belowT2 += 1;
    }
    const deviation = content - nominal;
    const sum = this.#sum + deviation;
    this.#sumLost += Math.abs(this.#sum) >= Math.abs(deviation) ? this.#sum - sum + deviation : deviation - sum + this.#sum;
    this.#sum = sum;
    const square = deviation * deviation;
    const squares = this.#squares + square;
    this.#squaresLost += this.#squares >= square ? this.#squares - squares + square : square - squares + this.#squares;
    this.#squares = squares;
  }

  get n(): number {
    return this.#n;
  }

  get minimum(): number {
    return this.#minimum;
  }

  get maximum(): number {
    return this.#maximum;
  }

  get belowT1(): number {
    return this.#belowT1;
  }

  get belowT2(): number {
    return this.#belowT2;
  }

  /** Of all packages, g or ml; negative where customers give. */
  get giveawayTotal(): number {
    return this.#sum + this.#sumLost;
  }

  /** Per package; NaN of none. */
  get giveaway(): number {
    return this.giveawayTotal / this.#n;
  }

  get mean(): number {
    return this.limits.nominal + this.giveaway;
  }

  /** Sample variance; NaN of fewer than two packages. */
  get variance(): number {
    if (this.#n < 2) return Number.NaN;
    const sum = this.giveawayTotal;
    return Math.max(0, this.#squares + this.#squaresLost - (sum * sum) / this.#n) / (this.#n - 1);
  }

  state(): PackagesState {
    return {
      n: this.#n,
      deviations: [this.#sum, this.#sumLost],
      squares: [this.#squares, this.#squaresLost],
      minimum: this.#minimum,
      maximum: this.#maximum,
      belowT1: this.#belowT1,
      belowT2: this.#belowT2,
    };
  }
}
