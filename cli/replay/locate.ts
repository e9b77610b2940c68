/** Where Node-RED, this package and the user's other palettes are. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { Misuse } from "../command.ts";

const OWN_NAME = "@twinline/node-red";

export interface Installation {
  /** The entry file of the node-red package. */
  readonly nodeRed: string;
  /** Palettes of the user directory; absent when it has none. */
  readonly palettes: string | undefined;
  /** This package, unless one of the folders that Node-RED looks into has it. */
  readonly nodesDir: readonly string[];
}

/** Node-RED is the user's: beside the user directory, below the working directory, else what this package was developed with. */
export function locate(cwd: string, userDir: string, nodeRedDir: string | undefined): Installation {
  const from = nodeRedDir === undefined ? [userDir, cwd, import.meta.dirname] : [path.resolve(cwd, nodeRedDir)];
  const nodeRed = from.map(nodeRedBelow).find((found) => found !== undefined);
  if (nodeRed === undefined)
    throw new Misuse(
      nodeRedDir === undefined
        ? "Node-RED was not found. Install it here (npm install --save-dev node-red), or say where it is: --node-red <folder>."
        : `There is no Node-RED in ${nodeRedDir}. Name the folder of the package node-red, or one whose node_modules has it.`,
    );
  const modules = path.join(userDir, "node_modules");
  const palettes = existsSync(modules) ? modules : undefined;
  const beside = path.resolve(nodeRed, "../../..");
  const installed = [palettes, beside].some((folder) => folder !== undefined && existsSync(path.join(folder, OWN_NAME, "package.json")));
  return { nodeRed, palettes, nodesDir: installed ? [] : [ownPackage()] };
}

function nodeRedBelow(folder: string): string | undefined {
  const require = createRequire(path.join(folder, "package.json"));
  try {
    if (nameOf(folder) === "node-red") return require.resolve(folder);
    return require.resolve("node-red");
  } catch {
    return undefined;
  }
}

/** From the source as well as from dist. */
function ownPackage(): string {
  for (let folder = import.meta.dirname; ; folder = path.dirname(folder)) {
    if (nameOf(folder) === OWN_NAME) return folder;
    if (path.dirname(folder) === folder) throw new Error("The twinline command stands outside of its package. Install the package again.");
  }
}

function nameOf(folder: string): unknown {
  const file = path.join(folder, "package.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { name?: unknown }).name : undefined;
}
