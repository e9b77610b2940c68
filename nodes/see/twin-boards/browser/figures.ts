/** Stat, gauge, table and text panels. */
import type { Series } from "../../../../core/connect/history/query.ts";
import type { Field } from "../../../../core/see/board/spec.ts";
import { el, svg } from "./dom.ts";
import { namedValue, reached, text, type Value } from "./format.ts";
import type { Drawing } from "./panel.ts";
import { whyButton } from "./why.ts";

/** The longest one, on which the clocks go back. */
const PRODUCTION_DAY_MS = 25 * 3_600_000;

type Row = Series["rows"][number];

export function drawStat({ body, panel, result, board, now }: Drawing<"stat">): void {
  const row = result.series[0]?.rows.at(-1);
  const cells = panel.fields.map((field) => {
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
    svg("text", { class: "word", x: 80, y: 99, "text-anchor": "middle" }, grade?.name ?? (value === null ? "not estimable" : "")),
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

export function drawTable(drawing: Drawing<"table">): void {
  const { body, panel } = drawing;
  const table = panel.fieldsAsRows ? fieldRows(drawing) : rows(drawing);
  body.replaceChildren(el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": panel.title }, table));
}

function fieldRows({ panel, result, board, now }: Drawing<"table">): HTMLTableElement {
  const row = result.series[0]?.rows.at(-1);
  const size = (field: Field): number => Number(cell(result.columns, row, field.column) ?? 0);
  const largest = Math.max(0, ...panel.fields.map(size));
  const fields = panel.largestFirst ? panel.fields.filter((field) => size(field) > 0).toSorted((a, b) => size(b) - size(a)) : panel.fields;
  return el(
    "table",
    {},
    el(
      "tbody",
      {},
      ...fields.map((field) => {
        const value = cell(result.columns, row, field.column);
        const label = el("span", { class: `chip tone-${field.colour ?? "info"}` }, field.label);
        const shown = el("td", { class: "num" }, text(value, field, board.zone, now));
        const share = panel.shareOf && el("td", { class: "num" }, shareText(value, cell(result.columns, row, panel.shareOf.column), field));
        const bar = field.bar ? [el("td", {}, meter(value, largest, field.colour))] : [];
        return el("tr", {}, el("th", { scope: "row" }, label), shown, ...(share ? [share] : []), ...bar);
      }),
    ),
  );
}

function shareText(value: Value, whole: Value, { noShare }: Field): string {
  if (noShare === true || typeof value !== "number" || typeof whole !== "number" || whole <= 0) return "";
  return text(value / whole, { unit: "ratio", decimals: 1 }, "UTC", 0);
}

function rows(drawing: Drawing<"table">): HTMLTableElement {
  const { panel, result, board, now } = drawing;
  const all = inBoardOrder(drawing).flatMap(({ tags, rows }) => rows.map((row) => ({ tags, row })));
  all.sort((a, b) => (panel.newestFirst ? b.row[0] - a.row[0] : 0));
  const head = panel.fields.map((field) => el("th", { scope: "col", class: numeric(field) ? "num" : "" }, field.label));
  if (panel.explained) head.push(el("th", { scope: "col" }, el("span", { class: "unseen" }, "Why")));
  const lines = all.map(({ tags, row }) =>
    el(
      "tr",
      {},
      ...panel.fields.map((field) => {
        const value = field.column.startsWith("tag:")
          ? tagText(board.labels, field.column.slice(4), tags)
          : cell(result.columns, row, field.column);
        const named = namedValue(value, field.values) ?? reached(value, field.thresholds);
        const shown = text(value, field, board.zone, now);
        const content = named ? el("span", { class: `chip tone-${named.colour}`, title: "name" in named ? named.name : "" }, shown) : shown;
        const td = el("td", { class: numeric(field) ? "num" : "" }, content);
        if (field.bar) td.append(meter(value, 1, named?.colour));
        return td;
      }),
      ...(panel.explained ? [el("td", { class: "num" }, whyOfShift(drawing, tags, row[0]))] : []),
    ),
  );
  return el("table", {}, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...lines));
}

/** Series in the order in which the board names the values of the table's first tag: machines as they stand in the line. */
function inBoardOrder({ panel, result, board }: Drawing<"table">): readonly Series[] {
  const tag = panel.fields.find(({ column }) => column.startsWith("tag:"))?.column.slice(4);
  if (tag === undefined) return result.series;
  const names = Object.keys(board.labels[tag] ?? {});
  const place = ({ tags }: Series): number => (names.includes(tags[tag] ?? "") ? names.indexOf(tags[tag] ?? "") : names.length);
  return result.series.toSorted((a, b) => place(a) - place(b));
}

/** A row is about one shift of the production day that begins at `start`. */
function whyOfShift({ board }: Drawing<"table">, tags: Series["tags"], start: number): HTMLElement {
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: board.zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(start);
  const name = tags["shift"] ?? "";
  return whyButton(board, `${tagText(board.labels, "shift", tags)}, ${day}`, () => ({
    from: start,
    to: start + PRODUCTION_DAY_MS,
    shift: { name, productionDay: day },
  }));
}

function numeric(field: Field): boolean {
  return !["text", "time", "date", "quality"].includes(field.unit);
}

function meter(value: Value, largest: number, tone = "info"): HTMLElement {
  const bar = el("i");
  bar.style.width = `${typeof value === "number" && largest > 0 ? Math.min(100, Math.max(0, (value / largest) * 100)) : 0}%`;
  return el("span", { class: `meter tone-${tone}`, "aria-hidden": "true" }, bar);
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
