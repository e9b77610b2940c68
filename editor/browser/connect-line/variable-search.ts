/** A field in which a variable is found by typing parts of its name; arrow keys walk the list, Enter takes, Escape leaves. */
import { made } from "./parts.ts";
import type { Variable } from "./shapes.ts";
import { valueText } from "./step-variables.ts";
import { say } from "./words.ts";

const OPTIONS_SHOWN = 12;
let searches = 0;

/** `near`: addresses that come first, those of the machine. An emptied field means that no variable is chosen. */
export function variableSearch(
  label: string,
  address: string | undefined,
  near: readonly string[],
  variables: ReadonlyMap<string, Variable>,
  choose: (address: string | undefined) => void,
): HTMLElement {
  searches += 1;
  const id = `tw-cl-search-${searches}`;
  const shown = address === undefined ? "" : nameOf(variables.get(address), address);
  const input = made("input", {
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-label": say("variableFor", { tag: label }),
    "aria-expanded": "false",
    "aria-controls": id,
    placeholder: say("searchVariables"),
    title: address,
  });
  input.value = shown;
  const list = made("ul", { id, role: "listbox", class: "tw-cl-options", hidden: true });
  const box = made("div", { class: "tw-cl-search" }, input, list);
  const nearby = new Set(near);
  let options: Variable[] = [];
  let at = -1;

  const close = (): void => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  };
  const take = (variable: Variable | undefined): void => {
    close();
    if (variable?.address !== address) choose(variable?.address);
  };
  const mark = (to: number): void => {
    at = options.length === 0 ? -1 : (to + options.length) % options.length;
    [...list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === at)));
    if (at >= 0) input.setAttribute("aria-activedescendant", `${id}-${at}`);
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  const open = (words: string): void => {
    const wanted = words.toLowerCase().split(/\s+/);
    const fits = [...variables.values()].filter(({ path }) => wanted.every((word) => path.join("/").toLowerCase().includes(word)));
    options = fits.toSorted((a, b) => Number(nearby.has(b.address)) - Number(nearby.has(a.address))).slice(0, OPTIONS_SHOWN);
    list.replaceChildren(
      ...options.map((variable, index) => {
        const item = made(
          "li",
          { role: "option", id: `${id}-${index}`, title: variable.address },
          nearby.has(variable.address) ? (variable.path.at(-1) ?? "") : variable.path.join(" / "),
          made("span", { class: "tw-cl-hint" }, ` ${valueText(variable)}`),
        );
        item.addEventListener("mousedown", (event) => {
          event.preventDefault();
          take(variable);
        });
        return item;
      }),
    );
    if (options.length === 0) list.replaceChildren(made("li", { class: "tw-cl-hint" }, say("nothingFound")));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(0);
  };
  input.addEventListener("focus", () => input.select());
  input.addEventListener("click", () => open(""));
  input.addEventListener("input", () => open(input.value));
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && list.hidden) open("");
    else if (event.key === "ArrowDown") mark(at + 1);
    else if (event.key === "ArrowUp") mark(at - 1);
    else if (event.key === "Enter" && !list.hidden) take(input.value.trim() === "" ? undefined : options[at]);
    else if (event.key === "Escape" && !list.hidden) {
      input.value = shown;
      close();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  });
  input.addEventListener("blur", () => {
    if (input.value.trim() === "" && address !== undefined) return take(undefined);
    input.value = shown;
    close();
  });
  return box;
}

function nameOf(variable: Variable | undefined, address: string): string {
  return variable?.path.slice(-1)[0] ?? address;
}
