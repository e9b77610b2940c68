/**
 * A recording that several twin-record nodes write into, so that their messages keep one order. It is started and stopped as
 * one; every start makes a new file, and a file that has reached its size or age is followed by the next or ends it.
 */
import { readdir, rm } from "node:fs/promises";
import path from "node:path";
import { headerLine, type RecordedTap } from "../../core/connect/recording/index.ts";
import { type CreateFile, MOST_WAITING, RecordingFile } from "./recording-file.ts";

export interface RecordingLimits {
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  readonly whenFull: "rotate" | "stop";
  /** Files of this recording that stay, the newest ones, when it rotates. */
  readonly keep: number;
}

export interface TapDescription extends RecordedTap {
  readonly limits: RecordingLimits;
  readonly flow: string | undefined;
}

export type RecordingState =
  | { readonly word: "recording" | "stopped" | "full" }
  /** A sentence; it is tried again. */
  | { readonly word: "failing"; readonly problem: string; readonly diskFull: boolean };

export interface RecordingStats {
  readonly state: RecordingState;
  readonly file: string | null;
  readonly lines: number;
  readonly bytes: number;
  /** Messages accepted that could not be written. */
  readonly lost: number;
}

/** A recording that could not be written is begun anew this much later. */
const RETRY_MS = 10_000;

export class Recorder {
  readonly #folder: string;
  readonly #name: string;
  readonly #zone: string;
  readonly #create: CreateFile | undefined;
  readonly #taps = new Map<string, TapDescription>();
  #file: RecordingFile | undefined;
  /** The newest file, open or not: what people are shown. */
  #newest: RecordingFile | undefined;
  #begun = 0;
  #opening: Promise<void> | undefined;
  /** Settles when the files that were ended so far are closed. */
  #closed: Promise<void> = Promise.resolve();
  /** Lines that arrive while the file is being made. */
  readonly #early: string[] = [];
  #earlyChars = 0;
  #state: RecordingState = { word: "stopped" };
  #retryAt = 0;
  #lost = 0;

  constructor(folder: string, name: string, zone: string, create?: CreateFile) {
    this.#create = create;
    this.#folder = folder;
    this.#name = name;
    this.#zone = zone;
  }

  get idle(): boolean {
    return this.#taps.size === 0;
  }

  get stats(): RecordingStats {
    const { lines, bytes, path: file } = this.#newest ?? { lines: 0, bytes: 0, path: null };
    return { state: this.#state, file, lines: lines + this.#early.length, bytes, lost: this.#lost + (this.#file?.lost ?? 0) };
  }

  get #recording(): boolean {
    return this.#state.word === "recording";
  }

  /** The limits of all its nodes together: the strictest of each. */
  get #limits(): RecordingLimits {
    const all = [...this.#taps.values()].map(({ limits }) => limits);
    return {
      maxBytes: Math.min(...all.map(({ maxBytes }) => maxBytes)),
      maxAgeMs: Math.min(...all.map(({ maxAgeMs }) => maxAgeMs)),
      whenFull: all.every(({ whenFull }) => whenFull === "rotate") ? "rotate" : "stop",
      keep: Math.min(...all.map(({ keep }) => keep)),
    };
  }

  join(tap: TapDescription): void {
    this.#taps.set(tap.id, tap);
  }

  /** The last node that leaves ends the file. */
  async leave(id: string): Promise<void> {
    this.#taps.delete(id);
    if (this.idle) await this.stop();
  }

  /** From the next message on. */
  start(): void {
    if (!this.#recording) this.#state = { word: "recording" };
  }

  /** Resolves when what was accepted is written. */
  async stop(): Promise<void> {
    this.#state = { word: "stopped" };
    await this.#end();
  }

  /** True when the line is, or will be, in the file; false when nothing is recorded now (`stats.state` says why). */
  append(line: string, now: number): boolean {
    if (this.#state.word === "failing" && now >= this.#retryAt) this.#state = { word: "recording" };
    this.#look(now);
    if (!this.#recording) return false;
    if (this.#file === undefined) {
      if (this.#earlyChars + line.length > MOST_WAITING) return false;
      this.#early.push(line);
      this.#earlyChars += line.length;
      this.#opening ??= this.#open(now);
      return true;
    }
    return this.#file.append(line);
  }

  /** Every second: writes what waits, and looks at failures and limits. */
  async tend(now: number): Promise<void> {
    await this.#opening;
    await this.#file?.flush();
    this.#look(now);
  }

  #look(now: number): void {
    const file = this.#file;
    if (file === undefined) return;
    if (file.failure !== undefined) return this.#fail(file.failure, now);
    const { maxBytes, maxAgeMs, whenFull } = this.#limits;
    if (file.bytes < maxBytes && now - this.#begun < maxAgeMs) return;
    if (whenFull === "stop") this.#state = { word: "full" };
    void this.#end();
  }

  #fail(error: Error, now: number): void {
    const diskFull = ["ENOSPC", "EDQUOT"].includes((error as NodeJS.ErrnoException).code ?? "");
    this.#state = { word: "failing", problem: error.message, diskFull };
    this.#retryAt = now + RETRY_MS;
    void this.#end();
  }

  async #open(now: number): Promise<void> {
    const flow = [...this.#taps.values()].find(({ flow }) => flow !== undefined)?.flow;
    const header = headerLine({
      format: "twinline-recording",
      version: 1,
      created: now,
      zone: this.#zone,
      ...(flow === undefined ? {} : { flow }),
      nodes: [...this.#taps.values()].map(({ id, name }) => ({ id, name })),
    });
    try {
      const file = await RecordingFile.create(this.#folder, `${this.#name}-${stamp(now)}`, header, this.#create);
      this.#begun = now;
      this.#file = file;
      this.#newest = file;
      for (const line of this.#early.splice(0)) if (!file.append(line)) this.#lost += 1;
      if (this.#limits.whenFull === "rotate" && !this.idle) await this.#prune(this.#limits.keep);
    } catch (error) {
      this.#lost += this.#early.splice(0).length;
      this.#fail(error as Error, now);
    } finally {
      this.#opening = undefined;
      this.#earlyChars = 0;
    }
  }

  /** What is appended from now on goes into another file. */
  #end(): Promise<void> {
    const [file, opening] = [this.#file, this.#opening];
    this.#file = undefined;
    if (file !== undefined) this.#closed = Promise.all([this.#closed, this.#close(file)]).then(() => undefined);
    else if (opening !== undefined) return opening.then(() => this.#end());
    return this.#closed;
  }

  async #close(file: RecordingFile): Promise<void> {
    await file.close();
    this.#lost += file.lost;
  }

  async #prune(keep: number): Promise<void> {
    const own = new RegExp(`^${this.#name}-\\d{8}T\\d{9}Z(-\\d+)?\\.jsonl$`);
    const files = (await readdir(this.#folder)).filter((name) => own.test(name)).toSorted();
    // A file that cannot be deleted now is among the oldest the next time, too.
    for (const name of files.slice(0, -keep)) await rm(path.join(this.#folder, name), { force: true }).catch(() => undefined);
  }
}

/** 20260401T061500000Z: sorts by time, and every file system takes it. */
function stamp(time: number): string {
  return new Date(time).toISOString().replace(/[-:.]/g, "");
}
