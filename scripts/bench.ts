/** `npm run bench [-- name…]`: every benchmark in turn, each beside a named peer in the same run. */
import { runBench } from "./benches.ts";
import { filesOf } from "./suites.ts";

const wanted = process.argv.slice(2);
const files = filesOf("bench/*.bench.ts").filter((file) => wanted.length === 0 || wanted.some((name) => file.includes(name)));
for (const file of files) {
  process.stdout.write(`\n${file}\n`);
  for (const row of await runBench(file)) {
    const figure = `${Math.round(row.value).toLocaleString("en")} ${row.unit}`;
    const against =
      row.ratio === undefined ? "" : `, ${row.ratio.toFixed(2)} × ${row.peer} (${Math.round(row.peerValue ?? 0).toLocaleString("en")})`;
    process.stdout.write(
      `  ${row.bench}: ${figure}${against}${row.bound === undefined ? "" : `; goal ${row.bound.toLocaleString("en")}${row.pass ? "" : "  NOT MET"}`}\n`,
    );
  }
}
