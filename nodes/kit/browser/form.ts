/** The forms of all twin nodes: fills them from the node, checks while people type, saves typed values. */
import { accepts } from "./check.ts";
import { type Control, type FormField, inputControl, judge, type Translate } from "./control.ts";
import { plantOf, suggest } from "./picker.ts";
import { addStyle } from "./style.ts";
import { slug, tableControl } from "./table.ts";

export interface Form {
  readonly kind: "node" | "config";
  readonly version: number;
  /** Fields of older versions, kept only until the node is saved in today's form. */
  readonly former: readonly string[];
  readonly fields: Readonly<Record<string, FormField>>;
}

export type EditedNode = Record<string, unknown> & { readonly type: string; _(key: string, values?: object): string };

/** What a `<type>.editor.ts` registers for a field with `widget: "custom"`. */
export interface CustomWidget {
  /** Builds the widget inside `box`; call `changed` after each change by the user. */
  prepare(
    box: HTMLElement,
    context: { readonly node: EditedNode; readonly text: Translate; readonly plant: () => string; readonly changed: () => void },
  ): Control;
}

/** An open form, for what a `<type>.editor.ts` adds beside the fields: a button, a section. */
export interface OpenForm {
  readonly node: EditedNode;
  readonly element: HTMLElement;
  readonly text: Translate;
  row(key: string): HTMLElement | null;
  /** The value as it stands in the form, of a field or of a chosen configuration node. */
  read(key: string): unknown;
  /** Puts a value into a field as if it had been typed. */
  write(key: string, value: unknown): void;
}

const forms = new Map<string, Form>();
const extensions = new Map<string, (form: OpenForm) => void>();
const widgets = new Map<string, CustomWidget>();
const open = new WeakMap<object, Map<string, Control>>();

function prepare(node: EditedNode): void {
  const form = forms.get(node.type);
  const root = [...document.querySelectorAll<HTMLElement>(`[data-twinline="${node.type}"]`)].at(-1);
  if (form === undefined || root === undefined) return;
  const text: Translate = (key, values) => node._(`${node.type}.${key}`, values);
  const prefix = form.kind === "config" ? "node-config-input" : "node-input";
  const plantField = Object.entries(form.fields).find(([, field]) => field.refers === "twin-plant")?.[0];
  const controls = new Map<string, Control>();
  open.set(node, controls);

  for (const help of root.querySelectorAll<HTMLElement>(".twinline-help")) showCode(node, help);
  for (const [key, field] of Object.entries(form.fields)) {
    const row = root.querySelector<HTMLElement>(`[data-field="${key}"]`);
    if (row === null) continue;
    if (field.widget === "config") {
      $(`#${prefix}-${key}`).attr("aria-describedby", `${node.type}-${key}-help`);
      continue;
    }
    const check = (): void => {
      if (!judge(row, key, field, control, text) && field.advanced === true) row.closest("details")?.setAttribute("open", "");
    };
    let ready = false;
    const changed = (): void => {
      if (ready) check();
    };
    const control = build(node, row, key, field, text, () => plantOf(plantField, prefix), changed);
    controls.set(key, control);
    control.write(node[key] ?? field.schema.default);
    ready = true;
    row.addEventListener("input", check);
    row.addEventListener("change", check);
    check();
  }
  if (Number(node["version"] ?? 1) < form.version) update(node, controls);
  extensions.get(node.type)?.(openForm(node, root, controls, prefix, text));
}

function openForm(
  node: EditedNode,
  element: HTMLElement,
  controls: ReadonlyMap<string, Control>,
  prefix: string,
  text: Translate,
): OpenForm {
  const row = (key: string): HTMLElement | null => element.querySelector<HTMLElement>(`[data-field="${key}"]`);
  return {
    node,
    element,
    text,
    row,
    read: (key) => (controls.has(key) ? controls.get(key)?.read() : $(`#${prefix}-${key}`).val()),
    write: (key, value) => {
      controls.get(key)?.write(value);
      row(key)?.dispatchEvent(new Event("change"));
    },
  };
}

/** Help texts mark names with backticks, as the help page does. */
function showCode(node: EditedNode, help: HTMLElement): void {
  const parts = node._((help.dataset["i18n"] ?? "").split(":").at(-1) ?? "").split("`");
  if (parts.length < 3) return;
  delete help.dataset["i18n"]; // Node-RED would put the plain text back
  help.replaceChildren(...parts.map((part, index) => (index % 2 === 1 ? code(part) : part)));
}

function code(text: string): HTMLElement {
  const element = document.createElement("code");
  element.textContent = text;
  return element;
}

function build(
  node: EditedNode,
  row: HTMLElement,
  key: string,
  field: FormField,
  text: Translate,
  plant: () => string,
  changed: () => void,
): Control {
  const box = row.querySelector<HTMLElement>(`#${node.type}-${key}`) ?? row;
  if (field.widget === "table") return tableControl(box, key, field, text, plant, changed);
  const custom = field.widget === "custom" ? widgets.get(`${node.type}.${key}`) : undefined;
  if (custom !== undefined) return custom.prepare(box, { node, text, plant, changed });
  const input = box as HTMLInputElement;
  if (field.widget === "tag" || field.widget === "asset") {
    suggest(input, field.widget === "tag" ? "tags" : "assets", plant, row.querySelector<HTMLElement>(".twinline-hint"), text);
  }
  return inputControl(input, field);
}

/** A node saved by an older release: the runtime knows the migrations, so it is asked for today's values. */
function update(node: EditedNode, controls: ReadonlyMap<string, Control>): void {
  const saved: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(node)) if (!key.startsWith("_") && isPlain(value)) saved[key] = value;
  $.ajax({ url: `twinline/kit/migrate/${node.type}`, method: "POST", contentType: "application/json", data: JSON.stringify(saved) }).done(
    (today: Record<string, unknown>) => {
      for (const [key, control] of controls) if (Object.hasOwn(today, key)) control.write(today[key]);
    },
  );
}

function isPlain(value: unknown): boolean {
  return (
    value === null ||
    ["string", "number", "boolean"].includes(typeof value) ||
    (Array.isArray(value) && value.every((item) => typeof item !== "function"))
  );
}

function save(node: EditedNode): void {
  const form = forms.get(node.type);
  if (form === undefined) return;
  for (const [key, control] of open.get(node) ?? []) node[key] = control.read() ?? "";
  for (const key of form.former) node[key] = undefined;
  node["version"] = form.version;
  open.delete(node);
}

/** For the red triangle on the canvas: true, or the sentence that says what is wrong. */
function validate(type: string, key: string, value: unknown, node: EditedNode): true | string {
  const form = forms.get(type);
  const field = form?.fields[key];
  if (field === undefined || Number(node["version"] ?? 1) < (form?.version ?? 1) || accepts(field.schema, value, field.optional))
    return true;
  return `${node._(`${type}.fields.${key}.label`)}: ${node._(`${type}.fields.${key}.allowed`)}`;
}

const api = {
  declare(type: string, form: Form): void {
    forms.set(type, form);
  },
  custom(type: string, key: string, widget: CustomWidget): void {
    widgets.set(`${type}.${key}`, widget);
  },
  extend(type: string, add: (form: OpenForm) => void): void {
    extensions.set(type, add);
  },
  prepare,
  save,
  validate,
  slug,
};

export type TwinlineKit = typeof api;

const page = window as unknown as { Twinline?: TwinlineKit };
if (page.Twinline === undefined) {
  page.Twinline = api;
  addStyle();
}
