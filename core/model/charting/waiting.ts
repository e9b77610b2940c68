/** Readings that wait until those that come late have found their place before them. */
import type { Sample, SampleValue } from "../../connect/sample/index.ts";

export interface Reading {
  /** Source time, ms UTC. */
  readonly at: number;
  readonly tag: string;
  /** Null: it could not be read. */
  readonly value: SampleValue;
  /** Of readings of one instant the lower comes first: what is made, before what was measured of it. */
  readonly rank: number;
  /** Of a charted value that cannot be used: as it came. Absent from states that were saved before it was refused. */
  readonly bad?: Sample;
}

/** Readings that wait no longer are kept up to so many, or each would cost a copy of those that do. */
const GONE = 64;

/** In order of time, rank and tag, whatever the order of arrival. */
export class Waiting {
  #readings: Reading[];
  #head = 0;

  constructor(readings: readonly Reading[] = []) {
    this.#readings = [...readings];
  }

  /** `duplicate`: it is there already. `conflict`: another value is. Neither is taken. */
  insert(reading: Reading): "taken" | "duplicate" | "conflict" {
    const all = this.#readings;
    let place = all.length;
    while (place > this.#head && order(all[place - 1] as Reading, reading) > 0) place -= 1;
    const before = place > this.#head ? all[place - 1] : undefined;
    if (before !== undefined && order(before, reading) === 0) return before.value === reading.value ? "duplicate" : "conflict";
    if (place === all.length) all.push(reading);
    else all.splice(place, 0, reading);
    return "taken";
  }

  /** The next reading before `until`, which waits no longer. */
  next(until: number): Reading | undefined {
    const reading = this.#readings[this.#head];
    if (reading === undefined || reading.at >= until) return undefined;
    this.#head += 1;
    if (this.#head > GONE && this.#head * 2 > this.#readings.length) {
      this.#readings = this.#readings.slice(this.#head);
      this.#head = 0;
    }
    return reading;
  }

  state(): readonly Reading[] {
    return this.#readings.slice(this.#head);
  }
}

function order(a: Reading, b: Reading): number {
  return a.at - b.at || a.rank - b.rank || (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0);
}
