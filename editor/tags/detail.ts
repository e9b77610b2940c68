/** Everything about one tag, for its pane. */
import { sharersOf, type TagHealth } from "../../core/connect/health/index.ts";
import type { PlantModel, TagDefinition } from "../../core/connect/model/index.ts";
import type { SampleSource } from "../../core/connect/sample/index.ts";
import type { CountedReject } from "../../core/connect/tag-map/index.ts";
import { type ShownTag, shownTag } from "./shown-tag.ts";

export interface TagDetail
  extends ShownTag,
    Pick<TagDefinition, "asset" | "type" | "range" | "values" | "description" | "address" | "source" | "expectedEveryMs"> {
  /** Source time and reception of the newest sample, ms UTC. */
  readonly timestamp?: number;
  readonly received?: number;
  /** Every address that has fed it, with the mapping `id@revision`. */
  readonly sources: readonly SampleSource[];
  /** The latest kind first. */
  readonly rejects: readonly CountedReject[];
  /** Other tags that the model reads from the same address. */
  readonly sharers: readonly string[];
}

/** `visible`: whether a person may hear of another tag. */
export function tagDetail(tag: TagHealth, model: PlantModel, now: number, visible: (asset: string) => boolean): TagDetail {
  const { definition, look } = tag;
  const { id: _id, signal: _signal, unit: _unit, ...told } = definition;
  const expectedEveryMs = look?.expectedEveryMs ?? definition.expectedEveryMs;
  const sharers = sharersOf(model, definition).filter((id) => visible(model.tags.get(id)?.asset ?? ""));
  return {
    ...told,
    ...shownTag(tag, now),
    ...(expectedEveryMs === undefined ? {} : { expectedEveryMs }),
    ...(look?.latest === undefined ? {} : { timestamp: look.latest.timestamp }),
    ...(look?.received === undefined ? {} : { received: look.received }),
    sources: look?.sources ?? [],
    rejects: (look?.rejects ?? []).toSorted((a, b) => b.at - a.at),
    sharers,
  };
}
