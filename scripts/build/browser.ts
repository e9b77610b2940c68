/** TypeScript for browsers without a bundler: types are stripped, and one entry with its imports becomes one script. */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import path from "node:path";

/** Imports from other packages are types only in browser code, so everything else must be relative. */
const IMPORT = /^import\s[^;]*?from\s*"(\.[^"]+)";\n?/gm;

/** A module as a browser module: types gone, `.ts` imports made `.js`. */
export function browserModule(file: string): string {
  return tidy(strip(readFileSync(file, "utf8"))).replace(/(from\s*"\.[^"]+)\.ts"/g, '$1.js"');
}

/** `entry` and everything it imports as one classic script. */
export function browserScript(entry: string): string {
  const done = new Set<string>();
  const parts: string[] = [];
  const add = (file: string): void => {
    if (done.has(file)) return;
    done.add(file);
    const source = strip(readFileSync(file, "utf8"));
    for (const [, relative] of source.matchAll(IMPORT)) add(path.resolve(path.dirname(file), relative ?? ""));
    parts.push(
      tidy(
        source
          .replace(IMPORT, "")
          .replace(/^export\s+(?=async|const|function|class|let)/gm, "")
          .replace(/^export\s*\{\s*\};?/gm, ""),
      ),
    );
  };
  add(path.resolve(entry));
  return `(function () {\n"use strict";\n${parts.join("\n")}})();\n`;
}

/** The body of a node's own editor script; the HTML wraps it. */
export function editorScript(file: string): string {
  return browserScript(file).trim();
}

function strip(source: string): string {
  return stripTypeScriptTypes(source, { mode: "strip" });
}

/** Stripping leaves blanks where types stood. */
function tidy(source: string): string {
  const lines = source.split("\n").map((line) => line.trimEnd());
  return `${lines
    .filter((line, index) => line !== "" || lines[index - 1] !== "")
    .join("\n")
    .trim()}\n`;
}
