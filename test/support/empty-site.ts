/** A site that has nothing yet: Node-RED with an account and the shipped plant template, no flow, no server. */
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { LocalAccounts } from "../../adapters/accounts/index.ts";
import { anyFreePort } from "../../settings/ports.ts";
import { accountsFile } from "../../settings/profile.ts";
import { eventually } from "./site.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const STOP_MS = 15_000;

export interface EmptySite {
  readonly editor: string;
  readonly boards: string;
  readonly account: { readonly name: string; readonly password: string };
  readonly userDir: string;
  readonly plantDir: string;
  /** What Node-RED printed so far. */
  output(): string;
  stop(): Promise<void>;
}

export async function startEmptySite(): Promise<EmptySite> {
  const userDir = mkdtempSync(path.join(tmpdir(), "twinline-empty-"));
  const plantDir = path.join(userDir, "plant");
  cpSync(path.join(ROOT, "templates", "plant"), plantDir, { recursive: true });
  mkdirSync(path.dirname(accountsFile(userDir)), { recursive: true });
  const account = { name: "ines", password: "connects-her-own-line" };
  const accounts = LocalAccounts.open(accountsFile(userDir));
  await accounts.put({ name: account.name, label: "Engineer", roles: ["engineer", "ot-admin"], scope: ["*"] }, account.password);
  const port = await anyFreePort();
  const args = [path.join(ROOT, "node_modules/node-red/red.js"), "--settings", path.join(ROOT, "settings/demo.settings.cjs")];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      TWINLINE_USER_DIR: userDir,
      TWINLINE_PORT: String(port),
      TWINLINE_PACKAGE_DIR: ROOT,
      TWINLINE_CREDENTIAL_SECRET: "only for this test",
      INFLUX_URL: "",
      NODE_NO_WARNINGS: "1",
    },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
  const editor = `http://127.0.0.1:${port}/editor/`;
  await eventually(60_000, async () => {
    if (child.exitCode !== null) throw new Error(`Node-RED ended: ${said}`);
    return (await fetch(editor)).ok ? true : undefined;
  });
  return {
    editor,
    boards: `http://127.0.0.1:${port}/boards`,
    account,
    userDir,
    plantDir,
    output: () => said,
    async stop() {
      await ended(child);
      rmSync(userDir, { recursive: true, force: true });
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await gone;
  clearTimeout(timer);
}
