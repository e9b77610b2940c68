/** The history of the alarm list: figures of ISA-18.2 against what is wanted, the alarms to be looked at, and the latest ones. */
import type { AlarmHistory, AlarmPriority, ShownAlarm } from "../../../../core/operate/alarm/index.ts";
import { alarmTexts, filled } from "./alarm-texts.ts";
import { chartLink } from "./alarm-value.ts";
import { el, svg } from "./dom.ts";
import { dayAndClock, duration, number } from "./format.ts";
import { button } from "./terminal-sheet.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const HOURS = [8, 24, 168, 720] as const;
const ORDER = ["critical", "high", "medium", "low"] as const;
/** Shares of low, medium and the rest that a well-kept system has. */
const WANTED = "5 / 15 / 80 %";

export interface HistoryShown {
  readonly base: string;
  /** Undefined before the first answer. */
  readonly history: AlarmHistory | undefined;
  readonly hours: number;
  /** What is shown is of another time than was chosen, until the answer is there. */
  readonly waits: boolean;
  readonly zone: string;
  readonly now: number;
  readonly choose: (hours: number) => void;
}

export function historyOf({ base, history, hours, waits, zone, now, choose }: HistoryShown): HTMLElement {
  const t = alarmTexts();
  const ranges = HOURS.map((one) => {
    const made = button(t.hours[one] ?? String(one), () => choose(one));
    made.setAttribute("aria-pressed", String(one === hours));
    return made;
  });
  const head = el("div", { class: "tabs ranges" }, ...ranges);
  if (history === undefined) return el("section", { class: "history" }, head);
  if (history.alarms.length === 0 && history.outOfService.length === 0)
    return el("section", { class: "history" }, head, el("p", { class: "nothing" }, t.nothingBefore));
  const cut = history.cut ? [el("p", { class: "notice" }, t.cut)] : [];
  return el(
    "section",
    { class: "history", ...(waits && { "aria-busy": "true" }) },
    head,
    ...cut,
    ...since(history, hours, zone, now),
    tiles(history),
    ...(history.alarms.length === 0
      ? [troubled(history, now)]
      : [el("div", { class: "pair" }, worst(history), troubled(history, now)), latest(base, history, zone, now)]),
  );
}

/** Said where the figures are of less time than was asked for. */
function since({ from, to }: AlarmHistory, hours: number, zone: string, now: number): HTMLElement[] {
  if (from <= to - hours * HOUR) return [];
  return [el("p", { class: "sub" }, alarmTexts().from.replace("__t__", dayAndClock(from, now, zone)))];
}

function tiles({ performance: figures, outOfService, reviewAfterMs }: AlarmHistory): HTMLElement {
  const t = alarmTexts();
  const days = Math.round(reviewAfterMs / DAY);
  const tile = (name: keyof typeof t.figures, value: string, wanted: string, good: boolean | null): HTMLElement =>
    el(
      "div",
      { class: "figuretile", ...(good !== null && { "data-good": String(good) }) },
      el("span", {}, filled(t.figures[name], days)),
      el("b", {}, value),
      el("small", {}, wanted === "" ? "" : `${t.wanted} ${wanted}`),
    );
  const { averagePer10min: average, maximumPer10min: most, shareInFlood, shareOfBadActors, meanTimeToAcknowledge: wait } = figures;
  return el(
    "div",
    { class: "figuretiles" },
    tile("annunciated", number(figures.annunciated), "", null),
    tile("average", average === null ? "–" : number(average, 2), "≤ 1", average === null ? null : average <= 2),
    tile("maximum", String(most), "≤ 10", most <= 10),
    tile("flood", percent(shareInFlood), "< 1 %", shareInFlood === null ? null : shareInFlood < 0.01),
    tile("actors", percent(shareOfBadActors), "< 5 %", null),
    tile("acknowledge", wait === null ? "–" : duration(wait), "", null),
    tile("chattering", String(figures.chattering.length), "0", figures.chattering.length === 0),
    tile("stale", String(figures.stale.length), "< 5", figures.stale.length < 5),
    tile("service", String(outOfService.length), "0", outOfService.length === 0),
  );
}

function worst({ performance: { badActors, byPriority }, defined, labels }: AlarmHistory): HTMLElement {
  const t = alarmTexts();
  const largest = badActors[0]?.count ?? 1;
  const rows = badActors.map(({ alarm, count }) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, labels[alarm] ?? alarm),
      el("td", { class: "num" }, number(count)),
      el("td", { class: "barcell" }, bar(count / largest)),
    ),
  );
  return el(
    "div",
    { class: "box" },
    el("h2", {}, t.worst),
    el("table", {}, el("tbody", {}, ...rows)),
    el("h2", {}, t.priorities),
    el("div", { class: "tallies" }, ...shares(byPriority), el("small", {}, `${t.wanted} ${WANTED}`)),
    el("h2", {}, t.defined),
    el("div", { class: "tallies" }, ...shares(defined), el("small", {}, `${t.wanted} ${WANTED}`)),
  );
}

function shares(counts: Readonly<Record<AlarmPriority, number>>): HTMLElement[] {
  const t = alarmTexts();
  const whole = ORDER.reduce((sum, priority) => sum + counts[priority], 0);
  return ORDER.filter((priority) => counts[priority] > 0).map((priority) =>
    el("span", { class: "tally", "data-priority": priority }, `${t.priority[priority]} ${percent(counts[priority] / whole)}`),
  );
}

function troubled({ performance: { chattering, fleeting, stale }, outOfService, labels }: AlarmHistory, now: number): HTMLElement {
  const t = alarmTexts();
  const all = [
    ...chattering.map((path) => [path, t.chattering] as const),
    ...stale.map((path) => [path, t.stale] as const),
    ...outOfService.map(({ alarm, since: taken, until }) => {
      const lasting = filled(t.service, Math.floor((now - taken) / DAY));
      return [alarm, until === null ? `${lasting}, ${t.noEnd}` : lasting] as const;
    }),
    ...fleeting.map((path) => [path, t.fleeting] as const),
  ];
  const rows = all.slice(0, 20).map(([path, why]) => el("tr", {}, el("th", { scope: "row" }, labels[path] ?? path), el("td", {}, why)));
  const content = rows.length === 0 ? el("p", { class: "sub" }, t.nothingTroubled) : el("table", {}, el("tbody", {}, ...rows));
  return el("div", { class: "box" }, el("h2", {}, t.troubled), content);
}

function latest(base: string, { alarms }: AlarmHistory, zone: string, now: number): HTMLElement {
  const t = alarmTexts();
  const heads = [t.start, t.lasted, "", t.what, t.state.acknowledged].map((head) => el("th", { scope: "col" }, head));
  const row = (alarm: ShownAlarm): HTMLElement => {
    const { start, end, returned, priority, message, label, acknowledged, inhibited, state } = alarm;
    const over = returned ?? end;
    const done = inhibited === null ? acknowledged : inhibited;
    const who = done?.by == null ? "" : `${done.by}${done.comment === null ? "" : `: “${done.comment}”`}`;
    const because = alarm.endedBecause === null ? "" : ` – ${t.endedBecause[alarm.endedBecause]}`;
    const chart = chartLink(base, alarm);
    const what = `${inhibited === null ? message : `${message} – ${end === null ? t.state[state] : kept(alarm)}`}${because}`;
    return el(
      "tr",
      {},
      el("td", {}, dayAndClock(start, now, zone)),
      el("td", { class: "num" }, over === null ? "" : duration(over - start)),
      el("td", {}, el("span", { class: "tally", "data-priority": priority }, t.priority[priority])),
      el("td", { class: "wide" }, what, el("small", {}, label, ...(chart === null ? [] : [" · ", chart]))),
      el("td", { class: "wide" }, who),
    );
  };
  return el(
    "div",
    { class: "box scrolling" },
    el("h2", {}, t.latest),
    el("table", {}, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...alarms.map(row))),
  );
}

/** What a period that is over was: its last state is the one that came after. */
function kept({ inhibited }: ShownAlarm): string {
  const t = alarmTexts();
  if (inhibited?.as !== undefined) return t.state[inhibited.as];
  if (inhibited?.by == null) return t.state.suppressed;
  return inhibited.until === null ? t.state["out-of-service"] : t.state.shelved;
}

function bar(share: number): SVGElement {
  const width = Math.round(Math.max(0, Math.min(1, share)) * 100);
  return svg("svg", { viewBox: "0 0 100 8", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("rect", { width, height: 8, rx: 1 }));
}

function percent(share: number | null): string {
  return share === null ? "–" : `${number(share * 100, 1)} %`;
}
