/** OEE and downtime that survive an audit: every row runs the real check behind the claim. */
import { badInput } from "./oee/bad-input.ts";
import { bench } from "./oee/bench.ts";
import { downtime } from "./oee/downtime.ts";
import { energy } from "./oee/energy.ts";
import { lineCulprits } from "./oee/line.ts";
import { mutants } from "./oee/mutants.ts";
import { packml } from "./oee/packml.ts";
import { properties } from "./oee/properties.ts";
import { reference } from "./oee/reference.ts";
import type { Proof } from "./proof.ts";

export const proofs: readonly Proof[] = [reference, properties, packml, lineCulprits, downtime, energy, mutants, badInput, bench];
