/**
 * `npm test [-- name…]`: readies the real components, then runs the static checks and every suite, and ends with one plain line.
 * With names, only the suites (checks, core, nodes, adapters, runtime, ecosystem, e2e) or test files that match.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { runChecks } from "./checks.ts";
import { readyComponents } from "./components.ts";
import { type Counts, filesOf, runSuites, type Suite } from "./suites.ts";

/** As many as the smallest machine that the tests are to run on has cores. */
const LANES = 2;

/** They wait for the clock's own minutes. */
const REAL_TIME = filesOf("test/e2e/{my-line,restart,first-light}.test.ts");

/** The longest first: what is left at the end is short, and no lane stands idle for long. */
const SUITES: readonly Suite[] = [
  { name: "core", files: filesOf("test/core/**/*.test.ts", "test/boards/**/*.test.ts", "test/dashboards/**/*.test.ts"), timeoutMs: 60_000 },
  { name: "e2e", files: REAL_TIME, isolated: true, patient: true, timeoutMs: 300_000 },
  // One after the other: the first installs what both need.
  { name: "ecosystem", files: filesOf("test/ecosystem/**/*.test.ts"), isolated: true, patient: true, timeoutMs: 600_000 },
  { name: "e2e", files: filesOf("test/e2e/**/*.test.ts").filter(isComputing), isolated: true, timeoutMs: 300_000 },
  { name: "runtime", files: filesOf("test/runtime/**/*.test.ts"), isolated: true, timeoutMs: 120_000 },
  { name: "adapters", files: filesOf("test/adapters/**/*.test.ts"), isolated: true, timeoutMs: 120_000 },
  { name: "plant", files: filesOf("test/plant/**/*.test.ts"), timeoutMs: 60_000 },
  { name: "nodes", files: filesOf("test/nodes/**/*.test.ts"), isolated: true, timeoutMs: 60_000 },
  { name: "cli", files: filesOf("test/cli/**/*.test.ts"), isolated: true, timeoutMs: 60_000 },
  { name: "kit", files: filesOf("test/kit/**/*.test.ts"), isolated: true, timeoutMs: 60_000 },
];

/** Run by other commands: long campaigns (`npm run test:long`) and proofs (`npm run prove`). */
const ELSEWHERE = new Set(filesOf("test/long/**/*.test.ts"));

const inSuites = new Set(SUITES.flatMap((suite) => suite.files));
const homeless = filesOf("test/**/*.test.ts").filter((file) => !inSuites.has(file) && !ELSEWHERE.has(file));
if (homeless.length > 0) throw new Error(`No suite runs these test files: ${homeless.join(", ")}`);

const wanted = process.argv.slice(2);
const started = Date.now();
const total: Counts = { passed: 0, failed: 0, skipped: [] };

const missing = readyComponents((line) => process.stdout.write(`${line}\n`));
if (missing.length > 0 && process.env["CI"] === "true") {
  total.failed += missing.length;
  process.stdout.write(`Missing under CI: ${missing.map((component) => component.name).join(", ")}\n`);
}

if (wanted.length === 0 || wanted.includes("checks")) add(await runChecks());
// Some two hundred processes start, most with the same modules: what one has compiled the next one takes from here.
const compiled = mkdtempSync(path.join(tmpdir(), "twinline-compiled-"));
const environment = { NODE_COMPILE_CACHE: compiled, ...(wanted.length === 0 ? { TWINLINE_PICTURES: "none" } : {}) };
add(
  await runSuites(
    SUITES.map((suite) => ({ ...suite, files: chosenOf(suite) })),
    LANES,
    environment,
  ),
);
for (const title of total.skipped) process.stdout.write(`skipped: ${title}\n`);
process.stdout.write(`${((Date.now() - started) / 1000).toFixed(0)} s\n`);
process.stdout.write(
  `${total.passed} passed, ${total.failed} failed${total.skipped.length > 0 ? `, ${total.skipped.length} skipped` : ""}\n`,
);
try {
  rmSync(compiled, { recursive: true, force: true, maxRetries: 3 });
} catch {
  // A process that a test has left behind still writes there; the totals stand.
}
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

function chosenOf({ name, files }: Suite): readonly string[] {
  if (wanted.length === 0 || wanted.includes(name)) return files;
  return files.filter((file) => wanted.some((word) => file.includes(word)));
}

function isComputing(file: string): boolean {
  return !REAL_TIME.includes(file);
}

function add(counts: Counts): void {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped.push(...counts.skipped);
}
