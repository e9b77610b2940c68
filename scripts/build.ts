/**
 * `npm run build`: compiles to dist/ and generates the editor part of every node from its declaration.
 * With `--check` nothing is written; it fails when package.json does not name the nodes and plugins that exist.
 */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { declarationFaults, findNodes } from "./build/declarations.ts";
import { generate, packageMap, updatePackageMap } from "./build/package.ts";

process.removeAllListeners("warning"); // that stripping types is experimental means nothing to whoever builds

const root = path.resolve(import.meta.dirname, "..");

if (process.argv.includes("--check")) await check();
else await build();

async function build(): Promise<void> {
  const { name } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { name: string };
  const compiled = compile();
  const { nodes, faults, map } = await generate(root, name);
  if (updatePackageMap(root, map, false)) console.log("package.json: the list of nodes and plugins was brought up to date.");
  const errors = await compiled;
  for (const line of [...faults, errors].filter((line) => line !== "")) console.error(line);
  if (faults.length > 0 || errors !== "") process.exit(1);
  console.log(`Built ${nodes.length} nodes.`);
}

async function check(): Promise<void> {
  const nodes = await findNodes(root);
  const faults = nodes.flatMap(declarationFaults);
  if (updatePackageMap(root, packageMap(root, nodes), true))
    faults.push("package.json does not name the nodes and plugins that exist. Run npm run build and commit package.json.");
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exit(1);
}

/** What the compiler has to say; "" when all is well. */
async function compile(): Promise<string> {
  const tsc = path.join(root, "node_modules/typescript/bin/tsc");
  const args = [tsc, "-p", "tsconfig.json", "--incremental", "--tsBuildInfoFile", "dist/.tsbuildinfo"];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return code === 0 ? "" : said.trim() || `The compiler ended with ${code}.`;
}
