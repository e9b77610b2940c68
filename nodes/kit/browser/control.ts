/** One field of an open form: how its value is read, written and marked as wrong. */
import { typed } from "../typed.ts";
import { accepts, type Constraint, faultyKeys } from "./check.ts";

export interface FormField {
  readonly schema: Constraint;
  readonly widget: string;
  readonly optional: boolean;
  readonly refers?: string;
  readonly advanced?: boolean;
}

/** Looks a text of the node's catalogue up, e.g. `fields.interval.label`; `__name__` in it takes the value of that name. */
export type Translate = (key: string, values?: Readonly<Record<string, string | number>>) => string;

export interface Control {
  read(): unknown;
  write(value: unknown): void;
  /** Own sentence of a custom widget; "" when its value is fine. */
  fault?(): string;
}

/** An input, select or textarea. */
export function inputControl(input: HTMLInputElement, field: FormField): Control {
  const checkbox = input.type === "checkbox";
  return {
    read: () => (checkbox ? input.checked : typed(field.schema, input.value)),
    write: (value) => {
      if (checkbox) input.checked = value === true || value === "true";
      else input.value = shown(value);
    },
  };
}

/** A saved value as text; what is no scalar has no place in an input. */
export function shown(value: unknown): string {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : "";
}

/** Marks one input; the sentence appears below it and is announced. */
export function mark(input: Element, fault: HTMLElement | null, sentence: string): void {
  input.classList.toggle("input-error", sentence !== "");
  input.setAttribute("aria-invalid", String(sentence !== ""));
  if (fault !== null && fault.textContent !== sentence) fault.textContent = sentence;
}

/** Shows or clears the fault of a field; answers whether its value is accepted. */
export function judge(row: HTMLElement, key: string, field: FormField, control: Control, text: Translate): boolean {
  const value = control.read();
  const own = control.fault?.();
  const fine = own === undefined ? accepts(field.schema, value, field.optional) : own === "";
  const sentence = fine ? "" : own === undefined || own === "" ? text(`fields.${key}.allowed`) : own;
  const input = row.querySelector("input, select, textarea") ?? row;
  if (field.widget === "table") {
    markRows(row, key, field, value as Record<string, unknown>[], text);
    const fault = row.querySelector<HTMLElement>(":scope > .twinline-fault");
    const length = Array.isArray(value) ? accepts({ ...field.schema, items: {} }, value, field.optional) : false;
    if (fault !== null) fault.textContent = length ? "" : sentence;
  } else {
    mark(input, row.querySelector<HTMLElement>(":scope > .twinline-fault"), sentence);
  }
  return fine;
}

function markRows(row: HTMLElement, key: string, field: FormField, values: readonly Record<string, unknown>[], text: Translate): void {
  const items = field.schema.items ?? {};
  row.querySelectorAll<HTMLElement>(".twinline-cells").forEach((cells, index) => {
    const faulty = faultyKeys(items, values[index] ?? {});
    for (const cell of cells.querySelectorAll<HTMLElement>(".twinline-cell")) {
      const column = cell.dataset["column"] ?? "";
      const input = cell.querySelector("input, select");
      const sentence = faulty.includes(column) ? text(`fields.${key}.columns.${column}.allowed`) : "";
      if (input !== null) mark(input, cell.querySelector<HTMLElement>(".twinline-fault"), sentence);
    }
  });
}
