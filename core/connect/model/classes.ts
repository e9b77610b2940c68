/** Equipment classes with their inheritance resolved, and the parts they share with instances: roles and state maps. */
import { STATE_PROFILES } from "../../operate/state/index.ts";
import { type AlarmDeclarations, checkAlarms, mergeAlarms, readAlarms } from "./alarms.ts";
import type { MachineRoles, StateMap } from "./plant.ts";
import { nearest, shown, type Findings, type Spot } from "./problem.ts";
import type { Section } from "./section.ts";
import { segmentProblem } from "../tag-id/index.ts";
import { defined } from "./defined.ts";
import { checkDerived, readStateMap } from "./state-maps.ts";
import { checkTag, mergeTag, readTags, type TagDeclaration } from "./tags.ts";

export const ROLE_NAMES = [
  "state",
  "stateText",
  "unitMode",
  "processed",
  "defective",
  "rework",
  "product",
  "order",
  "secondCounter",
  "speed",
  "heartbeat",
  "stopReason",
  "energyActive",
  "energyReactive",
  "blocked",
  "starved",
] as const satisfies readonly (keyof MachineRoles)[];
export type RoleName = (typeof ROLE_NAMES)[number];

export const CLASS_FIELDS = ["extends", "contract", "idealRate", "stateMap", "roles", "tags", "alarms"] as const;
const CONTRACT = /^_[A-Za-z0-9][A-Za-z0-9_-]*_v\d+$/;
/** Roles that need a numeric tag. */
const NUMERIC: Readonly<Partial<Record<RoleName, string>>> = {
  processed: "counts units",
  defective: "counts units",
  rework: "counts units",
  secondCounter: "counts units",
  energyActive: "counts energy",
  energyReactive: "counts energy",
  speed: "measures a speed",
};
const FLAGS: ReadonlySet<RoleName> = new Set(["blocked", "starved"]);
const MAX_RATE = 1e6;

/** A role as written: the key of a tag of the class, or a full signal such as `_raw.state`. */
export type Roles = ReadonlyMap<RoleName, { readonly tag: string; readonly spot: Spot }>;

export interface ClassDeclaration {
  readonly name: string;
  readonly spot: Spot;
  readonly extends?: string;
  /** None for a class that exists only to be extended. */
  readonly contract?: string;
  readonly idealRate?: number;
  readonly stateMap?: StateMap;
  readonly roles: Roles;
  readonly tags: ReadonlyMap<string, TagDeclaration>;
  readonly alarms: AlarmDeclarations;
}

/** Reads all classes and resolves `extends`: a class has everything of its base, and its own on top. */
export function readClasses(sections: ReadonlyMap<string, Section>, findings: Findings): ReadonlyMap<string, ClassDeclaration> {
  const own = new Map([...sections].map(([name, section]) => [name, readClass(name, section)]));
  const resolved = new Map<string, ClassDeclaration>();
  const ownerOfContract = new Map<string, string>();
  for (const [name, declared] of own) {
    const whole = inherit(declared, own, findings);
    resolved.set(name, whole);
    for (const key of declared.tags.keys()) {
      const tag = whole.tags.get(key);
      if (tag !== undefined) checkTag(tag, findings);
    }
    checkRoles(declared.roles, whole.tags, whole.stateMap, findings);
    checkAlarms(declared.alarms.keys(), whole.alarms, whole, findings);
    const section = sections.get(name);
    if (section !== undefined && whole.contract !== undefined) {
      checkDerived(whole.stateMap, whole.roles, whole.tags, section);
    }
    const { contract } = declared;
    const owner = contract === undefined ? undefined : ownerOfContract.get(contract);
    if (contract !== undefined && owner === undefined) ownerOfContract.set(contract, name);
    if (owner !== undefined) {
      const spot = sections.get(name)?.spot("contract") ?? declared.spot;
      findings.problem(spot, `The contract "${contract}" belongs to the class "${owner}" already.`, {
        seen: contract,
        allowed: "one contract per class",
      });
    }
  }
  return resolved;
}

export function readRoles(owner: Section): Roles {
  const roles = new Map<RoleName, { tag: string; spot: Spot }>();
  const section = owner.section("roles", ROLE_NAMES);
  for (const role of section === undefined ? [] : ROLE_NAMES) {
    const tag = section?.text(role);
    if (tag !== undefined && section !== undefined) roles.set(role, { tag, spot: section.spot(role) });
  }
  return roles;
}

/** Roles must point at tags that exist and can carry what they mean; a state needs a map that names its numbering. */
export function checkRoles(
  roles: Roles,
  tags: ReadonlyMap<string, Pick<TagDeclaration, "type">>,
  stateMap: StateMap | undefined,
  findings: Findings,
): void {
  for (const [role, { tag, spot }] of roles) {
    const found = tags.get(tag);
    if (found === undefined) {
      const allowed = [...tags.keys()];
      findings.problem(spot, `The role ${role} names the tag ${shown(tag)}, which does not exist.`, {
        seen: tag,
        allowed: allowed.slice(0, 20).join(", ") || "no tag is declared",
        suggestion: nearest(tag, allowed),
      });
    } else if (NUMERIC[role] !== undefined && (found.type === "bool" || found.type === "string" || found.type === "enum")) {
      findings.problem(spot, `The role ${role} ${NUMERIC[role]}, but ${shown(tag)} is of type ${found.type}.`, {
        seen: tag,
        allowed: "a tag of type int, int64 or float",
      });
    } else if (FLAGS.has(role) && found.type !== undefined && found.type !== "bool") {
      findings.problem(spot, `The role ${role} is true or false, but ${shown(tag)} is of type ${found.type}.`, {
        seen: tag,
        allowed: "a tag of type bool",
      });
    } else if (role === "stateText" && found.type !== undefined && found.type !== "string") {
      findings.problem(spot, `The role stateText is the state as a text, but ${shown(tag)} is of type ${found.type}.`, {
        seen: tag,
        allowed: "a tag of type string; for the others there is the role state",
      });
    }
    if ((role === "state" || role === "stateText") && stateMap === undefined) {
      findings.problem(spot, "A state needs a stateMap: numberings differ, and none is guessed.", {
        allowed: `stateMap: { profile: ${STATE_PROFILES.join(" | ")} }`,
      });
    }
  }
}

export function readIdealRate(owner: Section): number | undefined {
  return owner.number("idealRate", { above: 0, atMost: MAX_RATE });
}

function readClass(name: string, section: Section): ClassDeclaration {
  return defined({
    name,
    spot: section.entry.keyAt,
    extends: section.text("extends"),
    contract: readContract(section),
    idealRate: readIdealRate(section),
    stateMap: readStateMap(section),
    roles: readRoles(section),
    tags: readTags(section, "tags"),
    alarms: readAlarms(section),
  });
}

function readContract(section: Section): string | undefined {
  const contract = section.text("contract");
  if (contract === undefined || (CONTRACT.test(contract) && segmentProblem(contract) === undefined)) return contract;
  return section.findings.problem(section.spot("contract"), `${shown(contract)} is no contract of a class.`, {
    seen: contract,
    allowed: '"_", a name and a version, as in "_filler_v1"',
  });
}

function inherit(declared: ClassDeclaration, own: ReadonlyMap<string, ClassDeclaration>, findings: Findings): ClassDeclaration {
  let whole = declared;
  const line = new Set([declared.name]);
  for (let base = declared.extends; base !== undefined; ) {
    const spot = { ...declared.spot, field: `${declared.spot.field}.extends` };
    const found = own.get(base);
    if (found === undefined) {
      findings.problem(spot, `The class ${shown(base)} does not exist.`, {
        seen: base,
        allowed: [...own.keys()].join(", "),
        suggestion: nearest(base, own.keys()),
      });
      return whole;
    }
    if (line.has(base)) {
      findings.problem(spot, `The classes ${[...line].join(", ")} extend each other in a circle.`, { seen: base });
      return whole;
    }
    line.add(base);
    whole = combine(found, whole, findings);
    base = found.extends;
  }
  return whole;
}

function combine(base: ClassDeclaration, derived: ClassDeclaration, findings: Findings): ClassDeclaration {
  const tags = new Map(base.tags);
  for (const [key, tag] of derived.tags) {
    const inherited = base.tags.get(key);
    tags.set(key, inherited === undefined ? tag : mergeTag(inherited, tag, findings));
  }
  const { contract: _contract, ...shared } = base;
  const roles = new Map([...base.roles, ...derived.roles]);
  return { ...shared, ...derived, roles, tags, alarms: mergeAlarms(base.alarms, derived.alarms) };
}
