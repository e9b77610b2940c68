import { fork } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readRecording } from "../../core/connect/recording/index.ts";

export interface Killed {
  /** Messages that the process had said were written. */
  readonly written: number;
  /** Messages that are read afterwards, if they are 0, 1, 2, …; else -1. */
  readonly read: number;
  /** Problems and warnings of the reader. */
  readonly problems: number;
  readonly warnings: number;
}

/** Kills a process that records (SIGKILL) when it has spoken `reports` times, and reads what it leaves. */
export async function killedRecording(reports: number): Promise<Killed> {
  const dir = mkdtempSync(path.join(tmpdir(), "twinline-killed-"));
  try {
    const child = fork(path.join(import.meta.dirname, "recording-process.ts"), [dir], {
      execArgv: [],
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    let [written, spoken] = [0, 0];
    child.on("message", (n: number) => {
      written = n;
      spoken += 1;
      if (spoken === reports) child.kill("SIGKILL");
    });
    await new Promise((resolve) => child.once("close", resolve));
    const reading = readRecording(readFileSync(path.join(dir, readdirSync(dir)[0] ?? ""), "utf8"));
    if ("problems" in reading) return { written, read: -1, problems: reading.problems.length, warnings: 0 };
    const { entries, warnings } = reading.recording;
    const inOrder = entries.every(({ message }, index) => (message["payload"] as { n: number }).n === index);
    return { written, read: inOrder ? entries.length : -1, problems: 0, warnings: warnings.length };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
