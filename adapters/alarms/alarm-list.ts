/** The data of the alarm list and the responses to it. Who asks was seen to before; what they may see and do is seen to here. */
import { setImmediate as nextTurn } from "node:timers/promises";
import { type Ledger, type LedgerEntry, type LedgerFilter, latestPieces } from "../../core/connect/ledger/index.ts";
import type { PlantModel } from "../../core/connect/model/index.ts";
import type { Reject } from "../../core/connect/sample/index.ts";
import { covers, type Person } from "../../core/govern/identity/index.ts";
import {
  type AcknowledgeAll,
  ALARM_RESPONSE,
  ALARM_STATE,
  type AlarmHistory,
  AlarmHistoryReading,
  type AlarmingChart,
  type AlarmListView,
  alarmNaming,
  type AlarmNaming,
  alarmOf,
  alarmPath,
  type AlarmResponseData,
  type DefinedAlarm,
  FloodDetector,
  isAcknowledgedWithOthers,
  isAnnunciation,
  isUnacknowledged,
  longOutOfService,
  masterTable,
  mayRespond,
  mayShelve,
  readAcknowledgeAll,
  readResponse,
  responseOf,
  sayAlarm,
  type ShownAlarm,
  shownAlarms,
} from "../../core/operate/alarm/index.ts";
import { CurrentAlarms, type RecordedAlarms } from "./current-alarms.ts";
import type { DeployedAlarms } from "./deployed.ts";
import { toldOf } from "./told.ts";

export interface AlarmListPorts extends RecordedAlarms {
  readonly model: () => PlantModel;
  readonly ledger: () => Pick<Ledger, "latest" | "revisions">;
  /** Who has alarms of this storage at work. */
  readonly deployed: () => readonly Pick<DeployedAlarms, "name" | "definitions" | "ofModel">[];
  /** See `AlarmListView`. */
  readonly reviewAfterMs: number;
  /** Control charts that are at work beside it. */
  readonly charts: () => readonly AlarmingChart[];
  /** Time of the first sample that is kept of any of the tags, undefined where there is none; rejects while the historian is away. */
  firstSample(tags: readonly string[], before: number): Promise<number | undefined>;
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
/** Tags that are asked for their first sample: those of a few machines tell when the recording began. */
const MOST_ASKED = 20;
const NO_ALARM = { code: "NO_ALARM", ...sayAlarm("noAlarm") };
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
    const [zone, now] = [this.#ports.model().zone, this.#ports.now()];
    const flood = new FloodDetector();
    const came = entries
      .filter(({ start }) => start > now - TEN_MINUTES)
      .flatMap((entry) => alarmOf(entry) ?? [])
      .filter(({ data }) => isAnnunciation(data));
    for (const { start } of came) flood.annunciate(start);
    const shown = shownAlarms(
      entries.filter(({ kind }) => kind === ALARM_STATE),
      entries.flatMap((entry) => responseOf(entry) ?? []).toSorted((a, b) => a.sequence - b.sequence),
      this.#naming(),
    );
    return {
      now,
      zone,
      person: {
        label: person.label,
        responds: mayRespond(person, { action: "acknowledge" }) === undefined,
        services: mayRespond(person, { action: "remove-from-service" }) === undefined,
      },
      ...shown,
      ...this.#explained(shown),
      ...flood.at(now),
      reviewAfterMs: this.#ports.reviewAfterMs,
    };
  }

  /** What the definitions at work say of causes and responses. */
  #explained({ open, inhibited }: Pick<AlarmListView, "open" | "inhibited">): Pick<AlarmListView, "open" | "inhibited"> {
    const wanted = new Set([...open, ...inhibited].map(({ path }) => path));
    const known = new Map(
      this.#defined().flatMap(({ definition }) => {
        const [path, { rationale }] = [alarmPath(definition), definition];
        return rationale === undefined || !wanted.has(path) ? [] : [[path, rationale] as const];
      }),
    );
    const explained = (one: ShownAlarm): ShownAlarm => {
      const rationale = known.get(one.path);
      return rationale === undefined ? one : { ...one, rationale };
    };
    return { open: open.map(explained), inhibited: inhibited.map(explained) };
  }

  #naming(): AlarmNaming {
    return alarmNaming(this.#ports.model(), this.#ports.charts());
  }

  #defined(): readonly DefinedAlarm[] {
    return this.#ports
      .deployed()
      .flatMap(({ name, definitions, ofModel }) =>
        definitions().map((definition) => ({ definition, by: ofModel(alarmPath(definition)) ? "plant model" : name })),
      );
  }

  /** The master alarm table of what the person's account covers, as CSV. */
  table(person: Person): string {
    return masterTable(this.#covered(person));
  }

  #covered(person: Person): readonly DefinedAlarm[] {
    return this.#defined().filter(({ definition }) => covers(person, definition.asset));
  }

  /** Undefined for a time that is not offered. */
  async history(person: Person, hours: number): Promise<AlarmHistory | undefined> {
    if (!HISTORY_HOURS.includes(hours)) return undefined;
    const now = this.#ports.now();
    const ledger = this.#ports.ledger();
    const from = Math.max(now - hours * HOUR, Math.min(now, (await this.#firstKnown(now)) ?? 0));
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
    for (const _ of reading.rest()) await nextTurn();
    const { reviewAfterMs } = this.#ports;
    const current = (await this.#current.entries()).filter(({ asset }) => covers(person, asset));
    const priorities = this.#covered(person).map(({ definition }) => definition.priority);
    const outOfService = longOutOfService(current, now, reviewAfterMs);
    return reading.history(read >= MOST, this.#naming(), { priorities, outOfService, reviewAfterMs });
  }

  /** Who was told of an alarm whose statement begins at `start`: a `ToldView`. */
  async told(person: Person, path: string, start: number): Promise<Answer> {
    const asked = covers(person, path) && Number.isSafeInteger(start);
    const told = asked ? await toldOf(this.#ports.ledger(), path, start, this.#ports.now()) : undefined;
    return told === undefined ? { status: 404, body: NO_ALARM } : { status: 200, body: told };
  }

  /** When the first alarm was stated, or the first sample was kept of what alarms watch: before that there was nothing to alarm. */
  async #firstKnown(now: number): Promise<number | undefined> {
    const watched = this.#defined().flatMap(({ definition: { source } }) => ("tag" in source ? [source.tag] : []));
    const [[stated], sample] = await Promise.all([
      this.#ports.ledger().latest({ kind: ALARM_STATE, to: now, limit: 1 }),
      // While the historian is away the alarms tell it alone.
      this.#ports.firstSample([...new Set(watched)].slice(0, MOST_ASKED), now).catch(() => undefined),
    ]);
    const known = [stated?.start, sample].filter((one) => one !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
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

  /** Records that a person acknowledges what they were shown: each by itself, none that is critical. */
  async acknowledge(person: Person, body: unknown): Promise<Answer> {
    const read = readAcknowledgeAll(body, this.#ports.now());
    if ("status" in read) return { status: read.status, body: read };
    const forbidden = mayRespond(person, { action: "acknowledge" });
    if (forbidden !== undefined) return { status: forbidden.status, body: forbidden };
    const turn = this.#recording.then(async () => this.#recordAll(person, read));
    this.#recording = turn.catch(() => undefined);
    return turn;
  }

  async #recordAll(person: Person, { id, made, shown, comment }: AcknowledgeAll): Promise<Answer> {
    const open = new Map(
      (await this.#current.entries()).filter(({ end }) => end === null).map((entry) => [`${entry.asset} ${entry.start}`, entry]),
    );
    const statements: {
      readonly kind: string;
      readonly asset: string;
      readonly start: number;
      readonly end: number;
      readonly data: AlarmResponseData;
    }[] = [];
    const counts = { acknowledged: 0, critical: 0, passed: 0 };
    for (const [i, { path, occurrence }] of shown.entries()) {
      const entry = open.get(`${path} ${occurrence}`);
      const stated = entry === undefined || !covers(person, path) ? undefined : alarmOf(entry)?.data;
      if (stated === undefined || !isUnacknowledged(stated.state)) counts.passed += 1;
      else if (!isAcknowledgedWithOthers(stated.priority)) counts.critical += 1;
      else {
        counts.acknowledged += 1;
        const data = { id: `${id}-${i}`, made, action: "acknowledge" as const, occurrence, ...(comment === undefined ? {} : { comment }) };
        const { start, before } = await this.#free(path, data);
        if (before === undefined) statements.push({ kind: ALARM_RESPONSE, asset: path, start, end: start, data });
      }
    }
    if (statements.length === 0) return { status: 200, body: counts };
    const reason = comment ?? `Alarm: acknowledge, one of ${statements.length} at once`;
    const { rejects } = await this.#ports.state(statements, { author: person.name, reason });
    return rejects.length === 0 ? { status: 200, body: counts } : notRecorded(rejects);
  }

  /** Two people may respond in the same millisecond: neither corrects the other. `before`: the same response, sent earlier. */
  async #free(
    path: string,
    { id, made }: AlarmResponseData,
  ): Promise<{ readonly start: number; readonly before: LedgerEntry | undefined }> {
    const ledger = this.#ports.ledger();
    for (let start = made; ; start += 1) {
      const [earlier] = await ledger.revisions(ALARM_RESPONSE, path, start);
      if (earlier === undefined || earlier.data["id"] === id) return { start, before: earlier };
    }
  }

  async #record(path: string, person: Person, data: Exclude<ReturnType<typeof readResponse>, { status: number }>): Promise<Answer> {
    const ledger = this.#ports.ledger();
    const known = await ledger.latest({ kind: ALARM_STATE, asset: path, limit: 1 });
    if (known.length === 0 || !covers(person, path)) return { status: 404, body: NO_ALARM };
    const { start, before } = await this.#free(path, data);
    if (before !== undefined) return recorded(before);
    if (data.action === "shelve") {
      const defined = this.#defined().find(({ definition }) => alarmPath(definition) === path)?.definition;
      const refused = mayShelve(data.until, this.#ports.now(), defined?.rationale?.shelveAtMostMs);
      if (refused !== undefined) return { status: refused.status, body: refused };
    }
    const reason = data.comment ?? `Alarm: ${data.action}`;
    const statement = { kind: ALARM_RESPONSE, asset: path, start, end: start, data };
    const { entries, rejects } = await this.#ports.state([statement], { author: person.name, reason });
    const [entry] = entries;
    return entry === undefined ? notRecorded(rejects) : recorded(entry);
  }
}

function notRecorded([first]: readonly Reject[]): Answer {
  const { message, says } = sayAlarm("responseNotRecorded");
  return { status: 503, body: { code: first?.code ?? "INTERNAL", message: first?.message ?? message, says } };
}

function recorded({ start, revision, author, recorded: at }: LedgerEntry): Answer {
  return { status: 200, body: { start, revision, author, recorded: at } };
}
