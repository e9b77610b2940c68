/** The signals of a chart: what is open waits for cause and action, and who closes it stands for it by name. */
import type { ChartView, ShownSignal } from "../../../../core/model/charting/index.ts";
import { filled } from "./alarm-texts.ts";
import { causeEntry } from "./chart-causes.ts";
import { type Act, decimalsOf, decimalsOfPoints } from "./chart-parts.ts";
import { entry, sheet } from "./chart-sheet.ts";
import { chartTexts } from "./chart-texts.ts";
import { el } from "./dom.ts";
import { dayAndClock, figure } from "./format.ts";
import { planned } from "./reaction-plan.ts";
import { ruleText } from "./rule-texts.ts";
import { button } from "./terminal-sheet.ts";

export function signalList(view: ChartView, act: Act): HTMLElement {
  const t = chartTexts();
  const open =
    view.signals.length === 0
      ? el("p", { class: "nothing" }, t.nothingOpen)
      : el("ul", { class: "signallist" }, ...view.signals.map((one) => row(view, one, act)));
  const closed =
    view.closed.length === 0
      ? []
      : [el("h2", {}, t.closedTitle), el("ul", { class: "signallist" }, ...view.closed.map((one) => row(view, one, act)))];
  return el("section", {}, el("h2", {}, `${t.signals} (${view.signals.length})`), open, ...closed);
}

function row(view: ChartView, signal: ShownSignal, act: Act): HTMLElement {
  const t = chartTexts();
  const { start, end, rules, statistic, centre, version, closed, reactionPlan, part, count, comments, blamed } = signal;
  const at = (instant: number): string => dayAndClock(instant, view.now, view.zone);
  const points = view.points[part];
  const lines = { centre, lower: null, upper: null };
  const decimals = points.length > 0 ? decimalsOfPoints(points) : decimalsOf(lines, statistic === null ? [] : [statistic]);
  const facts = [
    part === "level" ? t.level : t.spread,
    `${figure(statistic, view.unit, decimals.value)} (${t.centre} ${figure(centre, null, decimals.line)})`,
    filled(t.points, count),
    version === 0 ? t.given : filled(t.version, version),
    ...(end === null ? [t.lasts] : []),
  ];
  const said = [
    ...(closed === null ? [] : [`${t.cause}: ${closed.cause} · ${t.done}: ${closed.done} (${closed.by}, ${at(closed.at)})`]),
    ...comments.map((one) => `${one.by}, ${at(one.at)}: “${one.text}”`),
  ];
  const actions: HTMLElement[] = [];
  if (closed === null && view.person.responds) actions.push(button(t.close, () => closeSheet(view, signal, act), "primary"));
  if (closed !== null && view.person.reopens) actions.push(button(t.reopen, () => reopenSheet(signal, act), "tool"));
  return el(
    "li",
    { class: "signal", ...(closed === null && { "data-open": "" }) },
    el(
      "div",
      {},
      el("b", {}, `${at(start)} · ${rules.map(ruleText).join("; ")}`),
      el("span", {}, facts.join(" · ")),
      ...(blamed === null ? [] : [el("span", { class: "blamed" }, blameText(blamed))]),
      ...(closed === null && reactionPlan !== null ? [el("span", { class: "plan" }, ...planned(t.reaction, reactionPlan))] : []),
      ...said.map((text) => el("small", {}, text)),
    ),
    el("div", { class: "actions" }, ...actions),
  );
}

/** `to blame: torque (−4.2 σ, 93 %)`. */
export function blameText({ variables, together }: NonNullable<ShownSignal["blamed"]>): string {
  const t = chartTexts();
  const named = variables.map(({ tag, z, share }) => `${tag.split(".").at(-1) ?? tag} (${signed(z)} σ, ${Math.round(share * 100)} %)`);
  return `${t.blamed}: ${named.join(", ")}${together ? ` – ${t.together}` : ""}`;
}

function signed(z: number): string {
  return `${z < 0 ? "−" : "+"}${figure(Math.round(Math.abs(z) * 10) / 10)}`;
}

function closeSheet(view: ChartView, signal: ShownSignal, act: Act): void {
  const t = chartTexts();
  const [cause, done] = [causeEntry(t.cause, view.offered.causes), causeEntry(t.done, view.offered.actions)];
  const plan = signal.reactionPlan === null ? [] : [el("p", { class: "plan" }, ...planned(t.reaction, signal.reactionPlan))];
  const about = `${dayAndClock(signal.start, view.now, view.zone)} · ${signal.rules.map(ruleText).join("; ")}`;
  sheet(about, [...plan, ...cause.parts, ...done.parts], t.close, [cause.input, done.input], () => {
    const [why, what] = [cause.said(), done.said()];
    const codes = {
      ...(why.code === undefined ? {} : { cause_code: why.code }),
      ...(what.code === undefined ? {} : { done_code: what.code }),
    };
    return act({ action: "close", signal: signal.start, part: signal.part, cause: why.text, done: what.text, ...codes });
  });
}

function reopenSheet(signal: ShownSignal, act: Act): void {
  const t = chartTexts();
  const comment = entry(t.comment);
  sheet(t.reopen, comment.parts, t.reopen, [comment.input], () =>
    act({ action: "reopen", signal: signal.start, part: signal.part, comment: comment.input.value.trim() }),
  );
}
