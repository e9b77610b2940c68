/** What the viewer answers to "why this number": the explanation of one machine's OEE over a window, and the raw samples behind it. */
import { writeSamples } from "../../core/connect/sample-sheet/index.ts";
import type { Sample } from "../../core/connect/sample/index.ts";
import { covers, type Person } from "../../core/govern/identity/index.ts";
import type { ExplainedWindow, Explanation } from "../../core/operate/explanation/index.ts";
import type { Board } from "../../core/see/board/index.ts";

/** Where explanations come from; both throw when storage is away. */
export interface WhySource {
  explain(window: ExplainedWindow): Promise<Explanation>;
  /** In time order, of all tags that the figures of the machine are made from. */
  samples(window: ExplainedWindow): Promise<readonly Sample[]>;
}

const DAY = 86_400_000;
/** A production day with a change of clocks, twice: more is no figure of a shift, and much to read. */
const LONGEST_MS = 3 * DAY + 3_600_000;
/** Rows of a sheet that a spreadsheet and this process take without trouble. */
const MOST_SAMPLES = 200_000;

/** The window that an address asks for. `fault` is a sentence for the person. */
export function parseWindow(board: Board, query: URLSearchParams, person: Person): ExplainedWindow | { readonly fault: string } {
  const asset = query.get("asset") ?? "";
  const [from, to] = [Number(query.get("from") ?? Number.NaN), Number(query.get("to") ?? Number.NaN)];
  const [shift, productionDay] = [query.get("shift"), query.get("day")];
  if (asset !== board.asset && !asset.startsWith(`${board.asset}.`)) return { fault: "This board is not about that equipment." };
  if (!covers(person, asset)) return { fault: "Your account does not cover this equipment." };
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from >= to)
    return { fault: "from and to are instants in ms UTC, from before to." };
  if (to - from > LONGEST_MS) return { fault: "At most three days can be explained at once." };
  if (shift === null || productionDay === null) return { asset, from, to };
  if (shift.length > 100 || !/^\d{4}-\d{2}-\d{2}$/.test(productionDay)) return { fault: "There is no such shift." };
  return { asset, from, to, shift: { name: shift, productionDay } };
}

/** The sheet, or a sentence why there is none. */
export async function sampleSheet(
  source: WhySource,
  window: ExplainedWindow,
): Promise<{ readonly text: string } | { readonly fault: string }> {
  const samples = await source.samples(window);
  if (samples.length > MOST_SAMPLES)
    return { fault: `There are more than ${MOST_SAMPLES.toLocaleString("en-GB")} samples; choose a shorter time.` };
  return { text: writeSamples(samples) };
}
