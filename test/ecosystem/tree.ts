/** The tree of packages that people already have: installed when a test first needs it, never part of the product. */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

const RECIPE = path.join(import.meta.dirname, "packages");
const TREE = path.resolve(import.meta.dirname, "..", "..", ".tools", "ecosystem");
const STAMP = path.join(TREE, ".installed");
const PROGRESS_MS = 5_000;

export interface Ecosystem {
  /** The folder of one package, for Node-RED's `nodesDir` or `require`. */
  folder(name: string): string;
  /** Where Python finds the S7 server. */
  readonly python: string;
}

/**
 * Installs what `packages/` locks, once per lock; later calls answer at once.
 *
 * @throws {Error} with a sentence that says what is missing and what to do.
 */
export async function readyEcosystem(say: (line: string) => void = (line) => void process.stdout.write(`${line}\n`)): Promise<Ecosystem> {
  const found: Ecosystem = { folder: (name) => path.join(TREE, "node_modules", name), python: path.join(TREE, "python") };
  const lock = createHash("sha256");
  for (const file of ["package-lock.json", "requirements.txt"]) lock.update(readFileSync(path.join(RECIPE, file)));
  const wanted = lock.digest("hex");
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) return found;
  say("Installing the contrib packages for the ecosystem tests (once, about a minute, 205 MB in .tools/ecosystem).");
  rmSync(TREE, { recursive: true, force: true });
  mkdirSync(TREE, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) copyFileSync(path.join(RECIPE, file), path.join(TREE, file));
  const cli = process.env["npm_execpath"];
  const npm = cli !== undefined && /\.c?js$/.test(cli) ? [process.execPath, cli] : ["npm"];
  const ci = [...npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1", "--loglevel=error"];
  await run(ci, "npm ci", "the npm registry", say);
  const wheel = ["-m", "pip", "install", "--no-deps", "--require-hashes", "--quiet", "--disable-pip-version-check"];
  const into = ["--target", found.python, "-r", path.join(RECIPE, "requirements.txt")];
  await run(["python3", ...wheel, ...into], "pip install", "the Python index (and python3 with pip)", say);
  writeFileSync(STAMP, wanted);
  return found;
}

/** True when Python, which the S7 server runs on, is there. */
export function hasPython(): boolean {
  return spawnSync("python3", ["-m", "pip", "--version"], { stdio: "ignore" }).status === 0;
}

async function run(command: readonly string[], label: string, needs: string, say: (line: string) => void): Promise<void> {
  const [program = "", ...args] = command;
  const environment = Object.entries(process.env).filter(([key]) => !/^npm_(config_nodedir|lifecycle|package)/i.test(key));
  const child = spawn(program, args, { cwd: TREE, env: Object.fromEntries(environment), stdio: ["ignore", "pipe", "pipe"] });
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
  if (code === 0) return;
  throw new Error(
    `The ecosystem tests need ${needs}; check the network or the proxy and try again. ${label} said:\n${output.slice(-2_000)}`,
  );
}
