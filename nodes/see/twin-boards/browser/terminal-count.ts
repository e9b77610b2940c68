/** Sheets that say what a machine made: a count by hand, an order. */
import type { TerminalView } from "../../../../core/operate/terminal/index.ts";
import { el } from "./dom.ts";
import { button, type Say, show } from "./terminal-sheet.ts";
import { texts } from "./terminal-texts.ts";

export function countSheet(say: Say): void {
  const t = texts();
  const values = { good: 0, scrap: 0 };
  let field: keyof typeof values = "good";
  const fields = (["good", "scrap"] as const).map((name) => {
    const made = button("", () => choose(name), `count ${name}`);
    return [name, made] as const;
  });
  const draw = (): void => {
    for (const [name, made] of fields) {
      made.replaceChildren(el("span", {}, t[name]), el("b", {}, String(values[name])));
      made.setAttribute("aria-pressed", String(field === name));
    }
    save.disabled = values.good + values.scrap === 0;
  };
  const choose = (name: keyof typeof values): void => {
    field = name;
    draw();
  };
  const key = (text: string): HTMLButtonElement =>
    button(text, () => {
      values[field] =
        text === "⌫" ? Math.floor(values[field] / 10) : text === "C" ? 0 : Math.min(values[field] * 10 + Number(text), 999_999);
      draw();
    });
  const save = button(
    t.save,
    () => {
      say({ ...values, action: "count" });
      dialog.close();
    },
    "primary",
  );
  draw();
  const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "C", "0", "⌫"].map(key);
  const dialog = show(
    t.counts,
    el(
      "div",
      { class: "counting" },
      el("div", { class: "counts" }, ...fields.map(([, made]) => made), save),
      el("div", { class: "keys" }, ...keys),
    ),
  );
}

export function orderSheet(view: TerminalView, say: Say): void {
  const t = texts();
  const number = el("input", { type: "text", maxlength: "128", placeholder: t.orderNumber, "aria-label": t.orderNumber });
  const start = (product: string): void => {
    const order = number.value.trim();
    if (order === "") return number.focus();
    say({ action: "start-order", order, product });
    dialog.close();
  };
  const products = view.products.map(({ id, label }) => button(label, () => start(id), "reason"));
  const { order } = view.order;
  const end = button(
    `${t.end} ${order ?? ""}`,
    () => {
      say({ action: "stop-order", order });
      dialog.close();
    },
    "tool",
  );
  const dialog = show(
    t.order,
    number,
    el("h3", {}, `${t.start}: ${t.product}`),
    el("div", { class: "often" }, ...products),
    el("footer", {}, el("p", {}, t.precedence), ...(view.order.source === "manual" ? [end] : [])),
  );
}
