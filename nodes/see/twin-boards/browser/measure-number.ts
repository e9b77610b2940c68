/** A number as people and scales type it: decimal comma or point, a sign, and the unit of the chart behind it. */

export type Typed = { readonly value: number } | { readonly fault: "number" | "unit"; readonly unit?: string };

const NUMBER = /^([+-]?)\s*(\d{1,12}(?:[.,]\d{0,9})?|[.,]\d{1,9})\s*(.*)$/;

/** `units`: what may stand behind the number; anything else is another quantity, and refused. */
export function typedNumber(text: string, units: readonly string[]): Typed {
  const [, sign, digits = "", unit = ""] = NUMBER.exec(text.trim()) ?? [];
  const value = Number(digits.replace(",", "."));
  if (digits === "" || !Number.isFinite(value)) return { fault: "number" };
  const known = unit === "" || units.some((one) => one.toLowerCase() === unit.trim().toLowerCase());
  return known ? { value: sign === "-" ? -value : value } : { fault: "unit", unit: unit.trim().slice(0, 20) };
}

/** Whether a line can only be a value: a number with a decimal mark, or one with the unit of the chart. A badge may have digits only. */
export function isValue(line: string, units: readonly string[]): boolean {
  const [, , digits = "", unit = ""] = NUMBER.exec(line.trim()) ?? [];
  return /[.,]/.test(digits) || (unit !== "" && "value" in typedNumber(line, units));
}

/** No letter: a scale may type any, also the unit °C. */
export const CLEAR = "⌧";

/** What is typed so far, with one more key: digits, one decimal mark, a sign that changes; letters stay for the unit. */
export function withKey(text: string, key: string): string {
  if (key === "⌫") return text.slice(0, -1);
  if (key === CLEAR) return "";
  if (key === "±") return text.startsWith("-") ? text.slice(1) : `-${text}`;
  if ((key === "." || key === ",") && /^[^a-z]*[.,][^a-z]*$/i.test(text)) return text;
  return (text + key).slice(0, 40);
}
