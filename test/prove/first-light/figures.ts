import type { PrintedRow } from "../../../bench/row.ts";
import { runBench } from "../../../scripts/benches.ts";
import { runSuite } from "../../../scripts/suites.ts";
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

/** Every row of a benchmark that states a bound; ratios are between two sides of the same run. */
export const benchmarks: readonly Proof[] = BENCHES.map((file) => ({
  title: `benchmark ${file}`,
  async run() {
    const rows = (await runBench(file)).filter((row) => row.bound !== undefined);
    if (rows.length === 0) throw new Error(`${file} printed no row with a bound`);
    return rows.map((row) => ({
      claim: row.bench,
      figure: `${count(row.value)} ${row.unit}${row.ratio === undefined ? "" : ` = ${row.ratio} × ${row.peer} (${count(row.peerValue ?? 0)})`}${besides(row)}`,
      bound: `≥ ${row.bound?.toLocaleString("en")}${row.ratio === undefined ? ` ${row.unit}` : ` × ${row.peer}`}`,
      pass: row.pass === true,
    }));
  },
}));

function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}

function besides({ beside }: PrintedRow): string {
  if (beside === undefined) return "";
  return `, beside ${Object.entries(beside)
    .map(([peer, value]) => `${peer} ${count(value)}`)
    .join(" and ")}`;
}
