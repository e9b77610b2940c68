/** The figures of a capability: indices with their intervals, histogram and curve, and which distributions come near. */
import type { CapabilityAnswer, CapabilityView } from "../../../../core/model/charting/index.ts";
import { probabilityFigure } from "./capability-plot.ts";
import { capabilityTexts } from "./capability-texts.ts";
import { tile } from "./chart-parts.ts";
import { chartTexts } from "./chart-texts.ts";
import { sharedDecimals } from "./decimals.ts";
import { el, svg } from "./dom.ts";
import { figure, number } from "./format.ts";
import { saidText } from "./saying-texts.ts";
import { button } from "./terminal-sheet.ts";

/** Of a standard deviation. */
const DIGITS = 4;
/** Decimals of an index. */
const INDEX = 2;
/** Less probability than that is told as such. */
const LEAST = 0.001;
/** Made with σ within subgroups, and with intervals where its degrees of freedom are known. */
const WITHIN: readonly string[] = ["Cp", "CPL", "CPU", "Cpk"];
type Model = CapabilityView["stated"]["model"]["name"];
type Ppm = CapabilityView["stated"]["observed"];

/** What there is, or the sentence that says why there is nothing. */
export function shownCapability(answer: CapabilityAnswer, unit: string | null, use: (model: Model) => void): HTMLElement[] {
  const t = chartTexts();
  if (answer.refused !== null) return [el("p", { class: "notice" }, `${t.notStated} ${saidText(answer.refused)}`)];
  const { stated } = answer;
  const c = capabilityTexts();
  const { indices, observed, expected, expectedWithin, warnings, confidence, within, fit } = stated;
  const decimals = sharedDecimals([stated.mean, stated.overall.value], DIGITS, stated.overall.value);
  const unknown = within !== null && within.degrees === null;
  const rows = indices.map(({ name, value, interval }) =>
    el(
      "tr",
      {},
      el("th", { scope: "row" }, name),
      el("td", { class: "num" }, number(value, INDEX)),
      el("td", { class: "num" }, interval === null ? "–" : `${number(interval.lower, INDEX)} … ${number(interval.upper, INDEX)}`),
      el("td", {}, interval === null ? (unknown && WITHIN.includes(name) ? c.noDegrees : c.noInterval) : c.intervals[interval.by]),
    ),
  );
  const heads = [t.index, t.value, `${number(confidence * 100)} %`, c.intervalBy].map((text, i) =>
    el("th", { scope: "col", ...(i > 0 && i < 3 && { class: "num" }) }, text),
  );
  return [
    el(
      "div",
      { class: "figuretiles" },
      tile(number(stated.n), t.values),
      tile(figure(stated.mean, unit, decimals), t.mean),
      tile(figure(stated.overall.value, unit, decimals), t.sigmaOverall),
      tile(figure(stated.within?.value, unit, decimals), t.sigmaWithin),
      tile(ppmText(observed), t.observed),
      tile(ppmText(expected), t.expected),
      tile(ppmText(expectedWithin), t.expectedWithin),
      ...(fit === null
        ? []
        : [
            tile(
              number(fit.statistic, 0, 3),
              fit.p === null ? c.fit : c.fitWith(fit.p < LEAST ? probability(fit.p) : `= ${probability(fit.p)}`),
            ),
          ]),
    ),
    ...warnings.map((one) => el("p", { class: "notice" }, saidText(one))),
    el(
      "div",
      { class: "capable" },
      el("div", { class: "box" }, el("table", {}, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows))),
      el("div", { class: "box" }, histogramPicture(answer)),
      ...probabilityFigure(answer),
    ),
    fitsTable(answer, use),
  ];
}

/** What else could be chosen. */
function fitsTable({ fits, stated }: CapabilityView, use: (model: Model) => void): HTMLElement {
  const t = capabilityTexts();
  const rows = fits.map(({ model, statistic, p }) => {
    const chosen = model === stated.model.name;
    return el(
      "tr",
      { ...(chosen && { "aria-current": "true" }) },
      el("th", { scope: "row" }, t.models[model]),
      el("td", { class: "num" }, number(statistic, 3, 3)),
      el("td", { class: "num" }, p === null ? "–" : probability(p)),
      el("td", {}, ...(chosen ? [] : [button(t.use, () => use(model), "tool")])),
    );
  });
  const heads = [t.model, t.fit, t.probability, ""].map((text, i) =>
    el("th", { scope: "col", ...((i === 1 || i === 2) && { class: "num" }) }, text),
  );
  const table = el("table", {}, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows));
  return el("details", { class: "box fits" }, el("summary", {}, t.fits), el("p", { class: "hint" }, t.fitsHint), table);
}

function probability(p: number): string {
  return p < LEAST ? `< ${number(LEAST, 3)}` : number(p, 3, 3);
}

function ppmText(ppm: Ppm | null): string {
  return ppm === null ? "–" : number(ppm.total, 0, 1);
}

/** Classes as bars, the distribution as a curve over them, the specification as lines. */
function histogramPicture({ histogram: { from, width, counts, expected }, stated }: CapabilityView): SVGElement {
  const { lower, upper, target } = stated.specification;
  const limits = [lower, upper, target].filter((one) => one !== undefined);
  const [left, right] = [Math.min(from, ...limits), Math.max(from + width * counts.length, ...limits)];
  const room = (right - left) * 0.04;
  const x = (value: number): number => ((value - left + room) / (right - left + 2 * room)) * 400;
  const most = Math.max(...counts, ...(expected ?? []), 1);
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
  const points = (expected ?? []).map((count, i) => `${x(from + (i + 0.5) * width)},${165 - (count / most) * 150}`);
  const curve = points.length > 1 ? [svg("polyline", { points: points.join(" "), class: "curve" })] : [];
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
    ...curve,
    ...line(lower, "limit"),
    ...line(upper, "limit"),
    ...line(target, "target"),
  );
}
