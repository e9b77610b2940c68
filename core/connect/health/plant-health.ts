/** The health of a whole plant: every modelled tag judged, and counted. */
import type { PlantModel, TagDefinition } from "../model/index.ts";
import type { CountedReject, TagLook } from "../tag-map/index.ts";
import { type Finding, FINDINGS } from "./findings.ts";
import { DEFAULT_HEALTH, type HealthOptions } from "./options.ts";
import { findingsOf } from "./tag-health.ts";

export interface TagHealth {
  readonly definition: TagDefinition;
  readonly look: TagLook | undefined;
  /** The gravest first; empty: all is well. */
  readonly findings: readonly Finding[];
}

/** How many tags have a finding; `ok` are those without one, and those that are merely unused. */
export type HealthCounts = Readonly<Record<Finding | "ok" | "all", number>>;

/**
 * Judges every tag of the model. `looks` are those of all tag maps of the plant; a tag that several know is judged by the
 * newest sample and by the refusals of all. `named`: whether anything deployed names the tag.
 */
export function plantHealth(
  model: PlantModel,
  looks: Iterable<TagLook>,
  named: (tag: TagDefinition) => boolean,
  now: number,
  options: HealthOptions = DEFAULT_HEALTH,
): ReadonlyMap<string, TagHealth> {
  const known = new Map<string, TagLook>();
  for (const look of looks) {
    const other = known.get(look.tag);
    known.set(look.tag, other === undefined ? look : together(other, look));
  }
  const health = new Map<string, TagHealth>();
  for (const definition of model.tags.values()) {
    const look = known.get(definition.id);
    const findings = findingsOf({ model, definition, look, named: named(definition), now, options });
    health.set(definition.id, { definition, look, findings });
  }
  return health;
}

export function isWell({ findings }: TagHealth): boolean {
  return findings.every((finding) => finding === "unused");
}

export function healthCounts(health: Iterable<TagHealth>): HealthCounts {
  const counts = Object.fromEntries(["ok", "all", ...FINDINGS].map((name) => [name, 0])) as Record<Finding | "ok" | "all", number>;
  for (const tag of health) {
    counts.all += 1;
    if (isWell(tag)) counts.ok += 1;
    for (const finding of tag.findings) counts[finding] += 1;
  }
  return counts;
}

function together(one: TagLook, other: TagLook): TagLook {
  const [newer, older] = (other.latest?.timestamp ?? -Infinity) > (one.latest?.timestamp ?? -Infinity) ? [other, one] : [one, other];
  const rejects = new Map<string, CountedReject>(older.rejects.map((refused) => [refused.code, refused]));
  for (const refused of newer.rejects) {
    const before = rejects.get(refused.code);
    const last = before === undefined || before.at <= refused.at ? refused : before;
    rejects.set(refused.code, { ...last, count: refused.count + (before?.count ?? 0) });
  }
  return { ...newer, rejects: [...rejects.values()], sources: [...newer.sources, ...older.sources] };
}
