/**
 * Decides who is told what and when: on-call, escalation, storms, attempts. Pure and deterministic: time comes in with every
 * call, and the state can be kept at any step. What is kept before an attempt is delivered at least once.
 */
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import type { DisplayUnits } from "../../connect/units/index.ts";
import { alarmOf, type AlarmStateData, displayed, isAnnunciation, isUnacknowledged, rankOf } from "../alarm/index.ts";
import type { ToldAlarm } from "./message.ts";
import { concerns, isOnCall, type Recipient, type ShiftNow } from "./recipient.ts";
import { NOTIFICATION_SENT, type NotificationSentData, type NotificationSentEvent, type SendOutcome } from "./sent-event.ts";

export interface NotifierOptions {
  readonly recipients: readonly Recipient[];
  /** Alarms that come within so long of the first share its message, ms. */
  readonly gatherMs: number;
  /** Less serious alarms than the last message wait for so long after it, and share the next one, ms. */
  readonly quietMs: number;
  /** An undelivered message is given up after so long, ms. */
  readonly giveUpMs: number;
  /** Path under which notifications are recorded. */
  readonly asset: string;
  /** Units that people of the site see, at present. */
  readonly display?: () => DisplayUnits | undefined;
}

/** An alarm that nobody has acknowledged. */
interface Waiting {
  readonly told: ToldAlarm;
  /** Since when nobody has, over recurrences; by the clock of people. */
  readonly since: number;
  /** Names of the recipients who were told. */
  readonly recipients: readonly string[];
}

/** Alarms that share the next message to a recipient. */
interface Gathering {
  readonly since: number;
  /** All of them, by path: which are named is decided when the message is complete. */
  readonly alarms: Map<string, ToldAlarm>;
  readonly escalatedMs: number;
}

/** A message on its way. */
export interface Delivery {
  /** Also the start of its statement. */
  readonly created: number;
  readonly recipient: Pick<Recipient, "name" | "channel" | "address">;
  readonly alarms: readonly ToldAlarm[];
  readonly more: number;
  readonly escalatedMs: number;
  readonly attempts: number;
  /** Not tried before. */
  readonly due: number;
  readonly detail: string;
}

export interface NotifierState {
  readonly version: 1;
  readonly waiting: readonly Waiting[];
  readonly gathering: Readonly<Record<string, Omit<Gathering, "alarms"> & { readonly alarms: readonly ToldAlarm[] }>>;
  readonly deliveries: readonly Delivery[];
  readonly last: Readonly<Record<string, { readonly at: number; readonly rank: number }>>;
  readonly created: number;
}

/** Alarms that a message names, the most serious; the others are counted. */
const MOST_LISTED = 50;
const DIGITS = 6;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 5 * 60_000;

export class Notifier {
  readonly #options: NotifierOptions;
  /** By path: a recurrence goes on waiting since the first one. */
  readonly #waiting: Map<string, Waiting>;
  readonly #gathering: Map<string, Gathering>;
  readonly #last: Map<string, { readonly at: number; readonly rank: number }>;
  #deliveries: Delivery[];
  #created: number;

  constructor(options: NotifierOptions, from?: NotifierState) {
    this.#options = options;
    this.#waiting = new Map(from?.waiting.map((one) => [one.told.path, one]));
    const names = new Set(options.recipients.map(({ name }) => name));
    this.#gathering = new Map(
      Object.entries(from?.gathering ?? {})
        .filter(([name, { alarms }]) => names.has(name) && alarms.length > 0)
        .map(([name, { since, alarms, escalatedMs }]) => [name, { since, alarms: byPath(alarms), escalatedMs }]),
    );
    this.#last = new Map(Object.entries(from?.last ?? {}));
    this.#deliveries = [...(from?.deliveries ?? [])];
    this.#created = from?.created ?? 0;
  }

  /** Alarms that nobody has acknowledged. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Messages that have not been delivered. */
  get undelivered(): number {
    return this.#deliveries.length + this.#gathering.size;
  }

  /** A revision of `alarm.state.v1`, as it was recorded. */
  hear(entry: Pick<LedgerEntry, "kind" | "asset" | "start" | "end" | "data" | "recorded">): void {
    const stated = alarmOf(entry);
    if (stated === undefined || !isAnnunciation(stated.data)) return;
    const path = entry.asset;
    const known = this.#waiting.get(path);
    if (known !== undefined && known.told.start > entry.start) return;
    // One that recurs ends as unacknowledged: the next statement goes on with it.
    if (stated.end !== null && stated.data.state === "unacknowledged") return;
    if (stated.end !== null || !isUnacknowledged(stated.data.state)) return this.#settle(path);
    const told = toldOf(path, stated, this.#options.display?.());
    this.#waiting.set(path, { told, since: known?.since ?? entry.recorded, recipients: known?.recipients ?? [] });
  }

  /** After a start: `open` are all statements that are open now. What is waited for and is not among them is over. */
  reconcile(open: readonly LedgerEntry[]): void {
    // An alarm that is shelved or suppressed has an open statement too, and nobody waits for it.
    const paths = new Set(open.filter(({ data }) => data["inhibited"] === null).map(({ asset }) => asset));
    for (const path of this.#waiting.keys()) if (!paths.has(path)) this.#settle(path);
    for (const entry of open) this.hear(entry);
  }

  /** Time goes on: who has to be told now, and which messages are complete. `withdrawn`: statements of messages not needed any more. */
  tick(now: number, shiftAt: ShiftNow): { readonly withdrawn: readonly NotificationSentEvent[]; readonly changed: boolean } {
    let changed = false;
    for (const [path, waiting] of this.#waiting) {
      const asleep = this.#options.recipients.filter(({ name }) => !waiting.recipients.includes(name));
      const due = asleep.filter(
        (one) => now - waiting.since >= one.afterMs && concerns(one, waiting.told) && isOnCall(one, shiftAt(waiting.told.asset)),
      );
      if (due.length === 0) continue;
      changed = true;
      for (const one of due) this.#gather(one, waiting, now);
      this.#waiting.set(path, { ...waiting, recipients: [...waiting.recipients, ...due.map(({ name }) => name)] });
    }
    for (const recipient of this.#options.recipients) if (this.#send(recipient, now)) changed = true;
    const withdrawn = this.#deliveries.filter(({ alarms, more }) => more === 0 && alarms.every(({ path }) => !this.#waiting.has(path)));
    this.#deliveries = this.#deliveries.filter((one) => !withdrawn.includes(one));
    return {
      withdrawn: withdrawn.map((one) => this.statement(one, "withdrawn", one.detail, now)),
      changed: changed || withdrawn.length > 0,
    };
  }

  /** Messages to try now. */
  due(now: number): readonly Delivery[] {
    return this.#deliveries.filter(({ due }) => due <= now);
  }

  /** What came of an attempt, as the statement to record. */
  attempted(created: number, outcome: SendOutcome, now: number): NotificationSentEvent | undefined {
    const delivery = this.#deliveries.find((one) => one.created === created);
    if (delivery === undefined) return undefined;
    const attempts = delivery.attempts + 1;
    const over = !outcome.ok && (outcome.permanent || now - created >= this.#options.giveUpMs);
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.min(attempts - 1, 16));
    const next = { ...delivery, attempts, due: now + wait, detail: outcome.detail };
    this.#deliveries = this.#deliveries.flatMap((one) => (one !== delivery ? [one] : outcome.ok || over ? [] : [next]));
    return this.statement(next, outcome.ok ? "delivered" : over ? "failed" : "retrying", outcome.detail, now);
  }

  /** A statement about a message; a test has no alarms. */
  statement(
    { created, recipient, alarms, more, attempts }: Delivery,
    outcome: NotificationSentData["outcome"],
    detail: string,
    now: number,
    test?: { readonly subject: string },
  ): NotificationSentEvent {
    const first = alarms.toSorted((a, b) => rankOf(a.priority) - rankOf(b.priority))[0];
    const data: NotificationSentData = {
      recipient: recipient.name,
      channel: recipient.channel,
      to: recipient.address,
      subject: test?.subject ?? first?.message ?? "",
      priority: first?.priority ?? "low",
      alarms: alarms.map(({ path, start }) => ({ path, start })),
      more,
      outcome,
      attempts,
      detail: detail.slice(0, 500),
      test: test !== undefined,
    };
    const end = outcome === "retrying" ? null : Math.max(now, created);
    return { kind: NOTIFICATION_SENT, asset: this.#options.asset, start: created, end, revision: Math.max(1, attempts), data };
  }

  /** An instant that no other message of this notifier starts at. */
  instant(now: number): number {
    this.#created = Math.max(now, this.#created + 1);
    return this.#created;
  }

  state(): NotifierState {
    return {
      version: 1,
      waiting: [...this.#waiting.values()],
      gathering: Object.fromEntries(
        [...this.#gathering].map(([name, gathering]) => [name, { ...gathering, alarms: [...gathering.alarms.values()] }]),
      ),
      deliveries: [...this.#deliveries],
      last: Object.fromEntries(this.#last),
      created: this.#created,
    };
  }

  /** Somebody has seen to it: nobody else needs to be told. */
  #settle(path: string): void {
    this.#waiting.delete(path);
    for (const [name, { alarms }] of this.#gathering) if (alarms.delete(path) && alarms.size === 0) this.#gathering.delete(name);
  }

  #gather({ name, afterMs }: Recipient, { told, since }: Waiting, now: number): void {
    const { since: first, alarms, escalatedMs } = this.#gathering.get(name) ?? { since: now, alarms: byPath([]), escalatedMs: 0 };
    alarms.set(told.path, told);
    this.#gathering.set(name, { since: first, alarms, escalatedMs: Math.max(escalatedMs, afterMs > 0 ? now - since : 0) });
  }

  #send({ name, channel, address }: Recipient, now: number): boolean {
    const gathering = this.#gathering.get(name);
    if (gathering === undefined || now < gathering.since + this.#options.gatherMs) return false;
    const gathered = [...gathering.alarms.values()].toSorted((a, b) => rankOf(a.priority) - rankOf(b.priority));
    const rank = rankOf(gathered[0]?.priority ?? "low");
    const last = this.#last.get(name);
    if (last !== undefined && now < last.at + this.#options.quietMs && rank >= last.rank) return false;
    this.#gathering.delete(name);
    this.#last.set(name, { at: now, rank });
    const { escalatedMs } = gathering;
    const [alarms, more] = [gathered.slice(0, MOST_LISTED), Math.max(0, gathered.length - MOST_LISTED)];
    const recipient = { name, channel, address };
    this.#deliveries.push({ created: this.instant(now), recipient, alarms, more, escalatedMs, attempts: 0, due: now, detail: "" });
    return true;
  }
}

function byPath(alarms: readonly ToldAlarm[]): Map<string, ToldAlarm> {
  return new Map(alarms.map((alarm) => [alarm.path, alarm]));
}

function toldOf(
  path: string,
  { start, data }: { readonly start: number; readonly data: AlarmStateData },
  display: DisplayUnits | undefined,
): ToldAlarm {
  const { asset, priority, message, realarms } = data;
  const { value, unit, limit } = displayed(data, display);
  const shown = value === null ? "" : `${figure(value)}${unit === null || unit === "1" ? "" : ` ${unit}`}`;
  return {
    path,
    asset,
    start,
    priority,
    message,
    value: shown,
    ...(limit === null || shown === "" ? {} : { limit: figure(limit) }),
    ...(realarms > 0 ? { again: realarms } : {}),
  };
}

/** A device that sends 512.4 as a short float says 512.4000244140625. */
function figure(value: NonNullable<AlarmStateData["value"]>): string {
  return typeof value === "number" && !Number.isInteger(value) ? String(Number(value.toPrecision(DIGITS))) : String(value);
}
