/** Frozen contracts: the part `contracts` of the plant files, to which classes are held. */
import type { ClassDeclaration } from "./classes.ts";
import type { ClassTag } from "./plant.ts";
import { type Findings, shown } from "./problem.ts";
import type { Section } from "./section.ts";
import { defined } from "./defined.ts";
import { checkTag, readTags, type TagDeclaration } from "./tags.ts";

export const FROZEN_FIELDS = ["tags"] as const;
const NAME = /^_(.+)_v(\d+)$/;
const PROMISED = ["type", "unit", "range", "values"] as const;

/** Reads the frozen contracts and refuses every class that has drifted from its own. */
export function readFrozen(
  sections: ReadonlyMap<string, Section>,
  classes: ReadonlyMap<string, ClassDeclaration>,
  findings: Findings,
): ReadonlyMap<string, ReadonlyMap<string, ClassTag>> {
  const frozen = new Map<string, ReadonlyMap<string, ClassTag>>();
  for (const [name, section] of sections) {
    if (!NAME.test(name)) {
      findings.problem(section.spot(), `${shown(name)} is no contract.`, {
        seen: name,
        allowed: '"_", a name and a version, as in "_filler_v1"',
      });
      continue;
    }
    const tags = readTags(section, "tags");
    for (const tag of tags.values()) checkTag(tag, findings);
    frozen.set(name, new Map([...tags].flatMap(([key, tag]) => (tag.type === undefined ? [] : [[key, classTag(tag)] as const]))));
  }
  for (const type of classes.values()) {
    const promised = type.contract === undefined ? undefined : frozen.get(type.contract);
    if (promised !== undefined) refuseDrift(type, promised, findings);
  }
  return frozen;
}

/** What a contract promises about a tag; where the tag is read, and how often, is not part of it. */
export function classTag({ type, unit, range, values, description }: TagDeclaration): ClassTag {
  return defined({ type: type ?? "string", unit, range, values, description });
}

function refuseDrift(
  { name, contract = "", tags, spot }: ClassDeclaration,
  promised: ReadonlyMap<string, ClassTag>,
  findings: Findings,
): void {
  const next = contract.replace(/\d+$/, (version) => String(Number(version) + 1));
  const because = `The contract ${contract} is frozen. Give the class ${name} the contract ${next}, or undo the change.`;
  for (const [key, tag] of tags) {
    const was = promised.get(key);
    if (was === undefined) findings.problem(tag.spot, `"${key}" is added. ${because}`, { seen: key });
    else
      for (const field of PROMISED) {
        const [before, after] = [text(was[field]), text(classTag(tag)[field])];
        if (before === after) continue;
        findings.problem(
          field === "unit" ? tag.unitSpot : tag.spot,
          `The ${field} of "${key}" changes from ${before} to ${after}. ${because}`,
        );
      }
  }
  for (const key of promised.keys()) if (!tags.has(key)) findings.problem(spot, `"${key}" is removed. ${because}`, { seen: key });
}

function text(value: ClassTag[(typeof PROMISED)[number]]): string {
  if (value === undefined) return "none";
  if (typeof value === "string") return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{ ${entries.map(([key, content]) => `${key}: ${String(content)}`).join(", ")} }`;
}
