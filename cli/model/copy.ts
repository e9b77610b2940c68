import { readFile } from "node:fs/promises";
import path from "node:path";
import { readPlantTexts } from "../../adapters/files/plant-files.ts";
import { copyEquipment, readMap } from "../../core/connect/line-copy/index.ts";
import type { PlantModel } from "../../core/connect/model/index.ts";
import { type Command, Misuse, parsed } from "../command.ts";
import { carryOut, CHANGE_OPTIONS, CHANGE_USAGE, modelOf, printProblems } from "./plant-option.ts";

const OPTIONS = { ...CHANGE_OPTIONS, map: { type: "string" } } as const;

export const copy: Command = {
  name: "copy",
  summary: "copies a line with its machines, tags and cycle times to another place",
  usage: `twinline model copy FROM TO --map FILE [--apply --reason TEXT]

  FROM, TO         places below the site (bottling.line01 bottling.line02), or their last names (line01 line02)
  --map FILE       CSV with the columns from,to: whole addresses, parts of addresses, labels
${CHANGE_USAGE}
`,
  async run(args, terminal) {
    const { values, positionals } = parsed(args, OPTIONS, ["line to copy", "place of the copy"]);
    const [from = "", to = ""] = positionals;
    if (values.map === undefined) throw new Misuse("Name a map with --map: without one both lines would read the same addresses.");
    const model = await modelOf(values.plant, terminal);
    if (model === undefined) return 1;
    const text = await readFile(path.resolve(terminal.cwd, values.map), "utf8").catch((error: NodeJS.ErrnoException) => {
      throw new Misuse(`${values.map} cannot be read (${error.code}).`);
    });
    const { map, problems } = readMap({ name: path.basename(values.map), text });
    const { files } = await readPlantTexts(path.resolve(terminal.cwd, values.plant));
    const place = placeNamed(from, model);
    const copied = problems.length > 0 ? { problems } : copyEquipment(files, { from: place, to: beside(place, to), map });
    if ("problems" in copied) {
      printProblems(copied.problems, terminal);
      return 1;
    }
    return carryOut(new Map(copied.files.map((file) => [file.name, file.text])), values, terminal);
  },
};

/** A place, or the only one of that last name. */
function placeNamed(name: string, { equipment, enterprise, site }: PlantModel): string {
  const root = `${enterprise}.${site}.`;
  const places = [...equipment.keys()].filter((path) => path.startsWith(root)).map((path) => path.slice(root.length));
  if (places.includes(name)) return name;
  const named = places.filter((place) => place.endsWith(`.${name}`));
  const [only] = named;
  if (only === undefined) throw new Misuse(`There is no equipment "${name}".`);
  if (named.length > 1) throw new Misuse(`"${name}" may be ${named.join(" or ")}; write the whole place.`);
  return only;
}

/** A bare name is a neighbour of the original. */
function beside(place: string, name: string): string {
  return name.includes(".") || !place.includes(".") ? name : `${place.slice(0, place.lastIndexOf("."))}.${name}`;
}
