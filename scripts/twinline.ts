/** `npm run twinline -- <command> …`: the command-line tool from a checkout. Paths are below the folder where npm was called. */
import { main } from "../cli/main.ts";
import { processIo } from "../cli/process-io.ts";

process.exitCode = await main(process.argv.slice(2), processIo(process.env["INIT_CWD"] ?? process.cwd()));
