/** The entry page of a chart that is measured by hand: what is due, a keypad, the chart at once, and what was measured last. */
import type { Said } from "../../../../core/connect/sample/index.ts";
import type { MeasureView, ShownMeasurement } from "../../../../core/model/charting/index.ts";
import { languageButton, notice } from "./chart-parts.ts";
import { plotOf } from "./chart-plot.ts";
import { entry, sheet } from "./chart-sheet.ts";
import { chartTexts } from "./chart-texts.ts";
import { el } from "./dom.ts";
import { doubtSheet } from "./measure-doubt.ts";
import { entryBox, type Entered, type EntryBox } from "./measure-entry.ts";
import { dueCard, measurementList, shiftList } from "./measure-lists.ts";
import { isValue } from "./measure-number.ts";
import { measureTexts } from "./measure-texts.ts";
import { planned } from "./reaction-plan.ts";
import { refusedText } from "./saying-texts.ts";
import { SharedScreen } from "./shared-screen.ts";
import { button, sheetIsOpen } from "./terminal-sheet.ts";
import { language } from "./terminal-texts.ts";

const main = document.querySelector<HTMLElement>("main.measure");
const EVERY_MS = 5_000;
/** After something was saved its point is looked for so often. */
const SOON_MS = 500;
const SOON_TIMES = 10;
const MOST_DRAWN = 30;
/** An answer that comes later is sent as what it is: made before. */
const WAITED_MS = 4 * 60_000;
const LEAST_MS = 2 * 3_600_000;

if (main) {
  const base = document.documentElement.dataset["base"] ?? "";
  const path = main.dataset["path"] ?? "";
  const url = `${base}/charts/${path}/measure`;
  let view: MeasureView | undefined;
  let away = false;
  /** The server's clock less this one. */
  let ahead = 0;
  let soon = 0;
  let box: EntryBox | undefined;
  let built = "";
  let made: string | null = null;
  let drawn = "";
  let shownBy = "";
  /** Puts back what was there before something was typed that is a badge. */
  let untyped: (() => void) | undefined;
  /** The question whether a value is right, and whose value it is. */
  let asking: { readonly by: string; readonly dialog: HTMLDialogElement } | undefined;
  const now = (): number => Date.now() + ahead;
  const screen = new SharedScreen<Entered["action"] | "withdraw">({
    url,
    load: () => load(),
    draw: () => draw(),
    changed(sent) {
      if (sent) soon = SOON_TIMES;
      if (sent) void load();
      draw();
    },
    now,
    left: () => box?.clear(),
    typed: { begun: () => void (untyped = box?.keep()), isBadge },
  });
  const { outbox } = screen;
  const head = el("header", { class: "charthead" });
  const who = el("div", { class: "who" });
  const told = el("div", { class: "told-all" });
  const [due, entering, right] = [el("div", {}), el("div", {}), el("div", { class: "measureside" })];
  const body = el("div", { class: "measuring" }, el("div", { class: "measureentry" }, due, entering), right);
  main.replaceChildren(head, told, body);

  async function load(): Promise<void> {
    const answer = await fetch(`${url}.json${screen.query}`).catch(() => undefined);
    outbox.signedOut ||= answer?.status === 401;
    away = answer === undefined || !answer.ok;
    if (answer?.ok) {
      view = (await answer.json()) as MeasureView;
      screen.stands(view);
      ahead = view.chart.now - Date.now();
      outbox.signedOut = false;
    }
    draw();
    void outbox.send();
  }

  /** At a shared screen a scale types too, and a badge may be a number. */
  function isBadge(line: string): boolean {
    if (view === undefined || view.shared === null || isValue(line, view.units)) return false;
    untyped?.();
    return true;
  }

  function withdraw(one: ShownMeasurement): void {
    const t = measureTexts();
    const why = entry(t.why);
    sheet(t.withdraw, why.parts, t.withdraw, [why.input], async () => {
      screen.say({ action: "withdraw", at: one.at, target: one.id, reason: why.input.value.trim() });
    });
  }

  function draw(again = false): void {
    if (view === undefined) return;
    const shown = view;
    notices(shown);
    due.replaceChildren(dueCard(shown, now()));
    // The box keeps what is being typed; only another language or another entry makes another one.
    const wanted = JSON.stringify([language(), shown.entry, screen.enters, shown.units, shown.chart.unit]);
    if (wanted !== built) {
      built = wanted;
      made = shown.part;
      const { entry: of, units, part } = shown;
      box = screen.enters
        ? entryBox({
            entry: of,
            units,
            unit: shown.chart.unit,
            products: of.part ? shown.chart.products : [],
            part,
            enter: (entered, kept) => screen.say(entered, kept),
          })
        : undefined;
      entering.replaceChildren(box?.element ?? notice(measureTexts().lookOnly, false));
      drawHead(shown);
    } else if (made !== shown.part) {
      made = shown.part;
      box?.makes(made);
    }
    const person = JSON.stringify([language(), screen.person?.since, shown.shared?.account]);
    if (person !== shownBy) who.replaceChildren(...screen.card());
    shownBy = person;
    const { points, signals, withdrawn } = shown.chart;
    const text = JSON.stringify([
      language(),
      document.documentElement.dataset["theme"],
      points,
      signals,
      withdrawn,
      shown.last,
      shown.round?.shifts,
      outbox.waiting.map(({ id }) => id),
    ]);
    if (text !== drawn || again) right.replaceChildren(...side(shown));
    drawn = text;
    main?.removeAttribute("aria-busy");
    document.documentElement.lang = language();
    doubts(shown);
  }

  function drawHead({ chart }: MeasureView): void {
    const t = measureTexts();
    const link = el("a", { href: `${base}/charts/${path}` }, t.back);
    const list = el("a", { href: `${base}/charts` }, chartTexts().title);
    const title = el("div", {}, el("h1", {}, `${chart.label}: ${chart.chart}`), el("p", {}, list, " · ", link));
    head.replaceChildren(
      title,
      who,
      languageButton(() => draw(true)),
    );
  }

  function notices(shown: MeasureView): void {
    const t = measureTexts();
    const waiting = outbox.waiting.length;
    const link = el("a", { href: `${base}/login?to=${encodeURIComponent(`/charts/${path}/measure`)}` }, t.signIn);
    // Its author is asked whether it is right.
    const unasked = outbox.refused.filter(({ entry: { by }, refused }) => refused?.code === "DOUBTFUL" && by !== screen.person?.name);
    told.replaceChildren(
      ...(outbox.signedOut ? [notice(link)] : away ? [notice(t.away)] : []),
      ...(waiting > 0 && (away || outbox.signedOut) ? [notice(`${t.waiting} ${waiting}`, false)] : []),
      ...screen.unproved(unasked),
      ...outbox.refused.flatMap(({ entry: { id }, refused }) => {
        if (refused === undefined || refused.code === "DOUBTFUL") return [];
        const line = notice(`${t.refused} ${refusedText({ ...(refused.body as Partial<Said> | undefined), ...refused })} `);
        line.append(button(t.dismiss, () => outbox.dismiss(id), "tool"));
        return [line];
      }),
    );
    main?.toggleAttribute("data-lasting", shown.chart.lasting);
  }

  /** The server asks back where a value was probably mistyped; the measurement waits for the answer. */
  function doubts(shown: MeasureView): void {
    const name = screen.person?.name;
    if (asking !== undefined && asking.by !== name) asking.dialog.close();
    const held = outbox.refused.find(({ entry: { by }, refused }) => refused?.code === "DOUBTFUL" && by === name);
    if (held === undefined || sheetIsOpen()) return;
    const amend = (over: Readonly<Record<string, unknown>>): void => {
      const waited = now() - Number(held.entry["made"]) > WAITED_MS;
      outbox.amend(held.entry.id, { ...over, ...(waited && { queued: true }) });
    };
    const dialog = doubtSheet(held, shown.chart.unit, {
      take: (values) => amend({ values }),
      right: () => amend({ confirmed: true }),
      again: (values) => {
        outbox.dismiss(held.entry.id);
        box?.fill(values.map(String));
      },
    });
    asking = { by: held.entry.by, dialog };
    dialog.addEventListener("close", () => {
      if (asking?.dialog === dialog) asking = undefined;
    });
  }

  function side(shown: MeasureView): HTMLElement[] {
    const t = measureTexts();
    const { chart } = shown;
    const lasting = chart.signals.filter(({ end }) => end === null);
    const frameOf = (points: readonly { readonly at: number }[]) => ({
      unit: chart.unit,
      zone: chart.zone,
      now: chart.now,
      from: Math.min(points[0]?.at ?? chart.now, chart.now - LEAST_MS),
      to: chart.now,
      excluded: new Set(chart.withdrawn.map(({ at }) => at)),
    });
    const [level, spread] = [chart.points.level.slice(-MOST_DRAWN), chart.points.spread.slice(-MOST_DRAWN)];
    const named = chartTexts();
    return [
      ...lasting.map(({ rules, reactionPlan }) =>
        el(
          "div",
          { class: "handsignal", role: "alert" },
          el("b", {}, `${t.signal}: ${rules.map(({ text }) => text).join("; ")}`),
          ...(reactionPlan === null ? [] : [el("span", {}, ...planned(t.reaction, reactionPlan))]),
          // At a shared screen the chart is only looked at.
          el("a", { href: `${base}/charts/${path}` }, shown.shared === null ? t.answer : t.back),
        ),
      ),
      plotOf(level, { ...frameOf(level), title: named.level }),
      ...(spread.length === 0 ? [] : [plotOf(spread, { ...frameOf(spread), title: named.spread })]),
      el("h2", {}, t.last),
      measurementList({ view: shown, waiting: outbox.waiting, withdraw }),
      ...shiftList(shown),
    ];
  }

  document.getElementById("theme")?.addEventListener("click", () => draw(true));
  void load();
  setInterval(() => void load(), EVERY_MS);
  setInterval(() => {
    if (soon === 0) return;
    soon -= 1;
    void load();
  }, SOON_MS);
  setInterval(() => view !== undefined && due.replaceChildren(dueCard(view, now())), 1_000);
}
