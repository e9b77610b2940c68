/** A control chart drawn: points and their line, centre and limits as steps, zones, and marks where a rule was broken. */
import type UPlot from "uplot";
import { type Decimals, decimalsOfPoints } from "./chart-parts.ts";
import { type Place, placesOf, type PlottedPoint } from "./chart-places.ts";
import { chartTexts } from "./chart-texts.ts";
import { sharedDecimals } from "./decimals.ts";
import { colour, el } from "./dom.ts";
import { dayAndClock, figure, times } from "./format.ts";

declare const uPlot: typeof UPlot;

export interface PlotFrame {
  readonly title: string;
  readonly unit: string | null;
  readonly zone: string;
  readonly now: number;
  readonly from: number;
  readonly to: number;
  /** Source times that are left out of a baseline. */
  readonly excluded?: ReadonlySet<number>;
  /** What happens when somebody chooses a point. */
  readonly choose?: (at: number) => void;
}

const HEIGHT = 260;
const FONT = "11px system-ui, sans-serif";
const AXIS_DIGITS = 7;
/** Beyond this many, points are too close for a mark each. */
const MARKED = 400;
/** What an A4 page has room for. */
const ON_PAPER = { width: 660, height: 200 } as const;
/** As near as a finger hits, px. */
const NEAR = 22;

/** Asked at each drawing: the theme may change, and paper is light. */
type Tone = () => string;
const tone =
  (name: string): Tone =>
  () =>
    colour(name);

const plots = new WeakMap<Element, UPlot>();
let themed: string | undefined;

/** What a browser prints is drawn again first, as wide as paper and for light. */
function onPaper(printed: boolean): void {
  const { dataset } = document.documentElement;
  if (printed) [themed, dataset["theme"]] = [dataset["theme"], "light"];
  else if (themed !== undefined) dataset["theme"] = themed;
  for (const box of document.querySelectorAll(".spcplot")) {
    const plot = plots.get(box);
    plot?.setSize(printed ? ON_PAPER : { width: Math.max(200, box.clientWidth), height: HEIGHT });
    plot?.redraw(false);
  }
}
addEventListener("beforeprint", () => onPaper(true));
addEventListener("afterprint", () => onPaper(false));

/** The box; the chart is drawn in it once it is part of the page. */
export function plotOf(points: readonly PlottedPoint[], frame: PlotFrame): HTMLElement {
  const t = chartTexts();
  const box = el("div", { class: "spcplot", role: "img", "aria-label": `${frame.title}: ${points.length}` });
  const told = el("p", { class: "told" }, points.length === 0 ? t.noPoints : sentence(points.at(-1), frame, decimalsOfPoints(points)));
  const figureBox = el("figure", { class: "spcfigure" }, el("figcaption", {}, frame.title), box, told);
  if (points.length > 0) requestAnimationFrame(() => draw(box, told, points, frame));
  return figureBox;
}

function sentence(point: Place | undefined, { unit, zone, now }: PlotFrame, decimals: Decimals): string {
  const t = chartTexts();
  if (point === undefined) return "";
  const limits = [
    ...(point.lower === null ? [] : [`${t.lower} ${figure(point.lower, null, decimals.line)}`]),
    ...(point.centre === null ? [] : [`${t.centre} ${figure(point.centre, null, decimals.line)}`]),
    ...(point.upper === null ? [] : [`${t.upper} ${figure(point.upper, null, decimals.line)}`]),
  ];
  const rules = point.rules.length === 0 ? "" : ` · ${t.rules}: ${point.rules.join(", ")}`;
  return `${[`${dayAndClock(point.at, now, zone)}: ${figure(point.value, unit, decimals.value)}`, ...limits].join(" · ")}${rules}`;
}

/** So many standard deviations from the centre. */
const zone =
  (n: number) =>
  (point: Place): number | null =>
    point.centre === null || point.sigma === null || beyondLimits(point, n) ? null : point.centre + n * point.sigma;

function draw(box: HTMLElement, told: HTMLElement, points: readonly PlottedPoint[], frame: PlotFrame): void {
  const places = placesOf(points, frame);
  const decimals = decimalsOfPoints(points);
  const columns: readonly ((point: Place) => number | null)[] = [
    (point) => point.upper,
    (point) => point.lower,
    (point) => point.centre,
    zone(2),
    zone(1),
    zone(-1),
    zone(-2),
    (point) => point.value,
    (point) => (point.rules.length > 0 ? point.value : null),
    (point) => (frame.excluded?.has(point.at) === true ? point.value : null),
  ];
  const stepped = uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {};
  const line = (stroke: Tone, width: number, dash?: number[]): UPlot.Series => ({
    stroke,
    width,
    points: { show: false },
    spanGaps: false,
    ...(dash === undefined ? {} : { dash }),
    ...stepped,
  });
  const soft = (): UPlot.Series => line(() => `${colour("muted")}80`, 1);
  const axis = { stroke: tone("soft"), grid: { stroke: tone("line"), width: 1 }, ticks: { show: false }, font: FONT };
  const time = times({
    timeZone: frame.zone,
    ...(frame.to - frame.from > 36 * 3_600_000 ? { day: "2-digit", month: "short" } : { hour: "2-digit", minute: "2-digit" }),
    hourCycle: "h23",
  });
  const options: UPlot.Options = {
    width: Math.max(200, box.clientWidth),
    height: HEIGHT,
    padding: [10, 22, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 7 } },
    scales: { x: { time: true }, y: { range: (_u, low, high) => room(low, high) } },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), frame.zone),
    axes: [
      { ...axis, size: 26, space: 64, values: (_u, splits) => eachOnce(splits.map((split) => time.format(split * 1_000))) },
      { ...axis, size: 58, ...unitLabel(frame.unit), values: (_u, splits) => axisFigures(splits) },
    ],
    series: [
      {},
      line(tone("critical"), 1.5, [6, 4]),
      line(tone("critical"), 1.5, [6, 4]),
      line(tone("good"), 1.5),
      soft(),
      soft(),
      soft(),
      soft(),
      {
        stroke: tone("info"),
        width: 1.5,
        spanGaps: true,
        points: { show: points.length <= MARKED, size: 5, stroke: tone("info"), fill: tone("info") },
      },
      mark(tone("critical"), 11),
      mark(tone("warning"), 13),
    ],
    hooks: {
      setCursor: [
        ({ cursor }) => {
          const at = cursor.idx;
          const pointed = at === null || at === undefined ? undefined : places[at];
          told.textContent = sentence(pointed === undefined || pointed.value === null ? points.at(-1) : pointed, frame, decimals);
        },
      ],
    },
  };
  const data = [places.map(({ at }) => at / 1_000), ...columns.map((column) => places.map(column))] as unknown as UPlot.AlignedData;
  const chart = new uPlot(options, data, box);
  plots.set(box, chart);
  if (frame.choose !== undefined) chooses(chart, places, frame.choose);
  chart.setScale("x", { min: frame.from / 1_000, max: frame.to / 1_000 });
  new ResizeObserver(() => box.clientWidth > 0 && chart.setSize({ width: box.clientWidth, height: HEIGHT })).observe(box);
}

/** The point that lies nearest in time, where it is near enough. */
function chooses(chart: UPlot, places: readonly Place[], choose: (at: number) => void): void {
  chart.over.classList.add("chooses");
  chart.over.addEventListener("click", ({ offsetX }) => {
    const chosen = places[chart.posToIdx(offsetX)];
    if (chosen === undefined || chosen.value === null) return;
    if (Math.abs(chart.valToPos(chosen.at / 1_000, "x") - offsetX) <= NEAR) choose(chosen.at);
  });
}

/** A zone ends where the limits end. */
function beyondLimits({ centre, sigma, lower, upper }: Place, n: number): boolean {
  const at = (centre ?? 0) + n * (sigma ?? 0);
  return (upper !== null && at > upper) || (lower !== null && at < lower) || (lower === null && n < 0);
}

/** A day that has several steps is named at the first. */
function eachOnce(labels: readonly string[]): string[] {
  return labels.map((label, i) => (label === labels[i - 1] ? "" : label));
}

/** The steps of an axis are round, and printed alike. */
function axisFigures(splits: readonly number[]): string[] {
  const decimals = sharedDecimals(splits, AXIS_DIGITS);
  return splits.map((split) => figure(split, null, decimals));
}

function unitLabel(unit: string | null): Pick<UPlot.Axis, "label" | "labelFont" | "labelSize" | "labelGap"> {
  return unit === null ? {} : { label: unit, labelFont: FONT, labelSize: 16, labelGap: 0 };
}

function room(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const more = (high - low || Math.abs(high) || 1) * 0.1;
  return [low - more, high + more];
}

function mark(stroke: Tone, size: number): UPlot.Series {
  return { stroke, paths: () => null, points: { show: true, size, width: 2.5, stroke, fill: tone("surface") } };
}
