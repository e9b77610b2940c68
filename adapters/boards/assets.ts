/** The files of the viewer, read once: what is not in this map is never served, so no path leads out of it. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

export interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly etag: string;
}

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Files of a directory by name, and uPlot from its package. */
export function readAssets(directory: string): Map<string, Asset> {
  const assets = new Map<string, Asset>();
  for (const name of readdirSync(directory)) {
    const type = TYPES[path.extname(name)];
    if (type !== undefined) assets.set(name, asset(type, readFileSync(path.join(directory, name))));
  }
  const require = createRequire(import.meta.url);
  for (const name of ["uPlot.iife.min.js", "uPlot.min.css"]) {
    assets.set(name, asset(TYPES[path.extname(name)] as string, readFileSync(require.resolve(`uplot/dist/${name}`))));
  }
  return assets;
}

export function asset(type: string, body: Buffer): Asset {
  return { type, body, etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"` };
}
