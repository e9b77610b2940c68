/** What the plant model says about stops: which machine has which reasons, and how its controller names them. */
import { holdsAt, type LossClass, offeredFor, type PlantModel, type Reason, roleTag } from "../../connect/model/index.ts";
import type { OeeMachine } from "../oee/index.ts";
import type { StopMachine } from "./tracker.ts";

export function stopMachine(model: PlantModel, oee: OeeMachine): StopMachine {
  const reasonTag = roleTag(model, oee.asset, "stopReason");
  const reasonTexts = reasonTag === undefined ? undefined : model.tags.get(reasonTag)?.values;
  const reasons = new Map<string, string>();
  for (const { id, automatic, loss } of reasonsFor(model, oee.asset)) {
    if (loss !== undefined) for (const text of automatic ?? []) if (!reasons.has(text)) reasons.set(text, id);
  }
  return { oee, reasons, ...(reasonTag === undefined ? {} : { reasonTag }), ...(reasonTexts === undefined ? {} : { reasonTexts }) };
}

/** The reasons offered for a machine at whatever time, groups before what they hold; a group without a reason for it is left out. */
export function reasonsFor(model: PlantModel, asset: string): readonly Reason[] {
  return offeredFor(model.reasons, model, asset);
}

/** The loss class of a reason that is offered for a machine at an instant; undefined where it is not, or is a group. */
export function lossOf(model: PlantModel, asset: string, reason: string, at: number): LossClass | undefined {
  return reasonsFor(model, asset).find((one) => one.id === reason && holdsAt(one, at))?.loss;
}

/** A reason in a language: its own text, the one for all languages, or the first there is. */
export function labelOf({ id, labels }: Pick<Reason, "id" | "labels">, language: string): string {
  const own = Object.hasOwn(labels, language) ? labels[language] : undefined;
  return own ?? labels["*"] ?? labels["en"] ?? Object.values(labels)[0] ?? id;
}
