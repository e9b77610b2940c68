import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { LocalAccounts } from "../adapters/accounts/index.ts";
import { accountsFile } from "../settings/profile.ts";
import { type Command, Misuse, parsed, type Terminal } from "./command.ts";
import { packageDir } from "./package-dir.ts";

const OPTIONS = { dir: { type: "string", default: "." }, port: { type: "string", default: "1880" } } as const;

export const run: Command = {
  name: "run",
  summary: "runs the site in this folder: Node-RED with its flow, on 127.0.0.1",
  usage: `twinline run [--dir DIR] [--port N]

  --dir DIR   folder of the site (.)
  --port N    HTTP port of editor and boards (1880)
`,
  async run(args, terminal) {
    const { values } = parsed(args, OPTIONS, []);
    const dir = path.resolve(terminal.cwd, values.dir);
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Misuse(`"${values.port}" is no port.`);
    if (!existsSync(path.join(dir, "plant")))
      throw new Misuse(`${dir} is no site: it has no folder "plant". Make one with "twinline init".`);
    if (!LocalAccounts.open(accountsFile(dir)).configured)
      throw new Misuse('Nobody could sign in yet. Add an account first: "npx twinline account add NAME --roles engineer,ot-admin".');
    terminal.out(`Editor http://127.0.0.1:${port}/editor/  boards http://127.0.0.1:${port}/boards  (Ctrl-C stops)\n`);
    return nodeRed(dir, port, terminal);
  },
};

async function nodeRed(dir: string, port: number, { env, signal }: Terminal): Promise<number> {
  const home = packageDir();
  const installed = home.startsWith(path.join(dir, "node_modules") + path.sep);
  const settings = path.join(home, "settings", "hardened.settings.cjs");
  const child = spawn(process.execPath, [nodeRedScript(dir), "--settings", settings], {
    cwd: dir,
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...env,
      TWINLINE_USER_DIR: dir,
      TWINLINE_PORT: String(port),
      TWINLINE_CREDENTIAL_SECRET: env["TWINLINE_CREDENTIAL_SECRET"] ?? secretOf(dir),
      // From a checkout the nodes are not in the site's own node_modules.
      ...(installed ? {} : { TWINLINE_PACKAGE_DIR: home }),
    },
  });
  const stop = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", stop, { once: true });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, by) => {
      signal.removeEventListener("abort", stop);
      resolve(signal.aborted ? 0 : (code ?? (by === null ? 0 : 1)));
    });
  });
}

/** The site's own Node-RED, else the one beside this package. */
function nodeRedScript(dir: string): string {
  for (const from of [path.join(dir, "package.json"), path.join(packageDir(), "package.json")]) {
    try {
      return path.join(path.dirname(createRequire(from).resolve("node-red/package.json")), "red.js");
    } catch {
      // Not installed there.
    }
  }
  throw new Misuse('Node-RED is not installed. Run "npm install" in the site\'s folder.');
}

/** Made once per site and readable by its owner only; without it the stored credentials cannot be read. */
function secretOf(dir: string): string {
  const folder = path.join(dir, ".secrets");
  const file = path.join(folder, "credential-secret");
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const secret = randomBytes(32).toString("base64");
  writeFileSync(file, `${secret}\n`, { mode: 0o600, flag: "wx" });
  return secret;
}
