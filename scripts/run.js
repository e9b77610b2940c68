// Every npm script of this repository starts here. It makes the ground ready (Node 24, dependencies, build) and then
// runs scripts/<task>.ts on it. Plain JavaScript without dependencies: it must run on a bare Node 20.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const NODE_MAJOR = 24;

/** Which tasks need the built package before they run. */
const NEEDS_BUILD = new Set(["start", "test", "test-long", "prove", "bench", "dev", "twinline"]);

const [task = "", ...args] = process.argv.slice(2);
if (!/^[a-z-]+$/.test(task) || !existsSync(path.join(root, "scripts", `${task}.ts`))) {
  fail(`There is no task "${task}". Look at the scripts in package.json.`);
}

const node = await readyNode();
const env = { ...process.env, PATH: `${path.dirname(node)}${path.delimiter}${process.env["PATH"] ?? ""}` };
// Settings of the host's npm that npm 11 no longer knows only make noise in what people read.
for (const key of Object.keys(env)) if (/^npm_config_nodedir$/i.test(key)) delete env[key];
await readyDependencies();
if (NEEDS_BUILD.has(task)) await run(node, ["scripts/build.ts"], "Building");
process.exit(await hand(node, [`scripts/${task}.ts`, ...args]));

/** The path of a Node that is new enough: this one, or the one that the npm package of Node brings into .tools/. */
async function readyNode() {
  if (Number(process.versions.node.split(".")[0]) >= NODE_MAJOR) return process.execPath;
  const tools = path.join(root, ".tools", "node24");
  const recipe = path.join(root, "scripts", "toolchain", "node24");
  const wanted = JSON.parse(readFileSync(path.join(recipe, "package.json"), "utf8")).optionalDependencies;
  const name = `node-${process.platform}-${process.arch}`;
  const version = wanted[name];
  const binary = path.join(tools, "node_modules", name, "bin", "node");
  if (!version) fail(`Twinline needs Node ${NODE_MAJOR} or newer; this is ${process.version}. Install it from nodejs.org and try again.`);
  if (existsSync(binary) && spawnSync(binary, ["--version"], { encoding: "utf8" }).stdout?.trim() === `v${version}`) return binary;
  say(`Twinline runs on Node ${NODE_MAJOR}; this is ${process.version}. Bringing Node ${version} into .tools/ (once, about 120 MB).`);
  rmSync(tools, { recursive: true, force: true });
  mkdirSync(tools, { recursive: true });
  for (const file of ["package.json", "package-lock.json"]) copyFileSync(path.join(recipe, file), path.join(tools, file));
  await npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], tools, process.env, "Fetching Node");
  if (!existsSync(binary))
    fail(`The package ${name}@${version} did not bring a Node binary. Install Node ${NODE_MAJOR} by hand and try again.`);
  return binary;
}

/** node_modules exactly as package-lock.json says; done once per lock file. */
async function readyDependencies() {
  const stamp = path.join(root, "node_modules", ".twinline-lock");
  const lock = createHash("sha256")
    .update(readFileSync(path.join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
  say("Installing the dependencies named in package-lock.json (once, about a minute).");
  await npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], root, env, "Installing");
  writeFileSync(stamp, lock);
}

/** npm under the Node that `environment` puts first on the path. */
async function npm(npmArgs, cwd, environment, label) {
  const cli = process.env["npm_execpath"];
  const clean = { ...environment };
  for (const key of Object.keys(clean)) if (/^npm_(config_nodedir|lifecycle|package)/i.test(key)) delete clean[key];
  if (cli && /\.c?js$/.test(cli)) await run(firstNode(environment), [cli, ...npmArgs], label, cwd, clean);
  else await run(process.platform === "win32" ? "npm.cmd" : "npm", npmArgs, label, cwd, clean);
}

function firstNode(environment) {
  return environment === process.env ? process.execPath : node;
}

/** Runs a preparing step; says how long it has been going, shows its output only when it fails. */
async function run(command, commandArgs, label, cwd = root, environment = env) {
  const started = Date.now();
  const child = spawn(command, commandArgs, { cwd, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  const progress = setInterval(() => say(`  ${label} … ${Math.round((Date.now() - started) / 1000)} s`), 5000);
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (status, signal) => resolve(status ?? (signal ? 1 : 0)));
  });
  clearInterval(progress);
  if (code !== 0) fail(`${label} failed:\n${output.slice(-6000)}`);
}

/** Hands the terminal over to the task and gives back its exit code; Ctrl-C is the task's to answer. */
async function hand(command, commandArgs) {
  const child = spawn(command, commandArgs, { cwd: root, env, stdio: "inherit" });
  // A terminal sends Ctrl-C to the child as well, another program only to us; the tasks take a second one calmly.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (status, signal) => resolve(status ?? (signal === "SIGINT" ? 130 : 1)));
  });
}

function say(line) {
  process.stdout.write(`${line}\n`);
}

function fail(line) {
  process.stderr.write(`${line}\n`);
  process.exit(1);
}
