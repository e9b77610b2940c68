/** Time series with uPlot: lines, bars and bands, limits, and where the plant's data ends. */
import type { QueryResult } from "../../../../core/connect/history/query.ts";
import type { Field } from "../../../../core/see/board/spec.ts";
import type UPlot from "uplot";
import { colour, el } from "./dom.ts";
import { cell } from "./figures.ts";
import { clock, text } from "./format.ts";
import type { Drawing } from "./panel.ts";

declare const uPlot: typeof UPlot;

interface Plot {
  readonly chart: UPlot;
  readonly key: string;
  readonly legend: HTMLElement;
  readonly edge: { at: number | null };
}
/** Data that ends this close to the end of the range needs no mark. */
const EDGE_SHOWN_MS = 90_000;
/** A series on its own scale takes the lower third of the picture, so that it does not hide the others. */
const OWN_SCALE_ROOM = 3;
const LEAST_OWN = 4;
const plots = new WeakMap<HTMLElement, Plot>();

interface Line {
  readonly label: string;
  readonly colour: string;
  readonly field: Field;
  readonly dash: boolean;
}

export function drawTimeSeries(drawing: Drawing<"time-series">): void {
  const { body, panel, result, state, board, now } = drawing;
  const lines: Line[] = panel.fields.map((field) => ({ label: field.label, colour: colour(field.colour ?? "info"), field, dash: false }));
  const limits = limitLines(drawing);
  const all = [...lines, ...limits.map((limit) => limit.line)];
  const { times, columns } = aligned(
    result,
    panel.fields,
    state.everyMs,
    limits.map(({ at }) => at),
  );
  const data = [times.map((time) => time / 1_000), ...columns] as unknown as UPlot.AlignedData;
  const key = JSON.stringify([all.map(({ label, colour }) => [label, colour]), document.documentElement.dataset["theme"]]);
  let plot = plots.get(body);
  if (!plot || plot.key !== key || !body.contains(plot.chart.root)) {
    plot?.chart.destroy();
    plot = create(drawing, all, key);
    plots.set(body, plot);
  }
  plot.edge.at = state.edge !== null && state.edge.at < state.to - EDGE_SHOWN_MS ? state.edge.at : null;
  const { chart, legend } = plot;
  const box = chart.root.parentElement as HTMLElement;
  chart.setSize({ width: Math.max(120, box.clientWidth), height: Math.max(80, box.clientHeight) });
  chart.setData(data, false);
  chart.setScale("x", { min: state.from / 1_000, max: state.to / 1_000 });
  const shown = chart.cursor.idx ?? null;
  fillLegend(legend, all, columns, shown, board.zone, now);
}

function create({ body, panel, board, now }: Drawing<"time-series">, lines: readonly Line[], key: string): Plot {
  const legend = el("ul", { class: "legend" });
  const box = el("div", {
    class: "chart",
    role: "img",
    "aria-label": `${panel.title}: ${lines.map(({ label }) => label).join(", ")} over time`,
  });
  body.replaceChildren(box, legend);
  const unit = panel.fields[0]?.unit ?? "count";
  const edge = { at: null as number | null };
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
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 6 } },
    scales: {
      x: { time: true },
      y: { range: (_u, low, high) => yRange(low, high, panel.min, panel.max) },
      own: { range: (_u, _low, high) => [0, Math.max(LEAST_OWN, high ?? 0) * OWN_SCALE_ROOM] },
    },
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), board.zone),
    axes: [
      { ...axis, size: 26, space: 56, values: (_u, splits) => splits.map((split) => clock(split * 1_000, board.zone)) },
      {
        ...axis,
        size: 58,
        values: (_u, splits) =>
          splits.map((split) =>
            text(split, { unit: unit === "ratio" ? "ratio" : "count", decimals: decimalsOf(splits, unit) }, board.zone, now),
          ),
      },
      ...ownAxis(axis, lines),
    ],
    series: [
      {},
      ...lines.map(({ field, colour: stroke, dash }, index): UPlot.Series => {
        if (field.draw === "none") return { show: false, scale: "none" };
        if (field.draw === "bars" && !dash) {
          const scale = field.ownScale ? "own" : "y";
          return {
            stroke,
            scale,
            fill: field.ownScale ? stroke : `${stroke}cc`,
            width: 0,
            points: { show: false },
            ...bars(index, barCount),
          };
        }
        return {
          stroke,
          width: field.draw === "band" ? 1 : 2,
          spanGaps: false,
          ...(dash ? { dash: [5, 4], width: 1.5, points: { show: false } } : { points: { show: false } }),
          ...((dash || field.draw === "steps") && uPlot.paths.stepped ? { paths: uPlot.paths.stepped({ align: 1 }) } : {}),
        };
      }),
    ],
    bands: bandOf(lines),
    hooks: {
      draw: [(chart) => drawEdge(chart, edge.at)],
      setCursor: [
        (chart) => fillLegend(legend, lines, chart.data.slice(1) as (number | null)[][], chart.cursor.idx ?? null, board.zone, Date.now()),
      ],
    },
  };
  return { chart: new uPlot(options, [[], ...lines.map(() => [])] as unknown as UPlot.AlignedData, box), key, legend, edge };
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

function decimalsOf(splits: readonly number[], unit: string): number {
  const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0)) * (unit === "ratio" ? 100 : 1);
  return step >= 1 || step === 0 ? 0 : Math.min(3, Math.ceil(-Math.log10(step)));
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

function fillLegend(
  legend: HTMLElement,
  lines: readonly Line[],
  columns: readonly (readonly (number | null)[])[],
  index: number | null,
  zone: string,
  now: number,
): void {
  legend.replaceChildren(
    ...lines.map(({ label, colour, field }, i) => {
      const column = columns[i] ?? [];
      const value = index === null ? column.findLast((v) => v !== null && v !== undefined) : column[index];
      const chip = el("span", { class: "chip" }, label);
      chip.style.setProperty("--tone", colour);
      return el("li", {}, chip, " ", el("b", {}, text(value ?? null, field, zone, now)));
    }),
  );
}

/** Rows of the first series on one time axis; a pause of several intervals breaks the line, and the last step has a length too. */
function aligned(
  result: QueryResult,
  fields: readonly Field[],
  everyMs: number | undefined,
  limits: readonly ((time: number) => number | null)[],
): { times: number[]; columns: (number | null)[][] } {
  const times: number[] = [];
  const columns: (number | null)[][] = [...fields, ...limits].map(() => []);
  const rows = result.series[0]?.rows ?? [];
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1]?.[0];
    if (everyMs !== undefined && before !== undefined && row[0] - before > 2 * everyMs) {
      times.push(before + everyMs);
      for (const column of columns) column.push(null);
    }
    times.push(row[0]);
    for (const [i, field] of fields.entries()) {
      const value = cell(result.columns, row, field.column);
      columns[i]?.push(typeof value === "number" ? value : null);
    }
    for (const [i, limit] of limits.entries()) columns[fields.length + i]?.push(limit(row[0]));
  }
  const last = times.at(-1);
  if (everyMs !== undefined && last !== undefined && fields.some(({ draw }) => draw === "steps")) {
    times.push(last + everyMs);
    for (const [i, column] of columns.entries()) column.push(fields[i]?.draw === "steps" ? (column.at(-1) ?? null) : null);
  }
  return { times, columns };
}

/** Limits that hold at a time: those of what was made then. */
function limitLines({ panel, limits }: Drawing<"time-series">): { line: Line; at: (time: number) => number | null }[] {
  const rows = limits?.series[0]?.rows.toSorted((a, b) => a[0] - b[0]) ?? [];
  const table = panel.limits ?? {};
  const names = [
    ...new Map(
      Object.values(table)
        .flat()
        .map((limit) => [limit.label, limit] as const),
    ).values(),
  ];
  return names.map((limit) => ({
    line: {
      label: limit.label,
      colour: colour(limit.colour),
      field: { column: "", unit: "count", ...panel.fields[0], label: limit.label, draw: "line" as const },
      dash: true,
    },
    at: (time) => {
      const key = rows.findLast((row) => row[0] <= time)?.[1];
      const held = typeof key === "string" && Object.hasOwn(table, key) ? table[key] : undefined;
      return held?.find(({ label }) => label === limit.label)?.value ?? null;
    },
  }));
}
