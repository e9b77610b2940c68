import { parseTag, splitTag, type Parsed, type TagId } from "./tag-id.ts";

/** Stands for "none" where an encoding needs a value: no segment can be this. */
export const NO_PLACE = "~";

/** `acme.galway.…` → `acme/galway/…`; with the prefix `umh/v1`, the topic of UMH's unified namespace. */
export function toMqttTopic(id: string, prefix?: string): string {
  const topic = id.replaceAll(".", "/");
  return prefix === undefined ? topic : `${prefix}/${topic}`;
}

export function fromMqttTopic(topic: string, prefix?: string): Parsed<TagId> {
  if (prefix !== undefined && !topic.startsWith(`${prefix}/`)) return { problem: `The topic does not start with "${prefix}/".` };
  const path = prefix === undefined ? topic : topic.slice(prefix.length + 1);
  if (path.includes(".")) return { problem: 'The topic holds a "."; it cannot be a canonical tag.' };
  return parseTag(path.replaceAll("/", "."));
}

/** Where a tag lives in Sparkplug B: `spBv1.0/{group}/DDATA/{node}/{device}`, metric name with "/" as folders. */
export interface SparkplugName {
  /** `enterprise:site`. */
  readonly group: string;
  /** The area (third level), or `~` for tags of the site itself. */
  readonly node: string;
  /** Everything below the area, joined by ":"; none for tags of the site or area. */
  readonly device?: string;
  /** `_contract[/path…]/name`. */
  readonly metric: string;
}

/** ":" is legal in Sparkplug ids and in no segment, so every depth of equipment has exactly one name. */
export function toSparkplug(id: TagId): SparkplugName {
  const [enterprise, site, area, ...below] = id.asset.split(".");
  return {
    group: `${enterprise}:${site}`,
    node: area ?? NO_PLACE,
    ...(below.length === 0 ? {} : { device: below.join(":") }),
    metric: [id.contract, ...id.path, id.name].join("/"),
  };
}

export function fromSparkplug(name: SparkplugName): Parsed<TagId> {
  const group = name.group.split(":");
  if (group.length !== 2) return { problem: `The Sparkplug group must be "enterprise:site".` };
  if (name.node === NO_PLACE && name.device !== undefined) return { problem: `The Sparkplug node "${NO_PLACE}" has no devices.` };
  const below = [...(name.node === NO_PLACE ? [] : [name.node]), ...(name.device === undefined ? [] : name.device.split(":"))];
  const parts = [...group, ...below, ...name.metric.split("/")];
  if (parts.some((part) => part.includes("."))) return { problem: 'The Sparkplug name holds a "."; it cannot be a canonical tag.' };
  const parsed = parseTag(parts.join("."));
  if ("problem" in parsed) return parsed;
  // A contract-like level, or a metric that does not start with its contract, would come back somewhere else.
  const contractAt = group.length + below.length;
  return parsed.value.asset.split(".").length === contractAt
    ? parsed
    : { problem: 'Only the metric may name the contract, and it must start with it ("_raw/…").' };
}

/** The tag set of measurement `telemetry`; the id is `asset + "." + signal`. */
export interface InfluxTags {
  readonly asset: string;
  readonly signal: string;
  readonly site: string;
  readonly line: string;
}

/** `place` comes from the plant model (`placeOf`) and is a convenience for queries: it is not part of the identity. */
export function toInfluxTags(id: string, place?: { readonly site?: string; readonly line?: string }): InfluxTags {
  return { ...splitTag(id), site: place?.site ?? NO_PLACE, line: place?.line ?? NO_PLACE };
}

export function fromInfluxTags(tags: Pick<InfluxTags, "asset" | "signal">): Parsed<TagId> {
  const parsed = parseTag(`${tags.asset}.${tags.signal}`);
  if ("problem" in parsed || parsed.value.asset === tags.asset) return parsed;
  return { problem: "The asset holds the contract; it belongs to the signal." };
}
