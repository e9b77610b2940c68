/**
 * What is open and what came lately, kept from what is recorded: the list is asked for every few seconds, and the ledger
 * would look through every alarm there ever was.
 */
import { type Ledger, type LedgerEntry, latestPieces } from "../../core/connect/ledger/index.ts";
import { ALARM_RESPONSE, ALARM_STATE } from "../../core/operate/alarm/index.ts";

export interface RecordedAlarms {
  readonly ledger: () => Pick<Ledger, "latest">;
  /** Tells of every entry that is recorded from now on; the answer ends it. */
  subscribe(listener: (entries: readonly LedgerEntry[]) => void): () => void;
  readonly now: () => number;
}

type Entries = Map<string, LedgerEntry>;

const HOUR = 3_600_000;
/** How long an alarm that is over, and a response, are kept. */
const KEPT_MS: Readonly<Record<string, number>> = { [ALARM_STATE]: 600_000, [ALARM_RESPONSE]: HOUR };
/** What was recorded while the storage failed may not have been told. */
const READ_AGAIN_MS = HOUR;
const MOST_READ = 10_000;
/** Nobody looks at the list for long: then it is read again rather than kept. */
const MOST_KEPT = 30_000;

export class CurrentAlarms {
  readonly #recorded: RecordedAlarms;
  readonly #unsubscribe: () => void;
  #kept: Entries | undefined;
  #readAt = 0;
  /** What is recorded while the ledger is read. */
  #heard: LedgerEntry[] = [];
  #reading: Promise<void> | undefined;

  constructor(recorded: RecordedAlarms) {
    this.#recorded = recorded;
    this.#unsubscribe = recorded.subscribe((entries) => this.#hear(entries.filter(({ kind }) => Object.hasOwn(KEPT_MS, kind))));
  }

  /** The latest statements of alarms that are open or came in the last 10 min, and the responses of the last hour, in order of start. */
  async entries(): Promise<readonly LedgerEntry[]> {
    const now = this.#recorded.now();
    if (this.#kept === undefined || now - this.#readAt >= READ_AGAIN_MS) this.#reading ??= this.#read(now).finally(() => this.#readEnded());
    await this.#reading;
    for (const [key, { kind, start, end }] of this.#kept ?? [])
      if (end !== null && start <= now - (KEPT_MS[kind] ?? 0)) this.#kept?.delete(key);
    return [...(this.#kept?.values() ?? [])].toSorted((a, b) => a.start - b.start);
  }

  close(): void {
    this.#unsubscribe();
  }

  #hear(entries: readonly LedgerEntry[]): void {
    if (this.#reading !== undefined) this.#heard.push(...entries);
    if (this.#kept === undefined) return;
    take(this.#kept, entries);
    if (this.#kept.size > MOST_KEPT) this.#kept = undefined;
  }

  async #read(now: number): Promise<void> {
    const read: Entries = new Map();
    const ledger = this.#recorded.ledger();
    const to = now + HOUR;
    for await (const entries of latestPieces(ledger, { kind: ALARM_STATE, to, only: "open" })) {
      take(read, entries);
      if (read.size >= MOST_READ) break;
    }
    for (const [kind, ms] of Object.entries(KEPT_MS))
      for await (const entries of latestPieces(ledger, { kind, from: now - ms, to, only: "starting" })) take(read, entries);
    take(read, this.#heard);
    [this.#kept, this.#readAt] = [read, now];
  }

  #readEnded(): void {
    this.#heard = [];
    this.#reading = undefined;
  }
}

function take(kept: Entries, entries: readonly LedgerEntry[]): void {
  for (const entry of entries) {
    const key = `${entry.kind} ${entry.asset} ${entry.start}`;
    if (entry.revision > (kept.get(key)?.revision ?? 0)) kept.set(key, entry);
  }
}
