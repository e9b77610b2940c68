/** Who was told of an alarm, by which way and what came of it, as people at the alarm list see it: names, never addresses. */
import { Compile } from "typebox/compile";
import type { LedgerEntry } from "../../connect/ledger/index.ts";
import { NOTIFICATION_SENT, NOTIFICATION_SENT_DATA, type NotificationSentData } from "./sent-event.ts";
import { NOTIFICATION_UNTOLD, NOTIFICATION_UNTOLD_DATA } from "./untold-event.ts";

/** One message to one recipient. Instants are ms UTC. */
export interface ShownMessage {
  /** Name of the row. */
  readonly recipient: string;
  readonly channel: NotificationSentData["channel"];
  /** When it was made. */
  readonly at: number;
  /** When it was delivered, given up or withdrawn; null while it is tried. */
  readonly settled: number | null;
  readonly outcome: NotificationSentData["outcome"];
  readonly attempts: number;
  /** Why it was not delivered; empty where it was. */
  readonly why: string;
  /** How long nobody had acknowledged, where that is why it was sent, ms; 0 otherwise. */
  readonly escalatedMs: number;
}

export interface ToldView {
  /** In order of time: the first who was told, then the escalations. */
  readonly messages: readonly ShownMessage[];
  /** When nobody of its recipients was on call. */
  readonly untold: readonly number[];
  /** There is more than was read. */
  readonly cut: boolean;
}

/** Annunciations of one alarm that began in [from, to]: those that share its messages. */
export interface ToldOccurrences {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

const CHECKED = Compile(NOTIFICATION_SENT_DATA);
const UNTOLD = Compile(NOTIFICATION_UNTOLD_DATA);
const MAIL_ADDRESS = /[^\s<>"',;:()]+@[^\s<>"',;:()]+/g;

type Alarms = readonly { readonly path: string; readonly start: number }[];

const isAbout = (alarms: Alarms, { path, from, to }: ToldOccurrences): boolean =>
  alarms.some((one) => one.path === path && one.start >= from && one.start <= to);

/** What an entry of the ledger says of it; undefined where it is about something else, or a test. */
export function messageAbout(entry: LedgerEntry, of: ToldOccurrences): ShownMessage | undefined {
  const { kind, start, end, data } = entry;
  if (kind !== NOTIFICATION_SENT || !CHECKED.Check(data) || data.test) return undefined;
  if (!isAbout(data.alarms, of)) return undefined;
  const { recipient, channel, outcome, attempts, detail, escalated_ms: escalatedMs = 0 } = data;
  const why = outcome === "delivered" ? "" : withoutAddress(detail, data.to);
  return { recipient, channel, at: start, settled: end, outcome, attempts, why, escalatedMs };
}

/** Whether it states that nobody was on call for it. */
export function isUntold({ kind, data }: LedgerEntry, of: ToldOccurrences): boolean {
  return kind === NOTIFICATION_UNTOLD && UNTOLD.Check(data) && isAbout(data.alarms, of);
}

/** A relay that refuses somebody says whom. */
function withoutAddress(detail: string, to: string): string {
  return (to === "" ? detail : detail.replaceAll(to, "…")).replaceAll(MAIL_ADDRESS, "…");
}
