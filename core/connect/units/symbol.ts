/** How a unit is printed for people: the one place that turns UCUM codes into symbols. */
import { parseUnit } from "./unit.ts";

/** Atoms whose code is not what people write. Those in brackets that are missing here lose their brackets. */
const SYMBOLS: ReadonlyMap<string, string> = new Map([
  ["Cel", "°C"],
  ["[degF]", "°F"],
  ["[degR]", "°R"],
  ["deg", "°"],
  ["Ohm", "Ω"],
  ["[ppth]", "‰"],
  ["[in_i]", "in"],
  ["[ft_i]", "ft"],
  ["[yd_i]", "yd"],
  ["[mi_i]", "mi"],
  ["[mil_i]", "mil"],
  ["[sin_i]", "in²"],
  ["[sft_i]", "ft²"],
  ["[cin_i]", "in³"],
  ["[cft_i]", "ft³"],
  ["[gal_us]", "gal"],
  ["[qt_us]", "qt"],
  ["[pt_us]", "pt"],
  ["[foz_us]", "fl oz"],
  ["[bbl_us]", "bbl"],
  ["[gal_br]", "gal (UK)"],
  ["[lb_av]", "lb"],
  ["[oz_av]", "oz"],
  ["[ston_av]", "short ton"],
  ["[lton_av]", "long ton"],
  ["[lbf_av]", "lbf"],
  ["[H2O]", "H₂O"],
  ["[in_i'H2O]", "inH₂O"],
  ["[Btu_IT]", "Btu"],
  ["[HP]", "hp"],
]);
const EXPONENTS: Readonly<Record<string, string>> = { "2": "²", "3": "³" };
/** An atom in brackets, an annotation, a word with its exponent, or a single character. */
const TOKEN = /\[[^\]]*\]|\{[^}]*\}|[A-Za-z%'"]+|[+-]?\d+|./g;

/**
 * The symbol of a UCUM code; a text that is no unit is answered as it is.
 *
 * unitSymbol("[degF]") → "°F", unitSymbol("{bottles}/min") → "bottles/min", unitSymbol("m3/h") → "m³/h"
 */
export function unitSymbol(code: string): string {
  if (!("value" in parseUnit(code))) return code;
  if (code === "1") return "";
  let before = "";
  return [...code.matchAll(TOKEN)]
    .map(([token]) => {
      const symbol = symbolOf(token, before);
      before = token;
      return symbol;
    })
    .join("");
}

function symbolOf(token: string, before: string): string {
  const behindUnit = before !== "" && !"./(".includes(before);
  if (token.startsWith("{")) return `${behindUnit ? " " : ""}${token.slice(1, -1)}`;
  if (token.startsWith("[")) return SYMBOLS.get(token) ?? token.slice(1, -1);
  if (token === ".") return "·";
  if (/^[+-]?\d/.test(token)) return behindUnit ? (EXPONENTS[token] ?? `^${token}`) : token;
  return SYMBOLS.get(token) ?? prefixed(token);
}

/** UCUM writes micro as u, and Ohm out. */
function prefixed(word: string): string {
  const metric = word.replace(/^(.)Ohm$/, "$1Ω");
  return /^u[A-Za-zΩ]/.test(metric) ? `µ${metric.slice(1)}` : metric;
}
