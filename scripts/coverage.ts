/** `npm run coverage`: line coverage of `core` by its own tests. */
import { filesOf, runSuite } from "./suites.ts";

const counts = await runSuite({ name: "core", files: filesOf("test/core/**/*.test.ts"), timeoutMs: 120_000 }, { TWINLINE_COVERAGE: "1" });
process.exit(counts.failed === 0 ? 0 : 1);
