/** The entries of the shift, to be looked over: who, when, what, and whether it still holds. */
import type { ShownEntry, TerminalView } from "../../../../core/operate/terminal/index.ts";
import { el } from "./dom.ts";
import { clock } from "./format.ts";
import { button, type Say, show } from "./terminal-sheet.ts";
import { labelled, texts } from "./terminal-texts.ts";

type Filter = "all" | "mine" | "offline";

export function entriesSheet(view: TerminalView, say: Say): void {
  const t = texts();
  let filter: Filter = "all";
  const list = el("ul", { class: "entries" });
  const filters = (["all", "mine", "offline"] as const).map((one) => {
    const made = button(t.filter[one], () => choose(one), "tool");
    return [one, made] as const;
  });
  const undo = (entry: ShownEntry): HTMLButtonElement =>
    button(
      t.undo,
      () => {
        say({ stop: entry.stop, seen_end: entry.seen_end, action: "revert", target: entry.id });
        dialog.close();
      },
      "tool",
    );
  const row = (entry: ShownEntry): HTMLElement => {
    const marks = [
      `${t.by} ${entry.author}`,
      entry.terminal === null ? "" : `${t.at} ${entry.terminal}`,
      `${t.revision} ${entry.revision}`,
      entry.offline ? `${t.offline} ${clock(entry.made, view.zone)}` : "",
      entry.holds ? "" : t.takenBack,
    ];
    return el(
      "li",
      { ...(!entry.holds && { class: "gone" }) },
      el("time", {}, clock(entry.recorded, view.zone)),
      el("span", {}, wordsOf(view, entry), el("small", {}, marks.filter((text) => text !== "").join(" · "))),
      ...(entry.id === view.undo && view.person.enters ? [undo(entry)] : []),
    );
  };
  const choose = (one: Filter): void => {
    filter = one;
    for (const [name, made] of filters) made.setAttribute("aria-pressed", String(name === filter));
    const shown = view.entries.filter(
      ({ author, offline }) => filter === "all" || (filter === "mine" ? author === view.person.name : offline),
    );
    list.replaceChildren(...(shown.length === 0 ? [el("li", {}, t.noEntries)] : shown.map(row)));
  };
  choose("all");
  const since = `${t.entries} · ${t.from} ${clock(view.entriesSince, view.zone)}`;
  const dialog = show(since, el("div", { class: "filters" }, ...filters.map(([, made]) => made)), list);
}

function wordsOf(view: TerminalView, { action, stop, reason, good, scrap, order, comment }: ShownEntry): string {
  const t = texts();
  const said = view.reasons.find(({ id }) => id === reason);
  const what =
    action === "count"
      ? `${t.counts}: ${good ?? 0} / ${scrap ?? 0}`
      : action.endsWith("-order")
        ? `${action === "stop-order" ? t.end : t.start} ${order ?? ""}`
        : (t.actions[action as keyof typeof t.actions] ?? action);
  const named = reason === null ? "" : `: ${said === undefined ? reason : labelled(said.labels, reason)}`;
  const where = stop === null ? "" : ` (${clock(stop, view.zone)})`;
  return `${what}${named}${where}${comment === null ? "" : ` “${comment}”`}`;
}
