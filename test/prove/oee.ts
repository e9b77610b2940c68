/** OEE and downtime that survive an audit: every row runs the real check behind the claim. */
import { badInput } from "./oee/bad-input.ts";
import { compare } from "./oee/compare.ts";
import { downtime } from "./oee/downtime.ts";
import { energy } from "./oee/energy.ts";
import { lineCulprits } from "./oee/line.ts";
import { mutants } from "./oee/mutants.ts";
import { packml } from "./oee/packml.ts";
import { properties } from "./oee/properties.ts";
import { reference } from "./oee/reference.ts";
import { report } from "./oee/report.ts";
import { terminal } from "./oee/terminal.ts";
import { why } from "./oee/why.ts";
import { benchmarkProof } from "../support/benchmark-proof.ts";
import type { Proof } from "./proof.ts";

/** OEE's throughput beside a plain function node in the same run. */
const BENCHES = ["bench/oee.bench.ts", "bench/oee-node-red.bench.ts"];

export const proofs: readonly Proof[] = [
  reference,
  properties,
  packml,
  lineCulprits,
  downtime,
  terminal,
  report,
  why,
  compare,
  energy,
  mutants,
  badInput,
  ...BENCHES.map(benchmarkProof),
];
