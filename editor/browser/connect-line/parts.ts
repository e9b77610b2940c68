/** Small parts that the steps are made of: elements, buttons, fields, lists with a search, progress. */
import { say } from "./words.ts";

type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** An element with attributes and children; `true` sets an attribute without a value, undefined and false leave it out. */
export function made<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** `act` names the button for tests and styles; while its work runs it cannot be pressed again. */
export function pressable(act: string, label: string, work: () => unknown, primary = false): HTMLButtonElement {
  const button = made("button", { type: "button", class: `red-ui-button${primary ? " primary" : ""}`, "data-act": act }, label);
  button.addEventListener("click", () => {
    button.disabled = true;
    void Promise.resolve(work()).finally(() => {
      button.disabled = false;
    });
  });
  return button;
}

/** A labelled input or select; `hint` stands below it. */
export function labelled(label: string, control: HTMLElement, hint = ""): HTMLElement {
  control.id ||= `tw-cl-${Math.random().toString(36).slice(2)}`;
  const row = made("div", { class: "tw-cl-row" }, made("label", { for: control.id }, label), control);
  if (hint !== "") row.append(made("div", { class: "tw-cl-hint" }, hint));
  return row;
}

export function typedIn(value: string, changed: (value: string) => void, attributes: Attributes = {}): HTMLInputElement {
  const input = made("input", { type: "text", autocomplete: "off", spellcheck: "false", ...attributes });
  input.value = value;
  input.addEventListener("input", () => changed(input.value));
  return input;
}

export function chosenFrom(
  options: readonly (readonly [value: string, label: string])[],
  value: string,
  changed: (value: string) => void,
  attributes: Attributes = {},
): HTMLSelectElement {
  const select = made("select", attributes, ...options.map(([key, label]) => new Option(label, key, false, key === value)));
  select.addEventListener("change", () => changed(select.value));
  return select;
}

export function ticked(label: string, on: boolean, changed: (on: boolean) => void, attributes: Attributes = {}): HTMLElement {
  const box = made("input", { type: "checkbox", ...attributes });
  box.checked = on;
  box.addEventListener("change", () => changed(box.checked));
  return made("label", { class: "tw-cl-tick" }, box, label);
}

/** How sure a proposal is, as a bar with its number; the reasons appear on hover and to screen readers. */
export function sureness(confidence: number, reasons: readonly string[]): HTMLElement {
  const percent = Math.round(confidence * 100);
  const bar = made("span", { class: "tw-cl-bar" }, made("span", { style: `width:${percent}%` }));
  const text = [say("sure", { percent }), ...reasons].join("\n");
  return made(
    "span",
    { class: "tw-cl-sure", title: text, "data-level": confidence >= 0.7 ? "high" : "low", tabindex: "0", "aria-label": text },
    bar,
    `${percent} %`,
  );
}

/** Runs work that may take long: after 300 ms a line says so, with a button that cancels it. */
export async function withProgress<T>(host: HTMLElement, text: () => string, work: Promise<T>, cancel?: () => void): Promise<T> {
  const line = made("span", { role: "status" });
  const box = made("div", { class: "tw-cl-progress" }, made("i", { class: "fa fa-spinner fa-spin", "aria-hidden": "true" }), line);
  if (cancel !== undefined) box.append(pressable("cancel", say("cancel"), cancel));
  const shown = window.setTimeout(() => host.prepend(box), 300);
  const told = window.setInterval(() => (line.textContent = text()), 250);
  try {
    return await work;
  } finally {
    window.clearTimeout(shown);
    window.clearInterval(told);
    box.remove();
  }
}

/** Saves a text as a file of the person's own machine. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  const link = made("a", { href: url, download: name });
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** Asks for a file and gives its text. Too large a file is refused before it is read. */
export function upload(
  act: string,
  label: string,
  take: (name: string, text: string) => unknown,
  fail: (sentence: string) => void,
): HTMLElement {
  const input = made("input", { type: "file", accept: ".csv,text/csv", "data-act": act, hidden: true });
  input.addEventListener("change", () => {
    const [file] = input.files ?? [];
    input.value = "";
    if (file === undefined) return;
    if (file.size > 2 * 1024 * 1024) return fail(say("fileTooLarge"));
    void file.text().then((text) => take(file.name, text));
  });
  return made(
    "span",
    {},
    input,
    pressable(`${act}-button`, label, () => input.click()),
  );
}
