/** The entry page of a chart that is measured by hand: what is due, a keypad, the chart at once, and what was measured last. */
import type { MeasureView, ShownMeasurement } from "../../../../core/model/charting/index.ts";
import { languageButton, notice } from "./chart-parts.ts";
import { plotOf } from "./chart-plot.ts";
import { entry, sheet } from "./chart-signals.ts";
import { chartTexts } from "./chart-texts.ts";
import { el } from "./dom.ts";
import { doubtSheet } from "./measure-doubt.ts";
import { entryBox, type Entered, type EntryBox } from "./measure-entry.ts";
import { dueCard, measurementList, shiftList } from "./measure-lists.ts";
import { measureTexts } from "./measure-texts.ts";
import { Outbox } from "./terminal-outbox.ts";
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
  const now = (): number => Date.now() + ahead;
  const outbox = new Outbox<Entered["action"] | "withdraw">(
    url,
    () => (view === undefined ? undefined : { ...view.chart.person, since: 0 }),
    (sent) => {
      if (sent) soon = SOON_TIMES;
      if (sent) void load();
      draw();
    },
  );
  const head = el("header", { class: "charthead" });
  const told = el("div", { class: "told-all" });
  const [due, entering, right] = [el("div", {}), el("div", {}), el("div", { class: "measureside" })];
  const body = el("div", { class: "measuring" }, el("div", { class: "measureentry" }, due, entering), right);
  main.replaceChildren(head, told, body);

  async function load(): Promise<void> {
    const answer = await fetch(`${base}/charts/${path}/measure.json`).catch(() => undefined);
    outbox.signedOut ||= answer?.status === 401;
    away = answer === undefined || !answer.ok;
    if (answer?.ok) {
      view = (await answer.json()) as MeasureView;
      ahead = view.chart.now - Date.now();
      outbox.signedOut = false;
      // Whoever has signed in again stands for what they made before.
      const { name } = view.chart.person;
      if (outbox.unproved.some(({ entry: { by } }) => by === name)) outbox.confirm();
    }
    draw();
    void outbox.send();
  }

  function enter(entered: Entered): boolean {
    return outbox.add(entered, Math.round(now()));
  }

  function withdraw(one: ShownMeasurement): void {
    const t = measureTexts();
    const why = entry(t.why);
    sheet(t.withdraw, why.parts, t.withdraw, [why.input], async () => {
      outbox.add({ action: "withdraw", at: one.at, target: one.id, reason: why.input.value.trim() }, Math.round(now()));
    });
  }

  function draw(again = false): void {
    if (view === undefined) return;
    const shown = view;
    notices(shown);
    due.replaceChildren(dueCard(shown, now()));
    // The box keeps what is being typed; only another language or another entry makes another one.
    const wanted = JSON.stringify([language(), shown.entry, shown.measures, shown.units, shown.chart.unit]);
    if (wanted !== built) {
      built = wanted;
      made = shown.part;
      const { entry: of, units, part } = shown;
      box = shown.measures
        ? entryBox({ entry: of, units, unit: shown.chart.unit, products: of.part ? shown.chart.products : [], part, enter })
        : undefined;
      entering.replaceChildren(box?.element ?? notice(measureTexts().lookOnly, false));
      drawHead(shown);
    } else if (made !== shown.part) {
      made = shown.part;
      box?.makes(made);
    }
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
      languageButton(() => draw(true)),
    );
  }

  function notices(shown: MeasureView): void {
    const t = measureTexts();
    const waiting = outbox.waiting.length;
    const link = el("a", { href: `${base}/login?to=${encodeURIComponent(`/charts/${path}/measure`)}` }, t.signIn);
    const others = outbox.unproved;
    told.replaceChildren(
      ...(outbox.signedOut ? [notice(link)] : away ? [notice(t.away)] : []),
      ...(waiting > 0 && (away || outbox.signedOut) ? [notice(`${t.waiting} ${waiting}`, false)] : []),
      ...(others.length > 0 ? [notice(`${t.others} ${others[0]?.label ?? ""} (${others.length})`)] : []),
      ...outbox.refused.flatMap(({ entry: { id }, refused }) => {
        if (refused === undefined || refused.code === "DOUBTFUL") return [];
        const line = notice(`${t.refused} ${refused.message} `);
        line.append(button(t.dismiss, () => outbox.dismiss(id), "tool"));
        return [line];
      }),
    );
    main?.toggleAttribute("data-lasting", shown.chart.lasting);
  }

  /** The server asks back where a value was probably mistyped; the measurement waits for the answer. */
  function doubts(shown: MeasureView): void {
    const { name } = shown.chart.person;
    const held = outbox.refused.find(({ entry: { by }, refused }) => refused?.code === "DOUBTFUL" && by === name);
    if (held === undefined || sheetIsOpen()) return;
    const amend = (over: Readonly<Record<string, unknown>>): void => {
      const waited = now() - Number(held.entry["made"]) > WAITED_MS;
      outbox.amend(held.entry.id, { ...over, ...(waited && { queued: true }) });
    };
    doubtSheet(held, shown.chart.unit, {
      take: (values) => amend({ values }),
      right: () => amend({ confirmed: true }),
      again: (values) => {
        outbox.dismiss(held.entry.id);
        box?.fill(values.map(String));
      },
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
          ...(reactionPlan === null ? [] : [el("span", {}, `${t.reaction}: ${reactionPlan}`)]),
          el("a", { href: `${base}/charts/${path}` }, t.answer),
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
