/** Products: their ideal cycle times by equipment and validity, and their properties. */
import { readInstant } from "./instant.ts";
import type { IdealCycle, Product } from "./plant.ts";
import { nearest, shown } from "./problem.ts";
import type { Section } from "./section.ts";
import { defined } from "./defined.ts";
import { readUnit } from "./tags.ts";

export const PRODUCT_FIELDS = ["label", "idealCycleSeconds", "properties"] as const;
const ONE_DAY_SECONDS = 86_400;
const CYCLE = { above: 0, atMost: ONE_DAY_SECONDS };

export interface Site {
  /** Equipment paths relative to the site; in the model they are full paths. */
  readonly places: ReadonlySet<string>;
  readonly root: string;
  /** IANA zone in which a date begins. */
  readonly zone: string;
}

export function readProduct(id: string, section: Section, { places, root, zone }: Site): Product {
  section.require("idealCycleSeconds", 'seconds per unit by equipment, or { "*": seconds }');
  const cycles: [string, number | readonly IdealCycle[]][] = [];
  const written = section.section("idealCycleSeconds");
  for (const place of written?.keys() ?? []) {
    if (written === undefined) continue;
    const cycle = written.entry.fields.get(place)?.kind === "list" ? readCycles(written, place, zone) : written.number(place, CYCLE);
    if (place !== "*" && !places.has(place)) {
      const allowed = `"*", or a path below the site`;
      const spot = written.entry.fields.get(place)?.keyAt ?? written.spot();
      section.findings.problem(spot, `There is no equipment ${shown(place)}.`, {
        seen: place,
        allowed,
        suggestion: nearest(place, places),
      });
    } else if (cycle !== undefined) cycles.push([place === "*" ? "*" : `${root}.${place}`, cycle]);
  }
  const properties = section.sections("properties", ["value", "unit"]).flatMap(([name, property]) => {
    property.require("value", "a number");
    const value = property.number("value");
    return value === undefined ? [] : [[name, defined({ value, unit: readUnit(property, "unit") })] as const];
  });
  return defined({
    id,
    label: section.text("label"),
    idealCycleSeconds: Object.fromEntries(cycles),
    properties: properties.length === 0 ? undefined : Object.fromEntries(properties),
  });
}

/** A list of { from, seconds } in order of time; only the first may be without `from`. */
function readCycles(written: Section, place: string, zone: string): readonly IdealCycle[] | undefined {
  const items = written.list(place, ["from", "seconds"]);
  if (items.length === 0) {
    return written.findings.problem(written.spot(place), "The list of ideal cycle times is empty.", { allowed: "[{ from, seconds }, …]" });
  }
  const cycles: IdealCycle[] = [];
  for (const [index, item] of items.entries()) {
    item.require("seconds", "seconds per unit");
    if (index > 0) item.require("from", "the date from which on it holds");
    const seconds = item.number("seconds", CYCLE);
    const from = readInstant(item, "from", zone);
    if (from !== undefined && from <= (cycles.at(-1)?.from ?? Number.NEGATIVE_INFINITY)) {
      const allowed = "dates in order of time";
      item.findings.problem(item.spot("from"), "This cycle time begins to hold before the one above it.", { allowed });
    }
    if (seconds !== undefined) cycles.push(defined({ from, seconds }));
  }
  return cycles;
}
