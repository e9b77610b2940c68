/** A dialog of the control charts: fields, and a deed that waits until everything is filled in. */
import { chartTexts } from "./chart-texts.ts";
import { el } from "./dom.ts";
import { button } from "./terminal-sheet.ts";

export function entry(label: string): { readonly input: HTMLInputElement; readonly parts: readonly HTMLElement[] } {
  const input = el("input", { type: "text", maxlength: "200", "aria-label": label });
  return { input, parts: [el("label", { class: "entry" }, label, input)] };
}

/** A dialog whose deed waits until everything is filled in. */
export function sheet(
  title: string,
  content: readonly (Node | string)[],
  deed: string,
  owed: readonly HTMLInputElement[],
  act: () => Promise<unknown>,
): void {
  const close = button("✕", () => dialog.close(), "close");
  close.setAttribute("aria-label", chartTexts().dismiss);
  const save = button(
    deed,
    () => {
      dialog.close();
      void act();
    },
    "primary",
  );
  const check = (): void => void (save.disabled = owed.some(({ value }) => value.trim() === ""));
  for (const input of owed) input.addEventListener("input", check);
  check();
  const dialog = el(
    "dialog",
    { class: "sheet chartsheet" },
    el("header", {}, el("h2", {}, title), close),
    ...content,
    el("footer", {}, save),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
