/** What a notification says: one line per alarm, the most serious first. */
import { type AlarmPriority, rankOf } from "../alarm/index.ts";

/** An alarm as a notification tells it. */
export interface ToldAlarm {
  /** Equipment path and the alarm's name. */
  readonly path: string;
  readonly asset: string;
  readonly start: number;
  readonly priority: AlarmPriority;
  readonly message: string;
  /** Value and unit that raised it, as text; empty where there is none. */
  readonly value: string;
  /** Limit that it passed, as text; absent where there is none. */
  readonly limit?: string;
  /** How often it was annunciated again. */
  readonly again?: number;
}

/** How people here say it. */
export interface Words {
  readonly priority: (priority: AlarmPriority) => string;
  readonly equipment: (asset: string) => string;
  readonly clock: (instant: number) => string;
  /** Subject of a message about several. */
  readonly many: (count: number, first: string) => string;
  readonly more: (count: number) => string;
  readonly limit: (limit: string) => string;
  readonly again: (times: number) => string;
  readonly unacknowledged: (minutes: number) => string;
  /** Address of the alarm list; empty where nobody gave one. */
  readonly link: string;
}

export interface Composed {
  readonly subject: string;
  readonly text: string;
  readonly priority: AlarmPriority;
}

const LISTED = 20;
const SUBJECT_CHARS = 150;

/** `escalatedMs`: how long the oldest has waited for somebody, where that is why it is told; 0 otherwise. */
export function compose(alarms: readonly ToldAlarm[], more: number, escalatedMs: number, words: Words): Composed {
  const ordered = alarms.toSorted((a, b) => rankOf(a.priority) - rankOf(b.priority) || a.start - b.start);
  const [first] = ordered;
  const count = alarms.length + more;
  const head = first === undefined ? "" : `${words.priority(first.priority)}: ${messageOf(first, words)}`;
  const subject = count > 1 ? words.many(count, head) : `${head} (${words.equipment(first?.asset ?? "")})`;
  const lines = ordered.slice(0, LISTED).map((alarm) => {
    const { asset, start, priority, value, limit } = alarm;
    const shown = value === "" ? "" : ` [${[value, limit === undefined ? [] : words.limit(limit)].flat().join(", ")}]`;
    return `${words.clock(start)}  ${words.priority(priority)}  ${words.equipment(asset)}: ${messageOf(alarm, words)}${shown}`;
  });
  const left = count - lines.length;
  const text = [
    ...(escalatedMs > 0 ? [words.unacknowledged(Math.round(escalatedMs / 60_000)), ""] : []),
    ...lines,
    ...(left > 0 ? [words.more(left)] : []),
    ...(words.link === "" ? [] : ["", words.link]),
  ].join("\n");
  return { subject: oneLine(subject).slice(0, SUBJECT_CHARS), text, priority: first?.priority ?? "low" };
}

/** Who is called a second time must not take it for a new alarm. */
function messageOf({ message, again = 0 }: ToldAlarm, words: Words): string {
  return again > 0 ? `${message} (${words.again(again)})` : message;
}

/** A subject is one line: a message of an alarm may hold anything. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
}
