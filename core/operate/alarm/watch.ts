/** What a sample says about an alarm's condition. */
import type { RejectCode, Sample } from "../../connect/sample/index.ts";
import { HOLDS, type StateMap, stateOf } from "../state/index.ts";
import { type AlarmDefinition, isBeyond, LIMIT_KINDS } from "./definition.ts";

export function isUsable({ value, quality }: Sample): boolean {
  return value !== null && quality !== "Bad" && quality !== "GoodNoData";
}

/** What makes a sample nothing that alarms on its tag could be judged by; a value that is not usable is none: it says so itself. */
export function faultOf(
  points: readonly { readonly definition: AlarmDefinition }[],
  sample: Sample,
): { readonly code: RejectCode; readonly field: string; readonly message?: string } | undefined {
  if (!isUsable(sample)) return undefined;
  const { value, unit } = sample;
  if (typeof value === "number" && !Number.isFinite(value)) return { code: "NOT_FINITE", field: "value" };
  for (const { definition } of points) {
    if (!LIMIT_KINDS.some((kind) => kind === definition.source.kind)) continue;
    if (typeof value !== "number") return { code: "WRONG_TYPE", field: "value", message: "A limit is compared with numbers only." };
    if (unit === undefined || unit === (definition.unit ?? "")) continue;
    const limit = definition.unit === undefined ? "without a unit" : `in "${definition.unit}"`;
    return { code: "WRONG_UNIT", field: "unit", message: `The value is in "${unit}", its alarm limit ${limit}. Convert it in a tag map.` };
  }
  return undefined;
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
