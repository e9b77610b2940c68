import type { Product } from "./plant.ts";
import { nearest, shown } from "./problem.ts";
import type { Section } from "./section.ts";
import { defined } from "./defined.ts";
import { readUnit } from "./tags.ts";

export const PRODUCT_FIELDS = ["label", "idealCycleSeconds", "properties"] as const;
const ONE_DAY_SECONDS = 86_400;

/** `places` are the equipment paths relative to the site; in the model they are full paths. */
export function readProduct(id: string, section: Section, places: ReadonlySet<string>, root: string): Product {
  section.require("idealCycleSeconds", 'seconds per unit by equipment, or { "*": seconds }');
  const cycles: [string, number][] = [];
  const written = section.section("idealCycleSeconds");
  for (const place of written?.keys() ?? []) {
    const seconds = written?.number(place, { above: 0, atMost: ONE_DAY_SECONDS });
    if (place !== "*" && !places.has(place) && written !== undefined) {
      const allowed = `"*", or a path below the site`;
      const spot = written.entry.fields.get(place)?.keyAt ?? written.spot();
      section.findings.problem(spot, `There is no equipment ${shown(place)}.`, {
        seen: place,
        allowed,
        suggestion: nearest(place, places),
      });
    } else if (seconds !== undefined) cycles.push([place === "*" ? "*" : `${root}.${place}`, seconds]);
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
