/** What raised an alarm, as the list and its sheet show it: the value by its name or in its unit, and the chart behind it. */
import type { ShownAlarm } from "../../../../core/operate/alarm/index.ts";
import { alarmTexts } from "./alarm-texts.ts";
import { el } from "./dom.ts";
import { figure } from "./format.ts";

/** Null where the alarm has no value. */
export function measured({ value, meaning, unit: of, limit }: ShownAlarm): string | null {
  if (value === null) return null;
  const unit = of === "1" ? null : of;
  const written = typeof value === "number" ? figure(value, unit) : [String(value), ...(unit === null ? [] : [unit])].join(" ");
  const said = meaning ?? written;
  return limit === null ? said : `${said} (${alarmTexts().limit} ${figure(limit)})`;
}

/** Null where no control chart that is at work has raised it. */
export function chartLink(base: string, { chart }: ShownAlarm): HTMLElement | null {
  return chart === null ? null : el("a", { href: `${base}/charts/${encodeURIComponent(chart)}` }, alarmTexts().chart);
}
