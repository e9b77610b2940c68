/** Sentences shown at runtime, through Node-RED's message catalogue where a translation exists. */
import type { NodeAPI } from "node-red";
import type { NodeDeclaration } from "./declaration.ts";

/** Sentences of the kit itself; the build puts them into the catalogue of every node under `kit`. */
export const KIT_TEXTS = {
  starting: "starting",
  waiting: "waiting for __name__",
  rejected: "__count__ rejected",
  failed: "__count__ failed",
  mustBe: "Must be __allowed__.",
  more: "More options",
  addRow: "Add row",
  removeRow: "Remove this row",
  choosePlant: "Choose a plant to get suggestions.",
  deployPlant: "Deploy the plant first, then suggestions appear here.",
  signIn: "Suggestions need a sign-in with the role viewer. You can type the name.",
  noSuggestions: "Suggestions are not available now. You can type the name.",
} as const satisfies Readonly<Record<string, string>>;

export type Values = Readonly<Record<string, string | number>>;
export type Translate = (key: string, values?: Values) => string;

/** The catalogue key is `<type>.texts.<key>` or `<type>.kit.<key>`; without a catalogue the English text is used. */
export function translator(RED: Pick<NodeAPI, "_">, declaration: NodeDeclaration): { readonly own: Translate; readonly kit: Translate } {
  const from =
    (part: "texts" | "kit", english: Readonly<Record<string, string>>): Translate =>
    (key, values = {}) => {
      const path = `${declaration.type}.${part}.${key}`;
      const translated = RED._(path, { ...values });
      const known = Object.hasOwn(english, key) ? english[key] : undefined;
      return translated.endsWith(path) ? fill(known ?? key, values) : translated;
    };
  return { own: from("texts", declaration.texts ?? {}), kit: from("kit", KIT_TEXTS) };
}

export function fill(text: string, values: Values): string {
  return text.replace(/__(\w+?)__/g, (mark, name: string) => (Object.hasOwn(values, name) ? String(values[name]) : mark));
}
