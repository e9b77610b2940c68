/** A real Mosquitto on loopback, without persistence, for tests. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { anyFreePort } from "../../settings/ports.ts";

export const MOSQUITTO = ["/usr/sbin/mosquitto", "/usr/bin/mosquitto"].find((file) => existsSync(file));

export interface Broker {
  readonly port: number;
  stop(): Promise<void>;
}

export async function startMosquitto(program: string): Promise<Broker> {
  const port = await anyFreePort();
  const dir = mkdtempSync(path.join(tmpdir(), "twinline-mosquitto-"));
  writeFileSync(path.join(dir, "mosquitto.conf"), `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\n`);
  const broker = spawn(program, ["-c", path.join(dir, "mosquitto.conf")], { stdio: "ignore" });
  return {
    port,
    async stop() {
      broker.kill("SIGTERM");
      await new Promise((resolve) => {
        broker.once("exit", resolve);
      });
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
