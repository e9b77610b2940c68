/**
 * OEE through a real Node-RED: twin-oee beside a node that does nothing and beside a function node with the plain OEE of
 * `oee-function.ts`. A message is a minute of one machine, and each brings one message of atoms. Closed loop, prints one
 * JSON row per comparison; ends with exit code 1 when it does not get through in time.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { MINUTE } from "../core/operate/oee/index.ts";
import { type FlowNode, startRuntime } from "../test/support/runtime.ts";
import { ASSET, CYCLE_MS, ROLES, samplesBetween, TAGS } from "./oee-machine.ts";
import { OEE_FUNCTION, plainStart } from "./oee-function.ts";
import { benchRow } from "./row.ts";

interface Source {
  /** Resolves with the seconds it took until the sink had them all. */
  run(total: number, inFlight: number, make: (n: number) => unknown): Promise<number>;
}

type Chain = "pass" | "oee" | "function";
const CHAINS: readonly Chain[] = ["pass", "oee", "function"];
const MESSAGES = Number(process.env["BENCH_MINUTES"] ?? 1_440);
const ROUNDS = 7;
const IN_FLIGHT = 10;
const ASKED_PER_SECOND = 50_000;
const DEADLINE_MS = 120_000;

let step = "starting Node-RED";
setTimeout(() => {
  process.stderr.write(`Not finished after ${DEADLINE_MS / 1_000} s; it hung or crawled while ${step}. Is the machine busy?\n`);
  process.exit(1);
}, DEADLINE_MS).unref();

const roles = Object.entries(TAGS).map(([role, id]) => `${role}: ${id.slice(ASSET.length + 1)}`);
const PLANT = `plant: { enterprise: acme, site: bench, zone: UTC }
equipment:
  packing: { kind: Area }
  packing.line01: { kind: ProductionLine }
  packing.line01.filler1:
    kind: WorkCell
    stateMap: { profile: packml-opcua }
    idealRate: ${60_000 / CYCLE_MS}
    roles: { ${roles.join(", ")} }
    raw:
      state: { type: int }
      total: { type: int, range: { min: 0, max: 65535 } }
      bad: { type: int, range: { min: 0, max: 65535 } }
      product: { type: string }
      beat: { type: int }
`;
const dir = mkdtempSync(path.join(tmpdir(), "twinline-bench-oee-"));
writeFileSync(path.join(dir, "site.yaml"), PLANT);

/** A minute no chain has seen yet; all are long ago. */
const begin = Math.floor((Date.now() - 30 * 86_400_000) / MINUTE) * MINUTE;
const next: Record<Chain, number> = { pass: begin, oee: begin, function: begin };
let samples = 0;
function minuteOf(name: Chain): unknown {
  const from = next[name];
  next[name] = from + MINUTE;
  const payload = samplesBetween(from, from + MINUTE);
  samples += payload.length;
  return { topic: "bench", payload };
}

const runtime = await startRuntime({ nodesDir: [process.cwd(), path.resolve("bench/nodes")], httpAdminRoot: "/admin" });
try {
  await runtime.deploy([
    { id: "tab", type: "tab", label: "bench" },
    { id: "plant", type: "twin-plant", name: "bench", directory: dir, version: 1 },
    ...chain("pass", { type: "bench-pass" }, 1),
    ...chain(
      "oee",
      { type: "twin-oee", plant: "plant", bind: "asset", target: ASSET, silenceSeconds: 60, microStopSeconds: 0, version: 2 },
      3,
    ),
    ...chain("function", functionNode(), 1),
  ]);
  // The first minute is stated when the second one has come: prime both, so that each message brings one.
  for (const name of ["oee", "function"] as const) runtime.node<{ receive(message: unknown): void }>(name).receive(minuteOf(name));
  const rates = await compare();
  const against = { value: Math.round(rates.oee), unit: "samples/s" };
  benchRow({ bench: "OEE through Node-RED, messages of a minute", ...against, bound: ASKED_PER_SECOND });
  benchRow({ bench: "OEE through Node-RED, messages of a minute", ...against, peer: "no-op node", peerValue: Math.round(rates.pass) });
  benchRow({
    bench: "OEE through Node-RED, messages of a minute",
    ...against,
    peer: "function node",
    peerValue: Math.round(rates.function),
  });
} catch (error) {
  process.stderr.write(`The bench failed while ${step}: ${String(error)}\n`);
  process.exitCode = 1;
} finally {
  step = "stopping Node-RED";
  await runtime.stop();
  rmSync(dir, { recursive: true, force: true });
}
process.exit();

/** Median rate of each chain, samples per second. Rounds are interleaved: a busy minute of the machine hits all alike. */
async function compare(): Promise<Readonly<Record<Chain, number>>> {
  const rates: Readonly<Record<Chain, number[]>> = { pass: [], oee: [], function: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const name of CHAINS) {
      step = `sending ${MESSAGES} minutes through "${name}", round ${round}`;
      // Made before, so that making them is not measured.
      const made = Array.from({ length: MESSAGES }, () => minuteOf(name));
      const before = samples;
      samples = 0;
      const took = await runtime.node<Source>(`source-${name}`).run(MESSAGES, IN_FLIGHT, (n) => made[n]);
      // The first round warms the compiler up.
      if (round > 0) rates[name].push(before / took);
    }
  }
  const median = (name: Chain): number => rates[name].toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN;
  return { pass: median("pass"), oee: median("oee"), function: median("function") };
}

function chain(name: Chain, middle: Omit<FlowNode, "id">, outputs: number): FlowNode[] {
  const place = { z: "tab", x: 1, y: 1 };
  const rest = outputs === 3 ? [[], [`refused-${name}`]] : [];
  return [
    { id: `source-${name}`, type: "bench-source", ...place, sink: `sink-${name}`, wires: [[name]] },
    { ...middle, id: name, type: String(middle["type"]), ...place, wires: [[`sink-${name}`], ...rest] },
    { id: `sink-${name}`, type: "bench-sink", ...place, wires: [] },
    { id: `refused-${name}`, type: "bench-refused", ...place, sink: `sink-${name}`, wires: [] },
  ];
}

function functionNode(): Omit<FlowNode, "id"> {
  const state = JSON.stringify(plainStart(ROLES, { still: CYCLE_MS, lemon: CYCLE_MS }));
  const initialize = `${OEE_FUNCTION}\ncontext.set("oee", plainOee);\ncontext.set("state", ${state});`;
  const func = `const { rows } = context.get("oee")(context.get("state"), msg.payload);
if (rows.length > 0) return { payload: rows };`;
  return { type: "function", func, initialize, finalize: "", libs: [], outputs: 1, timeout: 0, noerr: 0 };
}
