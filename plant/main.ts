/**
 * Runs the demo plant: `node plant/main.ts --seed 7 --port 4840 --speed 300`.
 *
 * Users come from the environment, never from the command line: `TWINLINE_PLANT_USERS` is a JSON object of
 * `{name: {password, role: "observer" | "operator"}}`. Prints one JSON line when ready and one when it has caught up
 * with the present.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { PortTaken, type PlantUser } from "./server/server.ts";
import { startPlant } from "./server/plant.ts";

const HOUR_MS = 3_600_000;
const { values: given } = parseArgs({
  options: {
    seed: { type: "string", default: "7" },
    port: { type: "string", default: "4840" },
    "truth-port": { type: "string", default: "0" },
    speed: { type: "string", default: "300" },
    /** ISO instant or milliseconds UTC; 8 hours before now by default. */
    from: { type: "string" },
    /** Where live values begin; everything before is history only. */
    "live-from": { type: "string" },
    pki: { type: "string", default: join(process.cwd(), ".twinline", "plant", "pki") },
    "allow-anonymous": { type: "boolean", default: false },
    "rollover-at": { type: "string" },
  },
});

await main().catch((error: unknown) => {
  const expected = error instanceof PortTaken || error instanceof RangeError || (error as NodeJS.ErrnoException).code === "EADDRINUSE";
  process.stderr.write(`${expected ? (error as Error).message : String((error as Error).stack ?? error)}\n`);
  process.exit(1);
});

async function main(): Promise<void> {
  const from = instant("from", given.from) ?? Date.now() - 8 * HOUR_MS;
  const liveFrom = instant("live-from", given["live-from"]);
  const rolloverAt = given["rollover-at"] === undefined ? undefined : whole("rollover-at", given["rollover-at"]);
  const site = join(import.meta.dirname, "site");
  const plant = await startPlant({
    seed: whole("seed", given.seed),
    port: whole("port", given.port),
    truthPort: whole("truth-port", given["truth-port"]),
    speed: whole("speed", given.speed),
    from,
    ...(liveFrom === undefined ? {} : { liveFrom }),
    ...(rolloverAt === undefined ? {} : { rolloverAt }),
    users: readUsers(process.env["TWINLINE_PLANT_USERS"]),
    allowAnonymous: given["allow-anonymous"],
    pkiDir: given.pki,
    // Run from the sources or from the build, the site files stay where they were written.
    siteDir: existsSync(site) ? site : join(process.cwd(), "plant", "site"),
    onCaughtUp: () => print({ event: "caught-up", time: Date.now() }),
  });
  print({ event: "ready", endpoint: plant.endpoint, truth: plant.truthUrl, from, seed: Number(given.seed), pid: process.pid });
  const stop = (): void => void plant.stop().then(() => process.exit(0));
  process.once("SIGTERM", stop);
  process.once("SIGINT", stop);
  process.once("disconnect", stop); // whoever started this plant is gone
}

function print(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`--${name}: "${text}" must be a whole number`);
  return value;
}

function instant(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`--${name}: "${text}" is neither an ISO instant nor milliseconds`);
  return value;
}

function readUsers(json: string | undefined): Readonly<Record<string, PlantUser>> {
  if (json === undefined)
    throw new RangeError("TWINLINE_PLANT_USERS: set it to {name: {password, role}} as JSON; the plant has no default passwords");
  return JSON.parse(json) as Readonly<Record<string, PlantUser>>;
}
