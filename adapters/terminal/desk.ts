/** Who stands at a terminal: the person who signed in, or at a shared terminal whoever has identified last and was not released. */
import { covers, hasRole, type Identity, type Person } from "../../core/govern/identity/index.ts";
import {
  type Author,
  type Identification,
  identificationEvent,
  readToken,
  type ShownPerson,
  type TerminalView,
} from "../../core/operate/terminal/index.ts";
import { Identified } from "./identified.ts";
import type { Answer, TerminalPorts } from "./ports.ts";

/** A request with a sign-in: its account, and the token of the session. */
export interface Visitor {
  readonly person: Person;
  readonly session: string;
}

type DeskPorts = Pick<TerminalPorts, "state" | "now" | "releaseSeconds"> & { readonly identity: Identity };

const ENTERS = ["operator", "supervisor", "engineer", "quality"] as const;

export class Desk {
  readonly #ports: DeskPorts;
  readonly #identified: Identified;

  constructor(ports: DeskPorts) {
    this.#ports = ports;
    this.#identified = new Identified(ports.releaseSeconds * 1_000);
  }

  /** Null at a shared terminal where nobody has identified. Asked each time: an account that was removed is nobody any more. */
  async author(asset: string, { person, session }: Visitor): Promise<(Author & { readonly since: number }) | null> {
    if (!hasRole(person, "terminal")) return { person, terminal: null, since: 0 };
    const present = this.#identified.at(session, this.#ports.now());
    const found = present === undefined ? null : await this.#ports.identity.find(present.name);
    if (present === undefined || found === null || !fits(found, asset)) return null;
    return { person: found, terminal: person.name, since: present.since };
  }

  /** The screen was touched `agoMs` ago. */
  touched({ session }: Visitor, agoMs: number): void {
    const now = this.#ports.now();
    this.#identified.touch(session, now - agoMs, now);
  }

  async shown(asset: string, visitor: Visitor): Promise<Pick<TerminalView, "person" | "shared">> {
    const author = await this.author(asset, visitor);
    const shown: ShownPerson =
      author === null
        ? { name: "", label: "", enters: false, decides: false, since: null }
        : {
            name: author.person.name,
            label: author.person.label,
            enters: hasRole(author.person, ...ENTERS),
            decides: hasRole(author.person, "supervisor", "engineer", "quality"),
            since: author.since,
          };
    if (!hasRole(visitor.person, "terminal")) return { person: shown, shared: null };
    const people = (await this.#ports.identity.atTerminal?.withPin()) ?? [];
    return {
      person: shown,
      shared: {
        account: visitor.person.name,
        people: people.filter((one) => fits(one, asset)).map(({ name, label }) => ({ name, label })),
        releaseSeconds: this.#ports.releaseSeconds,
      },
    };
  }

  /** Every attempt stands in the ledger before it is answered; where that fails nobody is let in. */
  async identify(asset: string, { person: terminal, session }: Visitor, body: unknown): Promise<Answer> {
    const { atTerminal } = this.#ports.identity;
    if (!hasRole(terminal, "terminal") || atTerminal === undefined)
      return refused(409, "NOT_SHARED", "This is no shared terminal: whoever signed in is the author of its entries.");
    const token = readToken(body);
    if ("status" in token) return refused(token.status, token.code, token.message);
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
    const author = await this.author(asset, visitor);
    this.#identified.release(visitor.session);
    if (author !== null && author.terminal !== null)
      await this.#state(asset, visitor.person, { outcome: "released", how: null, person: author.person.name });
    return { status: 200, body: {} };
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

function refused(status: number, code: string, message: string): Answer {
  return { status, body: { code, message } };
}
