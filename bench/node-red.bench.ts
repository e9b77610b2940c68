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

let clock = Date.now() - 3_600_000;
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
  // The same work as the tag map, written as an engineer would write it in a function node: look the address up in a
  // table, check type, number, range and time, drop duplicates, refuse contradictions, build the sample.
  const body = `
    const r = msg.payload;
    const table = context.get("table");
    if (r === null || typeof r !== "object" || typeof r.address !== "string") return [null, { ...msg, reason: "NOT_A_SAMPLE" }];
    const entry = table[r.address];
    if (!entry) return [null, { ...msg, reason: "UNMAPPED" }];
    const severity = (r.status || 0) >>> 30;
    const quality = severity === 0 ? "Good" : severity === 1 ? "Uncertain" : "Bad";
    const value = quality === "Bad" ? null : r.value;
    if (value !== null && typeof value !== "number") return [null, { ...msg, reason: "WRONG_TYPE" }];
    if (value !== null && !Number.isFinite(value)) return [null, { ...msg, reason: "NOT_FINITE" }];
    if (value !== null && (value < entry.min || value > entry.max)) return [null, { ...msg, reason: "OUT_OF_RANGE" }];
    const timestamp = r.sourceTimestamp;
    const now = Date.now();
    if (!Number.isInteger(timestamp) || timestamp > now + 600000) return [null, { ...msg, reason: "BAD_TIMESTAMP" }];
    const recent = context.get("recent");
    const known = recent[entry.tag] || (recent[entry.tag] = new Map());
    if (known.has(timestamp)) return known.get(timestamp) === value ? null : [null, { ...msg, reason: "DUPLICATE_TIMESTAMP" }];
    known.set(timestamp, value);
    if (known.size > 64) known.delete(known.keys().next().value);
    context.set("recent", recent);
    msg.payload = {
      tag: entry.tag, value, quality, timestamp, status: r.status, unit: entry.unit, type: "float", received: r.received,
      source: { protocol: r.protocol, address: r.address, mapping: "table@1" },
    };
    return [msg, null];`;
  const initialize = `
    const table = {};
    for (let n = 1; n <= 50; n += 1)
      table["nsu=urn:bench;s=Line01.Filler" + n + ".Weight"] = { tag: "acme.bench.packing.line01.filler" + n + "._raw.weight", min: 0, max: 1000, unit: "g" };
    context.set("table", table);
    context.set("recent", {});`;
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
      initialize,
      finalize: "",
      libs: [],
    }),
  ];
}
