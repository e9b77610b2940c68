/** A value that was probably mistyped: what was meant, or that it is right, is said before it is recorded. */
import type { Doubt } from "../../../../core/model/limits/index.ts";
import { el } from "./dom.ts";
import { figure } from "./format.ts";
import { measureTexts } from "./measure-texts.ts";
import type { Held } from "./terminal-outbox.ts";
import { button, show } from "./terminal-sheet.ts";

export interface Answers {
  readonly take: (values: readonly number[]) => void;
  readonly right: () => void;
  readonly again: (values: readonly number[]) => void;
}

export function doubtSheet({ entry, refused }: Held, unit: string | null, { take, right, again }: Answers): HTMLDialogElement {
  const t = measureTexts();
  const doubts = ((refused?.body as { doubts?: readonly Doubt[] } | undefined)?.doubts ?? []).filter(({ index }) =>
    Number.isInteger(index),
  );
  const values = Array.isArray(entry["values"]) ? (entry["values"] as number[]) : [];
  const meant = new Map(doubts.flatMap((doubt) => (doubt.meant === null ? [] : [[doubt.index, doubt.meant] as const])));
  const corrected = values.map((value, i) => meant.get(i) ?? value);
  const answer = (act: () => void): (() => void) => {
    return () => {
      dialog.close();
      act();
    };
  };
  const shown = doubts.map((doubt) => figure(doubt.meant ?? undefined, unit)).join(" · ");
  const offered =
    meant.size === doubts.length && doubts.length > 0
      ? [
          button(
            t.take.replace("__value__", shown),
            answer(() => take(corrected)),
            "primary",
          ),
        ]
      : [];
  const dialog = show(
    t.doubtTitle,
    ...doubts.map((doubt) =>
      el(
        "p",
        { class: "doubt" },
        t.doubt.replace("__value__", figure(doubt.value, unit)),
        ...(doubt.meant === null ? [] : [` ${t.meant.replace("__value__", figure(doubt.meant, unit))}`]),
      ),
    ),
    el(
      "footer",
      {},
      ...offered,
      button(t.right, answer(right)),
      button(
        t.again,
        answer(() => again(values)),
      ),
    ),
  );
  dialog.classList.add("chartsheet");
  // It is answered one way or another: without an answer it is neither recorded nor forgotten.
  dialog.querySelector(".close")?.remove();
  dialog.addEventListener("cancel", (event) => event.preventDefault());
  // A scale that types on must press none of its buttons.
  dialog.tabIndex = -1;
  dialog.focus();
  return dialog;
}
