/** Which addresses nobody maps, most frequent first, in a memory that a flood of them cannot fill. */

export interface UnmappedAddress {
  readonly protocol: string;
  readonly address: string;
  /** Readings; exact until more addresses were seen than are kept, then at most this many. */
  readonly count: number;
  /** Reception of the last one, ms UTC. */
  readonly at: number;
}

/**
 * The Space-Saving summary of Metwally, Agrawal and El Abbadi (2005): a new address takes the place of the rarest one and
 * inherits its count. Every address with more than `total / size` readings is among those kept.
 */
export class UnmappedAddresses {
  readonly #size: number;
  readonly #kept = new Map<string, { protocol: string; address: string; count: number; at: number }>();

  constructor(size: number) {
    this.#size = size;
  }

  note(protocol: string, address: string, at: number): void {
    const key = `${protocol} ${address}`;
    const known = this.#kept.get(key);
    if (known !== undefined) {
      known.count += 1;
      known.at = at;
      return;
    }
    let inherited = 0;
    if (this.#kept.size >= this.#size) {
      const [rarest, { count }] = this.#rarest();
      this.#kept.delete(rarest);
      inherited = count;
    }
    this.#kept.set(key, { protocol, address, count: inherited + 1, at });
  }

  list(): readonly UnmappedAddress[] {
    return [...this.#kept.values()].map((entry) => ({ ...entry })).sort((a, b) => b.count - a.count);
  }

  #rarest(): readonly [key: string, entry: { readonly count: number }] {
    let found: readonly [string, { readonly count: number }] = ["", { count: Number.POSITIVE_INFINITY }];
    for (const entry of this.#kept) if (entry[1].count < found[1].count) found = entry;
    return found;
  }
}
