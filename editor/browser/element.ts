/** Elements without HTML text: what comes from a plant is hostile until shown as text. */

export type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** An element with attributes and children; `true` sets an attribute without a value, undefined and false leave it out. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/** A button that cannot be pressed again while its work runs; `act` names it for tests and styles. */
export function button(act: string, text: string, work: () => unknown, attributes: Attributes = {}): HTMLButtonElement {
  const made = element("button", { type: "button", class: "red-ui-button red-ui-button-small", "data-act": act, ...attributes }, text);
  made.addEventListener("click", () => {
    made.disabled = true;
    void Promise.resolve(work()).finally(() => (made.disabled = false));
  });
  return made;
}
