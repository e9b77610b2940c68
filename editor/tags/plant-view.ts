/** One plant as the page Tags sees it: judged when somebody asks, at most once a second, never for nobody. */
import { type HealthOptions, plantHealth, type TagHealth } from "../../core/connect/health/index.ts";
import type { PlantModel, TagDefinition } from "../../core/connect/model/index.ts";
import type { UnmappedAddress } from "../../core/connect/tag-map/index.ts";
import { type Board, shownSignals } from "../../core/see/board/index.ts";
import { boardsOf } from "../../dashboards/boards.ts";
import type { PlantService } from "../../nodes/connect/twin-plant/plant-service.ts";
import { declarationOf } from "../../nodes/kit/declared.ts";
import { type Reference, referencesOf, type SavedNode } from "./references.ts";

/** What the page needs of the Node-RED around it. */
export interface TagsHost {
  /** Every deployed node as it was saved. */
  nodes(): readonly SavedNode[];
  now(): number;
  readonly health: HealthOptions;
}

const [JUDGED_MS, SCANNED_MS] = [1_000, 10_000];

interface Scan {
  readonly at: number;
  readonly model: PlantModel;
  readonly references: readonly Reference[];
  readonly boards: readonly Board[];
}

export class PlantView {
  readonly #id: string;
  readonly #service: PlantService;
  readonly #host: TagsHost;
  #judged: { readonly at: number; readonly model: PlantModel; readonly health: ReadonlyMap<string, TagHealth> } | undefined;
  #scan: Scan | undefined;

  constructor(id: string, service: PlantService, host: TagsHost) {
    this.#id = id;
    this.#service = service;
    this.#host = host;
  }

  get service(): PlantService {
    return this.#service;
  }

  get model(): PlantModel {
    return this.#service.model;
  }

  /** Nodes that feed this plant's tags; none: nothing can be heard. */
  get tagMaps(): readonly string[] {
    return [...this.#service.watchers].map(({ node }) => node);
  }

  get health(): ReadonlyMap<string, TagHealth> {
    const now = this.#host.now();
    const { model } = this;
    if (this.#judged?.model === model && now - this.#judged.at < JUDGED_MS && now >= this.#judged.at) return this.#judged.health;
    const looks = [...this.#service.watchers].flatMap((watcher) => watcher.map().looks());
    const health = plantHealth(model, looks, this.#named(), now, this.#host.health);
    this.#judged = { at: now, model, health };
    return health;
  }

  /** Addresses that no tag map of this plant maps, most frequent first. */
  unmapped(): readonly UnmappedAddress[] {
    const all = [...this.#service.watchers].flatMap((watcher) => watcher.map().unmapped());
    return all.toSorted((a, b) => b.count - a.count);
  }

  get references(): readonly Reference[] {
    return this.#scanned().references;
  }

  get boards(): readonly Board[] {
    return this.#scanned().boards;
  }

  /** Rows that feed a tag and nodes that cover its machine do not need it; what names it does, and what shows it. */
  #named(): (tag: TagDefinition) => boolean {
    const { references, boards } = this.#scanned();
    const naming = references.filter(({ kind }) => kind === "names" || kind === "mentions");
    const literal = new Set(naming.map(({ value }) => value));
    const patterns = naming.filter(({ value }) => value.includes("*"));
    const shown = boards.map(({ asset, ...board }) => ({
      below: `${asset}.`,
      signals: new Set(shownSignals({ asset, ...board }).flatMap(({ signals }) => [...signals])),
    }));
    return (tag) =>
      literal.has(tag.id) ||
      patterns.some((reference) => reference.refersTo(tag)) ||
      shown.some(({ below, signals }) => signals.has(tag.signal) && `${tag.asset}.`.startsWith(below));
  }

  #scanned(): Scan {
    const now = this.#host.now();
    const { model } = this;
    if (this.#scan?.model === model && now - this.#scan.at < SCANNED_MS && now >= this.#scan.at) return this.#scan;
    const nodes = this.#host.nodes();
    const references = nodes.flatMap((node) => referencesOf(node, declarationOf(node.type), this.#id, model));
    const served = nodes.some(({ type, plant }) => type === "twin-boards" && plant === this.#id);
    this.#scan = { at: now, model, references, boards: served ? boardsOf(model) : [] };
    return this.#scan;
  }
}
