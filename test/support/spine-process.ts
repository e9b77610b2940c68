/**
 * A twin in a process of its own, to be killed: it produces numbered samples and events, records them on the spine and
 * prints `acked <n>` when everything below n is on disk. On the line `finish` it flushes and prints `done <n>`.
 * Arguments: directory, first number, samples per message, and optionally the address of an InfluxDB.
 */
import { once } from "node:events";
import { createInterface } from "node:readline";
import { closeStorage, openStorage } from "../../nodes/connect/twin-historian/storage.ts";
import { START, TAG, ASSET } from "./spine-campaign.ts";

const [directory = "", first = "0", batch = "100", url] = process.argv.slice(2);
const storage = await openStorage(
  {
    directory,
    ...(url === undefined ? {} : { influx: { url, database: "campaign", timeoutMs: 2_000 } }),
    queue: { maxBytes: 1e9, maxAgeMs: 1e12, whenFull: "refuse" },
    minFreeBytes: 0,
    seriesOf: () => ({}),
    asset: "acme.galway",
  },
  (sentence) => {
    throw new Error(sentence);
  },
);
const finish = new AbortController();
createInterface({ input: process.stdin }).once("line", () => finish.abort());

let next = Number(first);
while (!finish.signal.aborted) {
  const from = next;
  next += Number(batch);
  const samples = Array.from({ length: next - from }, (_, index) => {
    return { tag: TAG, value: from + index, quality: "Good", timestamp: START + from + index };
  });
  const { rejects } = await storage.spine.record(samples);
  const event = { kind: "campaign.step.v1", asset: ASSET, start: START + from, end: START + next, data: { from } };
  const stated = await storage.spine.state([event], { author: "node:test", reason: "campaign" });
  if (rejects.length + stated.rejects.length > 0) throw new Error((rejects[0] ?? stated.rejects[0])?.message);
  process.stdout.write(`acked ${next}\n`);
}
await storage.spine.flush();
await closeStorage(storage);
process.stdout.write(`done ${next}\n`);
if (process.stdout.writableNeedDrain) await once(process.stdout, "drain");
process.exit(0);
