/** The words of this page, from the editor's catalogue. */
import { label } from "../label.ts";

/** `values` fill `__name__` in the sentence. */
export function say(word: string, values: Readonly<Record<string, string | number>> = {}): string {
  return label(`connectLine.${word}`, values);
}
