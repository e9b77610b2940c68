/** Values as text. Times are shown in the site's zone, which need not be the viewer's. */
import { boardTexts } from "./board-texts.ts";
import { sharedDecimals } from "./decimals.ts";
import { language } from "./terminal-texts.ts";
import type { Field, NamedValue, Threshold } from "../../../../core/see/board/spec.ts";

export type Value = number | string | boolean | null | undefined;

const MINUS = "−";
const MINUTE = 60_000;
const HOUR = 3_600_000;
/** A figure that stands alone shows as many digits. */
const DIGITS_ALONE = 5;

export function text(
  value: Value,
  field: Pick<Field, "unit" | "decimals" | "digits" | "nullText" | "values">,
  zone: string,
  now: number,
): string {
  if (value === null || value === undefined || (typeof value === "number" && !Number.isFinite(value))) return field.nullText ?? "–";
  const named = namedValue(value, field.values);
  if (named) return named.text;
  if (typeof value !== "number") return String(value);
  const decimals = field.digits === undefined ? (field.decimals ?? 0) : sharedDecimals([value], field.digits);
  switch (field.unit) {
    case "ratio":
      return `${number(value * 100, field.decimals ?? 1)} %`;
    case "duration":
      return duration(value);
    case "age":
      return age(now - value);
    case "time":
      return dayAndClock(value, now, zone, true);
    case "date":
      return times({ timeZone: zone, weekday: "short", day: "2-digit", month: "short" }).format(value);
    case "count":
    case "text":
    case "quality":
    case "":
      return number(value, decimals);
    default:
      return `${number(value, decimals)} ${field.unit}`;
  }
}

export function namedValue(value: Value, values: Field["values"]): NamedValue | undefined {
  const key = String(value);
  return values !== undefined && Object.hasOwn(values, key) ? values[key] : undefined;
}

/** The threshold that a value has reached. */
export function reached(value: Value, thresholds: readonly Threshold[] | undefined): Threshold | undefined {
  return typeof value === "number" ? thresholds?.findLast(({ from }) => from === null || value >= from) : undefined;
}

/** h:min, with seconds below an hour. */
export function duration(ms: number): string {
  const sign = ms < 0 ? MINUS : "";
  const whole = Math.abs(ms);
  if (whole < HOUR) return `${sign}${Math.floor(whole / MINUTE)} min ${pad(Math.floor((whole % MINUTE) / 1_000))} s`;
  return `${sign}${Math.floor(whole / HOUR)}:${pad(Math.floor((whole % HOUR) / MINUTE))} h`;
}

export function age(ms: number): string {
  if (ms < 1_500) return boardTexts().now;
  if (ms < 2 * MINUTE) return `${Math.round(ms / 1_000)} s`;
  if (ms < 2 * HOUR) return `${Math.round(ms / MINUTE)} min`;
  return ms < 48 * HOUR
    ? `${Math.floor(ms / HOUR)} h ${Math.floor((ms % HOUR) / MINUTE)} min`
    : `${Math.floor(ms / (24 * HOUR))} ${boardTexts().days}`;
}

/** Hours are enough where the age of data is only named in passing. */
export function roughAge(ms: number): string {
  return ms < 2 * HOUR ? `${Math.round(ms / MINUTE)} min` : ms < 48 * HOUR ? `${Math.floor(ms / HOUR)} h` : age(ms);
}

/** The time of day, with the day where it is not today. */
export function dayAndClock(instant: number, now: number, zone: string, seconds = false): string {
  const at = clock(instant, zone, seconds);
  const of = day(instant, zone);
  if (of === day(now, zone)) return at;
  return language() === "de" ? `${at} am ${of}` : `${at} on ${of}`;
}

export function day(instant: number, zone: string): string {
  return times({ timeZone: zone, day: "numeric", month: "short" }).format(instant);
}

/** Day, year and time, for what is read elsewhere and later. */
export function fullTime(instant: number, zone: string): string {
  return `${times({ timeZone: zone, day: "numeric", month: "short", year: "numeric" }).format(instant)}, ${clock(instant, zone)}`;
}

export function clock(instant: number, zone: string, seconds = false): string {
  const second = seconds ? ({ second: "2-digit" } as const) : {};
  return times({ timeZone: zone, hour: "2-digit", minute: "2-digit", ...second, hourCycle: "h23" }, "en-GB").format(instant);
}

/** A format is made once: making one takes longer than a row of a table. */
const [knownTimes, knownNumbers] = [new Map<string, Intl.DateTimeFormat>(), new Map<string, Intl.NumberFormat>()];

/** In the language of the page, unless told otherwise. */
export function times(options: Intl.DateTimeFormatOptions, of = locale()): Intl.DateTimeFormat {
  const key = JSON.stringify([of, options]);
  const format = knownTimes.get(key) ?? new Intl.DateTimeFormat(of, options);
  knownTimes.set(key, format);
  return format;
}

/** With the decimals that it shares with others, or as many as it has alone. */
export function figure(value: number | null | undefined, unit: string | null = null, decimals?: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  const shown = number(value, decimals ?? sharedDecimals([value], DIGITS_ALONE));
  return unit === null ? shown : `${shown} ${unit}`;
}

/** As the language of the page writes it, with a minus sign and no hyphen; what is printed as 0 has none. */
export function number(value: number, decimals = 0, most = decimals): string {
  const key = `${locale()} ${decimals} ${most}`;
  const format =
    knownNumbers.get(key) ??
    new Intl.NumberFormat(locale(), { minimumFractionDigits: decimals, maximumFractionDigits: most, signDisplay: "negative" });
  knownNumbers.set(key, format);
  return format.format(value).replace("-", MINUS);
}

function locale(): string {
  return language() === "de" ? "de-DE" : "en-GB";
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
