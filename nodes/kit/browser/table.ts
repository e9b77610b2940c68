/** A list of objects as rows with one input per property; rows can be added, removed and moved. */
import { choices, typed } from "../typed.ts";
import type { Constraint } from "./check.ts";
import { type Control, type FormField, shown, type Translate } from "./control.ts";
import { suggest } from "./picker.ts";

type Row = Record<string, unknown>;

export function tableControl(
  list: HTMLElement,
  key: string,
  field: FormField,
  text: Translate,
  plant: () => string,
  changed: () => void,
): Control {
  const columns = Object.entries(field.schema.items?.properties ?? {});
  const rows = (): HTMLElement[] => [...list.querySelectorAll<HTMLElement>(".twinline-cells")];
  let count = 0;
  const options = {
    addButton: text("kit.addRow"),
    height: "auto",
    removable: true,
    sortable: true,
    ariaLabel: text(`fields.${key}.label`),
    addItem: (container: JQuery, _index: number, row: Row) => {
      count += 1;
      const cells = document.createElement("div");
      cells.className = "twinline-cells";
      for (const [column, schema] of columns) cells.append(cell(`${list.id}-${count}`, key, column, schema, row[column], text, plant));
      container[0]?.append(cells);
      container.closest("li").find(".red-ui-editableList-item-remove").attr("aria-label", text("kit.removeRow"));
      changed();
    },
    removeItem: changed,
    sortItems: changed,
  };
  const editable = $(list) as JQuery & { editableList(what: unknown, value?: unknown): unknown };
  editable.editableList(options);
  return {
    read: () => rows().map((cells) => readRow(cells, columns)),
    write: (value) => {
      editable.editableList("empty");
      for (const row of Array.isArray(value) ? (value as Row[]) : []) editable.editableList("addItem", { ...row });
    },
  };
}

function readRow(cells: HTMLElement, columns: readonly (readonly [string, Constraint])[]): Row {
  const row: Row = {};
  for (const [column, schema] of columns) {
    const input = cells.querySelector<HTMLInputElement>(`[data-column="${column}"] > input, [data-column="${column}"] > select`);
    if (input === null) continue;
    const value = input.type === "checkbox" ? input.checked : typed(schema, input.value);
    if (value !== "") row[column] = value;
  }
  return row;
}

function cell(
  prefix: string,
  key: string,
  column: string,
  schema: Constraint,
  value: unknown,
  text: Translate,
  plant: () => string,
): HTMLElement {
  const id = `${prefix}-${column}`;
  const label = document.createElement("label");
  label.htmlFor = id;
  label.textContent = text(`fields.${key}.columns.${column}.label`);
  const input = cellInput(schema, value ?? schema.default, (choice) => text(`fields.${key}.columns.${column}.choices.${slug(choice)}`));
  input.id = id;
  input.title = text(`fields.${key}.columns.${column}.help`);
  const placeholder = text(`fields.${key}.columns.${column}.placeholder`);
  if (input instanceof HTMLInputElement && !placeholder.endsWith(".placeholder")) input.placeholder = placeholder;
  const fault = document.createElement("div");
  fault.className = "twinline-fault";
  fault.id = `${id}-fault`;
  fault.setAttribute("role", "alert");
  input.setAttribute("aria-describedby", fault.id);
  const box = document.createElement("div");
  box.className = "twinline-cell";
  box.dataset["column"] = column;
  box.append(label, input, fault);
  if (input instanceof HTMLInputElement && (schema.widget === "tag" || schema.widget === "asset")) {
    const hint = document.createElement("div");
    hint.className = "twinline-hint";
    hint.setAttribute("aria-live", "polite");
    fault.before(hint);
    suggest(input, schema.widget === "tag" ? "tags" : "assets", plant, hint, text);
  }
  return box;
}

function cellInput(schema: Constraint, value: unknown, choiceText: (choice: string) => string): HTMLInputElement | HTMLSelectElement {
  const options = choices(schema);
  if (options !== undefined) {
    const select = document.createElement("select");
    for (const choice of options.map(String)) select.append(new Option(choiceText(choice), choice));
    select.value = String(value ?? options[0]);
    return select;
  }
  const input = document.createElement("input");
  input.type = schema.type === "boolean" ? "checkbox" : "text";
  if (schema.type === "boolean") input.checked = value === true;
  else input.value = shown(value);
  if (schema.type === "number" || schema.type === "integer") input.inputMode = "decimal";
  return input;
}

/** The catalogue key of a choice: dots would be read as levels. */
export function slug(choice: string): string {
  return choice.replace(/\W/g, "_");
}
