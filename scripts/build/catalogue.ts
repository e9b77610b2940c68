/** The message catalogues of a node: English from the declaration, other languages from the kit and the node's own file. */
import { secretFields, fields } from "../../nodes/kit/configuration.ts";
import type { NodeDeclaration } from "../../nodes/kit/declaration.ts";
import { allowed, type FieldSchema, type Words, WORDS } from "../../nodes/kit/field-fault.ts";
import { fill, KIT_TEXTS } from "../../nodes/kit/texts.ts";
import { choicesOf, slug } from "./widget.ts";

export interface Catalogue {
  readonly [key: string]: string | Catalogue;
}

export interface Phrases {
  readonly kit: Readonly<Record<string, string>>;
  readonly words: Words;
}

export const ENGLISH: Phrases = { kit: KIT_TEXTS, words: WORDS };

export function englishCatalogue(declaration: NodeDeclaration): Catalogue {
  const secrets = new Set(secretFields(declaration).map(([key]) => key));
  const sections = fields(declaration).flatMap(([, field]) =>
    field.section === undefined ? [] : [[slug(field.section), field.section] as const],
  );
  return {
    label: declaration.label,
    summary: declaration.summary,
    fields: Object.fromEntries(fields(declaration).map(([key, field]) => [key, fieldTexts(field, !secrets.has(key))])),
    sections: Object.fromEntries(sections),
    ports: Object.fromEntries((declaration.outputs ?? []).map((port) => [port.name, port.label])),
    texts: { ...declaration.texts },
    kit: { ...KIT_TEXTS },
  };
}

function fieldTexts(field: FieldSchema, checked: boolean): Catalogue {
  const choices = choicesOf(field);
  const columns = Object.entries(field.items?.properties ?? {});
  return {
    label: field.label ?? "",
    help: field.help ?? "",
    ...(field.placeholder === undefined ? {} : { placeholder: field.placeholder }),
    ...(checked ? { allowed: sentence(field, ENGLISH) } : {}),
    ...(choices === undefined
      ? {}
      : { choices: Object.fromEntries(choices.map((choice) => [slug(choice), field.choices?.[choice] ?? choice])) }),
    ...(columns.length === 0 ? {} : { columns: Object.fromEntries(columns.map(([key, column]) => [key, fieldTexts(column, true)])) }),
  };
}

function sentence(field: FieldSchema, phrases: Phrases): string {
  return fill(phrases.kit["mustBe"] ?? KIT_TEXTS.mustBe, { allowed: allowed(field, phrases.words) });
}

/** Another language: the kit's sentences, the limits of each field in words, then what the node's translator wrote. */
export function translatedCatalogue(declaration: NodeDeclaration, phrases: Phrases, own: Catalogue): Catalogue {
  const limits = (field: FieldSchema): Catalogue => ({
    allowed: sentence(field, phrases),
    ...(field.items?.properties === undefined
      ? {}
      : { columns: Object.fromEntries(Object.entries(field.items.properties).map(([key, column]) => [key, limits(column)])) }),
  });
  const checked = fields(declaration).filter(([, field]) => field.secret !== true);
  return merge({ kit: { ...phrases.kit }, fields: Object.fromEntries(checked.map(([key, field]) => [key, limits(field)])) }, own);
}

function merge(below: Catalogue, above: Catalogue): Catalogue {
  const merged: Record<string, string | Catalogue> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const base = merged[key];
    merged[key] = typeof value === "object" && typeof base === "object" ? merge(base, value) : value;
  }
  return merged;
}

/** Keys of a translation that the declaration does not know: typing errors and leftovers. */
export function unknownKeys(english: Catalogue, own: Catalogue, path = ""): readonly string[] {
  return Object.entries(own).flatMap(([key, value]) => {
    const known = english[key];
    if (known === undefined) return [`${path}${key}`];
    return typeof value === "object" && typeof known === "object" ? unknownKeys(known, value, `${path}${key}.`) : [];
  });
}
