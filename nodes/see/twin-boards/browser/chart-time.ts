/** Instants as the clocks of the plant show them, which need not be the viewer's, and fields to enter them. */
import { el } from "./dom.ts";

export function timeField(instant: number, label: string, zone: string): HTMLInputElement {
  const field = el("input", { type: "datetime-local", "aria-label": label });
  field.value = localOf(instant, zone);
  return field;
}

/** As `datetime-local` shows it, in the zone of the plant. */
export function localOf(instant: number, zone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(instant).replace(" ", "T");
}

/** The instant at which the plant's clocks show this; NaN of nothing. */
export function instantOf(local: string, zone: string): number {
  const utc = Date.parse(`${local}Z`);
  const offset = Date.parse(`${localOf(utc, zone)}Z`) - utc;
  const first = utc - offset;
  return utc - (Date.parse(`${localOf(first, zone)}Z`) - first);
}
