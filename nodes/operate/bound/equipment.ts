/** What a node stands for: the bound equipment of which it can be made. */

/** One for each path, and a warning for each of which there cannot be one. */
export function madeOf<T extends object>(
  paths: Iterable<string>,
  make: (path: string) => T | { readonly fault: string },
  warn: (fault: string) => void,
): T[] {
  const made: T[] = [];
  for (const path of paths) {
    const one = make(path);
    if ("fault" in one) warn(one.fault);
    else made.push(one);
  }
  return made;
}
