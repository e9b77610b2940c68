/** What other nodes get from a twin-historian: `node.api<HistorianService>(id, "twin-historian")`. */
import { setTimeout as pause } from "node:timers/promises";
import type { Historian, Retention } from "../../../core/connect/history/index.ts";
import type { Authorship, Ledger, LedgerEntry } from "../../../core/connect/ledger/index.ts";
import type { Queue } from "../../../core/connect/queue/index.ts";
import type { RecordReport, Spine, SpineStats, StateReport } from "../../../core/connect/spine/index.ts";
import { closeStorage, openStorage, type Storage, type StorageSettings } from "./storage.ts";

export type LedgerListener = (entries: readonly LedgerEntry[]) => void;

export interface HistorianStats extends SpineStats {
  /** Which store: `InfluxDB 1.6.7 at http://127.0.0.1:8086`, `embedded historian`. */
  readonly title: string;
  /** Raw samples before this instant are gone, ms UTC; null when none were deleted. */
  readonly deletedBefore: number | null;
}

/** Directories in use by this process, with the end of their use: an old node may still be closing when the new one opens. */
const claims = new Map<string, Promise<void>>();
const CLAIM_MS = 10_000;

export class HistorianService {
  readonly #settings: StorageSettings;
  readonly #retention: Retention;
  readonly #complain: (sentence: string) => void;
  /** May be kept: it goes on with what is open at the moment. */
  readonly historian: Historian;
  readonly #listeners = new Set<LedgerListener>();
  readonly #flushes = new WeakMap<object, { readonly spine: Spine; readonly done: Promise<true> }>();
  #storage: Storage;
  #release: () => void;
  #closed = false;
  #reopening: Promise<void> | undefined;
  #deletedBefore: number | null = null;

  private constructor(
    settings: StorageSettings,
    retention: Retention,
    complain: (sentence: string) => void,
    storage: Storage,
    release: () => void,
  ) {
    this.#settings = settings;
    this.#retention = retention;
    this.#complain = complain;
    this.#storage = storage;
    this.#release = release;
    this.historian = followed(() => this.#storage.historian);
  }

  static async open(settings: StorageSettings, retention: Retention, complain: (sentence: string) => void): Promise<HistorianService> {
    const release = await claim(settings.directory);
    try {
      return new HistorianService(settings, retention, complain, await openStorage(settings, complain), release);
    } catch (error) {
      release();
      throw error;
    }
  }

  /** Ask for these each time: after a failure of a storage thread they are others. */
  get ledger(): Ledger {
    return this.#storage.ledger;
  }
  get queue(): Queue {
    return this.#storage.queue;
  }

  /** The equipment path of events about the storage itself. */
  get asset(): string {
    return this.#settings.asset;
  }

  /** Resolves when every sample is on disk, a duplicate or refused. Never rejects. */
  record(samples: readonly unknown[]): Promise<RecordReport> {
    return this.#storage.spine.record(samples);
  }

  /** Resolves when every statement is in the ledger or refused. Never rejects. */
  async state(statements: readonly unknown[], by: Authorship): Promise<StateReport> {
    const report = await this.#storage.spine.state(statements, by);
    const fresh = report.entries.filter((entry) => entry.fresh);
    if (fresh.length > 0) for (const listener of this.#listeners) listener(fresh);
    return report;
  }

  /**
   * Calls `listener` with what is new in the ledger, whoever stated it; returns the function that ends this. Guard the
   * listener (`node.guard`). Who was not there reads the ledger: it has everything.
   */
  subscribe(listener: LedgerListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * True when the historian has everything recorded and stated before the call, or has refused it, within `timeoutMs` and
   * whatever comes after. Who asks again for the same `since` waits for what was there when it asked first: behind a long
   * queue a new question would never be answered in time.
   */
  async flush(timeoutMs: number, since: object = {}): Promise<boolean> {
    const { spine } = this.#storage;
    const begun = this.#flushes.get(since);
    // One that began in a storage that was closed since then never ends.
    const flush = begun?.spine === spine ? begun : { spine, done: spine.flush().then(() => true as const) };
    if (flush === begun) spine.retry();
    else this.#flushes.set(since, flush);
    return Promise.race([flush.done, pause(timeoutMs, false, { ref: false })]);
  }

  async stats(): Promise<HistorianStats> {
    const stats = await this.#storage.spine.stats();
    return { ...stats, title: this.historian.title, deletedBefore: this.#deletedBefore };
  }

  /** Housekeeping, every few seconds: reports gaps; after a crash of a storage thread it opens everything again. */
  async tend(): Promise<void> {
    if (this.#closed) return;
    if (this.#storage.alive()) return void (await this.#storage.spine.reportGaps());
    this.#complain("A storage thread has ended. Queue, ledger and history are opened again.");
    await this.#reopen();
  }

  /** Housekeeping, every hour. */
  async enforceRetention(now: number): Promise<void> {
    const { deletedBefore } = await this.historian.enforceRetention(this.#retention, now);
    this.#deletedBefore = deletedBefore ?? this.#deletedBefore;
  }

  async close(): Promise<void> {
    this.#closed = true;
    try {
      await this.#reopening?.catch(() => undefined);
      await closeStorage(this.#storage);
    } finally {
      this.#release();
    }
  }

  async #reopen(): Promise<void> {
    this.#reopening ??= this.#openAgain().finally(() => {
      this.#reopening = undefined;
    });
    await this.#reopening;
  }

  async #openAgain(): Promise<void> {
    await closeStorage(this.#storage);
    this.#storage = await openStorage(this.#settings, this.#complain);
  }
}

/** The historian in use, for those who keep it while the storage is opened again. */
function followed(current: () => Historian): Historian {
  return {
    get title() {
      return current().title;
    },
    prepare: () => current().prepare(),
    write: (batch) => current().write(batch),
    query: (query) => current().query(query),
    readSamples: (range) => current().readSamples(range),
    enforceRetention: (retention, now) => current().enforceRetention(retention, now),
    close: () => current().close(),
  };
}

/** Waits until the directory is free; the returned function frees it again. */
async function claim(directory: string): Promise<() => void> {
  const deadline = Date.now() + CLAIM_MS;
  for (let held = claims.get(directory); held; held = claims.get(directory)) {
    const left = deadline - Date.now();
    const freed = await Promise.race([held.then(() => true), pause(Math.max(0, left), false, { ref: false })]);
    if (!freed) throw new Error(`Another twin-historian uses ${directory}. Give each its own folder, or let nodes share one historian.`);
  }
  const claimed = new Claim();
  claims.set(directory, claimed.end);
  return () => {
    claims.delete(directory);
    claimed.resolve();
  };
}

class Claim {
  resolve!: () => void;
  readonly end = new Promise<void>((resolve) => {
    this.resolve = resolve;
  });
}
