/** The plant as a tree of which only the branches that somebody opened are sent. */
import type { TagHealth } from "../../core/connect/health/index.ts";
import { type Equipment, type PlantModel, tagsOf } from "../../core/connect/model/index.ts";
import { type ShownTag, shownTag } from "./shown-tag.ts";

export interface ShownEquipment {
  readonly path: string;
  readonly label: string;
  /** ISA-95 kind. */
  readonly kind: string;
  /** Tags at and below it that match what was asked for; those of them that are not well. */
  readonly tags: number;
  readonly unwell: number;
  /** Opened already, because little is left of the tree. */
  readonly branch?: Branch;
}

export interface Branch {
  readonly equipment: readonly ShownEquipment[];
  readonly tags: readonly ShownTag[];
  /** How many tags of its own it has; `tags` is a page of them. */
  readonly total: number;
}

/** What is asked for: every tag, or those that match. */
export interface TreeOrder {
  /** "" for the top. */
  readonly under: string;
  readonly offset: number;
  /** Opens branches as long as fewer tags than a page are shown: after a search, people want to see what was found. */
  readonly open: boolean;
}

export const PAGE = 100;

interface Counted {
  readonly own: TagHealth[];
  tags: number;
  unwell: number;
}

/** The tree over the tags that `matches` lets through; equipment without any is left out unless `all`. */
export class TagTree {
  readonly #model: PlantModel;
  readonly #counted = new Map<string, Counted>();
  readonly #children = new Map<string, Equipment[]>();
  readonly #now: number;
  #room = PAGE;

  constructor(model: PlantModel, health: Iterable<TagHealth>, isWell: (tag: TagHealth) => boolean, now: number) {
    this.#model = model;
    this.#now = now;
    for (const tag of health) {
      const { asset } = tag.definition;
      this.#at(asset).own.push(tag);
      const well = isWell(tag);
      for (let path: string | null = asset; path !== null; path = model.equipment.get(path)?.parent ?? null) {
        const counted = this.#at(path);
        counted.tags += 1;
        if (!well) counted.unwell += 1;
      }
    }
    for (const equipment of model.equipment.values()) {
      if (!this.#counted.has(equipment.path)) continue;
      const parent = equipment.parent ?? "";
      const siblings = this.#children.get(parent);
      if (siblings === undefined) this.#children.set(parent, [equipment]);
      else siblings.push(equipment);
    }
  }

  branch({ under, offset, open }: TreeOrder): Branch {
    const own = this.#counted.get(under)?.own ?? [];
    const order = new Map(tagsOf(this.#model, under).map(({ id }, at) => [id, at] as const));
    const sorted = own.toSorted((a, b) => (order.get(a.definition.id) ?? 0) - (order.get(b.definition.id) ?? 0));
    const tags = sorted.slice(offset, offset + PAGE).map((tag) => shownTag(tag, this.#now, this.#model.display));
    this.#room -= tags.length;
    const equipment = offset > 0 ? [] : (this.#children.get(under) ?? []).map((child) => this.#shown(child, open));
    return { equipment, tags, total: own.length };
  }

  #shown({ path, label, kind }: Equipment, open: boolean): ShownEquipment {
    const { tags, unwell } = this.#at(path);
    const shown = { path, label: label ?? path.slice(path.lastIndexOf(".") + 1), kind, tags, unwell };
    return open && this.#room > 0 ? { ...shown, branch: this.branch({ under: path, offset: 0, open }) } : shown;
  }

  #at(path: string): Counted {
    const known = this.#counted.get(path) ?? { own: [], tags: 0, unwell: 0 };
    this.#counted.set(path, known);
    return known;
  }
}
