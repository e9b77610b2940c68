/** Alarms that mean something, charts and capability as a textbook has them: every row runs the real check behind the claim. */
import { inOwnProcess } from "../support/own-process.ts";
import { benchmarkProof } from "../support/benchmark-proof.ts";
import type { Proof } from "./proof.ts";
import { alarms } from "./spc/alarm.ts";
import { arl } from "./spc/arl.ts";
import { badInput } from "./spc/bad-input.ts";
import { boards } from "./spc/boards.ts";
import { fillWeights } from "./spc/fill-weight.ts";
import { governed } from "./spc/governed.ts";
import { byHand } from "./spc/hand.ts";
import { memory } from "./spc/memory.ts";
import { multivariate } from "./spc/multivariate.ts";
import { mutants } from "./spc/mutants.ts";
import { properties } from "./spc/properties.ts";
import { reference } from "./spc/reference.ts";
import { statistics } from "./spc/statistics.ts";
import { windows } from "./spc/windows.ts";

/** Charts in core, and through Node-RED beside a plain function node in the same run. */
const BENCHES = ["bench/spc.bench.ts", "bench/spc-node-red.bench.ts"];

export const proofs: readonly Proof[] = [
  reference,
  arl,
  windows,
  mutants,
  properties,
  badInput,
  multivariate,
  fillWeights,
  alone(governed, "governed", "governed"),
  alone(byHand, "hand", "byHand"),
  boards,
  alone(statistics, "statistics", "statistics"),
  alone(alarms, "alarm", "alarms"),
  memory,
  ...BENCHES.map(benchmarkProof),
];

function alone(proof: Proof, file: string, name: string): Proof {
  return inOwnProcess(proof, new URL(`spc/${file}.ts`, import.meta.url), name);
}
