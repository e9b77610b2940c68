/** Everything about one tag, for its pane. */
import { sharersOf, type TagHealth } from "../../core/connect/health/index.ts";
import type { PlantModel, TagDefinition } from "../../core/connect/model/index.ts";
import type { SampleSource } from "../../core/connect/sample/index.ts";
import type { CountedReject } from "../../core/connect/tag-map/index.ts";
import { type Conversion, inShownUnit, shownUnit, unitSymbol } from "../../core/connect/units/index.ts";
import { type ShownTag, shownTag } from "./shown-tag.ts";

export interface TagDetail
  extends ShownTag,
    Pick<TagDefinition, "asset" | "type" | "unit" | "values" | "description" | "address" | "source" | "expectedEveryMs"> {
  /** In the unit that people see. */
  readonly range?: TagDefinition["range"];
  /** That unit; `other`: it is not the unit of the tag. */
  readonly shownUnit?: { readonly symbol: string; readonly other: boolean };
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
  const { id: _id, signal: _signal, range, ...told } = definition;
  const shown = definition.unit === undefined ? undefined : shownUnit(definition.unit, model.display);
  const expectedEveryMs = look?.expectedEveryMs ?? definition.expectedEveryMs;
  const sharers = sharersOf(model, definition).filter((id) => visible(model.tags.get(id)?.asset ?? ""));
  return {
    ...told,
    ...shownTag(tag, now, model.display),
    ...(range === undefined ? {} : { range: shown === undefined ? range : rangeIn(range, shown) }),
    ...(shown === undefined ? {} : { shownUnit: { symbol: unitSymbol(shown.code), other: shown.code !== definition.unit } }),
    ...(expectedEveryMs === undefined ? {} : { expectedEveryMs }),
    ...(look?.latest === undefined ? {} : { timestamp: look.latest.timestamp }),
    ...(look?.received === undefined ? {} : { received: look.received }),
    sources: look?.sources ?? [],
    rejects: (look?.rejects ?? []).toSorted((a, b) => b.at - a.at),
    sharers,
  };
}

function rangeIn({ min, max }: NonNullable<TagDefinition["range"]>, conversion: Conversion): NonNullable<TagDefinition["range"]> {
  return {
    ...(min === undefined ? {} : { min: inShownUnit(min, conversion) }),
    ...(max === undefined ? {} : { max: inShownUnit(max, conversion) }),
  };
}
