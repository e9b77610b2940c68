/** The alarms that fill weights raise. */
import type { FillCondition, FillConditionName, FillDefinition } from "../../../core/model/fill-weight/index.ts";
import { type AlarmConditionEvent, alarmCondition } from "../../../core/operate/alarm/index.ts";

export interface Raising {
  readonly priority: "none" | "low" | "medium" | "high";
  /** A sentence of the node, in the language of the plant. */
  readonly text: (key: "below_t2" | "share_t2" | "below_t1" | "mean", values: Readonly<Record<string, string | number>>) => string;
}

/** Room for `_below_t2` in the name of an alarm, which has 64 characters. */
const NAME = 54;
const MESSAGE = 1_000;
const DIGITS = 6;

/** Where nobody is to be called only endings: what was raised before must not last for ever. */
export function conditionsOf(
  definition: FillDefinition,
  conditions: readonly FillCondition[],
  { priority, text }: Raising,
): AlarmConditionEvent[] {
  const { asset, name: tag, unit, rules } = definition;
  const passed = priority === "none" ? conditions.filter(({ active }) => !active) : conditions;
  return passed.map(({ name, active, at, value, limit, count, packages }) => {
    const share = name === "below_t1" || (name === "below_t2" && rules.belowT2Share > 0);
    const shown = (figure: number | null): number => Number(((figure ?? 0) * (share ? 100 : 1)).toPrecision(DIGITS));
    const sentence = text(share && name === "below_t2" ? "share_t2" : name, {
      tag,
      unit,
      count,
      packages,
      value: shown(value),
      limit: shown(limit),
    });
    return alarmCondition(asset, at, {
      alarm: alarmOf(tag, name),
      active,
      ...(active ? { message: sentence.slice(0, MESSAGE) } : {}),
      ...(priority === "none" ? {} : { priority }),
      class: "quality",
      tag: definition.tag,
      value,
      ...(limit === null ? {} : { limit }),
      unit: share ? "1" : unit,
    });
  });
}

/** Endings of what lasted under the path of a weight that is counted no more. */
export function endingsOf(path: string, active: readonly FillConditionName[], at: number): AlarmConditionEvent[] {
  const cut = path.lastIndexOf(".");
  return active.map((name) =>
    alarmCondition(path.slice(0, cut), at, { alarm: alarmOf(path.slice(cut + 1), name), active: false, class: "quality" }),
  );
}

function alarmOf(tag: string, name: FillConditionName): string {
  return `${tag.slice(0, NAME)}_${name}`;
}
