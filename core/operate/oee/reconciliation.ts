/** What a machine counted against what a second counter behind it saw. */
import type { SecondCounter } from "../../connect/model/index.ts";
import type { Measures } from "./measures.ts";

export interface Reconciliation {
  /** Units by the machine and by the people who count for it: good ones or all, as the second counter sees them. */
  readonly counted: number;
  /** Units by the second counter. */
  readonly second: number;
  /** Counted less second: above zero units were lost on the way, below zero they were counted twice or not at all. */
  readonly difference: number;
  /** Of the second count; null where it is zero. */
  readonly percent: number | null;
  readonly tolerancePercent: number;
  /** Whether the difference is beyond the tolerance. Any is where the second counter saw nothing. */
  readonly beyond: boolean;
}

/** `good`: the good units of the same time, by the options of the machine. */
export function reconcile(sum: Measures, good: number, { compares, tolerancePercent }: SecondCounter): Reconciliation {
  const counted = compares === "good" ? good : sum.total;
  const { secondCount: second } = sum;
  const difference = counted - second;
  const percent = second === 0 ? null : (difference * 100) / second;
  // Without a division, so that a difference at the tolerance is not beyond it by a rounding.
  const beyond = Math.abs(difference) * 100 > tolerancePercent * Math.abs(second);
  return { counted, second, difference, percent, tolerancePercent, beyond };
}
