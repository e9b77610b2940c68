/** What is wrong with one tag. */
import { tagsAt, type MachineRoles, type PlantModel, type TagDefinition } from "../model/index.ts";
import type { RejectCode } from "../sample/index.ts";
import { areVersions } from "../tag-id/index.ts";
import type { CountedReject, TagLook } from "../tag-map/index.ts";
import { type Finding, FINDINGS } from "./findings.ts";
import type { HealthOptions } from "./options.ts";

const OF_REJECTS: readonly (readonly [Finding, readonly RejectCode[]])[] = [
  ["wrong-type", ["WRONG_TYPE", "NOT_FINITE"]],
  ["wrong-unit", ["WRONG_UNIT"]],
  ["out-of-range", ["OUT_OF_RANGE"]],
];

/** What one tag is judged by. `look` is undefined when no tag map knows it. */
export interface Judged {
  readonly model: PlantModel;
  readonly definition: TagDefinition;
  readonly look: TagLook | undefined;
  /** Whether anything that is deployed names it: a node, or a panel of a board. */
  readonly named: boolean;
  readonly now: number;
  readonly options: HealthOptions;
}

/** All that is wrong, the gravest first; empty: all is well. */
export function findingsOf(judged: Judged): readonly Finding[] {
  const { model, definition, look, named } = judged;
  const found = new Set<Finding>();
  for (const [finding, codes] of OF_REJECTS) if (refusedFor(judged, codes)) found.add(finding);
  if (outside(judged)) found.add("out-of-range");
  if (isDuplicated(judged)) found.add("duplicated");
  if (look?.latest === undefined) found.add("silent");
  else if (look.latest.quality === "Bad") found.add("bad");
  if (look?.stale === true) found.add("stale");
  if (found.size === 0 && isFrozen(judged)) found.add("frozen");
  if (!named && roleOf(model, definition) === undefined) found.add("unused");
  return FINDINGS.filter((finding) => found.has(finding));
}

/** The role that a tag plays for its machine. */
export function roleOf(model: PlantModel, { asset, signal }: TagDefinition): keyof MachineRoles | undefined {
  const roles = Object.entries(model.equipment.get(asset)?.roles ?? {}) as [keyof MachineRoles, string][];
  return roles.find(([, played]) => played === signal)?.[0];
}

/** Other tags that are read from the same address; two versions of one contract may be. */
export function sharersOf(model: PlantModel, { id, address }: TagDefinition): readonly string[] {
  const there = address === undefined ? [] : tagsAt(model, address);
  return there.map((tag) => tag.id).filter((other) => other !== id && !areVersions(id, other));
}

function refusedFor({ look, now, options }: Judged, codes: readonly RejectCode[]): boolean {
  const counts = ({ at }: CountedReject): boolean => now - at <= options.rejectsMs || look?.received === undefined || at >= look.received;
  return look?.rejects.some((refused) => codes.includes(refused.code) && counts(refused)) === true;
}

/** A tag map may let values outside the range pass as Uncertain. */
function outside({ definition: { range }, look }: Judged): boolean {
  const value = look?.latest?.value;
  return typeof value === "number" && (value < (range?.min ?? -Infinity) || value > (range?.max ?? Infinity));
}

function isDuplicated(judged: Judged): boolean {
  const { model, definition, look } = judged;
  const contradicted = (look?.sources.length ?? 0) > 1 && refusedFor(judged, ["DUPLICATE_TIMESTAMP"]);
  return contradicted || sharersOf(model, definition).length > 0;
}

/** States, counts and texts may rest for days, and so may anything that stands at 0. */
function isFrozen({ model, definition, look, now, options }: Judged): boolean {
  const { resting, latest } = look ?? {};
  if (resting === undefined || typeof latest?.value !== "number" || latest.value === 0) return false;
  const role = roleOf(model, definition);
  if (!isMeasured(definition) || (role !== undefined && role !== "speed")) return false;
  const longest = Math.max(options.frozenLeastMs, options.frozenFactor * resting.longestMs);
  return resting.changes >= options.frozenChanges && now - resting.since > longest;
}

function isMeasured({ type, unit }: TagDefinition): boolean {
  return type === "float" || (type === "int" && unit !== undefined && unit !== "1" && !unit.startsWith("{"));
}
