/** Where this package lies: the folder with its package.json, built or as source. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

export function packageDir(): string {
  for (let dir = import.meta.dirname; ; dir = path.dirname(dir)) {
    if (existsSync(path.join(dir, "package.json")) && existsSync(path.join(dir, "templates"))) return dir;
    if (dir === path.dirname(dir)) throw new Error("The folder of this package was not found; install it again.");
  }
}

interface Manifest {
  readonly name: string;
  readonly version: string;
}

export function manifest(): Manifest {
  return JSON.parse(readFileSync(path.join(packageDir(), "package.json"), "utf8")) as Manifest;
}
