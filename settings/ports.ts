/** Ports of a site: all on loopback, checked before anything starts. */
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

export async function anyFreePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}
