import type { Terminal } from "./command.ts";

/** The terminal of this process. */
export function terminal(): Terminal {
  const interrupted = new AbortController();
  // The first Ctrl-C asks the command to end, the second ends it at once.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      if (interrupted.signal.aborted) process.exit(130);
      interrupted.abort();
    });
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    cwd: process.cwd(),
    env: process.env,
    now: () => Date.now(),
    signal: interrupted.signal,
  };
}
