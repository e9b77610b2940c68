/**
 * The second pipe's exit: ledger → outbox → queue → historian. An entry leaves the outbox after its row is in the
 * durable queue: at least once, and a row projected twice is the same row.
 */
import { encodeLine, joinLines, type SeriesOf } from "../history/index.ts";
import type { Ledger } from "../ledger/index.ts";
import type { Queue } from "../queue/index.ts";
import { Flushes } from "./flushes.ts";
import { Loop } from "./loop.ts";
import { rowOf } from "./rows.ts";
import { backoffMs, type Random, type Timing } from "./timing.ts";

const ENTRIES_PER_STEP = 500;
const IDLE_MS = 1_000;

export class OutboxProjector {
  readonly #ledger: Ledger;
  readonly #queue: Queue;
  readonly #timing: Timing;
  readonly #random: Random;
  readonly #seriesOf: SeriesOf;
  readonly #onAppended: () => void;
  readonly #loop: Loop;
  #failures = 0;
  #problem: string | undefined;
  readonly #flushes = new Flushes();

  constructor(ports: { ledger: Ledger; queue: Queue; timing: Timing; random: Random; seriesOf: SeriesOf; onAppended?: () => void }) {
    this.#ledger = ports.ledger;
    this.#queue = ports.queue;
    this.#timing = ports.timing;
    this.#random = ports.random;
    this.#seriesOf = ports.seriesOf;
    this.#onAppended = ports.onAppended ?? (() => undefined);
    this.#loop = new Loop(ports.timing, () => this.#step());
  }

  /** Why the last step failed; undefined when it did not. */
  get problem(): string | undefined {
    return this.#problem;
  }

  start(): void {
    this.#loop.start();
  }

  /** Something was recorded. */
  notify(): void {
    if (this.#failures === 0) this.#loop.wake();
  }

  /** Resolves when what was in the ledger before the call is in the queue, whatever comes after; tries at once. */
  flush(): Promise<void> {
    const flushed = this.#flushes.add();
    this.retry();
    return flushed;
  }

  /** Ends the pause after a failure. */
  retry(): void {
    this.#loop.wake();
  }

  stop(): Promise<void> {
    return this.#loop.stop();
  }

  async #step(): Promise<number> {
    try {
      const wait = await this.#project();
      this.#failures = 0;
      this.#problem = undefined;
      return wait;
    } catch (error) {
      this.#failures += 1;
      this.#problem = error instanceof Error ? error.message : String(error);
      return backoffMs(this.#failures, this.#random);
    }
  }

  async #project(): Promise<number> {
    await this.#flushes.mark(() => this.#ledger.newest());
    const entries = await this.#ledger.outbox(ENTRIES_PER_STEP);
    this.#flushes.begins(entries[0]?.id);
    const last = entries.at(-1);
    if (!last) return IDLE_MS;
    const lines: string[] = [];
    const unwritable: { line: string; reason: string }[] = [];
    for (const entry of entries) {
      const line = encodeLine(rowOf(entry, this.#seriesOf));
      if (typeof line === "string") lines.push(line);
      else unwritable.push({ line: `ledger entry ${entry.id}: ${entry.kind} ${entry.asset} ${entry.start}`, reason: line.message });
    }
    const now = this.#timing.now();
    if (unwritable.length > 0) await this.#queue.bury(unwritable, now);
    if (lines.length > 0) await this.#queue.append([joinLines(lines)], now);
    await this.#ledger.projected(last.id);
    this.#onAppended();
    return 0;
  }
}
