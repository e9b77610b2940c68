/** Which input a field gets in the form. */
import type { FieldHints } from "../../nodes/kit/declaration.ts";
import type { FieldSchema } from "../../nodes/kit/field-fault.ts";
import { choices } from "../../nodes/kit/typed.ts";

export type Widget = NonNullable<FieldHints["widget"]> | "secret";

export function widgetOf(field: FieldSchema): Widget {
  if (field.secret === true) return "secret";
  if (field.widget !== undefined) return field.widget;
  if (field.refers !== undefined) return "config";
  if (choicesOf(field) !== undefined) return "select";
  if (field.type === "boolean") return "checkbox";
  if (field.type === "number" || field.type === "integer") return "number";
  return field.type === "array" && field.items?.properties !== undefined ? "table" : "text";
}

/** The values of a select as text, or undefined when the field is no choice. */
export function choicesOf(field: FieldSchema): readonly string[] | undefined {
  return choices(field)?.map(String);
}

/** The catalogue key of a choice or a section: dots would be read as levels. */
export function slug(text: string): string {
  return text.replace(/\W/g, "_");
}
