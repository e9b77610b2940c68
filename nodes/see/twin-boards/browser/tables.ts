/** Table panels: rows of series, or the fields of one row as rows. */
import type { Series } from "../../../../core/connect/history/query.ts";
import type { Field } from "../../../../core/see/board/spec.ts";
import { boardTexts } from "./board-texts.ts";
import { el } from "./dom.ts";
import { cell, tagText } from "./figures.ts";
import { namedValue, reached, text, type Value } from "./format.ts";
import type { Drawing } from "./panel.ts";
import { whyButton } from "./why.ts";

/** The longest one, on which the clocks go back. */
const PRODUCTION_DAY_MS = 25 * 3_600_000;
/** Longer texts are sentences, which may have several lines. */
const LONG = 40;

export function drawTable(drawing: Drawing<"table">): void {
  const { body, panel } = drawing;
  const table = panel.fieldsAsRows ? fieldRows(drawing) : rows(drawing);
  body.replaceChildren(el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": panel.title }, table));
}

function fieldRows(drawing: Drawing<"table">): HTMLTableElement {
  const { panel, result, board, now } = drawing;
  const row = result.series[0]?.rows.at(-1);
  const size = (field: Field): number => Number(cell(result.columns, row, field.column) ?? 0);
  const largest = Math.max(0, ...panel.fields.map(size));
  const any = panel.fields.filter((field) => !field.onlyIfAny || size(field) !== 0);
  const fields = panel.largestFirst ? any.filter((field) => size(field) > 0).toSorted((a, b) => size(b) - size(a)) : any;
  const spans = panel.waterfall ? steps(fields, size) : fields.map((field) => [0, size(field)] as const);
  const lines = fields.map((field, index) => {
    const value = cell(result.columns, row, field.column);
    const label = el("span", { class: `chip tone-${field.colour ?? "info"}` }, field.label);
    const lost = panel.waterfall && !field.left && typeof value === "number";
    const shown = el("td", { class: "num" }, text(lost ? -value : value, field, board.zone, now));
    const share = panel.shareOf && el("td", { class: "num" }, shareText(value, cell(result.columns, row, panel.shareOf.column), field));
    const bar = field.bar ? [el("td", panel.waterfall ? { class: "fall" } : {}, meter(spans[index] ?? [0, 0], largest, field.colour))] : [];
    return el("tr", field.left ? { class: "left" } : {}, el("th", { scope: "row" }, label), shown, ...(share ? [share] : []), ...bar);
  });
  return el("table", fields.some(({ bar }) => bar) ? { class: "bars" } : {}, el("tbody", {}, ...lines));
}

/** Each loss hangs from what was left before it. */
function steps(fields: readonly Field[], size: (field: Field) => number): (readonly [from: number, to: number])[] {
  let level = 0;
  return fields.map((field) => {
    const before = level;
    level = field.left ? size(field) : before - size(field);
    return field.left ? [0, level] : [Math.min(before, level), Math.max(before, level)];
  });
}

function shareText(value: Value, whole: Value, { noShare }: Field): string {
  if (noShare === true || typeof value !== "number" || typeof whole !== "number" || whole <= 0) return "";
  return text(value / whole, { unit: "ratio", decimals: 1 }, "UTC", 0);
}

function rows(drawing: Drawing<"table">): HTMLTableElement {
  const { panel, result, board, now } = drawing;
  const all = inBoardOrder(drawing).flatMap(({ tags, rows }) => rows.map((row) => ({ tags, row })));
  all.sort((a, b) => (panel.newestFirst ? b.row[0] - a.row[0] : 0));
  // A ratio fills its bar at 1.
  const largest = ({ unit, column }: Field): number =>
    unit === "ratio" ? 1 : Math.max(0, ...all.map(({ row }) => Number(cell(result.columns, row, column) ?? 0)));
  const head = panel.fields.map((field) => el("th", { scope: "col", class: numeric(field) ? "num" : "" }, field.label));
  if (panel.explained) head.push(el("th", { scope: "col" }, el("span", { class: "unseen" }, boardTexts().why)));
  const lines = all.map(({ tags, row }) => {
    const instead = row.length > 1 ? undefined : panel.absent?.[tags[panel.everyOf ?? ""] ?? ""];
    const fields = instead === undefined ? panel.fields : panel.fields.slice(0, 1);
    const rest = instead === undefined ? [] : [el("td", { class: "instead", colspan: String(panel.fields.length - 1) }, instead)];
    return el(
      "tr",
      {},
      ...fields.map((field) => {
        const tag = field.column.startsWith("tag:") ? field.column.slice(4) : undefined;
        const value = tag === undefined ? cell(result.columns, row, field.column) : tags[tag];
        const named = namedValue(value, field.values) ?? reached(value, field.thresholds);
        const shown = tag === undefined || named ? text(value, field, board.zone, now) : tagText(board.labels, tag, tags);
        const opens = tag === undefined ? undefined : field.opens?.[tags[tag] ?? ""];
        const words = opens === undefined ? shown : el("a", { href: opens }, shown);
        const content =
          named && named.colour !== "plain"
            ? el("span", { class: `chip tone-${named.colour}`, title: "name" in named ? named.name : "" }, words)
            : words;
        const td = el("td", { class: numeric(field) ? "num" : shown.length > LONG ? "long" : "" }, content);
        if (field.bar) td.append(meter([0, Number(value ?? 0)], largest(field), named?.colour ?? field.colour));
        return td;
      }),
      ...rest,
      ...(panel.explained ? [el("td", { class: "num" }, whyOfShift(drawing, tags, row[0]))] : []),
    );
  });
  return el("table", { class: "rows" }, el("thead", {}, el("tr", {}, ...head)), el("tbody", {}, ...lines));
}

/** Series in the order in which the board names the values of the table's first tag: machines as they stand in the line. */
function inBoardOrder({ panel, result, board }: Drawing<"table">): readonly Series[] {
  const tag = panel.fields.find(({ column }) => column.startsWith("tag:"))?.column.slice(4);
  if (tag === undefined || panel.cumulative) return result.series;
  const names = Object.keys(board.labels[tag] ?? {});
  const absent = panel.everyOf !== tag ? [] : names.filter((name) => !result.series.some(({ tags }) => tags[tag] === name));
  const all = [...result.series, ...absent.map((name) => ({ tags: { [tag]: name }, rows: [[0]] as const }))];
  const place = ({ tags }: Series): number => (names.includes(tags[tag] ?? "") ? names.indexOf(tags[tag] ?? "") : names.length);
  return all.toSorted((a, b) => place(a) - place(b));
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

function meter([from, to]: readonly [from: number, to: number], largest: number, tone = "info"): HTMLElement {
  const bar = el("i");
  const share = (value: number): number => (largest > 0 ? Math.min(100, Math.max(0, (value / largest) * 100)) : 0);
  bar.style.marginLeft = `${share(from)}%`;
  bar.style.width = `${share(to) - share(from)}%`;
  return el("span", { class: `meter tone-${tone}`, "aria-hidden": "true" }, bar);
}
