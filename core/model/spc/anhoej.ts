/**
 * Run chart analysis after Anhøj: unusually long runs about the centre, or unusually few crossings of it, both against limits that
 * grow with the number of points. Needs no control limits and no normal values.
 */
import { binomial } from "../distribution/index.ts";

export interface RunsVerdict {
  /** Points not on the centre. */
  readonly useful: number;
  readonly longestRun: number;
  /** A longer run is unusual: round(log₂ n) + 3. */
  readonly longestUsual: number;
  readonly crossings: number;
  /** Fewer crossings are unusual: the 5 % quantile of B(n − 1, ½). */
  readonly fewestUsual: number;
  readonly signal: boolean;
}

export class RunsAnalysis {
  private readonly centre: number;
  private useful = 0;
  private side = 0;
  private run = 0;
  private longest = 0;
  private crossings = 0;

  /** `centre`: the median of a baseline, as a rule. */
  constructor(centre: number) {
    this.centre = centre;
  }

  /** A point on the centre, or one that is no number, is passed over. */
  update(value: number): void {
    const side = value > this.centre ? 1 : value < this.centre ? -1 : 0;
    if (side === 0) return;
    if (this.useful > 0 && side !== this.side) this.crossings += 1;
    this.run = side === this.side ? this.run + 1 : 1;
    this.side = side;
    this.useful += 1;
    this.longest = Math.max(this.longest, this.run);
  }

  verdict(): RunsVerdict {
    const { useful, longest: longestRun, crossings } = this;
    const longestUsual = useful === 0 ? 0 : Math.round(Math.log2(useful)) + 3;
    const fewestUsual = useful < 2 ? 0 : binomial(useful - 1, 0.5).quantile(0.05);
    return { useful, longestRun, longestUsual, crossings, fewestUsual, signal: longestRun > longestUsual || crossings < fewestUsual };
  }
}
