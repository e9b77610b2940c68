/** Causes and actions: chosen from the plant's list or said in words of one's own, and counted. */
import type { ChartView } from "../../../../core/model/charting/index.ts";
import { causeTexts } from "./cause-texts.ts";
import { filled } from "./alarm-texts.ts";
import { entry, sheet } from "./chart-sheet.ts";
import { chartTexts } from "./chart-texts.ts";
import { el } from "./dom.ts";
import { number } from "./format.ts";
import { button } from "./terminal-sheet.ts";
import { labelled } from "./terminal-texts.ts";

type Entries = ChartView["offered"]["causes"];

export interface SaidCause {
  readonly text: string;
  /** Of the plant's list; undefined of words of one's own. */
  readonly code: string | undefined;
}

export interface GivenCause {
  readonly cause: string;
  readonly code?: string;
}

/** A field for words, and beside it the list where there is one: what is chosen there fills in the words, and more can be added. */
export function causeEntry(
  label: string,
  entries: Entries,
): { readonly input: HTMLInputElement; readonly parts: readonly HTMLElement[]; said(): SaidCause } {
  const { input, parts } = entry(label);
  const chosen = new Map(entries.map((one) => [one.id, labelled(one.labels, one.id)]));
  const said = (): SaidCause => {
    const text = input.value.trim();
    const label = chosen.get(select.value);
    return { text, code: label !== undefined && text.startsWith(label) ? select.value : undefined };
  };
  const select = choiceOf(entries);
  if (entries.length === 0) return { input, parts, said };
  const t = causeTexts();
  select.addEventListener("change", () => {
    input.value = chosen.get(select.value) ?? "";
    input.dispatchEvent(new Event("input"));
    input.focus();
  });
  input.placeholder = t.words;
  return { input, parts: [el("label", { class: "entry" }, `${label}: ${t.list}`, select), ...parts], said };
}

/** Asks a cause in a dialog; `given` is told what was said. */
export function askCause(title: string, deed: string, { causes }: ChartView["offered"], given: (cause: GivenCause) => void): void {
  const cause = causeEntry(chartTexts().cause, causes);
  sheet(title, cause.parts, deed, [cause.input], async () => {
    const { text, code } = cause.said();
    given({ cause: text, ...(code === undefined ? {} : { code }) });
  });
}

/** Points that want a cause, and those that were given one, each with what can be done about it. */
export function causeList(
  open: readonly { readonly at: number; readonly text: string }[],
  caused: readonly { readonly at: number; readonly text: string; readonly cause: string }[],
  deed: (at: number) => HTMLElement,
): HTMLElement {
  const line = (at: number, text: string, attributes = {}): HTMLElement => el("li", attributes, el("span", {}, text), deed(at));
  return el(
    "ul",
    { class: "studysignals" },
    ...open.map(({ at, text }) => line(at, text)),
    ...caused.map(({ at, text, cause }) => line(at, `${text} · ${chartTexts().cause}: ${cause}`, { class: "left" })),
  );
}

/** Under its group where it has one. */
function choiceOf(entries: Entries): HTMLSelectElement {
  const groups = new Set(entries.map(({ parent }) => parent));
  const select = el("select", {}, el("option", { value: "" }, causeTexts().own));
  const boxes = new Map<string, HTMLOptGroupElement>();
  for (const one of entries.filter(({ id }) => !groups.has(id))) {
    const option = el("option", { value: one.id }, labelled(one.labels, one.id));
    const group = entries.find(({ id }) => id === one.parent);
    if (group === undefined) {
      select.append(option);
      continue;
    }
    const known = boxes.get(group.id);
    const box = known ?? el("optgroup", { label: labelled(group.labels, group.id) });
    if (known === undefined) {
      boxes.set(group.id, box);
      select.append(box);
    }
    box.append(option);
  }
  return select;
}

/** Days that are shown; kept while the page is. */
let days = 30;

/** How often which cause was found: of signals that were closed, and of points that limits were made without. */
export function causePareto({ pareto }: ChartView, draw: () => void): HTMLElement {
  const t = causeTexts();
  const shown = pareto.find((one) => one.days === days) ?? pareto[0];
  const ranges = pareto.map((one) => {
    const choose = button(filled(t.days, one.days), () => {
      days = one.days;
      draw();
    });
    choose.setAttribute("aria-pressed", String(one === shown));
    return choose;
  });
  const causes = shown?.causes ?? [];
  const most = causes[0]?.count ?? 1;
  const rows = causes.map((one) =>
    el(
      "li",
      {},
      el(
        "span",
        {},
        one.labels === null ? one.text : labelled(one.labels, one.text),
        ...(one.code === null ? [el("small", {}, t.ownWords)] : []),
      ),
      bar(one.count / most),
      el("b", {}, String(one.count)),
      el("small", {}, `${number(one.cumulative * 100)} %`),
    ),
  );
  return el(
    "section",
    { class: "pareto" },
    el("h2", {}, `${t.title}: ${filled(t.days, shown?.days ?? days)}`),
    el("div", { class: "segments" }, ...ranges),
    ...(rows.length === 0
      ? [el("p", { class: "hint" }, t.none)]
      : [el("p", { class: "hint" }, filled(t.found, shown?.found ?? 0)), el("ol", { class: "paretolist" }, ...rows)]),
  );
}

function bar(share: number): HTMLElement {
  const inside = el("i", {});
  inside.style.width = `${share * 100}%`;
  return el("div", { class: "bar", "aria-hidden": "true" }, inside);
}
