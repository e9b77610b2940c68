/** `npm run twinline -- <command>`: the command line of a site, from a checkout. Paths are below the folder where npm was called. */
import { runCommand } from "../cli/commands.ts";
import { terminal } from "../cli/terminal.ts";

process.exitCode = await runCommand(process.argv.slice(2), { ...terminal(), cwd: process.env["INIT_CWD"] ?? process.cwd() });
