/** Which data types a tag can take, how units compare, how ranges lie: what a name cannot decide. */
import type { ClassTag } from "../model/index.ts";
import { convert, parseUnit, type Conversion } from "../units/index.ts";
import type { SurveyedVariable } from "./variable.ts";

export interface Finding {
  /** Added to the logarithm of the odds. */
  readonly weight: number;
  readonly reason?: string;
}

const INTEGERS = ["SByte", "Byte", "Int16", "UInt16", "Int32", "UInt32"];
const REALS = ["Float", "Double", "Number"];
const LONGS = ["Int64", "UInt64", "Integer", "UInteger"];
const TEXTS = ["String", "LocalizedText"];

/** The first list fits, the second is taken for lack of better; nothing else is ever proposed. */
const TYPES: Readonly<Record<ClassTag["type"], readonly [readonly string[], readonly string[]]>> = {
  float: [REALS, [...INTEGERS, ...LONGS]],
  int: [[...INTEGERS, ...LONGS], REALS],
  int64: [[...LONGS, ...INTEGERS], []],
  bool: [["Boolean"], []],
  string: [TEXTS, []],
  enum: [[...INTEGERS, ...LONGS], TEXTS],
};

/** Undefined where the tag cannot take the variable. A survey without types rules nothing out. */
export function judgeType(tag: ClassTag, { dataType, array }: SurveyedVariable): Finding | undefined {
  if (array === true) return undefined;
  if (dataType === undefined || dataType === "BaseDataType") return { weight: -0.3 };
  const [fits, serves] = TYPES[tag.type];
  if (fits.includes(dataType)) return { weight: 0.3, reason: `type ${dataType} fits ${tag.type}` };
  return serves.includes(dataType) ? { weight: -0.7, reason: `type ${dataType} serves as ${tag.type}` } : undefined;
}

/** How the source's unit becomes the tag's; undefined where one of them is not stated or none becomes the other. */
export function conversionOf(unit: string | undefined, { unit: wanted }: ClassTag): Conversion | undefined {
  if (unit === undefined || wanted === undefined) return undefined;
  const known = conversions.get(`${unit} ${wanted}`);
  if (known !== undefined) return known ?? undefined;
  const direct = convert(unit, wanted);
  const counted = "problem" in direct ? convert(withoutCounted(unit), wanted) : direct;
  const found = "problem" in counted ? null : counted;
  if (conversions.size >= MOST_REMEMBERED) conversions.clear();
  conversions.set(`${unit} ${wanted}`, found);
  return found ?? undefined;
}

const conversions = new Map<string, Conversion | null>();
const MOST_REMEMBERED = 5000;

/** `{pieces}/h` → `/h`: what is counted has one name at the source and another in the model. */
function withoutCounted(unit: string): string {
  const parsed = parseUnit(unit);
  if ("problem" in parsed || parsed.value.counted === "") return unit;
  return unit.replaceAll(/\{[^}]*\}/g, "") || "1";
}

/** The source's unit in words that convert to the tag's: what is counted is left out where the names differ. */
export function sourceUnitOf(unit: string, { unit: wanted = "1" }: ClassTag): string {
  return "problem" in convert(unit, wanted) ? withoutCounted(unit) : unit;
}

export function judgeUnit(tag: ClassTag, { unit }: SurveyedVariable): Finding | undefined {
  if (unit === undefined) return { weight: 0 };
  // A number as such is no unit to speak of.
  if (tag.unit === undefined) return unit === "1" ? { weight: 0 } : { weight: -1.5, reason: `has the unit ${unit}, the tag has none` };
  const conversion = conversionOf(unit, tag);
  if (conversion === undefined) return undefined;
  if (conversion.factor === 1 && conversion.offset === 0) return { weight: 1.2, reason: `unit ${unit} fits ${tag.unit}` };
  return { weight: 0.9, reason: `unit ${unit} converts to ${tag.unit}` };
}

/** Ranges are compared in the tag's unit. */
export function judgeRange(tag: ClassTag, { unit, range, sample }: SurveyedVariable): Finding {
  if (tag.range === undefined) return { weight: 0 };
  const { factor, offset } = conversionOf(unit, tag) ?? { factor: 1, offset: 0 };
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = tag.range;
  if (range !== undefined) {
    const low = (range.min ?? Number.NEGATIVE_INFINITY) * factor + offset;
    const high = (range.max ?? Number.POSITIVE_INFINITY) * factor + offset;
    if (low >= min && high <= max) return { weight: 0.4, reason: "range inside" };
    if (high < min || low > max) return { weight: -2.5, reason: "range outside" };
    const both = Math.min(high, max) - Math.max(low, min);
    return both >= 0.5 * (max - min) ? { weight: 0.4, reason: "range overlaps" } : { weight: -0.2, reason: "range overlaps little" };
  }
  if (typeof sample !== "number") return { weight: 0 };
  const value = sample * factor + offset;
  return value >= min && value <= max ? { weight: 0.1 } : { weight: -1, reason: "value outside the range" };
}

/** Of enumerations: how many of the tag's texts the source has, PackML's states among them. */
export function judgeTexts(tag: ClassTag, { values }: SurveyedVariable): Finding {
  if (values === undefined || tag.values === undefined) return { weight: 0 };
  const theirs = new Set(Object.values(values).map(bare));
  const ours = new Set(Object.values(tag.values).map(bare));
  const common = [...ours].filter((text) => theirs.has(text)).length;
  const share = common / Math.max(1, Math.min(ours.size, theirs.size));
  if (common >= 2 && share > 0.3) return { weight: 3.5 * share, reason: `texts: ${common} of ${theirs.size} match` };
  return { weight: -0.6 };
}

function bare(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z\d]/g, "");
}
