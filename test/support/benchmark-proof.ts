/** A benchmark as a proof: only rows that state a bound are claims; what else the same bench measured stands in their figures. */
import type { PrintedRow } from "../../bench/row.ts";
import { runBench } from "../../scripts/benches.ts";
import type { Proof } from "../prove/proof.ts";

/** Ratios are between two sides of the same run. */
export function benchmarkProof(file: string): Proof {
  return {
    title: `benchmark ${file}`,
    async run() {
      const rows = await runBench(file);
      const bounded = rows.filter((row) => row.bound !== undefined);
      if (bounded.length === 0) throw new Error(`${file} printed no row with a bound`);
      return bounded.map((row) => {
        const others = rows.filter((one) => one.bound === undefined && one.bench === row.bench);
        return {
          claim: row.bench,
          figure: `${count(row.value)} ${row.unit}${[row, ...others].map(against).join("")}${besides(row)}`,
          bound: `≥ ${row.bound?.toLocaleString("en")}${row.ratio === undefined ? ` ${row.unit}` : ` × ${row.peer}`}`,
          pass: row.pass === true,
        };
      });
    },
  };
}

function against({ ratio, peer, peerValue }: PrintedRow): string {
  return ratio === undefined ? "" : ` = ${ratio} × ${peer} (${count(peerValue ?? 0)})`;
}

function besides({ beside }: PrintedRow): string {
  if (beside === undefined) return "";
  return `, beside ${Object.entries(beside)
    .map(([peer, value]) => `${peer} ${count(value)}`)
    .join(" and ")}`;
}

function count(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: value < 100 ? 1 : 0 });
}
