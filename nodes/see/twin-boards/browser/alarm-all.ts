/** Acknowledging what is shown at once: a question first, because nothing takes it back. */
import type { AlarmListView, ShownAlarm } from "../../../../core/operate/alarm/index.ts";
import { alarmTexts, filled } from "./alarm-texts.ts";
import { el } from "./dom.ts";
import { button } from "./terminal-sheet.ts";

/** What was shown and waits for somebody, the critical ones apart: each of those is looked at by itself. */
export function waitingOf({ open }: AlarmListView): { readonly together: readonly ShownAlarm[]; readonly critical: number } {
  const waiting = open.filter(({ state, pending }) => state.endsWith("unacknowledged") && pending === null);
  const together = waiting.filter(({ priority }) => priority !== "critical");
  return { together, critical: waiting.length - together.length };
}

export function askForAll(view: AlarmListView, acknowledge: (alarms: readonly ShownAlarm[], comment: string) => void): void {
  const t = alarmTexts();
  const { together, critical } = waitingOf(view);
  const comment = el("input", { type: "text", maxlength: "500", placeholder: t.comment, "aria-label": t.comment });
  const close = button("✕", () => dialog.close(), "close");
  close.setAttribute("aria-label", t.close);
  const sentences = [
    filled(t.allRecorded, together.length),
    ...(critical > 0 ? [filled(t.allButCritical, critical)] : []),
    ...(view.more > 0 ? [filled(t.allButMore, view.more)] : []),
  ];
  const yes = button(
    filled(t.acknowledgeNumber, together.length),
    () => {
      dialog.close();
      acknowledge(together, comment.value.trim());
    },
    "primary",
  );
  const dialog = el(
    "dialog",
    { class: "sheet alarmsheet" },
    el("header", {}, el("h2", {}, filled(t.askAll, together.length)), close),
    ...sentences.map((sentence) => el("p", {}, sentence)),
    comment,
    el(
      "footer",
      {},
      yes,
      button(t.cancel, () => dialog.close()),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
