import { historyOf, count, PLANT_OPTION, PLANT_USAGE, printProblems } from "./plant-option.ts";
import { type Command, parsed } from "../command.ts";

export const check: Command = {
  name: "check",
  summary: "says what is wrong with the plant files, golden pairs included",
  usage: `twinline model check [--plant DIR]\n\n${PLANT_USAGE}\n`,
  async run(args, terminal) {
    const { values } = parsed(args, PLANT_OPTION, []);
    const { before } = await historyOf(values.plant, terminal).stage(new Map());
    printProblems([...("problems" in before ? before.problems : []), ...before.warnings], terminal);
    if ("problems" in before) {
      terminal.err(`${count(before.problems.length, "problem")}.\n`);
      return 1;
    }
    const { tags, equipment, golden, revision } = before.model;
    const warnings = before.warnings.length === 0 ? "" : `, ${count(before.warnings.length, "warning")}`;
    terminal.out(
      `${count(tags.size, "tag")}, ${count(equipment.size, "asset")}, ${count(golden.length, "golden pair")}${warnings}; revision ${revision.slice(0, 8)}.\n`,
    );
    return 0;
  },
};
