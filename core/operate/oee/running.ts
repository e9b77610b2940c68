/**
 * Sums of the windows under way, kept up as atoms are stated and corrected: the current figures at no cost, however long
 * the history. The hours, shifts and orders in memory, and the last minutes.
 */
import { MINUTE } from "../minutes/index.ts";
import { hourKey, shiftKey, widened, type WindowSum } from "./aggregate.ts";
import { type Atom, NONE } from "./atoms.ts";
import { addMeasures, type Measures, NOTHING } from "./measures.ts";

/** What a figure may stand for. `order` and `rolling`: where there is an order, and where a length was asked for. */
export const RUNNING_WINDOWS = ["hour", "shift", "order", "rolling"] as const;
export type RunningWindow = (typeof RUNNING_WINDOWS)[number];

export interface RunningSums extends Readonly<Partial<Record<RunningWindow, WindowSum>>> {
  readonly hour: WindowSum;
  readonly shift: WindowSum;
}

export interface RunningState {
  readonly hours: readonly WindowSum[];
  readonly shifts: readonly WindowSum[];
  /** Absent in snapshots from before orders were read. */
  readonly orders?: readonly WindowSum[];
  readonly forgotten: number | null;
  /** Keys of the hour, the shift and the order of the last stated atom, and the product. */
  readonly now: Now | null;
}

interface Now {
  readonly start: number;
  readonly hour: string;
  readonly shift: string;
  readonly order?: string;
  readonly product?: string;
}

const KEYED = { hour: hourKey, shift: shiftKey, order: ({ order }: Atom) => order } as const;
type Keyed = keyof typeof KEYED;
const NAMES = Object.keys(KEYED) as Keyed[];

export class Running {
  readonly #sums: Readonly<Record<Keyed, Map<string, WindowSum>>>;
  readonly #rolling: Rolling;
  readonly #closed = new Map<Keyed, WindowSum>();
  #forgotten: number;
  #now: Now | null;

  /** `recent`: the atoms of the last `rollingMs`, which are not stored. */
  constructor(rollingMs: number, from?: RunningState, recent: readonly Atom[] = []) {
    this.#sums = { hour: byKey(from?.hours), shift: byKey(from?.shifts), order: byKey(from?.orders) };
    this.#forgotten = from?.forgotten ?? Number.NEGATIVE_INFINITY;
    this.#now = from?.now ?? null;
    this.#rolling = new Rolling(rollingMs);
    for (const atom of recent) this.#rolling.apply(atom, 1);
  }

  get current(): RunningSums | null {
    const [hour, shift, order] = NAMES.map((name) => this.#sums[name].get(this.#now?.[name] ?? ""));
    if (hour === undefined || shift === undefined) return null;
    const { sum: rolling } = this.#rolling;
    return { hour, shift, ...(order === undefined ? {} : { order }), ...(rolling === undefined ? {} : { rolling }) };
  }

  /** The product of the last stated atom. */
  get product(): string {
    return this.#now?.product ?? NONE;
  }

  /** The windows that have closed since this was last asked, the last one of each kind. */
  takeClosed(): ReadonlyMap<Keyed, WindowSum> {
    const closed = new Map(this.#closed);
    this.#closed.clear();
    return closed;
  }

  apply(atom: Atom, sign: 1 | -1): void {
    this.#rolling.apply(atom, sign);
    for (const name of NAMES) {
      const key = KEYED[name](atom);
      const sums = this.#sums[name];
      // What was forgotten does not come back as a part of itself.
      if ((atom.start < this.#forgotten && !sums.has(key)) || (name === "order" && key === NONE)) continue;
      sums.set(key, widened(sums.get(key), key, atom, sign));
    }
    if (sign === 1 && atom.start >= (this.#now?.start ?? Number.NEGATIVE_INFINITY)) this.#move(atom);
  }

  /** Drops the windows that ended before `t`; a window that reaches over it is kept whole. */
  forget(t: number): void {
    this.#forgotten = t;
    for (const name of NAMES)
      for (const [key, sum] of this.#sums[name]) if (sum.end <= t && key !== this.#now?.[name]) this.#sums[name].delete(key);
  }

  state(): RunningState {
    const forgotten = Number.isFinite(this.#forgotten) ? this.#forgotten : null;
    const [hours, shifts, orders] = NAMES.map((name) => [...this.#sums[name].values()]) as [WindowSum[], WindowSum[], WindowSum[]];
    return { hours, shifts, orders, forgotten, now: this.#now };
  }

  #move(atom: Atom): void {
    const before = this.#now;
    this.#now = { start: atom.start, hour: hourKey(atom), shift: shiftKey(atom), order: atom.order, product: atom.product };
    for (const name of NAMES) {
      const key = before?.[name];
      const sum = key === undefined || key === this.#now[name] ? undefined : this.#sums[name].get(key);
      if (sum !== undefined) this.#closed.set(name, sum);
    }
  }
}

function byKey(sums: readonly WindowSum[] = []): Map<string, WindowSum> {
  return new Map(sums.map((sum) => [sum.key, sum]));
}

/** The sum of the last minutes up to the last atom. */
class Rolling {
  readonly #length: number;
  readonly #minutes = new Map<number, Measures>();
  #measures = NOTHING;
  #from = Number.NEGATIVE_INFINITY;
  #end = Number.NEGATIVE_INFINITY;

  constructor(length: number) {
    this.#length = length;
  }

  get sum(): WindowSum | undefined {
    return this.#minutes.size === 0 ? undefined : { key: "rolling", start: this.#from, end: this.#end, measures: this.#measures };
  }

  apply(atom: Atom, sign: 1 | -1): void {
    if (this.#length <= 0) return;
    if (sign === 1 && atom.end > this.#end) this.#advance(atom.end);
    const minute = Math.floor(atom.start / MINUTE) * MINUTE;
    if (minute < this.#from) return;
    this.#minutes.set(minute, addMeasures(this.#minutes.get(minute) ?? NOTHING, atom.measures, sign));
    this.#measures = addMeasures(this.#measures, atom.measures, sign);
  }

  #advance(end: number): void {
    const from = Math.ceil((end - this.#length) / MINUTE) * MINUTE;
    const first = Math.max(this.#from, from - this.#length - MINUTE);
    for (let minute = first; minute < from && this.#minutes.size > 0; minute += MINUTE) {
      const gone = this.#minutes.get(minute);
      if (gone === undefined) continue;
      this.#measures = addMeasures(this.#measures, gone, -1);
      this.#minutes.delete(minute);
    }
    this.#from = Math.max(this.#from, from);
    this.#end = end;
  }
}
