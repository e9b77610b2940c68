/** `npm run test:long`: long campaigns; ends with the same plain line as `npm test`. */
import { readyComponents } from "./components.ts";
import { filesOf, runSuite } from "./suites.ts";

if (readyComponents((line) => process.stdout.write(`${line}\n`)).length > 0) process.exit(1);
const counts = await runSuite(
  { name: "long", files: filesOf("test/long/**/*.test.ts"), isolated: true, timeoutMs: 3_600_000 },
  { TWINLINE_LONG: "1" },
);
for (const title of counts.skipped) process.stdout.write(`skipped: ${title}\n`);
process.stdout.write(
  `${counts.passed} passed, ${counts.failed} failed${counts.skipped.length > 0 ? `, ${counts.skipped.length} skipped` : ""}\n`,
);
process.exit(counts.failed === 0 && counts.passed > 0 ? 0 : 1);
