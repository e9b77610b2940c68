/** Which alarms are open, as who starts must know it: found by an index and read by the piece. */
import { type Ledger, type LedgerEntry, latestPieces } from "../../connect/ledger/index.ts";
import { ALARM_STATE } from "./state-event.ts";

/** A source's clock may be ahead. */
const AHEAD = 3_600_000;

/** The statements of alarms without an end, in order of start. */
export async function openAlarms(ledger: Pick<Ledger, "latest">, now: number): Promise<LedgerEntry[]> {
  const open: LedgerEntry[] = [];
  for await (const entries of latestPieces(ledger, { kind: ALARM_STATE, to: now + AHEAD, only: "open" })) open.push(...entries);
  return open;
}
