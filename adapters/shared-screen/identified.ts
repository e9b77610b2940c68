/** Who has identified at which shared terminal: per session of the terminal's account, at most one person, and not for long. */
import { createHash } from "node:crypto";

interface Present {
  readonly name: string;
  readonly since: number;
  /** When the screen was last touched, as far as is known. */
  touched: number;
}

/** The oldest is released when more terminals than any plant has are in use. */
const MOST = 10_000;

export class Identified {
  readonly #releaseMs: number;
  readonly #present = new Map<string, Present>();

  /** Whoever has identified is released when nothing was touched for longer than `releaseMs`. */
  constructor(releaseMs: number) {
    this.#releaseMs = releaseMs;
  }

  /** Releases whoever was there before. `session`: the token of the terminal's own sign-in. */
  enter(session: string, name: string, now: number): void {
    const key = digest(session);
    this.#present.delete(key);
    this.#present.set(key, { name, since: now, touched: now });
    if (this.#present.size > MOST) this.#present.delete(this.#present.keys().next().value as string);
  }

  /** Undefined where nobody is, or is any more. */
  at(session: string, now: number): Pick<Present, "name" | "since"> | undefined {
    const key = digest(session);
    const present = this.#present.get(key);
    if (present === undefined || now - present.touched <= this.#releaseMs) return present;
    this.#present.delete(key);
    return undefined;
  }

  /** A touch counts only while the person is still there: it brings nobody back. */
  touch(session: string, at: number, now: number): void {
    if (this.at(session, now) === undefined) return;
    const present = this.#present.get(digest(session));
    if (present !== undefined) present.touched = Math.max(present.touched, Math.min(at, now));
  }

  release(session: string): void {
    this.#present.delete(digest(session));
  }
}

function digest(session: string): string {
  return createHash("sha256").update(session).digest("base64url");
}
