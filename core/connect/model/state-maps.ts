/** The `stateMap` of a class or machine as written: a profile by name, a table of its own, or a rule over speed or counts. */
import { PACKML_STATES, type PackmlState } from "../../operate/packml/index.ts";
import { LOSS_CLASSES, nameOf, type OwnState, STATE_BUCKETS, STATE_PROFILES, type StateMap } from "../../operate/state/index.ts";
import type { Section } from "./section.ts";
import { defined } from "./defined.ts";
import type { TagDeclaration } from "./tags.ts";

const FIELDS = ["profile", "states", "from", "above", "hysteresis", "unit", "quietSeconds"] as const;
type Field = (typeof FIELDS)[number];
const OWN_FIELDS = ["state", "bucket", "reason", "loss"] as const;
/** From what a state can be derived: the names of the roles. */
const SOURCES = ["speed", "processed"] as const;
const MAX = { speed: 1e9, quietSeconds: 3600 } as const;

export function readStateMap(owner: Section): StateMap | undefined {
  const section = owner.section("stateMap", FIELDS);
  if (section === undefined) return undefined;
  section.require("profile", STATE_PROFILES.join(", "));
  const profile = section.oneOf("profile", STATE_PROFILES);
  if (profile === undefined) return undefined;
  // A rule that was refused stands for a map, or it would be reported as missing too.
  if (profile === "derived") return readDerived(section) ?? { profile: "packml-names" };
  refuseOthers(section, profile === "custom" ? ["states"] : [], `The profile ${profile} brings its own states.`);
  return profile === "custom" ? { profile, states: readOwnStates(section) } : { profile };
}

function refuseOthers(section: Section, allowed: readonly Field[], because: string): void {
  for (const field of FIELDS) {
    if (field === "profile" || allowed.includes(field) || !section.has(field)) continue;
    section.findings.problem(section.spot(field), `"${field}" has no meaning here. ${because}`, {
      allowed: field === "states" ? 'states only with profile "custom"' : `${field} only with profile "derived"`,
    });
  }
}

function readOwnStates(section: Section): Readonly<Record<string, PackmlState | OwnState>> {
  if (!section.has("states")) section.require("states", "a PackML state, or { bucket: … }, for each value of the source");
  const states = section.section("states");
  const read = new Map<string, PackmlState | OwnState>();
  const lossOf = new Map<string, OwnState["loss"]>();
  for (const value of states?.keys() ?? []) {
    if (states?.entry.fields.get(value)?.kind !== "map") {
      const state = states?.oneOf(value, PACKML_STATES);
      if (state !== undefined) read.set(value, state);
      continue;
    }
    const own = states.section(value, OWN_FIELDS);
    const meant = own === undefined ? undefined : readOwnState(own);
    if (own === undefined || meant === undefined) continue;
    const name = nameOf(meant);
    if (lossOf.has(name) && lossOf.get(name) !== meant.loss) {
      own.findings.problem(own.spot("loss"), `Another value means ${name} too, with another loss.`, {
        seen: meant.loss,
        allowed: "one loss for one meaning, or another reason",
      });
    }
    lossOf.set(name, meant.loss);
    read.set(value, meant);
  }
  return Object.fromEntries(read);
}

function readOwnState(section: Section): OwnState | undefined {
  const state = section.oneOf("state", PACKML_STATES);
  const bucket = section.oneOf("bucket", STATE_BUCKETS);
  const detail = defined({ reason: section.text("reason"), loss: section.oneOf("loss", LOSS_CLASSES) });
  if (section.has("state") === section.has("bucket")) {
    return section.findings.problem(section.spot(), "A value of the source means either a PackML state or a bucket of time.", {
      allowed: `state: ${PACKML_STATES.slice(0, 3).join(" | ")} | …, or bucket: ${STATE_BUCKETS.join(" | ")}`,
    });
  }
  if (state !== undefined) return { state, ...detail };
  return bucket === undefined ? undefined : { bucket, ...detail };
}

function readDerived(section: Section): StateMap | undefined {
  section.require("from", SOURCES.join(" or "));
  const from = section.oneOf("from", SOURCES);
  if (from === undefined) return undefined;
  if (from === "processed") {
    refuseOthers(section, ["from", "quietSeconds"], "A state from counts needs no more than quietSeconds.");
    section.require("quietSeconds", "the longest time between two counts of a running machine, s");
    const quiet = section.number("quietSeconds", { above: 0, atMost: MAX.quietSeconds });
    return quiet === undefined ? undefined : { profile: "derived", from, quietMs: Math.round(quiet * 1000) };
  }
  refuseOthers(section, ["from", "above", "hysteresis", "unit"], "A state from a speed is decided by thresholds.");
  section.require("above", "the speed above which the machine runs");
  const above = section.number("above", { atLeast: 0, atMost: MAX.speed });
  const hysteresis = section.has("hysteresis") ? section.number("hysteresis", { atLeast: 0, atMost: MAX.speed }) : 0;
  if (above === undefined || hysteresis === undefined) return undefined;
  if (hysteresis > above) {
    return section.findings.problem(section.spot("hysteresis"), "A machine that stands still would never count as stopped.", {
      seen: hysteresis,
      allowed: `a number up to ${above}, the value of above`,
    });
  }
  return { profile: "derived", from, above, hysteresis, ...defined({ unit: section.text("unit") }) };
}

/** A derived state needs the role that it is derived from, and thresholds mean something only in the unit of its tag. */
export function checkDerived(
  stateMap: StateMap | undefined,
  roles: ReadonlyMap<string, { readonly tag: string }>,
  tags: ReadonlyMap<string, TagDeclaration>,
  section: Section,
): void {
  if (stateMap?.profile !== "derived") return;
  const spot = section.spot("stateMap");
  const { from } = stateMap;
  const role = roles.get(from);
  if (role === undefined) {
    section.findings.problem(spot, `The state is derived from the role ${from}, which names no tag.`, { allowed: `roles: { ${from}: … }` });
    return;
  }
  const tag = tags.get(role.tag);
  if (tag === undefined || from !== "speed" || stateMap.unit === tag.unit) return;
  section.findings.problem(spot, `The thresholds are in ${stateMap.unit ?? "no unit"}, but ${role.tag} is in ${tag.unit ?? "no unit"}.`, {
    seen: stateMap.unit ?? "no unit",
    allowed: tag.unit === undefined ? "no unit" : `unit: ${JSON.stringify(tag.unit)}, with thresholds in it`,
  });
}
