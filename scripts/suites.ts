/** Runs mocha files in child processes and adds up what they report. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout } from "node:timers/promises";

const LAST_WORDS_MS = 1_000;

export interface Counts {
  passed: number;
  failed: number;
  skipped: string[];
}

export interface Suite {
  readonly name: string;
  readonly files: readonly string[];
  /** One process per file: Node-RED runs once per process, and a browser test wants a clean one. */
  readonly isolated?: boolean;
  /** Waits for real time, or for a registry, far longer than it computes: has a lane of its own beside those of the others. */
  readonly patient?: boolean;
  readonly timeoutMs: number;
}

export function filesOf(...patterns: readonly string[]): string[] {
  return globSync([...patterns]).toSorted();
}

export function runSuite(suite: Suite, environment: Readonly<Record<string, string>> = {}): Promise<Counts> {
  return runSuites([suite], 1, environment);
}

/**
 * Runs the processes of all suites, `lanes` at a time, in the order given, and beside them those of patient suites, one after the
 * other. What they say is seen at once where no two could write at once; else when the process has ended, and only if a test failed.
 */
export async function runSuites(
  suites: readonly Suite[],
  lanes: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<Counts> {
  const total: Counts = { passed: 0, failed: 0, skipped: [] };
  const all = suites.flatMap((suite) => processesOf(suite).map((files) => ({ suite, files })));
  const patient = all.filter(({ suite }) => suite.patient);
  const others = all.filter(({ suite }) => !suite.patient);
  const oneByOne = all.length === 1 || (lanes === 1 && (patient.length === 0 || others.length === 0));
  async function lane(waiting: (typeof all)[number][]): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { suite, files } = next;
      const started = Date.now();
      const { counts, said } = await mocha(files, suite.timeoutMs, environment, oneByOne);
      const what = suite.isolated ? `${suite.name}: ${path.basename(files[0] ?? "")}` : suite.name;
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      process.stdout.write(
        `${counts.failed > 0 ? said : ""}--- ${what}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped.length} skipped (${seconds} s)\n`,
      );
      total.passed += counts.passed;
      total.failed += counts.failed;
      total.skipped.push(...counts.skipped);
    }
  }
  await Promise.all([lane(patient), ...Array.from({ length: lanes }, () => lane(others))]);
  return total;
}

function processesOf({ files, isolated }: Suite): (readonly string[])[] {
  if (isolated) return files.map((file) => [file]);
  return files.length > 0 ? [files] : [];
}

async function mocha(
  files: readonly string[],
  timeoutMs: number,
  environment: Readonly<Record<string, string>>,
  atOnce: boolean,
): Promise<{ readonly counts: Counts; readonly said: string }> {
  const folder = mkdtempSync(path.join(tmpdir(), "twinline-counts-"));
  const countsFile = path.join(folder, "counts.json");
  const args = [
    "node_modules/mocha/bin/mocha.js",
    "--reporter",
    "scripts/mocha-reporter.cjs",
    "--timeout",
    String(timeoutMs),
    "--exit",
    ...files,
  ];
  const command = environment["TWINLINE_COVERAGE"]
    ? ["node_modules/c8/bin/c8.js", "--reporter=text-summary", "--include=core/**", process.execPath, ...args]
    : args;
  const child = spawn(process.execPath, command, {
    stdio: atOnce ? "inherit" : ["inherit", "pipe", "pipe"],
    env: { ...process.env, ...environment, TWINLINE_COUNTS: countsFile },
  });
  const closed = once(child, "close");
  const pieces: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (piece: Buffer) => pieces.push(piece));
  const code = await new Promise<number>((resolve) => {
    child.on("exit", (status) => resolve(status ?? 1));
  });
  // A process that the tests left behind may hold the streams open.
  if (!atOnce) await Promise.race([closed, setTimeout(LAST_WORDS_MS)]);
  const said = Buffer.concat(pieces).toString();
  try {
    const counts = JSON.parse(readFileSync(countsFile, "utf8")) as Counts;
    // A process that dies after its last test (a leaked handle that throws, say) is a failure too.
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    return { counts, said };
  } catch {
    const counts = { passed: 0, failed: 1, skipped: [] };
    return { counts, said: `${said}The test process ended with code ${code} before it could report.\n` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
