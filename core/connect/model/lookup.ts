/** Ways to find things in a plant model. Indexes are built once per model, on first use. */
import { NO_PLACE } from "../tag-id/index.ts";
import type { Equipment, IdealCycle, MachineRoles, PlantModel, TagDefinition } from "./plant.ts";

const tagsByAsset = new WeakMap<PlantModel, ReadonlyMap<string, readonly TagDefinition[]>>();
const tagsByAddress = new WeakMap<PlantModel, ReadonlyMap<string, readonly TagDefinition[]>>();

/** The tags of one piece of equipment, without those of the equipment below it. */
export function tagsOf(model: PlantModel, asset: string): readonly TagDefinition[] {
  return indexed(tagsByAsset, model, (tag) => tag.asset).get(asset) ?? [];
}

/** A tag of a machine by its whole id, its signal, or its bare name, as in `fill_weight`. */
export function tagNamed(model: PlantModel, asset: string, name: string): TagDefinition | undefined {
  const tags = tagsOf(model, asset);
  return tags.find(({ id, signal }) => id === name || signal === name) ?? tags.find(({ signal }) => signal.endsWith(`.${name}`));
}

/** The tags read from a source address. */
export function tagsAt(model: PlantModel, address: string): readonly TagDefinition[] {
  return indexed(tagsByAddress, model, (tag) => tag.address).get(address) ?? [];
}

/** The tag that plays a role for an asset, e.g. `roleTag(model, "acme.galway.bottling.line01.filler01", "state")`. */
export function roleTag(model: PlantModel, asset: string, role: keyof MachineRoles): string | undefined {
  const signal = model.equipment.get(asset)?.roles[role];
  return signal === undefined ? undefined : `${asset}.${signal}`;
}

/** The tag that tells the state of an asset: its text before its number, its speed where the state is derived from that. */
export function stateTag(model: PlantModel, asset: string): string | undefined {
  const map = model.equipment.get(asset)?.stateMap;
  if (map?.profile === "derived") return map.from === "speed" ? roleTag(model, asset, "speed") : undefined;
  return roleTag(model, asset, "stateText") ?? roleTag(model, asset, "state");
}

/** Whether it shows what this equipment does: by a tag of its state, or by the speed or the counts that its state is derived from. */
export function hasState({ roles, stateMap }: Equipment): boolean {
  return roles.state !== undefined || stateMap?.profile === "derived";
}

/** Equipment of a class or of one that extends it. */
export function assetsOfClass(model: PlantModel, name: string): readonly Equipment[] {
  return [...model.equipment.values()].filter((equipment) => {
    for (let type = equipment.class; type !== undefined; type = model.classes.get(type)?.extends) if (type === name) return true;
    return false;
  });
}

/**
 * Equipment whose path matches a pattern: `*` stands for any text within one segment, `**` for any number of whole
 * segments, none included. `acme.*.bottling.**` matches the bottling areas of all sites and all that is below them;
 * `**.filler*` every filler. A path without either matches itself.
 */
export function assetsMatching(model: PlantModel, pattern: string): readonly Equipment[] {
  return [...model.equipment.values()].filter((equipment) => matchesPath(pattern, equipment.path));
}

/** To which machines a node is bound: one by its path, all of a class, or all whose path matches a pattern. */
export interface Binding {
  readonly bind: "asset" | "class" | "pattern";
  readonly target: string;
}

/** The bound equipment. A pattern also matches lines and areas; those, which have no state of their own, are left out. */
export function boundEquipment(model: PlantModel, { bind, target }: Binding): readonly Equipment[] {
  if (bind === "class") return assetsOfClass(model, target);
  if (bind === "pattern") return assetsMatching(model, target).filter(({ stateMap }) => stateMap !== undefined);
  const single = model.equipment.get(target);
  return single === undefined ? [] : [single];
}

export function matchesPath(pattern: string, path: string): boolean {
  return wild(pattern.split("."), path.split("."), "**", (part, segment) =>
    wild(part.split(""), segment.split(""), "*", (a, b) => a === b),
  );
}

/** Where an asset stands, for the convenience tags `site` and `line`; the line is its path below the site. */
export function placeOf(model: PlantModel, asset: string): { readonly site: string; readonly line: string } {
  const root = `${model.enterprise}.${model.site}`;
  const site = asset === root || asset.startsWith(`${root}.`) ? model.site : NO_PLACE;
  for (let equipment = model.equipment.get(asset); equipment !== undefined; equipment = parentOf(model, equipment)) {
    if (equipment.kind === "ProductionLine") return { site, line: equipment.path.slice(root.length + 1) };
  }
  return { site, line: NO_PLACE };
}

/**
 * Ideal seconds per unit of a product on an asset: the product's, or the asset's ideal rate, or undefined. `at`: ms UTC;
 * without it, what holds last.
 */
export function idealCycleSeconds(
  model: PlantModel,
  asset: string,
  product: string | undefined,
  at = Number.POSITIVE_INFINITY,
): number | undefined {
  return idealCycles(model, asset, product).findLast(({ from = Number.NEGATIVE_INFINITY }) => from <= at)?.seconds;
}

/** The ideal cycle times of a product on an asset in order of time. Before the first, the asset's ideal rate holds, if it has one. */
export function idealCycles(model: PlantModel, asset: string, product: string | undefined): readonly IdealCycle[] {
  const cycles = product === undefined ? undefined : model.products.get(product)?.idealCycleSeconds;
  const own = cycles !== undefined && Object.hasOwn(cycles, asset) ? cycles[asset] : cycles?.["*"];
  if (typeof own === "number") return [{ seconds: own }];
  const rate = model.equipment.get(asset)?.idealRate;
  const rated = rate === undefined ? [] : [{ seconds: 60 / rate }];
  return own === undefined ? rated : [...(own[0]?.from === undefined ? [] : rated), ...own];
}

function parentOf(model: PlantModel, equipment: Equipment): Equipment | undefined {
  return equipment.parent === null ? undefined : model.equipment.get(equipment.parent);
}

/** Wildcard match with one restart point: the last `many` can always take one more, so no backtracking beyond it. */
function wild<T>(pattern: readonly T[], text: readonly T[], many: T, equal: (part: T, item: T) => boolean): boolean {
  let at = 0;
  let restart = -1;
  let taken = 0;
  for (let index = 0; index < text.length; ) {
    const part = pattern[at];
    const item = text[index];
    if (part === many) {
      restart = at;
      taken = index;
      at += 1;
    } else if (part !== undefined && item !== undefined && equal(part, item)) {
      at += 1;
      index += 1;
    } else if (restart >= 0) {
      taken += 1;
      index = taken;
      at = restart + 1;
    } else return false;
  }
  return pattern.slice(at).every((part) => part === many);
}

function indexed(
  cache: WeakMap<PlantModel, ReadonlyMap<string, readonly TagDefinition[]>>,
  model: PlantModel,
  keyOf: (tag: TagDefinition) => string | undefined,
): ReadonlyMap<string, readonly TagDefinition[]> {
  const known = cache.get(model);
  if (known !== undefined) return known;
  const index = new Map<string, TagDefinition[]>();
  for (const tag of model.tags.values()) {
    const key = keyOf(tag);
    const group = key === undefined ? undefined : index.get(key);
    if (group !== undefined) group.push(tag);
    else if (key !== undefined) index.set(key, [tag]);
  }
  cache.set(model, index);
  return index;
}
