/** Whether two decoded values are equal, and where they first differ. */

export interface EqualityOptions {
  /** Names of members that are not compared, at any depth. */
  readonly ignore: ReadonlySet<string>;
  /**
   * Numbers count as equal when they differ by no more than this times the larger of 1 and their magnitude. Two whole
   * numbers never do: they are times, counts and states, and a share of a time would be days.
   */
  readonly tolerance: number;
}

export interface ValueDifference {
  /** `payload[3].value` */
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/** The first difference in reading order; undefined when equal. 0 equals -0, NaN equals NaN; a missing member differs from undefined. */
export function firstDifference(expected: unknown, actual: unknown, options: EqualityOptions, path = ""): ValueDifference | undefined {
  if (expected === actual) return undefined;
  const different: ValueDifference = { path, expected, actual };
  if (typeof expected === "number" && typeof actual === "number") return near(expected, actual, options.tolerance) ? undefined : different;
  if (typeof expected !== "object" || typeof actual !== "object" || expected === null || actual === null) return different;
  if (expected instanceof Date || actual instanceof Date)
    return expected instanceof Date && actual instanceof Date && Object.is(expected.getTime(), actual.getTime()) ? undefined : different;
  const list = listOf(expected);
  const other = listOf(actual);
  if (list !== undefined || other !== undefined) {
    if (list === undefined || other === undefined || kindOf(expected) !== kindOf(actual)) return different;
    return inLists(list, other, options, path);
  }
  return inObjects(expected as Record<string, unknown>, actual as Record<string, unknown>, options, path);
}

function inLists(
  expected: ArrayLike<unknown>,
  actual: ArrayLike<unknown>,
  options: EqualityOptions,
  path: string,
): ValueDifference | undefined {
  for (let index = 0; index < Math.min(expected.length, actual.length); index += 1) {
    const found = firstDifference(expected[index], actual[index], options, `${path}[${index}]`);
    if (found !== undefined) return found;
  }
  return expected.length === actual.length ? undefined : { path: `${path}.length`, expected: expected.length, actual: actual.length };
}

function inObjects(
  expected: Readonly<Record<string, unknown>>,
  actual: Readonly<Record<string, unknown>>,
  options: EqualityOptions,
  path: string,
): ValueDifference | undefined {
  for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
    if (options.ignore.has(key)) continue;
    const below = path === "" ? key : `${path}.${key}`;
    if (!Object.hasOwn(expected, key)) return { path: below, expected: ABSENT, actual: actual[key] };
    if (!Object.hasOwn(actual, key)) return { path: below, expected: expected[key], actual: ABSENT };
    const found = firstDifference(expected[key], actual[key], options, below);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Stands for a member that one side does not have. */
export const ABSENT = Symbol("absent");

function near(expected: number, actual: number, tolerance: number): boolean {
  if (Number.isNaN(expected) && Number.isNaN(actual)) return true;
  // Equal ones were found equal before.
  if (!Number.isFinite(expected) || !Number.isFinite(actual)) return false;
  if (Number.isInteger(expected) && Number.isInteger(actual)) return false;
  return Math.abs(expected - actual) <= tolerance * Math.max(1, Math.abs(expected), Math.abs(actual));
}

function listOf(value: object): ArrayLike<unknown> | undefined {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value) ? (value as unknown as ArrayLike<unknown>) : undefined;
}

/** A Buffer and a Uint8Array of equal bytes are equal. */
function kindOf(value: object): string {
  return Object.prototype.toString.call(value);
}
