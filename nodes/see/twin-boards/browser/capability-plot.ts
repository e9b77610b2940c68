/** The probability plot of a capability: values against the quantiles of the chosen distribution, its line and the band of each rank. */
import type { CapabilityView } from "../../../../core/model/charting/index.ts";
import { capabilityTexts } from "./capability-texts.ts";
import { sharedDecimals } from "./decimals.ts";
import { el, svg } from "./dom.ts";
import { figure, number } from "./format.ts";

type Plot = NonNullable<CapabilityView["probability"]>;
type Range = readonly [low: number, high: number];

const [LEFT, RIGHT, TOP, BOTTOM] = [52, 396, 6, 232];
/** Labels of the scale keep so far apart; what is in the middle and at the ends is labelled first. */
const APART = 13;
const FIRST = [0.5, 0.01, 0.99, 0.001, 0.999, 0.1, 0.9, 0.0001, 0.9999, 0.25, 0.75, 0.05, 0.95];
const TICKS = 5;
const DIGITS = 4;

/** Nothing where there is no distribution, or nothing of it that could be drawn. */
export function probabilityFigure({ probability: plot, stated }: CapabilityView): HTMLElement[] {
  if (plot === null || plot.points.length < 2) return [];
  const t = capabilityTexts();
  const { name } = stated.model;
  const fit = stated.fit === null ? "" : ` · A² = ${number(stated.fit.statistic, 3)}${pText(stated.fit.p)}`;
  return [
    el(
      "figure",
      { class: "box probability" },
      el("figcaption", {}, `${t.plot}: ${t.models[name]}${fit}`),
      picture(plot, stated.specification),
      el("p", { class: "hint" }, t.plotHint(`${plot.confidence * 100} %`, plot.points.length < stated.n)),
    ),
  ];
}

function pText(p: number | null): string {
  if (p === null) return "";
  return p < 0.001 ? ", p < 0.001" : `, p = ${number(p, 3)}`;
}

function picture(plot: Plot, { lower, upper }: CapabilityView["stated"]["specification"]): SVGElement {
  const { points, scale } = plot;
  const values = rangeOf(points.flatMap(({ value, quantile }) => [value, quantile]));
  const quantiles = rangeOf(points.map(({ quantile }) => quantile));
  const x = (value: number): number => LEFT + (RIGHT - LEFT) * within((value - values[0]) / (values[1] - values[0]));
  const y = (quantile: number): number => BOTTOM - (BOTTOM - TOP) * within((quantile - quantiles[0]) / (quantiles[1] - quantiles[0]));
  const at = (side: "lower" | "upper") => points.map((point) => `${round(x(point[side]))},${round(y(point.quantile))}`);
  const band = svg("polygon", { points: [...at("lower"), ...at("upper").toReversed()].join(" "), class: "band" });
  const ends = [Math.max(values[0], quantiles[0]), Math.min(values[1], quantiles[1])] as const;
  const line = svg("line", { x1: x(ends[0]), y1: y(ends[0]), x2: x(ends[1]), y2: y(ends[1]), class: "fitted" });
  const marks = points.map(({ value, quantile, p }) =>
    svg("circle", { cx: round(x(value)), cy: round(y(quantile)), r: 2.2 }, svg("title", {}, `${figure(value)} · ${percent(p)}`)),
  );
  const rules = labelled(scale, y).flatMap(({ p, quantile }) => [
    svg("line", { x1: LEFT, x2: RIGHT, y1: y(quantile), y2: y(quantile), class: "rule" }),
    svg("text", { x: LEFT - 6, y: y(quantile) + 4, "text-anchor": "end" }, percent(p)),
  ]);
  const steps = stepsOf(values);
  const decimals = sharedDecimals(steps, DIGITS);
  const ticks = steps.map((value) => svg("text", { x: x(value), y: BOTTOM + 16, "text-anchor": "middle" }, figure(value, null, decimals)));
  const limits = [lower, upper].flatMap((limit) =>
    limit === undefined || limit < values[0] || limit > values[1]
      ? []
      : [svg("line", { x1: x(limit), x2: x(limit), y1: TOP, y2: BOTTOM, class: "limit" })],
  );
  const label = capabilityTexts().plot;
  return svg("svg", { viewBox: "0 0 400 254", role: "img", "aria-label": label }, band, ...rules, ...limits, line, ...marks, ...ticks);
}

/** With a little room. */
function rangeOf(figures: readonly number[]): Range {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const one of figures) [low, high] = [Math.min(low, one), Math.max(high, one)];
  const room = (high - low || Math.abs(high) || 1) * 0.05;
  return [low - room, high + room];
}

/** What lies beyond the picture is drawn at its edge. */
function within(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function round(place: number): number {
  return Math.round(place * 10) / 10;
}

function labelled(scale: Plot["scale"], y: (quantile: number) => number): Plot["scale"] {
  const kept: Plot["scale"][number][] = [];
  for (const p of FIRST) {
    const one = scale.find((each) => each.p === p);
    if (one !== undefined && kept.every(({ quantile }) => Math.abs(y(quantile) - y(one.quantile)) >= APART)) kept.push(one);
  }
  return kept;
}

function stepsOf([low, high]: Range): number[] {
  const rough = (high - low) / TICKS;
  const size = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((one) => one * size >= rough) ?? 10) * size;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) => (first + i) * step);
}

function percent(p: number): string {
  return `${number(p * 100, 0, 2)} %`;
}
