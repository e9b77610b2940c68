/** What other nodes get from a twin-plant: `node.api<PlantService>(id, "twin-plant")`. */
import { readPlantDirectory } from "../../../adapters/files/plant-files.ts";
import type { TagMap } from "../../../core/connect/tag-map/index.ts";
import type { PlantModel, PlantReading, Problem } from "../../../core/connect/model/index.ts";

export type PlantListener = (model: PlantModel) => void;

/** A tag map of the plant. Hold on to this, not to the map: it is replaced when the plant changes. */
export interface PlantWatcher {
  /** Id of the node. */
  readonly node: string;
  map(): Pick<TagMap, "looks" | "unmapped">;
}

export class PlantService {
  readonly directory: string;
  #reading: PlantReading = { problems: [], warnings: [] };
  #model: PlantModel | undefined;
  readonly #listeners = new Set<PlantListener>();
  readonly #watchers = new Set<PlantWatcher>();
  readonly #afterReading: (service: PlantService) => void;
  #queue: Promise<unknown> = Promise.resolve();

  /** `afterReading` hears of every reading, whoever asked for it and whatever came of it. */
  constructor(directory: string, afterReading: (service: PlantService) => void = () => undefined) {
    this.directory = directory;
    this.#afterReading = afterReading;
  }

  get loaded(): boolean {
    return this.#model !== undefined;
  }

  /** The last good model. Hold on to the service, not to the model: it is replaced when the files change. */
  get model(): PlantModel {
    if (this.#model === undefined) throw new Error(`The plant model in ${this.directory} has not been loaded.`);
    return this.#model;
  }

  /** What the last reading found; problems here mean that `model` is older than the files. */
  get problems(): readonly Problem[] {
    return "problems" in this.#reading ? this.#reading.problems : [];
  }

  get warnings(): readonly Problem[] {
    return this.#reading.warnings;
  }

  /** Reads the files; the model is replaced when they are right, and listeners are called when its revision changed. */
  async reload(): Promise<PlantReading> {
    const next = this.#queue.then(async () => this.#read());
    this.#queue = next.catch(() => undefined);
    return next;
  }

  /** Calls `listener` after each change of the model; returns the function that ends this. Guard the listener (`node.guard`). */
  subscribe(listener: PlantListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The tag maps that feed this plant's tags; asked only when a person looks. */
  get watchers(): Iterable<PlantWatcher> {
    return this.#watchers;
  }

  /** Announces a tag map; returns the function that ends this. */
  watch(watcher: PlantWatcher): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  async #read(): Promise<PlantReading> {
    const reading = await readPlantDirectory(this.directory);
    this.#reading = reading;
    const model = "model" in reading ? reading.model : this.#model;
    const changed = model !== undefined && this.#model?.revision !== model.revision;
    // Also at the same revision: a class that no machine uses yet may have other tags.
    if (model !== undefined) this.#model = model;
    this.#afterReading(this);
    if (changed) for (const listener of this.#listeners) listener(model);
    return reading;
  }
}
