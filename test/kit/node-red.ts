/** A real Node-RED in a process of its own, with the fixture package of the kit; the only way to see whether it survives. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { generate } from "../../scripts/build/package.ts";

const require = createRequire(import.meta.url);
const FIXTURES = path.join(import.meta.dirname, "fixtures");
export const FIXTURE_PACKAGE = "@twinline/kit-fixtures";

/** The fixture nodes as a package that Node-RED loads: generated editor files, and node files that point to the sources. */
export async function fixturePackage(): Promise<string> {
  const target = mkdtempSync(path.join(tmpdir(), "twinline-kit-package-"));
  const { map, faults } = await generate(FIXTURES, FIXTURE_PACKAGE, target);
  if (faults.length > 0) throw new Error(faults.join("\n"));
  for (const file of Object.values(map.nodes)) {
    const source = path.join(FIXTURES, file.replace(/^dist\//, "").replace(/\.js$/, ".ts"));
    writeFileSync(path.join(target, file), `export { default } from ${JSON.stringify(pathToFileURL(source).href)};\n`);
  }
  const manifest = { name: FIXTURE_PACKAGE, version: "1.0.0", type: "module", "node-red": { version: ">=4.1.0", nodes: map.nodes } };
  writeFileSync(path.join(target, "package.json"), JSON.stringify(manifest));
  return target;
}

export interface RunningNodeRed {
  readonly base: string;
  readonly userDir: string;
  /** Everything logged so far. */
  log(): string;
  /** Resolves at the first log line that matches. */
  logged(pattern: RegExp): Promise<string>;
  readonly exited: Promise<number | null>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

export async function startNodeRed(
  packageDir: string,
  flows: readonly object[],
  more: object = {},
  keepDir?: string,
): Promise<RunningNodeRed> {
  const userDir = keepDir ?? mkdtempSync(path.join(tmpdir(), "twinline-kit-nr-"));
  mkdirSync(userDir, { recursive: true });
  const port = await freePort();
  const settings = {
    uiHost: "127.0.0.1",
    uiPort: port,
    flowFile: "flows.json",
    credentialSecret: "test",
    nodesDir: [packageDir],
    telemetry: { enabled: false },
    editorTheme: { tours: false, palette: { catalogues: [] }, projects: { enabled: false } },
    externalModules: { palette: { allowInstall: false } },
    logging: { console: { level: "info", audit: true } },
    ...more,
  };
  writeFileSync(path.join(userDir, "settings.json"), JSON.stringify(settings));
  writeFileSync(path.join(userDir, "settings.cjs"), 'module.exports = require("./settings.json");\n');
  writeFileSync(path.join(userDir, "flows.json"), JSON.stringify(flows));
  const red = path.join(path.dirname(require.resolve("node-red/package.json")), "red.js");
  const child = spawn(process.execPath, [red, "-u", userDir, "-s", path.join(userDir, "settings.cjs")], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const running = watch(child, `http://127.0.0.1:${port}`, userDir);
  await running.logged(/Started flows/);
  await running.logged(/Server now running/);
  return running;
}

function watch(child: ChildProcess, base: string, userDir: string): RunningNodeRed {
  let log = "";
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      for (const look of waiting) look();
    });
  }
  const exited = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    base,
    userDir,
    log: () => log,
    exited,
    logged: async (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = pattern.exec(log);
          if (found === null) return;
          waiting.delete(look);
          resolve(found[0]);
        };
        waiting.add(look);
        void exited.then((code) => reject(new Error(`Node-RED ended with ${code}:\n${log}`)));
        look();
      }),
    kill: async (signal) => {
      child.kill(signal);
      await exited;
    },
  };
}

export function remove(...dirs: readonly string[]): void {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("No free port.");
  return address.port;
}
