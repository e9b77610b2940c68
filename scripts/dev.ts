/** `npm run dev`: the demo site; a change to a source file rebuilds the package and restarts Node-RED alone. */
import { spawnSync } from "node:child_process";
import { watch } from "node:fs";
import { parseSiteArgs } from "../settings/arguments.ts";
import { startDemoSite } from "../settings/demo-site.ts";

const WATCHED = ["core", "adapters", "nodes", "flows", "dashboards", "settings"];
const SETTLE_MS = 300;

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const site = await startDemoSite({ ...parseSiteArgs(process.argv.slice(2)), say });
say(`Editor ${site.urls.editor} · boards ${site.urls.boards} · ${site.signIn}`);

let pending: NodeJS.Timeout | undefined;
const watchers = WATCHED.map((folder) =>
  watch(folder, { recursive: true }, (_event, file) => {
    if (!file || !/\.(ts|json|css|html|svg)$/.test(file)) return;
    clearTimeout(pending);
    pending = setTimeout(() => void rebuild(file), SETTLE_MS);
  }),
);

async function rebuild(file: string): Promise<void> {
  say(`${file} changed; building …`);
  const build = spawnSync(process.execPath, ["scripts/build.ts"], { encoding: "utf8" });
  if (build.status !== 0) {
    say(`${build.stdout}${build.stderr}\nThe running site keeps the last good build.`);
    return;
  }
  await site.restartNodeRed();
  say("Node-RED is back with the new build.");
}

const stop = async (): Promise<void> => {
  for (const watcher of watchers) watcher.close();
  await site.stop();
  process.exit(0);
};
process.once("SIGINT", () => void stop());
process.once("SIGTERM", () => void stop());
