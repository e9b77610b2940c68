/** My line, not the demo: a foreign line connected, copied, checked and replayed. Every row runs the real thing. */
import { scale } from "./my-line/scale.ts";
import { sheets } from "./my-line/sheets.ts";
import type { Proof } from "./proof.ts";

export const proofs: readonly Proof[] = [sheets, scale];
