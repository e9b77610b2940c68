/** Which resume state to keep: one that is old enough for everything before it to be on disk downstream. */
import type { ResumeState } from "../../../adapters/opcua/index.ts";

/** What leaves this node is durable downstream well within this time of the wall clock. */
const OVERLAP_MS = 5000;

export class Overlap {
  #states: { readonly at: number; readonly state: ResumeState }[] = [];

  constructor(first: ResumeState | undefined) {
    if (first) this.#states.push({ at: -Infinity, state: first });
  }

  note(state: ResumeState, now: number): void {
    if (Object.keys(state.last).length === 0) return;
    this.#states.push({ at: now, state });
    const oldEnough = this.#states.filter(({ at }) => at <= now - OVERLAP_MS).length;
    if (oldEnough > 1) this.#states = this.#states.slice(oldEnough - 1);
  }

  /** The newest state that is old enough; at the very beginning the first one there is. */
  get safe(): ResumeState | undefined {
    return this.#states[0]?.state;
  }
}
