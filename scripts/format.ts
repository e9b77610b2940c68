/** `npm run format`: the formatter, in place. */
import { spawnSync } from "node:child_process";

const run = spawnSync(process.execPath, ["node_modules/@biomejs/biome/bin/biome", "format", "--write"], { stdio: "inherit" });
process.exit(run.status ?? 1);
