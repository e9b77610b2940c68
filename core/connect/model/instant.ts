import { DateTime } from "luxon";
import { shown } from "./problem.ts";
import type { Section } from "./section.ts";

const MINUTE_MS = 60_000;

/** A field that says from when or until when something holds, ms UTC. A date begins at midnight in the site's zone; nothing changes within a minute. */
export function readInstant(section: Section, key: string, zone: string): number | undefined {
  const text = section.text(key);
  if (text === undefined) return undefined;
  const written = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:00)?(Z|[+-]\d{2}:\d{2}))?$/.test(text);
  const instant = written ? DateTime.fromISO(text, { zone }).toMillis() : Number.NaN;
  if (Number.isSafeInteger(instant) && instant % MINUTE_MS === 0) return instant;
  return section.findings.problem(section.spot(key), `${shown(text)} is no date.`, {
    seen: text,
    allowed: "YYYY-MM-DD, or YYYY-MM-DDTHH:MM with Z or an offset, as in 2026-12-01T06:00+01:00",
  });
}
