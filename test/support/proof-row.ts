/** What rows of a proof are made with. */
import type { ProofResult } from "../prove/proof.ts";

export function row(claim: string, figure: string, bound: string, pass: boolean): ProofResult {
  return { claim, figure, bound, pass };
}

/** Random numbers in [0, 1) that are the same in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
