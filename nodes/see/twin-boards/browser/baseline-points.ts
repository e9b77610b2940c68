/** The points of a baseline one by one: its signals, what is left out, and every other point, each with the button to change that. */
import type { ChartView, StudyView } from "../../../../core/model/charting/index.ts";
import { filled } from "./alarm-texts.ts";
import { baselineTexts } from "./baseline-texts.ts";
import { askCause, causeList } from "./chart-causes.ts";
import { decimalsOfPoints, type Said } from "./chart-parts.ts";
import { sheet } from "./chart-sheet.ts";
import { blameText } from "./chart-signals.ts";
import { chartTexts } from "./chart-texts.ts";
import { el } from "./dom.ts";
import { dayAndClock, figure } from "./format.ts";
import { ruleText } from "./rule-texts.ts";
import { button } from "./terminal-sheet.ts";

export type LeftOut = Extract<Said, { readonly action: "study" }>["exclusions"];
export type Change = (change: (before: LeftOut) => LeftOut) => void;

export interface PointList {
  readonly parts: readonly HTMLElement[];
  /** What a point asks when it is chosen in a picture. */
  readonly choose: (at: number) => void;
}

export function pointList(view: ChartView, study: StudyView, change: Change): PointList {
  const t = chartTexts();
  const { points, signals, excluded } = study;
  const time = (instant: number): string => dayAndClock(instant, view.now, view.zone, true);
  const value = decimalsOfPoints(points.level).value;
  const left = new Map(excluded.map((one) => [one.at, one]));

  function leave(at: number): void {
    const point = points.level.find((one) => one.at === at);
    const title = `${t.leaveOut}: ${time(at)}${point === undefined ? "" : ` · ${figure(point.value, view.unit, value)}`}`;
    askCause(title, t.leaveOut, view.offered, (cause) => change((before) => [...before, { at, ...cause }]));
  }
  const putBack = (at: number): void => change((before) => before.filter((other) => other.at !== at));
  function choose(at: number): void {
    const known = left.get(at);
    if (known === undefined) return leave(at);
    const told = el("p", {}, `${t.leftOut}: ${t.cause}: ${known.cause}`);
    sheet(time(at), [told], t.putBack, [], async () => putBack(at));
  }
  const deed = (at: number): HTMLElement =>
    left.has(at) ? button(t.putBack, () => putBack(at), "tool") : button(t.leaveOut, () => leave(at), "tool");

  const list = causeList(
    signals.map((one) => ({ at: one.at, text: `${time(one.at)}: ${figure(one.value, view.unit, value)} · ${broken(one)}` })),
    excluded.map(({ at, cause }) => ({ at, text: `${t.leftOut}: ${time(at)}`, cause })),
    deed,
  );
  return { parts: [list, allPoints(view, study, deed)], choose };
}

/** Made when it is opened: a thousand buttons that nobody looks at are none. */
function allPoints(view: ChartView, study: StudyView, deed: (at: number) => HTMLElement): HTMLElement {
  const [t, b] = [chartTexts(), baselineTexts()];
  const { level, spread } = study.points;
  const [ofLevel, ofSpread] = [decimalsOfPoints(level).value, decimalsOfPoints(spread).value];
  const others = new Map(spread.map((one) => [one.at, one]));
  const box = el("div", { class: "scroll", tabindex: "0" });
  const heads = [b.at, t.level, ...(spread.length === 0 ? [] : [t.spread]), t.rules, ""];
  const details = el("details", { class: "box fits" }, el("summary", {}, filled(b.allPoints, level.length)), box);
  details.addEventListener("toggle", () => {
    if (!details.open || box.childElementCount > 0) return;
    const rows = level.map((one) => {
      const other = others.get(one.at);
      const rules = [...new Set([...one.rules, ...(other?.rules ?? [])])].join(", ");
      return el(
        "tr",
        {},
        el("th", { scope: "row" }, dayAndClock(one.at, view.now, view.zone, true)),
        el("td", { class: "num" }, figure(one.value, view.unit, ofLevel)),
        ...(spread.length === 0 ? [] : [el("td", { class: "num" }, figure(other?.value, view.unit, ofSpread))]),
        el("td", {}, rules),
        el("td", {}, deed(one.at)),
      );
    });
    const figures = heads.length - 3;
    const head = heads.map((text, i) => el("th", { scope: "col", ...(i > 0 && i <= figures && { class: "num" }) }, text));
    box.append(el("table", { class: "points" }, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...rows)));
  });
  return details;
}

function broken({ rules, spreadRules, blamed }: StudyView["signals"][number]): string {
  const t = chartTexts();
  const told = rules.length === 0 ? [] : [`${t.level}: ${rules.map(ruleText).join("; ")}`];
  const spread = spreadRules.length === 0 ? [] : [`${t.spread}: ${spreadRules.map(ruleText).join("; ")}`];
  return [...told, ...spread, ...(blamed === null ? [] : [blameText(blamed)])].join(" · ");
}
