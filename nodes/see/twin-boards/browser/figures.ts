/** Stat and gauge panels, and cells of results. */
import type { Series } from "../../../../core/connect/history/query.ts";
import { boardTexts } from "./board-texts.ts";
import { el, svg } from "./dom.ts";
import { reached, text, type Value } from "./format.ts";
import type { Drawing } from "./panel.ts";
import { printedFields } from "./printed.ts";

export type Row = Series["rows"][number];

export function drawStat({ body, panel, result, board, now }: Drawing<"stat">): void {
  const row = result.series[0]?.rows.at(-1);
  const values = panel.fields.map(({ column }) => [cell(result.columns, row, column)]);
  const cells = printedFields(panel.fields, values).map((field) => {
    const value = cell(result.columns, row, field.column);
    const tone = reached(value, field.thresholds)?.colour ?? field.colour ?? "plain";
    return el("div", { class: `stat tone-${tone}` }, el("b", {}, text(value, field, board.zone, now)), el("span", {}, field.label));
  });
  body.replaceChildren(el("div", { class: "stats" }, ...cells));
}

export function drawGauge({ body, panel, result, board, now }: Drawing<"gauge">): void {
  const [field] = panel.fields;
  if (!field) return;
  const value = cell(result.columns, result.series[0]?.rows.at(-1), field.column);
  const shown = text(value, field, board.zone, now);
  const grade = reached(value, field.thresholds);
  const [min, max] = [panel.min ?? 0, panel.max ?? 1];
  const share = typeof value === "number" ? Math.min(1, Math.max(0, (value - min) / (max - min))) : 0;
  const picture = svg(
    "svg",
    { viewBox: "0 0 160 104", role: "img", "aria-label": `${panel.title}: ${shown}${grade ? `, ${grade.name}` : ""}` },
    svg("path", { class: "track", d: arc(0, 1) }),
    ...(share > 0 ? [svg("path", { class: `arc tone-${grade?.colour ?? "info"}`, d: arc(0, share), stroke: "var(--tone)" })] : []),
    ...(field.thresholds ?? []).flatMap(({ from }) => (from === null || from >= max ? [] : [mark((from - min) / (max - min))])),
    svg("text", { class: "value", x: 80, y: 82, "text-anchor": "middle" }, shown),
    svg("text", { class: "word", x: 80, y: 99, "text-anchor": "middle" }, grade?.name ?? (value === null ? boardTexts().notEstimable : "")),
  );
  body.replaceChildren(el("div", { class: "gauge" }, picture));
}

const RADIUS = 66;
function point(share: number, radius = RADIUS): string {
  const angle = Math.PI * (1 - share);
  return `${(80 + radius * Math.cos(angle)).toFixed(2)} ${(86 - radius * Math.sin(angle)).toFixed(2)}`;
}
function arc(from: number, to: number): string {
  return `M ${point(from)} A ${RADIUS} ${RADIUS} 0 0 1 ${point(to)}`;
}
function mark(share: number): SVGElement {
  return svg("path", { class: "mark", d: `M ${point(share, RADIUS - 7)} L ${point(share, RADIUS + 7)}` });
}

export function tagText(labels: Readonly<Record<string, Readonly<Record<string, string>>>>, tag: string, tags: Series["tags"]): string {
  const value = tags[tag] ?? "";
  const names = labels[tag];
  return names !== undefined && Object.hasOwn(names, value) ? (names[value] ?? value) : value;
}

export function cell(columns: readonly string[], row: Row | undefined, column: string): Value {
  if (!row) return null;
  return column === "time" ? row[0] : row[columns.indexOf(column) + 1];
}
