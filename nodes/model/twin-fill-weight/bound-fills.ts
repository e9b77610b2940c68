/** The machines whose packages a twin-fill-weight counts. */
import type { Binding, PlantModel } from "../../../core/connect/model/index.ts";
import { fillPath, type FillRequest, fillsOf, type FillState, FillStream, tagsOf } from "../../../core/model/fill-weight/index.ts";
import type { Correction } from "../../../core/operate/oee/index.ts";
import type { CaughtUp } from "../../operate/bound/catch-up.ts";

export interface FillsSaved {
  readonly version: 1;
  /** By the path of the weight. */
  readonly streams: Readonly<Record<string, FillState>>;
  /** Intervals that wait for the historian to be counted again. */
  readonly corrections: readonly Correction[];
}

export class BoundFills {
  #streams: ReadonlyMap<string, FillStream> = new Map();
  #byTag: ReadonlyMap<string, readonly FillStream[]> = new Map();

  get all(): readonly FillStream[] {
    return [...this.#streams.values()];
  }

  of(path: string): FillStream | undefined {
    return this.#streams.get(path);
  }

  hearing(tag: string): readonly FillStream[] {
    return this.#byTag.get(tag) ?? [];
  }

  /** They go on from their state. Returns why machines have none; without any the ones of before stay. */
  bind(model: PlantModel, binding: Binding, request: FillRequest, states = this.state()): readonly string[] {
    const { definitions, faults } = fillsOf(model, binding, request);
    if (definitions.length === 0) return faults;
    const streams = definitions.map((definition) => {
      const path = fillPath(definition);
      return [path, new FillStream(definition, Object.hasOwn(states, path) ? states[path] : undefined)] as const;
    });
    this.#streams = new Map(streams);
    const byTag = new Map<string, FillStream[]>();
    for (const [, stream] of streams) for (const tag of tagsOf(stream.definition)) byTag.set(tag, [...(byTag.get(tag) ?? []), stream]);
    this.#byTag = byTag;
    return faults;
  }

  /** What is read back of each. `from`: how far where nothing is known; of intervals that began before that nothing is said. */
  sources(from: number): readonly CaughtUp[] {
    return this.all.map((stream) => {
      stream.begin(from);
      return { watermark: stream.settled, tags: tagsOf(stream.definition) };
    });
  }

  state(): FillsSaved["streams"] {
    return Object.fromEntries([...this.#streams].map(([path, stream]) => [path, stream.state()]));
  }
}
