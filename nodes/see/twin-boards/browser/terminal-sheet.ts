/** A sheet over the terminal: the reasons of a stop, a count, an order. */
import type { ShownPart, TerminalView } from "../../../../core/operate/terminal/index.ts";
import { el } from "./dom.ts";
import { clock, duration } from "./format.ts";
import type { Outbox } from "./terminal-outbox.ts";
import { labelled, texts } from "./terminal-texts.ts";

export type Say = (said: Parameters<Outbox["add"]>[0]) => void;

const MINUTE = 60_000;
let open: HTMLDialogElement | undefined;

export function sheetIsOpen(): boolean {
  return open !== undefined;
}

export function button(text: string, act: () => void, name = ""): HTMLButtonElement {
  const made = el("button", { type: "button", ...(name !== "" && { class: name }) }, text);
  made.addEventListener("click", act);
  return made;
}

function show(title: string, ...content: readonly (Node | string)[]): HTMLDialogElement {
  open?.remove();
  const close = button("✕", () => dialog.close(), "close");
  close.setAttribute("aria-label", texts().close);
  const dialog = el("dialog", { class: "sheet" }, el("header", {}, el("h2", {}, title), close), ...content);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (open === dialog) open = undefined;
  });
  open = dialog;
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export function reasonSheet(view: TerminalView, part: ShownPart, now: number, say: Say): void {
  const t = texts();
  const comment = el("input", { type: "text", maxlength: "500", placeholder: t.comment, "aria-label": t.comment });
  const about = { stop: part.stop, seen_end: part.stop_end };
  const range = { from: part.start, to: part.end === part.stop_end ? null : part.end };
  const done = (said: Parameters<Say>[0]): void => {
    say({ ...said, ...(comment.value.trim() !== "" && said.action !== "split" && { comment: comment.value.trim() }) });
    dialog.close();
  };
  const reason = (id: string): HTMLButtonElement | undefined => {
    const one = view.reasons.find((candidate) => candidate.id === id && candidate.loss !== undefined);
    if (one === undefined) return undefined;
    const tone = colourOf(view, id);
    return button(labelled(one.labels, id), () => done({ ...about, ...range, action: "assign", reason: id }), `reason tone-${tone}`);
  };
  const often = view.often.flatMap((id) => reason(id) ?? []);
  const groups = view.reasons.filter((one) => one.parent === null);
  const columns = groups.map((group) => {
    const leaves = group.loss === undefined ? below(view, group.id) : [group.id];
    return el(
      "section",
      {},
      el("h3", {}, group.loss === undefined ? labelled(group.labels, group.id) : " "),
      ...leaves.flatMap((id) => reason(id) ?? []),
    );
  });
  const before = [...view.queue, ...view.done].filter((one) => one.start < part.start).toSorted((a, b) => b.start - a.start)[0];
  const tools = [button(t.split, () => splitSheet(view, part, now, say), "tool")];
  if (before !== undefined)
    tools.push(
      button(
        t.merge,
        () => done({ stop: before.stop, seen_end: before.stop_end, action: "merge", from: before.start, to: part.end ?? now }),
        "tool",
      ),
    );
  if (part.statement !== null) tools.push(button(t.takeBack, () => done({ ...about, action: "revert", target: part.statement }), "tool"));
  tools.push(
    button(`${t.save}: ${t.comment}`, () => comment.value.trim() !== "" && done({ ...about, ...range, action: "comment" }), "tool"),
  );
  const dialog = show(
    `${part.end === null ? t.whyNow : t.why} ${clock(part.start, view.zone)} · ${duration((part.end ?? now) - part.start)}`,
    ...(often.length > 0 ? [el("h3", {}, t.often), el("div", { class: "often" }, ...often)] : []),
    el("div", { class: "columns" }, ...columns),
    el("footer", {}, comment, ...tools),
  );
}

/** The reasons below a group, at whatever depth. */
function below(view: TerminalView, group: string): string[] {
  return view.reasons.flatMap((one) => (one.parent !== group ? [] : one.loss === undefined ? below(view, one.id) : [one.id]));
}

function colourOf(view: TerminalView, id: string): string {
  for (let one = view.reasons.find((candidate) => candidate.id === id); one !== undefined; ) {
    if (one.colour !== undefined) return one.colour;
    const { parent } = one;
    one = view.reasons.find((candidate) => candidate.id === parent);
  }
  return "plain";
}

function splitSheet(view: TerminalView, part: ShownPart, now: number, say: Say): void {
  const t = texts();
  const end = part.end ?? now;
  let at = Math.round((part.start + end) / 2);
  const shown = el("output", { class: "big" });
  const move = (ms: number): void => {
    at = Math.min(Math.max(at + ms, part.start + 1_000), end - 1_000);
    shown.textContent = clock(at, view.zone, true);
  };
  const steps = [-5, -1, 1, 5].map((minutes) =>
    button(`${minutes > 0 ? "+" : "−"}${Math.abs(minutes)} ${t.unit}`, () => move(minutes * MINUTE), "tool"),
  );
  move(0);
  const save = button(
    t.split,
    () => {
      say({ stop: part.stop, seen_end: part.stop_end, action: "split", at });
      dialog.close();
    },
    "primary",
  );
  const dialog = show(t.splitAt, el("div", { class: "stepper" }, ...steps.slice(0, 2), shown, ...steps.slice(2)), el("footer", {}, save));
}

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
