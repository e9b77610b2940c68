import { type Command, Misuse, parsed } from "../command.ts";
import { carryOut, CHANGE_OPTIONS, CHANGE_USAGE, historyOf, PLANT_OPTION, PLANT_USAGE } from "./plant-option.ts";

export const history: Command = {
  name: "history",
  summary: "lists the revisions of the plant files: when, who, why",
  usage: `twinline model history [--plant DIR]\n\n${PLANT_USAGE}\n`,
  async run(args, terminal) {
    const { values } = parsed(args, PLANT_OPTION, []);
    const revisions = await historyOf(values.plant, terminal).revisions();
    if (revisions.length === 0) terminal.out("There is no revision yet: the first import, copy or freeze makes one.\n");
    for (const { number, recorded, author, reason, fingerprint } of revisions)
      terminal.out(
        `${String(number).padStart(4)}  ${new Date(recorded).toISOString()}  ${fingerprint.slice(0, 8)}  ${author}: ${reason}\n`,
      );
    return 0;
  },
};

export const rollback: Command = {
  name: "rollback",
  summary: "brings the plant files of an earlier revision back, as a new revision",
  usage: `twinline model rollback NUMBER [--apply --reason TEXT]\n\n  NUMBER           a revision that "twinline model history" lists\n${CHANGE_USAGE}\n`,
  async run(args, terminal) {
    const { values, positionals } = parsed(args, CHANGE_OPTIONS, ["number of the revision"]);
    const number = Number(positionals[0]);
    const revisions = await historyOf(values.plant, terminal).revisions();
    if (!revisions.some((revision) => revision.number === number)) throw new Misuse(`There is no revision "${positionals[0]}".`);
    return carryOut(await historyOf(values.plant, terminal).changeBackTo(number), values, terminal);
  },
};
