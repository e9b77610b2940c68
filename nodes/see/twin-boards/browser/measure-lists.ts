/** What is due, what became of each due instant, and what was measured last. */
import type { DueShift, MeasureView, ShownMeasurement } from "../../../../core/model/charting/index.ts";
import { filled } from "./alarm-texts.ts";
import { el } from "./dom.ts";
import { clock, dayAndClock, duration, figure } from "./format.ts";
import { measureTexts } from "./measure-texts.ts";
import type { Entry } from "./terminal-outbox.ts";
import { button } from "./terminal-sheet.ts";

/** In large letters, with a countdown. */
export function dueCard({ round, plan, chart }: MeasureView, now: number): HTMLElement {
  const t = measureTexts();
  if (plan === null) return el("section", { class: "duecard" }, el("b", {}, t.noPlan));
  const open = round?.open ?? null;
  const next = round?.next ?? null;
  const upcoming = next === null ? [] : [`${t.next} ${clock(next, chart.zone)} · ${t.nextIn} ${duration(Math.max(0, next - now))}`];
  if (open === null) return el("section", { class: "duecard" }, el("b", {}, upcoming[0] ?? t.nothingDue));
  const left = open.due + plan.graceMs - now;
  const overdue = left < 0;
  const lines = [...(overdue ? [] : [`${t.inTime} ${duration(left)}`]), ...upcoming];
  return el(
    "section",
    { class: "duecard", "data-state": overdue ? "overdue" : "due" },
    el("b", {}, `${overdue ? t.overdue : t.due} ${clock(open.due, chart.zone)}`),
    ...lines.map((line) => el("span", {}, line)),
  );
}

export function shiftList({ round, chart }: MeasureView): HTMLElement[] {
  return (round?.shifts ?? []).filter(({ due }) => due.length > 0).map((shift) => shiftRow(shift, chart.now, chart.zone));
}

function shiftRow({ name, start, end, due }: DueShift, now: number, zone: string): HTMLElement {
  const t = measureTexts();
  const missed = due.filter(({ state }) => state === "missed").length;
  const title = `${t.shift} ${name ?? ""} ${dayAndClock(start, now, zone)} – ${clock(end, zone)}`.replace("  ", " ");
  return el(
    "section",
    { class: "dueshift" },
    el("h3", {}, missed === 0 ? title : `${title} · ${filled(t.missedCount, missed)}`),
    el(
      "ul",
      { class: "dues" },
      ...due.map(({ due: at, state }) =>
        el("li", { "data-state": state }, el("time", {}, clock(at, zone)), el("span", {}, `${t.marks[state]} ${t.states[state]}`)),
      ),
    ),
  );
}

export interface Listed {
  readonly view: MeasureView;
  readonly waiting: readonly Entry[];
  readonly withdraw: (one: ShownMeasurement) => void;
}

export function measurementList({ view, waiting, withdraw }: Listed): HTMLElement {
  const t = measureTexts();
  const pending = waiting.filter(({ action }) => action === "measure").toReversed();
  const going = new Set(waiting.filter(({ action }) => action === "withdraw").map((one) => one["target"]));
  if (view.last.length + pending.length === 0) return el("p", { class: "nothing" }, t.none);
  const unsent = pending.map((one) => {
    const values = Array.isArray(one["values"]) ? (one["values"] as number[]) : [];
    const text =
      values.length > 0
        ? wordsOf(values, view)
        : [one["count"], one["size"]].flatMap((part) => (typeof part === "number" ? [figure(part)] : [])).join(" / ");
    return el("li", { class: "measured", "data-waits": "" }, el("b", {}, text), el("small", {}, t.notSent));
  });
  return el(
    "ul",
    { class: "measurements" },
    ...unsent,
    ...view.last.map((one) => measurementRow(one, view, going.has(one.id) ? undefined : withdraw)),
  );
}

export function measuredText(one: Pick<ShownMeasurement, "values" | "count" | "size">, view: MeasureView): string {
  if (one.values.length > 0) return wordsOf(one.values, view);
  return `${figure(one.count)}${one.size === null ? "" : ` / ${figure(one.size)}`}`;
}

function wordsOf(values: readonly number[], { chart }: MeasureView): string {
  const each = values.map((value) => figure(value)).join(" · ");
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const unit = chart.unit === null ? "" : ` ${chart.unit}`;
  return values.length === 1 ? `${each}${unit}` : `${each}${unit} (${measureTexts().mean} ${figure(mean)})`;
}

function measurementRow(one: ShownMeasurement, view: MeasureView, withdraw: ((one: ShownMeasurement) => void) | undefined): HTMLElement {
  const t = measureTexts();
  const { now, zone } = view.chart;
  const marks = [
    `${t.by} ${one.by}`,
    one.part ?? "",
    view.plan !== null && one.due === null ? t.besides : "",
    one.queued ? t.queued : "",
    one.instrument ?? "",
    one.comment === null ? "" : `“${one.comment}”`,
    one.withdrawn === null ? "" : `${t.withdrawn} ${one.withdrawn.by}: ${one.withdrawn.reason}`,
  ].filter((text) => text !== "");
  const offered = one.withdraws && withdraw !== undefined;
  return el(
    "li",
    { class: "measured", ...(one.withdrawn !== null && { "data-gone": "" }) },
    el("time", {}, dayAndClock(one.at, now, zone)),
    el("b", {}, measuredText(one, view)),
    el("small", {}, marks.join(" · ")),
    ...(offered ? [button(t.withdraw, () => withdraw(one), "tool")] : []),
  );
}
