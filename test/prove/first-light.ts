/** First light: one bottling line, live, from PLC protocol to board. Every row runs the real thing. */
import { badInput, benchmarks } from "./first-light/figures.ts";
import { mainJob } from "./first-light/main-job.ts";
import { replay } from "./first-light/replay.ts";
import { chaos } from "./first-light/chaos.ts";
import type { Proof } from "./proof.ts";

export const proofs: readonly Proof[] = [mainJob, chaos, replay, badInput, ...benchmarks];
