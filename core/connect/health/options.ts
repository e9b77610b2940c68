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

/** The options of a site over the defaults; one sentence for each that is not used. */
export function readHealthOptions(given: unknown): { readonly options: HealthOptions; readonly faults: readonly string[] } {
  const options: { -readonly [K in keyof HealthOptions]: HealthOptions[K] } = { ...DEFAULT_HEALTH };
  const faults: string[] = [];
  for (const [key, value] of Object.entries(typeof given === "object" && given !== null ? given : {})) {
    if (!Object.hasOwn(DEFAULT_HEALTH, key)) faults.push(`"${key}" is unknown; use ${Object.keys(DEFAULT_HEALTH).join(", ")}.`);
    else if (typeof value === "number" && value > 0 && value <= Number.MAX_SAFE_INTEGER) options[key as keyof HealthOptions] = value;
    else faults.push(`${key} is no number above 0; ${DEFAULT_HEALTH[key as keyof HealthOptions]} is used.`);
  }
  return { options, faults };
}
