/** Products and calendar of the demo line, read from the same site files that describe the plant to the twin. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import type { ShiftCalendar, ShiftPattern } from "../../core/connect/model/index.ts";
import { STATIONS, type Station } from "./tags.ts";
import type { Product } from "./works.ts";

interface ProductFile {
  products: Record<
    string,
    {
      idealCycleSeconds: Record<string, number>;
      properties: Record<"net_weight" | "tolerable_negative_error" | "cap_torque", { value: number }>;
    }
  >;
}
interface CalendarFile {
  calendars: Record<
    string,
    { zone: string; dayStart: string; shifts: Record<string, Partial<Omit<ShiftPattern, "name">>>; holidays?: string[] }
  >;
}

/** `directory` is `plant/site`; the files are this repository's own and are checked by the twin's plant model. */
export function readSite(directory: string): { readonly products: readonly Product[]; readonly calendar: ShiftCalendar } {
  const { products } = parse(readFileSync(`${directory}/products.yaml`, "utf8")) as ProductFile;
  const { calendars } = parse(readFileSync(`${directory}/calendars.yaml`, "utf8")) as CalendarFile;
  const [entry] = Object.entries(calendars);
  if (!entry) throw new Error(`${directory}/calendars.yaml: name at least one calendar`);
  return { products: Object.entries(products).map(([id, p]) => product(id, p)), calendar: calendar(...entry) };
}

function product(id: string, { idealCycleSeconds: ideal, properties }: ProductFile["products"][string]): Product {
  const cycleMs = Object.fromEntries(
    STATIONS.map((s) => [s, Math.round((ideal[`bottling.line01.${s.toLowerCase()}`] ?? ideal["*"] ?? 0.5) * 1000)]),
  ) as Record<Station, number>;
  return {
    id,
    netWeight: properties.net_weight.value,
    tolerance: properties.tolerable_negative_error.value,
    torque: properties.cap_torque.value,
    cycleMs,
  };
}

function calendar(name: string, { zone, dayStart, shifts, holidays }: CalendarFile["calendars"][string]): ShiftCalendar {
  return {
    name,
    zone,
    dayStart,
    shifts: Object.entries(shifts).map(([shift, { start = "00:00", end = "00:00", days = [1, 2, 3, 4, 5, 6, 7], breaks = [] }]) => ({
      name: shift,
      start,
      end,
      days,
      breaks,
    })),
    holidays: holidays ?? [],
  };
}
