/** A baseline for new limits: what was recorded in a time, its signals, what is left out for a cause, and the proposal made of it. */
import type { ChartView, StudyView } from "../../../../core/model/charting/index.ts";
import { filled } from "./alarm-texts.ts";
import { type Act, countTile, decimalsOfPoints, productChoice, progressOf, tile, variablesText } from "./chart-parts.ts";
import { plotOf } from "./chart-plot.ts";
import { blameText, entry, sheet } from "./chart-signals.ts";
import { chartTexts } from "./chart-texts.ts";
import { instantOf, localOf, timeField } from "./chart-time.ts";
import { el } from "./dom.ts";
import { dayAndClock, figure } from "./format.ts";
import { ruleText } from "./rule-texts.ts";
import { saidText } from "./saying-texts.ts";
import { button } from "./terminal-sheet.ts";

const HOUR = 3_600_000;

export function baselinePart(view: ChartView, act: Act): HTMLElement {
  const t = chartTexts();
  const [from, to] = [timeField(view.now - 24 * HOUR, t.from, view.zone), timeField(view.now, t.to, view.zone)];
  const scopes = view.scopes.map((field) => [field, scopeOf(view, field)] as const);
  const result = el("div", { class: "study" });
  let left: { at: number; cause: string }[] = [];
  let window = { from: 0, to: 0 };
  const asked = () => {
    const chosen = scopes.flatMap(([field, { value }]) => (value === "" ? [] : [[field, value]]));
    return { ...window, scope: Object.fromEntries(chosen) as ChartView["circumstances"], exclusions: left };
  };
  const estimate = async (): Promise<void> => {
    const study = (await act({ action: "study", ...asked() }, progressOf(t.reading, result))) as StudyView | undefined;
    result.replaceChildren(...(study === undefined ? [] : studied(view, study, again, propose)));
  };
  const again = (change: (before: typeof left) => typeof left): void => {
    left = change(left);
    void estimate();
  };
  const propose = (comment: string): Promise<unknown> => act({ action: "propose", ...asked(), comment });
  const begin = button(
    t.study,
    () => {
      left = [];
      window = { from: instantOf(from.value, view.zone), to: instantOf(to.value, view.zone) };
      void estimate();
    },
    "primary",
  );
  const spans = ([8, 24, 168] as const).map((hours) =>
    button(
      t.hours[hours] ?? "",
      () => {
        from.value = localOf(view.now - hours * HOUR, view.zone);
        to.value = localOf(view.now, view.zone);
        begin.click();
      },
      "tool",
    ),
  );
  return el(
    "section",
    {},
    el(
      "div",
      { class: "row" },
      ...spans,
      el("label", { class: "entry" }, t.from, from),
      el("label", { class: "entry" }, t.to, to),
      ...scopes.map(([field, chosen]) => el("label", { class: "entry" }, `${t.scopeFor} (${t.scopes[field]})`, chosen)),
      begin,
    ),
    result,
  );
}

function scopeOf(view: ChartView, field: "product" | "recipe" | "stage"): HTMLSelectElement | HTMLInputElement {
  if (field !== "product") return el("input", { type: "text", maxlength: "200", placeholder: chartTexts().all });
  return productChoice(view);
}

function studied(
  view: ChartView,
  study: StudyView,
  again: (change: (before: { at: number; cause: string }[]) => { at: number; cause: string }[]) => void,
  propose: (comment: string) => Promise<unknown>,
): HTMLElement[] {
  const t = chartTexts();
  const { level, spread, points, signals, excluded, warnings, refused, variables } = study;
  const frame = { ...view, from: study.from, to: study.to, excluded: new Set(excluded.map(({ at }) => at)) };
  const at = (instant: number): string => dayAndClock(instant, view.now, view.zone);
  const own = [
    [t.centre, level.centre],
    [t.lower, level.lower],
    [t.upper, level.upper],
    [t.sigma, level.sigma],
  ] as const;
  const [decimals, ofSpread] = [decimalsOfPoints(points.level), decimalsOfPoints(points.spread)];
  const lines = variables === null ? own : own.filter(([name]) => name === t.upper);
  const comment = entry(t.why);
  const send = button(t.propose, () => void propose(comment.input.value.trim()), "primary");
  send.disabled = true;
  comment.input.addEventListener("input", () => {
    send.disabled = comment.input.value.trim() === "";
  });
  const leave = (instant: number): void => {
    const cause = entry(t.cause);
    sheet(`${t.leaveOut}: ${at(instant)}`, cause.parts, t.leaveOut, [cause.input], async () =>
      again((before) => [...before, { at: instant, cause: cause.input.value.trim() }]),
    );
  };
  const rows = [
    ...signals.map((one) =>
      el(
        "li",
        {},
        el("span", {}, `${at(one.at)}: ${figure(one.value, view.unit, decimals.value)} · ${broken(one)}`),
        button(t.leaveOut, () => leave(one.at), "tool"),
      ),
    ),
    ...excluded.map((one) =>
      el(
        "li",
        { class: "left" },
        el("span", {}, `${t.leftOut}: ${at(one.at)} · ${t.cause}: ${one.cause}`),
        button(t.putBack, () => again((before) => before.filter((other) => other.at !== one.at)), "tool"),
      ),
    ),
  ];
  return [
    el(
      "div",
      { class: "figuretiles" },
      countTile(t.subgroups, study.subgroups),
      ...lines.map(([name, value]) => tile(figure(value, view.unit, decimals.line), name)),
      ...(spread === null
        ? []
        : [
            tile(figure(spread.centre, view.unit, ofSpread.line), `${t.spread}: ${t.centre}`),
            tile(figure(spread.upper, view.unit, ofSpread.line), `${t.spread}: ${t.upper}`),
          ]),
    ),
    ...(variables === null ? [] : [el("p", { class: "hint" }, variablesText(variables))]),
    ...warnings.map((one) => el("p", { class: "notice" }, saidText(one))),
    ...(refused.count === 0
      ? []
      : [el("p", { class: "notice" }, `${filled(t.refusedOf, refused.count)} ${refused.first === null ? "" : saidText(refused.first)}`)]),
    plotOf(points.level, { ...frame, title: t.level }),
    ...(points.spread.length === 0 ? [] : [plotOf(points.spread, { ...frame, title: t.spread })]),
    ...(signals.length === 0 ? [] : [el("p", { class: "notice" }, filled(t.unexplained, signals.length))]),
    el("p", { class: "hint" }, signals.length === 0 ? t.noSignals : t.signalsIn),
    el("ul", { class: "studysignals" }, ...rows),
    el("div", { class: "row proposal" }, ...comment.parts, send),
  ];
}

function broken({ rules, spreadRules, blamed }: StudyView["signals"][number]): string {
  const t = chartTexts();
  const told = rules.length === 0 ? [] : [`${t.level}: ${rules.map(ruleText).join("; ")}`];
  const spread = spreadRules.length === 0 ? [] : [`${t.spread}: ${spreadRules.map(ruleText).join("; ")}`];
  return [...told, ...spread, ...(blamed === null ? [] : [blameText(blamed)])].join(" · ");
}
