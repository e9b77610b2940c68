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
  /** Counters in points since the file was created. */
  readonly appended: number;
  readonly acknowledged: number;
  readonly dropped: number;
  readonly dead: number;
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
  /** The oldest waiting batches up to `maxPoints`, in order; they stay queued until acknowledged. */
  peek(maxPoints: number): Promise<readonly QueuedBatch[]>;
  acknowledge(upToId: number): Promise<void>;
  bury(letters: readonly { readonly line: string; readonly reason: string }[], now: number): Promise<void>;
  deadLetters(limit: number): Promise<readonly DeadLetter[]>;
  /** Puts dead letters back at the tail of the queue. */
  replay(ids: readonly number[], now: number): Promise<number>;
  discard(ids: readonly number[]): Promise<number>;
  stats(): Promise<QueueStats>;
  close(): Promise<void>;
}

export class QueueFull extends Error {
  override readonly name = "QueueFull";
}
