/** Reads what charts would take of recorded samples, in the background: seven days of a fast line take longer than a request may. */
import { measurementOf, SPC_MEASUREMENT, subgroupOf } from "../../core/model/limits/index.ts";
import { chartPath } from "../../core/model/limits/index.ts";
import { type ChartDefinition, type RecordedSubgroups, SubgroupReading, tagsOf } from "../../core/model/charting/index.ts";
import type { ChartPorts } from "./ports.ts";

export interface Window {
  readonly from: number;
  readonly to: number;
}

interface Running extends Window {
  progress: number;
  found: RecordedSubgroups | undefined;
  fault: unknown;
  readonly begun: number;
  readonly done: Promise<void>;
}

/** Kept for who looks at a baseline and leaves points out one by one. */
const MOST_KEPT = 6;
const KEPT_MS = 15 * 60_000;
/** An answer that is there so soon needs no progress. */
const AT_ONCE_MS = 400;
const MOST_MEASUREMENTS = 100_000;

export class Readings {
  readonly #ports: Pick<ChartPorts, "ledger" | "pieces" | "now">;
  readonly #running = new Map<string, Running>();
  #closed = false;

  constructor(ports: Pick<ChartPorts, "ledger" | "pieces" | "now">) {
    this.#ports = ports;
  }

  /** What was read for `key`, whose window is that of the first request; how far it has come, 0 … 1, where it takes longer. */
  async read(
    key: string,
    definition: ChartDefinition,
    window: Window,
  ): Promise<{ readonly found: RecordedSubgroups; readonly window: Window } | { readonly progress: number }> {
    const running = this.#of(key, definition, window);
    if (running.found === undefined) await soon(running.done);
    if (running.fault !== undefined) {
      this.#running.delete(key);
      throw running.fault;
    }
    const { found, progress, from, to } = running;
    return found === undefined ? { progress } : { found, window: { from, to } };
  }

  close(): void {
    this.#closed = true;
    this.#running.clear();
  }

  #of(key: string, definition: ChartDefinition, window: Window): Running {
    const now = this.#ports.now();
    const known = this.#running.get(key);
    // People add measurements and take them back, and one query reads them all.
    const kept = known?.found === undefined || definition.source.from !== "hand";
    if (known !== undefined && kept && now - known.begun < KEPT_MS) return known;
    const running: Running = { ...window, progress: 0, found: undefined, fault: undefined, begun: now, done: Promise.resolve() };
    const done = this.#fill(running, definition).catch((error: unknown) => {
      running.fault = error ?? new Error("Nothing could be read.");
    });
    this.#running.delete(key);
    const begun = Object.assign(running, { done });
    this.#running.set(key, begun);
    for (const oldest of [...this.#running.keys()].slice(0, -MOST_KEPT)) this.#running.delete(oldest);
    return begun;
  }

  async #fill(running: Running, definition: ChartDefinition): Promise<void> {
    const { from, to } = running;
    if (definition.source.from === "hand") {
      const filter = { kind: SPC_MEASUREMENT, asset: chartPath(definition), from, to, limit: MOST_MEASUREMENTS };
      const entries = await this.#ports.ledger().latest(filter);
      const subgroups = entries.flatMap((entry) => {
        const measured = measurementOf(entry);
        return (measured === undefined ? null : subgroupOf(measured)) ?? [];
      });
      // What was being made says for which limits they count.
      const reading = new SubgroupReading(definition, from);
      await this.#read(running, reading, Object.values(definition.circumstances));
      const { stages } = reading;
      running.found = { subgroups, stages };
      return;
    }
    const reading = new SubgroupReading(definition, from);
    await this.#read(running, reading, tagsOf(definition));
    if (!this.#closed) running.found = reading;
  }

  async #read(running: Running, reading: SubgroupReading, tags: readonly string[]): Promise<void> {
    const { from, to } = running;
    if (tags.length === 0) return;
    for await (const samples of this.#ports.pieces(tags, from, to)) {
      if (this.#closed) return;
      reading.take(samples);
      running.progress = Math.min(0.99, Math.max(0, ((samples.at(-1)?.timestamp ?? from) - from) / Math.max(1, to - from)));
    }
    // Otherwise what comes last would wait for what comes after it.
    reading.end(to);
  }
}

async function soon(done: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, AT_ONCE_MS);
  });
  await Promise.race([done, late]);
  clearTimeout(timer);
}
