/**
 * Messages through a real Node-RED: the tag map beside a node that does nothing and beside a function node that does
 * the same mapping. Closed loop, 100 messages in flight. Prints one JSON row per comparison.
 */
import path from "node:path";
import { startRuntime, type FlowNode } from "../test/support/runtime.ts";
import { benchRow } from "./row.ts";
import { mappingFlow, plantFiles } from "./mapping-flow.ts";

interface Source {
  run(total: number, inFlight: number, make: (n: number) => unknown): Promise<number>;
}

const MESSAGES = Number(process.env["BENCH_MESSAGES"] ?? 40_000);
const ROUNDS = 5;

const plant = plantFiles();
const runtime = await startRuntime({ nodesDir: [process.cwd(), path.resolve("bench/nodes")], httpAdminRoot: "/admin" });
try {
  await runtime.deploy([...mappingFlow(plant.dir), ...chains()]);
  const make = (n: number): unknown => ({ topic: "bench", payload: reading(n) });
  const rate: Record<string, number> = {};
  for (const chain of ["pass", "map", "function"]) {
    const source = runtime.node<Source>(`source-${chain}`);
    await source.run(MESSAGES / 4, 100, make);
    rate[chain] = 0;
  }
  // Interleaved rounds: a busy minute of the machine hits all chains alike. The median counts.
  const rounds: Record<string, number[]> = { pass: [], map: [], function: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const chain of Object.keys(rounds)) {
      const total = chain === "function" ? MESSAGES / 4 : MESSAGES;
      rounds[chain]?.push(total / (await runtime.node<Source>(`source-${chain}`).run(total, 100, make)));
    }
  }
  const median = (chain: string): number => (rounds[chain] ?? []).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
  benchRow({
    bench: "tag map beside a node that does nothing",
    value: median("map"),
    unit: "msg/s",
    peer: "no-op node",
    peerValue: median("pass"),
    bound: 0.5,
  });
  benchRow({
    bench: "tag map beside a function node with the same mapping",
    value: median("map"),
    unit: "msg/s",
    peer: "function node",
    peerValue: median("function"),
    bound: 5,
  });
} finally {
  await runtime.stop();
  plant.remove();
}
process.exit(0);

let clock = Date.now() - 3_600_000;
function reading(n: number): unknown {
  clock += 1;
  return {
    protocol: "opcua",
    address: `nsu=urn:bench;s=Line01.Filler${(n % 50) + 1}.Weight`,
    value: 21.5 + (n % 10),
    status: 0,
    sourceTimestamp: clock,
    received: clock + 5,
    type: "Double",
  };
}

function chains(): FlowNode[] {
  const body = `
    const r = msg.payload;
    const match = /^nsu=urn:bench;s=Line01\\.Filler(\\d+)\\.Weight$/.exec(r.address);
    if (!match || typeof r.value !== "number" || !Number.isFinite(r.value)) return [null, msg];
    if (r.value < 0 || r.value > 1000) return [null, msg];
    const severity = r.status >>> 30;
    msg.payload = {
      tag: "acme.bench.line01.filler" + match[1] + "._raw.weight", value: r.value,
      quality: severity === 0 ? "Good" : severity === 1 ? "Uncertain" : "Bad",
      timestamp: r.sourceTimestamp, status: r.status, unit: "g", type: "float", received: r.received,
      source: { protocol: r.protocol, address: r.address },
    };
    return [msg, null];`;
  const chain = (name: string, middle: FlowNode): FlowNode[] => [
    { id: `source-${name}`, type: "bench-source", z: "tab", x: 1, y: 1, sink: `sink-${name}`, wires: [[middle.id]] },
    { ...middle, z: "tab", x: 1, y: 1, wires: [[`sink-${name}`], []] },
    { id: `sink-${name}`, type: "bench-sink", z: "tab", x: 1, y: 1, wires: [] },
  ];
  return [
    ...chain("pass", { id: "pass", type: "bench-pass" }),
    ...chain("map", { id: "map", type: "twin-tag-map", plant: "plant", version: 1 }),
    ...chain("function", {
      id: "function",
      type: "function",
      func: body,
      outputs: 2,
      timeout: 0,
      noerr: 0,
      initialize: "",
      finalize: "",
      libs: [],
    }),
  ];
}
