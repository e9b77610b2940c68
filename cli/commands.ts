import type { Command } from "./command.ts";

/** Every sub-command, loaded when it is called. */
export const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  replay: () => import("./replay.ts"),
};
