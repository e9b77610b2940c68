/** Who was told of an alarm, by which way, when, and what came of it: read when its sheet is opened. */
import type { ShownAlarm } from "../../../../core/operate/alarm/index.ts";
import type { ShownMessage, ToldView } from "../../../../core/operate/notification/index.ts";
import { filled } from "./alarm-texts.ts";
import { toldTexts } from "./alarm-told-texts.ts";
import { el } from "./dom.ts";
import { dayAndClock, roughAge } from "./format.ts";

/** The clock and the zone of the site. */
interface Times {
  readonly now: number;
  readonly zone: string;
}

/** Filled when the answer is there. */
export function toldSection(base: string, { path, start }: ShownAlarm, at: Times): HTMLElement {
  const t = toldTexts();
  const content = el("p", { class: "sub" }, t.reading);
  const section = el("section", { class: "told" }, el("h3", {}, t.told), content);
  void read(`${base}/alarms/told.json?path=${encodeURIComponent(path)}&start=${start}`).then((view) =>
    content.replaceWith(...(view === undefined ? [el("p", { class: "notice bad" }, t.unread)] : shownOf(view, at))),
  );
  return section;
}

async function read(url: string): Promise<ToldView | undefined> {
  try {
    const answer = await fetch(url);
    return answer.ok ? ((await answer.json()) as ToldView) : undefined;
  } catch {
    return undefined;
  }
}

function shownOf({ messages, untold, cut }: ToldView, at: Times): HTMLElement[] {
  const t = toldTexts();
  const lines = [
    ...messages.map((one) => ({ at: one.at, line: el("li", { "data-outcome": one.outcome }, ...lineOf(one, at)) })),
    ...untold.map((instant) => ({ at: instant, line: el("li", { "data-outcome": "untold" }, ...nobodyAt(instant, at)) })),
  ].toSorted((a, b) => a.at - b.at);
  return [
    lines.length === 0 ? el("p", { class: "sub" }, t.nobody) : el("ol", {}, ...lines.map(({ line }) => line)),
    ...(cut ? [el("p", { class: "sub" }, t.cut)] : []),
  ];
}

function nobodyAt(instant: number, { now, zone }: Times): Node[] {
  return [el("time", {}, dayAndClock(instant, now, zone)), el("span", {}, el("b", {}, toldTexts().untold))];
}

function lineOf({ recipient, channel, at, settled, outcome, attempts, why, escalatedMs }: ShownMessage, { now, zone }: Times): Node[] {
  const t = toldTexts();
  const [sent, done] = [at, settled ?? at].map((instant) => dayAndClock(instant, now, zone));
  const came = `${t.outcome[outcome]}${done === sent ? "" : ` ${done}`}`;
  const tried = attempts > 1 ? [filled(t.attempts, attempts)] : [];
  const because = escalatedMs > 0 ? [filled(t.escalated, roughAge(escalatedMs))] : [];
  return [
    el("time", {}, sent ?? ""),
    el(
      "span",
      {},
      el("b", {}, recipient),
      ` · ${[t.channel[channel], came, ...tried, ...because].join(" · ")}`,
      ...(why === "" ? [] : [el("small", {}, why)]),
    ),
  ];
}
