/** The words of the pages, from `editor/locales/<language>/plugin.json` in the language of the editor. */
import type { EditorRED } from "node-red";

declare const RED: EditorRED & { _(key: string, values?: object): string };

const CATALOGUE = "@twinline/node-red/twinline-editor";

/** `values` fill `__name__`; a key that nothing translates comes back as it is. */
export function label(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  return RED._(`${CATALOGUE}:${key}`, values);
}
