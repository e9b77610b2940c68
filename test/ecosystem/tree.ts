/** The tree of packages that people already have: installed when a test first needs it, never part of the product. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const RECIPE = path.join(import.meta.dirname, "packages");
const TREE = path.resolve(import.meta.dirname, "..", "..", ".tools", "ecosystem");
const PROGRESS_MS = 5_000;

/** What a suite needs: `skip` is mocha's. */
interface Context {
  skip(): never;
}

export interface Ecosystem {
  /** The folder of one package, for Node-RED's `nodesDir` or `require`. */
  folder(name: string): string;
}

/**
 * For `before`: the contrib packages, installed once per lock. Where that is impossible the suite is skipped with a line
 * that says why; under CI it fails.
 */
export async function needEcosystem(context: Context): Promise<Ecosystem> {
  const tree = path.join(TREE, "npm");
  await once(context, tree, "package-lock.json", async () => {
    say("Installing the contrib packages for the ecosystem tests (once, about a minute, 205 MB in .tools/ecosystem).");
    for (const file of ["package.json", "package-lock.json"]) copyFileSync(path.join(RECIPE, file), path.join(tree, file));
    const cli = process.env["npm_execpath"];
    const npm = cli !== undefined && /\.c?js$/.test(cli) ? [process.execPath, cli] : ["npm"];
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--loglevel=error"];
    await run([...npm, "ci", ...quiet], tree, "npm ci", "the npm registry");
  });
  return { folder: (name) => path.join(tree, "node_modules", name) };
}

async function once(context: Context, tree: string, lock: string, install: () => Promise<void>): Promise<void> {
  const stamp = path.join(tree, ".installed");
  const wanted = createHash("sha256")
    .update(readFileSync(path.join(RECIPE, lock)))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  rmSync(tree, { recursive: true, force: true });
  mkdirSync(tree, { recursive: true });
  try {
    await install();
    writeFileSync(stamp, wanted);
  } catch (error) {
    if (process.env["CI"] === "true") throw error;
    say(`skipped: ${(error as Error).message}`);
    context.skip();
  }
}

async function run(command: readonly string[], cwd: string, label: string, needs: string): Promise<void> {
  const [program = "", ...args] = command;
  const environment = Object.entries(process.env).filter(([key]) => !/^npm_(config_nodedir|lifecycle|package)/i.test(key));
  const child = spawn(program, args, { cwd, env: Object.fromEntries(environment), stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const started = Date.now();
  const progress = setInterval(() => say(`  ${label} … ${Math.round((Date.now() - started) / 1000)} s`), PROGRESS_MS);
  const code = await new Promise<number>((resolve) => {
    child.on("error", (error) => {
      output += error.message;
      resolve(1);
    });
    child.on("exit", (status) => resolve(status ?? 1));
  }).finally(() => clearInterval(progress));
  if (code !== 0) throw new Error(`These tests need ${needs}; check the network and try again. ${label} said:\n${output.slice(-2_000)}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
