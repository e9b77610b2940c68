/** Starts the process of the bench, listens to it, and ends it with the command. */
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Job, Report } from "./job.ts";

export interface BenchResult {
  readonly done: number;
  readonly kept: Readonly<Record<string, number>>;
  readonly warnings: readonly { readonly node?: string; readonly text: string }[];
}

export interface BenchOptions {
  /** IANA zone in which the flow runs. */
  readonly zone: string | undefined;
  readonly signal: AbortSignal;
  readonly progress: (done: number, at: number) => void;
}

const LAST_WORDS = 2_000;
/** So many come with the sentence why it could not be run. */
const MOST_WARNINGS = 10;

/** Rejects with a sentence when the flow could not be run, and when `signal` is aborted. */
export async function runBench(job: Job, { zone, signal, progress }: BenchOptions): Promise<BenchResult> {
  signal.throwIfAborted();
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const child = fork(fileURLToPath(new URL(`./bench.${extension}`, import.meta.url)), [], {
    env: environment(zone),
    execArgv: [],
    cwd: job.userDir,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const warnings: { node?: string; text: string }[] = [];
  let finished: BenchResult | undefined;
  let failure: string | undefined;
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-LAST_WORDS)));
  child.on("message", (report: Report) => {
    if (report.kind === "progress") progress(report.done, report.at);
    else if (report.kind === "warning") warnings.push({ text: report.text, ...(report.node === undefined ? {} : { node: report.node }) });
    else if (report.kind === "failed") failure = report.text;
    else finished = { done: report.done, kept: report.kept, warnings };
  });
  const stop = (): void => void child.kill("SIGKILL");
  signal.addEventListener("abort", stop, { once: true });
  try {
    const ended = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("close", (code, by) => resolve(`it ended with ${by ?? code}`));
    });
    child.send(job);
    const how = await ended;
    signal.throwIfAborted();
    if (failure !== undefined) throw new Error([failure, ...warnings.slice(0, MOST_WARNINGS).map(({ text }) => `  ${text}`)].join("\n"));
    if (finished === undefined) throw new Error(`Node-RED did not survive the replay: ${how}.${said === "" ? "" : `\n${said.trim()}`}`);
    return finished;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Without what would make this Node-RED like another one (projects, its secrets). */
function environment(zone: string | undefined): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("NODE_RED_"));
  return { ...Object.fromEntries(kept), ...(zone === undefined ? {} : { TZ: zone }) };
}
