/** Knows when a flow has come to rest: nothing is under way in any node, and nobody has said anything for a few turns. */
import type { ReplayClock } from "../../core/connect/replay/index.ts";
import type { EmbeddedRed, RunningNode } from "./node-red.ts";

/** A message passes from one node to the next within one turn of the event loop. */
const QUIET_TURNS = 3;
/** So many turns are watched closely; work that takes longer waits for a disk or a thread. */
const CLOSE_TURNS = 100;
const PATIENCE_MS = 2_000;

export class Rest {
  readonly #clock: ReplayClock;
  readonly #giveUp: (nodes: readonly string[], afterMs: number) => void;
  /** Messages that a node has received and not said to be done with. */
  readonly #open = new Map<string, number>();
  /** Nodes that are no longer waited for. */
  readonly #slow = new Set<string>();
  #moved = 0;

  /** `giveUp` gets the nodes that are no longer waited for, each once; none when it was work that no message began. */
  constructor(RED: EmbeddedRed, clock: ReplayClock, giveUp: (nodes: readonly string[], afterMs: number) => void) {
    this.#clock = clock;
    this.#giveUp = giveUp;
    // Node-RED takes a handler without a parameter for one that calls back.
    RED.hooks.add("preDeliver.twinline", (_event) => void (this.#moved += 1));
    RED.hooks.add("postReceive.twinline", (_event) => void (this.#moved += 1));
    RED.hooks.add("onComplete.twinline", ({ node }) => this.#done(node.id));
  }

  received(node: RunningNode): void {
    this.#moved += 1;
    if (this.#slow.has(node.id) || node._expectedDoneCount === 0) return;
    this.#open.set(node.id, (this.#open.get(node.id) ?? 0) + 1);
  }

  #done(id: string): void {
    this.#moved += 1;
    const left = (this.#open.get(id) ?? 0) - 1;
    if (left > 0) this.#open.set(id, left);
    else this.#open.delete(id);
  }

  /** Waits for what is under way no longer than `patienceMs` without any move. */
  async settle(patienceMs = PATIENCE_MS): Promise<void> {
    let seen = -1;
    let quiet = 0;
    let since = performance.now();
    for (let turn = 0; quiet < QUIET_TURNS; turn += 1) {
      await (turn < CLOSE_TURNS ? nextTurn() : soon());
      const state = this.#moved + this.#clock.busy * 1e9;
      if (state !== seen) [seen, quiet, since] = [state, 0, performance.now()];
      else if (this.#clock.busy === 0 && this.#open.size === 0) quiet += 1;
      else if (performance.now() - since > patienceMs) this.#abandon(patienceMs);
    }
  }

  #abandon(afterMs: number): void {
    const nodes = [...this.#open.keys()];
    for (const id of nodes) this.#slow.add(id);
    this.#open.clear();
    this.#clock.abandon();
    this.#giveUp(nodes, afterMs);
  }
}

async function nextTurn(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}

async function soon(): Promise<void> {
  await new Promise<void>((resolve) => {
    setTimeout(resolve, 1);
  });
}
