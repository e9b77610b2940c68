/** What feeds what: the names that equipment gives of what comes after it, and circles among them. */
import { depth, placeOf } from "./place.ts";
import type { Equipment } from "./plant.ts";
import { nearest, shown, type Findings, type Spot } from "./problem.ts";
import type { Section } from "./section.ts";

/** What `feeds` are read against. */
export interface FeedSurroundings {
  /** `enterprise.site`. */
  readonly root: string;
  /** All declared equipment, by place. */
  readonly sections: ReadonlyMap<string, Section>;
  readonly findings: Findings;
}

/** The paths that the equipment at `path` feeds. A name is a neighbour (same parent) first, a path below the site second. */
export function readFeeds(section: Section, path: string, { root, sections, findings }: FeedSurroundings): readonly string[] {
  const parent = placeOf(root, path.slice(0, path.lastIndexOf(".")));
  return section.texts("feeds").flatMap(({ text, at }) => {
    const target = [parent === "" ? text : `${parent}.${text}`, text].find((place) => sections.has(place));
    if (target === undefined) refuse(text, at, parent, { sections, findings });
    else if (`${root}.${target}` !== path) return [`${root}.${target}`];
    else findings.problem(at, "Equipment does not feed itself.", { seen: text });
    return [];
  });
}

function refuse(name: string, at: Spot, parent: string, { sections, findings }: Omit<FeedSurroundings, "root">): void {
  const beside = [...sections.keys()].filter((place) => place.startsWith(`${parent}.`) && depth(place) === depth(parent) + 1);
  const names = beside.map((place) => place.slice(parent.length + 1));
  findings.problem(at, `There is no equipment ${shown(name)} to feed.`, {
    seen: name,
    allowed: names.slice(0, 20).join(", ") || "a path below the site",
    suggestion: nearest(name, [...names, ...sections.keys()]),
  });
}

/** A circle is legal (a rework loop), but more often a slip, and line analysis has no end to count at. */
export function warnOfCircles(equipment: ReadonlyMap<string, Equipment>, { root, sections, findings }: FeedSurroundings): void {
  const settled = new Set<string>();
  const trail = new Set<string>();
  const visit = (path: string): void => {
    if (settled.has(path)) return;
    trail.add(path);
    for (const next of equipment.get(path)?.feeds ?? []) {
      const section = sections.get(placeOf(root, path));
      if (trail.has(next)) {
        if (section !== undefined)
          findings.warning(section.spot("feeds"), `${placeOf(root, path)} feeds ${placeOf(root, next)}, which closes a circle.`);
      } else visit(next);
    }
    trail.delete(path);
    settled.add(path);
  };
  for (const path of equipment.keys()) visit(path);
}
