/** As deep as limits and rules nest. */
const DEEPEST = 4;

/** Whether objects within a value hold all that they show themselves, so that nothing is read from a prototype. */
export function isPlain(value: unknown, depth = 0): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (depth > DEEPEST) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype && prototype !== Array.prototype) return false;
  return Object.values(value).every((one) => isPlain(one, depth + 1));
}

/** Of plain JSON: the same text whatever the order in which objects were written. */
export function orderedText(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}
