/** Points that want a cause, and those that have been given one: each a line with what can be done about it. */
import { entry, sheet } from "./chart-signals.ts";
import { chartTexts } from "./chart-texts.ts";
import { el } from "./dom.ts";
import { button } from "./terminal-sheet.ts";

export interface Caused {
  readonly at: number;
  readonly cause: string;
}

export interface CauseList {
  readonly open: readonly { readonly at: number; readonly text: string }[];
  readonly caused: readonly Caused[];
  /** An instant as people read it. */
  readonly time: (at: number) => string;
  /** What is done by giving a cause, what has been done by it, and what takes it back. */
  readonly says: { readonly give: string; readonly given: string; readonly back: string };
  /** Told what a cause that is given, or taken back, makes of those that there are. */
  readonly change: (edit: CauseEdit) => void;
}

export type CauseEdit = (before: readonly Caused[]) => Caused[];

export function causeList({ open, caused, time, says, change }: CauseList): HTMLElement {
  const t = chartTexts();
  const give = (at: number): void => {
    const cause = entry(t.cause);
    sheet(`${says.give}: ${time(at)}`, cause.parts, says.give, [cause.input], async () =>
      change((before) => [...before, { at, cause: cause.input.value.trim() }]),
    );
  };
  return el(
    "ul",
    { class: "studysignals" },
    ...open.map(({ at, text }) =>
      line(
        text,
        button(says.give, () => give(at), "tool"),
      ),
    ),
    ...caused.map(({ at, cause }) =>
      line(
        `${says.given}: ${time(at)} · ${t.cause}: ${cause}`,
        button(says.back, () => change((before) => before.filter((other) => other.at !== at)), "tool"),
        { class: "left" },
      ),
    ),
  );
}

function line(text: string, deed: HTMLElement, attributes = {}): HTMLElement {
  return el("li", attributes, el("span", {}, text), deed);
}
