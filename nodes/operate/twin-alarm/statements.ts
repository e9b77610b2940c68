/** What the ledger has for a twin-alarm: when it starts, when another one is gone, and what nobody goes on with. */
import { hasAlarms, isHad, keepsAlarm, ownerOf, settleLater } from "../../../adapters/alarms/deployed.ts";
import { HistorianUnavailable } from "../../../core/connect/history/index.ts";
import { type Ledger, type LedgerEntry, latestPieces } from "../../../core/connect/ledger/index.ts";
import { ALARM_STATE, type AlarmResponse, openAlarms } from "../../../core/operate/alarm/index.ts";

type Reading = Pick<Ledger, "latest">;

interface Asking {
  readonly storage: object;
  /** Of the node that asks. */
  readonly id: string;
  /** Whether it has an alarm of this path. */
  readonly has: (path: string) => boolean;
}

const AHEAD = 3_600_000;
const RETRY_AFTER = 5_000;

/** The ledger of a historian that may be opened anew meanwhile: whatever keeps it from answering, the historian is away. */
export function ledgerOf(store: { readonly ledger: Reading }): Reading {
  return {
    async latest(filter) {
      try {
        return await store.ledger.latest(filter);
      } catch (error) {
        throw new HistorianUnavailable(error instanceof Error ? error.message : String(error));
      }
    },
  };
}

/** Open statements that this node made, unless another one has the alarm now. */
export function isOwn({ asset: path, evidence }: LedgerEntry, { storage, id, has }: Asking): boolean {
  return evidence?.["node"] === id && (has(path) || ownerOf(storage, id, path)?.defines !== true);
}

/** Statements about an alarm of this node by one that is gone or has it no more. */
export function isLeft({ asset: path, evidence }: LedgerEntry, { storage, id, has }: Asking): boolean {
  const by = evidence?.["node"];
  return typeof by === "string" && by !== id && has(path) && !keepsAlarm(storage, by, path);
}

/** What others said to the end about alarms of this node, and was not over at `from`: it is not annunciated once more. */
export async function endedSince(ledger: Reading, from: number, now: number, asking: Asking): Promise<LedgerEntry[]> {
  const ended: LedgerEntry[] = [];
  for (const only of ["starting", "ending"] as const)
    for await (const entries of latestPieces(ledger, {
      kind: ALARM_STATE,
      from,
      ...(only === "starting" ? { to: now + AHEAD } : {}),
      only,
    }))
      ended.push(...entries.filter((entry) => entry.end !== null && isLeft(entry, asking)));
  return ended;
}

/**
 * Without those that another node took before it was gone: done again, they would shelve what is shelved no more. An
 * acknowledgement and a reset name their annunciation, and so are never done twice.
 */
export async function withoutTaken(ledger: Reading, id: string, responses: readonly AlarmResponse[]): Promise<AlarmResponse[]> {
  const latest = new Map<string, LedgerEntry | undefined>();
  const open: AlarmResponse[] = [];
  for (const response of responses) {
    const { path, sequence, data } = response;
    const named = data.action === "acknowledge" || data.action === "reset";
    if (!named && !latest.has(path))
      latest.set(path, (await ledger.latest({ kind: ALARM_STATE, asset: path, newest: true, limit: 1 })).at(0));
    const stated = named ? undefined : latest.get(path);
    if (stated === undefined || stated.id < sequence || stated.evidence?.["node"] === id) open.push(response);
  }
  return open;
}

/** Open statements of nodes that are in no flow any more, about alarms that nobody has; none, and later, while the ledger cannot be read. */
export async function orphans(
  ledger: Reading,
  now: number,
  storage: object,
  isDeployed: (id: string) => boolean,
): Promise<readonly LedgerEntry[]> {
  const open = await openAlarms(ledger, now).catch(() => settleLater(storage, now + RETRY_AFTER));
  return (open ?? []).filter(({ asset, evidence }) => {
    const by = evidence?.["node"];
    return typeof by === "string" && !isDeployed(by) && !hasAlarms(storage, by) && !isHad(storage, asset);
  });
}
