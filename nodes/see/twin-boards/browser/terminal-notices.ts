/** What a terminal has to say above everything else: the server is away, entries wait or were refused. */
import type { TerminalRequest, TerminalView } from "../../../../core/operate/terminal/index.ts";
import { el } from "./dom.ts";
import type { SharedScreen } from "./shared-screen.ts";
import { button } from "./terminal-sheet.ts";
import { refusal, texts } from "./terminal-texts.ts";

export interface Noticed {
  readonly view: TerminalView;
  readonly screen: SharedScreen<TerminalRequest["action"]>;
  readonly away: boolean;
  readonly base: string;
}

export function notices({ view, screen, away, base }: Noticed): HTMLElement[] {
  const t = texts();
  const { outbox } = screen;
  const result: HTMLElement[] = [];
  const waiting = outbox.waiting.length;
  if (outbox.signedOut) {
    const link = el("a", { href: `${base}/login?to=${encodeURIComponent(`/terminal/${view.station.asset}`)}` }, t.signIn);
    result.push(el("p", { class: "notice", role: "alert" }, link));
  } else if (away || waiting > 0) {
    const count = waiting > 0 ? ` ${t.queued} ${waiting}` : "";
    result.push(el("p", { class: "notice", role: "status" }, `${away ? t.away : ""}${count}`));
  }
  result.push(...screen.unproved());
  for (const { entry, refused } of outbox.refused) {
    const dismiss = button(t.close, () => outbox.dismiss(entry.id), "tool");
    result.push(
      el("p", { class: "notice bad", role: "alert" }, `${t.refused} ${refusal(refused?.code ?? "", refused?.message ?? "")}`, dismiss),
    );
  }
  if (view.review.length > 0) result.push(el("p", { class: "notice" }, `${t.review} (${view.review.length})`));
  if (!screen.enters) result.push(el("p", { class: "notice" }, t.lookOnly));
  return result;
}
