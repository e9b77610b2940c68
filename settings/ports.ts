/** Ports of a site: all on loopback, checked before anything starts. */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

export async function isFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Throws one sentence that names every taken port and how to choose another. */
export async function demandFree(
  ports: readonly { readonly what: string; readonly port: number; readonly option: string }[],
): Promise<void> {
  const taken: string[] = [];
  for (const { what, port, option } of ports)
    if (!(await isFree(port))) taken.push(`port ${port} (${what}) is taken: choose another with ${option}`);
  if (taken.length > 0) throw new Error(taken.join("; "));
}

/** Below those that systems take for outgoing connections: none of these can take it before somebody listens at it. */
const [LOWEST, HIGHEST] = [20_000, 32_000];
const MOST_TRIES = 1_000;

export async function anyFreePort(): Promise<number> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new Error(`${MOST_TRIES} ports from ${LOWEST} to ${HIGHEST} are taken on this machine.`);
}
