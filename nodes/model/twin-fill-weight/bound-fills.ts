/** The machines whose packages a twin-fill-weight counts. */
import type { Binding, PlantModel } from "../../../core/connect/model/index.ts";
import {
  type FillDefinition,
  fillPath,
  type FillRequest,
  fillsOf,
  type FillState,
  FillStream,
  tagsOf,
} from "../../../core/model/fill-weight/index.ts";
import type { Correction } from "../../../core/operate/oee/index.ts";
import type { CaughtUp } from "../../operate/bound/catch-up.ts";

export interface FillsSaved {
  readonly version: 1;
  /** By the path of the weight. */
  readonly streams: Readonly<Record<string, FillState>>;
  /** Intervals that wait for the historian to be counted again. */
  readonly corrections: readonly Correction[];
  /** While what was missed is not read back: how far each was counted before it (see `BoundFills.resumedAt`). */
  readonly resumedAt?: Readonly<Record<string, number | null>>;
}

/** What was bound, and what is no more. */
export interface FillsBound {
  /** Why machines have none. */
  readonly faults: readonly string[];
  /** Conditions that lasted where packages are counted no more: their machine, or its tag, is another. */
  readonly ended: readonly { readonly path: string; readonly active: FillState["active"] }[];
}

export class BoundFills {
  #streams: ReadonlyMap<string, FillStream> = new Map();
  #byTag: ReadonlyMap<string, readonly FillStream[]> = new Map();
  /** How far each was counted when it was first bound here; null: nothing was. */
  readonly #resumedAt: Map<string, number | null>;

  /** `resumedAt`: as it was saved, by those who started before and read nothing back. */
  constructor(resumedAt: FillsSaved["resumedAt"] = {}) {
    this.#resumedAt = new Map(Object.entries(resumedAt));
  }

  get all(): readonly FillStream[] {
    return [...this.#streams.values()];
  }

  of(path: string): FillStream | undefined {
    return this.#streams.get(path);
  }

  hearing(tag: string): readonly FillStream[] {
    return this.#byTag.get(tag) ?? [];
  }

  /** Of those that `bind` would make and that are not there yet. */
  added(model: PlantModel, binding: Binding, request: FillRequest): readonly FillDefinition[] {
    const there = (definition: FillDefinition) => this.of(fillPath(definition))?.definition.tag === definition.tag;
    return fillsOf(model, binding, request).definitions.filter((definition) => !there(definition));
  }

  /** What was recorded since then may not have been counted; null: nothing was. */
  resumedAt({ definition }: FillStream): number | null {
    return this.#resumedAt.get(fillPath(definition)) ?? null;
  }

  /** They go on from their state; without any the ones of before stay. */
  bind(model: PlantModel, binding: Binding, request: FillRequest, states = this.state()): FillsBound {
    const { definitions, faults } = fillsOf(model, binding, request);
    if (definitions.length === 0) return { faults, ended: [] };
    const streams = definitions.map((definition) => {
      const path = fillPath(definition);
      return [path, new FillStream(definition, Object.hasOwn(states, path) ? states[path] : undefined)] as const;
    });
    this.#streams = new Map(streams);
    for (const [path, stream] of streams) if (!this.#resumedAt.has(path)) this.#resumedAt.set(path, stream.settled);
    const byTag = new Map<string, FillStream[]>();
    for (const [, stream] of streams) for (const tag of tagsOf(stream.definition)) byTag.set(tag, [...(byTag.get(tag) ?? []), stream]);
    this.#byTag = byTag;
    const ended = Object.entries(states)
      .filter(([path, { tag, active }]) => active.length > 0 && this.of(path)?.definition.tag !== tag)
      .map(([path, { active }]) => ({ path, active }));
    return { faults, ended };
  }

  /** What is read back of each. `from`: how far where nothing is known; of intervals that began before that nothing is said. */
  sources(from: number): readonly CaughtUp[] {
    return this.all.map((stream) => {
      stream.begin(from);
      return { watermark: this.resumedAt(stream), tags: tagsOf(stream.definition) };
    });
  }

  get resumed(): NonNullable<FillsSaved["resumedAt"]> {
    return Object.fromEntries(this.#resumedAt);
  }

  state(): FillsSaved["streams"] {
    return Object.fromEntries([...this.#streams].map(([path, stream]) => [path, stream.state()]));
  }
}
