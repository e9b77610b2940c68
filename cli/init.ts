import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readPlantDirectory } from "../adapters/files/plant-files.ts";
import { formatProblem } from "../core/connect/model/index.ts";
import { type Command, Misuse, parsed, type Terminal } from "./command.ts";
import { manifest, packageDir } from "./package-dir.ts";

const NODE_RED = "^5.0.7";
const OPTIONS = {
  enterprise: { type: "string", default: "company" },
  site: { type: "string", default: "site" },
  zone: { type: "string" },
} as const;

const IGNORED = ["node_modules/", "twinline/", ".secrets/", ".config*", "*.backup", "flows_cred.json", "*.writing", ""];

export const init: Command = {
  name: "init",
  summary: "makes an empty site in a new folder: model, flow and settings as text",
  usage: `twinline init DIR [--enterprise NAME] [--site NAME] [--zone ZONE]

  DIR                a new or empty folder
  --enterprise NAME  first part of every tag (company)
  --site NAME        second part of every tag (site); choose both before data is recorded
  --zone ZONE        IANA time zone in which boards show time (the one of this machine)
`,
  async run(args, terminal) {
    const { values, positionals } = parsed(args, OPTIONS, ["folder of the new site"]);
    const dir = path.resolve(terminal.cwd, positionals[0] ?? "");
    if (existsSync(dir) && readdirSync(dir).some((name) => name !== ".git"))
      throw new Misuse(`${dir} is not empty; nothing was written. Name a new folder.`);
    const zone = values.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    writePlant(path.join(dir, "plant"), { enterprise: values.enterprise, site: values.site, zone });
    const reading = await readPlantDirectory(path.join(dir, "plant"));
    if ("problems" in reading) throw new Misuse(reading.problems.map(formatProblem).join("\n"));
    writeSite(dir);
    describe(dir, `${values.enterprise}.${values.site}`, terminal);
    return 0;
  },
};

function writePlant(target: string, plant: Readonly<Record<"enterprise" | "site" | "zone", string>>): void {
  const source = path.join(packageDir(), "templates", "plant");
  mkdirSync(target, { recursive: true });
  for (const name of readdirSync(source)) copyFileSync(path.join(source, name), path.join(target, name));
  const file = path.join(target, "site.yaml");
  const text = Object.entries(plant).reduce(
    // Quoted, so that a name such as 4711 or "on" stays text.
    (yaml, [field, value]) => yaml.replace(new RegExp(`^(  ${field}: )\\S+`, "m"), (_, start: string) => start + JSON.stringify(value)),
    readFileSync(file, "utf8"),
  );
  writeFileSync(file, text);
}

function writeSite(dir: string): void {
  const { name, version } = manifest();
  const site = {
    private: true,
    description: "A Twinline site",
    scripts: { start: "twinline run" },
    dependencies: { [name]: version, "node-red": NODE_RED },
  };
  writeFileSync(path.join(dir, "package.json"), `${JSON.stringify(site, null, 2)}\n`);
  writeFileSync(path.join(dir, "flows.json"), `${JSON.stringify(FLOW, null, 4)}\n`);
  writeFileSync(path.join(dir, ".gitignore"), IGNORED.join("\n"));
  copyFileSync(path.join(packageDir(), "templates", "site-readme.md"), path.join(dir, "README.md"));
}

function describe(dir: string, root: string, { out, cwd }: Terminal): void {
  const shown = path.relative(cwd, dir) || ".";
  const add = "account add NAME --roles engineer,ot-admin";
  // A checkout runs its sites itself; an installed package is installed into the site.
  const next = packageDir().split(path.sep).includes("node_modules")
    ? [`cd ${shown}`, "npm install", `npx twinline ${add}`, "npm start"]
    : [`npm run twinline -- ${add} --user-dir ${shown}`, `npm run twinline -- run --dir ${shown}`];
  out(`A site for ${root} is in ${shown}. Next:\n\n${next.map((line) => `  ${line}\n`).join("")}`);
}

/** Model, historian and boards; the line comes in the editor. */
const FLOW = [
  { id: "tw-tab", type: "tab", label: "Twin", disabled: false, info: "" },
  { id: "tw-plant", type: "twin-plant", name: "Plant", directory: "plant", watch: true, version: 1 },
  {
    id: "tw-historian",
    type: "twin-historian",
    name: "Historian",
    plant: "tw-plant",
    store: "auto",
    database: "twinline",
    retentionDays: 90,
    maxSizeGb: 20,
    minFreeMb: 256,
    queueMaxMb: 500,
    queueMaxDays: 31,
    whenFull: "drop-oldest",
    durability: "FULL",
    folder: "historian",
    version: 1,
  },
  {
    id: "tw-hint",
    type: "comment",
    z: "tw-tab",
    name: "Connect a line: sidebar, tab Twinline",
    info: "",
    x: 200,
    y: 60,
    wires: [],
  },
  {
    id: "tw-boards",
    type: "twin-boards",
    z: "tw-tab",
    name: "Boards",
    plant: "tw-plant",
    historian: "tw-historian",
    path: "/boards",
    boards: "",
    idleMinutes: 60,
    signInHours: 12,
    version: 1,
    x: 130,
    y: 120,
    wires: [],
  },
];
