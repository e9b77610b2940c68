/** When a tag counts as unwell, where the plant model does not say it. */
export interface HealthOptions {
  /** A measured value is frozen when it rests this many times longer than it ever has. */
  readonly frozenFactor: number;
  /** … and at least this long, ms. */
  readonly frozenLeastMs: number;
  /** … and has changed this often before, so that it is known to be one that changes. */
  readonly frozenChanges: number;
  /** For how long a refusal is worth showing after the tag has had a good sample again, ms. */
  readonly rejectsMs: number;
}

export const DEFAULT_HEALTH: HealthOptions = { frozenFactor: 10, frozenLeastMs: 60_000, frozenChanges: 20, rejectsMs: 900_000 };
