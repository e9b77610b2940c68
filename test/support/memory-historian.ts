/** A historian in memory, as far as the spine needs one: idempotent writes, in the order in which they came. */
import { splitLines, type LineBatch, type WriteReport } from "../../core/connect/history/index.ts";

export class MemoryHistorian {
  /** Every line that was ever written, in order, repetitions included. */
  readonly received: string[] = [];
  /** Points by series and instant; the last written stays. */
  readonly stored = new Map<string, string>();
  readonly #refuses: (line: string) => string | undefined;

  constructor(refuses: (line: string) => string | undefined = () => undefined) {
    this.#refuses = refuses;
  }

  async write(batch: LineBatch): Promise<WriteReport> {
    const lines = splitLines(batch.lines);
    if (lines.length !== batch.count) throw new Error(`The batch says ${batch.count} points but holds ${lines.length}.`);
    const refused: { line: string; reason: string }[] = [];
    for (const line of lines) {
      this.received.push(line);
      const reason = this.#refuses(line);
      if (reason !== undefined) refused.push({ line, reason });
      else this.stored.set(line.replace(/ .* /, " "), line);
    }
    return { written: lines.length - refused.length, refused };
  }

  /** Lines in the order of their first arrival. */
  get firsts(): string[] {
    return [...new Set(this.received)];
  }
}
