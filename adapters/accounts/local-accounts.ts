/** The identity port over a file of local accounts. The file is read again when it changes: a removed account is out at once. */
import { statSync } from "node:fs";
import type { Identity, Person } from "../../core/govern/identity/index.ts";
import { type Reading, readAccounts, type StoredAccount } from "./account-file.ts";
import { DEFAULT_COST, LONGEST_PASSWORD, matchesPassword } from "./password.ts";
import { Throttle } from "./throttle.ts";

/** Hashing takes memory and a core; more sign-ins than this at once are told to wait. */
const MOST_AT_ONCE = 4;
const MOST_WAITING = 32;

export class LocalAccounts implements Identity {
  readonly #file: string;
  readonly #now: () => number;
  readonly #throttle = new Throttle();
  #reading: Reading = { ok: false, absent: true, fault: "" };
  #stamp = "";
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(file: string, now: () => number = Date.now) {
    this.#file = file;
    this.#now = now;
  }

  get configured(): boolean {
    return this.#accounts().some((account) => account.disabled !== true);
  }

  /** Why nobody can sign in, in one sentence; undefined when somebody can. */
  get fault(): string | undefined {
    const accounts = this.#accounts();
    if (!this.#reading.ok) return this.#reading.fault;
    return accounts.some((account) => account.disabled !== true) ? undefined : `${this.#file} has no enabled account.`;
  }

  async find(name: string): Promise<Person | null> {
    const account = this.#enabled(name);
    return account ? personOf(account) : null;
  }

  /** `address` is where the attempt comes from, for the throttle. */
  async authenticate(name: string, secret: string, address = ""): Promise<Person | null> {
    if (typeof name !== "string" || typeof secret !== "string" || name.length > 64 || secret.length > LONGEST_PASSWORD) return null;
    if (this.retryAfterMs(name, address) > 0) return null;
    if (this.#running >= MOST_AT_ONCE) {
      if (this.#waiting.length >= MOST_WAITING) return null;
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    this.#running += 1;
    try {
      const account = this.#enabled(name);
      // An unknown name costs the same hash, so that the time tells nothing about which names exist.
      const matches = await matchesPassword(secret, account?.password ?? this.#decoy());
      if (account && matches) {
        this.#throttle.succeeded(name, address);
        return personOf(account);
      }
      this.#throttle.failed(name, address, this.#now());
      return null;
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  /** How long this account has to wait from this address after failed attempts, ms. */
  retryAfterMs(name: string, address = ""): number {
    return this.#throttle.waitMs(name, address, this.#now());
  }

  #enabled(name: string): StoredAccount | undefined {
    return this.#accounts().find((account) => account.name === name && account.disabled !== true);
  }

  #accounts(): readonly StoredAccount[] {
    const stamp = stampOf(this.#file);
    if (stamp !== this.#stamp || stamp === "") {
      this.#reading = readAccounts(this.#file);
      this.#stamp = stamp;
    }
    return this.#reading.ok ? this.#reading.accounts : [];
  }

  #decoy(): StoredAccount["password"] {
    const costly = this.#accounts().map((account) => account.password);
    const { N, r, p } = costly.toSorted((a, b) => b.N * b.r * b.p - a.N * a.r * a.p)[0] ?? DEFAULT_COST;
    return { algorithm: "scrypt", N, r, p, salt: "A".repeat(22), hash: "A".repeat(43) };
  }
}

function personOf({ name, label, roles, scope }: StoredAccount): Person {
  return { name, label, roles, scope };
}

/** Changes whenever the file is replaced or its mode changes; "" when it cannot be read. */
function stampOf(file: string): string {
  try {
    const { ino, mtimeMs, ctimeMs, size, mode } = statSync(file);
    return `${ino} ${mtimeMs} ${ctimeMs} ${size} ${mode}`;
  } catch {
    return "";
  }
}
