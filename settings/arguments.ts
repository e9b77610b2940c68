/** The options of `npm start` and `npm run dev`: flags first, then environment, then defaults. */
import { parseArgs } from "node:util";

export interface SiteArguments {
  readonly port: number;
  readonly plantPort: number;
  readonly dir: string;
  readonly historian: "auto" | "influxdb" | "embedded";
  readonly influxUrl?: string;
  readonly influxPort: number;
  /** How much faster than real time the plant catches up with the present. */
  readonly speed: number;
  /** How far back the plant's story starts, hours. */
  readonly hours: number;
  readonly seed: number;
  readonly help: boolean;
}

export const SITE_USAGE = `npm start -- [options]

  --port N           Node-RED: editor and boards   (TWINLINE_PORT, 1880)
  --plant-port N     OPC UA server of the demo plant (TWINLINE_PLANT_PORT, 4840)
  --influx-port N    private InfluxDB, if one is started (TWINLINE_INFLUX_PORT, 8186)
  --historian KIND   auto | influxdb | embedded    (auto)
  --dir PATH         where the site keeps its files (TWINLINE_DIR, .twinline/demo)
  --hours N          how far back the plant's story starts (8)
  --speed N          how fast it catches up with the present (300)
  --seed N           another plant life (1)
  INFLUX_URL         use this InfluxDB (user and password: INFLUX_USER, INFLUX_PASSWORD)
`;

export function parseSiteArgs(args: readonly string[], env: NodeJS.ProcessEnv = process.env): SiteArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string" },
      "plant-port": { type: "string" },
      "influx-port": { type: "string" },
      historian: { type: "string" },
      dir: { type: "string" },
      hours: { type: "string" },
      speed: { type: "string" },
      seed: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  const historian = values.historian ?? "auto";
  if (historian !== "auto" && historian !== "influxdb" && historian !== "embedded") {
    throw new Error(`--historian is "${historian}"; it must be auto, influxdb or embedded.`);
  }
  const influxUrl = env["INFLUX_URL"];
  return {
    port: whole("--port", values.port ?? env["TWINLINE_PORT"], 1880, 1, 65_535),
    plantPort: whole("--plant-port", values["plant-port"] ?? env["TWINLINE_PLANT_PORT"], 4840, 1, 65_535),
    influxPort: whole("--influx-port", values["influx-port"] ?? env["TWINLINE_INFLUX_PORT"], 8186, 1, 65_534),
    dir: values.dir ?? env["TWINLINE_DIR"] ?? ".twinline/demo",
    historian,
    ...(influxUrl ? { influxUrl } : {}),
    hours: whole("--hours", values.hours, 8, 1, 240),
    speed: whole("--speed", values.speed, 300, 1, 3600),
    seed: whole("--seed", values.seed, 1, 0, 2 ** 31),
    help: values.help ?? false,
  };
}

function whole(option: string, text: string | undefined, fallback: number, min: number, max: number): number {
  if (text === undefined || text === "") return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < min || value > max)
    throw new Error(`${option} is "${text}"; it must be a whole number from ${min} to ${max}.`);
  return value;
}
