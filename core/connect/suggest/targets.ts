/** The tags of the equipment classes, read once: what their names mean, how rare each word is, what they must be. */
import type { ClassTag, EquipmentClass, MachineRoles } from "../model/index.ts";
import { tokensOf, wordsOf, type Token } from "./tokens.ts";

export type Aspect = "set" | "actual" | "limit" | "mean";

export interface Target {
  readonly key: string;
  readonly tag: ClassTag;
  /** What its name means, and what its role would be called; the reading that fits best counts. */
  readonly readings: readonly (readonly Token[])[];
  readonly aspect: Aspect;
  /** The name or the description says "actual" in words; otherwise it is only what a tag means by default. */
  readonly saysActual: boolean;
}

export interface TargetClass {
  readonly name: string;
  readonly words: readonly Token[];
  readonly targets: readonly Target[];
}

export interface Targets {
  readonly classes: readonly TargetClass[];
  /** 0.3 (in every tag) to 1 (in one of many); unknown words weigh 1. */
  readonly weightOf: (concept: string) => number;
}

const ROLE_WORDS: Readonly<Record<keyof MachineRoles, readonly string[]>> = {
  state: ["state"],
  stateText: ["state"],
  unitMode: ["mode"],
  processed: ["total", "count"],
  defective: ["bad", "count"],
  rework: ["rework", "count"],
  product: ["product"],
  order: ["order"],
  secondCounter: ["second", "count"],
  speed: ["speed"],
  heartbeat: ["heartbeat"],
  stopReason: ["stop", "reason"],
  energyActive: ["energy"],
  energyReactive: ["energy", "reactive"],
  blocked: ["blocked"],
  starved: ["starved"],
};
const LEAST_WEIGHT = 0.3;
const DESCRIBING_WORDS = 4;

/** Classes without a contract or without tags cannot be a machine and are left out. */
export function targetsOf(classes: ReadonlyMap<string, EquipmentClass>): Targets {
  const shared = new Map<string, Target>();
  const read: TargetClass[] = [];
  for (const [name, type] of classes) {
    if (type.contract === undefined || type.tags.size === 0) continue;
    const roles = new Map(Object.entries(type.roles).map(([role, signal]) => [signal, role as keyof MachineRoles]));
    const targets = [...type.tags].map(([key, tag]) => {
      const role = roles.get(`${type.contract}.${key}`);
      const identity = JSON.stringify([key, tag, role]);
      const known = shared.get(identity) ?? targetOf(key, tag, role);
      shared.set(identity, known);
      return known;
    });
    read.push({ name, words: tokensOf(wordsOf(name)), targets });
  }
  const weights = weightsOf([...shared.values()]);
  return { classes: read.sort((a, b) => (a.name < b.name ? -1 : 1)), weightOf: (concept) => weights.get(concept) ?? 1 };
}

export function aspectOf(tokens: readonly Token[]): Aspect | undefined {
  const aspects = tokens.filter((token) => token.kind === "aspect").map((token) => token.concept as Aspect);
  // "Limit of the actual speed" is a limit, "actual set point" a set point.
  return (["limit", "mean", "set", "actual"] as const).find((aspect) => aspects.includes(aspect));
}

/** How a description begins says what a value is ("Speed set point"); further on it speaks of other things. */
export function describedBy(description = ""): readonly Token[] {
  return tokensOf(wordsOf(description).slice(0, DESCRIBING_WORDS));
}

function targetOf(key: string, tag: ClassTag, role: keyof MachineRoles | undefined): Target {
  const named = tokensOf(wordsOf(key));
  const stated = aspectOf(named) ?? aspectOf(describedBy(tag.description));
  const readings: (readonly Token[])[] = [named.filter((token) => token.kind !== "aspect")];
  if (role !== undefined) readings.push(tokensOf(ROLE_WORDS[role]));
  return {
    key,
    tag,
    readings: readings.filter((reading) => reading.length > 0),
    aspect: stated ?? "actual",
    saysActual: stated === "actual",
  };
}

function weightsOf(targets: readonly Target[]): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const { readings } of targets) {
    for (const concept of new Set(readings.flat().map((token) => token.concept))) uses.set(concept, (uses.get(concept) ?? 0) + 1);
  }
  const most = Math.log(1 + targets.length);
  return new Map([...uses].map(([concept, count]) => [concept, Math.max(LEAST_WEIGHT, Math.log(1 + targets.length / count) / most)]));
}
