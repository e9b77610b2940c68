/** The alarm of a signal of several tags says which of them to look at. */
import { blamedOf, type SignalEvent } from "../../../core/model/limits/index.ts";
import type { AlarmConditionEvent } from "../../../core/operate/alarm/index.ts";
import { conditionsOf, type Raising, type Speaker } from "../charts/conditions.ts";

/** The tags to blame in the language of the plant. */
export function blamedIn(speaker: Speaker, data: SignalEvent["data"]): string {
  const blamed = blamedOf(data);
  if (blamed === undefined) return speaker.text("unknown");
  const tags = blamed.variables.map(({ tag }) => tag.split(".").at(-1) ?? tag).join(", ");
  return speaker.text(blamed.together ? "together" : "alone", { tags });
}

/** As those of other charts; the tag is the one that is most to blame. */
export function blamingConditions(events: readonly SignalEvent[], raising: Raising, speaker: Speaker): AlarmConditionEvent[] {
  return events.flatMap((event) => {
    const blamed = blamedIn(speaker, event.data);
    const [tag] = event.data.contributions ?? [];
    const blaming: Speaker = { text: (key, values) => speaker.text(key, { ...values, blamed }) };
    // How far several tags together are from usual has no unit.
    return conditionsOf([event], raising, blaming, null).map((condition) =>
      tag === undefined ? condition : { ...condition, data: { ...condition.data, tag: tag.tag } },
    );
  });
}
