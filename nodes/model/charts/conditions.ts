/** The alarm that a signal raises: it holds from the first point that breaks a rule to the first that breaks none. */
import { alarmOfChart, type SignalEvent } from "../../../core/model/limits/index.ts";
import { ruleOf, ruleSaying } from "../../../core/model/spc/index.ts";
import { type AlarmConditionEvent, alarmCondition } from "../../../core/operate/alarm/index.ts";

export interface Raising {
  readonly priority: "none" | "low" | "medium" | "high";
  readonly onDelayMs: number;
  /** Where nobody is to be called: alarms that were said to be over, each once. A chart at line rate ends many signals. */
  readonly over: Set<string>;
}

/** Says the sentences of the node, in the language of the plant. */
export interface Speaker {
  text(key: string, values?: Readonly<Record<string, string | number>>): string;
}

/** A rule in the language of the plant; as the event says it where it is not known by its parts. */
export function ruleIn(speaker: Speaker, said: SignalEvent["data"]["rules"][number]): string {
  const rule = ruleOf(said);
  if (rule === undefined) return said.text;
  const { key, values } = ruleSaying(rule);
  return speaker.text(`rule_${key}`, values);
}

const MESSAGE = 1_000;

/** `unit`: of the statistic. None for a signal that only goes on; where nobody is to be called one ending: what was raised before must not last for ever. */
export function conditionsOf(
  events: readonly SignalEvent[],
  { priority, onDelayMs, over }: Raising,
  speaker: Speaker,
  unit: string | null,
): AlarmConditionEvent[] {
  return events
    .filter((event) => (priority === "none" ? endsOnce(event, over) : event.end !== null || event.revision === 1))
    .map(({ start, end, data }) => {
      const { asset, chart, part, rules, points, tag, reaction_plan: plan } = data;
      const name = part === "level" ? chart : speaker.text("ofSpread", { chart });
      const what = speaker.text("condition", { chart: name, rules: rules.map((rule) => ruleIn(speaker, rule)).join("; ") });
      return alarmCondition(asset, end ?? start, {
        alarm: alarmOfChart(chart, part),
        active: end === null,
        message: (plan === null ? what : `${what}. ${plan}`).slice(0, MESSAGE),
        ...(priority === "none" ? {} : { priority }),
        class: "quality",
        ...(tag === null ? {} : { tag }),
        value: points[0]?.statistic ?? null,
        ...(unit === null ? {} : { unit }),
        on_delay_ms: onDelayMs,
      });
    });
}

function endsOnce({ end, data: { asset, chart, part } }: SignalEvent, over: Set<string>): boolean {
  if (end === null) return false;
  const before = over.size;
  return over.add(`${asset} ${chart} ${part}`).size > before;
}

/** Of conditions that were found in what is past only what each came to: nobody is called for what is over. */
export class PastConditions {
  readonly #last = new Map<string, AlarmConditionEvent>();

  add(conditions: readonly AlarmConditionEvent[]): void {
    for (const condition of conditions) this.#last.set(`${condition.asset} ${condition.data.alarm}`, condition);
  }

  take(): AlarmConditionEvent[] {
    const last = [...this.#last.values()];
    this.#last.clear();
    return last;
  }
}
