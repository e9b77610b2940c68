/** The Queue port: disk-backed, acknowledged, ordered, bounded. Adapter: `adapters/sqlite`. */
import type { LineBatch } from "../history/index.ts";

export interface QueuedBatch extends LineBatch {
  readonly id: number;
}

export interface QueueLimits {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  /** What happens at the limit: drop the oldest (counted, visible) or refuse new data (the caller waits). */
  readonly whenFull: "drop-oldest" | "refuse";
}

export interface QueueStats {
  readonly batches: number;
  readonly points: number;
  readonly bytes: number;
  /** When the oldest waiting batch was queued, ms UTC; null when empty. */
  readonly oldest: number | null;
  /** Counters in points since the file was created: appended = acknowledged + dropped + waiting. */
  readonly appended: number;
  /** Taken off the queue by the historian's answer: written, or refused and kept as dead letters. */
  readonly acknowledged: number;
  readonly dropped: number;
  readonly dead: number;
  /** Dead letters kept now. */
  readonly letters: number;
}

/** Points that left the queue undelivered because a limit was reached; kept until somebody reports them. */
export interface QueueDrop {
  readonly id: number;
  readonly reason: "bytes" | "age" | "dead-letters";
  readonly points: number;
  /** When the oldest and the newest of them were queued, ms UTC. */
  readonly oldest: number;
  readonly newest: number;
}

export interface DeadLetter {
  readonly id: number;
  readonly line: string;
  readonly reason: string;
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly times: number;
}

export interface Queue {
  /** Resolves when the batches are on disk (synchronous=FULL). Throws `QueueFull` under `refuse`. */
  append(batches: readonly LineBatch[], now: number): Promise<void>;
  /**
   * The oldest waiting batches up to `maxPoints` and `maxBytes` (default: no bound), in order; the first one is given even
   * when it alone is larger. They stay queued until acknowledged.
   */
  peek(maxPoints: number, maxBytes?: number): Promise<readonly QueuedBatch[]>;
  /** The id of the batch appended last, whether it still waits or not; 0 before the first. Ids only grow. */
  newest(): Promise<number>;
  acknowledge(upToId: number): Promise<void>;
  bury(letters: readonly { readonly line: string; readonly reason: string }[], now: number): Promise<void>;
  deadLetters(limit: number): Promise<readonly DeadLetter[]>;
  /** Puts dead letters back at the tail of the queue. */
  replay(ids: readonly number[], now: number): Promise<number>;
  discard(ids: readonly number[]): Promise<number>;
  /** Drops not yet reported, oldest first; a drop that was read once does not grow any more. */
  drops(): Promise<readonly QueueDrop[]>;
  dropsReported(upToId: number): Promise<void>;
  stats(): Promise<QueueStats>;
  close(): Promise<void>;
}

export class QueueFull extends Error {
  override readonly name = "QueueFull";
}

/** The disk cannot take the write now: `DISK_FULL`, `DISK_FAULT` or `IN_USE` (another process has the file). Worth trying again. */
export class StorageUnavailable extends Error {
  override readonly name = "StorageUnavailable";
  readonly code: "DISK_FULL" | "DISK_FAULT" | "IN_USE";
  constructor(message: string, code: "DISK_FULL" | "DISK_FAULT" | "IN_USE") {
    super(message);
    this.code = code;
  }
}

/** The file failed its integrity check and was moved aside; the message says where. The next opening starts a new file. */
export class StorageDamaged extends Error {
  override readonly name = "StorageDamaged";
}
