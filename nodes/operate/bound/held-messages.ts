/** Live messages that wait while the historian is away at the start of a bound node, so that the samples it has missed come first. */
import type { TwinMessage, TwinNode } from "../../kit/node.ts";

/** Missed samples are waited for so long, ms, or until so many live ones wait. */
const PATIENCE = 5 * 60_000;
const MOST_WAITING = 50_000;

export interface HeldPorts {
  /** What follows the missed samples and comes before the messages. */
  readonly first: () => void;
  /** Takes a message whose turn has come. */
  readonly take: (message: TwinMessage) => void;
}

export class HeldMessages {
  readonly #ports: HeldPorts;
  #waiting: TwinMessage[] | null = [];
  #samples = 0;

  constructor(ports: HeldPorts) {
    this.#ports = ports;
  }

  /** Until the messages have gone on. */
  get holding(): boolean {
    return this.#waiting !== null;
  }

  /** Whether the message has to wait, and was taken in. */
  hold(message: TwinMessage): boolean {
    if (this.#waiting === null) return false;
    this.#waiting.push(message);
    this.#samples += Array.isArray(message.payload) ? message.payload.length : 1;
    if (this.#samples >= MOST_WAITING) this.goOn();
    return true;
  }

  /** In the order in which they came, once: from then on nothing waits. */
  goOn(): void {
    if (this.#waiting === null) return;
    const messages = this.#waiting;
    this.#waiting = null;
    this.#ports.first();
    for (const message of messages) this.#ports.take(message);
  }

  /** When patience, which begins now, is at its end: whether the historian has come back or not. */
  goOnInTime(node: Pick<TwinNode, "after">): void {
    if (this.holding) node.after(PATIENCE, () => this.goOn());
  }
}
