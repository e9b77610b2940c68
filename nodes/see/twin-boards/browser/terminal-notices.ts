/** What a terminal has to say above everything else: the server is away, entries wait or were refused. */
import type { TerminalView } from "../../../../core/operate/terminal/index.ts";
import { el } from "./dom.ts";
import type { Outbox } from "./terminal-outbox.ts";
import { button } from "./terminal-sheet.ts";
import { refusal, texts } from "./terminal-texts.ts";

export interface Noticed {
  readonly view: TerminalView;
  readonly outbox: Outbox;
  readonly away: boolean;
  readonly base: string;
  readonly looksOnly: boolean;
  readonly identify: () => void;
}

export function notices({ view, outbox, away, base, looksOnly, identify }: Noticed): HTMLElement[] {
  const t = texts();
  const result: HTMLElement[] = [];
  const waiting = outbox.waiting.length;
  if (outbox.signedOut) {
    const link = el("a", { href: `${base}/login?to=${encodeURIComponent(`/terminal/${view.station.asset}`)}` }, t.signIn);
    result.push(el("p", { class: "notice", role: "alert" }, link));
  } else if (away || waiting > 0) {
    const count = waiting > 0 ? ` ${t.queued} ${waiting}` : "";
    result.push(el("p", { class: "notice", role: "status" }, `${away ? t.away : ""}${count}`));
  }
  result.push(...unproved(view, outbox, identify));
  for (const { entry, refused } of outbox.refused) {
    const dismiss = button(t.close, () => outbox.dismiss(entry.id), "tool");
    result.push(
      el("p", { class: "notice bad", role: "alert" }, `${t.refused} ${refusal(refused?.code ?? "", refused?.message ?? "")}`, dismiss),
    );
  }
  if (view.review.length > 0) result.push(el("p", { class: "notice" }, `${t.review} (${view.review.length})`));
  if (looksOnly) result.push(el("p", { class: "notice" }, t.lookOnly));
  return result;
}

/** One line per author. Only they can send what they made, or throw it away. */
function unproved(view: TerminalView, outbox: Outbox, identify: () => void): HTMLElement[] {
  const t = texts();
  const authors = Map.groupBy(outbox.unproved, ({ entry }) => entry.by);
  return [...authors].map(([author, held]) => {
    const own = view.person.since !== null && view.person.name === author;
    const discard = (): void => {
      for (const { entry } of held) outbox.dismiss(entry.id);
    };
    const tools = own
      ? [button(t.confirm, () => outbox.confirm(), "tool"), button(t.discard, discard, "tool")]
      : view.shared === null
        ? []
        : [button(t.identify, identify, "tool")];
    return el("p", { class: "notice", role: "alert" }, `${t.unproved} ${held[0]?.label ?? author} (${held.length})`, ...tools);
  });
}
