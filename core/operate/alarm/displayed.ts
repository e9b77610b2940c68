/** What raised an alarm, in the units that people of the site see. */
import { type DisplayUnits, inShownUnit, shownUnit } from "../../connect/units/index.ts";
import { LIMIT_KINDS } from "./definition.ts";
import type { AlarmStateData } from "./state-event.ts";

export type Displayed = Pick<AlarmStateData, "value" | "limit" | "unit">;

/**
 * Value and limit in the display unit. A condition may be about a difference (the spread of a chart), which has no offset: what
 * would be shifted, as a temperature, stays in its own unit there.
 */
export function displayed({ source, value, limit, unit }: Displayed & Pick<AlarmStateData, "source">, display?: DisplayUnits): Displayed {
  if (unit === null || typeof value !== "number") return { value, limit, unit };
  const shown = shownUnit(unit, display);
  const absolute = LIMIT_KINDS.some((kind) => kind === source);
  if (shown.code === unit || (shown.offset !== 0 && !absolute)) return { value, limit, unit };
  return { value: inShownUnit(value, shown), limit: limit === null ? null : inShownUnit(limit, shown), unit: shown.code };
}
