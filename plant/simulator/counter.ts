/** A light barrier behind the line: it counts the good bottles that pass, and now and then two as one. */
import type { Random } from "./random.ts";
import type { TagChange } from "./tags.ts";

const SCAN_MS = 2_000;
const BEATS_EVERY = 2;
/** Share of the bottles that touch the one before, so that the beam is not free between them. */
const TOUCHING = 0.002;

export class Counter {
  /** When the next scan is due, ms UTC. */
  due: number;
  readonly #random: Random;
  readonly #publish: (name: "Count" | "Heartbeat", value: number, time: number) => void;
  readonly #rolloverAt: number;
  #count = 0;
  #published = -1;
  #scans = 0;

  /** `publish` gets names below the counter's own node. */
  constructor(start: number, rolloverAt: number, random: Random, publish: (change: Omit<TagChange, "status">) => void) {
    this.due = start + SCAN_MS;
    this.#rolloverAt = rolloverAt;
    this.#random = random;
    this.#publish = (name, value, timestamp) => publish({ nodeId: `Packing01.Counter01.${name}`, value, timestamp });
  }

  begin(time: number): void {
    this.#publish("Heartbeat", 0, time);
    this.#tell(time);
  }

  passed(): void {
    if (this.#random.next() >= TOUCHING) this.#count += 1;
  }

  scan(time: number): void {
    this.due = time + SCAN_MS;
    this.#scans += 1;
    if (this.#scans % BEATS_EVERY === 0) this.#publish("Heartbeat", (this.#scans / BEATS_EVERY) % 65_536, time);
    this.#tell(time);
  }

  /** Only changes are published. */
  #tell(time: number): void {
    const count = this.#count % this.#rolloverAt;
    if (count === this.#published) return;
    this.#published = count;
    this.#publish("Count", count, time);
  }
}
