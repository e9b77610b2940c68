/** A baseline for new limits: what was recorded in a time, its signals, what is left out for a cause, and the proposal made of it. */
import type { ChartView, ShownVersion, StudyView } from "../../../../core/model/charting/index.ts";
import { filled } from "./alarm-texts.ts";
import { type Change, type LeftOut, pointList } from "./baseline-points.ts";
import { baselineTexts } from "./baseline-texts.ts";
import { type Act, countTile, decimalsOfPoints, notice, productChoice, progressOf, tile, variablesText } from "./chart-parts.ts";
import { plotOf } from "./chart-plot.ts";
import { entry } from "./chart-sheet.ts";
import { chartTexts } from "./chart-texts.ts";
import { instantOf, localOf, timeField } from "./chart-time.ts";
import { el } from "./dom.ts";
import { figure } from "./format.ts";
import { periodText, tellPrint, type Told } from "./print-head.ts";
import { printTexts } from "./print-texts.ts";
import { saidText } from "./saying-texts.ts";
import { button } from "./terminal-sheet.ts";

const HOUR = 3_600_000;

export interface BaselinePart {
  readonly element: HTMLElement;
  /** With the time, the scope and the points left out of a version that says all of it. */
  goOn(version: ShownVersion): void;
}

export function baselinePart(view: ChartView, act: Act): BaselinePart {
  const t = chartTexts();
  const [from, to] = [timeField(view.now - 24 * HOUR, t.from, view.zone), timeField(view.now, t.to, view.zone)];
  const scopes = view.scopes.map((field) => [field, scopeOf(view, field)] as const);
  const result = el("div", { class: "study" });
  let left: LeftOut = [];
  /** What was left out before, the last change first to be undone. */
  let undone: LeftOut[] = [];
  let window = { from: 0, to: 0 };
  let basis: number | null = null;
  const asked = () => {
    const chosen = scopes.flatMap(([field, { value }]) => (value === "" ? [] : [[field, value]]));
    return { ...window, scope: Object.fromEntries(chosen) as ChartView["circumstances"], exclusions: left };
  };
  const estimate = async (): Promise<void> => {
    const study = (await act({ action: "study", ...asked() }, progressOf(t.reading, result))) as StudyView | undefined;
    const undo = button(
      baselineTexts().undo,
      () => {
        left = undone.pop() ?? left;
        void estimate();
      },
      "tool",
    );
    if (study !== undefined) tellPrint(toldOf(view, study, asked().scope));
    const told = basis === null ? [] : [notice(filled(baselineTexts().goesOn, basis), false)];
    const deeds = undone.length === 0 ? [] : [el("div", { class: "row" }, undo)];
    result.replaceChildren(...(study === undefined ? deeds : [...told, ...studied(view, study, change, propose, deeds)]));
  };
  const change: Change = (of) => {
    undone = [...undone, left];
    left = of(left);
    void estimate();
  };
  const begin = (of: typeof window, exclusions: LeftOut, version: number | null): void => {
    [window, left, undone, basis] = [of, exclusions, [], version];
    void estimate();
  };
  const propose = (comment: string): Promise<unknown> => act({ action: "propose", ...asked(), comment });
  const study = button(
    t.study,
    () => begin({ from: instantOf(from.value, view.zone), to: instantOf(to.value, view.zone) }, [], null),
    "primary",
  );
  const spans = ([8, 24, 168] as const).map((hours) =>
    button(
      t.hours[hours] ?? "",
      () => {
        from.value = localOf(view.now - hours * HOUR, view.zone);
        to.value = localOf(view.now, view.zone);
        study.click();
      },
      "tool",
    ),
  );
  const element = el(
    "section",
    {},
    el(
      "div",
      { class: "row" },
      ...spans,
      el("label", { class: "entry" }, t.from, from),
      el("label", { class: "entry" }, t.to, to),
      ...scopes.map(([field, chosen]) => el("label", { class: "entry" }, `${t.scopeFor} (${t.scopes[field]})`, chosen)),
      study,
    ),
    result,
  );
  return {
    element,
    goOn({ baseline, scope, version }) {
      if (baseline === null || baseline.asked === null) return;
      from.value = localOf(baseline.asked.from, view.zone);
      to.value = localOf(baseline.asked.to, view.zone);
      for (const [field, chosen] of scopes) chosen.value = scope[field] ?? "";
      // What is offered no more is said in words.
      const known = new Set(view.offered.causes.map(({ id }) => id));
      const same = baseline.excluded.map(({ at, cause, code }) => ({ at, cause, ...(code !== undefined && known.has(code) && { code }) }));
      begin(baseline.asked, same, version);
      element.scrollIntoView({ block: "start" });
    },
  };
}

function toldOf(view: ChartView, { from, to }: StudyView, scope: ChartView["circumstances"]): Told {
  const p = printTexts();
  const made = Object.values(scope).join(", ");
  return [[p.baseline, `${periodText(from, to, view.zone)} (${p.notApproved})`], ...(made === "" ? [] : [[p.made, made] as const])];
}

function scopeOf(view: ChartView, field: "product" | "recipe" | "stage"): HTMLSelectElement | HTMLInputElement {
  if (field !== "product") return el("input", { type: "text", maxlength: "200", placeholder: chartTexts().all });
  return productChoice(view);
}

function studied(
  view: ChartView,
  study: StudyView,
  change: Change,
  propose: (comment: string) => Promise<unknown>,
  deeds: readonly HTMLElement[],
): HTMLElement[] {
  const [t, b] = [chartTexts(), baselineTexts()];
  const { level, spread, points, signals, excluded, warnings, refused, variables } = study;
  const list = pointList(view, study, change);
  const frame = { ...view, from: study.from, to: study.to, excluded: new Set(excluded.map(({ at }) => at)), choose: list.choose };
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
    el("p", { class: "hint" }, study.subgroups > points.level.length + 1 ? `${b.pick} ${filled(b.thinned, study.subgroups)}` : b.pick),
    ...deeds,
    ...(signals.length === 0 ? [] : [el("p", { class: "notice" }, filled(t.unexplained, signals.length))]),
    el("p", { class: "hint" }, signals.length === 0 ? t.noSignals : t.signalsIn),
    ...list.parts,
    el("div", { class: "row proposal" }, ...comment.parts, send),
  ];
}
