/** Writes build output: only what changed, so that a rebuild touches little, and nothing stale stays. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

export class Output {
  readonly #root: string;
  readonly #kept = new Set<string>();

  constructor(root: string) {
    this.#root = root;
  }

  write(relative: string, content: string | Uint8Array): void {
    const file = path.join(this.#root, relative);
    this.#kept.add(file);
    const bytes = Buffer.from(content);
    if (existsSync(file) && readFileSync(file).equals(bytes)) return;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }

  /** Copies a file or a folder. */
  copy(from: string, relative: string): void {
    for (const file of filesBelow(from)) this.write(path.join(relative, path.relative(from, file)), readFileSync(file));
  }

  /** Removes what neither this build wrote nor `belongs` knows. */
  prune(folder: string, belongs: (relative: string) => boolean): void {
    const base = path.join(this.#root, folder);
    for (const file of filesBelow(base)) {
      if (!this.#kept.has(file) && !belongs(path.relative(base, file))) rmSync(file);
    }
  }
}

export function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
