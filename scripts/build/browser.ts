/** TypeScript for browsers without a bundler: types are stripped, and one entry with its imports becomes one script. */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import path from "node:path";

/** Imports from other packages are types only in browser code, so everything else must be relative. */
const IMPORT = /^import\s[^;]*?from\s*"(\.[^"]+)";\n?/gm;

/** What a module declares for all of itself; in one script it is declared for all modules. */
const DECLARED = /^(?:export\s+)?(?:async\s+)?(?:function\*?|const|let|class)\s+([A-Za-z_$][\w$]*)/gm;

/** A module as a browser module: types gone, `.ts` imports made `.js`. */
export function browserModule(file: string): string {
  return tidy(strip(readFileSync(file, "utf8"))).replace(/(from\s*"\.[^"]+)\.ts"/g, '$1.js"');
}

/** `entry` and everything it imports as one classic script: one scope, so that each name may be declared by one module only. */
export function browserScript(entry: string): string {
  const done = new Set<string>();
  const owners = new Map<string, string>();
  const parts: string[] = [];
  const add = (file: string): void => {
    if (done.has(file)) return;
    done.add(file);
    const source = strip(readFileSync(file, "utf8"));
    for (const [, name = ""] of source.matchAll(DECLARED)) {
      const owner = owners.get(name);
      if (owner !== undefined && owner !== file) throw new Error(`"${name}" is declared by ${owner} and by ${file}: rename one of them.`);
      owners.set(name, file);
    }
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
