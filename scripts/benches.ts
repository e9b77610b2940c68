/** Runs one benchmark in a process of its own and reads the rows it prints. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { PrintedRow } from "../bench/row.ts";

export async function runBench(file: string): Promise<PrintedRow[]> {
  const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "inherit"] });
  const rows: PrintedRow[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith("{")) rows.push(JSON.parse(line) as PrintedRow);
  }
  const code = child.exitCode ?? (await new Promise<number | null>((resolve) => child.once("exit", resolve)));
  if (code !== 0) throw new Error(`${file} ended with code ${code}`);
  return rows;
}
