/** The data of the alarm list and the responses to it. Who asks was seen to before; what they may see and do is seen to here. */
import { type Ledger, type LedgerEntry, type LedgerFilter, latestPieces } from "../../core/connect/ledger/index.ts";
import type { PlantModel } from "../../core/connect/model/index.ts";
import type { Reject } from "../../core/connect/sample/index.ts";
import { covers, type Person } from "../../core/govern/identity/index.ts";
import {
  ALARM_RESPONSE,
  ALARM_STATE,
  type AlarmHistory,
  AlarmHistoryReading,
  type AlarmListView,
  FloodDetector,
  isAnnunciation,
  alarmOf,
  mayRespond,
  readResponse,
  responseOf,
  shownAlarms,
} from "../../core/operate/alarm/index.ts";
import { CurrentAlarms, type RecordedAlarms } from "./current-alarms.ts";

export interface AlarmListPorts extends RecordedAlarms {
  readonly model: () => PlantModel;
  readonly ledger: () => Pick<Ledger, "latest" | "revisions">;
  state(
    statements: readonly unknown[],
    by: { readonly author: string; readonly reason: string },
  ): Promise<{ readonly entries: readonly LedgerEntry[]; readonly rejects: readonly Reject[] }>;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const HOUR = 3_600_000;
const TEN_MINUTES = 600_000;
/** Statements read for one page of history: some months of a well-kept system, two days of a bad one. */
const MOST = 20_000;
/** What a page of history can reach back. */
export const HISTORY_HOURS: readonly number[] = [8, 24, 168, 720];

export class AlarmList {
  readonly #ports: AlarmListPorts;
  readonly #current: CurrentAlarms;
  /** One response after the other: each looks for a free instant. */
  #recording: Promise<unknown> = Promise.resolve();

  constructor(ports: AlarmListPorts) {
    this.#ports = ports;
    this.#current = new CurrentAlarms(ports);
  }

  close(): void {
    this.#current.close();
  }

  async view(person: Person): Promise<AlarmListView> {
    const entries = (await this.#current.entries()).filter(({ asset }) => covers(person, asset));
    const [model, now] = [this.#ports.model(), this.#ports.now()];
    const flood = new FloodDetector();
    const came = entries
      .filter(({ start }) => start > now - TEN_MINUTES)
      .flatMap((entry) => alarmOf(entry) ?? [])
      .filter(({ data }) => isAnnunciation(data));
    for (const { start } of came) flood.annunciate(start);
    return {
      now,
      zone: model.zone,
      person: {
        label: person.label,
        responds: mayRespond(person, { action: "acknowledge" }) === undefined,
        services: mayRespond(person, { action: "remove-from-service" }) === undefined,
      },
      ...shownAlarms(
        entries.filter(({ kind }) => kind === ALARM_STATE),
        entries.flatMap((entry) => responseOf(entry) ?? []).toSorted((a, b) => a.sequence - b.sequence),
        labelsOf(model),
      ),
      ...flood.at(now),
    };
  }

  /** Undefined for a time that is not offered. */
  async history(person: Person, hours: number): Promise<AlarmHistory | undefined> {
    if (!HISTORY_HOURS.includes(hours)) return undefined;
    const now = this.#ports.now();
    const from = now - hours * HOUR;
    const ledger = this.#ports.ledger();
    const reading = new AlarmHistoryReading(from, now);
    const reads: readonly Omit<LedgerFilter, "limit">[] = [
      { from, to: now + HOUR, only: "starting", newest: true },
      { from, only: "ending", newest: true },
      { to: from, only: "open", newest: true },
    ];
    let read = 0;
    for (const filter of reads)
      for await (const entries of latestPieces(ledger, { kind: ALARM_STATE, ...filter })) {
        if (read >= MOST) break;
        read += entries.length;
        reading.take(entries.filter(({ asset }) => covers(person, asset)));
      }
    return reading.history(read >= MOST, labelsOf(this.#ports.model()));
  }

  /** Records what a person does about an alarm; sent twice, it is one response. */
  async respond(path: string, person: Person, body: unknown): Promise<Answer> {
    const read = readResponse(body, this.#ports.now());
    if ("status" in read) return { status: read.status, body: read };
    const forbidden = mayRespond(person, read);
    if (forbidden !== undefined) return { status: forbidden.status, body: forbidden };
    const turn = this.#recording.then(async () => this.#record(path, person, read));
    this.#recording = turn.catch(() => undefined);
    return turn;
  }

  async #record(path: string, person: Person, data: Exclude<ReturnType<typeof readResponse>, { status: number }>): Promise<Answer> {
    const ledger = this.#ports.ledger();
    const known = await ledger.latest({ kind: ALARM_STATE, asset: path, limit: 1 });
    if (known.length === 0 || !covers(person, path))
      return { status: 404, body: { code: "NO_ALARM", message: "There is no such alarm, or your account does not cover it." } };
    let start = data.made;
    let earlier = await ledger.revisions(ALARM_RESPONSE, path, start);
    // Two people may respond in the same millisecond: neither corrects the other.
    while (earlier.length > 0 && earlier[0]?.data["id"] !== data.id) {
      start += 1;
      earlier = await ledger.revisions(ALARM_RESPONSE, path, start);
    }
    const [before] = earlier;
    if (before !== undefined) return recorded(before);
    const reason = data.comment ?? `Alarm: ${data.action}`;
    const statement = { kind: ALARM_RESPONSE, asset: path, start, end: start, data };
    const { entries, rejects } = await this.#ports.state([statement], { author: person.name, reason });
    const [entry] = entries;
    if (entry !== undefined) return recorded(entry);
    return {
      status: 503,
      body: { code: rejects[0]?.code ?? "INTERNAL", message: rejects[0]?.message ?? "The response was not recorded." },
    };
  }
}

function labelsOf(model: PlantModel): (asset: string) => string {
  return (asset) => model.equipment.get(asset)?.label ?? asset;
}

function recorded({ start, revision, author, recorded: at }: LedgerEntry): Answer {
  return { status: 200, body: { start, revision, author, recorded: at } };
}
