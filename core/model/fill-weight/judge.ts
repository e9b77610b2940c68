/** When somebody is to be told: a package below T2, too many below T1, a mean below nominal. Judged at every package. */
import type { Packages } from "./packages.ts";
import type { FillWeightRules } from "./rules.ts";
import { exceedsShare, meanBoundary } from "./sequential.ts";

export const FILL_CONDITIONS = ["below_t2", "below_t1", "mean"] as const;
export type FillConditionName = (typeof FILL_CONDITIONS)[number];

export interface JudgingRules extends Pick<FillWeightRules, "belowT1Share" | "belowT2Share"> {
  /** How sure one must be of an interval, however many packages it has: 0.5 to 1. */
  readonly confidence: number;
  /** The mean is not judged of fewer packages, and nothing is over with fewer. */
  readonly least: number;
}

const NOTHING: readonly Verdict[] = [];

export type Verdict = { readonly name: FillConditionName; readonly active: boolean };

/**
 * Each condition begins only where chance explains it no longer, and ends only where its rule is kept again, so that none
 * chatters about its limit:
 * - `mean`: nominal − mean beyond the boundary that a mean on nominal ever crosses with a probability of 1 − confidence; over when
 *   mean ≥ nominal.
 * - `below_t1`: more of the packages than the share that is let pass ever brings with that probability; over when the share is no
 *   more than that.
 * - `below_t2`: where none is let pass, the first one, until the interval ends; else as `below_t1`.
 */
export class Judge {
  readonly #rules: JudgingRules;
  readonly #active: Set<FillConditionName>;
  /** Packages for which `#critical` holds: it is looked up at doublings, and is never too small in between. */
  #from = 0;
  #critical = Number.POSITIVE_INFINITY;

  constructor(rules: JudgingRules, active: readonly FillConditionName[] = []) {
    this.#rules = rules;
    this.#active = new Set(active);
  }

  get active(): readonly FillConditionName[] {
    return FILL_CONDITIONS.filter((name) => this.#active.has(name));
  }

  /** After a package of this content: what begins or ends. */
  judge(packages: Packages, content: number): readonly Verdict[] {
    const { belowT1Share, belowT2Share, least } = this.#rules;
    const { n, belowT1, belowT2, limits } = packages;
    // A share gets no less likely by a package that is not below its limit.
    const many = content < limits.t1 && this.#many(belowT1, n, belowT1Share);
    const tooMany = content < limits.t2 && this.#many(belowT2, n, belowT2Share);
    const enough = n >= least;
    const short = enough && this.#short(packages);
    if (!many && !tooMany && !short && this.#active.size === 0) return NOTHING;
    return [
      ...this.#shift("below_t2", tooMany, enough && belowT2Share > 0, packages),
      ...this.#shift("below_t1", many, enough, packages),
      ...this.#shift("mean", short, enough, packages),
    ];
  }

  /** The interval is over; `all`: so is the product. What is kept by now has ended, the rest is judged with the next packages. */
  close(packages: Packages | null, all: boolean): readonly Verdict[] {
    if (this.#active.size === 0) return NOTHING;
    const perInterval = (name: FillConditionName): boolean => name === "below_t2" && this.#rules.belowT2Share === 0;
    const ended = this.active.filter((name) => all || perInterval(name) || (packages !== null && this.#kept(name, packages)));
    for (const name of ended) this.#active.delete(name);
    return ended.map((name) => ({ name, active: false }));
  }

  #shift(name: FillConditionName, begins: boolean, mayEnd: boolean, packages: Packages): readonly Verdict[] {
    const active = this.#active.has(name);
    if (active ? !(mayEnd && this.#kept(name, packages)) : !begins) return NOTHING;
    if (active) this.#active.delete(name);
    else this.#active.add(name);
    return [{ name, active: !active }];
  }

  #kept(name: FillConditionName, { n, belowT1, belowT2, giveawayTotal }: Packages): boolean {
    const { belowT1Share, belowT2Share } = this.#rules;
    if (name === "mean") return giveawayTotal >= 0;
    return name === "below_t1" ? belowT1 <= belowT1Share * n : belowT2 <= belowT2Share * n;
  }

  /** Whether `count` of `n` is more than chance makes of the share. */
  #many(count: number, n: number, share: number): boolean {
    if (count <= share * n) return false;
    return share === 0 || exceedsShare(count, n, share, this.#rules.confidence);
  }

  /** (nominal − mean)² · n > boundary² · s², without a root. */
  #short(packages: Packages): boolean {
    const { giveawayTotal, n } = packages;
    if (giveawayTotal >= 0) return false;
    if (n < this.#from || n >= 2 * this.#from) {
      // The same for the same n, wherever one begins.
      this.#from = this.#rules.least * 2 ** Math.floor(Math.log2(n / this.#rules.least));
      const { confidence, least } = this.#rules;
      // It falls and then rises with n, so that an end is the highest.
      this.#critical = Math.max(...[this.#from, 2 * this.#from].map((n) => meanBoundary(n, confidence, least, this.#from))) ** 2;
    }
    return (giveawayTotal * giveawayTotal) / n > this.#critical * packages.variance;
  }
}
