/**
 * A control chart of single values under Nelson's eight rules through a real Node-RED: twin-spc beside a node that does nothing
 * and beside a function node that does the same (`plainIndividuals` of `spc-function.ts`), in messages of a hundred samples and
 * of one. Closed loop, prints one JSON row per comparison; ends with exit code 1 when it does not get through in time.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type FlowNode, startRuntime } from "../test/support/runtime.ts";
import { processorSeconds } from "./processor-time.ts";
import { benchRow } from "./row.ts";
import { plainChart, SPC_FUNCTION } from "./spc-function.ts";

interface Source {
  /** Resolves when the sink has them all. */
  run(total: number, inFlight: number, make: (n: number) => unknown): Promise<unknown>;
}

type Chain = "pass" | "spc" | "function";
type Rates = Readonly<Record<Chain, number>>;
const CHAINS: readonly Chain[] = ["pass", "spc", "function"];
const SAMPLES = Number(process.env["BENCH_SAMPLES"] ?? 50_000);
const ROUNDS = 7;
const IN_FLIGHT = 10;
const ASKED_PER_SECOND = 100_000;
const ASKED_RATIO = 3;
const DEADLINE_MS = 180_000;
const EVERY_MS = 100;
const [CENTRE, SIGMA] = [500, 2];
const ASSET = "acme.bench.packing.line01.filler1";
const TAG = `${ASSET}._raw.weight`;

let step = "starting Node-RED";
setTimeout(() => {
  process.stderr.write(`Not finished after ${DEADLINE_MS / 1_000} s; it hung or crawled while ${step}. Is the machine busy?\n`);
  process.exit(1);
}, DEADLINE_MS).unref();

const dir = mkdtempSync(path.join(tmpdir(), "twinline-bench-spc-"));
writeFileSync(
  path.join(dir, "site.yaml"),
  `plant: { enterprise: acme, site: bench, zone: UTC }
equipment:
  packing: { kind: Area }
  packing.line01: { kind: ProductionLine }
  packing.line01.filler1: { kind: WorkCell, raw: { weight: { type: float } } }
`,
);

/** A weight that no chain has seen yet; all are long ago. */
const begin = Date.now() - 30 * 86_400_000;
const next: Record<Chain, number> = { pass: begin, spc: begin, function: begin };
let state = 1;
function uniform(): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 4_294_967_296;
}
function weight(): number {
  let sum = -6;
  for (let i = 0; i < 12; i += 1) sum += uniform();
  return CENTRE + SIGMA * sum;
}
/** The weights of many messages. They are drawn before the clock runs; the messages are made when they are sent, as a source makes them. */
function weights(samples: number): Float64Array {
  return Float64Array.from({ length: samples }, weight);
}
function message(name: Chain, size: number, values: Float64Array, n: number): unknown {
  if (size === 1) return { topic: "bench", payload: sample(name, values[n] ?? 0) };
  const payload: unknown[] = [];
  for (let i = n * size; i < (n + 1) * size; i += 1) payload.push(sample(name, values[i] ?? 0));
  return { topic: "bench", payload };
}
function sample(name: Chain, value: number): unknown {
  next[name] += EVERY_MS;
  return { tag: TAG, value, quality: "Good", timestamp: next[name] };
}

const runtime = await startRuntime({ nodesDir: [process.cwd(), path.resolve("bench/nodes")], httpAdminRoot: "/admin" });
try {
  await runtime.deploy([
    { id: "tab", type: "tab", label: "bench" },
    { id: "plant", type: "twin-plant", name: "bench", directory: dir, version: 1 },
    ...chain("pass", { type: "bench-pass" }, 1),
    ...chain("spc", twinSpc(), 4),
    ...chain("function", functionNode(), 2),
  ]);
  // A chart judges a value when the next one has come: prime it, so that each message brings one.
  for (const name of ["spc", "function"] as const)
    runtime.node<{ receive(message: unknown): void }>(name).receive(message(name, 1, weights(1), 0));
  for (const size of [100, 1]) {
    const bench = `Chart of single values, 8 rules, through Node-RED, ${size === 1 ? "one sample" : `${size} samples`} a message`;
    const { best, median } = await compare(size);
    const against = { bench, value: best.spc, unit: "samples/s of processor time" };
    benchRow({ ...against, bound: ASKED_PER_SECOND, beside: { "its median round": median.spc } });
    benchRow({ ...against, peer: "no-op node", peerValue: best.pass });
    // In large messages most of either node's time goes into making the samples that it sends, so that asks for no ratio.
    const ratio = { peer: "function node", peerValue: best.function };
    benchRow({ ...against, ...ratio, ...(size === 1 ? { bound: ASKED_RATIO } : {}) });
  }
} catch (error) {
  process.stderr.write(`The bench failed while ${step}: ${String(error)}\n`);
  process.exitCode = 1;
} finally {
  step = "stopping Node-RED";
  await runtime.stop();
  rmSync(dir, { recursive: true, force: true });
}
process.exit();

/**
 * Samples per second of processor time, of the best round of each chain: others on the machine only ever slow one down, here by up
 * to twice the time for the same work. Rounds are interleaved: a busy minute of the machine hits all alike.
 */
async function compare(size: number): Promise<{ readonly best: Rates; readonly median: Rates }> {
  const rounds: Readonly<Record<Chain, number[]>> = { pass: [], spc: [], function: [] };
  const messages = Math.ceil(SAMPLES / size);
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const name of CHAINS) {
      step = `sending ${messages} messages through "${name}", round ${round}`;
      const values = weights(messages * size);
      const before = processorSeconds();
      await runtime.node<Source>(`source-${name}`).run(messages, IN_FLIGHT, (n) => message(name, size, values, n));
      const took = processorSeconds() - before;
      // The first round warms the compiler up.
      if (round > 0) rounds[name].push(Math.round((messages * size) / took));
    }
  }
  const of = (pick: (sorted: readonly number[]) => number | undefined): Rates => {
    const rate = (name: Chain): number => pick(rounds[name].toSorted((a, b) => a - b)) ?? Number.NaN;
    return { pass: rate("pass"), spc: rate("spc"), function: rate("function") };
  };
  return { best: of((sorted) => sorted.at(-1)), median: of((sorted) => sorted[Math.floor(ROUNDS / 2)]) };
}

/** Events and conditions end at a node too, as they do in a flow that stores them. */
function chain(name: Chain, middle: Omit<FlowNode, "id">, outputs: number): FlowNode[] {
  const place = { z: "tab", x: 1, y: 1 };
  const rest = [[`rest-${name}`], [`rest-${name}`], [`refused-${name}`]].slice(0, outputs - 1);
  return [
    { id: `source-${name}`, type: "bench-source", ...place, sink: `sink-${name}`, wires: [[name]] },
    { ...middle, id: name, type: String(middle["type"]), ...place, wires: [[`sink-${name}`], ...rest] },
    { id: `sink-${name}`, type: "bench-sink", ...place, wires: [] },
    { id: `rest-${name}`, type: "bench-sink", ...place, wires: [] },
    { id: `refused-${name}`, type: "bench-refused", ...place, sink: `sink-${name}`, wires: [] },
  ];
}

function twinSpc(): Omit<FlowNode, "id"> {
  const limits = { limits: "given", centre: CENTRE, sigma: SIGMA, ruleSet: "nelson", rules: "all" };
  return {
    type: "twin-spc",
    plant: "plant",
    bind: "asset",
    target: ASSET,
    chart: "weight",
    kind: "i",
    tag: "weight",
    size: 1,
    everySeconds: 0,
    ...limits,
    latenessSeconds: 0,
    priority: "none",
    version: 1,
  };
}

function functionNode(): Omit<FlowNode, "id"> {
  const chart = JSON.stringify(plainChart(`${ASSET}._spc.weight`, TAG, CENTRE, SIGMA));
  const initialize = `${SPC_FUNCTION}\ncontext.set("judge", plainIndividuals);\ncontext.set("chart", ${chart});`;
  const func = `const samples = Array.isArray(msg.payload) ? msg.payload : [msg.payload];
const { rows, events } = context.get("judge")(context.get("chart"), samples);
return [rows.length > 0 ? { ...msg, payload: rows } : null, events.length > 0 ? { ...msg, payload: events } : null];`;
  return { type: "function", func, initialize, finalize: "", libs: [], outputs: 2, timeout: 0, noerr: 0 };
}
