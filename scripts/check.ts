/** `npm run check`: types, lint (with the house's dependency rule), format and generated files, without running tests. */
import { runChecks } from "./checks.ts";

const { failed } = await runChecks();
process.exit(failed === 0 ? 0 : 1);
