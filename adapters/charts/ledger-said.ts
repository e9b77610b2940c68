/** What the ledger says of control charts: their signals with what people answered, and the versions of their limits. */
import type { LedgerEntry } from "../../core/connect/ledger/index.ts";
import { type ChartDefinition, type ShownSignal, shownSignal } from "../../core/model/charting/index.ts";
import { chartPath, type LimitsVersion, SPC_LIMITS, SPC_RESPONSE, SPC_SIGNAL, versionOf } from "../../core/model/limits/index.ts";
import type { ChartPorts } from "./ports.ts";

type LedgerRead = ReturnType<ChartPorts["ledger"]>;

const MOST_SIGNALS = 20_000;
const MOST_VERSIONS = 10_000;

/** By the path of their chart. */
export async function statedSignals(
  ledger: LedgerRead,
  window: { readonly from: number; readonly to: number },
): Promise<ReadonlyMap<string, readonly ShownSignal[]>> {
  const [signals, answered] = [
    await ledger.latest({ kind: SPC_SIGNAL, ...window, limit: MOST_SIGNALS }),
    await ledger.latest({ kind: SPC_RESPONSE, ...window, limit: MOST_SIGNALS }),
  ];
  const last = new Map(answered.map((entry) => [`${entry.asset} ${entry.start}`, entry]));
  const shown = new Map<string, ShownSignal[]>();
  for (const signal of signals) {
    const one = shownSignal(signal, await responses(ledger, last.get(`${signal.asset} ${signal.start}`)));
    if (one === undefined) continue;
    const known = shown.get(signal.asset);
    if (known === undefined) shown.set(signal.asset, [one]);
    else known.push(one);
  }
  return shown;
}

/** Those of a chart and of its spread, the newest first. */
export function signalsOf(signals: ReadonlyMap<string, readonly ShownSignal[]>, path: string): readonly ShownSignal[] {
  return [...(signals.get(path) ?? []), ...(signals.get(`${path}.spread`) ?? [])].toSorted((a, b) => b.start - a.start);
}

export async function versionsOf(
  ledger: Pick<LedgerRead, "latest">,
  definition: Pick<ChartDefinition, "asset" | "chart">,
): Promise<LimitsVersion[]> {
  const entries = await ledger.latest({ kind: SPC_LIMITS, asset: chartPath(definition), limit: MOST_VERSIONS });
  return entries.flatMap((entry) => versionOf(entry) ?? []);
}

/** What was said of a signal before its last answer matters only where that one is a comment. */
async function responses(ledger: LedgerRead, last: LedgerEntry | undefined): Promise<readonly LedgerEntry[]> {
  if (last === undefined) return [];
  return last.revision === 1 ? [last] : ledger.revisions(last.kind, last.asset, last.start);
}
