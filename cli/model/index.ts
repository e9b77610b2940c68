import type { CommandGroup } from "../command.ts";
import { check } from "./check.ts";
import { copy } from "./copy.ts";
import { exportTags } from "./export.ts";
import { freeze } from "./freeze.ts";
import { history, rollback } from "./history.ts";
import { importTags } from "./import.ts";

/** `twinline model …`: the plant files of a site. */
export const model: CommandGroup = {
  name: "model",
  summary: "checks, exports, imports and copies the plant model; freezes contracts; goes back to a revision",
  commands: [check, exportTags, importTags, copy, freeze, history, rollback],
};
