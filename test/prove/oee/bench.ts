/** OEE's throughput beside a plain function-node OEE in the same run. */
import type { PrintedRow } from "../../../bench/row.ts";
import { runBench } from "../../../scripts/benches.ts";
import type { Proof } from "../proof.ts";

const FILES = ["bench/oee.bench.ts", "bench/oee-node-red.bench.ts"];

export const bench: Proof = {
  title: "OEE's throughput beside a plain function-node OEE in the same run",
  async run(progress) {
    const rows: PrintedRow[] = [];
    for (const file of FILES) {
      progress(file);
      rows.push(...(await runBench(file)));
    }
    return rows.map((row) => {
      const against =
        row.peer === undefined ? "" : `, ${row.ratio ?? "?"} × ${row.peer} (${Math.round(row.peerValue ?? 0).toLocaleString("en")})`;
      const measured = row.peer === undefined ? "" : " × the peer";
      return {
        claim: row.bench,
        figure: `${row.value.toLocaleString("en", { maximumFractionDigits: 1 })} ${row.unit}${against}`,
        bound:
          row.bound === undefined
            ? "shown beside, without a goal"
            : `≥ ${row.bound.toLocaleString("en", { maximumFractionDigits: 1 })}${measured}`,
        pass: row.pass ?? true,
      };
    });
  },
};
