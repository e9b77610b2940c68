/**
 * The durable queue on one SQLite file: one blob per batch of line protocol, dead letters and counters beside it.
 * Synchronous methods for the SQLite thread; `queue.ts` is the asynchronous port. Every change and its counters are
 * one transaction, committed with `synchronous=FULL` (a power cut loses nothing acknowledged) unless `NORMAL` is
 * chosen (a power cut may lose the last commits, a killed process none).
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { LineBatch } from "../../core/connect/history/index.ts";
import {
  QueueFull,
  type DeadLetter,
  type QueuedBatch,
  type QueueDrop,
  type QueueLimits,
  type QueueStats,
} from "../../core/connect/queue/index.ts";
import { guardFreeSpace, openDatabase, storageError, transaction } from "./database.ts";

export interface QueueStoreOptions extends QueueLimits {
  readonly synchronous?: "FULL" | "NORMAL";
  /** Refuse to append when the file system has fewer free bytes than this; what waits can still be drained. */
  readonly minFreeBytes?: number;
  /** The oldest dead letters beyond this number are dropped and counted. Default 100 000. */
  readonly maxDeadLetters?: number;
  /** Hard bound of the file in bytes; at the bound the queue answers `DISK_FULL`. None by default. */
  readonly maxFileBytes?: number;
}

const SCHEMA = `
  CREATE TABLE batch (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    queued INTEGER NOT NULL, points INTEGER NOT NULL, bytes INTEGER NOT NULL, lines BLOB NOT NULL
  ) STRICT;
  CREATE TABLE dead_letter (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    line TEXT NOT NULL, reason TEXT NOT NULL, first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, times INTEGER NOT NULL,
    UNIQUE (line, reason)
  ) STRICT;
  CREATE TABLE dropped (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    reason TEXT NOT NULL, points INTEGER NOT NULL, oldest INTEGER NOT NULL, newest INTEGER NOT NULL, sealed INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE tally (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    batches INTEGER NOT NULL, points INTEGER NOT NULL, bytes INTEGER NOT NULL, letters INTEGER NOT NULL,
    appended INTEGER NOT NULL, acknowledged INTEGER NOT NULL, dropped INTEGER NOT NULL, dead INTEGER NOT NULL
  ) STRICT;
  INSERT INTO tally VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0);
`;

type Tally = Omit<{ -readonly [K in keyof QueueStats]: QueueStats[K] }, "oldest">;
interface Head {
  readonly id: number;
  readonly queued: number;
  readonly points: number;
  readonly bytes: number;
}

const MIB = 2 ** 20;

export class QueueStore {
  readonly #file: string;
  #options: QueueStoreOptions;
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #heads: StatementSync;
  readonly #upTo: StatementSync;
  readonly #remove: StatementSync;
  readonly #readTally: StatementSync;
  readonly #writeTally: StatementSync;
  readonly #waiting: StatementSync;

  constructor(file: string, options: QueueStoreOptions) {
    this.#file = file;
    this.#options = options;
    this.#database = openDatabase(file, {
      title: "queue",
      applicationId: 0x74_77_51_31,
      migrations: [SCHEMA],
      exclusive: true,
      pageSize: 16_384,
      synchronous: options.synchronous ?? "FULL",
      ...(options.maxFileBytes === undefined ? {} : { maxFileBytes: options.maxFileBytes }),
    });
    const prepare = (sql: string): StatementSync => this.#database.prepare(sql);
    this.#insert = prepare("INSERT INTO batch (queued, points, bytes, lines) VALUES (?, ?, ?, ?)");
    this.#heads = prepare("SELECT id, queued, points, bytes FROM batch ORDER BY id");
    this.#upTo = prepare("SELECT count(*) AS batches, total(points) AS points, total(bytes) AS bytes FROM batch WHERE id <= ?");
    this.#remove = prepare("DELETE FROM batch WHERE id <= ?");
    this.#readTally = prepare("SELECT batches, points, bytes, letters, appended, acknowledged, dropped, dead FROM tally");
    this.#writeTally = prepare(
      "UPDATE tally SET batches = ?, points = ?, bytes = ?, letters = ?, appended = ?, acknowledged = ?, dropped = ?, dead = ?",
    );
    this.#waiting = prepare("SELECT id, points, lines FROM batch ORDER BY id");
  }

  /** New limits for a file that is already open (a redeploy that overlaps). */
  configure(options: QueueStoreOptions): void {
    this.#options = options;
  }

  append(batches: readonly LineBatch[], now: number): void {
    this.#guarded(() => {
      guardFreeSpace(this.#file, this.#options.minFreeBytes ?? 0);
      this.#change((tally) => this.#append(tally, batches, now));
    });
  }

  peek(maxPoints: number, maxBytes = Number.POSITIVE_INFINITY): QueuedBatch[] {
    return this.#guarded(() => {
      const found: QueuedBatch[] = [];
      let points = 0;
      let bytes = 0;
      for (const row of this.#waiting.iterate() as Iterable<{ id: number; points: number; lines: Uint8Array }>) {
        points += row.points;
        bytes += row.lines.byteLength;
        if (found.length > 0 && (points > maxPoints || bytes > maxBytes)) break;
        found.push({ id: row.id, count: row.points, lines: row.lines });
      }
      return found;
    });
  }

  newest(): number {
    return this.#guarded(() => {
      const kept = this.#database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'batch'").get();
      return (kept as { seq: number } | undefined)?.seq ?? 0;
    });
  }

  acknowledge(upToId: number): void {
    this.#guarded(() =>
      this.#change((tally) => {
        tally.acknowledged += this.#take(tally, upToId).points;
      }),
    );
    this.#giveBackSpace();
  }

  bury(letters: readonly { readonly line: string; readonly reason: string }[], now: number): void {
    if (letters.length === 0) return;
    this.#guarded(() =>
      this.#change((tally) => {
        const known = this.#database.prepare("UPDATE dead_letter SET times = times + 1, last_seen = ? WHERE line = ? AND reason = ?");
        const fresh = this.#database.prepare("INSERT INTO dead_letter (line, reason, first_seen, last_seen, times) VALUES (?, ?, ?, ?, 1)");
        for (const { line, reason } of letters) {
          if (known.run(now, line, reason).changes > 0) continue;
          fresh.run(line, reason, now, now);
          tally.letters += 1;
          tally.dead += 1;
        }
        this.#boundLetters(tally);
      }),
    );
  }

  deadLetters(limit: number): DeadLetter[] {
    return this.#guarded(
      () =>
        this.#database
          .prepare("SELECT id, line, reason, first_seen AS firstSeen, last_seen AS lastSeen, times FROM dead_letter ORDER BY id LIMIT ?")
          .all(limit) as unknown as DeadLetter[],
    );
  }

  replay(ids: readonly number[], now: number): number {
    return this.#guarded(() =>
      this.#change((tally) => {
        const take = this.#database.prepare("DELETE FROM dead_letter WHERE id = ? RETURNING line");
        const lines = ids.map((id) => (take.get(id) as { line: string } | undefined)?.line).filter((line) => line !== undefined);
        if (lines.length === 0) return 0;
        tally.letters -= lines.length;
        this.#append(tally, [{ lines: new TextEncoder().encode(lines.join("\n")), count: lines.length }], now);
        return lines.length;
      }),
    );
  }

  discard(ids: readonly number[]): number {
    return this.#guarded(() =>
      this.#change((tally) => {
        const remove = this.#database.prepare("DELETE FROM dead_letter WHERE id = ?");
        const removed = ids.reduce((count, id) => count + Number(remove.run(id).changes), 0);
        tally.letters -= removed;
        return removed;
      }),
    );
  }

  drops(): QueueDrop[] {
    return this.#guarded(() => {
      const unreported = "SELECT id, reason, points, oldest, newest FROM dropped ORDER BY id";
      const found = this.#database.prepare(unreported).all() as unknown as QueueDrop[];
      if (found.length > 0) this.#database.exec("UPDATE dropped SET sealed = 1 WHERE sealed = 0");
      return found;
    });
  }

  dropsReported(upToId: number): void {
    this.#guarded(() => this.#database.prepare("DELETE FROM dropped WHERE id <= ? AND sealed = 1").run(upToId));
  }

  stats(): QueueStats {
    return this.#guarded(() => {
      const oldest = (this.#heads.get() as Head | undefined)?.queued ?? null;
      return { ...(this.#readTally.get() as unknown as Tally), oldest };
    });
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }

  #append(tally: Tally, batches: readonly LineBatch[], now: number): void {
    const filled = batches.filter((batch) => batch.count > 0);
    const bytes = filled.reduce((sum, batch) => sum + batch.lines.byteLength, 0);
    this.#makeRoom(tally, bytes, now);
    for (const batch of filled) {
      this.#insert.run(now, batch.count, batch.lines.byteLength, batch.lines);
      tally.batches += 1;
      tally.points += batch.count;
      tally.appended += batch.count;
    }
    tally.bytes += bytes;
  }

  #makeRoom(tally: Tally, incoming: number, now: number): void {
    const { maxBytes, maxAgeMs, whenFull } = this.#options;
    if (incoming > maxBytes) {
      throw new QueueFull(
        `${incoming} bytes at once do not fit a queue of ${maxBytes} bytes. Raise the queue's size or send less at a time.`,
      );
    }
    let surplus = tally.bytes + incoming - maxBytes;
    const horizon = now - maxAgeMs;
    for (const head of this.#headsToDrop(surplus, horizon)) {
      if (whenFull === "refuse") {
        const limit = surplus > 0 ? `size of ${Math.round(maxBytes / MIB)} MiB` : `age of ${Math.round(maxAgeMs / 60_000)} min`;
        throw new QueueFull(`The queue is at its limit (${limit}) and refuses new data until the historian takes what waits.`);
      }
      const reason = head.queued < horizon ? "age" : "bytes";
      surplus -= head.bytes;
      this.#take(tally, head.id);
      this.#noteDrop(tally, reason, head.points, head.queued, head.queued);
    }
  }

  #headsToDrop(surplus: number, horizon: number): Head[] {
    const found: Head[] = [];
    let excess = surplus;
    for (const head of this.#heads.iterate() as Iterable<unknown> as Iterable<Head>) {
      if (excess <= 0 && head.queued >= horizon) break;
      excess -= head.bytes;
      found.push(head);
    }
    return found;
  }

  /** Takes everything up to an id off the queue. */
  #take(tally: Tally, upToId: number): { readonly points: number } {
    const sum = this.#upTo.get(upToId) as unknown as { batches: number; points: number; bytes: number };
    this.#remove.run(upToId);
    tally.batches -= sum.batches;
    tally.points -= sum.points;
    tally.bytes -= sum.bytes;
    return sum;
  }

  #noteDrop(tally: Tally, reason: QueueDrop["reason"], points: number, oldest: number, newest: number): void {
    if (reason !== "dead-letters") tally.dropped += points;
    const grown = this.#database
      .prepare(
        `UPDATE dropped SET points = points + ?, oldest = min(oldest, ?), newest = max(newest, ?)
         WHERE id = (SELECT max(id) FROM dropped) AND sealed = 0 AND reason = ?`,
      )
      .run(points, oldest, newest, reason);
    if (grown.changes === 0) {
      this.#database
        .prepare("INSERT INTO dropped (reason, points, oldest, newest, sealed) VALUES (?, ?, ?, ?, 0)")
        .run(reason, points, oldest, newest);
    }
  }

  #boundLetters(tally: Tally): void {
    const surplus = tally.letters - (this.#options.maxDeadLetters ?? 100_000);
    if (surplus <= 0) return;
    const oldest = this.#database
      .prepare("DELETE FROM dead_letter WHERE id IN (SELECT id FROM dead_letter ORDER BY id LIMIT ?) RETURNING first_seen AS at")
      .all(surplus) as { at: number }[];
    tally.letters -= oldest.length;
    const times = oldest.map((letter) => letter.at);
    this.#noteDrop(tally, "dead-letters", oldest.length, Math.min(...times), Math.max(...times));
  }

  /** The file shrinks again after an outage; in small steps, because the thread serves others too. */
  #giveBackSpace(): void {
    const { freelist_count } = this.#database.prepare("PRAGMA freelist_count").get() as { freelist_count: number };
    if (freelist_count > 4_096) this.#guarded(() => this.#database.exec("PRAGMA incremental_vacuum(1024)"));
  }

  #change<T>(work: (tally: Tally) => T): T {
    return transaction(this.#database, () => {
      const tally = this.#readTally.get() as unknown as Tally;
      const result = work(tally);
      const { batches, points, bytes, letters, appended, acknowledged, dropped, dead } = tally;
      this.#writeTally.run(batches, points, bytes, letters, appended, acknowledged, dropped, dead);
      return result;
    });
  }

  #guarded<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw storageError(error, this.#file);
    }
  }
}
