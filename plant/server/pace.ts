/** Plant time: runs fast from some instant in the past until it meets the present, then stays with it. */
export class PlantClock {
  readonly #from: number;
  readonly #wallStart: number;
  readonly #speed: number;

  /** `speed` is plant seconds per wall second while behind the present; at least 1. */
  constructor(from: number, wallStart: number, speed: number) {
    if (!(speed >= 1)) throw new RangeError(`speed: ${speed} must be at least 1`);
    if (!(from <= wallStart)) throw new RangeError("from: must not lie in the future");
    this.#from = from;
    this.#wallStart = wallStart;
    this.#speed = speed;
  }

  at(wall: number): number {
    const fast = this.#from + (wall - this.#wallStart) * this.#speed;
    return Math.floor(Math.min(fast, wall));
  }

  caughtUp(wall: number): boolean {
    return this.at(wall) >= Math.floor(wall);
  }
}
