/** What a queue dropped: from where to where each tag must be read again from history. */
export interface DroppedRange {
  /** Source times in milliseconds UTC, (after, before): neither end is missing. */
  readonly after: number;
  readonly before: number;
}

export class Dropped {
  #ranges = new Map<string, DroppedRange>();

  /** A tag that loses values twice before they are read again is read over both losses. */
  note(address: string, { after, before }: DroppedRange): void {
    const known = this.#ranges.get(address) ?? { after, before };
    this.#ranges.set(address, { after: Math.min(known.after, after), before: Math.max(known.before, before) });
  }

  get any(): boolean {
    return this.#ranges.size > 0;
  }

  /** Hands out everything once. */
  take(): readonly (readonly [address: string, range: DroppedRange])[] {
    const taken = [...this.#ranges];
    this.#ranges = new Map();
    return taken;
  }
}
