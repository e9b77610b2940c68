import { FORBIDDEN_KEYS } from "../sample/index.ts";

/** Limits in characters (ids are ASCII). They keep every encoding far below the limits of MQTT, Sparkplug and InfluxDB. */
export const LIMITS = { id: 512, segment: 64, segments: 32 } as const;

/** A value, or a sentence that says what is wrong with the input. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string };

export interface TagId {
  /** Full dotted equipment path: enterprise, site and whatever lies below. */
  readonly asset: string;
  /** `_raw` or a versioned contract such as `_filler_v1`. */
  readonly contract: string;
  /** Virtual path inside the contract, often empty. */
  readonly path: readonly string[];
  readonly name: string;
}

const SEGMENT = /^[A-Za-z0-9_-]+$/;

/** What is wrong with one segment, or undefined. `role` names it in the sentence: "site", "tag name". */
export function segmentProblem(segment: string, role = "segment"): string | undefined {
  if (segment === "") return `The ${role} is empty.`;
  if (segment.length > LIMITS.segment) return `The ${role} has ${segment.length} characters; at most ${LIMITS.segment} are allowed.`;
  if (FORBIDDEN_KEYS.has(segment)) return `The ${role} "${segment}" is a reserved word; choose another name.`;
  if (!SEGMENT.test(segment)) return `The ${role} ${quote(segment)} may hold only letters A-Z a-z, digits, "_" and "-".`;
  return undefined;
}

/** What is wrong with a full equipment path (`enterprise.site[.…]`), or undefined. */
export function equipmentPathProblem(path: string): string | undefined {
  if (path.length > LIMITS.id) return `The equipment path has ${path.length} characters; at most ${LIMITS.id} are allowed.`;
  const levels = path.split(".");
  if (levels.length < 2) return `The equipment path ${quote(path)} needs at least enterprise and site, as in "acme.galway".`;
  if (levels.length > LIMITS.segments - 2)
    return `The equipment path has ${levels.length} levels; at most ${LIMITS.segments - 2} are allowed.`;
  for (const level of levels) {
    const problem = segmentProblem(level, "equipment level") ?? (level.startsWith("_") ? levelWithUnderscore(level) : undefined);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Two tags that say the same in two versions of one contract: `a.b._filler_v1.weight` and `a.b._filler_v2.weight`. */
export function areVersions(one: string, other: string): boolean {
  const VERSION = /\._([^.]+)_v\d+\./;
  const [a, b] = [VERSION.exec(one), VERSION.exec(other)];
  if (a === null || b === null || a[0] === b[0]) return false;
  return a[1] === b[1] && one.replace(a[0], ".") === other.replace(b[0], ".");
}

/** Reads a canonical id. The first segment that starts with "_" is the contract; those after it may start with "_" too. */
export function parseTag(text: string): Parsed<TagId> {
  if (text.length > LIMITS.id) return { problem: `The tag id has ${text.length} characters; at most ${LIMITS.id} are allowed.` };
  const segments = text.split(".");
  if (segments.length > LIMITS.segments) {
    return { problem: `The tag id has ${segments.length} segments; at most ${LIMITS.segments} are allowed.` };
  }
  const at = segments.findIndex((segment) => segment.startsWith("_"));
  if (at < 0) return { problem: `The tag id ${quote(text)} names no contract: one segment must start with "_", as in "_raw".` };
  const asset = segments.slice(0, at).join(".");
  const [contract = "", ...rest] = segments.slice(at);
  const name = rest.pop();
  if (name === undefined) return { problem: `The tag id ${quote(text)} ends with its contract; a tag name must follow.` };
  if (contract === "_") return { problem: `The contract of ${quote(text)} is only "_"; it needs a name, as in "_raw".` };
  const problem =
    equipmentPathProblem(asset) ??
    segmentProblem(contract, "contract") ??
    rest.map((segment) => segmentProblem(segment, "path segment")).find((found) => found !== undefined) ??
    segmentProblem(name, "tag name");
  return problem === undefined ? { value: { asset, contract, path: rest, name } } : { problem };
}

/** The inverse of `parseTag`. */
export function formatTag(id: TagId): string {
  return [id.asset, id.contract, ...id.path, id.name].join(".");
}

/**
 * Cuts a valid id into equipment path and signal (`_contract[.path].name`), so that `id === asset + "." + signal`.
 * Does not validate: for ids that come from the plant model or have passed `parseTag`.
 */
export function splitTag(id: string): { readonly asset: string; readonly signal: string } {
  const at = id.indexOf("._");
  return { asset: id.slice(0, at), signal: id.slice(at + 1) };
}

function levelWithUnderscore(level: string): string {
  return `The equipment level "${level}" must not start with "_"; that marks a contract.`;
}

/** Hostile text is shown shortened and with its control characters visible. */
function quote(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}
