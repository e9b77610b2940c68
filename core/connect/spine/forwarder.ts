/**
 * The first pipe's exit: queue → historian, first in, first out, one batch in flight. A batch leaves the queue after
 * the historian has it; written twice it is the same points. While the historian is away, everything waits on disk.
 */
import { HistorianUnavailable, type Historian, type LineBatch } from "../history/index.ts";
import type { Queue, QueuedBatch } from "../queue/index.ts";
import { Flushes } from "./flushes.ts";
import { Loop } from "./loop.ts";
import { backoffMs, type Random, type Timing } from "./timing.ts";

export interface ForwarderOptions {
  /** Points of one write, at most. Default 5 000. */
  readonly batchPoints?: number;
  /** Bytes of one write, at most, unless one batch alone is larger: texts make large points. Default 4 MiB. */
  readonly batchBytes?: number;
  /** How long an empty queue is left alone when nobody calls `notify`, ms. Default 1 000. */
  readonly idleMs?: number;
}

export interface ForwarderStats {
  /** `away`: the last write failed and is tried again. */
  readonly state: "idle" | "forwarding" | "away";
  /** Points taken by the historian and points it refused for good, since the start. */
  readonly forwarded: number;
  readonly refused: number;
  /** Points per second over the last ten seconds. */
  readonly rate: number;
  /** Failed attempts in a row, with the last reason. */
  readonly failures: number;
  readonly problem?: string;
  /** True when the reason is a fault that waiting alone will not cure. */
  readonly fault: boolean;
}

const RATE_WINDOW_MS = 10_000;

export class Forwarder {
  readonly #queue: Queue;
  readonly #historian: Pick<Historian, "write">;
  readonly #timing: Timing;
  readonly #random: Random;
  readonly #batchPoints: number;
  readonly #batchBytes: number;
  readonly #idleMs: number;
  readonly #loop: Loop;
  #state: ForwarderStats["state"] = "idle";
  #forwarded = 0;
  #refused = 0;
  #failures = 0;
  #problem: unknown;
  #deliveries: { readonly at: number; readonly points: number }[] = [];
  readonly #flushes = new Flushes();

  constructor(
    ports: { queue: Queue; historian: Pick<Historian, "write">; timing: Timing; random: Random },
    options: ForwarderOptions = {},
  ) {
    this.#queue = ports.queue;
    this.#historian = ports.historian;
    this.#timing = ports.timing;
    this.#random = ports.random;
    this.#batchPoints = options.batchPoints ?? 5_000;
    this.#batchBytes = options.batchBytes ?? 4 * 2 ** 20;
    this.#idleMs = options.idleMs ?? 1_000;
    this.#loop = new Loop(ports.timing, () => this.#step());
  }

  start(): void {
    this.#loop.start();
  }

  /** Something was appended. A historian that is away is left its pause. */
  notify(): void {
    if (this.#state !== "away") this.#loop.wake();
  }

  /**
   * Resolves when what was appended before the call has left the queue, whatever comes after; tries at once, even when the
   * historian was away.
   */
  flush(): Promise<void> {
    const flushed = this.#flushes.add();
    this.retry();
    return flushed;
  }

  /** Leaves a historian that was away no more pause. */
  retry(): void {
    this.#loop.wake();
  }

  /** Resolves when the write under way has ended. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  stats(): ForwarderStats {
    const since = this.#timing.now() - RATE_WINDOW_MS;
    this.#deliveries = this.#deliveries.filter((delivery) => delivery.at > since);
    const points = this.#deliveries.reduce((sum, delivery) => sum + delivery.points, 0);
    return {
      state: this.#state,
      forwarded: this.#forwarded,
      refused: this.#refused,
      rate: (points * 1_000) / RATE_WINDOW_MS,
      failures: this.#failures,
      fault: this.#failures > 0 && !(this.#problem instanceof HistorianUnavailable),
      ...(this.#failures > 0 ? { problem: this.#problem instanceof Error ? this.#problem.message : String(this.#problem) } : {}),
    };
  }

  async #step(): Promise<number> {
    try {
      await this.#flushes.mark(() => this.#queue.newest());
      const batches = await this.#queue.peek(this.#batchPoints, this.#batchBytes);
      this.#flushes.begins(batches[0]?.id);
      const last = batches.at(-1);
      if (!last) return this.#rest();
      if (this.#state === "idle") this.#state = "forwarding";
      await this.#deliver(batches, last.id);
      this.#state = "forwarding";
      this.#failures = 0;
      return 0;
    } catch (error) {
      this.#state = "away";
      this.#failures += 1;
      this.#problem = error;
      const asked = error instanceof HistorianUnavailable ? (error.retryAfterMs ?? 0) : 0;
      return Math.max(asked, backoffMs(this.#failures, this.#random));
    }
  }

  #rest(): number {
    this.#state = "idle";
    this.#failures = 0;
    return this.#idleMs;
  }

  async #deliver(batches: readonly QueuedBatch[], lastId: number): Promise<void> {
    const batch = merged(batches);
    const report = await this.#historian.write(batch);
    // Refused lines are kept before the batch leaves the queue; a crash in between keeps them twice, never not at all.
    if (report.refused.length > 0) await this.#queue.bury(report.refused, this.#timing.now());
    await this.#queue.acknowledge(lastId);
    const written = batch.count - report.refused.length;
    this.#forwarded += written;
    this.#refused += report.refused.length;
    this.#deliveries.push({ at: this.#timing.now(), points: written });
    if (this.#deliveries.length > 1_000) this.stats();
  }
}

const NEWLINE = 0x0a;

/** Several batches as one, in order. */
function merged(batches: readonly QueuedBatch[]): LineBatch {
  const [first, ...rest] = batches;
  if (first && rest.length === 0) return { lines: first.lines, count: first.count };
  const lines = new Uint8Array(batches.reduce((sum, batch) => sum + batch.lines.byteLength + 1, -1));
  let at = 0;
  let count = 0;
  for (const batch of batches) {
    if (at > 0) lines[at++] = NEWLINE;
    lines.set(batch.lines, at);
    at += batch.lines.byteLength;
    count += batch.count;
  }
  return { lines, count };
}
