/** How often charts alarm for nothing, computed beside Node-RED: some combinations are simulated, which takes a moment; each once. */
import type { Limits, RuleSet } from "../../core/model/spc/index.ts";
import { openSimulation } from "./study-thread.ts";

const MOST_KNOWN = 200;

/** Gives the false alarms of one chart in 1,000 points. */
type Computing = (limits: Limits, rules: RuleSet) => Promise<number>;

export class FalseAlarms {
  readonly #compute: Computing;
  readonly #known = new Map<string, number>();
  /** One after the other, so that what nobody waits for any more is left out when its turn comes. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(compute: Computing = inThread) {
    this.#compute = compute;
  }

  /** In 1,000 points; undefined where whoever asked has gone before it was begun. */
  async perThousand(limits: Limits, rules: RuleSet, gone?: AbortSignal): Promise<number | undefined> {
    const key = JSON.stringify([limits, rules]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const turn = this.#last.then(async () => {
      // Somebody else may have asked the same.
      const before = this.#known.get(key);
      if (before !== undefined || gone?.aborted === true) return before;
      const found = await this.#compute(limits, rules);
      if (this.#known.size >= MOST_KNOWN) this.#known.clear();
      this.#known.set(key, found);
      return found;
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}

async function inThread(limits: Limits, rules: RuleSet): Promise<number> {
  const simulation = await openSimulation();
  try {
    return await simulation.falseAlarms(limits, rules, 1_000);
  } finally {
    // A thread that has ended has nothing to forget.
    await simulation.close().catch(() => undefined);
  }
}
