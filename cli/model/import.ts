import { readFile } from "node:fs/promises";
import path from "node:path";
import { importSheet } from "../../core/connect/sheet-import/index.ts";
import { type Command, Misuse, parsed } from "../command.ts";
import { carryOut, CHANGE_OPTIONS, CHANGE_USAGE, historyOf, refuse } from "./plant-option.ts";

const OPTIONS = { ...CHANGE_OPTIONS, as: { type: "string" } } as const;

export const importTags: Command = {
  name: "import",
  summary: "lays a CSV sheet over the tags: shows what would change, then writes it",
  usage: `twinline model import FILE [--as NAME] [--apply --reason TEXT]

  FILE             a sheet as "twinline model export" writes it; ";" or tab, decimal comma and byte order mark are understood
  --as NAME        name of the sheet among the plant files; one of that name is replaced as a whole (the name of FILE);
                   rows about the same tags in other sheets give way
${CHANGE_USAGE}
`,
  async run(args, terminal) {
    const { values, positionals } = parsed(args, OPTIONS, ["file"]);
    const [file = ""] = positionals;
    const name = values.as ?? path.basename(file);
    if (!/^[^./\\][^/\\]*\.csv$/i.test(name)) throw new Misuse(`"${name}" is no name of a sheet; give one that ends with .csv.`);
    const bytes = await readFile(path.resolve(terminal.cwd, file)).catch((error: NodeJS.ErrnoException) => {
      throw new Misuse(`${file} cannot be read (${error.code}).`);
    });
    let text: string;
    try {
      text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Misuse(`${file} is not UTF-8. Save it as "CSV UTF-8".`);
    }
    const { files, problems } = await historyOf(values.plant, terminal).present();
    if (problems.length > 0) return refuse(problems, terminal);
    const imported = importSheet(files, { name, text });
    return "problems" in imported ? refuse(imported.problems, terminal) : carryOut(imported.change, values, terminal);
  },
};
