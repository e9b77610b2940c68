/**
 * A real InfluxDB 1.x server for tests and benchmarks: temporary folder, free loopback ports, killed at the end.
 *
 *     const influxd = await startInfluxd();        // undefined when the program is not installed (see needInfluxd)
 *     influxd.url                                   // http://127.0.0.1:<port>
 *     await influxd.kill(); await influxd.start();  // kill -9 and start again on the same data and port
 *     await influxd.stop();                         // ends it and removes the folder
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

export interface Influxd {
  readonly url: string;
  readonly folder: string;
  /** Starts it (again) on the same data and port; resolves when it answers. */
  start(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Freezes (SIGSTOP) or thaws the process: a server that accepts connections and never answers. */
  freeze(frozen: boolean): void;
  stop(): Promise<void>;
}

/** True when influxd is installed. Otherwise says what to install and, in CI, fails. */
export function needInfluxd(): boolean {
  if (spawnSync("influxd", ["version"]).status === 0) return true;
  const message = "influxd is not installed: the tests against InfluxDB need the Debian package influxdb";
  if (process.env["CI"] === "true") throw new Error(message);
  console.log(`    ${message}; skipped`);
  return false;
}

/** `auth`: the server demands credentials; create the first admin with `POST /query?q=CREATE USER …`. */
export async function startInfluxd(options: { readonly auth?: boolean } = {}): Promise<Influxd> {
  const folder = await mkdtemp(path.join(tmpdir(), "twinline-influxd-"));
  const [http = 0, rpc = 0] = await freePorts(2);
  const file = path.join(folder, "influxd.conf");
  await writeFile(file, configuration(folder, http, rpc, options.auth ?? false));
  const url = `http://127.0.0.1:${http}`;
  let child: ChildProcess | undefined;
  const reap = () => child?.kill("SIGKILL");
  process.once("exit", reap);

  const influxd: Influxd = {
    url,
    folder,
    async start() {
      child = spawn("influxd", ["-config", file], { stdio: "ignore", env: { ...process.env, GOMAXPROCS: "2" } });
      await answers(url, child);
    },
    async kill() {
      const running = child;
      child = undefined;
      if (!running || running.exitCode !== null || running.signalCode !== null) return;
      const exited = once(running, "exit");
      running.kill("SIGKILL");
      await exited;
    },
    freeze(frozen) {
      child?.kill(frozen ? "SIGSTOP" : "SIGCONT");
    },
    async stop() {
      await influxd.kill();
      process.off("exit", reap);
      await rm(folder, { recursive: true, force: true });
    },
  };
  await influxd.start();
  return influxd;
}

/** Ports that were free a moment ago. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  const ports: number[] = [];
  for (const server of servers) {
    if (!server.listening) await once(server, "listening");
    ports.push((server.address() as AddressInfo).port);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`influxd ended at once (exit code ${child.exitCode})`);
    const ping = await fetch(`${url}/ping`, { signal: AbortSignal.timeout(1000) }).catch(() => undefined);
    if (ping?.status === 204) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill("SIGKILL");
  throw new Error("influxd did not answer within 30 s");
}

function configuration(folder: string, http: number, rpc: number, auth: boolean): string {
  return `
reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  index-version = "tsi1"
  query-log-enabled = false
[monitor]
  store-enabled = false
[subscriber]
  enabled = false
[http]
  bind-address = "127.0.0.1:${http}"
  auth-enabled = ${auth}
  log-enabled = false
[logging]
  level = "error"
`;
}
