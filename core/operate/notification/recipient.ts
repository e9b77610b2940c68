/** Who is told of which alarms, when, and how. */
import { type AlarmPriority, rankOf } from "../alarm/index.ts";

export interface Recipient {
  /** Stays the same over restarts; the name that people gave the row. */
  readonly name: string;
  readonly channel: "mail" | "webhook";
  /** Mail address, or what the webhook's template puts in for `{{to}}`: a topic, a phone number; may be empty there. */
  readonly address: string;
  /** Told of alarms at least as serious as this. */
  readonly priority: AlarmPriority;
  /** Equipment path; told of alarms at it and below. Empty: all. */
  readonly place: string;
  /** Names of shifts in which they are on call; empty: always. `off` stands for the time outside all shifts. */
  readonly shifts: readonly string[];
  /** Told when nobody has acknowledged for so long, ms; 0: at once. */
  readonly afterMs: number;
}

export const OFF_SHIFT = "off";

/** The shift in progress where an alarm is, or null outside shifts. Undefined: no calendar there, so everybody is on call. */
export type ShiftNow = (asset: string) => string | null | undefined;

export function concerns(recipient: Recipient, alarm: { readonly asset: string; readonly priority: AlarmPriority }): boolean {
  const { place, priority } = recipient;
  const covered = place === "" || alarm.asset === place || alarm.asset.startsWith(`${place}.`);
  return covered && rankOf(alarm.priority) <= rankOf(priority);
}

export function isOnCall({ shifts }: Pick<Recipient, "shifts">, shift: string | null | undefined): boolean {
  return shifts.length === 0 || shift === undefined || shifts.includes(shift ?? OFF_SHIFT);
}
