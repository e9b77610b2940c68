/** What the pages of charts are refused with: every sentence has words in each language. */
import type { Reject, Said } from "../../core/connect/sample/index.ts";
import type { Answer } from "../shared-screen/index.ts";

export function refused(status: number, code: string, { message, says }: Said): Answer {
  return { status, body: { code, message, says } };
}

/** Of a statement that the ledger did not take; why is for those who read the log, in English. */
export function notRecorded([first]: readonly Reject[], said: Said): Answer {
  return refused(503, first?.code ?? "INTERNAL", { ...said, message: first?.message ?? said.message });
}
