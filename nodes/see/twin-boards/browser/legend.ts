/** The legend of a chart: name, colour and last value of each line; a click hides the line or shows it again. */
import { boardTexts, told } from "./board-texts.ts";
import { el } from "./dom.ts";
import { text } from "./format.ts";
import type { Field } from "../../../../core/see/board/spec.ts";
import type { Line } from "./series.ts";

export interface Legend {
  readonly root: HTMLElement;
  readonly hidden: ReadonlySet<string>;
  /** Values at an index of the columns, printed as the fields say; null for the last ones that are known. */
  fill(
    columns: readonly (readonly (number | null | undefined)[])[],
    fields: readonly Field[],
    index: number | null,
    zone: string,
    now: number,
  ): void;
}

/** Names of hidden lines by panel: kept when the chart is drawn anew. */
const hiddenIn = new WeakMap<HTMLElement, Set<string>>();

export function legendOf(
  body: HTMLElement,
  lines: readonly Line[],
  changed: { readonly shown: (index: number, shown: boolean) => void; readonly pointed: (index: number | null) => void },
): Legend {
  const hidden = hiddenIn.get(body) ?? new Set<string>();
  hiddenIn.set(body, hidden);
  const values = lines.map(() => el("b", {}, "–"));
  const entries = lines.map(({ label, colour, dash, field }, index) => {
    const name = el("span", { class: dash === undefined ? "chip" : "chip dashed" }, label);
    name.style.setProperty("--tone", colour);
    const value = values[index] ?? "";
    if (field.draw === "none") return el("li", {}, name, " ", value);
    const button = el(
      "button",
      { type: "button", "aria-pressed": String(!hidden.has(label)), title: told(boardTexts().toggle, { label }) },
      name,
      " ",
      value,
    );
    button.addEventListener("click", () => {
      if (!hidden.delete(label)) hidden.add(label);
      button.setAttribute("aria-pressed", String(!hidden.has(label)));
      changed.shown(index, !hidden.has(label));
    });
    button.addEventListener("pointerenter", () => changed.pointed(index));
    button.addEventListener("pointerleave", () => changed.pointed(null));
    return el("li", {}, button);
  });
  return {
    root: el("ul", { class: "legend" }, ...entries),
    hidden,
    fill(columns, fields, index, zone, now) {
      for (const [i, field] of fields.entries()) {
        const column = columns[i] ?? [];
        // Marks are no course of values, so the last one says less than how many there are.
        const marks = field.draw === "points" && index === null;
        const value =
          index === null
            ? column.findLast((v) => v !== null && v !== undefined)
            : (column.slice(0, index + 1).findLast((v) => v !== undefined) ?? null);
        const shown = marks ? `${column.filter((v) => typeof v === "number").length} ×` : text(value ?? null, field, zone, now);
        const at = values[i];
        if (at !== undefined && at.textContent !== shown) at.textContent = shown;
      }
    },
  };
}
