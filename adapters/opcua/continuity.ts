/**
 * What a feed remembers about its tags so that a gap is visible, is filled where the server has history, and never
 * looks like live data. Pure bookkeeping: times are passed in, readings are returned.
 */
import type { SourceReading } from "../../core/connect/tag-map/reading.ts";
import { BAD_COMMUNICATION } from "./reading.ts";

/** Plain JSON; a node keeps it as its snapshot. */
export interface ResumeState {
  /** Source time of the last reading delivered, by address. */
  readonly last: Readonly<Record<string, number>>;
  /** The server's own source time of it, where the last reading was one asserted again. */
  readonly own?: Readonly<Record<string, number>>;
  /** Source time of the Bad markers of the present gap, null while connected. */
  readonly marker: number | null;
}

export class Continuity {
  readonly #last = new Map<string, number>();
  /** Of values asserted again: the time asserted, and the server's own. */
  readonly #asserted = new Map<string, { readonly at: number; readonly own: number }>();
  /** Tags whose present value must be asserted again, with the time of their marker. */
  readonly #waiting = new Map<string, number>();
  #largest = -Infinity;
  #marker: number | null;

  constructor(resume?: ResumeState) {
    for (const [address, time] of Object.entries(resume?.last ?? {})) {
      if (Number.isSafeInteger(time)) this.#delivered(address, time);
    }
    for (const [address, own] of Object.entries(resume?.own ?? {})) {
      const at = this.#last.get(address);
      if (at !== undefined && Number.isSafeInteger(own)) this.#asserted.set(address, { at, own });
    }
    this.#marker = resume?.marker ?? null;
  }

  state(): ResumeState {
    const own = [...this.#asserted]
      .filter(([address, { at }]) => at === this.#last.get(address))
      .map(([address, { own }]) => [address, own]);
    return { last: Object.fromEntries(this.#last), ...(own.length === 0 ? {} : { own: Object.fromEntries(own) }), marker: this.#marker };
  }

  lastOf(address: string): number | undefined {
    return this.#last.get(address);
  }

  /** Notes live or historical readings on their way out. */
  deliver(readings: readonly SourceReading[]): void {
    for (const { address, sourceTimestamp } of readings) if (sourceTimestamp !== undefined) this.#delivered(address, sourceTimestamp);
  }

  /** The connection is gone: one Bad marker per tag that has delivered, 1 ms after the largest source time seen. */
  lose(addresses: readonly string[], now: number): SourceReading[] {
    if (this.#marker !== null || this.#largest === -Infinity) return [];
    const marker = this.#largest + 1;
    this.#marker = marker;
    return addresses.filter((a) => this.#last.has(a)).map((address) => badMarker(address, marker, now));
  }

  /**
   * One tag after a gap: its history, oldest first, beginning at the last reading delivered, and its present value.
   * When the history begins with that reading, or the present value still is that reading, the server proves that
   * nothing is missing: its value held and is asserted again right after the marker. Otherwise the gap stays marked and
   * the present value is asserted when it is known (`assert`).
   */
  bridge(
    address: string,
    history: readonly SourceReading[],
    present: SourceReading | undefined,
    complete: boolean,
    now: number,
  ): SourceReading[] {
    const last = this.#last.get(address);
    if (last === undefined) return [...history];
    const gapAt = this.#marker ?? this.#largest + 1;
    const held =
      complete && history[0]?.sourceTimestamp === last
        ? history[0]
        : present?.sourceTimestamp === this.#ownOf(address)
          ? present
          : undefined;
    if (!held) {
      this.#waiting.set(address, gapAt);
      // A resumed feed has not marked its gap yet, because until now it could have been seamless.
      return this.#marker === null ? [badMarker(address, gapAt, now), ...history] : [...history];
    }
    if (this.#marker === null || history.some((r) => r.sourceTimestamp === gapAt + 1)) return [...history];
    return [...history, { ...this.#again(held, gapAt + 1, now), historical: true }];
  }

  /** After the gap: present values that are older than the marker are asserted again at the data time of the new connection. */
  assert(present: ReadonlyMap<string, SourceReading>, now: number): SourceReading[] {
    const dataTime = Math.max(...[...present.values()].map((r) => r.sourceTimestamp ?? -Infinity));
    const again: SourceReading[] = [];
    for (const [address, gapAt] of this.#waiting) {
      const reading = present.get(address);
      if (!reading) continue;
      const time = reading.sourceTimestamp ?? Infinity;
      // Older than what it said before: the server went back in time (restored, clock set back). It says nothing about now,
      // and a count from then would look like a reset. The gap stays until something newer comes.
      if (time < (this.#ownOf(address) ?? -Infinity)) continue;
      this.#waiting.delete(address);
      if (time > gapAt) continue;
      again.push(this.#again(reading, Math.max(gapAt + 1, dataTime), now));
    }
    return again;
  }

  get asserting(): boolean {
    return this.#waiting.size > 0;
  }

  /** The gap is over: the next loss gets markers of its own. */
  close(): void {
    this.#marker = null;
  }

  /** The value once more at a later time. The server goes on stating its own time for it, also after the next gap. */
  #again(reading: SourceReading, at: number, now: number): SourceReading {
    const { address, sourceTimestamp = at } = reading;
    this.#asserted.set(address, { at, own: sourceTimestamp === this.#last.get(address) ? (this.#ownOf(address) ?? at) : sourceTimestamp });
    return { ...reading, sourceTimestamp: at, received: now };
  }

  /** Source time at the server of the last reading delivered. */
  #ownOf(address: string): number | undefined {
    const last = this.#last.get(address);
    const asserted = this.#asserted.get(address);
    return asserted !== undefined && asserted.at === last ? asserted.own : last;
  }

  #delivered(address: string, time: number): void {
    if (time > (this.#last.get(address) ?? -Infinity)) this.#last.set(address, time);
    if (time > this.#largest) this.#largest = time;
  }
}

function badMarker(address: string, sourceTimestamp: number, received: number): SourceReading {
  return { protocol: "opcua", address, value: null, quality: "Bad", status: BAD_COMMUNICATION, sourceTimestamp, received };
}
