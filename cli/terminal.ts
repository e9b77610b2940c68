import type { Terminal } from "./command.ts";

/** The terminal of this process. */
export function terminal(): Terminal {
  const interrupted = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort());
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    cwd: process.cwd(),
    env: process.env,
    now: () => Date.now(),
    signal: interrupted.signal,
  };
}
