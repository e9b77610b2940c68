/** One control chart: its points and signals, and the limits by which it is judged. What people decide goes to the server at once or not at all. */
import type { ChartView } from "../../../../core/model/charting/index.ts";
import { filled } from "./alarm-texts.ts";
import { capabilityTab } from "./chart-capability.ts";
import { causePareto } from "./chart-causes.ts";
import { limitsTab } from "./chart-limits.ts";
import { type Act, chartDeedId, kindsOf, languageButton, limitsText, notice, type Said, signInLink } from "./chart-parts.ts";
import { plotOf } from "./chart-plot.ts";
import { signalList } from "./chart-signals.ts";
import { chartTexts } from "./chart-texts.ts";
import { withdrawnList } from "./chart-withdrawn.ts";
import { el } from "./dom.ts";
import { ruleText } from "./rule-texts.ts";
import { periodText, printHead, type Told } from "./print-head.ts";
import { printTexts } from "./print-texts.ts";
import { refusedText } from "./saying-texts.ts";
import { button } from "./terminal-sheet.ts";
import { language } from "./terminal-texts.ts";

const main = document.querySelector<HTMLElement>("main.spc");
const EVERY_MS = 5_000;
const AGAIN_MS = 400;
const HOURS = [2, 8, 24, 168] as const;

/** What decides nothing, so that nothing else is new after it. */
const LOOKING: ReadonlySet<string> = new Set(["study", "review", "capability"]);

type Tab = "chart" | "limits" | "capability";

if (main) {
  const base = document.documentElement.dataset["base"] ?? "";
  const path = main.dataset["path"] ?? "";
  const url = `${base}/charts/${path}`;
  let view: ChartView | undefined;
  let tab: Tab = "chart";
  let hours = 8;
  let away = false;
  /** It is deployed no more, or the account does not cover it now. */
  let gone = false;
  let signedOut = false;
  /** What the last deed was refused with; null: without an answer. */
  let refused: Parameters<typeof refusedText>[0] | null | undefined;
  let drawn = "";

  async function load(): Promise<void> {
    const answer = await fetch(`${url}/data.json?hours=${hours}`).catch(() => undefined);
    signedOut = answer?.status === 401;
    gone = answer?.status === 404;
    away = answer === undefined || !answer.ok;
    if (answer?.ok) view = (await answer.json()) as ChartView;
    draw();
  }

  const act: Act = async (said: Said, progress) => {
    const signed = "signal" in said || said.action === "record-capability" ? { id: chartDeedId(), made: view?.now ?? 0, ...said } : said;
    const headers = { "content-type": "application/json" };
    for (;;) {
      const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(signed) }).catch(() => undefined);
      const body =
        answer === undefined
          ? undefined
          : ((await answer.json().catch(() => undefined)) as (Parameters<typeof refusedText>[0] & { progress?: number }) | undefined);
      if (answer?.status === 202) {
        progress?.(body?.progress ?? 0);
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        continue;
      }
      refused = answer?.ok === true ? undefined : (body ?? null);
      if (!LOOKING.has(said.action)) await load();
      else notices();
      return answer?.ok === true ? body : undefined;
    }
  };

  const told = el("div", { class: "told-all" });
  function notices(): void {
    const t = chartTexts();
    told.replaceChildren(
      ...(signedOut ? [notice(signInLink(base, `/charts/${path}`))] : away ? [notice(gone ? t.gone : t.away)] : []),
      ...(refused === undefined ? [] : [notice(`${t.refused} ${refused?.message === undefined ? t.away : refusedText(refused)}`)]),
    );
  }

  function draw(again = false): void {
    if (main === null) return;
    notices();
    if (view === undefined) {
      main.replaceChildren(told);
      return;
    }
    // Forms are not exchanged under the fingers of who fills them in; charts are drawn again when something is new.
    const { now: _now, collected: _collected, ...rest } = view;
    const { points, signals, closed, versions, withdrawn, pareto } = rest;
    const shown =
      tab === "capability" ? {} : tab === "limits" ? { versions } : { points, signals, closed, withdrawn, pareto, version: view.version };
    const text = JSON.stringify([tab, language(), document.documentElement.dataset["theme"], hours, shown]);
    if (text !== drawn || again) main.replaceChildren(printHead(view, period(view)), head(view), told, tabs(view), body(view));
    drawn = text;
    main.removeAttribute("aria-busy");
    document.documentElement.lang = language();
  }

  function head(shown: ChartView): HTMLElement {
    const t = chartTexts();
    const about = `${kindsOf(shown)} · ${t.limits}: ${limitsText(shown)}`;
    return el(
      "header",
      { class: "charthead" },
      el(
        "div",
        {},
        el("h1", {}, `${shown.label}: ${shown.chart}`),
        el("p", {}, el("a", { href: `${base}/charts` }, t.title), ` · ${about}`),
      ),
      languageButton(() => draw(true)),
    );
  }

  /** Of the points that are shown; a study tells its own. */
  function period({ now, zone }: ChartView): Told {
    return tab === "chart" ? [[printTexts().period, periodText(now - hours * 3_600_000, now, zone)]] : [];
  }

  function tabButton(name: Tab, text: string): HTMLButtonElement {
    const one = button(text, () => {
      tab = name;
      draw();
    });
    one.setAttribute("aria-pressed", String(tab === name));
    return one;
  }

  function tabs(shown: ChartView): HTMLElement {
    const t = chartTexts();
    const waits = shown.proposed ? ` · ${t.waits}` : "";
    return el(
      "nav",
      { class: "tabs" },
      tabButton("chart", `${t.tabChart} (${shown.open})`),
      tabButton("limits", `${t.tabLimits}${waits}`),
      ...(shown.specifications === null ? [] : [tabButton("capability", t.tabCapability)]),
      button(printTexts().print, () => print(), "print"),
      ...(shown.byHand === null ? [] : [el("a", { class: "tool measurelink", href: `${url}/measure` }, t.measure)]),
    );
  }

  function body(shown: ChartView): HTMLElement {
    if (tab === "limits") return limitsTab(shown, act);
    if (tab === "capability") return capabilityTab(shown, act);
    const t = chartTexts();
    const ranges = HOURS.map((each) => {
      const one = button(t.hours[each] ?? "", () => {
        hours = each;
        void load();
      });
      one.setAttribute("aria-pressed", String(hours === each));
      return one;
    });
    const { points, kinds, unit, zone, now } = shown;
    const frame = { unit, zone, now, from: now - hours * 3_600_000, to: now, excluded: new Set(shown.withdrawn.map(({ at }) => at)) };
    const [level = "", spread = ""] = kindsOf(shown).split(" · ");
    return el(
      "div",
      { class: "charttab" },
      el("div", { class: "segments" }, ...ranges),
      ...(shown.more > 0 ? [el("p", { class: "hint" }, filled(t.more, shown.more))] : []),
      plotOf(points.level, { ...frame, title: `${t.level} · ${level}` }),
      ...(kinds[1] === undefined || points.spread.length === 0
        ? []
        : [plotOf(points.spread, { ...frame, title: `${t.spread} · ${spread}` })]),
      ...withdrawnList(shown),
      signalList(shown, act),
      causePareto(shown, () => draw(true)),
      el("p", { class: "hint" }, `${t.rules}: ${shown.rules.map(ruleText).join("; ")}`),
    );
  }

  document.getElementById("theme")?.addEventListener("click", () => draw(true));
  void load();
  setInterval(() => void load(), EVERY_MS);
}
