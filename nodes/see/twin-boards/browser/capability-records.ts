/** Capability that somebody stands for: recording what is shown, and what was recorded before. */
import type { ChartView } from "../../../../core/model/charting/index.ts";
import { capabilityTexts } from "./capability-texts.ts";
import { type Act, notice, type Said } from "./chart-parts.ts";
import { chartTexts } from "./chart-texts.ts";
import { el } from "./dom.ts";
import { dayAndClock, figure, number } from "./format.ts";
import { button } from "./terminal-sheet.ts";

type Recorded = ChartView["capabilities"][number];
type Study = Omit<Extract<Said, { readonly action: "capability" }>, "action">;

/** Indices of the list; the others are in the study. */
const SHOWN = ["Cp", "Cpk", "Pp", "Ppk", "Ppm"] as const;

/** Decimals of an index. */
const INDEX = 2;

/** Says why, and records; `done` gets what was recorded. */
export function recordForm(view: ChartView, study: Study, act: Act, done: (recorded: Recorded) => void): HTMLElement {
  const t = capabilityTexts();
  if (!view.person.records) return el("p", { class: "hint" }, t.mayNot);
  const comment = el("input", { type: "text", maxlength: "1000", "aria-label": t.why, placeholder: t.why });
  const box = el("div", { class: "row proposal" });
  const record = async (): Promise<void> => {
    const answer = (await act({ action: "record-capability", ...study, comment: comment.value })) as Recorded | undefined;
    if (answer === undefined) return;
    box.replaceChildren(notice(t.recorded, false));
    done(answer);
  };
  const send = button(t.record, () => void record(), "primary");
  send.disabled = true;
  comment.addEventListener("input", () => {
    send.disabled = comment.value.trim() === "";
  });
  box.append(el("label", { class: "entry" }, t.why, comment), send);
  return box;
}

/** The newest first. */
export function recordList(view: ChartView, records: readonly Recorded[]): HTMLElement {
  const [t, c] = [capabilityTexts(), chartTexts()];
  const { now, zone, unit } = view;
  const heads = [t.at, t.range, t.specification, t.model, c.values, ...SHOWN, t.version, t.by];
  const rows = records.map((one) => {
    const { specification: asked, indices } = one;
    const target = asked.target === null ? "" : ` · ${c.specification.target} ${figure(asked.target)}`;
    return el(
      "tr",
      {},
      el("th", { scope: "row" }, dayAndClock(one.at, now, zone)),
      el(
        "td",
        {},
        `${dayAndClock(one.from, now, zone)} – ${dayAndClock(one.to, now, zone)}`,
        ...small(Object.values(one.scope).join(", ")),
      ),
      el("td", {}, `${figure(asked.lower)} … ${figure(asked.upper, unit)}${target}`),
      el("td", {}, lawOf(one)),
      el("td", { class: "num" }, number(one.n)),
      ...SHOWN.map((name) => el("td", { class: "num" }, indexText(indices.find((index) => index.name === name)))),
      el("td", { class: "num" }, one.limits_version === null ? "–" : String(one.limits_version)),
      el(
        "td",
        {},
        one.by,
        ...small(one.comment),
        ...(one.explained ?? []).flatMap(({ at, cause }) => small(`${dayAndClock(at, now, zone)}: ${cause}`)),
      ),
    );
  });
  const table = el(
    "table",
    {},
    el(
      "thead",
      {},
      el("tr", {}, ...heads.map((text, i) => el("th", { scope: "col", ...(i > 3 && text !== t.by && { class: "num" }) }, text))),
    ),
    el("tbody", {}, ...rows),
  );
  return el(
    "section",
    { class: "box recorded" },
    el("h2", {}, t.title),
    ...(records.length === 0 ? [el("p", { class: "hint" }, t.none)] : [el("div", { class: "scroll", tabindex: "0" }, table)]),
  );
}

function lawOf({ method: { model, by } }: Recorded): string {
  const t = capabilityTexts();
  return by === undefined ? named(t.models, model) : `${named(t.models, model)}, ${named(t.methods, by)}`;
}

function small(text: string): HTMLElement[] {
  return text === "" ? [] : [el("small", {}, text)];
}

/** A study may be of a later release, with a distribution that this page does not know. */
function named(texts: Readonly<Record<string, string>>, name: string): string {
  return Object.hasOwn(texts, name) ? (texts[name] ?? name) : name;
}

function indexText(index: Recorded["indices"][number] | undefined): string {
  if (index === undefined) return "–";
  const { value, interval } = index;
  return interval === null
    ? `${number(value, INDEX)} (–)`
    : `${number(value, INDEX)} (${number(interval.lower, INDEX)} … ${number(interval.upper, INDEX)})`;
}
