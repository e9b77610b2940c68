/** All control charts at work beside each other: which one wants somebody, by what it judges, and how capable its process is. */
import type { ChartListView, ListedChart } from "../../../../core/model/charting/index.ts";
import { filled } from "./alarm-texts.ts";
import { kindsOf, languageButton, limitsText, notice, signInLink } from "./chart-parts.ts";
import { chartTexts } from "./chart-texts.ts";
import { el } from "./dom.ts";
import { dayAndClock, figure, number, roughAge } from "./format.ts";
import { overviewTexts } from "./overview-texts.ts";
import { saidText } from "./saying-texts.ts";
import { language } from "./terminal-texts.ts";

const main = document.querySelector<HTMLElement>("main.charts");
const EVERY_MS = 5_000;

if (main) {
  const base = document.documentElement.dataset["base"] ?? "";
  let view: ChartListView | undefined;
  let away = false;
  let signedOut = false;
  let drawn = "";
  /** Path of the line whose charts are shown; empty: all. */
  let line = "";

  async function load(): Promise<void> {
    const answer = await fetch(`${base}/charts/data.json`).catch(() => undefined);
    signedOut = answer?.status === 401;
    away = answer === undefined || !answer.ok;
    if (answer?.ok) view = (await answer.json()) as ChartListView;
    draw();
  }

  function draw(): void {
    if (main === null) return;
    const t = chartTexts();
    const notices = signedOut ? [notice(signInLink(base, "/charts"))] : away ? [notice(t.away)] : [];
    const head = el("header", { class: "charthead" }, el("h1", {}, t.title), languageButton(draw));
    const content = view === undefined ? [] : list(view);
    const text = [head, ...notices, ...content].map((part) => part.outerHTML).join("");
    if (text !== drawn) main.replaceChildren(head, ...notices, ...(view === undefined ? [] : choice(view)), ...content);
    drawn = text;
    main.removeAttribute("aria-busy");
    document.documentElement.lang = language();
  }

  /** Only where there is something to choose. */
  function choice({ charts }: ChartListView): HTMLElement[] {
    const t = overviewTexts();
    const lines = new Map(charts.flatMap((one) => (one.line === null ? [] : [[one.line.path, one.line.label] as const])));
    if (lines.size < 2) return [];
    const options = [...lines].toSorted(([, a], [, b]) => (a < b ? -1 : 1)).map(([path, label]) => el("option", { value: path }, label));
    const select = el("select", {}, el("option", { value: "" }, t.allLines), ...options);
    select.value = lines.has(line) ? line : "";
    select.addEventListener("change", () => {
      line = select.value;
      draw();
    });
    return [el("label", { class: "entry lines" }, t.line, select)];
  }

  /** Nothing before the first answer: the notice says why there is none. */
  function list({ charts, computed }: ChartListView): HTMLElement[] {
    const t = overviewTexts();
    if (charts.length === 0) return [el("p", { class: "nothing" }, chartTexts().none)];
    const shown = charts.some((one) => one.line?.path === line) ? charts.filter((one) => one.line?.path === line) : charts;
    const progress = el("progress", { max: "1", value: String(Math.round(computed * 100) / 100), "aria-label": t.computing });
    return [
      ...(computed < 1 ? [el("p", { class: "reading", role: "status" }, `${t.computing} … `, progress)] : []),
      ...(charts.length > 1 ? [el("p", { class: "hint" }, t.worst)] : []),
      el("ul", { class: "chartlist" }, ...shown.map((one) => el("li", {}, row(one), ...measureLink(one)))),
    ];
  }

  function row(one: ListedChart): HTMLElement {
    const t = chartTexts();
    const state = one.lasting ? "lasts" : one.open > 0 ? "open" : one.version === null ? "collects" : "calm";
    const signals = one.open === 0 ? `${t.signals}: ${t.noneOpen}` : `${t.signals}: ${one.open}${one.lasting ? ` · ${t.lasts}` : ""}`;
    return el(
      "a",
      { class: "chartrow", href: `${base}/charts/${one.path}`, "data-state": state },
      cell(one.label, one.asset),
      cell(one.chart, kindsOf(one), ...(one.making.length === 0 ? [] : [`${overviewTexts().makes}: ${one.making.join(" · ")}`])),
      cell(`${t.limits}: ${limitsText(one)}`, ...limitsAge(one), ...(one.proposed ? [t.waits] : [])),
      cell(...lastPoint(one)),
      capability(one),
      el("strong", {}, signals, ...oldest(one)),
    );
  }

  function limitsAge({ limitsFrom }: ListedChart): string[] {
    if (limitsFrom === null || view === undefined) return [];
    return [`${overviewTexts().since} ${dayAndClock(limitsFrom, view.now, view.zone)} (${roughAge(view.now - limitsFrom)})`];
  }

  function lastPoint({ last, unit }: ListedChart): [string, ...string[]] {
    const t = overviewTexts();
    if (last === null || view === undefined) return [t.last, t.noLast];
    const rules = last.rules.length === 0 ? [] : [`${t.breaks} ${last.rules.join(", ")}`];
    return [figure(last.value, unit), `${t.last}: ${dayAndClock(last.at, view.now, view.zone)}`, ...rules];
  }

  function capability({ capability: brief }: ListedChart): HTMLElement {
    const t = overviewTexts();
    if (brief === null) return cell("…", `${t.capability}: ${t.waits}`);
    if (brief.refused !== null)
      return el("span", {}, el("small", { title: saidText(brief.refused) }, `${t.capability}: ${t.refusals[brief.refused.code]}`));
    const figures = Object.entries(brief.indices).flatMap(([name, value]) => (value === null ? [] : [`${name} ${number(value, 2)}`]));
    return cell(figures.join(" · "), `${t.capability}, ${filled(t.values, brief.n ?? 0)}`);
  }

  function oldest({ oldest: start }: ListedChart): HTMLElement[] {
    if (start === null || view === undefined) return [];
    return [el("small", {}, `${overviewTexts().oldest} ${dayAndClock(start, view.now, view.zone)}`)];
  }

  /** A chart that people measure by hand says what is due. */
  function measureLink({ byHand, path }: ListedChart): HTMLElement[] {
    if (byHand === null || view === undefined) return [];
    const t = chartTexts();
    const { state, at, missed } = byHand;
    const word = state === "overdue" ? t.overdueSince : state === "due" ? t.dueSince : t.nextAt;
    const when = at === null ? "" : `${word} ${dayAndClock(at, view.now, view.zone)}`;
    const said = [when, missed === 0 ? "" : filled(t.missed, missed)].filter((text) => text !== "").join(" · ");
    const link = { class: "measurelink", href: `${base}/charts/${path}/measure`, "data-state": state ?? "calm" };
    return [el("a", link, el("b", {}, t.measure), el("small", {}, said))];
  }

  void load();
  setInterval(() => void load(), EVERY_MS);
}

function cell(first: string, ...others: readonly string[]): HTMLElement {
  return el("span", {}, el("b", {}, first), ...others.map((text) => el("small", {}, text)));
}
