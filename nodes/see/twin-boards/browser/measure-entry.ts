/** Where values are entered: by the keys of the screen, a keyboard, or a scale that types. One value after the other. */
import type { HandEntry } from "../../../../core/model/charting/index.ts";
import { el } from "./dom.ts";
import { CLEAR } from "./measure-number.ts";
import { measureTexts } from "./measure-texts.ts";
import { TypedValues } from "./measure-values.ts";
import { button } from "./terminal-sheet.ts";

const MOST_LOST = 10;

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

export interface EntryBox {
  readonly element: HTMLElement;
  /** Texts are typed here already, so that they can be changed. Of what stood here it says that it is not taken. */
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
  const typed = new TypedValues(labels.length, units);
  /** Typed where it could not be taken, since the last value that was. */
  let lost: readonly string[] = [];
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

  function draw(): void {
    for (const [i, { field, shown }] of fields.entries()) {
      const value = typed.texts[i] ?? "";
      shown.textContent = value === "" ? "–" : value;
      field.setAttribute("aria-pressed", String(i === typed.active));
      field.toggleAttribute("data-filled", value !== "");
    }
    save.disabled = typed.values.includes(undefined);
  }
  function tell(sentence: string, good = false): void {
    said.textContent = sentence;
    said.toggleAttribute("data-good", good);
    // A question stands before the page.
    const dialog = openDialog();
    if (dialog === null || sentence === "") return;
    const there = dialog.querySelector(".said") ?? dialog.appendChild(el("p", { class: "said", role: "alert" }));
    there.textContent = sentence;
  }
  function notTaken(): string {
    return lost.length === 0 ? "" : `${t.notTaken} ${lost.join(" · ")}`;
  }
  function choose(i: number): void {
    lost = [];
    typed.choose(i);
    tell("");
    draw();
  }
  function key(one: string, tapped = false): void {
    const open = openDialog() !== null;
    const taken = tapped ? typed.tap(one) : typed.key(one, open);
    if (taken) lost = [];
    tell(taken ? "" : open || !typed.ready ? t.asked : `${t.full} ${notTaken()}`.trim());
    draw();
  }
  /** Ends a value: what is no number, or of another unit, is said and typed again. A single one is saved at once. */
  function end(): void {
    const done = typed.end(openDialog() !== null);
    if (done.ended === "save") send();
    else if (done.ended === "ready") tell(t.ready, true);
    else if (done.ended === "next") tell("");
    else if (done.ended === "asked") tell(t.asked);
    else if (done.ended === "full") {
      lost = [...lost, done.text].slice(-MOST_LOST);
      tell(`${t.full} ${notTaken()}`);
    } else if (done.ended === "fault")
      tell(done.fault.fault === "unit" ? `${t.otherUnit} ${done.fault.unit ?? ""}` : `${t.notNumber} ${done.text}`);
    draw();
  }
  function send(): void {
    const { values } = typed;
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
    typed.complete();
    draw();
    enter(entered, (kept) => {
      if (!kept) return tell(t.tooMany);
      empty();
      tell(notTaken());
    });
  }
  function empty(): void {
    comment.value = "";
    typed.put([]);
    draw();
  }
  function clear(): void {
    lost = [];
    empty();
    tell("");
  }
  function keep(): () => void {
    const [back, before, good] = [typed.keep(), said.textContent, said.hasAttribute("data-good")];
    return () => {
      back();
      tell(before, good);
      draw();
    };
  }
  function fill(texts: readonly string[]): void {
    lost = typed.texts.filter((one) => one !== "");
    typed.put(texts);
    tell(notTaken());
    draw();
  }

  const save = button(t.save, send, "primary");
  const keys = ["7", "8", "9", "4", "5", "6", "1", "2", "3", ",", "0", "⌫", "C", "±"].map((one) =>
    button(one, () => key(one === "C" ? CLEAR : one, true)),
  );
  const next = button("⏎", end, "enter");
  next.setAttribute("aria-label", t.enterNext);
  // What is touched does not take the focus, or a scale that types would press it.
  for (const one of [...keys, next, save, ...fields.map(({ field }) => field)])
    one.addEventListener("mousedown", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    if (!box.isConnected) return;
    const { key: pressed, target } = event;
    if (event.ctrlKey || event.altKey || event.metaKey || target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
    const open = openDialog() !== null;
    // Whoever goes from button to button by keyboard presses the one that has the focus.
    const focused = target instanceof HTMLElement && target !== document.body;
    const begun = open ? typed.begun === "beyond" : typed.begun !== null;
    // A question is answered by its own buttons, but not by what a scale types.
    if (open && !begun && (pressed === "Enter" ? target instanceof HTMLButtonElement : pressed.length > 1 || pressed === " ")) return;
    if (pressed === "Enter" && (begun || open || !focused)) end();
    else if (pressed === "Backspace") key("⌫");
    else if (pressed === "-") key(begun ? "±" : "-");
    else if (pressed === " " && begun && (open || !focused)) key(pressed);
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
  // Otherwise a scale would go on choosing products.
  product.addEventListener("change", () => product.blur());
  draw();
  /** What is being typed is of what was made before. */
  function makes(made: string | null): void {
    if (made !== null && typed.texts.every((one) => one === "")) product.value = made;
  }
  return { element: box, fill, clear, keep, makes };
}

function openDialog(): Element | null {
  return document.querySelector("dialog[open]");
}

function text(label: string, most: string): HTMLInputElement {
  return el("input", { type: "text", maxlength: most, placeholder: label, "aria-label": label });
}
