/** Sign-ins of the board pages: random 256-bit tokens, of which the server keeps only the hash. */
import { createHash, randomBytes } from "node:crypto";

export interface SessionLimits {
  /** A session ends when it was not used for so long. An open board counts as use. */
  readonly idleMs: number;
  /** A session ends so long after the sign-in, used or not. */
  readonly absoluteMs: number;
}

interface Session {
  readonly name: string;
  readonly opened: number;
  used: number;
}

const MOST_SESSIONS = 10_000;
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

export class Sessions {
  readonly limits: SessionLimits;
  readonly #sessions = new Map<string, Session>();

  constructor(limits: SessionLimits) {
    this.limits = limits;
  }

  /** Opens a session for an account and answers its token. */
  open(name: string, now: number): string {
    for (const [hash, session] of this.#sessions) if (this.#ended(session, now)) this.#sessions.delete(hash);
    if (this.#sessions.size >= MOST_SESSIONS) this.#sessions.delete(this.#sessions.keys().next().value as string);
    const token = randomBytes(32).toString("base64url");
    this.#sessions.set(digest(token), { name, opened: now, used: now });
    return token;
  }

  /** The account behind a token, and marks the session as used; undefined when the token is wrong or has ended. */
  use(token: string | undefined, now: number): string | undefined {
    if (token === undefined || !TOKEN.test(token)) return undefined;
    const hash = digest(token);
    const session = this.#sessions.get(hash);
    if (!session) return undefined;
    if (this.#ended(session, now)) {
      this.#sessions.delete(hash);
      return undefined;
    }
    session.used = now;
    return session.name;
  }

  close(token: string | undefined): void {
    if (token !== undefined) this.#sessions.delete(digest(token));
  }

  #ended(session: Session, now: number): boolean {
    return now - session.used > this.limits.idleMs || now - session.opened > this.limits.absoluteMs;
  }
}

function digest(token: string): string {
  return createHash("sha256").update(token).digest("base64url");
}
