/**
 * The audit trail of the editor: JSON lines that only their owner can read, appended synchronously, since Node-RED calls the
 * handler so; one short append per editor action is what a trail costs. A full file becomes `….1.jsonl`, that one `….2.jsonl`
 * and so on; the oldest goes when there are too many. It never throws: Node-RED would end with it.
 */
import { closeSync, existsSync, fchmodSync, fstatSync, ftruncateSync, openSync, readSync, renameSync, statSync, writeSync } from "node:fs";
import path from "node:path";

export interface AuditLimits {
  /** A file that would grow beyond this is put aside first. */
  readonly maxBytes: number;
  /** Files kept beside the one that is written. */
  readonly keep: number;
  /** Lines held in memory while they cannot be written. */
  readonly maxWaiting: number;
}

export const AUDIT_LIMITS: AuditLimits = { maxBytes: 10 * 2 ** 20, keep: 10, maxWaiting: 1_000 };

export class EditorAudit {
  readonly #file: string;
  readonly #limits: AuditLimits;
  /** What could not be written yet. */
  #waiting: string[] = [];

  constructor(file: string, limits: AuditLimits = AUDIT_LIMITS) {
    this.#file = file;
    this.#limits = limits;
  }

  append(entry: unknown): void {
    try {
      this.#waiting.push(`${JSON.stringify(entry)}\n`);
      for (let line = this.#waiting[0]; line !== undefined; line = this.#waiting[0]) {
        this.#makeRoom(Buffer.byteLength(line));
        appendWhole(this.#file, line);
        this.#waiting.shift();
      }
    } catch (error) {
      const what = `The audit log ${this.#file} cannot be written: ${(error as Error).message}`;
      console.error(`${what} Free disk space or correct its permissions; ${this.#waiting.length} entries wait for it in memory.`);
      this.#bound();
    }
  }

  /** A file that cannot be put aside grows on: that is better than losing what it is for. */
  #makeRoom(bytes: number): void {
    const size = statSync(this.#file, { throwIfNoEntry: false })?.size ?? 0;
    if (size === 0 || size + bytes <= this.#limits.maxBytes) return;
    try {
      let last = 1;
      while (last < this.#limits.keep && existsSync(this.#aside(last))) last += 1;
      for (let at = last; at > 1; at -= 1) renameSync(this.#aside(at - 1), this.#aside(at));
      renameSync(this.#file, this.#aside(1));
    } catch (error) {
      console.error(`The audit log ${this.#file} is full and cannot be put aside: ${(error as Error).message} It grows on.`);
    }
  }

  #aside(number: number): string {
    const { dir, name, ext } = path.parse(this.#file);
    return path.join(dir, `${name}.${number}${ext}`);
  }

  /** Whatever does not even fit in memory is said aloud, so that the log of the process has it. */
  #bound(): void {
    const surplus = this.#waiting.splice(0, Math.max(0, this.#waiting.length - this.#limits.maxWaiting));
    for (const line of surplus) console.error(`Not in the audit log: ${line.trimEnd()}`);
  }
}

/** The whole line or nothing of it; also a line that a power cut left unfinished gets its end first. */
function appendWhole(file: string, line: string): void {
  const descriptor = openSync(file, "a+", 0o600);
  try {
    const stats = fstatSync(descriptor);
    if (stats.isFile() && (stats.mode & 0o077) !== 0) fchmodSync(descriptor, 0o600);
    const last = Buffer.alloc(1);
    const unfinished = stats.size > 0 && readSync(descriptor, last, 0, 1, stats.size - 1) === 1 && last.toString() !== "\n";
    const bytes = Buffer.from(unfinished ? `\n${line}` : line);
    try {
      for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
    } catch (error) {
      if (stats.isFile()) ftruncateSync(descriptor, stats.size);
      throw error;
    }
  } finally {
    closeSync(descriptor);
  }
}
