/** My line, not the demo: a foreign line connected, copied, checked and replayed. Every row runs the real thing. */
import { connectLine } from "./my-line/connect.ts";
import { ecosystem } from "./my-line/ecosystem.ts";
import { imports } from "./my-line/imports.ts";
import { replayBench } from "./my-line/replay.ts";
import { scale } from "./my-line/scale.ts";
import { sheets } from "./my-line/sheets.ts";
import type { Proof } from "./proof.ts";

export const proofs: readonly Proof[] = [connectLine, sheets, imports, scale, ecosystem, replayBench];
