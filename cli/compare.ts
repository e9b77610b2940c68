import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { InfluxHistorian } from "../adapters/influxdb/index.ts";
import { EmbeddedHistorian } from "../adapters/sqlite/embedded-historian.ts";
import { SqliteThread } from "../adapters/sqlite/thread.ts";
import type { Historian } from "../core/connect/history/index.ts";
import type { PlantModel } from "../core/connect/model/index.ts";
import { minutesOf } from "../core/operate/calendar/clock.ts";
import {
  compareShifts,
  type Comparison,
  type Difference,
  readShiftSheet,
  ROUNDING,
  type ShiftRow,
  shiftSums,
  type ShiftSums,
  type Tolerances,
} from "../core/operate/comparison/index.ts";
import { type Command, Misuse, parsed, type Terminal } from "./command.ts";
import { count, modelOf, printProblems } from "./model/plant-option.ts";

const OPTIONS = {
  dir: { type: "string", default: "." },
  plant: { type: "string" },
  history: { type: "string" },
  database: { type: "string", default: "twinline" },
  equipment: { type: "string" },
  points: { type: "string" },
  minutes: { type: "string" },
  units: { type: "string" },
  json: { type: "boolean", default: false },
} as const;

export const compare: Command = {
  name: "compare",
  summary: "lists per shift where the plant's own sheet and Twinline differ, and why",
  usage: `twinline compare FILE [--equipment PATH] [options]

  FILE             CSV with the columns date and shift, equipment if it is about several, and any of: oee, availability,
                   performance, quality (fractions, "78 %", or a column "oee %"), planned_min, run_min, down_min,
                   external_min, setup_min, unknown_min, total, good, scrap
  --equipment PATH the machine or line, where the sheet has no such column; the end of its path is enough
  --dir DIR        folder of the site (.)
  --plant DIR      folder of its plant files (DIR/plant)
  --history FILE   the embedded history (DIR/twinline/historian/history.sqlite); INFLUX_URL, INFLUX_USER, INFLUX_PASSWORD
                   or INFLUX_TOKEN in the environment: InfluxDB instead
  --database NAME  InfluxDB's database (twinline)
  --points N       ratios may differ by N points (0.1)
  --minutes N      times may differ by N minutes (0.1)
  --units N        counts may differ by N (0)
  --json           the result as JSON

Exit code: 0 no difference, 1 differences or shifts without data, 2 it could not be done.
`,
  async run(args, terminal) {
    const { values, positionals } = parsed(args, OPTIONS, ["file"]);
    const [file = ""] = positionals;
    const text = await readFile(path.resolve(terminal.cwd, file), "utf8").catch((error: NodeJS.ErrnoException) => {
      throw new Misuse(`${file} cannot be read (${error.code}).`);
    });
    const sheet = readShiftSheet({ name: path.basename(file), text });
    if ("problems" in sheet) {
      printProblems(sheet.problems, terminal);
      return 2;
    }
    const dir = path.resolve(terminal.cwd, values.dir);
    const model = await modelOf(values.plant ?? path.join(dir, "plant"), terminal);
    if (model === undefined) return 2;
    const tolerances: Tolerances = {
      ratio: tolerance(values.points, "points", ROUNDING.ratio * 100) / 100,
      minutes: tolerance(values.minutes, "minutes", ROUNDING.minutes),
      units: tolerance(values.units, "units", ROUNDING.units),
    };
    const assets = assetsOf(sheet.rows, values.equipment, model);
    const history = path.resolve(terminal.cwd, values.history ?? path.join(dir, "twinline", "historian", "history.sqlite"));
    const sums = await withHistorian(history, values.database, terminal, (historian) => sumsOf(historian, sheet.rows, assets, model));
    const comparison = compareShifts(sheet.rows, (equipment) => sums.get(equipment) ?? new Map(), tolerances);
    terminal.out(values.json ? `${JSON.stringify(comparison, null, 2)}\n` : report(comparison, sums));
    return comparison.differences.length === 0 && comparison.missing.length === 0 ? 0 : 1;
  },
};

function tolerance(given: string | undefined, name: string, otherwise: number): number {
  const value = given === undefined ? otherwise : Number(given);
  if (!(value >= 0)) throw new Misuse(`--${name} is a number of at least 0; "${given}" is none.`);
  return value;
}

/** The full path of each equipment that the rows name. */
function assetsOf(rows: readonly ShiftRow[], given: string | undefined, model: PlantModel): ReadonlyMap<string, string> {
  const named = [...new Set(rows.map(({ equipment }) => equipment))];
  return new Map(
    named.map((equipment) => {
      const wanted = equipment === "" ? given : equipment;
      if (wanted === undefined) throw new Misuse("Say which machine the sheet is about: --equipment PATH.");
      const found = [...model.equipment.keys()].filter((asset) => asset === wanted || asset.endsWith(`.${wanted}`));
      const [asset] = found;
      if (asset === undefined) throw new Misuse(`The plant model has no equipment "${wanted}".`);
      if (found.length > 1) throw new Misuse(`"${wanted}" may be ${found.join(" or ")}; write more of the path.`);
      return [equipment, asset];
    }),
  );
}

type Sums = ReadonlyMap<string, ReadonlyMap<string, ShiftSums>>;

async function sumsOf(
  historian: Pick<Historian, "query">,
  rows: readonly ShiftRow[],
  assets: ReadonlyMap<string, string>,
  model: PlantModel,
): Promise<Sums> {
  const sums = new Map<string, ReadonlyMap<string, ShiftSums>>();
  for (const [equipment, asset] of assets) {
    const name = model.equipment.get(asset)?.calendar;
    const calendar = name === undefined ? undefined : model.calendars.get(name);
    if (calendar === undefined) throw new Misuse(`${asset} has no calendar, so there are no shifts to compare.`);
    const dayStartMs = minutesOf(calendar.dayStart) * 60_000;
    const own = rows.filter((row) => row.equipment === equipment);
    sums.set(equipment, await shiftSums(historian, own, { asset, zone: calendar.zone, dayStartMs }));
  }
  return sums;
}

async function withHistorian<T>(
  file: string,
  database: string,
  { env }: Terminal,
  ask: (historian: Pick<Historian, "query">) => Promise<T>,
): Promise<T> {
  const url = env["INFLUX_URL"];
  if (url !== undefined && url !== "") {
    const [user, password] = [env["INFLUX_USER"], env["INFLUX_PASSWORD"] ?? env["INFLUX_TOKEN"]];
    const historian = new InfluxHistorian({
      url,
      database,
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
    });
    try {
      return await ask(historian);
    } finally {
      await historian.close();
    }
  }
  if (!existsSync(file)) throw new Misuse(`There is no history at ${file}. Name the site with --dir or the file with --history.`);
  const thread = new SqliteThread();
  try {
    const historian = await EmbeddedHistorian.open(thread, file, {});
    try {
      return await ask(historian);
    } finally {
      await historian.close();
    }
  } finally {
    await thread.end();
  }
}

function report({ equal, differences, missing }: Comparison, sums: Sums): string {
  const lines = differences.map(
    (one) => `${where(one.row)}  ${one.figure}: yours ${show(one.kind, one.theirs)}, here ${show(one.kind, one.ours)}  (${one.because})`,
  );
  for (const row of missing) {
    const known = [...(sums.get(row.equipment)?.keys() ?? [])].filter((key) => key.startsWith(`${row.date} `));
    const there = known.length === 0 ? "nothing of that day" : known.map((key) => key.slice(row.date.length + 1)).join(", ");
    lines.push(`${where(row)}  no data here; there is ${there}`);
  }
  const totals = [
    `${count(equal, "figure")} equal`,
    `${differences.length} different`,
    ...(missing.length === 0 ? [] : [`${count(missing.length, "shift")} without data`]),
  ];
  return `${[...lines, `${totals.join(", ")}.`].join("\n")}\n`;
}

function where({ date, shift, equipment, line }: ShiftRow): string {
  return `line ${line}  ${date} ${shift}${equipment === "" ? "" : ` ${equipment}`}`;
}

function show(kind: Difference["kind"], value: number | null): string {
  if (value === null) return "not estimable";
  if (kind === "ratio") return `${(value * 100).toFixed(2)} %`;
  return kind === "minutes" ? `${value.toFixed(1)} min` : String(value);
}
