/** `npm run docs`: writes the node reference docs/nodes/ from the declarations. With `--check` it fails when a page is out of date. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { findNodes } from "./build/declarations.ts";
import { referenceIndex, referencePage } from "./build/reference.ts";

const root = path.resolve(import.meta.dirname, "..");
const folder = path.join(root, "docs", "nodes");
const check = process.argv.includes("--check");

const declarations = (await findNodes(root)).map(({ declaration }) => declaration);
const pages = new Map(declarations.map((declaration) => [`${declaration.type}.md`, referencePage(declaration)]));
pages.set("README.md", referenceIndex(declarations));

const present = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".md")) : [];
const stale = [...pages]
  .filter(([name, text]) => !present.includes(name) || readFileSync(path.join(folder, name), "utf8") !== text)
  .map(([name]) => name);
const leftover = present.filter((name) => !pages.has(name));

if (check) {
  for (const name of [...stale, ...leftover]) console.error(`docs/nodes/${name} is out of date. Run npm run docs and commit it.`);
  if (stale.length + leftover.length > 0) process.exit(1);
} else {
  mkdirSync(folder, { recursive: true });
  for (const name of stale) writeFileSync(path.join(folder, name), pages.get(name) ?? "");
  for (const name of leftover) rmSync(path.join(folder, name));
  console.log(`${pages.size - 1} nodes, ${stale.length} pages written, ${leftover.length} removed.`);
}
