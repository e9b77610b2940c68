/** The alarm list: what is open, what is kept quiet, and what has been. Responses go to the server at once or not at all. */
import type { AlarmHistory, AlarmListView, AlarmPriority, ShownAlarm } from "../../../../core/operate/alarm/index.ts";
import { askForAll, waitingOf } from "./alarm-all.ts";
import { historyOf } from "./alarm-history.ts";
import { alarmSheet, type Respond } from "./alarm-sheet.ts";
import { alarmTexts, filled } from "./alarm-texts.ts";
import { chartLink, measured } from "./alarm-value.ts";
import { el } from "./dom.ts";
import { age, clock, dayAndClock, duration } from "./format.ts";
import { refusedText } from "./saying-texts.ts";
import { button } from "./terminal-sheet.ts";
import { choose, language } from "./terminal-texts.ts";

const main = document.querySelector<HTMLElement>("main.alarms");
const EVERY_MS = 2_000;
const GLYPHS: Readonly<Record<AlarmPriority, string>> = { critical: "◆", high: "▲", medium: "■", low: "●" };

type Tab = "open" | "quiet" | "history";

if (main) {
  const base = document.documentElement.dataset["base"] ?? "";
  const url = `${base}/alarms`;
  let view: AlarmListView | undefined;
  let history: AlarmHistory | undefined;
  /** Of which time it is. */
  let historyHours = 0;
  let section: HTMLElement | undefined;
  let sectionOf: readonly unknown[] = [];
  let tab: Tab = "open";
  let hours = 24;
  let away = false;
  let signedOut = false;
  let refused = "";
  /** What came of the last acknowledgement of many. */
  let told = "";
  /** The server's clock less this one. */
  let ahead = 0;
  let drawn = "";
  const now = (): number => Date.now() + ahead;

  async function read<T>(what: string): Promise<T | undefined> {
    const answer = await fetch(`${url}/${what}`).catch(() => undefined);
    signedOut = answer?.status === 401;
    away = answer === undefined || !answer.ok;
    return answer?.ok ? ((await answer.json()) as T) : undefined;
  }

  async function load(): Promise<void> {
    const answer = await read<AlarmListView>("data.json");
    view = answer ?? view;
    if (answer !== undefined) ahead = answer.now - Date.now();
    draw();
  }

  async function loadHistory(): Promise<void> {
    const asked = hours;
    const answer = await read<AlarmHistory>(`history.json?hours=${asked}`);
    // Another time was chosen meanwhile; its answer comes.
    if (asked !== hours) return;
    if (answer !== undefined) [history, historyHours] = [answer, asked];
    draw();
  }

  async function post(to: string, said: object): Promise<{ readonly passed?: number }> {
    const body = JSON.stringify({ id: newId(), made: Math.round(now()), ...said });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(to, { method: "POST", headers, body }).catch(() => undefined);
    const got = (await answer?.json()) as (Parameters<typeof refusedText>[0] & { readonly passed?: number }) | undefined;
    [refused, told] = [answer?.ok ? "" : got === undefined ? alarmTexts().away : refusedText(got), ""];
    return got ?? {};
  }

  const respond: Respond = async (alarm, said) => {
    await post(`${url}/${alarm.path}`, said);
    await load();
  };

  async function acknowledge(alarms: readonly ShownAlarm[], comment: string): Promise<void> {
    const shown = alarms.map(({ path, start }) => ({ path, occurrence: start }));
    const { passed = 0 } = await post(url, { shown, ...(comment !== "" && { comment }) });
    if (passed > 0) told = filled(alarmTexts().allPassed, passed);
    await load();
  }

  function draw(): void {
    if (main === null) return;
    const content = view === undefined ? notices() : [head(view), ...notices(view), tabs(view), ...together(view), body(view), foot()];
    // What somebody is about to touch must not be exchanged under the finger for the same thing.
    const text = content.map((part) => part.outerHTML).join("");
    if (text !== drawn) main.replaceChildren(...content);
    drawn = text;
    main.removeAttribute("aria-busy");
    document.documentElement.lang = language();
  }

  function head(shown: AlarmListView): HTMLElement {
    const t = alarmTexts();
    const other = language() === "de" ? "en" : "de";
    const counts = (["critical", "high", "medium", "low"] as const).map((priority) => {
      const count = shown.open.filter((one) => one.priority === priority).length;
      return el(
        "span",
        { class: "tally", "data-priority": priority, ...(count === 0 && { "data-none": "" }) },
        `${GLYPHS[priority]} ${count} ${t.priority[priority]}`,
      );
    });
    const switched = button(
      other.toUpperCase(),
      () => {
        choose(other);
        draw();
      },
      "tool",
    );
    return el("header", { class: "alarmhead" }, el("h1", {}, t.title), el("div", { class: "tallies" }, ...counts), switched);
  }

  /** Before the first answer they say why there is none. */
  function notices(shown?: AlarmListView): HTMLElement[] {
    const t = alarmTexts();
    const result: HTMLElement[] = [];
    const say = (text: string | Node, bad = false): void =>
      void result.push(el("p", { class: bad ? "notice bad" : "notice", role: bad ? "alert" : "status" }, text));
    if (signedOut) say(el("a", { href: `${base}/login?to=${encodeURIComponent("/alarms")}` }, t.signIn), true);
    else if (away) say(t.away, true);
    if (refused !== "") say(`${t.refused} ${refused}`, true);
    if (told !== "") say(told);
    if (shown?.flood) say(filled(t.flood, shown.recent), true);
    if (shown?.person.responds === false) say(t.lookOnly);
    return result;
  }

  const tabButton = (name: Tab, text: string): HTMLButtonElement => {
    const one = button(text, () => {
      tab = name;
      if (name === "history") void loadHistory();
      draw();
    });
    one.setAttribute("aria-pressed", String(tab === name));
    return one;
  };

  function tabs(shown: AlarmListView): HTMLElement {
    const t = alarmTexts();
    const open = shown.open.length + shown.more;
    return el(
      "nav",
      { class: "tabs" },
      tabButton("open", `${t.open} (${open})`),
      tabButton("quiet", `${t.quiet} (${shown.inhibited.length})`),
      tabButton("history", t.history),
    );
  }

  /** Offered where it saves something. */
  function together(shown: AlarmListView): HTMLElement[] {
    const count = waitingOf(shown).together.length;
    if (tab !== "open" || !shown.person.responds || count < 2) return [];
    const ask = button(filled(alarmTexts().acknowledgeAll, count), () => askForAll(shown, (...all) => void acknowledge(...all)), "tool");
    return [el("div", { class: "together" }, ask)];
  }

  const foot = (): HTMLElement =>
    el("p", { class: "sub" }, el("a", { href: `${url}/alarms.csv`, download: "alarms.csv" }, alarmTexts().table));

  function body(shown: AlarmListView): HTMLElement {
    const t = alarmTexts();
    if (tab === "history") return historySection(shown.zone);
    const alarms = tab === "open" ? shown.open : shown.inhibited;
    if (alarms.length === 0) return el("p", { class: "nothing" }, tab === "open" ? t.nothingOpen : t.nothingQuiet);
    const more = tab === "open" && shown.more > 0 ? [el("li", { class: "nothing" }, filled(t.more, shown.more))] : [];
    return el("ul", { class: "alarmlist" }, ...alarms.map((one) => row(shown, one)), ...more);
  }

  /** Made anew only where something in it is new: it is long, and the list is read every few seconds. */
  function historySection(zone: string): HTMLElement {
    // Which of its times are today's is looked at once a minute.
    const of = [history, historyHours, hours, language(), clock(now(), zone)];
    if (section === undefined || !of.every((part, i) => part === sectionOf[i])) {
      sectionOf = of;
      section = historyOf({
        base,
        history,
        hours,
        waits: history !== undefined && historyHours !== hours,
        zone,
        now: now(),
        choose(chosen) {
          hours = chosen;
          draw();
          void loadHistory();
        },
      });
    }
    return section;
  }

  /** Acknowledged is not acted on: it counts until the condition is gone. */
  function overdue({ active, inhibited, rationale, start }: ShownAlarm): string[] {
    const by = start + (rationale?.respondWithinMs ?? Number.POSITIVE_INFINITY);
    return active && inhibited === null && now() > by ? [filled(alarmTexts().overdue, minutes(now() - by))] : [];
  }

  function toReview({ reviewAfterMs }: AlarmListView, { state, inhibited }: ShownAlarm): string[] {
    const long = state === "out-of-service" && inhibited !== null && now() - inhibited.at > reviewAfterMs;
    return long ? [alarmTexts().review] : [];
  }

  function row(shown: AlarmListView, alarm: ShownAlarm): HTMLElement {
    const t = alarmTexts();
    const { priority, state, message, label, start, inhibited } = alarm;
    const waits = state.endsWith("unacknowledged") && alarm.pending === null;
    const marks = [
      label,
      ...[measured(alarm) ?? []].flat(),
      ...(alarm.firstOut === true ? [t.firstOut] : []),
      ...overdue(alarm),
      ...(alarm.realarms > 0 ? [filled(t.again, alarm.realarms)] : []),
      ...toReview(shown, alarm),
    ];
    const chart = chartLink(base, alarm);
    const details = button(t.details, () => alarmSheet(base, shown, alarm, respond), "tool");
    details.setAttribute("aria-label", `${t.details}: ${message}`);
    const actions = el("div", { class: "actions" });
    if (shown.person.responds && waits)
      actions.append(button(t.acknowledge, () => void respond(alarm, { action: "acknowledge", occurrence: start }), "primary"));
    if (shown.person.responds && state === "latched-acknowledged" && alarm.pending === null)
      actions.append(button(t.reset, () => void respond(alarm, { action: "reset", occurrence: start }), "primary"));
    actions.append(details);
    const until = inhibited?.until ?? null;
    const lasting = `${t.for} ${minutes(now() - start)}`;
    const when =
      until !== null
        ? `${t.until} ${dayAndClock(until, now(), shown.zone)}`
        : state === "out-of-service"
          ? `${lasting}, ${t.noEnd}`
          : lasting;
    return el(
      "li",
      { class: "alarm", "data-priority": priority, ...(waits && { "data-waits": "" }) },
      el(
        "div",
        { class: "grade" },
        el("b", {}, `${GLYPHS[priority]} ${t.priority[priority]}`),
        el("time", {}, dayAndClock(start, now(), shown.zone)),
        el("small", {}, when),
      ),
      el(
        "div",
        { class: "what" },
        el("b", {}, message),
        el("span", {}, marks.join(" · "), ...(chart === null ? [] : [" · ", chart])),
        el("small", {}, stateOf(alarm)),
      ),
      actions,
    );
  }

  void load();
  setInterval(() => void load(), EVERY_MS);
  setInterval(() => tab === "history" && void loadHistory(), 15 * EVERY_MS);
}

function stateOf({ state, acknowledged, inhibited, pending }: ShownAlarm): string {
  const t = alarmTexts();
  if (pending !== null) return `${t.by} ${pending.by}: ${t.pending}`;
  const { by, comment } = inhibited ?? acknowledged ?? { by: null, comment: null };
  return `${t.state[state]}${by === null ? "" : ` ${t.by} ${by}`}${comment === null ? "" : `: “${comment}”`}`;
}

/** A list that is read at a glance needs no seconds. */
function minutes(ms: number): string {
  if (ms >= 48 * 3_600_000) return age(ms);
  return ms < 3_600_000 ? `${Math.max(0, Math.floor(ms / 60_000))} min` : duration(ms);
}

/** Works without a secure context too, as on plain http in a plant. */
function newId(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
