/** What a sample says about an alarm's condition. */
import type { Sample } from "../../connect/sample/index.ts";
import { HOLDS, type StateMap, stateOf } from "../state/index.ts";
import { type AlarmDefinition, isBeyond } from "./definition.ts";

export function isUsable({ value, quality }: Sample): boolean {
  return value !== null && quality !== "Bad" && quality !== "GoodNoData";
}

/**
 * Whether the condition of an alarm on this sample's tag holds; null where the sample does not tell. `before`: whether
 * it held so far. `map`: how the machine names its states, for tags that carry them.
 */
export function holds({ source }: AlarmDefinition, sample: Sample, before: boolean, map: StateMap | undefined): boolean | null {
  if (!isUsable(sample)) return null;
  const { value } = sample;
  switch (source.kind) {
    case "high-high":
    case "high":
    case "low":
    case "low-low":
      return typeof value === "number" && Number.isFinite(value) ? isBeyond(value, source, before) : null;
    case "state": {
      const name = map === undefined ? undefined : stateOf(value, map);
      if (name === HOLDS) return null;
      return source.states.some((state) => state === name || state === String(value));
    }
    default:
      return null;
  }
}
