/**
 * The spine: the two pipes that everything else in the house uses.
 * 1. sample → queue → historian. 2. event → ledger → outbox → historian.
 */
import type { Historian, SeriesOf } from "../history/index.ts";
import type { JsonObject } from "../event/index.ts";
import {
  checkStatement,
  LEDGER_LIMITS,
  type Authorship,
  type CheckedStatement,
  type Ledger,
  type LedgerEntry,
  type Statement,
} from "../ledger/index.ts";
import type { Queue, QueueStats } from "../queue/index.ts";
import type { Reject, Sample } from "../sample/index.ts";
import { Forwarder, type ForwarderOptions, type ForwarderStats } from "./forwarder.ts";
import { reportDrops } from "./gaps.ts";
import { OutboxProjector } from "./projector.ts";
import { failed, Recorder, type RecorderOptions, type RecordReport } from "./recorder.ts";
import type { Random, Timing } from "./timing.ts";

export interface SpinePorts {
  readonly queue: Queue;
  readonly ledger: Ledger;
  readonly historian: Historian;
  readonly timing: Timing;
  readonly random: Random;
  /** Site and line of an asset, for the convenience tags. Must not change for an asset that has stored rows. */
  readonly seriesOf: SeriesOf;
  /** Why a sample breaks the contract in its tag; undefined when it keeps it. */
  readonly violation?: (sample: Sample) => Reject | undefined;
  /** The equipment path that events about the spine itself carry, e.g. `acme.galway`. */
  readonly asset: string;
}

export interface SpineOptions extends RecorderOptions, ForwarderOptions {}

export interface StateReport {
  readonly entries: readonly (LedgerEntry & { readonly fresh: boolean })[];
  readonly rejects: readonly Reject[];
}

export interface SpineStats {
  readonly queue: QueueStats;
  readonly forwarder: ForwarderStats;
  /** Points that wait for the disk. */
  readonly pending: number;
  readonly stored: number;
  readonly duplicates: number;
  /** Why events do not reach the historian at the moment. */
  readonly projection?: string;
}

export class Spine {
  readonly #ports: SpinePorts;
  readonly #recorder: Recorder;
  readonly #forwarder: Forwarder;
  readonly #projector: OutboxProjector;
  #stored = 0;
  #duplicates = 0;

  constructor(ports: SpinePorts, options: SpineOptions = {}) {
    this.#ports = ports;
    const onAppended = (): void => this.#forwarder.notify();
    this.#forwarder = new Forwarder(ports, options);
    this.#recorder = new Recorder({ ...ports, onAppended }, options);
    this.#projector = new OutboxProjector({ ...ports, onAppended });
  }

  start(): void {
    this.#forwarder.start();
    this.#projector.start();
  }

  /** Resolves when every sample is on disk, a duplicate or refused. Never rejects. */
  async record(samples: readonly unknown[]): Promise<RecordReport> {
    const report = await this.#recorder.record(samples);
    this.#stored += report.stored;
    this.#duplicates += report.duplicates;
    return report;
  }

  /** Resolves when every statement is in the ledger or refused. Never rejects; malformed statements do not hold up the others. */
  async state(statements: readonly unknown[], by: Authorship): Promise<StateReport> {
    const good: { readonly input: unknown; readonly statement: Statement }[] = [];
    const rejects: Reject[] = [];
    for (const input of statements) {
      const checked = checkStatement(input);
      if ("code" in checked) rejects.push(checked);
      else good.push({ input, statement: plain(checked) });
    }
    const entries: (LedgerEntry & { readonly fresh: boolean })[] = [];
    for (let at = 0; at < good.length; at += LEDGER_LIMITS.statements) {
      const part = good.slice(at, at + LEDGER_LIMITS.statements);
      try {
        const recorded = await this.#ports.ledger.record(
          part.map((one) => one.statement),
          by,
          this.#ports.timing.now(),
        );
        entries.push(...recorded);
      } catch (error) {
        rejects.push(...part.map((one) => failed(one.input, error)));
      }
    }
    this.#projector.notify();
    return { entries, rejects };
  }

  /**
   * Resolves when the historian has everything recorded and stated before the call, or has refused it, however long that
   * takes and whatever comes after. What the queue had to drop is not waited for.
   */
  async flush(): Promise<void> {
    await this.#recorder.flush();
    await this.#projector.flush();
    await this.#forwarder.flush();
  }

  /** Tries at once what waits for its next attempt. */
  retry(): void {
    this.#projector.retry();
    this.#forwarder.retry();
  }

  /** Records what the queue had to drop as `queue.gap.v1`; returns the points. Call it every few seconds. */
  async reportGaps(): Promise<number> {
    const points = await reportDrops(this.#ports, this.#ports.asset, this.#ports.timing.now());
    if (points > 0) this.#projector.notify();
    return points;
  }

  async stats(): Promise<SpineStats> {
    const projection = this.#projector.problem;
    return {
      queue: await this.#ports.queue.stats(),
      forwarder: this.#forwarder.stats(),
      pending: this.#recorder.pending,
      stored: this.#stored,
      duplicates: this.#duplicates,
      ...(projection === undefined ? {} : { projection }),
    };
  }

  /** Takes no more samples; resolves when those taken are on disk or refused. */
  settle(): Promise<void> {
    return this.#recorder.close();
  }

  /** Everything taken is on disk when this resolves; what the historian has not got waits there. The ports stay open. */
  async stop(): Promise<void> {
    await this.settle();
    await Promise.all([this.#projector.stop(), this.#forwarder.stop()]);
  }
}

/** Only what was checked goes on: whatever else an event carries may be large, alive or hostile. */
function plain({ data, evidence, ...key }: CheckedStatement): Statement {
  return {
    ...key,
    data: JSON.parse(data) as JsonObject,
    ...(evidence === null ? {} : { evidence: JSON.parse(evidence) as JsonObject }),
  };
}
