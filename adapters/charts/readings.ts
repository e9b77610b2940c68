/**
 * What charts would take of recorded samples, read in the background, and what is computed of it: seven days of a fast line take
 * longer than a request may. The values live in the thread that computes; here they pass by the piece.
 */
import { chartedKey, type ChartDefinition } from "../../core/model/charting/index.ts";
import { ThreadEnded } from "../threads/remote-thread.ts";
import type { ChartPorts } from "./ports.ts";
import { readStudy, type Window } from "./read-study.ts";
import type { RemoteStudy } from "./study-thread.ts";

interface Running extends Window {
  progress: number;
  read: RemoteStudy | undefined;
  fault: unknown;
  readonly begun: number;
  /** Somebody has been answered by it. */
  served: boolean;
  /** Nobody wants it any more: what is being read ends. */
  dropped: boolean;
  /** Until it is forgotten; each question begins it anew. */
  timer: NodeJS.Timeout | undefined;
  readonly done: Promise<void>;
  /** What is being computed, by what was asked: who asks again gets the same answer. */
  readonly asked: Map<string, Computing>;
}

interface Computing {
  answer: { readonly found: unknown } | undefined;
  settled: boolean;
  readonly done: Promise<void>;
}

/** Kept for who looks at a baseline and leaves points out one by one. */
const MOST_KEPT = 6;
/** Whoever asks for one more waits. */
const MOST_READ_AT_ONCE = 4;
const KEPT_MS = 15 * 60_000;
/** An answer that is there so soon needs no progress. */
const AT_ONCE_MS = 400;
/** All is read; how long computing takes is not known. */
const READ = 0.99;

export class Readings {
  readonly #ports: Pick<ChartPorts, "ledger" | "pieces" | "now">;
  readonly #running = new Map<string, Running>();

  constructor(ports: Pick<ChartPorts, "ledger" | "pieces" | "now">) {
    this.#ports = ports;
  }

  /**
   * What `ask` makes of the values that were read for `key`, whose window is that of the first request; how far it has come, 0 … 1,
   * where it takes longer. `question`: what is asked, so that who asks again meanwhile does not begin it anew.
   */
  async ask<T>(
    {
      key,
      question,
      definition,
      window,
    }: { readonly key: string; readonly question: unknown; readonly definition: ChartDefinition; readonly window: Window },
    ask: (study: RemoteStudy, window: Window) => Promise<T>,
  ): Promise<{ readonly found: T } | { readonly progress: number }> {
    // Another tag under the same name is another chart.
    const whole = `${key} ${chartedKey(definition)}`;
    const running = this.#of(whole, definition, window);
    if (running === undefined) {
      await soon(new Promise(() => undefined));
      return { progress: 0 };
    }
    if (running.read === undefined) await soon(running.done);
    if (running.fault !== undefined) {
      this.#drop(whole);
      throw running.fault;
    }
    const { read, progress, from, to, asked } = running;
    if (read === undefined) return { progress };
    const name = JSON.stringify(question);
    // An answer that nobody came back for.
    for (const [other, { settled }] of asked) if (settled && other !== name) asked.delete(other);
    const computing = asked.get(name) ?? computingOf(ask(read, { from, to }));
    asked.set(name, computing);
    try {
      await soon(computing.done);
    } catch (error) {
      // Its values have gone with it.
      if (error instanceof ThreadEnded) this.#drop(whole);
      throw error;
    } finally {
      if (computing.settled) asked.delete(name);
    }
    if (computing.answer === undefined) return { progress: READ };
    running.served = true;
    return computing.answer as { readonly found: T };
  }

  close(): void {
    for (const key of this.#running.keys()) this.#drop(key);
  }

  /** Undefined while as much is being read as may be. */
  #of(key: string, definition: ChartDefinition, window: Window): Running | undefined {
    const now = this.#ports.now();
    const known = this.#running.get(key);
    // People add measurements and take them back, and one query reads them all.
    const wanted = known?.served !== true || [...known.asked.values()].some(({ settled }) => !settled);
    const kept = wanted || definition.source.from !== "hand";
    if (known !== undefined && kept && now - known.begun < KEPT_MS) {
      this.#keep(key, known);
      return known;
    }
    if (known !== undefined) this.#drop(key);
    const all = [...this.#running.values()];
    if (all.filter(({ read, fault }) => read === undefined && fault === undefined).length >= MOST_READ_AT_ONCE) return undefined;
    const running: Running = {
      ...window,
      progress: 0,
      served: false,
      dropped: false,
      timer: undefined,
      read: undefined,
      fault: undefined,
      begun: now,
      done: Promise.resolve(),
      asked: new Map(),
    };
    const done = this.#fill(running, definition).catch((error: unknown) => {
      running.fault = error ?? new Error("Nothing could be read.");
    });
    const begun = Object.assign(running, { done });
    this.#keep(key, begun);
    const finished = [...this.#running].filter(([, { read }]) => read !== undefined);
    for (const [oldest] of finished.slice(0, Math.max(0, finished.length - MOST_KEPT))) this.#drop(oldest);
    return begun;
  }

  /** The last that was asked is the last to go. */
  #keep(key: string, running: Running): void {
    clearTimeout(running.timer);
    running.timer = setTimeout(() => this.#drop(key), KEPT_MS).unref();
    this.#running.delete(key);
    this.#running.set(key, running);
  }

  #drop(key: string): void {
    const running = this.#running.get(key);
    this.#running.delete(key);
    if (running === undefined) return;
    running.dropped = true;
    clearTimeout(running.timer);
    // A thread that has ended has nothing to forget.
    void running.done.then(() => running.read?.close()).catch(() => undefined);
  }

  async #fill(running: Running, definition: ChartDefinition): Promise<void> {
    running.read = await readStudy(this.#ports, definition, running, {
      dropped: () => running.dropped,
      progress: (share) => (running.progress = Math.min(READ, share)),
    });
  }
}

function computingOf(found: Promise<unknown>): Computing {
  const settle = async (): Promise<void> => {
    try {
      computing.answer = { found: await found };
    } finally {
      computing.settled = true;
    }
  };
  const computing: Computing = { answer: undefined, settled: false, done: Promise.resolve() };
  const begun = Object.assign(computing, { done: settle() });
  // Who asks again hears of it.
  begun.done.catch(() => undefined);
  return begun;
}

async function soon(done: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, AT_ONCE_MS);
  });
  await Promise.race([done, late]).finally(() => clearTimeout(timer));
}
