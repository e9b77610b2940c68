/** Whether an entry speaks of a closed period, which takes none. */
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import { type Extent, heldStops, type LedgerReader, statementOf, stopMeant, type StopStatement } from "../downtime/index.ts";
import type { ClosedPeriod } from "../period/index.ts";
import type { Refusal } from "../../govern/identity/index.ts";
import type { TerminalRequest } from "./request.ts";

type StopRequest = Extract<TerminalRequest, { readonly stop: number }>;
type Spoken = StopRequest | StopStatement["data"];
type Meant = Exclude<Spoken, { readonly action: "revert" }>;

/**
 * The time whose meaning an entry changes; a refusal where it takes back what was not said of its stop. `earlier`: what the
 * ledger holds under the same stop; `now`: how far a stop that lasts reaches.
 */
export async function spokenOf(
  request: TerminalRequest,
  earlier: readonly LedgerEntry[],
  { ledger, asset, now }: { readonly ledger: LedgerReader; readonly asset: string; readonly now: number },
): Promise<Extent | Refusal> {
  if (!("stop" in request)) return { from: request.made, to: request.made + 1 };
  const said = earlier.flatMap((entry) => statementOf(entry)?.data ?? []);
  const meant = meantBy(request, said);
  if (meant === undefined) return NOT_SAID;
  if (meant.action === "split") return { from: meant.at, to: meant.at + 1 };
  const { from, to, seen_end } = meant;
  if (to !== null) return { from, to };
  // How far it reaches is the ledger's to say: whoever sends it could say less.
  const own = await heldStops(ledger, asset, from, from + 1);
  const stops = own.length > 0 ? own : await heldStops(ledger, asset, request.stop, request.stop + 1);
  const stop = stopMeant(request.stop, from, stops);
  return { from, to: Math.max(from + 1, stop === undefined ? (seen_end ?? now) : (stop.end ?? now)) };
}

/** A revert of a revert means what the first entry meant. Undefined where it takes back an entry that is not known. */
function meantBy(spoken: Spoken, said: readonly StopStatement["data"][]): Meant | undefined {
  if (spoken.action !== "revert") return spoken;
  const i = said.findIndex(({ id }) => id === spoken.target);
  const target = said[i];
  return target === undefined ? undefined : meantBy(target, said.slice(0, i));
}

const NOT_SAID: Refusal = {
  status: 409,
  code: "UNKNOWN_ENTRY",
  message: "Nothing of that id was said of this stop, so there is nothing to take back. Load the terminal again.",
};

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
