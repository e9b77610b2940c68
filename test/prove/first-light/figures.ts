import { runSuite } from "../../../scripts/suites.ts";
import { benchmarkProof } from "../../support/benchmark-proof.ts";
import type { Proof } from "../proof.ts";

export const badInput: Proof = {
  title: "the bad input corpus",
  async run() {
    const counts = await runSuite({
      name: "bad input",
      files: ["test/core/connect/bad-input.test.ts", "test/core/connect/model.test.ts"],
      timeoutMs: 300_000,
    });
    return [
      {
        claim: "bad input never crashes the twin and is never dropped silently (fast-check corpus and broken plant files)",
        figure: `${counts.passed} rules hold, ${counts.failed} broken, ${counts.skipped.length} skipped`,
        bound: "0 broken, 0 skipped",
        pass: counts.failed === 0 && counts.skipped.length === 0 && counts.passed > 0,
      },
    ];
  },
};

const BENCHES = ["bench/node-red.bench.ts", "bench/tag-map.bench.ts", "bench/historian-write.bench.ts", "bench/queue.bench.ts"];

export const benchmarks: readonly Proof[] = BENCHES.map(benchmarkProof);
