/** What stands above a printed chart or study, so that whoever gets it knows of what it is, after which limits, and of when. */
import type { ChartView } from "../../../../core/model/charting/index.ts";
import { filled } from "./alarm-texts.ts";
import { kindsOf } from "./chart-parts.ts";
import { chartTexts } from "./chart-texts.ts";
import { el } from "./dom.ts";
import { fullTime } from "./format.ts";
import { printTexts } from "./print-texts.ts";
import { ruleText } from "./rule-texts.ts";

export type Told = readonly (readonly [name: string, text: string])[];

/** Of the head that is on the page: what a study tells of itself, and when it is printed. */
let study = el("dl");
let printed = el("dd");
let zone = "UTC";

/** `told`: what is known before anything was computed, as the period of a chart. */
export function printHead(view: ChartView, told: Told): HTMLElement {
  const [t, p] = [chartTexts(), printTexts()];
  zone = view.zone;
  printed = el("dd");
  study = el("dl");
  tellPrint(told);
  const { label, asset, chart, unit, plant, person } = view;
  return el(
    "header",
    { class: "printonly printhead" },
    el("p", { class: "printtitle" }, `${label} · ${chart}`),
    rows([
      [p.plant, plant],
      [t.machine, `${label} (${asset})`],
      [t.chart, `${chart} · ${kindsOf(view)}`],
      [p.unit, unit ?? p.none],
      [t.limits, limits(view)],
      [p.approved, approved(view)],
      [t.rules, view.rules.map(ruleText).join("; ")],
    ]),
    el("div", {}, study, el("dl", {}, el("dt", {}, p.printed), printed, el("dt", {}, p.by), el("dd", {}, person.label))),
  );
}

/** What was computed, in place of what was told before. */
export function tellPrint(told: Told): void {
  study.replaceChildren(...rows(told).childNodes);
}

/** Of values, [from, to). */
export function periodText(from: number, to: number, of: string): string {
  return `${fullTime(from, of)} – ${fullTime(to, of)}`;
}

function rows(told: Told): HTMLElement {
  return el("dl", {}, ...told.flatMap(([name, text]) => [el("dt", {}, name), el("dd", {}, text)]));
}

function limits(view: ChartView): string {
  const [t, p] = [chartTexts(), printTexts()];
  if (view.version === null) return p.none;
  if (view.version === 0) return t.given;
  const one = view.versions.find(({ version }) => version === view.version);
  const from = one?.from ?? null;
  const scope = Object.values(one?.scope ?? {}).join(", ");
  return [
    filled(t.version, view.version),
    ...(from === null ? [] : [`${t.validFrom} ${fullTime(from, view.zone)}`]),
    ...(scope === "" ? [] : [`${t.scopeFor} ${scope}`]),
  ].join(" · ");
}

function approved({ version, versions, zone: of }: ChartView): string {
  const decided = versions.find((one) => one.version === version)?.decided ?? null;
  return decided === null ? printTexts().none : `${decided.by}, ${fullTime(decided.at, of)}: “${decided.comment}”`;
}

addEventListener("beforeprint", () => {
  printed.textContent = `${fullTime(Date.now(), zone)} (${zone})`;
});
