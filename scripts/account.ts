/** `npm run account -- add NAME --roles engineer,viewer`: `twinline account` on the demo site, or on `--user-dir`. */
import { runCommand } from "../cli/commands.ts";
import { terminal } from "../cli/terminal.ts";

const env = { TWINLINE_USER_DIR: ".twinline/demo/node-red", ...process.env };
process.exit(await runCommand(["account", ...process.argv.slice(2)], { ...terminal(), env }));
