/** Capability of what a chart charts: figures with their intervals, or the sentence that says why there are none. */
import type { CapabilityAnswer, CapabilityView, ChartView } from "../../../../core/model/charting/index.ts";
import { recordForm, recordList } from "./capability-records.ts";
import { capabilityTexts } from "./capability-texts.ts";
import { type Act, productChoice, progressOf, tile } from "./chart-parts.ts";
import { chartTexts } from "./chart-texts.ts";
import { instantOf, timeField } from "./chart-time.ts";
import { sharedDecimals } from "./decimals.ts";
import { el, svg } from "./dom.ts";
import { figure, number } from "./format.ts";
import { button } from "./terminal-sheet.ts";

const HOUR = 3_600_000;
/** Of a standard deviation. */
const DIGITS = 4;
const SIDES = ["lower", "upper", "target"] as const;
/** Made with σ within subgroups, and with intervals where its degrees of freedom are known. */
const WITHIN: readonly string[] = ["Cp", "CPL", "CPU", "Cpk"];
type Ppm = CapabilityView["stated"]["observed"];

export function capabilityTab(view: ChartView, act: Act): HTMLElement {
  const t = chartTexts();
  const result = el("div", { class: "study" });
  let records = view.capabilities;
  const kept = el("div", {}, recordList(view, records));
  const sides = SIDES.map((side) => [side, el("input", { type: "number", step: "any", "aria-label": t.specification[side] })] as const);
  const product = productChoice(view);
  const filledIn = (): void => {
    const known = view.specifications?.[product.value];
    for (const [side, input] of sides) if (known?.[side] !== undefined) input.value = String(known[side]);
  };
  product.addEventListener("change", filledIn);
  const [from, to] = [timeField(view.now - 24 * HOUR, t.from, view.zone), timeField(view.now, t.to, view.zone)];
  const ask = async (): Promise<void> => {
    const bounds = Object.fromEntries(sides.map(([side, { value }]) => [side, value === "" ? null : Number(value)]));
    const study = {
      from: instantOf(from.value, view.zone),
      to: instantOf(to.value, view.zone),
      scope: product.value === "" ? {} : { product: product.value },
      ...(bounds as Record<(typeof SIDES)[number], number | null>),
    };
    const answer = (await act({ action: "capability", ...study }, progressOf(t.reading, result))) as CapabilityAnswer | undefined;
    const stated = answer !== undefined && answer.refused === null;
    const form = recordForm(view, study, act, (one) => {
      records = [one, ...records];
      kept.replaceChildren(recordList(view, records));
    });
    result.replaceChildren(...(answer === undefined ? [] : shown(answer, view.unit)), ...(stated ? [form] : []));
  };
  const fields = [
    el("label", { class: "entry" }, t.from, from),
    el("label", { class: "entry" }, t.to, to),
    ...(view.scopes.includes("product") ? [el("label", { class: "entry" }, t.scopeFor, product)] : []),
    ...sides.map(([side, input]) => el("label", { class: "entry" }, t.specification[side], input)),
  ];
  return el(
    "div",
    { class: "charttab" },
    el(
      "div",
      { class: "row" },
      ...fields,
      button(t.compute, () => void ask(), "primary"),
    ),
    result,
    kept,
  );
}

function shown(answer: CapabilityAnswer, unit: string | null): HTMLElement[] {
  const t = chartTexts();
  if (answer.refused !== null) return [el("p", { class: "notice" }, `${t.notStated} ${answer.refused}`)];
  const { stated } = answer;
  const c = capabilityTexts();
  const { indices, observed, expected, expectedWithin, warnings, confidence, within } = stated;
  const decimals = sharedDecimals([stated.mean, stated.overall.value], DIGITS, stated.overall.value);
  const unknown = within !== null && within.degrees === null;
  const rows = indices.map(({ name, value, interval }) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, name),
      el("td", { class: "num" }, value.toFixed(2)),
      el("td", { class: "num" }, interval === null ? "–" : `${interval.lower.toFixed(2)} … ${interval.upper.toFixed(2)}`),
      el("td", {}, interval?.by ?? (unknown && WITHIN.includes(name) ? c.noDegrees : c.noInterval)),
    ),
  );
  const heads = [t.index, t.value, `${confidence * 100} %`, t.by].map((text, i) =>
    el("th", { scope: "col", ...(i > 0 && i < 3 && { class: "num" }) }, text),
  );
  return [
    el(
      "div",
      { class: "figuretiles" },
      tile(String(stated.n), t.values),
      tile(figure(stated.mean, unit, decimals), t.mean),
      tile(figure(stated.overall.value, unit, decimals), t.sigmaOverall),
      tile(figure(stated.within?.value, unit, decimals), t.sigmaWithin),
      tile(ppmText(observed), t.observed),
      tile(ppmText(expected), t.expected),
      tile(ppmText(expectedWithin), t.expectedWithin),
    ),
    ...warnings.map(({ message }) => el("p", { class: "notice" }, message)),
    el(
      "div",
      { class: "capable" },
      el("div", { class: "box" }, el("table", {}, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows))),
      el("div", { class: "box" }, histogramPicture(answer)),
    ),
  ];
}

function ppmText(ppm: Ppm | null): string {
  return ppm === null ? "–" : number(ppm.total, 0, 1);
}

/** Classes as bars, the specification as lines. */
function histogramPicture({ histogram: { from, width, counts }, stated }: CapabilityView): SVGElement {
  const { lower, upper, target } = stated.specification;
  const limits = [lower, upper, target].filter((one) => one !== undefined);
  const [left, right] = [Math.min(from, ...limits), Math.max(from + width * counts.length, ...limits)];
  const room = (right - left) * 0.04;
  const x = (value: number): number => ((value - left + room) / (right - left + 2 * room)) * 400;
  const most = Math.max(...counts, 1);
  const bars = counts.map((count, i) => {
    const height = (count / most) * 150;
    return svg("rect", {
      x: x(from + i * width),
      y: 165 - height,
      width: Math.max(1, x(from + width) - x(from) - 1),
      height,
      class: "bar",
    });
  });
  const line = (value: number | undefined, name: string): SVGElement[] =>
    value === undefined
      ? []
      : [
          svg("line", { x1: x(value), x2: x(value), y1: 4, y2: 165, class: name }),
          svg("text", { x: x(value), y: 180, "text-anchor": "middle" }, figure(value)),
        ];
  const t = chartTexts();
  return svg(
    "svg",
    { viewBox: "0 0 400 186", role: "img", "aria-label": t.histogram, class: "histogram" },
    ...bars,
    ...line(lower, "limit"),
    ...line(upper, "limit"),
    ...line(target, "target"),
  );
}
