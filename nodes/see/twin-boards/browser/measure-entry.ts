/** Where values are entered: by the keys of the screen, a keyboard, or a scale that types. One value after the other. */
import type { HandEntry } from "../../../../core/model/charting/index.ts";
import { el } from "./dom.ts";
import { typedNumber, withKey } from "./measure-number.ts";
import { measureTexts } from "./measure-texts.ts";
import { button } from "./terminal-sheet.ts";

/** As it is sent, without id and time. */
export type Entered = Record<string, unknown> & { readonly action: "measure" };

export interface EntryOf {
  readonly entry: HandEntry;
  readonly units: readonly string[];
  readonly unit: string | null;
  readonly products: readonly { readonly id: string; readonly label: string }[];
  /** What the machine makes. */
  readonly part: string | null;
  readonly enter: (entered: Entered) => void;
}

export interface EntryBox {
  readonly element: HTMLElement;
  /** Texts are typed here already, so that they can be changed. */
  fill(texts: readonly string[]): void;
}

export function entryBox({ entry, units, unit, products, part, enter }: EntryOf): EntryBox {
  const t = measureTexts();
  const labels =
    entry.of === "count"
      ? [t.count]
      : entry.of === "count-size"
        ? [t.count, t.inspected]
        : Array.from({ length: entry.size }, (_, i) => (entry.size === 1 ? t.value : `${t.value} ${i + 1}`));
  let typed = labels.map(() => "");
  let active = 0;
  const said = el("p", { class: "said", role: "alert" });
  const fields = labels.map((label, i) => {
    const shown = el("b", {}, "");
    const field = button("", () => choose(i), "handvalue");
    field.append(el("span", {}, label), shown);
    return { field, shown };
  });
  const product = el(
    "select",
    { "aria-label": t.product },
    ...products.map(({ id, label }) => el("option", { value: id, ...(id === part && { selected: "" }) }, label)),
  );
  const [instrument, comment] = [text(t.instrument, "200"), text(t.comment, "500")];
  const read = (i: number): number | undefined => {
    const found = typedNumber(typed[i] ?? "", units);
    return "value" in found ? found.value : undefined;
  };

  function draw(): void {
    for (const [i, { field, shown }] of fields.entries()) {
      const value = typed[i] ?? "";
      shown.textContent = value === "" ? "–" : unit !== null && entry.of === "values" && /\d$/.test(value) ? `${value} ${unit}` : value;
      field.setAttribute("aria-pressed", String(i === active));
      field.toggleAttribute("data-filled", value !== "");
    }
    save.disabled = labels.some((_, i) => read(i) === undefined);
  }
  function choose(i: number): void {
    active = i;
    said.textContent = "";
    draw();
  }
  function key(one: string): void {
    said.textContent = "";
    typed[active] = withKey(typed[active] ?? "", one);
    draw();
  }
  /** Ends a value: what is no number, or of another unit, is said and typed again. */
  function end(): void {
    const value = typed[active] ?? "";
    if (value === "") return save.disabled ? undefined : send();
    const found = typedNumber(value, units);
    if ("fault" in found) {
      said.textContent = found.fault === "unit" ? `${t.otherUnit} ${found.unit ?? ""}` : `${t.notNumber} ${value}`;
      typed[active] = "";
      return draw();
    }
    typed[active] = String(found.value);
    const next = typed.findIndex((one) => one === "");
    if (next === -1 && active === labels.length - 1) {
      draw();
      return save.focus();
    }
    choose(next === -1 ? active + 1 : next);
  }
  function send(): void {
    const values = labels.map((_, i) => read(i));
    if (values.includes(undefined)) return;
    const [first, second] = values;
    const measured = entry.of === "values" ? { values } : entry.of === "count" ? { count: first } : { count: first, size: second };
    enter({
      action: "measure",
      ...measured,
      ...(entry.part && product.value !== "" && { part: product.value }),
      ...(instrument.value.trim() !== "" && { instrument: instrument.value.trim() }),
      ...(comment.value.trim() !== "" && { comment: comment.value.trim() }),
    });
    comment.value = "";
    fill([]);
  }
  function fill(texts: readonly string[]): void {
    typed = labels.map((_, i) => texts[i] ?? "");
    choose(0);
  }

  const save = button(t.save, send, "primary");
  const keys = ["7", "8", "9", "4", "5", "6", "1", "2", "3", ",", "0", "⌫", "C", "±"].map((one) => button(one, () => key(one)));
  const next = button("⏎", end, "enter");
  next.setAttribute("aria-label", t.enterNext);
  document.addEventListener("keydown", (event) => {
    if (!box.isConnected || document.querySelector("dialog[open]") !== null) return;
    if (
      event.ctrlKey ||
      event.altKey ||
      event.metaKey ||
      event.target instanceof HTMLInputElement ||
      event.target instanceof HTMLSelectElement
    )
      return;
    if (event.key === "Enter") {
      // The button that has the focus would be pressed by the scale; only that of saving is meant.
      if (event.target === save && typed[active] !== "" && !save.disabled) return;
      event.preventDefault();
      return end();
    }
    if (event.key === "Backspace") return key("⌫");
    if (event.key === "-") return key(typed[active] === "" ? "-" : "±");
    if (
      event.key.length === 1 &&
      (event.key !== " " || typed[active] !== "") &&
      !(event.key === " " && event.target instanceof HTMLButtonElement)
    )
      key(event.key);
  });
  const box = el(
    "section",
    { class: "handentry" },
    el("div", { class: "handvalues" }, ...fields.map(({ field }) => field)),
    said,
    ...(entry.part ? [el("label", { class: "entry" }, t.product, product)] : []),
    el("div", { class: "keys" }, ...keys, next),
    save,
    el("details", {}, el("summary", {}, t.more), instrument, comment),
  );
  draw();
  return { element: box, fill };
}

function text(label: string, most: string): HTMLInputElement {
  return el("input", { type: "text", maxlength: most, placeholder: label, "aria-label": label });
}
