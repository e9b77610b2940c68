/** A sheet over the terminal, and that of the reasons of a stop. */
import type { Before, ShownPart, TerminalView } from "../../../../core/operate/terminal/index.ts";
import type { LossClass, Reason } from "../../../../core/connect/model/index.ts";
import { el } from "./dom.ts";
import { clock, duration } from "./format.ts";
import type { Outbox } from "./terminal-outbox.ts";
import { labelled, texts } from "./terminal-texts.ts";

export type Say = (said: Parameters<Outbox["add"]>[0]) => void;

const MINUTE = 60_000;
let open: HTMLDialogElement | undefined;
/** What the key of a reason does while reasons are shown. */
let onKey: ((key: string) => void) | undefined;

export function keyTyped(key: string): void {
  onKey?.(key.toUpperCase());
}

export function sheetIsOpen(): boolean {
  return open !== undefined;
}

export function button(text: string, act: () => void, name = ""): HTMLButtonElement {
  const made = el("button", { type: "button", ...(name !== "" && { class: name }) }, text);
  made.addEventListener("click", act);
  return made;
}

export function show(title: string, ...content: readonly (Node | string)[]): HTMLDialogElement {
  open?.close();
  const close = button("✕", () => dialog.close(), "close");
  close.setAttribute("aria-label", texts().close);
  const dialog = el("dialog", { class: "sheet" }, el("header", {}, el("h2", {}, title), close), ...content);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (open !== dialog) return;
    open = undefined;
    onKey = undefined;
  });
  open = dialog;
  onKey = undefined;
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
  let overriding = false;
  const offered = view.reasons.filter((one) => holds(one, part.start));
  const give = (id: string): void => {
    if (!overriding) return done({ ...about, ...range, action: "assign", reason: id });
    lossSheet(view, id, (bucket) => done({ ...about, ...range, action: "override", reason: id, bucket }));
  };
  const reason = (id: string): HTMLButtonElement | undefined => {
    const one = offered.find((candidate) => candidate.id === id && candidate.loss !== undefined);
    if (one === undefined) return undefined;
    const made = button(labelled(one.labels, id), () => give(id), `reason tone-${colourOf(view, id)}`);
    if (one.key !== undefined) made.append(el("kbd", {}, one.key));
    if (id === part.reason) made.setAttribute("aria-current", "true");
    return made;
  };
  const often = view.often.flatMap((id) => reason(id) ?? []);
  const groups = offered.filter((one) => one.parent === null);
  const columns = groups.map((group) => {
    const leaves = group.loss === undefined ? below(offered, group.id) : [group.id];
    return el(
      "section",
      {},
      el("h3", {}, group.loss === undefined ? labelled(group.labels, group.id) : " "),
      ...leaves.flatMap((id) => reason(id) ?? []),
    );
  });
  const previous = [...view.queue, ...view.done].filter((one) => one.start < part.start).toSorted((a, b) => b.start - a.start)[0];
  const tools = [button(t.split, () => splitSheet(view, part, now, say), "tool")];
  if (previous !== undefined)
    tools.push(
      button(
        t.merge,
        () => done({ stop: previous.stop, seen_end: previous.stop_end, action: "merge", from: previous.start, to: part.end ?? now }),
        "tool",
      ),
    );
  const [target, stop] = [part.statement, part.statement_stop];
  if (target !== null) tools.push(button(t.takeBack, () => done({ ...about, stop, action: "revert", target }), "tool"));
  if (view.person.decides) {
    const override = button(t.override, () => {
      overriding = !overriding;
      override.setAttribute("aria-pressed", String(overriding));
    });
    override.setAttribute("aria-pressed", "false");
    tools.push(override);
  }
  tools.push(
    button(`${t.save}: ${t.comment}`, () => comment.value.trim() !== "" && done({ ...about, ...range, action: "comment" }), "tool"),
  );
  const dialog = show(
    `${part.end === null ? t.whyNow : t.why} ${clock(part.start, view.zone)} · ${duration((part.end ?? now) - part.start)}`,
    ...saidOf(view, part),
    ...(often.length > 0 ? [el("h3", {}, t.often), el("div", { class: "often" }, ...often)] : []),
    el("div", { class: "columns" }, ...columns),
    el("footer", {}, comment, ...tools),
  );
  onKey = (key) => {
    const one = offered.find((candidate) => candidate.key?.toUpperCase() === key && candidate.loss !== undefined);
    if (one !== undefined) give(one.id);
  };
}

/** What holds now, and what holds again when it is taken back. */
function saidOf(view: TerminalView, part: ShownPart): HTMLElement[] {
  const t = texts();
  if (part.by === "machine") return [];
  const words = ({ reason, by, author }: Pick<Before, "reason" | "by" | "author">): string => {
    const one = view.reasons.find(({ id }) => id === reason);
    const name = reason === null ? t.noReason : one === undefined ? reason : labelled(one.labels, reason);
    return by === "machine" ? name : `${name} (${by === "operator" ? `${t.by} ${author ?? ""}` : t.automatic})`;
  };
  const line = el("p", { class: "holds" }, `${t.holds}: `, el("strong", {}, words(part)));
  if (part.before !== null) line.append(` · ${t.before}: ${words(part.before)}`);
  return [line];
}

/** What the time counts as, when that is another thing than the reason says. */
function lossSheet(view: TerminalView, reason: string, choose: (bucket: LossClass) => void): void {
  const t = texts();
  const own = view.reasons.find(({ id }) => id === reason);
  const classes = (["failure", "stop", "hold", "setup", "plannedDown", "external", "noOrder"] as const).map((bucket) => {
    const made = button(
      t[bucket],
      () => {
        dialog.close();
        choose(bucket);
      },
      `reason is-${bucket}`,
    );
    if (own?.loss === bucket) made.setAttribute("aria-current", "true");
    return made;
  });
  const dialog = show(
    `${t.countsAs} ${own === undefined ? reason : labelled(own.labels, reason)}`,
    el("div", { class: "often" }, ...classes),
  );
}

/** A reason is offered for what begins while it holds. */
function holds({ from, until }: Reason, at: number): boolean {
  return (from === undefined || from <= at) && (until === undefined || at < until);
}

/** The reasons below a group, at whatever depth. */
function below(reasons: readonly Reason[], group: string): string[] {
  return reasons.flatMap((one) => (one.parent !== group ? [] : one.loss === undefined ? below(reasons, one.id) : [one.id]));
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
