/** Tag declarations as they stand in classes, in overrides and under `raw`, and their merging and checking. */
import { LIMITS, segmentProblem } from "../tag-id/index.ts";
import { aliasOf, convert, parseUnit } from "../units/index.ts";
import type { Scale, TagSource, TagType } from "./plant.ts";
import { defined } from "./defined.ts";
import { join } from "./document.ts";
import { nearest, shown, type Findings, type Spot } from "./problem.ts";
import type { Section } from "./section.ts";

export const TAG_FIELDS = [
  "type",
  "unit",
  "range",
  "values",
  "description",
  "expectedEverySeconds",
  "address",
  "sourceUnit",
  "scale",
] as const;
const SCALE_FIELDS = ["rawLow", "rawHigh", "low", "high"] as const;
const TAG_TYPES = ["float", "int", "int64", "bool", "string", "enum"] as const satisfies readonly TagType[];
const NUMERIC: ReadonlySet<TagType> = new Set(["float", "int", "int64"]);
const ONE_YEAR_SECONDS = 366 * 86_400;

type Range = { readonly min?: number; readonly max?: number };

export interface TagDeclaration {
  readonly spot: Spot;
  readonly unitSpot: Spot;
  readonly type?: TagType;
  readonly unit?: string;
  readonly range?: Range;
  readonly values?: Readonly<Record<string, string>>;
  readonly description?: string;
  readonly expectedEveryMs?: number;
  readonly address?: string;
  readonly sourceUnit?: string;
  readonly scale?: Scale;
  /** Fields that were given; one that is given but absent here was refused and needs no second complaint. */
  readonly given: ReadonlySet<string>;
}

/** Reads the tags below `key` ("tags" or "raw"). Names may hold dots: `motor.temperature` lies on the path `motor`. */
export function readTags(owner: Section, key: string): ReadonlyMap<string, TagDeclaration> {
  const tags = new Map<string, TagDeclaration>();
  for (const [name, section] of owner.sections(key, TAG_FIELDS)) {
    const tag = readNamedTag(name, section);
    if (tag !== undefined) tags.set(name, tag);
  }
  return tags;
}

/** Undefined when the name is no name of a tag. */
export function readNamedTag(name: string, section: Section): TagDeclaration | undefined {
  const wrong = name
    .split(".")
    .map((segment) => segmentProblem(segment, "tag name"))
    .find((problem) => problem !== undefined);
  if (wrong === undefined) return readTag(section);
  return section.findings.problem(section.entry.keyAt, wrong, {
    seen: name,
    allowed: `letters, digits, "_", "-", up to ${LIMITS.segment} each`,
  });
}

/** What the more specific declaration leaves out is taken from the base; type and kind of unit cannot change. */
export function mergeTag(base: TagDeclaration, override: TagDeclaration, findings: Findings): TagDeclaration {
  if (override.type !== undefined && override.type !== base.type) {
    findings.problem(override.spot, `The type of a tag cannot be changed from ${base.type ?? "nothing"} to ${override.type}.`, {
      allowed: "leave it out",
    });
  }
  const given = new Set([...base.given, ...override.given]);
  return { ...base, ...override, given, ...(base.type === undefined ? {} : { type: base.type }), ...mergedRange(base, override, findings) };
}

/** A tag that is complete: reports what is missing or does not fit together. */
export function checkTag(tag: TagDeclaration, findings: Findings): void {
  const { type, unit, range, values, spot } = tag;
  if (type === undefined) {
    if (tag.given.has("type")) return;
    findings.problem({ ...spot, field: `${spot.field}.type` }, `"type" is missing.`, { allowed: TAG_TYPES.join(", ") });
    return;
  }
  if (unit !== undefined && !NUMERIC.has(type))
    findings.problem(tag.unitSpot, `A tag of type ${type} has no unit.`, { seen: unit, allowed: "leave it out" });
  if (range !== undefined && !NUMERIC.has(type)) findings.problem(spot, `A tag of type ${type} has no range.`, { allowed: "leave it out" });
  if (type === "enum" && values === undefined && !tag.given.has("values")) {
    findings.problem({ ...spot, field: `${spot.field}.values` }, `"values" is missing.`, {
      allowed: "a text for each number, as in { 0: Off, 1: On }",
    });
  }
  if (type !== "enum" && values !== undefined)
    findings.problem(spot, `Only a tag of type enum has values, not ${type}.`, { allowed: "leave them out" });
  checkSource(tag, type, findings);
}

function checkSource({ sourceUnit, unit, scale, spot, given }: TagDeclaration, type: TagType, findings: Findings): void {
  const at = (field: string): Spot => ({ ...spot, field: join(spot.field, field) });
  if (scale !== undefined && !NUMERIC.has(type))
    findings.problem(at("scale"), `A tag of type ${type} has no scaling.`, { allowed: "leave it out" });
  if (sourceUnit === undefined || (unit === undefined && given.has("unit"))) return;
  if (unit === undefined)
    return findings.problem(at("sourceUnit"), "A unit at the source needs a unit of the tag to be converted to.", { allowed: "unit: …" });
  const conversion = convert(sourceUnit, unit);
  if ("problem" in conversion) findings.problem(at("sourceUnit"), conversion.problem, { seen: sourceUnit });
}

/** What the tag says about its source; absent when it says nothing. */
export function sourceOf({ sourceUnit, scale }: TagDeclaration): TagSource | undefined {
  return sourceUnit === undefined && scale === undefined ? undefined : defined({ unit: sourceUnit, scale });
}

/** Whether the address needs the prefix of its instance. */
export function needsPrefix(tag: TagDeclaration): boolean {
  return tag.address?.includes("{prefix}") === true;
}

/** The address with the instance's prefix put in; absent when that is missing, which is the instance's problem. */
export function addressOf(tag: TagDeclaration, prefix: string | undefined): string | undefined {
  return needsPrefix(tag) && prefix === undefined ? undefined : tag.address?.replaceAll("{prefix}", prefix ?? "");
}

function readTag(section: Section): TagDeclaration {
  const seconds = section.number("expectedEverySeconds", { above: 0, atMost: ONE_YEAR_SECONDS });
  return defined({
    spot: section.entry.keyAt,
    given: new Set(section.keys()),
    unitSpot: section.spot("unit"),
    type: section.oneOf("type", TAG_TYPES),
    unit: readUnit(section, "unit"),
    range: readRange(section),
    values: readValues(section),
    description: section.text("description"),
    expectedEveryMs: seconds === undefined ? undefined : Math.max(1, Math.round(seconds * 1000)),
    address: readAddress(section),
    sourceUnit: readUnit(section, "sourceUnit"),
    scale: readScale(section),
  });
}

export function readUnit(section: Section, key: string): string | undefined {
  const text = section.text(key);
  return text === undefined ? undefined : unitCode(text, section.spot(key), section.findings);
}

/** Only UCUM codes stand in plant files; a known alias is answered with its code. */
export function unitCode(text: string, at: Spot, findings: Findings): string | undefined {
  const code = aliasOf(text);
  if (code !== undefined) return findings.problem(at, `${shown(text)} is not the UCUM code.`, { seen: text, suggestion: code });
  const unit = parseUnit(text);
  if ("value" in unit) return text;
  return findings.problem(at, unit.problem, {
    seen: text,
    allowed: 'UCUM codes such as "g", "Cel", "kW.h", "{bottles}/min"',
  });
}

/** Braces may be part of an address; only what looks like a slip of `{prefix}` is refused. */
function readAddress(section: Section): string | undefined {
  const address = section.text("address");
  for (const [placeholder, name = ""] of address?.matchAll(/\{(\w+)\}/g) ?? []) {
    if (name === "prefix" || nearest(name, ["prefix"]) === undefined) continue;
    const spot = section.spot("address");
    return section.findings.problem(spot, `The placeholder ${placeholder} is not known.`, {
      seen: address,
      allowed: "{prefix}",
      suggestion: "{prefix}",
    });
  }
  return address;
}

function readScale(owner: Section): Scale | undefined {
  const section = owner.section("scale", SCALE_FIELDS);
  if (section === undefined) return undefined;
  for (const field of SCALE_FIELDS) section.require(field, "all four of rawLow, rawHigh, low and high");
  const [rawLow, rawHigh, low, high] = SCALE_FIELDS.map((field) => section.number(field));
  if (rawLow === undefined || rawHigh === undefined || low === undefined || high === undefined) return undefined;
  if (rawLow !== rawHigh && low !== high && Number.isFinite((high - low) / (rawHigh - rawLow))) return { rawLow, rawHigh, low, high };
  const [field, seen] = rawLow === rawHigh ? (["rawHigh", rawHigh] as const) : (["high", high] as const);
  return owner.findings.problem(section.spot(field), "The scaling needs two different raw values and two different values.", { seen });
}

function readRange(section: Section): Range | undefined {
  const range = section.section("range", ["min", "max"]);
  if (range === undefined) return undefined;
  const min = range.number("min");
  const max = range.number("max");
  if (min !== undefined && max !== undefined && min > max) {
    return section.findings.problem(range.spot("max"), `The range ends at ${max} before it starts at ${min}.`, {
      seen: max,
      allowed: `a number from ${min}`,
    });
  }
  return defined({ min, max });
}

function readValues(section: Section): Readonly<Record<string, string>> | undefined {
  const values = section.section("values");
  if (values === undefined) return undefined;
  const texts: [string, string][] = [];
  for (const key of values.keys()) {
    const text = values.text(key);
    if (!/^-?\d{1,15}$/.test(key)) {
      section.findings.problem(values.spot(key), `${shown(key)} is no number of an enum.`, {
        seen: key,
        allowed: "integers as keys, texts as values",
      });
    } else if (text !== undefined) texts.push([key, text]);
  }
  return Object.fromEntries(texts);
}

/** An inherited range moves into the overriding unit, so that 0..1200 g becomes 0..1.2 kg. */
function mergedRange(base: TagDeclaration, override: TagDeclaration, findings: Findings): { range?: Range } {
  if (override.unit === undefined || base.unit === undefined) return {};
  const conversion = convert(base.unit, override.unit);
  if ("problem" in conversion) {
    findings.problem(override.unitSpot, conversion.problem, { seen: override.unit, allowed: `a unit that converts to "${base.unit}"` });
    return {};
  }
  if (override.range !== undefined || base.range === undefined) return {};
  const into = (value: number | undefined): number | undefined =>
    value === undefined ? undefined : Number((value * conversion.factor + conversion.offset).toPrecision(12));
  return { range: defined({ min: into(base.range.min), max: into(base.range.max) }) };
}
