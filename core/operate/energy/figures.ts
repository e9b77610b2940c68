/** Current figures, kept up as atoms are stated and corrected: power, demand of the blocks in memory, the month's peak, the shift. */
import type { EnergyAtom } from "./atoms.ts";
import { blockStart, type Demand } from "./demand.ts";
import { activeEnergy, addEnergy, type EnergyMeasures, meteredTime, NO_ENERGY } from "./measures.ts";
import { PER_KWH } from "./register.ts";

export interface FiguresState {
  readonly shifts: readonly (readonly [key: string, end: number, sum: EnergyMeasures])[];
  /** mWh and metered ms per block start. */
  readonly blocks: readonly (readonly [start: number, energy: number, metered: number])[];
  /** Highest demand among the blocks that are no longer in memory, per local month. */
  readonly peaks: readonly (readonly [month: string, peak: Demand])[];
  readonly forgotten: number | null;
  readonly now: Now | null;
}

interface Now {
  readonly start: number;
  readonly shift: string;
  readonly kW: number | null;
}

export interface CurrentFigures {
  /** Mean power of the last stated atom; null where nothing was metered. */
  readonly kW: number | null;
  /** The last block of demand that was metered whole. */
  readonly demand: Demand | null;
  /** The highest of them in the month of the last atom. */
  readonly monthPeak: Demand | null;
  /** Sums of the running shift. */
  readonly shift: EnergyMeasures;
}

const HOUR = 3_600_000;

export class EnergyFigures {
  readonly #blockMs: number;
  readonly #zone: string;
  readonly #months: Intl.DateTimeFormat;
  readonly #shifts: Map<string, { end: number; sum: EnergyMeasures }>;
  readonly #blocks: Map<number, { energy: number; metered: number }>;
  readonly #peaks: Map<string, Demand>;
  #forgotten: number;
  #now: Now | null;

  constructor(blockMs: number, zone: string, from?: FiguresState) {
    this.#blockMs = blockMs;
    this.#zone = zone;
    this.#months = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit" });
    this.#shifts = new Map(from?.shifts.map(([key, end, sum]) => [key, { end, sum }]));
    this.#blocks = new Map(from?.blocks.map(([start, energy, metered]) => [start, { energy, metered }]));
    this.#peaks = new Map(from?.peaks);
    this.#forgotten = from?.forgotten ?? Number.NEGATIVE_INFINITY;
    this.#now = from?.now ?? null;
  }

  get current(): CurrentFigures | null {
    const now = this.#now;
    if (now === null) return null;
    const whole = this.#wholeBlocks().toSorted((a, b) => a.start - b.start);
    const month = this.#months.format(now.start);
    let monthPeak = this.#peaks.get(month) ?? null;
    for (const block of whole)
      if (this.#months.format(block.start) === month && (monthPeak === null || block.kW > monthPeak.kW)) monthPeak = block;
    return { kW: now.kW, demand: whole.at(-1) ?? null, monthPeak, shift: this.#shifts.get(now.shift)?.sum ?? NO_ENERGY };
  }

  apply(atom: EnergyAtom, sign: 1 | -1): void {
    if (atom.start < this.#forgotten) return;
    const { start, end, measures } = atom;
    const shift = `${atom.productionDay}/${atom.shift}`;
    const known = this.#shifts.get(shift);
    this.#shifts.set(shift, { end: Math.max(known?.end ?? end, end), sum: addEnergy(known?.sum ?? NO_ENERGY, measures, sign) });
    // A minute lies in one block: their edges are on the minute in every zone.
    const key = blockStart(start, this.#blockMs, this.#zone);
    const block = this.#blocks.get(key) ?? { energy: 0, metered: 0 };
    const [placed, metered] = [activeEnergy(measures) - measures.unplaced, meteredTime(measures)];
    this.#blocks.set(key, { energy: block.energy + sign * placed, metered: block.metered + sign * metered });
    if (sign === 1 && start >= (this.#now?.start ?? Number.NEGATIVE_INFINITY))
      this.#now = { start, shift, kW: metered === 0 ? null : placed / PER_KWH / (metered / HOUR) };
  }

  /** Drops what ended before `t`; of blocks the month's highest stays. */
  forget(t: number): void {
    this.#forgotten = t;
    for (const [key, { end }] of this.#shifts) if (end <= t) this.#shifts.delete(key);
    for (const { start, kW } of this.#wholeBlocks()) {
      const month = this.#months.format(start);
      if (start + this.#blockMs <= t && kW > (this.#peaks.get(month)?.kW ?? Number.NEGATIVE_INFINITY))
        this.#peaks.set(month, { start, kW });
    }
    for (const start of this.#blocks.keys()) if (start + this.#blockMs <= t) this.#blocks.delete(start);
    for (const month of [...this.#peaks.keys()].toSorted().slice(0, -2)) this.#peaks.delete(month);
  }

  state(): FiguresState {
    return {
      shifts: [...this.#shifts].map(([key, { end, sum }]) => [key, end, sum] as const),
      blocks: [...this.#blocks].map(([start, { energy, metered }]) => [start, energy, metered] as const),
      peaks: [...this.#peaks],
      forgotten: Number.isFinite(this.#forgotten) ? this.#forgotten : null,
      now: this.#now,
    };
  }

  #wholeBlocks(): Demand[] {
    return [...this.#blocks]
      .filter(([, { metered }]) => metered === this.#blockMs)
      .map(([start, { energy }]) => ({ start, kW: energy / PER_KWH / (this.#blockMs / HOUR) }));
  }
}
