import { writeFile } from "node:fs/promises";
import path from "node:path";
import { rowsOf, writeSheet } from "../../core/connect/tag-sheet/index.ts";
import { type Command, Misuse, parsed } from "../command.ts";
import { count, modelOf, PLANT_OPTION, PLANT_USAGE } from "./plant-option.ts";

const OPTIONS = {
  ...PLANT_OPTION,
  out: { type: "string" },
  excel: { type: "boolean", default: false },
} as const;

export const exportTags: Command = {
  name: "export",
  summary: "writes tags as CSV, for editing in a spreadsheet",
  usage: `twinline model export [PLACE] [--out FILE] [--excel] [--plant DIR]

  PLACE            equipment below the site, as in bottling.line01; its tags and those below it (the whole site)
  --out FILE       write there, not to the terminal
  --excel          separated by ";", decimal comma, byte order mark: what a spreadsheet expects where the comma is decimal
${PLANT_USAGE}
`,
  async run(args, terminal) {
    const { values, positionals } = parsed(args, OPTIONS, ["place?"]);
    const model = await modelOf(values.plant, terminal);
    if (model === undefined) return 1;
    const [place = ""] = positionals;
    if (place !== "" && !model.equipment.has(`${model.enterprise}.${model.site}.${place}`))
      throw new Misuse(`There is no equipment "${place}".`);
    const rows = rowsOf(model, place);
    const sheet = writeSheet(rows, values.excel ? { delimiter: ";", decimalComma: true, byteOrderMark: true } : {});
    if (values.out === undefined) terminal.out(sheet);
    else {
      await writeFile(path.resolve(terminal.cwd, values.out), sheet);
      terminal.out(`${count(rows.length, "tag")} written to ${values.out}.\n`);
    }
    return 0;
  },
};
