/**
 * Entries on their way to the server: kept in the browser until the server has answered, also over a reload. An entry belongs
 * to whoever made it. It is sent while they are still signed in or identified as they were then; later it waits until they
 * are there again and confirm it, and nobody else can send it.
 */
import type { ShownPerson } from "../../../../core/govern/identity/index.ts";
import type { TerminalRequest } from "../../../../core/operate/terminal/index.ts";

export type Entry = Record<string, unknown> & {
  readonly action: string;
  readonly id: string;
  /** Account and name of whoever made it. */
  readonly by: string;
  readonly stop?: number;
  readonly from?: number;
};

export interface Held {
  readonly entry: Entry;
  readonly label: string;
  /** Since when its author had been there; null once the server has not found them there any more. */
  readonly since: number | null;
  /** The server's code and sentence; the entry is then kept until a person has read it. */
  readonly refused?: { readonly code: string; readonly message: string; readonly body?: unknown };
}

/** Who is at the terminal; name and since as the server knows them. */
export type Present = Pick<ShownPerson, "name" | "label" | "since">;

const MOST = 200;
const RETRY_MS = 5_000;
/** Not refusals of the entry, but of its sender. */
const OTHER_PERSON = new Set(["IDENTIFY", "NOT_THE_AUTHOR"]);

/** `A`: what entries may do at this page. */
export class Outbox<A extends string = TerminalRequest["action"]> {
  readonly #url: string;
  readonly #key: string;
  readonly #present: () => Present | undefined;
  readonly #changed: (sent: boolean) => void;
  #held: Held[];
  #sending = false;
  signedOut = false;

  /** `changed` hears after every change, and whether something reached the server. */
  constructor(url: string, present: () => Present | undefined, changed: (sent: boolean) => void) {
    this.#url = url;
    this.#key = `twinline-outbox:${url}`;
    this.#present = present;
    this.#changed = changed;
    this.#held = read(this.#key);
    setInterval(() => void this.send(), RETRY_MS);
    window.addEventListener("online", () => void this.send());
  }

  /** Entries that will be sent by themselves. */
  get waiting(): readonly Entry[] {
    return this.#held.filter((held) => held.refused === undefined && this.#isProved(held)).map(({ entry }) => entry);
  }

  /** Entries whose author has to confirm them. */
  get unproved(): readonly Held[] {
    return this.#held.filter((held) => held.refused === undefined && !this.#isProved(held));
  }

  get refused(): readonly Held[] {
    return this.#held.filter(({ refused }) => refused !== undefined);
  }

  /** False when nobody is there to make it, or so much waits already that no more is taken. */
  add(said: Record<string, unknown> & { readonly action: A }, now: number): boolean {
    const present = this.#present();
    if (present === undefined || present.since === null || this.#held.length >= MOST) return false;
    const { name, label, since } = present;
    this.#held.push({ entry: { ...said, id: randomId(), made: now, by: name }, label, since });
    this.#keep(false);
    void this.send();
    return true;
  }

  dismiss(id: string): void {
    this.#held = this.#held.filter(({ entry }) => entry.id !== id);
    this.#keep(false);
  }

  /** A refused entry is sent once more with what its author, who is there, has changed. */
  amend(id: string, over: Readonly<Record<string, unknown>>): void {
    const present = this.#present();
    if (this.#held.some(({ entry }) => entry.id === id && entry.by !== present?.name)) return;
    this.#change(id, ({ refused: _refused, ...held }) => ({ ...held, since: present?.since ?? null, entry: { ...held.entry, ...over } }));
    this.#keep(false);
    void this.send();
  }

  /** Whoever is there says that these entries are their own: only what they made is sent. */
  confirm(): void {
    const present = this.#present();
    if (present === undefined) return;
    const own = ({ entry, refused }: Held): boolean => refused === undefined && entry.by === present.name;
    this.#held = this.#held.map((held) => (own(held) ? { ...held, since: present.since } : held));
    this.#keep(false);
    void this.send();
  }

  async send(): Promise<void> {
    if (this.#sending) return;
    this.#sending = true;
    try {
      for (let [entry] = this.waiting; entry !== undefined; [entry] = this.waiting) if (!(await this.#post(entry))) break;
    } finally {
      this.#sending = false;
    }
  }

  #isProved({ entry, since }: Held): boolean {
    const present = this.#present();
    return since !== null && present?.name === entry.by && present.since === since;
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
      this.#held = this.#held.map((held) => (held.refused === undefined ? { ...held, entry: { ...held.entry, queued: true } } : held));
      this.#keep(false);
      return false;
    }
    if (answer.ok) this.#held = this.#held.filter((held) => held.entry.id !== id);
    else {
      const body = (await answer.json().catch(() => ({}))) as { code?: string; message?: string };
      const { code = "", message = String(answer.status) } = body;
      if (OTHER_PERSON.has(code)) this.#change(id, (held) => ({ ...held, since: null, entry: { ...entry, queued: true } }));
      else this.#change(id, (held) => ({ ...held, refused: { code, message, body } }));
    }
    this.#keep(true);
    return true;
  }

  #change(id: string, change: (held: Held) => Held): void {
    this.#held = this.#held.map((held) => (held.entry.id === id ? change(held) : held));
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
