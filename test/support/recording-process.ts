/** Records numbered messages as fast as it can and says after each second's work how many are written, until it is killed. */
import { Recorder } from "../../adapters/files/recorder.ts";
import { entryLine } from "../../core/connect/recording/index.ts";

const AT = Date.UTC(2026, 2, 3, 8);
const limits = { maxBytes: 1e9, maxAgeMs: 1e9, whenFull: "stop", keep: 1 } as const;

const recorder = new Recorder(process.argv[2] ?? "", "killed", "UTC");
recorder.join({ id: "in", name: "", flow: undefined, limits });
recorder.start();
for (let n = 0; ; ) {
  // Lines of many lengths, so that a write may end anywhere in one.
  for (let i = 0; i < 500; i += 1, n += 1)
    recorder.append(entryLine(AT, "in", { payload: { n, text: "x".repeat((n * 37) % 3000) } }, ["payload"]), AT);
  await recorder.tend(AT);
  process.send?.(n);
}
