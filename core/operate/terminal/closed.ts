/** Whether an entry speaks of a closed period, which takes none. */
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import { type Extent, statementOf, type StopStatement } from "../downtime/index.ts";
import type { ClosedPeriod } from "../period/index.ts";
import type { Refusal, TerminalRequest } from "./request.ts";

/** The time whose meaning an entry changes. `earlier`: what the ledger holds under the same stop; `now`: how far a stop that lasts reaches. */
export function spokenOf(request: TerminalRequest, earlier: readonly LedgerEntry[], now: number): Extent {
  if (!("stop" in request)) return { from: request.made, to: request.made + 1 };
  const said = earlier.flatMap((entry) => statementOf(entry)?.data ?? []);
  return extentOf(request, said, request.stop, now) ?? { from: request.stop, to: endOf(request.stop, request.seen_end, now) };
}

type Spoken = Exclude<TerminalRequest, { readonly action: "count" | "start-order" | "stop-order" }> | StopStatement["data"];

/** Undefined where it takes back an entry that is not known. A revert of a revert means what the first entry meant. */
function extentOf(spoken: Spoken, said: readonly StopStatement["data"][], stop: number, now: number): Extent | undefined {
  if (spoken.action === "split") return { from: spoken.at, to: spoken.at + 1 };
  if (spoken.action !== "revert") return { from: spoken.from, to: spoken.to ?? endOf(spoken.from, spoken.seen_end, now) };
  const i = said.findIndex(({ id }) => id === spoken.target);
  const target = said[i];
  return target === undefined ? undefined : extentOf(target, said.slice(0, i), stop, now);
}

function endOf(from: number, seenEnd: number | null, now: number): number {
  return Math.max(from + 1, seenEnd ?? now);
}

/** `when`: an instant in words of the plant's zone. */
export function refusedByClosing(extent: Extent, closed: readonly ClosedPeriod[], when: (instant: number) => string): Refusal | undefined {
  const period = closed.find(({ start, end }) => start < extent.to && end > extent.from);
  if (period === undefined) return undefined;
  const { start, end, author } = period;
  const hint = extent.to > end ? ` Split the stop at ${when(end)} and enter what came after it.` : "";
  return {
    status: 409,
    code: "PERIOD_CLOSED",
    message: `The shift from ${when(start)} to ${when(end)} was signed by ${author} and is closed. A supervisor can reopen it, with a reason, in the shift report.${hint}`,
  };
}
