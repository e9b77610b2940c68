/** A queue in memory: the model that the SQLite queue is compared with, and the port for tests of the spine. */
import type { LineBatch } from "../../core/connect/history/index.ts";
import {
  QueueFull,
  type DeadLetter,
  type Queue,
  type QueuedBatch,
  type QueueDrop,
  type QueueLimits,
  type QueueStats,
} from "../../core/connect/queue/index.ts";

type Waiting = QueuedBatch & { readonly queued: number };
const bytesOf = (batches: readonly LineBatch[]): number => batches.reduce((sum, batch) => sum + batch.lines.byteLength, 0);

export class MemoryQueue implements Queue {
  readonly #limits: QueueLimits;
  #waiting: Waiting[] = [];
  #letters: DeadLetter[] = [];
  #drops: QueueDrop[] = [];
  #sealed = 0;
  #lastId = 0;
  #lastLetter = 0;
  #lastDrop = 0;
  #counters = { appended: 0, acknowledged: 0, dropped: 0, dead: 0 };

  constructor(limits?: Partial<QueueLimits>) {
    this.#limits = { maxBytes: 1e9, maxAgeMs: 1e12, whenFull: "drop-oldest", ...limits };
  }

  async append(batches: readonly LineBatch[], now: number): Promise<void> {
    const { maxBytes, maxAgeMs, whenFull } = this.#limits;
    const filled = batches.filter((batch) => batch.count > 0);
    const incoming = bytesOf(filled);
    if (incoming > maxBytes) throw new QueueFull("too large");
    const late = (head: Waiting | undefined): head is Waiting =>
      head !== undefined && (head.queued < now - maxAgeMs || bytesOf(this.#waiting) + incoming > maxBytes);
    if (whenFull === "refuse" && late(this.#waiting[0])) throw new QueueFull("full");
    for (let head = this.#waiting[0]; late(head); head = this.#waiting[0]) {
      this.#waiting.shift();
      this.#counters.dropped += head.count;
      this.#note(head.queued < now - maxAgeMs ? "age" : "bytes", head.count, head.queued);
    }
    for (const batch of filled) {
      this.#waiting.push({ ...batch, id: ++this.#lastId, queued: now });
      this.#counters.appended += batch.count;
    }
  }

  async peek(maxPoints: number, maxBytes = Number.POSITIVE_INFINITY): Promise<readonly QueuedBatch[]> {
    const found: QueuedBatch[] = [];
    let points = 0;
    let bytes = 0;
    for (const { id, count, lines } of this.#waiting) {
      points += count;
      bytes += lines.byteLength;
      if (found.length > 0 && (points > maxPoints || bytes > maxBytes)) break;
      found.push({ id, count, lines });
    }
    return found;
  }

  async newest(): Promise<number> {
    return this.#lastId;
  }

  async acknowledge(upToId: number): Promise<void> {
    for (const batch of this.#waiting) if (batch.id <= upToId) this.#counters.acknowledged += batch.count;
    this.#waiting = this.#waiting.filter((batch) => batch.id > upToId);
  }

  async bury(letters: readonly { readonly line: string; readonly reason: string }[], now: number): Promise<void> {
    for (const { line, reason } of letters) {
      const known = this.#letters.findIndex((letter) => letter.line === line && letter.reason === reason);
      const letter = this.#letters[known];
      if (letter) this.#letters[known] = { ...letter, times: letter.times + 1, lastSeen: now };
      else {
        this.#letters.push({ id: ++this.#lastLetter, line, reason, firstSeen: now, lastSeen: now, times: 1 });
        this.#counters.dead += 1;
      }
    }
  }

  async deadLetters(limit: number): Promise<readonly DeadLetter[]> {
    return this.#letters.slice(0, limit);
  }

  async replay(ids: readonly number[], now: number): Promise<number> {
    const lines = ids.flatMap((id) => this.#letters.filter((letter) => letter.id === id).map((letter) => letter.line));
    if (lines.length === 0) return 0;
    await this.append([{ lines: new TextEncoder().encode(lines.join("\n")), count: lines.length }], now);
    return this.discard(ids);
  }

  async discard(ids: readonly number[]): Promise<number> {
    const before = this.#letters.length;
    this.#letters = this.#letters.filter((letter) => !ids.includes(letter.id));
    return before - this.#letters.length;
  }

  async drops(): Promise<readonly QueueDrop[]> {
    this.#sealed = this.#lastDrop;
    return [...this.#drops];
  }

  async dropsReported(upToId: number): Promise<void> {
    this.#drops = this.#drops.filter((drop) => drop.id > upToId || drop.id > this.#sealed);
  }

  async stats(): Promise<QueueStats> {
    const points = this.#waiting.reduce((sum, batch) => sum + batch.count, 0);
    const oldest = this.#waiting[0]?.queued ?? null;
    const letters = this.#letters.length;
    return { batches: this.#waiting.length, points, bytes: bytesOf(this.#waiting), oldest, letters, ...this.#counters };
  }

  async close(): Promise<void> {}

  #note(reason: QueueDrop["reason"], points: number, queued: number): void {
    const last = this.#drops.at(-1);
    if (last && last.id > this.#sealed && last.reason === reason) {
      this.#drops[this.#drops.length - 1] = {
        ...last,
        points: last.points + points,
        oldest: Math.min(last.oldest, queued),
        newest: Math.max(last.newest, queued),
      };
    } else this.#drops.push({ id: ++this.#lastDrop, reason, points, oldest: queued, newest: queued });
  }
}
