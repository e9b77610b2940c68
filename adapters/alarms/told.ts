/** Who was told of an alarm, as the ledger has it. */
import { type Ledger, type LedgerEntry, latestPieces } from "../../core/connect/ledger/index.ts";
import { ALARM_STATE, alarmOf, isAnnunciation } from "../../core/operate/alarm/index.ts";
import { isUntold, messageAbout, NOTIFICATION_SENT, NOTIFICATION_UNTOLD, type ToldView } from "../../core/operate/notification/index.ts";

const HOUR = 3_600_000;
/** Earlier annunciations that are looked at: those of a night in which an alarm chatters. */
const MOST_BEFORE = 1_000;
/** Messages that are looked through from the alarm on: some weeks of a plant with many recipients. */
const MOST_READ = 10_000;
const PIECE = 500;
/** How an annunciation ends that is not over: what comes next goes on with its messages. */
const GOES_ON = new Set(["unacknowledged", "shelved", "suppressed", "out-of-service"]);

/** `start`: that of the alarm's statement. Undefined where there is none. */
export async function toldOf(ledger: Pick<Ledger, "latest">, path: string, start: number, now: number): Promise<ToldView | undefined> {
  const before = await ledger.latest({ kind: ALARM_STATE, asset: path, to: start + 1, newest: true, limit: MOST_BEFORE });
  if (before.at(-1)?.start !== start) return undefined;
  let first = before.length - 1;
  for (; first > 0; first -= 1) {
    const earlier = before[first - 1];
    const stated = earlier === undefined ? undefined : alarmOf(earlier);
    // Nobody is told twice of what comes again before anybody has acknowledged it.
    if (stated === undefined || !isAnnunciation(stated.data) || !GOES_ON.has(stated.data.state)) break;
  }
  const from = before[first]?.start ?? start;
  const of = { path, from, to: start };
  // An alarm has the time of its device, a message that of this computer.
  const filter = { from: from - HOUR, to: now + HOUR, only: "starting" } as const;
  let read = 0;
  async function each<T>(kind: string, shown: (entry: LedgerEntry) => T | undefined): Promise<T[]> {
    const found: T[] = [];
    let seen = 0;
    for await (const entries of latestPieces(ledger, { kind, ...filter }, PIECE)) {
      found.push(...entries.flatMap((entry) => shown(entry) ?? []));
      seen += entries.length;
      if (seen >= MOST_READ) break;
    }
    read = Math.max(read, seen);
    return found;
  }
  const messages = await each(NOTIFICATION_SENT, (entry) => messageAbout(entry, of));
  const untold = await each(NOTIFICATION_UNTOLD, (entry) => (isUntold(entry, of) ? entry.start : undefined));
  return { messages, untold, cut: read >= MOST_READ || (first === 0 && before.length >= MOST_BEFORE) };
}
