/** The list of the control charts at work: which has something to say. */
import type { ChartListView, ShownChart } from "../../../../core/model/charting/index.ts";
import { filled } from "./alarm-texts.ts";
import { kindsOf, languageButton, limitsText, notice, signInLink } from "./chart-parts.ts";
import { chartTexts } from "./chart-texts.ts";
import { el } from "./dom.ts";
import { dayAndClock } from "./format.ts";
import { language } from "./terminal-texts.ts";

const main = document.querySelector<HTMLElement>("main.charts");
const EVERY_MS = 5_000;

if (main) {
  const base = document.documentElement.dataset["base"] ?? "";
  let view: ChartListView | undefined;
  let away = false;
  let signedOut = false;
  let drawn = "";

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
    const content = [el("header", { class: "charthead" }, el("h1", {}, t.title), languageButton(draw)), ...notices, ...list()];
    const text = content.map((part) => part.outerHTML).join("");
    if (text !== drawn) main.replaceChildren(...content);
    drawn = text;
    main.removeAttribute("aria-busy");
    document.documentElement.lang = language();
  }

  /** Nothing before the first answer: the notice says why there is none. */
  function list(): HTMLElement[] {
    if (view === undefined) return [];
    if (view.charts.length === 0) return [el("p", { class: "nothing" }, chartTexts().none)];
    return [el("ul", { class: "chartlist" }, ...view.charts.map((one) => el("li", {}, row(one), ...measureLink(one))))];
  }

  function row(one: ShownChart): HTMLElement {
    const t = chartTexts();
    const state = one.lasting ? "lasts" : one.open > 0 ? "open" : one.version === null ? "collects" : "calm";
    const signals = one.open === 0 ? `${t.signals}: ${t.noneOpen}` : `${t.signals}: ${one.open}${one.lasting ? ` · ${t.lasts}` : ""}`;
    return el(
      "a",
      { class: "chartrow", href: `${base}/charts/${one.path}`, "data-state": state },
      el("span", {}, el("b", {}, one.label), el("small", {}, one.asset)),
      el("span", {}, el("b", {}, one.chart), el("small", {}, kindsOf(one))),
      el("span", {}, `${t.limits}: ${limitsText(one)}`, ...(one.proposed ? [el("small", {}, t.waits)] : [])),
      el("strong", {}, signals),
    );
  }

  /** A chart that people measure by hand says what is due. */
  function measureLink({ byHand, path }: ShownChart): HTMLElement[] {
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
