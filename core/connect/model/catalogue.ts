/** What people choose from at a machine: the entries of a tree that are offered there. */
import type { CatalogueEntry, PlantModel } from "./plant.ts";

/** Those offered for a machine at whatever time, groups before what they hold; a group without an entry for it is left out. */
export function offeredFor<Entry extends CatalogueEntry>(
  tree: ReadonlyMap<string, Entry>,
  model: Pick<PlantModel, "equipment" | "classes">,
  asset: string,
): readonly Entry[] {
  const classes = new Set<string>();
  for (let type = model.equipment.get(asset)?.class; type !== undefined; type = model.classes.get(type)?.extends) {
    if (classes.has(type)) break;
    classes.add(type);
  }
  const groups = new Set([...tree.values()].map(({ parent }) => parent));
  const offered = [...tree.values()].filter((one) => one.classes === undefined || one.classes.some((name) => classes.has(name)));
  const kept = new Set<string>();
  for (const { id } of offered) {
    if (groups.has(id)) continue;
    for (let at: string | null | undefined = id; at !== null && at !== undefined; at = tree.get(at)?.parent) kept.add(at);
  }
  return offered.filter(({ id }) => kept.has(id));
}

/** Whether an entry is offered for what begins at an instant. */
export function holdsAt({ from, until }: Pick<CatalogueEntry, "from" | "until">, at: number): boolean {
  return (from === undefined || from <= at) && (until === undefined || at < until);
}
