/**
 * Who may check a password next. Checking takes a core and 32 MB, so few are checked at once. Each account has a line of
 * its own, and the lines take turns: who floods one account delays that account, and every other one by a turn at most.
 */
const AT_ONCE = 2;
const MOST_PER_ADDRESS = 5;
const MOST_PER_ACCOUNT = 50;

interface Waiting {
  readonly address: string;
  readonly start: () => void;
}

export class Lines {
  /** In the order in which their turn comes. */
  readonly #lines = new Map<string, Waiting[]>();
  /** Accounts of which one is being checked: one at a time, so that each knows of the failures before it. */
  readonly #busy = new Set<string>();

  /** The job's result when its turn has come; undefined at once when too many wait for this account, or from this address for it. */
  async turn<T>(account: string, address: string, job: () => Promise<T>): Promise<T | undefined> {
    const line = this.#lines.get(account) ?? [];
    if (line.length >= MOST_PER_ACCOUNT) return undefined;
    if (line.filter((one) => one.address === address).length >= MOST_PER_ADDRESS) return undefined;
    await new Promise<void>((start) => {
      line.push({ address, start });
      this.#lines.set(account, line);
      this.#serve();
    });
    try {
      return await job();
    } finally {
      this.#busy.delete(account);
      // Behind all that wait.
      this.#lines.delete(account);
      if (line.length > 0) this.#lines.set(account, line);
      this.#serve();
    }
  }

  #serve(): void {
    for (const [account, line] of this.#lines) {
      if (this.#busy.size >= AT_ONCE) return;
      if (this.#busy.has(account)) continue;
      this.#busy.add(account);
      line.shift()?.start();
    }
  }
}
