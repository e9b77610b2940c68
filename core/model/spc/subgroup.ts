/** What a chart takes one of: a subgroup of measured values, a count among inspected units, an interval between events. */
import { type Quality, type Reject, reject, type RejectCode, type Said } from "../../connect/sample/index.ts";
import { LARGEST_RANGE_SIZE } from "./constants.ts";
import { mean } from "../moments/index.ts";
import { nameOf, type Variables } from "./multivariate/index.ts";
import { saySpc } from "./texts.ts";

export interface Subgroup {
  /** Measured values; exactly one on charts of single values. Of several variables one vector after the other. */
  readonly values?: readonly (number | null)[];
  /** Attribute charts: defective units (p, np) or defects (c, u); the numerator of an I′ chart. */
  readonly count?: number | null;
  /** Inspected units, or the area of opportunity, which need not be whole. */
  readonly size?: number | null;
  /** Short runs: which part, as the limits name it. */
  readonly part?: string;
  /** Of its worst sample. `Bad` and `GoodNoData` are refused; `Uncertain` is taken. */
  readonly quality?: Quality;
}

/** Beyond this a square, and so a standard deviation, is no finite number any more. */
export const LARGEST_VALUE = 1e100;

/** What one subgroup of a kind of chart is, in words for the editor. */
export const SUBGROUP_SHAPES = {
  individual: "one measured value",
  measured: "one or more values measured under the same conditions",
  spread: "two or more values measured under the same conditions",
  defectives: "defective units among the inspected ones",
  defects: "defects on an inspected area of opportunity",
  count: "defects on an area of opportunity that is always the same",
  ratio: "a numerator and its denominator",
  units: "good units between two rare events",
  interval: "time between two rare events",
  part: "one measured value of a named part",
  vector: "one value of each of several variables",
} as const;
export type SubgroupShape = keyof typeof SUBGROUP_SHAPES;

/** A subgroup that was found right. `x`: its mean, value or count; `n`: its size (1 where it has none). */
export interface CheckedSubgroup {
  readonly x: number;
  readonly n: number;
  readonly values: readonly number[];
  readonly part: string;
}

export interface SubgroupDemands {
  readonly shape: SubgroupShape;
  /** The number of values or inspected units that every subgroup has, or `varies`. */
  readonly size: number | "varies";
  /** Parts that are known. */
  readonly parts?: Readonly<Record<string, unknown>>;
  /** Of a vector, in the order of its values. */
  readonly variables?: Variables;
}

/** The subgroup, or why the chart cannot take it. A value that is missing or Bad refuses the subgroup unless its size may vary. */
export function checkSubgroup(input: Subgroup, demands: SubgroupDemands): CheckedSubgroup | Reject {
  if (typeof input !== "object" || input === null) return refuse("WRONG_SUBGROUP", input, saySpc("noSubgroup"));
  if (input.quality === "Bad" || input.quality === "GoodNoData") return refuse("BAD_QUALITY", input, saySpc("badQuality"), "quality");
  switch (demands.shape) {
    case "defectives":
    case "defects":
    case "count":
    case "ratio":
      return checkCount(input, demands);
    default:
      return checkValues(input, demands);
  }
}

export function isReject(checked: CheckedSubgroup | Reject): checked is Reject {
  return Object.hasOwn(checked, "code");
}

function checkValues(input: Subgroup, { shape, size, parts, variables }: SubgroupDemands): CheckedSubgroup | Reject {
  const all = input.values;
  if (!Array.isArray(all)) return refuse("WRONG_SUBGROUP", input, saySpc("noValues"), "values");
  if (all.length > LARGEST_RANGE_SIZE)
    return refuse("WRONG_SUBGROUP", input, saySpc("tooManyValues", { n: all.length, most: LARGEST_RANGE_SIZE }), "values");
  const varies = (shape === "measured" || shape === "spread") && size === "varies";
  let missing = 0;
  for (const value of all as readonly unknown[]) {
    if (value === null || value === undefined) {
      missing += 1;
      if (varies) continue;
      if (variables !== undefined) return refuse("BAD_QUALITY", input, incomplete(variables, all), "values");
      return refuse("BAD_QUALITY", input, saySpc("valueMissing"), "values");
    }
    if (typeof value !== "number") return refuse("WRONG_TYPE", input, saySpc("valueType", { type: typeof value }), "values");
    if (!Number.isFinite(value)) return refuse("NOT_FINITE", input, saySpc("valueNotFinite", { value: String(value) }), "values");
    if (Math.abs(value) > LARGEST_VALUE)
      return refuse("OUT_OF_RANGE", input, saySpc("valueTooLarge", { value: String(value), most: String(LARGEST_VALUE) }), "values");
  }
  // Copied only where it must be: a chart at line rate takes thousands a second.
  const values = (missing === 0 ? all : all.filter((value) => typeof value === "number")) as readonly number[];
  const fixed = shape === "measured" || shape === "spread" || shape === "vector" ? size : 1;
  const least = shape === "spread" ? 2 : 1;
  if (values.length < least || (fixed !== "varies" && values.length !== fixed))
    return refuse(
      "WRONG_SUBGROUP",
      input,
      fixed === "varies"
        ? saySpc("otherSizes", { n: values.length, least, most: LARGEST_RANGE_SIZE })
        : saySpc("otherSize", { n: values.length, size: fixed }),
      "values",
    );
  const x = values.length === 1 ? (values[0] as number) : mean(values);
  if ((shape === "interval" || shape === "units") && (x < 0 || (shape === "units" && !Number.isInteger(x))))
    return refuse("WRONG_SUBGROUP", input, saySpc(shape === "units" ? "noUnits" : "noInterval", { value: x }), "values");
  const part = input.part ?? "";
  if (shape === "part" && (typeof part !== "string" || parts === undefined || !Object.hasOwn(parts, part)))
    return refuse("WRONG_SUBGROUP", input, saySpc("unknownPart", { part: named(part) }), "part");
  return { x, n: values.length, values, part };
}

function checkCount(input: Subgroup, { shape, size }: SubgroupDemands): CheckedSubgroup | Reject {
  const { count } = input;
  if (count === null || count === undefined) return refuse("BAD_QUALITY", input, saySpc("countMissing"), "count");
  const wrong = notFinite(count, "count", input);
  if (wrong !== undefined) return wrong;
  if (shape !== "ratio" && (count < 0 || !Number.isInteger(count)))
    return refuse("WRONG_SUBGROUP", input, saySpc("countNotWhole", { count }), "count");
  if (shape === "count") return { x: count, n: 1, values: [], part: "" };
  const n = input.size ?? (size === "varies" ? undefined : size);
  if (n === undefined) return refuse("WRONG_SUBGROUP", input, saySpc("sizeMissing"), "size");
  const unsized = notFinite(n, "size", input);
  if (unsized !== undefined) return unsized;
  if (n > 0 && n < 1 / LARGEST_VALUE) return refuse("OUT_OF_RANGE", input, saySpc("sizeTooSmall", { size: n }), "size");
  if (n <= 0) return refuse("WRONG_SUBGROUP", input, saySpc("sizeNone", { size: n }), "size");
  if (shape === "defectives" && (!Number.isInteger(n) || count > n))
    return refuse("WRONG_SUBGROUP", input, saySpc("moreThanInspected", { count, size: n }), count > n ? "count" : "size");
  if (size !== "varies" && n !== size) return refuse("WRONG_SUBGROUP", input, saySpc("sizeOther", { size: n, wanted: size }), "size");
  return { x: count, n, values: [], part: "" };
}

function incomplete(variables: Variables, values: readonly unknown[]): Said {
  const missing = variables.flatMap((_, i) =>
    values.some((value, at) => at % variables.length === i && (value === null || value === undefined)) ? [nameOf(variables, i)] : [],
  );
  return saySpc("vectorIncomplete", { names: missing.join(", ") });
}

function named(part: unknown): string {
  return typeof part === "string" ? JSON.stringify(part.slice(0, 60)) : `of type ${typeof part}`;
}

function notFinite(value: unknown, field: "count" | "size", input: Subgroup): Reject | undefined {
  if (typeof value !== "number") return refuse("WRONG_TYPE", input, saySpc("fieldType", { field, type: typeof value }), field);
  if (!Number.isFinite(value)) return refuse("NOT_FINITE", input, saySpc("fieldNotFinite", { field, value: String(value) }), field);
  return Math.abs(value) <= LARGEST_VALUE
    ? undefined
    : refuse("OUT_OF_RANGE", input, saySpc("fieldTooLarge", { field, value: String(value), most: String(LARGEST_VALUE) }), field);
}

function refuse(code: RejectCode, input: unknown, said: Said, field?: string): Reject {
  return reject(code, input, field === undefined ? said : { ...said, field });
}
