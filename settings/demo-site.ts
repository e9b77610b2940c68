/** The demo site: plant, historian and Node-RED with the twin flow, each a supervised process on loopback. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { SiteArguments } from "./arguments.ts";
import { writeDemoFiles } from "./demo-files.ts";
import { answers, influxdPlan } from "./influxd.ts";
import { anyFreePort, demandFree } from "./ports.ts";
import { findProgram } from "./programs.ts";
import { siteSecrets } from "./secrets.ts";
import { type LineSource, type ProcessPlan, Supervised } from "./supervisor.ts";

export interface DemoSiteOptions extends SiteArguments {
  readonly say: (line: string) => void;
  /** First instant of the plant's story, ms UTC; for tests that compare two sites. */
  readonly from?: number;
}

export interface DemoSite {
  readonly urls: {
    readonly editor: string;
    readonly boards: string;
    readonly opcua: string;
    readonly truth: string;
    readonly influx?: string;
  };
  /** For people: how to sign in. */
  readonly signIn: string;
  readonly account: { readonly name: string; readonly password: string };
  /** Which historian runs and why. */
  readonly historian: string;
  readonly processes: { readonly plant: Supervised; readonly nodeRed: Supervised; readonly influxd?: Supervised };
  readonly dir: string;
  readonly plantFrom: number;
  restartNodeRed(): Promise<void>;
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;
/** Every start simulates the plant's story from its origin; a site that lay still longer than this begins a new one. */
const STORY_KEPT_MS = 72 * HOUR_MS;
export const ACCOUNT = "demo";

const packageDir = findPackageDir();

export async function startDemoSite(options: DemoSiteOptions): Promise<DemoSite> {
  const { say } = options;
  const influx = chooseHistorian(options);
  await demandFree([
    { what: "Node-RED", port: options.port, option: "--port" },
    { what: "OPC UA server of the plant", port: options.plantPort, option: "--plant-port" },
    ...(influx.binary
      ? [
          { what: "InfluxDB", port: options.influxPort, option: "--influx-port" },
          { what: "InfluxDB backup", port: options.influxPort + 1, option: "--influx-port" },
        ]
      : []),
  ]);
  const dir = path.resolve(options.dir);
  const story = plantStory(dir, options);
  const secrets = siteSecrets(dir);
  const userDir = path.join(dir, "node-red");
  const pkiDir = path.join(dir, "plant", "pki");
  mkdirSync(pkiDir, { recursive: true, mode: 0o700 });

  const started: Supervised[] = [];
  const start = async (plan: ProcessPlan): Promise<Supervised> => {
    const supervised = new Supervised(plan, say);
    started.push(supervised);
    await supervised.start();
    return supervised;
  };
  const stop = async (): Promise<void> => {
    for (const supervised of started.toReversed()) await supervised.stop();
  };

  try {
    // The same port after a restart, so that whoever asks for the truth finds it again.
    const truthPort = await anyFreePort();
    const plant = await start({
      name: "The demo plant",
      followsSupervisor: true,
      command: process.execPath,
      args: () => [
        path.join(packageDir, "dist", "plant", "main.js"),
        ...flags({
          seed: options.seed,
          port: options.plantPort,
          "truth-port": truthPort,
          speed: options.speed,
          from: story.from,
          "live-from": story.liveFrom(),
          pki: pkiDir,
        }),
      ],
      cwd: packageDir,
      env: {
        TWINLINE_PLANT_USERS: JSON.stringify({
          twin: { password: secrets.plantTwinPassword, role: "observer" },
          operator: { password: secrets.plantOperatorPassword, role: "operator" },
        }),
      },
      logFile: path.join(dir, "plant.log"),
      ready: async (_child, lines) => {
        await jsonLine(lines, "ready");
        lines.onLine((line) => {
          if (line.includes('"caught-up"')) say("The plant has reached the present; from here it runs in real time.");
        });
      },
    });
    const influxd = influx.binary
      ? await start(
          influxdPlan({
            binary: influx.binary,
            dir: path.join(dir, "influxdb"),
            httpPort: options.influxPort,
            rpcPort: options.influxPort + 1,
          }),
        )
      : undefined;
    const url = `http://127.0.0.1:${options.port}`;
    await writeDemoFiles({
      userDir,
      packageDir,
      plantPort: options.plantPort,
      plantPkiDir: pkiDir,
      account: { name: ACCOUNT, password: secrets.accountPassword },
    });
    const nodeRed = await start({
      name: "Node-RED",
      followsSupervisor: true,
      command: process.execPath,
      args: [
        path.join(packageDir, "node_modules", "node-red", "red.js"),
        "--settings",
        path.join(packageDir, "settings", "demo.settings.cjs"),
      ],
      cwd: packageDir,
      env: {
        TWINLINE_USER_DIR: userDir,
        TWINLINE_PORT: String(options.port),
        TWINLINE_PACKAGE_DIR: packageDir,
        TWINLINE_CREDENTIAL_SECRET: secrets.credentialSecret,
        TWINLINE_OPCUA_PASSWORD: secrets.plantTwinPassword,
        INFLUX_URL: influx.url ?? "",
        NODE_NO_WARNINGS: "1",
      },
      logFile: path.join(dir, "node-red.log"),
      ready: async () => {
        await answers(`${url}/editor/`, 60_000);
        await answers(`${url}/boards`, 60_000);
      },
    });
    return {
      urls: {
        editor: `${url}/editor/`,
        boards: `${url}/boards`,
        opcua: `opc.tcp://127.0.0.1:${options.plantPort}`,
        truth: `http://127.0.0.1:${truthPort}`,
        ...(influx.url ? { influx: influx.url } : {}),
      },
      signIn: `sign in as "${ACCOUNT}" with password "${secrets.accountPassword}"`,
      account: { name: ACCOUNT, password: secrets.accountPassword },
      historian: influx.reason,
      processes: { plant, nodeRed, ...(influxd ? { influxd } : {}) },
      dir,
      plantFrom: story.from,
      async restartNodeRed() {
        await nodeRed.restart();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function flags(values: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [`--${name}`, String(value)]);
}

interface HistorianChoice {
  readonly url?: string;
  /** Set when the site runs an InfluxDB of its own. */
  readonly binary?: string;
  readonly reason: string;
}

function chooseHistorian(options: DemoSiteOptions): HistorianChoice {
  if (options.historian === "embedded") return { reason: "embedded historian (asked for)" };
  if (options.influxUrl) return { url: options.influxUrl, reason: `InfluxDB at ${new URL(options.influxUrl).origin} (INFLUX_URL)` };
  const binary = findProgram("influxd");
  if (binary) {
    const url = `http://127.0.0.1:${options.influxPort}`;
    return { url, binary, reason: `InfluxDB at ${url} (a private instance of the influxd found here)` };
  }
  if (options.historian === "influxdb") {
    throw new Error("--historian influxdb needs INFLUX_URL or an installed influxd (on Debian: apt-get install influxdb).");
  }
  return { reason: "embedded historian (no INFLUX_URL, no influxd found)" };
}

interface PlantStory {
  readonly from: number;
  /** Where live values begin, asked at every start of the plant: what lies before is history that the twin can read. */
  liveFrom(): number;
}

/**
 * Where the plant's story starts. The same origin is kept as long as the site's data lasts, so that a restarted plant
 * tells the same story. Only its first telling is played fast; later it comes up in the present, because a plant that
 * goes back in time would tell every count again.
 */
function plantStory(dir: string, options: DemoSiteOptions): PlantStory {
  const now = Date.now();
  const file = path.join(dir, "story.json");
  let told = false;
  const story = (from: number): PlantStory => ({
    from,
    liveFrom: () => {
      const live = told ? Date.now() : from;
      told = true;
      return live;
    },
  });
  if (existsSync(file)) {
    const { from, seed } = JSON.parse(readFileSync(file, "utf8")) as { from: number; seed: number };
    if (now - from < STORY_KEPT_MS && seed === options.seed && (options.from ?? from) === from) {
      told = true;
      return story(from);
    }
    const aside = `${dir}-${new Date(now).toISOString().replaceAll(/[:.]/g, "")}`;
    renameSync(dir, aside);
    options.say(`The demo site's story is over (older than three days, or another seed); its files are kept in ${aside}.`);
  }
  const from = options.from ?? Math.floor((now - options.hours * HOUR_MS) / 60_000) * 60_000;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify({ from, seed: options.seed })}\n`);
  return story(from);
}

/** Resolves when the process prints the JSON line of that event. */
function jsonLine(lines: LineSource, event: string): Promise<void> {
  return new Promise((resolve) => {
    lines.onLine((line) => {
      if (line.startsWith("{") && (JSON.parse(line) as { event?: string }).event === event) resolve();
    });
  });
}

/** This file runs from the sources and from dist/; the package is where package.json stands. */
function findPackageDir(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, "package.json"))) folder = path.dirname(folder);
  return folder;
}
