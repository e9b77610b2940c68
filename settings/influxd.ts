/** A private InfluxDB 1.x of the demo site: its own folder and loopback ports, never one that somebody else runs. */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { ProcessPlan } from "./supervisor.ts";

export interface InfluxdOptions {
  readonly binary: string;
  readonly dir: string;
  readonly httpPort: number;
  readonly rpcPort: number;
}

export function influxdPlan(options: InfluxdOptions): ProcessPlan {
  const { dir, httpPort, rpcPort } = options;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const config = path.join(dir, "influxdb.conf");
  const folder = (name: string): string => JSON.stringify(path.join(dir, name));
  writeFileSync(
    config,
    [
      "reporting-disabled = true",
      `bind-address = "127.0.0.1:${rpcPort}"`,
      "[meta]",
      `dir = ${folder("meta")}`,
      "[data]",
      `dir = ${folder("data")}`,
      `wal-dir = ${folder("wal")}`,
      'index-version = "tsi1"',
      "query-log-enabled = false",
      "[monitor]",
      "store-enabled = false",
      "[http]",
      `bind-address = "127.0.0.1:${httpPort}"`,
      "log-enabled = false",
      "",
    ].join("\n"),
    { mode: 0o600 },
  );
  return {
    name: "InfluxDB",
    command: options.binary,
    args: ["-config", config],
    logFile: path.join(dir, "influxd.log"),
    ready: () => answers(`http://127.0.0.1:${httpPort}/ping`, 30_000),
  };
}

/** Waits until the URL answers with what it is for: a page, a redirect, or the demand to sign in. */
export async function answers(url: string, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(2000) });
      await response.arrayBuffer();
      if (response.status < 400 || response.status === 401) return;
    } catch {
      // not yet listening
    }
    if (Date.now() > deadline) throw new Error(`${url} did not answer within ${withinMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
