/** Display units: the field `display` of the part `plant`, which unit people see in the place of which. */
import { convert, type DisplayUnits } from "../units/index.ts";
import type { TagDefinition } from "./plant.ts";
import { nearest, shown } from "./problem.ts";
import type { Section } from "./section.ts";
import { readUnit, unitCode } from "./tags.ts";

const MOST_UNITS = 100;

/** Undefined when the site asks for none. `tags` are those of the plant: a unit that none of them has is worth a warning. */
export function readDisplay(plant: Section, tags: ReadonlyMap<string, TagDefinition>): DisplayUnits | undefined {
  const section = plant.section("display");
  if (section === undefined) return undefined;
  const { findings } = section;
  const keys = section.keys();
  if (keys.length > MOST_UNITS)
    return findings.problem(section.spot(), `There are ${keys.length} display units; at most ${MOST_UNITS} are allowed.`);
  const stored = new Set([...tags.values()].flatMap(({ unit }) => unit ?? []));
  const display = new Map<string, string>();
  for (const unit of keys) {
    const keyAt = section.entry.fields.get(unit)?.keyAt ?? section.spot(unit);
    section.require(unit, 'the UCUM code that is shown, as in { Cel: "[degF]" }');
    const known = unitCode(unit, keyAt, findings);
    const code = readUnit(section, unit);
    if (known === undefined || code === undefined) continue;
    // Asked the other way round, the answer lists what can be shown in the place of the unit.
    const conversion = convert(code, unit);
    if ("problem" in conversion) {
      findings.problem(section.spot(unit), conversion.problem, { seen: code });
      continue;
    }
    if (!stored.has(unit))
      findings.warning(keyAt, `No tag of this plant has the unit ${shown(unit)}.`, { seen: unit, suggestion: nearest(unit, stored) });
    display.set(unit, code);
  }
  return display.size === 0 ? undefined : display;
}
