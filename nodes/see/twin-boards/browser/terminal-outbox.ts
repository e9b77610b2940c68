/** Entries on their way to the server: kept in the browser until the server has answered, also over a reload. */
import type { TerminalRequest } from "../../../../core/operate/terminal/index.ts";

export type Entry = Record<string, unknown> & {
  readonly action: TerminalRequest["action"];
  readonly id: string;
  readonly stop?: number;
  readonly from?: number;
};

/** `refused`: the server's sentence; the entry is then kept until a person has read it. */
export interface Held {
  readonly entry: Entry;
  readonly refused?: string;
}

const MOST = 200;
const RETRY_MS = 5_000;

export class Outbox {
  readonly #url: string;
  readonly #key: string;
  readonly #changed: (sent: boolean) => void;
  #held: Held[];
  #sending = false;
  signedOut = false;

  /** `changed` hears after every change, and whether something reached the server. */
  constructor(url: string, changed: (sent: boolean) => void) {
    this.#url = url;
    this.#key = `twinline-outbox:${url}`;
    this.#changed = changed;
    this.#held = read(this.#key);
    setInterval(() => void this.#send(), RETRY_MS);
    window.addEventListener("online", () => void this.#send());
  }

  get waiting(): readonly Entry[] {
    return this.#held.filter(({ refused }) => refused === undefined).map(({ entry }) => entry);
  }

  get refused(): readonly Held[] {
    return this.#held.filter(({ refused }) => refused !== undefined);
  }

  /** False when so much waits already that no more is taken. */
  add(said: Record<string, unknown> & { readonly action: TerminalRequest["action"] }, now: number): boolean {
    if (this.#held.length >= MOST) return false;
    this.#held.push({ entry: { ...said, id: randomId(), made: now } });
    this.#keep(false);
    void this.#send();
    return true;
  }

  dismiss(id: string): void {
    this.#held = this.#held.filter(({ entry }) => entry.id !== id);
    this.#keep(false);
  }

  async #send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (let [entry] = this.waiting; entry !== undefined; [entry] = this.waiting) if (!(await this.#post(entry))) break;
    } finally {
      this.#sending = false;
    }
  }

  /** Whether the next one may be tried. */
  async #post(entry: Entry): Promise<boolean> {
    const { id } = entry;
    const answer = await fetch(this.#url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(entry),
    }).catch(() => undefined);
    this.signedOut = answer?.status === 401;
    if (answer === undefined || answer.status === 401 || answer.status === 429 || answer.status >= 500 || answer.status === 404) {
      // Whoever reads the ledger sees what was not sent when it was made: this one, and those that wait behind it.
      this.#held = this.#held.map((held) => (held.refused === undefined ? { entry: { ...held.entry, queued: true } } : held));
      this.#keep(false);
      return false;
    }
    if (answer.ok) this.#held = this.#held.filter((held) => held.entry.id !== id);
    else {
      const said = (await answer.json().catch(() => ({}))) as { message?: string };
      this.#held = this.#held.map((held) => (held.entry.id === id ? { ...held, refused: said.message ?? String(answer.status) } : held));
    }
    this.#keep(true);
    return true;
  }

  #keep(sent: boolean): void {
    localStorage.setItem(this.#key, JSON.stringify(this.#held));
    this.#changed(sent);
  }
}

function read(key: string): Held[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? (kept as Held[]) : [];
  } catch {
    return [];
  }
}

/** Not `randomUUID`: on a plain HTTP address browsers do not have it. */
function randomId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
