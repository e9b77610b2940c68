/** Sums of the hours and shifts still in memory, kept up as atoms are stated and corrected: the current figures at no cost. */
import { hourKey, shiftKey, widened, type WindowSum } from "./aggregate.ts";
import type { Atom } from "./atoms.ts";

export interface RunningSums {
  readonly hour: WindowSum;
  readonly shift: WindowSum;
}

export interface RunningState {
  readonly hours: readonly WindowSum[];
  readonly shifts: readonly WindowSum[];
  readonly forgotten: number | null;
  /** Keys of the hour and the shift of the last stated atom. */
  readonly now: { readonly start: number; readonly hour: string; readonly shift: string } | null;
}

export class Running {
  readonly #hours: Map<string, WindowSum>;
  readonly #shifts: Map<string, WindowSum>;
  #forgotten: number;
  #now: RunningState["now"];

  constructor(from?: RunningState) {
    this.#hours = new Map(from?.hours.map((sum) => [sum.key, sum]));
    this.#shifts = new Map(from?.shifts.map((sum) => [sum.key, sum]));
    this.#forgotten = from?.forgotten ?? Number.NEGATIVE_INFINITY;
    this.#now = from?.now ?? null;
  }

  get current(): RunningSums | null {
    const hour = this.#now === null ? undefined : this.#hours.get(this.#now.hour);
    const shift = this.#now === null ? undefined : this.#shifts.get(this.#now.shift);
    return hour === undefined || shift === undefined ? null : { hour, shift };
  }

  apply(atom: Atom, sign: 1 | -1): void {
    if (atom.start < this.#forgotten) return;
    const [hour, shift] = [hourKey(atom), shiftKey(atom)];
    this.#hours.set(hour, widened(this.#hours.get(hour), hour, atom, sign));
    this.#shifts.set(shift, widened(this.#shifts.get(shift), shift, atom, sign));
    if (sign === 1 && atom.start >= (this.#now?.start ?? Number.NEGATIVE_INFINITY)) this.#now = { start: atom.start, hour, shift };
  }

  /** Drops the windows that ended before `t`; a window that reaches over it is kept whole. */
  forget(t: number): void {
    this.#forgotten = t;
    for (const sums of [this.#hours, this.#shifts]) for (const [key, sum] of sums) if (sum.end <= t) sums.delete(key);
  }

  state(): RunningState {
    const forgotten = Number.isFinite(this.#forgotten) ? this.#forgotten : null;
    return { hours: [...this.#hours.values()], shifts: [...this.#shifts.values()], forgotten, now: this.#now };
  }
}
