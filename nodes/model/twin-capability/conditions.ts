/** The alarm of a capability below its minimum: it holds until a later period meets it. */
import { judgedBy, type OngoingCapabilityEvent } from "../../../core/model/charting/index.ts";
import { alarmOfChart } from "../../../core/model/limits/index.ts";
import { type AlarmConditionEvent, alarmCondition } from "../../../core/operate/alarm/index.ts";

export interface Raising {
  readonly priority: "none" | "low" | "medium" | "high";
  /** A sentence of the node, in the language of the plant. */
  readonly text: (key: "below" | "belowBound", values: Readonly<Record<string, string | number>>) => string;
}

const MESSAGE = 1_000;

/** None where nothing was found. Where nobody is to be called it ends: what was raised before must not last for ever. */
export function conditionsOf({ data }: OngoingCapabilityEvent, { priority, text }: Raising): AlarmConditionEvent[] {
  const { asset, chart, to, meets, minimum, figures } = data;
  if (meets === null || figures === null) return [];
  const value = judgedBy(figures, minimum);
  const active = !meets && priority !== "none";
  const said = { chart, index: minimum.index, value: shownIndex(value, minimum.value), n: figures.n, minimum: minimum.value };
  return [
    alarmCondition(asset, to, {
      alarm: alarmOfChart(chart, "capability"),
      active,
      ...(active ? { message: text(minimum.by === "bound" ? "belowBound" : "below", said).slice(0, MESSAGE) } : {}),
      ...(priority === "none" ? {} : { priority }),
      class: "quality",
      value,
      limit: minimum.value,
      unit: "1",
    }),
  ];
}

/** As customers write it; with more digits where two of them would seem to meet a minimum that it does not. */
export function shownIndex(value: number | null, minimum: number): string {
  if (value === null) return "–";
  const short = value.toFixed(2);
  return value < minimum && Number(short) >= minimum ? value.toFixed(4) : short;
}
