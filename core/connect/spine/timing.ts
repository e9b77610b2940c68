/** Time and chance as the spine needs them; passed in, so that tests run on a clock of their own. */
export interface Timing {
  /** Milliseconds UTC. */
  now(): number;
  /** Calls `job` once, `ms` from now, unless cancelled before. */
  after(ms: number, job: () => void): { cancel(): void };
}

/** Uniform in [0, 1). */
export type Random = () => number;

/** Exponential backoff 0.25 → 30 s with "equal jitter": half of the wait is fixed, half is drawn, so that many forwarders never retry in step. */
export function backoffMs(failures: number, random: Random): number {
  const ceiling = Math.min(30_000, 250 * 2 ** Math.min(failures - 1, 10));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}
