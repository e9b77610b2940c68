/** The tags of one piece of equipment: those of its class, its own, and what tag sheets lay over both. */
import type { ClassDeclaration } from "./classes.ts";
import { type Findings, nearest, shown, type Spot } from "./problem.ts";
import type { Section } from "./section.ts";
import type { SheetRow } from "./sheet.ts";
import { checkTag, mergeTag, readNamedTag, readTags, type TagDeclaration } from "./tags.ts";

const RAW = "_raw.";

/** By key: a tag of the class by its name (`fill_weight`), a direct one with its contract (`_raw.ambient_temperature`). */
export function instanceTags(
  section: Section,
  rows: readonly SheetRow[],
  type: ClassDeclaration | undefined,
  findings: Findings,
): ReadonlyMap<string, TagDeclaration> {
  const modelled = type?.tags ?? new Map<string, TagDeclaration>();
  const tags = new Map(modelled);
  const touched = new Set<string>();
  const lay = (key: string, over: TagDeclaration): void => {
    const base = tags.get(key);
    tags.set(key, base === undefined ? over : mergeTag(base, over, findings));
    touched.add(key);
  };
  for (const [key, override] of readTags(section, "tags")) {
    if (modelled.has(key)) lay(key, override);
    else refuseOverride(key, override, type, findings);
  }
  for (const [key, tag] of readTags(section, "raw")) lay(`${RAW}${key}`, tag);
  const given = new Map<string, Spot>();
  for (const row of rows) {
    const key = keyOf(row, type);
    const tag = key === undefined ? undefined : readNamedTag(key.startsWith(RAW) ? key.slice(RAW.length) : key, row.section);
    if (key === undefined || tag === undefined) continue;
    const first = given.get(key);
    if (first !== undefined)
      findings.problem(tag.spot, `The row of ${shown(key)} is already given in ${first.file} on line ${first.line}.`, {
        allowed: "one row per tag",
      });
    else if (tags.has(key) || tag.given.has("type")) lay(key, tag);
    else refuseRow(row.tag, tag, modelled, findings);
    given.set(key, first ?? tag.spot);
  }
  for (const key of touched) checkTag(tags.get(key) as TagDeclaration, findings);
  return tags;
}

/** The tags of a further class, with what the machine and its sheets override of the names that it has too. */
export function tagsOfOther(
  section: Section,
  rows: readonly SheetRow[],
  { tags: modelled }: ClassDeclaration,
  findings: Findings,
): ReadonlyMap<string, TagDeclaration> {
  const tags = new Map(modelled);
  const overrides = [...readTags(section, "tags"), ...rows.flatMap(({ tag, section: row }) => rowOverride(tag, row))];
  for (const [key, override] of overrides) {
    const base = tags.get(key);
    if (base !== undefined) tags.set(key, mergeTag(base, override, findings));
  }
  return tags;
}

function rowOverride(name: string, row: Section): (readonly [string, TagDeclaration])[] {
  const tag = name.startsWith("_") ? undefined : readNamedTag(name, row);
  return tag === undefined ? [] : [[name, tag]];
}

/** A row names a tag of the class with or without its contract, a direct one with or without `_raw`. */
function keyOf({ tag, section }: SheetRow, type: ClassDeclaration | undefined): string | undefined {
  const own = type?.contract === undefined ? "" : `${type.contract}.`;
  const name = own !== "" && tag.startsWith(own) ? tag.slice(own.length) : tag;
  if (type?.tags.has(name) === true || name.startsWith(RAW)) return name;
  if (!tag.startsWith("_")) return `${RAW}${tag}`;
  const allowed = type?.contract === undefined ? RAW : `${type.contract} with a tag of its class, or _raw`;
  return section.findings.problem(section.spot(), `${shown(tag)} does not belong to this equipment.`, { seen: tag, allowed });
}

function refuseOverride(key: string, { spot }: TagDeclaration, type: ClassDeclaration | undefined, findings: Findings): void {
  const names = [...(type?.tags.keys() ?? [])];
  const allowed = type === undefined ? 'no class is named; put direct tags under "raw"' : `${names.join(", ")}; others under "raw"`;
  findings.problem(spot, `The class has no tag ${shown(key)} to override.`, { seen: key, allowed, suggestion: nearest(key, names) });
}

/** A name that the class does not know is a tag of its own, which says its type; without one it is more likely a slip. */
function refuseRow(name: string, { spot }: TagDeclaration, modelled: ReadonlyMap<string, TagDeclaration>, findings: Findings): void {
  findings.problem(spot, `${shown(name)} is no tag of the class here, and a tag of its own needs a type.`, {
    seen: name,
    allowed: modelled.size === 0 ? "a type" : `a type, or one of ${[...modelled.keys()].slice(0, 20).join(", ")}`,
    suggestion: nearest(name, modelled.keys()),
  });
}
