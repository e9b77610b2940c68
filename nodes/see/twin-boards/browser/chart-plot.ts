/** A control chart drawn: points and their line, centre and limits as steps, zones, and marks where a rule was broken. */
import type UPlot from "uplot";
import { chartTexts } from "./chart-texts.ts";
import { colour, el } from "./dom.ts";
import { dayAndClock } from "./format.ts";
import { figure } from "./chart-parts.ts";

declare const uPlot: typeof UPlot;

export interface PlottedPoint {
  readonly at: number;
  readonly value: number;
  readonly centre: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly sigma: number | null;
  readonly rules: readonly string[];
}

export interface PlotFrame {
  readonly title: string;
  readonly unit: string | null;
  readonly zone: string;
  readonly now: number;
  readonly from: number;
  readonly to: number;
  /** Source times that are left out of a baseline. */
  readonly excluded?: ReadonlySet<number>;
}

const HEIGHT = 260;
/** Beyond this many, points are too close for a mark each. */
const MARKED = 400;

/** The box; the chart is drawn in it once it is part of the page. */
export function plotOf(points: readonly PlottedPoint[], frame: PlotFrame): HTMLElement {
  const t = chartTexts();
  const box = el("div", { class: "spcplot", role: "img", "aria-label": `${frame.title}: ${points.length}` });
  const told = el("p", { class: "told" }, points.length === 0 ? t.noPoints : lastOf(points, frame));
  const figureBox = el("figure", { class: "spcfigure" }, el("figcaption", {}, frame.title), box, told);
  if (points.length > 0) requestAnimationFrame(() => draw(box, told, points, frame));
  return figureBox;
}

function lastOf(points: readonly PlottedPoint[], frame: PlotFrame): string {
  return sentence(points.at(-1), frame);
}

function sentence(point: PlottedPoint | undefined, { unit, zone, now }: PlotFrame): string {
  const t = chartTexts();
  if (point === undefined) return "";
  const limits = [
    ...(point.lower === null ? [] : [`${t.lower} ${figure(point.lower)}`]),
    `${t.centre} ${figure(point.centre)}`,
    ...(point.upper === null ? [] : [`${t.upper} ${figure(point.upper)}`]),
  ];
  const rules = point.rules.length === 0 ? "" : ` · ${t.rules}: ${point.rules.join(", ")}`;
  return `${dayAndClock(point.at, now, zone)}: ${figure(point.value, unit)} · ${limits.join(" · ")}${rules}`;
}

function draw(box: HTMLElement, told: HTMLElement, points: readonly PlottedPoint[], frame: PlotFrame): void {
  const zone =
    (n: number) =>
    (point: PlottedPoint): number | null =>
      point.centre === null || point.sigma === null || beyondLimits(point, n) ? null : point.centre + n * point.sigma;
  const columns: readonly ((point: PlottedPoint) => number | null)[] = [
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
  const line = (stroke: string, width: number, dash?: number[]): UPlot.Series => ({
    stroke,
    width,
    points: { show: false },
    spanGaps: false,
    ...(dash === undefined ? {} : { dash }),
    ...stepped,
  });
  const soft = (): UPlot.Series => line(colour("line"), 1);
  const axis = { stroke: colour("soft"), grid: { show: false }, ticks: { show: false }, font: "11px system-ui, sans-serif" };
  const time = new Intl.DateTimeFormat("en-GB", {
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
      { ...axis, size: 26, space: 64, values: (_u, splits) => splits.map((split) => time.format(split * 1_000)) },
      { ...axis, size: 58, values: (_u, splits) => splits.map((split) => figure(split)) },
    ],
    series: [
      {},
      line(colour("critical"), 1.5, [6, 4]),
      line(colour("critical"), 1.5, [6, 4]),
      line(colour("good"), 1.5),
      soft(),
      soft(),
      soft(),
      soft(),
      {
        stroke: colour("info"),
        width: 1.5,
        spanGaps: true,
        points: { show: points.length <= MARKED, size: 5, stroke: colour("info"), fill: colour("info") },
      },
      mark(colour("critical"), 11),
      mark(colour("warning"), 13),
    ],
    hooks: {
      setCursor: [
        ({ cursor }) => {
          const at = cursor.idx;
          told.textContent = sentence(at === null || at === undefined ? points.at(-1) : points[at], frame);
        },
      ],
    },
  };
  const data = [points.map(({ at }) => at / 1_000), ...columns.map((column) => points.map(column))] as unknown as UPlot.AlignedData;
  const chart = new uPlot(options, data, box);
  chart.setScale("x", { min: frame.from / 1_000, max: frame.to / 1_000 });
  new ResizeObserver(() => box.clientWidth > 0 && chart.setSize({ width: box.clientWidth, height: HEIGHT })).observe(box);
}

/** A zone ends where the limits end. */
function beyondLimits({ centre, sigma, lower, upper }: PlottedPoint, n: number): boolean {
  const at = (centre ?? 0) + n * (sigma ?? 0);
  return (upper !== null && at > upper) || (lower !== null && at < lower) || (lower === null && n < 0);
}

function room(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const more = (high - low || Math.abs(high) || 1) * 0.1;
  return [low - more, high + more];
}

function mark(stroke: string, size: number): UPlot.Series {
  return { stroke, paths: () => null, points: { show: true, size, width: 2.5, stroke, fill: colour("surface") } };
}
