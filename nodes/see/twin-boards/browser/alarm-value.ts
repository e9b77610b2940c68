/** What raised an alarm, as the list and its sheet show it: the value by its name or in its unit, and the chart behind it. */
import type { ShownAlarm } from "../../../../core/operate/alarm/index.ts";
import { alarmTexts } from "./alarm-texts.ts";
import { el } from "./dom.ts";
import { number } from "./format.ts";

/** Null where the alarm has no value. */
export function measured({ value, meaning, unit, limit }: ShownAlarm): string | null {
  if (value === null) return null;
  const inUnit = unit === null ? "" : ` ${unit}`;
  const said = meaning ?? `${typeof value === "number" ? sixDigits(value) : String(value)}${inUnit}`;
  return limit === null ? said : `${said} (${alarmTexts().limit} ${sixDigits(limit)})`;
}

/** Null where no control chart that is at work has raised it. */
export function chartLink(base: string, { chart }: ShownAlarm): HTMLElement | null {
  return chart === null ? null : el("a", { href: `${base}/charts/${encodeURIComponent(chart)}` }, alarmTexts().chart);
}

/** What a sensor can mean; the rest is binary arithmetic. */
function sixDigits(value: number): string {
  return number(Number(value.toPrecision(6)), 0, 12);
}
