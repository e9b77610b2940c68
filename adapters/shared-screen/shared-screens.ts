/** Who stands at a screen: the person who signed in, or at a shared screen whoever has identified last and was not released. */
import {
  type Author,
  covers,
  hasRole,
  type Identification,
  identificationEvent,
  type Identity,
  NOBODY,
  notTheAuthor,
  type Person,
  readToken,
  type Refusal,
  type ShownStanding,
} from "../../core/govern/identity/index.ts";
import { type Answer, answer, refused } from "./answer.ts";
import { Identified } from "./identified.ts";

/** A request with a sign-in: its account, and the token of the session. */
export interface Visitor {
  readonly person: Person;
  readonly session: string;
}

export interface SharedScreenPorts {
  readonly identity: Identity;
  state(
    statements: readonly unknown[],
    by: { readonly author: string; readonly reason: string },
  ): Promise<{ readonly rejects: readonly { readonly message: string }[] }>;
  readonly now: () => number;
  /** Whoever has identified at a shared screen is released after so long without touch, s. */
  readonly releaseSeconds: number;
}

/** Who is there; null at a shared screen where nobody has identified. */
export interface Standing extends ShownStanding {
  readonly author: Author | null;
}

const ENTERS = ["operator", "supervisor", "engineer", "quality"] as const;

/** One for all pages: whoever has identified at one of them is at the screen, whichever page it shows. */
export class SharedScreens {
  readonly #ports: SharedScreenPorts;
  readonly #identified: Identified;

  constructor(ports: SharedScreenPorts) {
    this.#ports = ports;
    this.#identified = new Identified(ports.releaseSeconds * 1_000);
  }

  /** The screen was touched `agoMs` ago. */
  touched({ session }: Visitor, agoMs: number): void {
    const now = this.#ports.now();
    this.#identified.touch(session, now - agoMs, now);
  }

  /** `asset`: the machine of the page. Asked each time: an account that was removed is nobody any more. */
  async standing(asset: string, visitor: Visitor): Promise<Standing> {
    const { author, since } = await this.#author(asset, visitor);
    const { name, label } = author?.person ?? { name: "", label: "" };
    const person = { name, label, enters: author !== null && hasRole(author.person, ...ENTERS), since };
    if (!hasRole(visitor.person, "terminal")) return { author, person, shared: null };
    const people = (await this.#ports.identity.atTerminal?.withPin()) ?? [];
    return {
      author,
      person,
      shared: {
        account: visitor.person.name,
        people: people.filter((one) => fits(one, asset)).map(({ name, label }) => ({ name, label })),
        releaseSeconds: this.#ports.releaseSeconds,
      },
    };
  }

  /** Whose entry it is, or why it is nobody's. `by`: its author as the page says, where it says so. */
  async authorOf(asset: string, visitor: Visitor, by: string | undefined): Promise<Author | Refusal> {
    const { author } = await this.#author(asset, visitor);
    if (author === null) return NOBODY;
    this.touched(visitor, 0);
    return notTheAuthor(author, by) ?? author;
  }

  /** Every attempt stands in the ledger before it is answered; where that fails nobody is let in. */
  async identify(asset: string, { person: terminal, session }: Visitor, body: unknown): Promise<Answer> {
    const { atTerminal } = this.#ports.identity;
    if (!hasRole(terminal, "terminal") || atTerminal === undefined)
      return refused(409, "NOT_SHARED", "This is no shared terminal: whoever signed in is the author of its entries.");
    const token = readToken(body);
    if ("status" in token) return answer(token);
    this.#identified.release(session);
    const waitMs = atTerminal.retryAfterMs(token, terminal.name);
    if (waitMs > 0) return refused(429, "WAIT", `Too many attempts. Try again in ${Math.ceil(waitMs / 1_000)} s.`);
    const person = await atTerminal.identify(token, terminal.name);
    const named = token.how === "pin" ? await this.#ports.identity.find(token.name) : person;
    const outcome = person === null ? "refused" : fits(person, asset) ? "identified" : "unfit";
    await this.#state(asset, terminal, { outcome, how: token.how, person: named?.name ?? null });
    if (person === null) return refused(403, "NOT_KNOWN", "The badge or PIN is not known.");
    if (outcome === "unfit") return refused(403, "UNFIT", "Your account may enter nothing at this machine.");
    this.#identified.enter(session, person.name, this.#ports.now());
    return { status: 200, body: { name: person.name, label: person.label } };
  }

  async release(asset: string, visitor: Visitor): Promise<Answer> {
    const { author } = await this.#author(asset, visitor);
    this.#identified.release(visitor.session);
    if (author !== null && author.terminal !== null)
      await this.#state(asset, visitor.person, { outcome: "released", how: null, person: author.person.name });
    return { status: 200, body: {} };
  }

  async #author(asset: string, { person, session }: Visitor): Promise<{ readonly author: Author | null; readonly since: number | null }> {
    if (!hasRole(person, "terminal")) return { author: { person, terminal: null }, since: 0 };
    const present = this.#identified.at(session, this.#ports.now());
    const found = present === undefined ? null : await this.#ports.identity.find(present.name);
    if (present === undefined || found === null || !fits(found, asset)) return { author: null, since: null };
    return { author: { person: found, terminal: person.name }, since: present.since };
  }

  async #state(asset: string, terminal: Person, identification: Identification): Promise<void> {
    const event = identificationEvent(asset, this.#ports.now(), identification);
    const { rejects } = await this.#ports.state([event], { author: terminal.name, reason: `Terminal: ${identification.outcome}` });
    const [reject] = rejects;
    if (reject !== undefined) throw new Error(reject.message);
  }
}

/** Whoever may enter nothing anywhere has no business to identify. */
function fits(person: Person, asset: string): boolean {
  return covers(person, asset) && hasRole(person, ...ENTERS);
}
