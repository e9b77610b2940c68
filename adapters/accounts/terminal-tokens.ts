/** Identification at shared terminals by badge or PIN, slowed down so that nobody can try them all. */
import type { Person, TerminalIdentity, Token } from "../../core/govern/identity/index.ts";
import type { Lines } from "./lines.ts";
import { fitsHash, fittingHash, hashSecret } from "./secret.ts";
import { PINS, Throttle } from "./throttle.ts";

/** A person and the hashes of what they identify by. */
export interface HeldTokens {
  readonly person: Person;
  readonly pin: string | undefined;
  readonly badge: string | undefined;
}

const MOST_CHARACTERS = 64;
/** So that a name without a PIN takes as long as one with it. */
const NOBODY = hashSecret("0000");
/** Names without a PIN are one: whoever tries many of them gets no more turns, and no more of the memory, than one name. */
const NO_PIN = "";

export class TerminalTokens implements TerminalIdentity {
  readonly #held: () => Promise<readonly HeldTokens[]>;
  readonly #hasPin: (name: string) => boolean;
  readonly #lines: Lines;
  readonly #now: () => number;
  readonly #pins = new Throttle(PINS);
  /** Wrong PINs of a terminal, of whatever names: whoever tries one after the other must not make everybody wait. */
  readonly #pinsAt = new Throttle();
  readonly #badges = new Throttle();

  /** `hasPin`: as far as is known without reading the accounts again. */
  constructor(held: () => Promise<readonly HeldTokens[]>, hasPin: (name: string) => boolean, lines: Lines, now: () => number) {
    this.#held = held;
    this.#hasPin = hasPin;
    this.#lines = lines;
    this.#now = now;
  }

  retryAfterMs(token: Token, terminal: string): number {
    return Math.max(...this.#throttles(token, terminal).map(({ throttle, key }) => throttle.waitMs(...key, this.#now())));
  }

  /** One after the other per PIN and per terminal, so that each attempt knows of the failures before it. */
  async identify(token: Token, terminal: string): Promise<Person | null> {
    const said = token.how === "pin" ? token.pin : token.badge;
    if (said.length > MOST_CHARACTERS || this.retryAfterMs(token, terminal) > 0) return null;
    const line = token.how === "pin" ? `pin ${this.#nameOf(token)}` : `badge ${terminal}`;
    return (await this.#lines.turn(line, terminal, () => this.#check(token, terminal))) ?? null;
  }

  async withPin(): Promise<readonly Person[]> {
    return (await this.#held()).flatMap(({ person, pin }) => (pin === undefined ? [] : [person]));
  }

  async #check(token: Token, terminal: string): Promise<Person | null> {
    if (this.retryAfterMs(token, terminal) > 0) return null;
    const held = await this.#held();
    const found = token.how === "pin" ? await byPin(held, token) : await byBadge(held, token.badge);
    for (const { throttle, key } of this.#throttles(token, terminal)) {
      if (found === undefined) throttle.failed(...key, this.#now());
      // A good badge forgives no wrong ones: whoever has one could try others between its scans.
      else if (token.how === "pin") throttle.succeeded(...key);
    }
    return found?.person ?? null;
  }

  #throttles(token: Token, terminal: string): readonly { readonly throttle: Throttle; readonly key: [account: string, address: string] }[] {
    const at: [string, string] = ["", terminal];
    if (token.how === "badge") return [{ throttle: this.#badges, key: at }];
    return [
      { throttle: this.#pins, key: [this.#nameOf(token), ""] },
      { throttle: this.#pinsAt, key: at },
    ];
  }

  #nameOf({ name }: Extract<Token, { how: "pin" }>): string {
    return this.#hasPin(name) ? name : NO_PIN;
  }
}

async function byPin(held: readonly HeldTokens[], { name, pin }: Extract<Token, { how: "pin" }>): Promise<HeldTokens | undefined> {
  const one = held.find(({ person }) => person.name === name);
  const fits = await fitsHash(pin, one?.pin ?? (await NOBODY));
  return one?.pin !== undefined && fits ? one : undefined;
}

async function byBadge(held: readonly HeldTokens[], badge: string): Promise<HeldTokens | undefined> {
  const hashes = held.flatMap((one) => one.badge ?? []);
  const hash = await fittingHash(badge, hashes);
  return hash === undefined ? undefined : held.find((one) => one.badge === hash);
}
