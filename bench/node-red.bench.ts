/**
 * Messages through a real Node-RED: the tag map beside a node that does nothing and beside a function node that does
 * the same mapping (`mapping-function.ts`), one reading per message and five hundred. Closed loop, 100 messages in
 * flight. Prints one JSON row per comparison; ends with exit code 1 when it does not get through in time.
 */
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import type { SourceReading } from "../core/connect/tag-map/index.ts";
import { startRuntime, type FlowNode } from "../test/support/runtime.ts";
import { mappingFlow, plantFiles } from "./mapping-flow.ts";
import { MAPPING_FUNCTION, MAPPING_START } from "./mapping-function.ts";
import { benchRow } from "./row.ts";

interface Source {
  /** Resolves with the seconds it took until the sink had them all. */
  run(total: number, inFlight: number, make: (n: number) => unknown): Promise<number>;
}

type Chain = "pass" | "map" | "function";
const CHAINS: readonly Chain[] = ["pass", "map", "function"];
const MESSAGES = Number(process.env["BENCH_MESSAGES"] ?? 40_000);
const ARRAYS = 600;
const PER_ARRAY = 500;
const ROUNDS = 9;
const DEADLINE_MS = 80_000;

// V8 may come to allocate what Node-RED makes per message in the old space, in one run and not in the next; the chain
// it happens to loses up to a third of its rate. All chains do without it here, so that runs can be compared.
setFlagsFromString("--no-allocation-site-pretenuring");

const ADDRESSES = Array.from({ length: 50 }, (_, n) => `nsu=urn:bench;s=Line01.Filler${n + 1}.Weight`);
// Every reading is a millisecond younger than the one before; none gets ahead of the wall clock.
let clock = Date.now() - 30 * 86_400_000;
let step = "starting Node-RED";
setTimeout(() => {
  process.stderr.write(`Not finished after ${DEADLINE_MS / 1_000} s; it hung or crawled while ${step}. Is the machine busy?\n`);
  process.exit(1);
}, DEADLINE_MS).unref();

const plant = plantFiles();
const runtime = await startRuntime({ nodesDir: [process.cwd(), path.resolve("bench/nodes")], httpAdminRoot: "/admin" });
try {
  await runtime.deploy([...mappingFlow(plant.dir), ...chains()]);
  const one = await compare(MESSAGES, 100, () => ({ topic: "bench", payload: reading() }));
  const many = await compare(ARRAYS, 10, () => ({ topic: "bench", payload: Array.from({ length: PER_ARRAY }, reading) }));
  const samples = { map: many.map * PER_ARRAY, function: many.function * PER_ARRAY };
  const against = { value: one.map, unit: "msg/s" };
  benchRow({ bench: "tag map beside a node that does nothing", ...against, peer: "no-op node", peerValue: one.pass, bound: 0.5 });
  benchRow({
    bench: "tag map beside a function node with the same mapping",
    ...against,
    peer: "function node",
    peerValue: one.function,
    bound: 5,
  });
  benchRow({ bench: `tag map, messages of ${PER_ARRAY} readings`, value: samples.map, unit: "samples/s", bound: 500_000 });
  benchRow({
    bench: `tag map, messages of ${PER_ARRAY} readings`,
    value: samples.map,
    unit: "samples/s",
    peer: "function node",
    peerValue: samples.function,
  });
} catch (error) {
  process.stderr.write(`The bench failed while ${step}: ${String(error)}\n`);
  process.exitCode = 1;
} finally {
  step = "stopping Node-RED";
  await runtime.stop();
  plant.remove();
}
process.exit();

/** Median rate of each chain, messages per second. Rounds are interleaved: a busy minute of the machine hits all alike. */
async function compare(total: number, inFlight: number, make: () => unknown): Promise<Readonly<Record<Chain, number>>> {
  const rates: Readonly<Record<Chain, number[]>> = { pass: [], map: [], function: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const chain of CHAINS) {
      step = `sending ${total} messages through "${chain}", round ${round}`;
      const count = chain === "function" ? Math.ceil(total / 4) : total;
      const rate = count / (await runtime.node<Source>(`source-${chain}`).run(count, inFlight, make));
      // The first round warms the compiler up.
      if (round > 0) rates[chain].push(rate);
    }
  }
  const median = (chain: Chain): number => rates[chain].toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
  return { pass: median("pass"), map: median("map"), function: median("function") };
}

function reading(): SourceReading {
  clock += 1;
  return {
    protocol: "opcua",
    address: ADDRESSES[clock % ADDRESSES.length] ?? "",
    value: 21.5 + (clock % 10),
    status: 0,
    sourceTimestamp: clock,
    received: clock + 5,
    type: "Double",
  };
}

function chain(name: Chain, middle: Omit<FlowNode, "id">): FlowNode[] {
  const place = { z: "tab", x: 1, y: 1 };
  return [
    { id: `source-${name}`, type: "bench-source", ...place, sink: `sink-${name}`, wires: [[name]] },
    { ...middle, id: name, type: String(middle["type"]), ...place, wires: [[`sink-${name}`], [`refused-${name}`]] },
    { id: `sink-${name}`, type: "bench-sink", ...place, wires: [] },
    { id: `refused-${name}`, type: "bench-refused", ...place, sink: `sink-${name}`, wires: [] },
  ];
}

function chains(): FlowNode[] {
  const written = { func: MAPPING_FUNCTION, initialize: MAPPING_START, finalize: "", libs: [] };
  return [
    ...chain("pass", { type: "bench-pass" }),
    ...chain("map", { type: "twin-tag-map", plant: "plant", version: 1 }),
    ...chain("function", { type: "function", ...written, outputs: 2, timeout: 0, noerr: 0 }),
  ];
}
