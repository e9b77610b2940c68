import { COMMON_UNITS } from "./table.ts";
import { parseUnit, type Unit } from "./unit.ts";

/** `to = from * factor + offset`. */
export interface Conversion {
  readonly factor: number;
  readonly offset: number;
}

/**
 * How to convert a value between two UCUM codes or aliases, or why it cannot be done. `{bottles}/min` and `/min` are
 * compatible; `{bottles}` and `{caps}` are not, nor are `bar{gauge}` and `bar`: nobody guesses an ambient pressure.
 *
 * convert("Cel", "[degF]") → { factor: 1.8, offset: 32 }
 */
export function convert(from: string, to: string): Conversion | { readonly problem: string } {
  const source = parseUnit(from);
  if ("problem" in source) return source;
  const target = parseUnit(to);
  if ("problem" in target) return target;
  const why = difference(source.value, target.value);
  if (why !== undefined) {
    const known = knownUnits(target.value);
    const choice = known.length === 0 ? "" : ` Known units that convert to "${to}": ${known.join(", ")}.`;
    return { problem: `"${from}" cannot be converted to "${to}": ${why}.${choice}` };
  }
  const factor = source.value.factor / target.value.factor;
  const offset = (source.value.offset - target.value.offset) / target.value.factor;
  const sizeOfOffset = Math.max(source.value.offset, target.value.offset) / target.value.factor;
  return { factor: tidy(factor, factor), offset: tidy(offset, sizeOfOffset) };
}

/** Common units that convert to this one, for people to choose from. */
export function knownUnits(unit: Unit): readonly string[] {
  return COMMON_UNITS.filter((code) => {
    const candidate = parseUnit(code);
    return "value" in candidate && difference(candidate.value, unit) === undefined;
  });
}

function difference(a: Unit, b: Unit): string | undefined {
  if (!a.dimension.every((exponent, axis) => exponent === b.dimension[axis])) return "they measure different things";
  if (a.annotated !== b.annotated) return `"${a.annotated || "unstated"}" is not the same as "${b.annotated || "unstated"}"`;
  if (a.counted !== "" && b.counted !== "" && a.counted !== b.counted) return "they count different things";
  if ((a.ratio && b.counted !== "") || (b.ratio && a.counted !== "")) return "a proportion is not a number of things";
  return undefined;
}

/**
 * Takes the short decimal where rounding errors of `size` explain the difference: 32, not 31.999999999999943.
 * 1/60 stays as it is.
 */
function tidy(value: number, size: number): number {
  const short = Number(value.toPrecision(12));
  return Math.abs(short - value) <= 1e-15 * size ? short : value;
}
