/** What has been said about the atoms of one machine: revisions, and the current figures that follow from them. */
import { type EnergyAtom, sameEnergyAtom, sameEnergySeries, withdrawnEnergy } from "./atoms.ts";
import { energyEvent, type EnergyAtomEvent } from "./atom-event.ts";
import { EnergyFigures, type FiguresState } from "./figures.ts";
import type { EnergyMeter } from "./meter.ts";

export interface StatementsState {
  /** Revision per atom start, where it is above 1. */
  readonly revisions: readonly (readonly [start: number, revision: number])[];
  readonly figures: FiguresState;
}

export class EnergyStatements {
  readonly figures: EnergyFigures;
  readonly #meter: EnergyMeter;
  readonly #latenessMs: number;
  readonly #revisions: Map<number, number>;

  constructor(meter: EnergyMeter, latenessMs: number, from?: StatementsState) {
    this.#meter = meter;
    this.#latenessMs = latenessMs;
    this.#revisions = new Map(from?.revisions);
    this.figures = new EnergyFigures(meter.demandMs, meter.zone, from?.figures);
  }

  /** The events that turn what was said (`before`) into what holds (`after`). */
  differences(before: readonly EnergyAtom[], after: readonly EnergyAtom[]): EnergyAtomEvent[] {
    const events: EnergyAtomEvent[] = [];
    const earlier = new Map(before.map((atom) => [atom.start, atom]));
    for (const atom of after) {
      const was = earlier.get(atom.start);
      earlier.delete(atom.start);
      if (was !== undefined && sameEnergyAtom(was, atom)) continue;
      if (was !== undefined && !sameEnergySeries(was, atom)) events.push(this.#state(withdrawnEnergy(was), true));
      events.push(this.#state(atom, was !== undefined));
      if (was !== undefined) this.figures.apply(was, -1);
      this.figures.apply(atom, 1);
    }
    for (const gone of earlier.values()) {
      events.push(this.#state(withdrawnEnergy(gone), true));
      this.figures.apply(gone, -1);
    }
    return events;
  }

  /** A statement once more, with the revision it has. */
  again(atom: EnergyAtom): EnergyAtomEvent {
    return energyEvent(atom, this.#meter, this.#revisions.get(atom.start) ?? 1, this.#latenessMs);
  }

  forget(before: number): void {
    this.figures.forget(before);
    for (const start of this.#revisions.keys()) if (start < before) this.#revisions.delete(start);
  }

  state(from: number): StatementsState {
    return { revisions: [...this.#revisions].filter(([start]) => start >= from), figures: this.figures.state() };
  }

  #state(atom: EnergyAtom, stated: boolean): EnergyAtomEvent {
    const last = this.#revisions.get(atom.start) ?? (stated ? 1 : 0);
    if (last > 0) this.#revisions.set(atom.start, last + 1);
    return energyEvent(atom, this.#meter, last + 1, this.#latenessMs);
  }
}
