/** The static checks, each counted as one test of the house. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import type { Counts } from "./suites.ts";

interface Check {
  readonly rule: string;
  readonly command: readonly string[];
}

const CHECKS: readonly Check[] = [
  { rule: "types: runtime, tests and scripts", command: ["node_modules/typescript/bin/tsc", "-p", "tsconfig.check.json"] },
  { rule: "types: editor and board scripts", command: ["node_modules/typescript/bin/tsc", "-p", "tsconfig.browser.json"] },
  {
    rule: "lint, with the dependency rule of the house",
    command: ["node_modules/oxlint/bin/oxlint", "--type-aware", "--tsconfig", "tsconfig.check.json"],
  },
  { rule: "format", command: ["node_modules/@biomejs/biome/bin/biome", "format"] },
  { rule: "package.json names the nodes that exist", command: ["scripts/build.ts", "--check"] },
  { rule: "node reference is up to date", command: ["scripts/docs.ts", "--check"] },
  { rule: "Grafana boards are up to date", command: ["scripts/boards.ts", "--check"] },
];

export async function runChecks(): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: [] };
  for (const check of CHECKS) {
    const [file = "", ...args] = check.command;
    if (!existsSync(file)) throw new Error(`The check "${check.rule}" needs ${file}, which is missing.`);
    const run = spawnSync(process.execPath, [file, ...args], { encoding: "utf8" });
    const good = run.status === 0;
    process.stdout.write(`${good ? "ok  " : "FAIL"} ${check.rule}\n`);
    if (!good) process.stdout.write(`${run.stdout}${run.stderr}\n`);
    if (good) counts.passed += 1;
    else counts.failed += 1;
  }
  return counts;
}
