import { runSuite } from "../../../scripts/suites.ts";
import type { Proof } from "../proof.ts";

const FILES = [
  "test/core/connect/tag-import.test.ts",
  "test/core/connect/tag-import-ignition.test.ts",
  "test/core/connect/tag-import-kepware.test.ts",
];

export const imports: Proof = {
  title: "tag lists of Ignition and Kepware",
  async run() {
    const counts = await runSuite({ name: "tag import", files: FILES, timeoutMs: 300_000 });
    return [
      {
        claim: "Ignition JSON and Kepware CSV samples import losslessly: every leaf and cell is in a row or in a note",
        figure: `${counts.passed} rules hold, ${counts.failed} broken, ${counts.skipped.length} skipped`,
        bound: "0 broken, 0 skipped",
        pass: counts.failed === 0 && counts.skipped.length === 0 && counts.passed > 0,
      },
    ];
  },
};
