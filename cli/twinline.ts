#!/usr/bin/env node
/** `npx twinline`: the command line of a site. */
import { runCommand } from "./commands.ts";
import { terminal } from "./terminal.ts";

process.exitCode = await runCommand(process.argv.slice(2), terminal()).catch((error: unknown) => {
  // What is nobody's mistake here: a full disk, missing permissions.
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 2;
});
