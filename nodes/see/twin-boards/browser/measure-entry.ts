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
  /** `kept` hears whether it could be kept; never where nobody identifies for it. */
  readonly enter: (entered: Entered, kept: (ok: boolean) => void) => void;
}

/** Every value is there; Enter saves. */
const READY = -1;

export interface EntryBox {
  readonly element: HTMLElement;
  /** Texts are typed here already, so that they can be changed. */
  fill(texts: readonly string[]): void;
  /** Nothing of it is left: who had begun it is gone. */
  clear(): void;
  /** What is typed now; the answer puts it back. */
  keep(): () => void;
  /** Another product is being made. */
  makes(part: string | null): void;
}

export function entryBox({ entry, units, unit, products, part, enter }: EntryOf): EntryBox {
  const t = measureTexts();
  const labels =
    entry.of === "count"
      ? [t.count]
      : entry.of === "count-size"
        ? [t.count, t.inspected]
        : Array.from({ length: entry.size }, (_, i) => [entry.size === 1 ? t.value : `${t.value} ${i + 1}`, unit ?? ""].join(" ").trim());
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
      shown.textContent = value === "" ? "–" : value;
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
    // A scale that types on must not change what is there already.
    if (active === READY) return void (said.textContent = t.full);
    said.textContent = "";
    typed[active] = withKey(typed[active] ?? "", one);
    draw();
  }
  /** Ends a value: what is no number, or of another unit, is said and typed again. After the last one it saves. */
  function end(): void {
    if (active === READY) return send();
    const value = typed[active] ?? "";
    if (value === "") return;
    const found = typedNumber(value, units);
    if ("fault" in found) {
      typed[active] = "";
      said.textContent = found.fault === "unit" ? `${t.otherUnit} ${found.unit ?? ""}` : `${t.notNumber} ${value}`;
      return draw();
    }
    typed[active] = String(found.value);
    const next = typed.findIndex((one) => one === "");
    choose(next === -1 ? READY : next);
  }
  function send(): void {
    const values = labels.map((_, i) => read(i));
    if (values.includes(undefined)) return;
    const [first, second] = values;
    const measured = entry.of === "values" ? { values } : entry.of === "count" ? { count: first } : { count: first, size: second };
    const entered: Entered = {
      action: "measure",
      ...measured,
      ...(entry.part && product.value !== "" && { part: product.value }),
      ...(instrument.value.trim() !== "" && { instrument: instrument.value.trim() }),
      ...(comment.value.trim() !== "" && { comment: comment.value.trim() }),
    };
    enter(entered, (kept) => {
      if (kept) clear();
      else said.textContent = t.tooMany;
    });
  }
  function clear(): void {
    comment.value = "";
    fill([]);
  }
  function keep(): () => void {
    const [before, at] = [[...typed], active];
    return () => {
      typed = before;
      choose(at);
    };
  }
  function fill(texts: readonly string[]): void {
    typed = labels.map((_, i) => texts[i] ?? "");
    choose(0);
  }

  const save = button(t.save, send, "primary");
  const keys = ["7", "8", "9", "4", "5", "6", "1", "2", "3", ",", "0", "⌫", "C", "±"].map((one) => button(one, () => key(one)));
  const next = button("⏎", end, "enter");
  next.setAttribute("aria-label", t.enterNext);
  // What is touched does not take the focus, or a scale that types would press it.
  for (const one of [...keys, next, save, ...fields.map(({ field }) => field)])
    one.addEventListener("mousedown", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (!box.isConnected || document.querySelector("dialog[open]") !== null) return;
    const { key: pressed, target } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
    const begun = active !== READY && typed[active] !== "";
    // Whoever goes from button to button by keyboard presses the one that has the focus.
    const focused = target instanceof HTMLElement && target !== document.body;
    if (pressed === "Enter" && (begun || !focused)) end();
    else if (pressed === "Backspace") key("⌫");
    else if (pressed === "-") key(begun ? "±" : "-");
    else if (pressed === " " && begun && !focused) key(pressed);
    else if (pressed.length === 1 && pressed !== " ") key(pressed);
    else if (pressed !== " " || focused) return;
    event.preventDefault();
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
  /** What is being typed is of what was made before. */
  function makes(made: string | null): void {
    if (made !== null && typed.every((one) => one === "")) product.value = made;
  }
  return { element: box, fill, clear, keep, makes };
}

function text(label: string, most: string): HTMLInputElement {
  return el("input", { type: "text", maxlength: most, placeholder: label, "aria-label": label });
}
