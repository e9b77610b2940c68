/** The path of equipment as people write it: relative to the site, "" for the site itself. `root` is `enterprise.site`. */
export function placeOf(root: string, path: string): string {
  return path === root ? "" : path.slice(root.length + 1);
}

/** How many dots a path has. */
export function depth(path: string): number {
  return path === "" ? 0 : path.split(".").length - 1;
}
