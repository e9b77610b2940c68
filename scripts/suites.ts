/** Runs mocha files in child processes and adds up what they report. */
import { spawn } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

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
  readonly timeoutMs: number;
}

export function filesOf(...patterns: readonly string[]): string[] {
  return globSync([...patterns]).toSorted();
}

export async function runSuite(suite: Suite, environment: Readonly<Record<string, string>> = {}): Promise<Counts> {
  const total: Counts = { passed: 0, failed: 0, skipped: [] };
  const groups = suite.isolated ? suite.files.map((file) => [file]) : suite.files.length > 0 ? [suite.files] : [];
  for (const files of groups) {
    const started = Date.now();
    const counts = await mocha(files, suite.timeoutMs, environment);
    const what = suite.isolated ? `${suite.name}: ${path.basename(files[0] ?? "")}` : suite.name;
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    process.stdout.write(
      `--- ${what}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped.length} skipped (${seconds} s)\n`,
    );
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped.push(...counts.skipped);
  }
  return total;
}

async function mocha(files: readonly string[], timeoutMs: number, environment: Readonly<Record<string, string>>): Promise<Counts> {
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
    stdio: "inherit",
    env: { ...process.env, ...environment, TWINLINE_COUNTS: countsFile },
  });
  const code = await new Promise<number>((resolve) => {
    child.on("exit", (status) => resolve(status ?? 1));
  });
  try {
    const counts = JSON.parse(readFileSync(countsFile, "utf8")) as Counts;
    // A process that dies after its last test (a leaked handle that throws, say) is a failure too.
    if (code !== 0 && counts.failed === 0) counts.failed = 1;
    return counts;
  } catch {
    process.stdout.write(`The test process ended with code ${code} before it could report.\n`);
    return { passed: 0, failed: 1, skipped: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
