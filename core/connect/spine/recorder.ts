/**
 * The first pipe's entrance: samples become durable in the queue. Appends are grouped (at most one every `windowMs`,
 * or every `groupPoints` points), and a caller hears back only when everything it sent is on disk or refused.
 */
import { joinLines, TelemetryEncoder, type SeriesOf } from "../history/index.ts";
import { QueueFull, StorageUnavailable, type Queue } from "../queue/index.ts";
import { reject, type Reject, type RejectCode, type Sample } from "../sample/index.ts";
import { parseTag } from "../tag-id/index.ts";
import { RecentSamples } from "./recent.ts";
import { sampleProblem } from "./sample-shape.ts";
import type { Timing } from "./timing.ts";

export interface RecorderOptions {
  /** Longest wait before an append, ms. Default 50. */
  readonly windowMs?: number;
  /** Points of one queued batch. Default 1 000. */
  readonly groupPoints?: number;
  /** While so many points wait for the disk, new samples are refused with `QUEUE_FULL`. Default 500 000. */
  readonly maxPendingPoints?: number;
  /** How far ahead of now a source's clock may be, ms. Default one hour. */
  readonly maxAheadMs?: number;
  readonly recent?: { readonly perTag?: number; readonly tags?: number };
}

export interface RecorderPorts {
  readonly queue: Queue;
  readonly timing: Timing;
  readonly seriesOf: SeriesOf;
  /** Why a sample breaks the contract in its tag; undefined when it keeps it. */
  readonly violation?: (sample: Sample) => Reject | undefined;
  readonly onAppended?: () => void;
}

export interface RecordReport {
  /** Samples that are on disk now and were not before. */
  readonly stored: number;
  /** Identical samples that were already recorded. */
  readonly duplicates: number;
  readonly rejects: readonly Reject[];
}

/** Long texts count too: characters of one batch, of one append, and of everything that waits for the disk. */
const GROUP_CHARS = 1_000_000;
const APPEND_CHARS = 8_000_000;
const MAX_PENDING_CHARS = 256_000_000;

/** Samples that become durable together. */
class Group {
  readonly lines: string[] = [];
  readonly samples: Sample[] = [];
  readonly settled: Promise<void>;
  chars = 0;
  durable = false;
  failure: unknown;
  settle!: () => void;

  constructor() {
    this.settled = new Promise((resolve) => {
      this.settle = resolve;
    });
  }
}

interface Share {
  readonly fresh: Sample[];
  readonly duplicates: Sample[];
}

export class Recorder {
  readonly #queue: Queue;
  readonly #timing: Timing;
  readonly #encoder: TelemetryEncoder;
  readonly #windowMs: number;
  readonly #groupPoints: number;
  readonly #maxPending: number;
  readonly #maxAheadMs: number;
  readonly #recent: RecentSamples<Group>;
  readonly #violation: (sample: Sample) => Reject | undefined;
  readonly #onAppended: () => void;
  #open: Group | undefined;
  /** Begun last: groups settle in order. */
  #newest: Group | undefined;
  #alarm: { cancel(): void } | undefined;
  #sealed: Group[] = [];
  #appending = false;
  #closed = false;
  #pending = 0;
  #pendingChars = 0;

  constructor(ports: RecorderPorts, options: RecorderOptions = {}) {
    this.#queue = ports.queue;
    this.#timing = ports.timing;
    this.#encoder = new TelemetryEncoder(ports.seriesOf);
    this.#violation = ports.violation ?? (() => undefined);
    this.#onAppended = ports.onAppended ?? (() => undefined);
    this.#windowMs = options.windowMs ?? 50;
    this.#groupPoints = options.groupPoints ?? 1_000;
    this.#maxPending = options.maxPendingPoints ?? 500_000;
    this.#maxAheadMs = options.maxAheadMs ?? 3_600_000;
    this.#recent = new RecentSamples(options.recent);
  }

  /** Points that wait for the disk. */
  get pending(): number {
    return this.#pending;
  }

  /** Never rejects: what could not be recorded comes back as rejects, each with its input. */
  async record(samples: readonly unknown[]): Promise<RecordReport> {
    const rejects: Reject[] = [];
    const shares = new Map<Group, Share>();
    let duplicates = 0;
    for (const input of samples) {
      const outcome = this.#take(input, shares);
      if (outcome === "duplicate") duplicates += 1;
      else if (outcome !== "taken") rejects.push(outcome);
    }
    let stored = 0;
    for (const [group, share] of shares) {
      await group.settled;
      if (group.durable) {
        stored += share.fresh.length;
        duplicates += share.duplicates.length;
      } else {
        for (const sample of [...share.fresh, ...share.duplicates]) rejects.push(failed(sample, group.failure));
      }
    }
    return { stored, duplicates, rejects };
  }

  /** Resolves when everything taken before the call is on disk or refused, whatever comes after. */
  async flush(): Promise<void> {
    this.#seal();
    await this.#newest?.settled;
  }

  /** Refuses what comes from now on. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.flush();
  }

  #take(input: unknown, shares: Map<Group, Share>): "taken" | "duplicate" | Reject {
    const problem = sampleProblem(input, this.#timing.now() + this.#maxAheadMs);
    if (problem) return problem;
    const sample = input as Sample;
    const violation = this.#violation(sample);
    if (violation) return violation;
    if (this.#closed) return reject("INTERNAL", sample, { message: "The historian is closing; send this again.", tag: sample.tag });
    const seen = this.#recent.look(sample);
    if (seen === "conflict") return reject("DUPLICATE_TIMESTAMP", sample, { tag: sample.tag, field: "timestamp" });
    if (seen !== "new") {
      const original = seen.duplicateOf;
      if (original.durable) return "duplicate";
      shareOf(shares, original).duplicates.push(sample);
      return "taken";
    }
    if (this.#pending >= this.#maxPending || this.#pendingChars >= MAX_PENDING_CHARS) {
      const message = `${this.#pending} points wait for the disk; new ones are refused until it has caught up.`;
      return reject("QUEUE_FULL", sample, { message, tag: sample.tag });
    }
    const line = this.#line(sample);
    if (typeof line !== "string") return line;
    this.#put(sample, line, shares);
    return "taken";
  }

  #line(sample: Sample): string | Reject {
    if (!this.#recent.knows(sample.tag)) {
      const id = parseTag(sample.tag);
      if ("problem" in id) return reject("UNKNOWN_TAG", sample, { message: id.problem, field: "tag", tag: sample.tag });
    }
    return this.#encoder.line(sample);
  }

  #put(sample: Sample, line: string, shares: Map<Group, Share>): void {
    const group = (this.#open ??= this.#begin());
    group.lines.push(line);
    group.samples.push(sample);
    group.chars += line.length;
    this.#pending += 1;
    this.#pendingChars += line.length;
    this.#recent.remember(sample, group);
    shareOf(shares, group).fresh.push(sample);
    if (group.lines.length >= this.#groupPoints || group.chars >= GROUP_CHARS) this.#seal();
  }

  #begin(): Group {
    this.#alarm = this.#timing.after(this.#windowMs, () => this.#seal());
    this.#newest = new Group();
    return this.#newest;
  }

  #seal(): void {
    if (!this.#open) return;
    this.#alarm?.cancel();
    this.#sealed.push(this.#open);
    this.#open = undefined;
    if (!this.#appending) void this.#appendAll();
  }

  /** One append at a time, in order: what is sealed meanwhile goes with the next one. */
  async #appendAll(): Promise<void> {
    this.#appending = true;
    // The rest of the samples that the caller is just handing over goes with this append.
    await Promise.resolve();
    while (this.#sealed.length > 0) {
      const groups = this.#nextAppend();
      try {
        await this.#queue.append(
          groups.map((group) => joinLines(group.lines)),
          this.#timing.now(),
        );
      } catch (error) {
        this.#fail([...groups, ...this.#takeWaiting()], error);
        continue;
      }
      for (const group of groups) {
        group.durable = true;
        this.#release(group);
      }
      this.#onAppended();
    }
    this.#appending = false;
  }

  /** What waits behind a failed append fails with it: sent again in order, nothing overtakes what came before it. */
  #takeWaiting(): Group[] {
    this.#alarm?.cancel();
    const waiting = [...this.#sealed.splice(0), ...(this.#open ? [this.#open] : [])];
    this.#open = undefined;
    return waiting;
  }

  #fail(groups: readonly Group[], failure: unknown): void {
    for (const group of groups) {
      group.failure = failure;
      for (const sample of group.samples) this.#recent.forget(sample);
      this.#release(group);
    }
  }

  #nextAppend(): Group[] {
    let chars = 0;
    const beyond = this.#sealed.findIndex((group, index) => (chars += group.chars) > APPEND_CHARS && index > 0);
    return this.#sealed.splice(0, beyond < 0 ? this.#sealed.length : beyond);
  }

  /** The memory of recent samples keeps the group's fate, not its content. */
  #release(group: Group): void {
    this.#pending -= group.lines.length;
    this.#pendingChars -= group.chars;
    group.lines.length = 0;
    group.samples.length = 0;
    group.settle();
  }
}

function shareOf(shares: Map<Group, Share>, group: Group): Share {
  const share = shares.get(group) ?? { fresh: [], duplicates: [] };
  shares.set(group, share);
  return share;
}

/** The reject of something that did not reach the disk. */
export function failed(input: unknown, failure: unknown): Reject {
  const tag = (input as { tag?: unknown }).tag;
  const message = failure instanceof Error ? failure.message : String(failure);
  return reject(failureCode(failure), input, { message, ...(typeof tag === "string" ? { tag } : {}) });
}

function failureCode(failure: unknown): RejectCode {
  if (failure instanceof QueueFull) return "QUEUE_FULL";
  return failure instanceof StorageUnavailable && failure.code === "DISK_FULL" ? "DISK_FULL" : "INTERNAL";
}
