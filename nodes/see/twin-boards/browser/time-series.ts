/** Time series with uPlot: lines, steps, points, bars and bands, limits, and where the plant's data ends. */
import type UPlot from "uplot";
import type { Field } from "../../../../core/see/board/spec.ts";
import { boardTexts, told } from "./board-texts.ts";
import { sharedDecimals } from "./decimals.ts";
import { colour, el } from "./dom.ts";
import { clock, day, text } from "./format.ts";
import { type Legend, legendOf } from "./legend.ts";
import type { Drawing } from "./panel.ts";
import { printedFields } from "./printed.ts";
import { aligned, type Line, linesOf } from "./series.ts";

declare const uPlot: typeof UPlot;

interface Plot {
  readonly chart: UPlot;
  readonly key: string;
  readonly legend: Legend;
  readonly edge: { at: number | null };
  readonly printed: { fields: readonly Field[] };
}
/** Data that ends this close to the end of the range needs no mark. */
const EDGE_SHOWN_MS = 90_000;
const DAY_S = 86_400;
/** A series on its own scale takes the lower third of the picture, so that it does not hide the others. */
const OWN_SCALE_ROOM = 3;
const LEAST_OWN = 4;
const AXIS_DIGITS = 7;
/** More points are too close for a mark each. */
const MOST_MARKED = 400;
const plots = new WeakMap<HTMLElement, Plot>();

export function drawTimeSeries(drawing: Drawing<"time-series">): void {
  const { body, result, state, board, now } = drawing;
  const lines = linesOf(drawing);
  const { times, columns } = aligned(result, lines, state);
  const data = [times.map((time) => time / 1_000), ...columns] as unknown as UPlot.AlignedData;
  const key = JSON.stringify([lines.map(({ label, colour }) => [label, colour]), document.documentElement.dataset["theme"]]);
  let plot = plots.get(body);
  if (!plot || plot.key !== key || !body.contains(plot.chart.root)) {
    plot?.chart.destroy();
    plot = create(drawing, lines, key);
    plots.set(body, plot);
  }
  plot.edge.at = state.edge !== null && state.edge.at < state.to - EDGE_SHOWN_MS ? state.edge.at : null;
  const { chart, legend } = plot;
  const box = chart.root.parentElement as HTMLElement;
  chart.setSize({ width: Math.max(120, box.clientWidth), height: Math.max(80, box.clientHeight) });
  chart.setData(data, false);
  chart.setScale("x", { min: state.from / 1_000, max: state.to / 1_000 });
  plot.printed.fields = printedFields(
    lines.map(({ field }) => field),
    columns,
  );
  legend.fill(columns, plot.printed.fields, chart.cursor.idx ?? null, board.zone, now);
}

function create({ body, panel, board, now }: Drawing<"time-series">, lines: readonly Line[], key: string): Plot {
  const legend = legendOf(body, lines, {
    shown: (index, show) => chart.setSeries(index + 1, { show }),
    pointed: (index) => chart.setSeries(index === null ? null : index + 1, { focus: true }),
  });
  const box = el("div", {
    class: "chart",
    role: "img",
    "aria-label": told(boardTexts().overTime, { title: panel.title, lines: lines.map(({ label }) => label).join(", ") }),
  });
  body.replaceChildren(box, legend.root);
  const unit = panel.fields[0]?.unit ?? "count";
  const edge = { at: null as number | null };
  const printed = { fields: lines.map(({ field }) => field) };
  const axis = {
    stroke: colour("soft"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { show: false },
    font: "11px system-ui, sans-serif",
  };
  const barCount = lines.filter(({ field }) => field.draw === "bars").length;
  const options: UPlot.Options = {
    width: Math.max(120, box.clientWidth),
    height: Math.max(80, box.clientHeight),
    padding: [8, 18, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    focus: { alpha: 0.25 },
    scales: {
      x: { time: true },
      y: { range: (_u, low, high) => yRange(low, high, panel.min, panel.max) },
      own: { range: (_u, _low, high) => [0, Math.max(LEAST_OWN, high ?? 0) * OWN_SCALE_ROOM] },
    },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), board.zone),
    axes: [
      { ...axis, size: 26, space: 56, values: (_u, splits) => splits.map((split) => timeOf(split * 1_000, splits, board.zone)) },
      {
        ...axis,
        size: 58,
        ...axisUnit(lines, axis.font),
        values: (_u, splits) =>
          splits.map((split) =>
            text(split, { unit: unit === "ratio" ? "ratio" : "count", decimals: decimalsOf(splits, unit) }, board.zone, now),
          ),
      },
      ...ownAxis(axis, lines),
    ],
    series: [{}, ...lines.map((line, index) => ({ ...seriesOf(line, index, barCount), ...shownOf(line, legend) }))],
    bands: bandOf(lines),
    hooks: {
      draw: [(drawn) => drawEdge(drawn, edge.at)],
      setCursor: [
        ({ data, cursor }) => legend.fill(data.slice(1) as (number | null)[][], printed.fields, cursor.idx ?? null, board.zone, Date.now()),
      ],
    },
  };
  const chart = new uPlot(options, [[], ...lines.map(() => [])] as unknown as UPlot.AlignedData, box);
  return { chart, key, legend, edge, printed };
}

/** Days apart the time of day says nothing. */
function timeOf(instant: number, [first = 0, second = 0]: readonly number[], zone: string): string {
  return second - first >= DAY_S ? day(instant, zone) : clock(instant, zone);
}

function shownOf({ field, label }: Line, { hidden }: Legend): Pick<UPlot.Series, "show"> {
  return { show: field.draw !== "none" && !hidden.has(label) };
}

function seriesOf({ field, colour: stroke, dash, limit, rows }: Line, index: number, barCount: number): UPlot.Series {
  const scale = field.ownScale ? "own" : "y";
  if (field.draw === "none") return { scale: "none" };
  if (field.draw === "bars") {
    const fill = field.ownScale ? stroke : `${stroke}cc`;
    return { stroke, scale, fill, width: 0, points: { show: false }, ...bars(index, barCount) };
  }
  if (field.draw === "points") return { stroke, scale, paths: () => null, points: { show: true, size: 8, width: 2, stroke } };
  return {
    stroke,
    scale,
    width: limit ? 1.5 : field.thin || field.draw === "band" ? 1 : 2,
    spanGaps: false,
    points: field.draw === "marked" && rows.length <= MOST_MARKED ? { show: true, size: 5, stroke, fill: stroke } : { show: false },
    ...(dash ? { dash: [...dash] } : {}),
    ...((limit || field.draw === "steps") && uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
  };
}

/** Units that a figure does not have written after it, or has in every label of the axis. */
const UNITLESS: ReadonlySet<string> = new Set(["", "count", "ratio", "text", "quality", "duration", "age", "time", "date"]);

/** The unit beside the axis, where all that it measures has the same one. */
function axisUnit(lines: readonly Line[], labelFont: string): Pick<UPlot.Axis, "label" | "labelFont" | "labelSize" | "labelGap"> {
  const units = new Set(lines.filter(({ field }) => !field.ownScale && field.draw !== "none").map(({ field }) => field.unit));
  const [unit = ""] = units;
  return units.size !== 1 || UNITLESS.has(unit) ? {} : { label: unit, labelFont, labelSize: 16, labelGap: 0 };
}

/** The scale at the right, in the colour of its series; only the part of it that the series uses has numbers. */
function ownAxis(axis: UPlot.Axis, lines: readonly Line[]): UPlot.Axis[] {
  const own = lines.find(({ field }) => field.ownScale);
  if (!own) return [];
  return [
    {
      ...axis,
      scale: "own",
      // uPlot declares the sides as an ambient const enum, which stripped types cannot name: 1 is the right one.
      // oxlint-disable-next-line typescript/no-unsafe-enum-assignment
      side: 1,
      size: 34,
      space: 18,
      stroke: own.colour,
      grid: { show: false },
      values: (chart, splits) => splits.map((split) => ownLabel(split, chart.scales["own"]?.max ?? 0)),
    },
  ];
}

function ownLabel(split: number, top: number): string {
  return Number.isInteger(split) && split * OWN_SCALE_ROOM <= top * 1.01 ? String(split) : "";
}

/** Bars fill their interval, from its start. Several series share it, the later ones narrower, so that all can be seen. */
function bars(index: number, count: number): Pick<UPlot.Series, "paths"> {
  const width = 0.85 - (count > 1 ? index * 0.3 : 0);
  const paths = uPlot.paths.bars?.({ size: [Math.max(0.2, width)], align: 1, radius: 0.1 });
  return paths ? { paths } : {};
}

function bandOf(lines: readonly Line[]): UPlot.Band[] {
  const [low, high] = lines.flatMap(({ field }, index) => (field.draw === "band" ? [index + 1] : []));
  return low !== undefined && high !== undefined ? [{ series: [high, low], fill: `${colour("sky")}33` }] : [];
}

function yRange(low: number | null, high: number | null, min: number | undefined, max: number | undefined): [number, number] {
  if (low === null || high === null || !Number.isFinite(low) || !Number.isFinite(high)) return [min ?? 0, max ?? 1];
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  return [min ?? low - room, Math.max(max ?? Number.NEGATIVE_INFINITY, max !== undefined && high <= max ? max : high + room)];
}

/** All that the steps of an axis have: they are round. */
function decimalsOf(splits: readonly number[], unit: string): number {
  return sharedDecimals(
    splits.map((split) => split * (unit === "ratio" ? 100 : 1)),
    AXIS_DIGITS,
  );
}

/** The present of the plant's data, when the range reaches beyond it. */
function drawEdge(chart: UPlot, at: number | null): void {
  if (at === null) return;
  const x = chart.valToPos(at / 1_000, "x", true);
  const { left, top, width, height } = chart.bbox;
  if (x < left || x > left + width) return;
  const { ctx } = chart;
  ctx.save();
  ctx.strokeStyle = colour("warning");
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(x, top);
  ctx.lineTo(x, top + height);
  ctx.stroke();
  ctx.restore();
}
