/** Names for tags and places out of what servers call things. */
import { FORBIDDEN_KEYS } from "../sample/index.ts";
import { LIMITS } from "../tag-id/index.ts";

const LETTERS: Readonly<Record<string, string>> = { ä: "ae", ö: "oe", ü: "ue", ß: "ss", æ: "ae", ø: "oe", å: "aa" };

/**
 * A snake-case tag name: `rFüllGewicht` is `r_fuell_gewicht`, `HMI.Zähler[3]` is `hmi_zaehler_3`. Never empty, never a
 * reserved word, at most 64 characters.
 */
export function snakeCase(text: string): string {
  const name = text
    .normalize("NFC")
    .replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, "$1_$2")
    .replaceAll(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, "$1_$2")
    .toLowerCase()
    .replaceAll(/[äöüßæøå]/g, (letter) => LETTERS[letter] ?? letter)
    .normalize("NFD")
    .replaceAll(/\p{Mark}/gu, "")
    .replaceAll(/[^a-z0-9]+/g, "_")
    .slice(0, LIMITS.segment)
    .replaceAll(/^_+|_+$/g, "");
  return name === "" || FORBIDDEN_KEYS.has(name) ? "tag" : name;
}

/** The name, or the first of `name_2`, `name_3` … that is not taken. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let number = 2; ; number += 1) {
    const end = `_${number}`;
    const candidate = `${name.slice(0, LIMITS.segment - end.length)}${end}`;
    if (!taken.has(candidate)) return candidate;
  }
}
