/**
 * The tag map's core on arrays of readings, beside the plain function body that an engineer would write for the same
 * mapping: look the tag up, check type and range, read the severity, build the sample. Prints one JSON row per size.
 */
import { readings, type SourceReading, TagMap } from "../core/connect/tag-map/index.ts";
import type { TagDefinition } from "../core/connect/model/index.ts";
import { tagsOnly } from "../test/support/tags-only.ts";
import { benchRow } from "./row.ts";

const TAGS = 500;
const SAMPLES_PER_ROUND = Number(process.env["BENCH_SAMPLES"] ?? 1_000_000);
const ROUNDS = 7;
const ASKED_PER_SECOND = 500_000;

const tags: TagDefinition[] = Array.from({ length: TAGS }, (_, n) => ({
  id: `acme.bench.packing.line01.filler${n}._raw.weight`,
  asset: `acme.bench.packing.line01.filler${n}`,
  signal: "_raw.weight",
  type: "float",
  unit: "g",
  range: { min: 0, max: 1000 },
  address: `nsu=urn:bench;s=Line01.Filler${n}.Weight`,
}));
const model = tagsOnly(tags);

let clock = 1_760_000_000_000;

/** As many different arrays as a round needs, so that no sample is a duplicate. */
function batches(size: number): SourceReading[][] {
  return Array.from({ length: Math.ceil(SAMPLES_PER_ROUND / size) }, () => {
    clock += 100;
    return Array.from({ length: size }, (_, n) => ({
      protocol: "opcua",
      address: `nsu=urn:bench;s=Line01.Filler${n % TAGS}.Weight`,
      value: 500 + (n % 100) / 8,
      status: 0,
      sourceTimestamp: clock + Math.floor(n / TAGS),
      received: clock + 5,
      type: "Double",
    }));
  });
}

const table = Object.fromEntries(tags.map((tag) => [tag.address as string, tag.id]));
function plain(payload: readonly SourceReading[]): unknown[] {
  const out: unknown[] = [];
  for (const r of payload) {
    const tag = table[r.address];
    if (tag === undefined || typeof r.value !== "number" || !Number.isFinite(r.value)) continue;
    if (r.value < 0 || r.value > 1000) continue;
    const severity = (r.status ?? 0) >>> 30;
    out.push({
      tag,
      value: r.value,
      quality: severity === 0 ? "Good" : severity === 1 ? "Uncertain" : "Bad",
      timestamp: r.sourceTimestamp,
      status: r.status,
      unit: "g",
      received: r.received,
      source: { protocol: r.protocol, address: r.address },
    });
  }
  return out;
}

function median(rates: readonly number[]): number {
  return rates.toSorted((a, b) => a - b)[Math.floor(rates.length / 2)] ?? Number.NaN;
}

function seconds(work: () => void): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1_000;
}

for (const size of [1, 100, 1000]) {
  const ours: number[] = [];
  const theirs: number[] = [];
  const map = new TagMap([], model);
  for (let round = 0; round < ROUNDS; round += 1) {
    const arrays = batches(size);
    const count = arrays.length * size;
    let mapped = 0;
    let built = 0;
    const ourSeconds = seconds(() => {
      for (const payload of arrays) mapped += map.map(readings({ payload }, clock).inputs, clock).samples.length;
    });
    const theirSeconds = seconds(() => {
      for (const payload of arrays) built += plain(payload).length;
    });
    if (mapped !== count || built !== count) throw new Error(`Mapped ${mapped} and built ${built} of ${count} samples.`);
    // The first round warms the compiler up.
    if (round > 0) {
      ours.push(count / ourSeconds);
      theirs.push(count / theirSeconds);
    }
  }
  const bench = `tag map core, arrays of ${size}`;
  benchRow({ bench, value: Math.round(median(ours)), unit: "samples/s", bound: ASKED_PER_SECOND });
  benchRow({
    bench,
    value: Math.round(median(ours)),
    unit: "samples/s",
    peer: "plain function body",
    peerValue: Math.round(median(theirs)),
  });
}
