/** `twinline import …`: tag lists of other systems as sheets, with notes about what a sheet cannot carry. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { importIgnition, importKepware, type ImportOptions, type Note, type TagImport } from "../core/connect/tag-import/index.ts";
import { guardText } from "../core/connect/tag-sheet/cells.ts";
import { writeSheet } from "../core/connect/tag-sheet/index.ts";
import { type Command, type CommandGroup, Misuse, parsed, type Terminal } from "./command.ts";
import { count, printProblems } from "./model/plant-option.ts";

const COMMON = {
  into: { type: "string" },
  folders: { type: "string", default: "path" },
  out: { type: "string" },
  notes: { type: "string" },
} as const;

const COMMON_USAGE = `  --into PLACE     equipment that the tags go to, as in bottling.line02
  --folders HOW    path: folders are part of the tag's name; equipment: those of the first level are machines (path)
  --out FILE       where the sheet goes; lay it over the plant with "twinline model import FILE"
  --notes FILE     every note as CSV; without it they are only counted by reason`;

const ignition: Command = {
  name: "ignition",
  summary: "a tag export of Ignition 8 (JSON)",
  usage: `twinline import ignition FILE --into PLACE --out FILE [options]

${COMMON_USAGE}
  --via SERVER     ignition: the twin reads Ignition's own OPC UA server; source: the device server behind it (ignition)
  --provider NAME  tag provider (default)
  --base-path PATH path of the exported folder in the provider
`,
  async run(args, terminal) {
    const options = {
      ...COMMON,
      via: { type: "string", default: "ignition" },
      provider: { type: "string" },
      "base-path": { type: "string" },
    } as const;
    const { values, positionals } = parsed(args, options, ["file"]);
    const text = await textOf(positionals[0] ?? "", terminal);
    const result = importIgnition(text, {
      ...commonOf(values, positionals[0] ?? ""),
      via: oneOf("via", values.via, ["ignition", "source"]),
      ...(values.provider === undefined ? {} : { provider: values.provider }),
      ...(values["base-path"] === undefined ? {} : { basePath: values["base-path"] }),
    });
    return write(result, values, terminal);
  },
};

const kepware: Command = {
  name: "kepware",
  summary: "a tag list of Kepware Server (CSV)",
  usage: `twinline import kepware FILE --into PLACE --prefix CHANNEL.DEVICE --out FILE [options]

${COMMON_USAGE}
  --via SERVER     kepware: the twin reads Kepware's OPC UA server; source: the device itself (kepware)
  --prefix NAME    channel and device, as in Channel1.Device1
  --namespace URI  namespace of Kepware's OPC UA server (KEPServerEX)
`,
  async run(args, terminal) {
    const options = {
      ...COMMON,
      via: { type: "string", default: "kepware" },
      prefix: { type: "string" },
      namespace: { type: "string" },
    } as const;
    const { values, positionals } = parsed(args, options, ["file"]);
    const text = await textOf(positionals[0] ?? "", terminal);
    const via = oneOf("via", values.via, ["kepware", "source"]);
    if (via === "kepware" && values.prefix === undefined)
      throw new Misuse("Name channel and device with --prefix, as in Channel1.Device1.");
    const result = importKepware(text, {
      ...commonOf(values, positionals[0] ?? ""),
      via,
      ...(values.prefix === undefined ? {} : { prefix: values.prefix }),
      ...(values.namespace === undefined ? {} : { namespace: values.namespace }),
    });
    return write(result, values, terminal);
  },
};

export const importLists: CommandGroup = {
  name: "import",
  summary: "turns tag lists of Ignition and Kepware into sheets, and notes what a sheet cannot carry",
  commands: [ignition, kepware],
};

interface CommonValues {
  readonly into?: string | undefined;
  readonly folders: string;
  readonly out?: string | undefined;
  readonly notes?: string | undefined;
}

function commonOf({ into, folders, out }: CommonValues, file: string): ImportOptions {
  if (into === undefined) throw new Misuse("Name the equipment that the tags go to with --into.");
  if (out === undefined) throw new Misuse("Say with --out where the sheet goes.");
  return { file: path.basename(file), equipment: into, folders: oneOf("folders", folders, ["path", "equipment"]) };
}

function oneOf<const T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === value);
  if (found === undefined) throw new Misuse(`--${option}: "${value}" is none of ${allowed.join(", ")}.`);
  return found;
}

async function textOf(file: string, { cwd }: Terminal): Promise<string> {
  const bytes = await readFile(path.resolve(cwd, file)).catch((error: NodeJS.ErrnoException) => {
    throw new Misuse(`${file} cannot be read (${error.code}).`);
  });
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Misuse(`${file} is not UTF-8. Save it with that encoding.`);
  }
}

async function write({ rows, notes, problems }: TagImport, values: CommonValues, terminal: Terminal): Promise<number> {
  if (problems.length > 0) {
    printProblems(problems, terminal);
    terminal.err(`${count(problems.length, "problem")}; nothing was written.\n`);
    return 1;
  }
  const { out = "" } = values;
  await writeFile(path.resolve(terminal.cwd, out), writeSheet(rows));
  terminal.out(`${count(rows.length, "tag")} written to ${out}. ${count(notes.length, "note")} about what a sheet does not carry:\n`);
  for (const [reason, number] of counted(notes)) terminal.out(`${String(number).padStart(7)}  ${reason}\n`);
  if (values.notes !== undefined) {
    await writeFile(path.resolve(terminal.cwd, values.notes), notesSheet(notes));
    terminal.out(`All notes are in ${values.notes}.\n`);
  }
  return 0;
}

/** How often each property was noted for each reason, most often first. */
function counted(notes: readonly Note[]): readonly (readonly [reason: string, number: number])[] {
  const numbers = new Map<string, number>();
  for (const { property, why } of notes) {
    const reason = `${property}: ${why}`;
    numbers.set(reason, (numbers.get(reason) ?? 0) + 1);
  }
  return [...numbers].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

function cell(value: string | number | boolean | null): string {
  return `"${guardText(String(value)).replaceAll('"', '""')}"`;
}

function notesSheet(notes: readonly Note[]): string {
  const lines = notes.map(({ path: at, property, value, line, why }) => [at, property, value, line, why].map(cell).join(","));
  return `${["path,property,value,line,why", ...lines].join("\n")}\n`;
}
