/** What a chart takes one of: a subgroup of measured values, a count among inspected units, an interval between events. */
import { type Quality, type Reject, reject, type RejectCode } from "../../connect/sample/index.ts";
import { LARGEST_RANGE_SIZE } from "./constants.ts";
import { mean } from "../moments/index.ts";
import { nameOf, type Variables } from "./multivariate/index.ts";

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
const TOO_LARGE = `a chart computes with no more than ${LARGEST_VALUE}.`;

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
  if (typeof input !== "object" || input === null)
    return refuse("WRONG_SUBGROUP", input, "A subgroup is an object {values} or {count, size}.");
  if (input.quality === "Bad" || input.quality === "GoodNoData")
    return refuse("BAD_QUALITY", input, "The subgroup has quality Bad or no data; it is neither plotted nor part of any limit.", "quality");
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
  if (!Array.isArray(all)) return refuse("WRONG_SUBGROUP", input, "The subgroup has no `values`; send an array of numbers.", "values");
  if (all.length > LARGEST_RANGE_SIZE)
    return refuse("WRONG_SUBGROUP", input, `The subgroup has ${all.length} values; ${LARGEST_RANGE_SIZE} is the most.`, "values");
  const varies = (shape === "measured" || shape === "spread") && size === "varies";
  let missing = 0;
  for (const value of all as readonly unknown[]) {
    if (value === null || value === undefined) {
      missing += 1;
      if (varies) continue;
      if (variables !== undefined) return refuse("BAD_QUALITY", input, incomplete(variables, all), "values");
      return refuse(
        "BAD_QUALITY",
        input,
        "A value of the subgroup is missing; a subgroup of fixed size is taken whole or not at all.",
        "values",
      );
    }
    if (typeof value !== "number")
      return refuse("WRONG_TYPE", input, `A value of the subgroup is a ${typeof value}, not a number.`, "values");
    if (!Number.isFinite(value)) return refuse("NOT_FINITE", input, `A value of the subgroup is ${value}.`, "values");
    if (Math.abs(value) > LARGEST_VALUE)
      return refuse("OUT_OF_RANGE", input, `A value of the subgroup is ${value}; ${TOO_LARGE}`, "values");
  }
  // Copied only where it must be: a chart at line rate takes thousands a second.
  const values = (missing === 0 ? all : all.filter((value) => typeof value === "number")) as readonly number[];
  const fixed = shape === "measured" || shape === "spread" || shape === "vector" ? size : 1;
  const least = shape === "spread" ? 2 : 1;
  if (values.length < least || (fixed !== "varies" && values.length !== fixed))
    return refuse(
      "WRONG_SUBGROUP",
      input,
      `The subgroup has ${values.length} usable values; the chart takes ${fixed === "varies" ? `${least} to ${LARGEST_RANGE_SIZE}` : fixed}.`,
      "values",
    );
  const x = values.length === 1 ? (values[0] as number) : mean(values);
  if ((shape === "interval" || shape === "units") && (x < 0 || (shape === "units" && !Number.isInteger(x))))
    return refuse(
      "WRONG_SUBGROUP",
      input,
      `${x} is no ${shape === "units" ? "number of units" : "interval"}; it must be 0 or more.`,
      "values",
    );
  const part = input.part ?? "";
  if (shape === "part" && (typeof part !== "string" || parts === undefined || !Object.hasOwn(parts, part)))
    return refuse("WRONG_SUBGROUP", input, `The limits know no part ${named(part)}; add its nominal value.`, "part");
  return { x, n: values.length, values, part };
}

function checkCount(input: Subgroup, { shape, size }: SubgroupDemands): CheckedSubgroup | Reject {
  const { count } = input;
  if (count === null || count === undefined) return refuse("BAD_QUALITY", input, "The count is missing.", "count");
  const wrong = notFinite(count, "count", input);
  if (wrong !== undefined) return wrong;
  if (shape !== "ratio" && (count < 0 || !Number.isInteger(count)))
    return refuse("WRONG_SUBGROUP", input, `The count is ${count}; it must be a whole number, 0 or more.`, "count");
  if (shape === "count") return { x: count, n: 1, values: [], part: "" };
  const n = input.size ?? (size === "varies" ? undefined : size);
  if (n === undefined) return refuse("WRONG_SUBGROUP", input, "The subgroup has no `size`: how many units were inspected?", "size");
  const unsized = notFinite(n, "size", input);
  if (unsized !== undefined) return unsized;
  if (n > 0 && n < 1 / LARGEST_VALUE)
    return refuse("OUT_OF_RANGE", input, `The size is ${n}; nothing can be divided by so little.`, "size");
  if (n <= 0) return refuse("WRONG_SUBGROUP", input, `The size is ${n}; nothing was inspected, so nothing can be said.`, "size");
  if (shape === "defectives" && (!Number.isInteger(n) || count > n))
    return refuse("WRONG_SUBGROUP", input, `${count} defective of ${n} inspected units cannot be.`, count > n ? "count" : "size");
  if (size !== "varies" && n !== size) return refuse("WRONG_SUBGROUP", input, `The size is ${n}; the limits are for ${size}.`, "size");
  return { x: count, n, values: [], part: "" };
}

function incomplete(variables: Variables, values: readonly unknown[]): string {
  const missing = variables.flatMap((_, i) =>
    values.some((value, at) => at % variables.length === i && (value === null || value === undefined)) ? [nameOf(variables, i)] : [],
  );
  return `No usable value of ${missing.join(", ")}; a vector is taken whole or not at all. Longer intervals help where a tag comes seldom.`;
}

function named(part: unknown): string {
  return typeof part === "string" ? JSON.stringify(part.slice(0, 60)) : `of type ${typeof part}`;
}

function notFinite(value: unknown, field: "count" | "size", input: Subgroup): Reject | undefined {
  if (typeof value !== "number") return refuse("WRONG_TYPE", input, `The ${field} is a ${typeof value}, not a number.`, field);
  if (!Number.isFinite(value)) return refuse("NOT_FINITE", input, `The ${field} is ${value}.`, field);
  return Math.abs(value) <= LARGEST_VALUE ? undefined : refuse("OUT_OF_RANGE", input, `The ${field} is ${value}; ${TOO_LARGE}`, field);
}

function refuse(code: RejectCode, input: unknown, message: string, field?: string): Reject {
  return reject(code, input, field === undefined ? { message } : { message, field });
}
