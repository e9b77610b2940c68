import { type Io, STOPPED } from "./command.ts";

/** The terminal. The first Ctrl-C asks the command to end, the second ends it at once. */
export function processIo(cwd: string): Io {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(STOPPED);
      controller.abort();
    });
  return { stdout: process.stdout, stderr: process.stderr, cwd, signal: controller.signal };
}
