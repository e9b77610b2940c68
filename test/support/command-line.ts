/** `twinline …` in this process: what it printed and its exit code. */
import { runCommand } from "../../cli/commands.ts";

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function twinline(cwd: string, ...args: readonly string[]): Promise<Said> {
  return twinlineUntil(new AbortController().signal, cwd, ...args);
}

/** Ctrl-C at the signal. */
export async function twinlineUntil(signal: AbortSignal, cwd: string, ...args: readonly string[]): Promise<Said> {
  let [out, err] = ["", ""];
  const code = await runCommand(args, {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    cwd,
    env: {},
    now: () => 1_700_000_000_000,
    signal,
  });
  return { code, out, err };
}
