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
